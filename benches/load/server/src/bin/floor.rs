//! The floor under any client of `reqwest`: sends the load run's valid request with it,
//! reads the replies, and does nothing else.
//!
//! `floor URL TOKEN CONCURRENCY COUNT`

use futures_util::{StreamExt as _, stream};
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request, Url};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, token, concurrency, count] = arguments.as_slice() else {
        panic!("floor URL TOKEN CONCURRENCY COUNT");
    };
    let url: Url = url.parse().expect("a URL");
    let token = HeaderValue::from_str(token).expect("a header value");
    let concurrency: usize = concurrency.parse().expect("a number");
    let count: usize = count.parse().expect("a number");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_title_case_headers()
        .tls_danger_accept_invalid_certs(true)
        .build()
        .expect("a client");
    let work = async {
        let one = |_| async {
            let mut request = Request::new(Method::GET, url.clone());
            *request.headers_mut() = HeaderMap::from_iter([
                (ACCEPT, HeaderValue::from_static("application/json")),
                (HeaderName::from_static("x-auth-token"), token.clone()),
            ]);
            let reply = client.execute(request).await.expect("a reply");
            assert_eq!(reply.status(), 200);
            reply.bytes().await.expect("a body").len()
        };
        let mut replies = stream::iter(0..count).map(one).buffer_unordered(concurrency);
        while replies.next().await.is_some() {}
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work);
}
