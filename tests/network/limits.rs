//! Every limit on what is read of a reply: at its value nothing is found, and one below
//! it the difference that the limit promises.

use crate::support::wire::{reply, send, serve};
use crate::support::{conformant, finish};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// Runs one case against `url` with `limit`; gives the codes of the rules that fired.
fn codes(url: &str, limit: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = finish(
        conformant(folder.path(), &["run", "valid/audit", "--base-url", url])
            .args(["--project-id", PROJECT, "--limit", limit, "--timeout", "5"])
            .args(["--report", "json=r.json", "-q"])
            .env("CONFORMANT_TOKEN", "limits-token"),
    );
    assert!(matches!(code, 0 | 1 | 3), "{text}");
    let report = std::fs::read(folder.path().join("r.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    report["operations"][0]["cases"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|case| case["differences"].as_array().unwrap())
        .map(|difference| difference["rule"].as_str().unwrap().to_owned())
        .collect()
}

fn binds(url: &str, name: &str, enough: u64, rule: &str) {
    let found = codes(url, &format!("{name}={enough}"));
    assert!(!found.contains(rule), "{name}={enough}: {found:?}");
    let below = enough - 1;
    let found = codes(url, &format!("{name}={below}"));
    assert!(found.contains(rule), "{name}={below}: {found:?}");
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bodies_are_bounded_before_and_after_decoding() {
    let text = format!("{{\"id\":\"{}\"}}", "a".repeat(5_000));
    let travels = gzip(text.as_bytes());
    let (size, coded) = (text.len() as u64, travels.len() as u64);
    let plain = serve(move |stream| reply(stream, "", text.as_bytes()));
    binds(&plain, "body_bytes", size, "body-too-large");
    binds(&plain, "wire_bytes", size, "body-too-large");
    let zipped = serve(move |stream| reply(stream, "content-encoding: GZip\r\n", &travels));
    binds(&zipped, "body_bytes", size, "body-too-large");
    binds(&zipped, "wire_bytes", coded, "body-too-large");
}

#[test]
fn empty_gzip_blocks_without_end_are_given_up() {
    let url = serve(|stream: &mut TcpStream| {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
        send(stream, head, &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        crate::support::wire::forever(stream, &[0, 0, 0, 0xff, 0xff].repeat(1_000), Duration::ZERO);
    });
    let found = codes(&url, "body_bytes=1000");
    assert!(found.contains("body-too-large"), "{found:?}");
}

#[test]
fn a_coding_that_was_not_asked_for_cannot_be_decoded() {
    for coding in ["br", "gzip, gzip", "deflate"] {
        let more = format!("content-encoding: {coding}\r\n");
        let url = serve(move |stream| reply(stream, &more, b"{}"));
        let found = codes(&url, "body_bytes=1000");
        assert!(found.contains("body-undecodable"), "{coding}: {found:?}");
    }
    // Each of these is a body as it should be, and one with nothing to decode.
    for (coding, body) in [("identity", b"{}".to_vec()), ("x-gzip", gzip(b"{}"))] {
        let more = format!("content-encoding: {coding}\r\n");
        let url = serve(move |stream| reply(stream, &more, &body));
        let found = codes(&url, "body_bytes=1000");
        assert!(!found.contains("body-undecodable"), "{coding}: {found:?}");
        assert!(found.contains("member-missing"), "{coding}: {found:?}");
    }
    let url = serve(|stream: &mut TcpStream| reply(stream, "content-encoding: gzip\r\n", b""));
    let found = codes(&url, "body_bytes=1000");
    assert!(found.contains("body-empty"), "{found:?}");
}

#[test]
fn heads_are_bounded() {
    let url = serve(|stream: &mut TcpStream| reply(stream, "x: 1\r\ny: 2\r\n", b"{}"));
    // With Content-Type, Connection and Content-Length.
    binds(&url, "headers", 5, "reply-head-size");
    let url = serve(|stream: &mut TcpStream| {
        reply(stream, &format!("x: {}\r\n", "a".repeat(2_000)), b"{}");
    });
    let bytes = "xcontent-typeapplication/jsonconnectionclosecontent-length2".len() as u64 + 2_000;
    binds(&url, "head_bytes", bytes, "reply-head-size");
}

#[test]
fn json_is_bounded() {
    let url = serve(|stream: &mut TcpStream| reply(stream, "", b"{\"a\":[[[12345]]]}"));
    binds(&url, "json_depth", 4, "json-depth");
    binds(&url, "json_values", 5, "json-size");
    let url = serve(|stream: &mut TcpStream| {
        reply(stream, "", b"{\"a\":123456789012345678901234567890}");
    });
    binds(&url, "number_digits", 30, "json-number-size");
}

#[test]
fn a_head_must_come_in_its_time() {
    let url = serve(|stream: &mut TcpStream| {
        std::thread::sleep(Duration::from_millis(500));
        reply(stream, "", b"{}");
    });
    let found = codes(&url, "first_byte_ms=100");
    assert!(found.contains("reply-late"), "{found:?}");
    let found = codes(&url, "first_byte_ms=4000");
    assert!(!found.contains("reply-late"), "{found:?}");
}

#[test]
fn a_connection_must_be_made_in_its_time() {
    // TLS is part of connecting: this port takes connections and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = finish(
        conformant(folder.path(), &["run", "valid/audit", "--base-url", &url])
            .args(["--project-id", PROJECT, "--limit", "connect_ms=50"])
            .args(["--timeout", "600", "--insecure"])
            .env("CONFORMANT_TOKEN", "limits-token"),
    );
    assert_eq!(code, 3, "{text}");
}

#[test]
fn what_is_kept_and_listed_is_bounded() {
    let keys: Vec<String> = (0..20).map(|at| format!("\"k{at}\":1")).collect();
    let body = format!("{{{}}}", keys.join(","));
    let size = body.len();
    let url = serve(move |stream| reply(stream, "", body.as_bytes()));
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = finish(
        conformant(folder.path(), &["run", "valid/audit", "--base-url", &url])
            .args(["--project-id", PROJECT, "--record", "r.ndjson"])
            .args(["--limit", "kept_bytes=10", "--limit", "differences=2"])
            .args(["--report", "json=r.json"])
            .env("CONFORMANT_TOKEN", "limits-token"),
    );
    assert_eq!(code, 1, "{text}");
    let record = std::fs::read_to_string(folder.path().join("r.ndjson")).unwrap();
    let mut lines = record.lines();
    let header: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(header["limits"]["kept_bytes"], 10);
    let line: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    let kept = &line["outcome"]["reply"];
    assert_eq!(kept["body"].as_str().unwrap().len(), 10, "{line}");
    assert_eq!(kept["body_bytes"], size);
    let report = std::fs::read(folder.path().join("r.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let case = &report["operations"][0]["cases"][0];
    assert_eq!(case["differences"].as_array().unwrap().len(), 2, "{case}");
    assert!(text.contains("more"), "{text}");
}

#[test]
fn limits_that_cannot_be_are_refused_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    for (limit, said) in [
        ("bodies=1", "there are: connect_ms, first_byte_ms, headers"),
        ("json_depth=129", "from 1 to 128; the default is 128"),
        ("json_depth=many", "NAME=NUMBER"),
        ("json_depth", "NAME=NUMBER"),
    ] {
        let (code, text) = finish(&mut conformant(
            folder.path(),
            &["run", "--reference", "--limit", limit],
        ));
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(said), "{text}");
    }
    let file = "[target.a]\nbase_url = \"http://127.0.0.1:1\"\n[target.a.limits]\nheaders = 0\n";
    std::fs::write(folder.path().join("targets.toml"), file).unwrap();
    let (code, text) = finish(&mut conformant(folder.path(), &["run", "--target", "a"]));
    assert_eq!(code, 2, "{text}");
    assert!(
        text.contains("targets.toml:4:11") && text.contains("from 1 to 1000"),
        "{text}"
    );
}
