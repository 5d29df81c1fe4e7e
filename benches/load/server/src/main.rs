//! A fast server of the built-in suite's operation, on one thread: it answers as the
//! page documents, so that a load run passes, and does as little else as it can.
//!
//! `load-server [LATENCY_MS]` prints its address, then serves until it is killed.

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpListener;

/// The token and the projects that `run.sh` gives.
const TOKEN: &str = "load-token-0123456789abcdef";
const PROJECT: &str = "0123456789abcdef0123456789abcdef";
const FOREIGN: &str = "fedcba9876543210fedcba9876543210";

fn main() -> std::io::Result<()> {
    let latency = std::env::args().nth(1).map(|text| {
        let milliseconds = text.parse().expect("LATENCY_MS is a number");
        Duration::from_millis(milliseconds)
    });
    let latency = latency.filter(|latency| !latency.is_zero());
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(latency))
}

async fn serve(latency: Option<Duration>) -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let service = service_fn(move |request| async move {
                if let Some(latency) = latency {
                    tokio::time::sleep(latency).await;
                }
                Ok::<_, Infallible>(answer(&request))
            });
            // A client that hangs up is no event.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, body) = decide(request);
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn decide(request: &Request<Incoming>) -> (StatusCode, String) {
    let mut segments = request.uri().path().split('/').skip(1);
    let route = [(); 6].map(|()| segments.next().unwrap_or_default());
    let ["v3", project, "audit", "summary", kind, "task-status"] = route else {
        return error(StatusCode::NOT_FOUND, "no such operation");
    };
    if request.method() != Method::GET || segments.next().is_some() {
        return error(StatusCode::NOT_FOUND, "no such operation");
    }
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    if header("x-auth-token") != Some(TOKEN.as_bytes()) {
        return error(StatusCode::UNAUTHORIZED, "no valid token");
    }
    let project = percent_decode_str(project).decode_utf8_lossy();
    let kind = percent_decode_str(kind).decode_utf8_lossy();
    if !(32..=64).contains(&project.chars().count()) || !matches!(&*kind, "audit" | "risk") {
        return error(StatusCode::BAD_REQUEST, "a parameter is not as documented");
    }
    if project == FOREIGN {
        return error(StatusCode::FORBIDDEN, "another tenant's project");
    }
    match header("prefer") {
        Some(b"code=403") => return error(StatusCode::FORBIDDEN, "as provoked"),
        Some(b"code=500") => return error(StatusCode::INTERNAL_SERVER_ERROR, "as provoked"),
        _ => {}
    }
    if project != PROJECT {
        return error(StatusCode::FORBIDDEN, "a project that the token may not use");
    }
    // 264 bytes with the project and the longer kind.
    let body = format!(
        "{{\"begin_time\":1700000000000,\"busi_type\":\"{kind}\",\"completed_num\":7,\
         \"end_time\":1700000003600,\"id\":4242,\"project_id\":\"{project}\",\
         \"query_begin_time\":1690000000000,\"query_end_time\":1699999999999,\
         \"task_status\":\"2\",\"task_switch\":\"on\",\"total_num\":9}}"
    );
    (StatusCode::OK, body)
}

fn error(status: StatusCode, message: &str) -> (StatusCode, String) {
    let body = format!(
        "{{\"error_code\":\"LOAD.{}\",\"error_msg\":\"{message}\"}}",
        status.as_u16()
    );
    (status, body)
}
