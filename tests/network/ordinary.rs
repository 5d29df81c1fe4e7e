//! Conforming servers as people run them: few connections, uneven replies, a layer in
//! front. None may be blamed for what it is not.

use crate::support::relay::{Delay, Front, relay};
use crate::support::wire::reply;
use crate::support::{Serving, finish};
use conformant::exchange::{Request, Travel};
use conformant::transport::{Settings, call};
use std::io::Read as _;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const AT_ONCE: Delay = |_| Duration::ZERO;
const NOTHING: Front = |_| None;

/// Runs the suite against a conforming server behind a relay of so many connections.
fn run(connections: usize, delay: Delay, front: Front, more: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Serving::conforming();
    server.url = relay(&server.url, connections, delay, front);
    finish(&mut server.command(folder.path(), more))
}

#[test]
fn a_server_of_few_connections_is_not_late() {
    let slow = |_| Duration::from_millis(12);
    for connections in [1, 3] {
        let more = ["any/valid", "valid/", "--cases", "8", "--timeout", "1"];
        let (code, text) = run(connections, slow, NOTHING, &more);
        assert_eq!(code, 0, "{connections} connections: {text}");
    }
}

#[test]
fn whether_a_server_is_slow_is_decided_during_the_run() {
    // The first replies come at once.
    let later = |count| Duration::from_millis(if count < 4 { 0 } else { 60 });
    let began = Instant::now();
    let (code, text) = run(64, later, NOTHING, &["any/valid", "--cases", "60"]);
    assert_eq!(code, 0, "{text}");
    // One after the other, the two properties of 60 requests take over seven seconds.
    assert!(began.elapsed() < Duration::from_secs(5), "{text}");
}

/// Answers in a server's place whatever makes its path long, as gunicorn does.
const LONG_PATHS: Front = |head| {
    let answer = "HTTP/1.1 414 URI Too Long\r\nServer: gunicorn\r\ncontent-type: text/html\r\n\
                  content-length: 13\r\n\r\n<h1>414</h1>\n";
    let path = head.split(' ').nth(1).unwrap_or_default();
    (path.len() > 4_000).then_some(answer)
};

#[test]
fn what_the_layer_in_front_refuses_is_a_note() {
    let (code, text) = run(1, AT_ONCE, LONG_PATHS, &["project_id/", "busi_type/"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("414 by gunicorn"), "{text}");
    // Alone it proves nothing.
    let (code, text) = run(1, AT_ONCE, LONG_PATHS, &["busi_type/very-long"]);
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("nothing else in this run tested request/path/busi_type/enum"),
        "{text}"
    );
}

#[test]
fn what_every_layer_passes_on_stays_strict() {
    // A router that knows no long segments, and one that answers as the service would.
    const SHORT: Front = |head| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        (path.len() > 160 && path.len() < 2_000).then_some(
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 1\r\n\r\n-",
        )
    };
    const OWN: Front = |head| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        (path.len() > 4_000).then_some(
            "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\r\n\
             {\"error_code\":\"x\",\"error_msg\":\"no\"} ",
        )
    };
    let (code, text) = run(1, AT_ONCE, SHORT, &["project_id/of-128"]);
    assert_eq!(code, 1, "{text}");
    let (code, text) = run(1, AT_ONCE, OWN, &["project_id/"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("status-unexpected"), "{text}");
}

#[test]
fn a_folded_header_line_is_read() {
    const FOLDED: Front = |head| {
        head.contains("/audit/task-status").then_some(
            "HTTP/1.1 403 Forbidden\r\nx-folded: one,\r\n two\r\ncontent-type: application/json\r\n\
             content-length: 36\r\n\r\n{\"error_code\":\"x\",\"error_msg\":\"no\"} ",
        )
    };
    let (_, text) = run(1, AT_ONCE, FOLDED, &["provoked/foreign-project"]);
    assert!(!text.contains("no HTTP"), "{text}");
    assert!(text.contains("403"), "{text}");
}

#[test]
fn a_token_that_ends_in_mid_run_is_told_once() {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    const ENDED: Front = |_| {
        (SEEN.fetch_add(1, Ordering::Relaxed) >= 30).then_some(
            "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\r\n\
             {\"error_code\":\"x\",\"error_msg\":\"no\"} ",
        )
    };
    let (code, text) = run(1, AT_ONCE, ENDED, &["busi_type/"]);
    assert_eq!(code, 3, "{text}");
    let told = text
        .matches("not judged: the token was good up to and with show-audit-task-status/busi_type/");
    assert!((1..=2).contains(&told.count()), "{text}");
    assert!(text.contains("the token is refused by now (401)"), "{text}");
}

#[test]
fn an_echo_that_differs_shows_both_values() {
    // Takes upper case for lower case, and says it in lower case.
    const FOLDED: Front = |head| {
        head.contains("/AUDIT/").then_some(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 21\r\n\r\n\
             {\"busi_type\":\"audit\"}",
        )
    };
    let (code, text) = run(1, AT_ONCE, FOLDED, &["busi_type/in-upper-case", "-v"]);
    assert_eq!(code, 1, "{text}");
    let observed = "\"audit\", where the request's path/busi_type is \"AUDIT\"";
    assert!(text.contains(observed), "{text}");
    // The status explains the rest, so it stands first.
    let at = |rule| text.find(&format!("\nFAIL {rule}"));
    assert!(at("status-unexpected") < at("echo-differs"), "{text}");
}

#[test]
fn a_post_without_body_says_its_length() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 4096];
        let length = stream.read(&mut head).unwrap();
        reply(&mut stream, "", b"{}");
        String::from_utf8_lossy(&head[..length]).to_ascii_lowercase()
    });
    let request = Request {
        method: "POST".into(),
        path_and_query: "/".into(),
        secret_query: None,
        headers: Vec::new(),
        travel: Travel::default(),
        values: Vec::new(),
        body: None,
        signing: None,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let called = runtime.block_on(call(&Settings::new(url), &request, None));
    assert_eq!(called.unwrap().status, 200);
    assert!(heard.join().unwrap().contains("\r\ncontent-length: 0\r\n"));
}
