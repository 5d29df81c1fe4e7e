//! Requests whose bytes the program writes itself, as they arrive at a socket.

use crate::support::suite;
use crate::support::wire::reply;
use conformant::exchange::{
    Exchange, Header, HeaderNames, HeaderValue, NoReply, Outcome, Request, Travel, Writing,
};
use conformant::selftest;
use conformant::suite::{Bound, Objects, RequestValues, bind};
use conformant::transport::{Settings, Transport};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

fn request(travel: Travel) -> Arc<Request> {
    let header = |name: &str, value: &str| Header {
        name: name.into(),
        value: HeaderValue::Plain(value.into()),
    };
    Arc::new(Request {
        method: "PUT".into(),
        path_and_query: "/a%20b?c=d".into(),
        secret_query: None,
        headers: vec![
            header("X-Auth-Token", "t0k"),
            header("X-request-ID", "7"),
            header("User-Agent", "x/1"),
        ],
        travel,
        values: Vec::new(),
        body: Some("{\"a\": 1}".into()),
        signing: None,
    })
}

/// Sends one request to a socket that `serve` answers; gives what it returned.
fn sent<T: Send + 'static>(
    travel: Travel,
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (Exchange, T) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/base", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || serve(listener.accept().unwrap().0));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let exchange = runtime.block_on(async {
        let transport = Transport::new(Settings::new(url)).unwrap();
        transport.send(&request(travel)).await.unwrap()
    });
    (exchange, serving.join().unwrap())
}

/// Reads until a request with its body is there, and each piece that came.
fn pieces(stream: &mut TcpStream) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    while !pieces.concat().ends_with("{\"a\": 1}") {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0, "{pieces:?}");
        pieces.push(String::from_utf8(piece[..length].to_vec()).unwrap());
    }
    pieces
}

fn arrives(travel: Travel) -> Vec<String> {
    let (exchange, pieces) = sent(travel, |mut stream| {
        let pieces = pieces(&mut stream);
        reply(&mut stream, "", b"{}");
        pieces
    });
    assert_eq!(exchange.status(), Some(200));
    pieces
}

fn spelt(header_names: HeaderNames) -> String {
    let travel = Travel {
        header_names,
        ..Travel::default()
    };
    arrives(travel).concat()
}

fn written(writing: Writing) -> Vec<String> {
    arrives(Travel {
        writing,
        ..Travel::default()
    })
}

#[test]
fn names_are_spelt_as_asked_for() {
    let usual = spelt(HeaderNames::Documented);
    assert!(
        usual.starts_with("PUT /base/a%20b?c=d HTTP/1.1\r\n"),
        "{usual}"
    );
    let upper = spelt(HeaderNames::Upper);
    for field in [
        "X-AUTH-TOKEN: t0k",
        "X-REQUEST-ID: 7",
        "CONTENT-LENGTH: 8",
        "HOST: 127.0.0.1:",
    ] {
        assert!(upper.contains(&format!("\r\n{field}")), "{upper}");
    }
    assert_eq!(upper.matches("USER-AGENT:").count(), 1, "{upper}");
    let mixed = spelt(HeaderNames::Mixed);
    assert!(mixed.contains("\r\nx-aUtH-ToKeN: t0k\r\n"), "{mixed}");
    // Apart from names and order, it is the same request.
    let fields = |request: &str| {
        let mut lines: Vec<String> = request.lines().map(str::to_ascii_lowercase).collect();
        lines.retain(|line| !line.starts_with("host:"));
        lines.sort();
        lines
    };
    for other in [&upper, &mixed] {
        let mut lines = fields(other);
        // What a client library adds by itself.
        lines.extend(fields(&usual).into_iter().filter(|it| it == "accept: */*"));
        lines.sort();
        assert_eq!(lines, fields(&usual));
    }
}

#[test]
fn values_are_padded_and_requests_come_in_pieces() {
    let padded = written(Writing::Padded).concat();
    assert!(padded.contains("\r\nX-Auth-Token: \t  t0k\r\n"), "{padded}");
    let pieces = written(Writing::InPieces);
    assert!(pieces.len() >= 3, "{pieces:?}");
    assert!(!pieces[0].contains("\r\n"), "{pieces:?}");
    let bare = written(Writing::Bare).concat().to_ascii_lowercase();
    assert!(!bare.contains("\r\naccept"), "{bare}");
}

#[test]
fn what_is_no_reply_is_none() {
    let upper = Travel {
        header_names: HeaderNames::Upper,
        ..Travel::default()
    };
    for (bytes, wanted) in [
        (&b""[..], NoReply::Closed),
        (b"SSH-2.0-x\r\n", NoReply::NotHttp),
    ] {
        let (exchange, ()) = sent(upper, move |mut stream| {
            pieces(&mut stream);
            stream.write_all(bytes).unwrap();
        });
        assert!(
            matches!(&exchange.outcome, Outcome::NoReply(why) if *why == wanted),
            "{exchange:?}"
        );
    }
}

#[test]
fn over_tls_such_a_case_is_skipped_and_what_varies_travels_as_usual() {
    let suite = suite();
    let mut template = suite.cases[0].template.clone();
    let varied = RequestValues {
        travel: Travel {
            writing: Writing::Padded,
            ..Travel::default()
        },
        ..RequestValues::default()
    };
    let mut values = selftest::values(std::slice::from_ref(&suite), &[]);
    for is_plain in [true, false] {
        values.is_plain = is_plain;
        let Bound::Ready(request) = bind(&suite, &template, &varied, &values, &Objects::default())
        else {
            panic!("what varies is never skipped");
        };
        assert_eq!(request.travel.is_by_hand(), is_plain);
        assert_eq!(request.travel.fresh_connection, is_plain);
    }
    template.travel = varied.travel;
    let bound = bind(
        &suite,
        &template,
        &RequestValues::default(),
        &values,
        &Objects::default(),
    );
    assert!(matches!(bound, Bound::Skipped(why) if why.contains("http address")));
}
