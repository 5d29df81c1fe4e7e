//! Broken and malicious servers: each ends in a difference or in no verdict, in
//! bounded time and memory, and nothing that they send gets out raw.
#![allow(clippy::print_stdout, reason = "figures, for --nocapture")]

pub(crate) mod http2;

use crate::support::conformant;
use crate::support::wire::{forever, reply, send, serve};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const TOKEN: &str = "hostile-Token-9z8Y7x";
const PROJECT: &str = "0123456789abcdef0123456789abcdef";
const MEMORY_KIB: u64 = 256 * 1024;

fn json(stream: &mut TcpStream, body: &[u8]) {
    reply(stream, "", body);
}

/// 2 GiB of spaces in 2 MiB of gzip: one member of 64 MiB, 32 times.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let block = vec![b' '; 1 << 20];
        for _ in 0..64 {
            encoder.write_all(&block).unwrap();
        }
        encoder.finish().unwrap().repeat(32)
    })
}

const EVIL: &str = "\u{1b}[2J\u{1b}]52;c;aGk=\u{7}\u{0}\u{202e}::error::x\n::error::y\n##[error]z]]><script>alert(1)</script>|a|[x](javascript:1)```";

type Hostile = (&'static str, fn(&mut TcpStream));

const SERVERS: &[Hostile] = &[
    ("closes after accept", |_| {}),
    ("silent after accept", |_| {
        std::thread::sleep(Duration::from_secs(20));
    }),
    ("another protocol", |stream| {
        send(stream, "SSH-2.0-OpenSSH_9.2\r\n", b"");
    }),
    ("TLS garbage", |stream| {
        send(stream, "", &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
    }),
    ("endless head", |stream| {
        send(stream, "HTTP/1.1 200 OK\r\n", b"");
        forever(
            stream,
            b"x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
            Duration::ZERO,
        );
    }),
    ("one endless header", |stream| {
        send(stream, "HTTP/1.1 200 OK\r\nx: ", b"");
        forever(stream, &[b'a'; 4096], Duration::ZERO);
    }),
    ("endless 100 Continue", |stream| {
        forever(stream, b"HTTP/1.1 100 Continue\r\n\r\n", Duration::ZERO);
    }),
    ("dripping head", |stream| {
        forever(stream, b"H", Duration::from_millis(300));
    }),
    ("dripping body", |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
            b"{",
        );
        forever(stream, b" ", Duration::from_millis(300));
    }),
    ("endless body", |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
            b"{\"a\":\"",
        );
        forever(stream, &[b'a'; 65536], Duration::ZERO);
    }),
    ("gzip bomb", |stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            bomb().len()
        );
        send(stream, &head, bomb());
    }),
    ("empty gzip blocks without end", |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n",
            &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3],
        );
        forever(
            stream,
            &[0, 0, 0, 0xff, 0xff].repeat(10_000),
            Duration::ZERO,
        );
    }),
    ("a length of 300 MiB", |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 314572800\r\n\r\n\"",
            b"",
        );
        forever(stream, &[b'a'; 65536], Duration::ZERO);
    }),
    ("two lengths", |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n",
            b"{}x",
        );
    }),
    ("deep arrays", |stream| json(stream, &[b'['; 200_000])),
    ("deep objects", |stream| {
        json(stream, "{\"a\":".repeat(200_000).as_bytes());
    }),
    ("a huge exponent", |stream| {
        json(stream, b"{\"id\":1e999999}");
    }),
    ("a million digits", |stream| {
        json(
            stream,
            format!("{{\"id\":{}}}", "9".repeat(1_000_000)).as_bytes(),
        );
    }),
    ("200,000 keys", |stream| {
        let keys: Vec<String> = (0..200_000).map(|at| format!("\"k{at}\":1")).collect();
        json(stream, format!("{{{}}}", keys.join(",")).as_bytes());
    }),
    ("200,000 wrong items", |stream| {
        let body = format!(
            "{{\"error_code\":\"a\",\"error_msg\":\"b\",\"details\":[{}1]}}",
            "1,".repeat(200_000)
        );
        send(
            stream,
            &format!(
                "HTTP/1.1 400 Bad\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            ),
            body.as_bytes(),
        );
    }),
    ("four million zeros", |stream| {
        json(stream, format!("[{}0]", "0,".repeat(4_000_000)).as_bytes());
    }),
    ("redirect loop", |stream| {
        send(
            stream,
            "HTTP/1.1 302 Found\r\nlocation: /v3\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            b"",
        );
    }),
    ("evil text", |stream| {
        json(stream, format!("{{\"{EVIL}\":\"{EVIL}\"}}").as_bytes());
    }),
    ("evil escapes", |stream| {
        let text = serde_json::to_string(EVIL).unwrap();
        json(
            stream,
            format!("{{{text}:{text},\"id\":{text}}}").as_bytes(),
        );
    }),
    ("evil surrogates", |stream| {
        json(
            stream,
            br#"{"\ud800\u0000\u001b[2J\u202e":"\udc00","\u001b]52;c;aGk=\u0007":"::error::\n::error::","id":"]]>"}"#,
        );
    }),
    ("evil headers", |stream| {
        let evil = "\u{1b}[2J::error::x ##[error]z]]><script>alert(1)</script>";
        send(
            stream,
            &format!(
                "HTTP/1.1 200 {evil}\r\ncontent-type: {evil}\r\nx-{TOKEN}: {TOKEN}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n"
            ),
            b"{}",
        );
    }),
    ("echoed token", |stream| {
        let quoted = serde_json::to_string(TOKEN).unwrap();
        json(
            stream,
            format!("{{\"id\":{quoted},{quoted}:1,{quoted}:2}}").as_bytes(),
        );
    }),
];

/// Peak resident memory in KiB, as far as this system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Few requests and a short deadline: each server in seconds.
const SHORT: &[&str] = &["valid/", "token/", "any/", "--timeout", "1", "--cases", "8"];

fn survive(name: &str, url: &str, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let mut child = conformant(
        folder.path(),
        &["run", "--base-url", url, "--project-id", PROJECT],
    )
    .args(["--color", "never", "-v"])
    .args(["--report", "json=r.json", "--record", "r.ndjson"])
    .args(["--report", "junit=r.xml", "--report", "markdown=r.md"])
    .args(["--report", "html=r.html"])
    .args(more)
    .env("CONFORMANT_TOKEN", TOKEN)
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let readers = [
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = out.read_to_end(&mut bytes);
            bytes
        }),
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = err.read_to_end(&mut bytes);
            bytes
        }),
    ];
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak_memory(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{name} hangs");
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut artifacts: Vec<(String, Vec<u8>)> = readers
        .into_iter()
        .map(|reader| ("output".to_owned(), reader.join().unwrap()))
        .collect();
    for file in ["r.json", "r.ndjson", "r.xml", "r.md", "r.html"] {
        if let Ok(bytes) = std::fs::read(folder.path().join(file)) {
            artifacts.push((file.to_owned(), bytes));
        }
    }
    for pending in std::fs::read_dir(folder.path().join("snapshots/default"))
        .into_iter()
        .flatten()
    {
        artifacts.push((
            "a snapshot".into(),
            std::fs::read(pending.unwrap().path()).unwrap(),
        ));
    }
    for (artifact, bytes) in &artifacts {
        let text = String::from_utf8(bytes.clone())
            .unwrap_or_else(|_| panic!("{name}: {artifact} is not UTF-8"));
        assert!(!text.contains("panicked"), "{name}: {text}");
        assert!(!text.contains(TOKEN), "{name}: the token is in {artifact}");
        let raw = text
            .chars()
            .find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(raw, None, "{name}: {artifact}");
        let command = text
            .lines()
            .find(|line| line.trim_start().starts_with("::") || line.contains("##["));
        assert!(
            artifact != "output" || command.is_none(),
            "{name}: {command:?}"
        );
    }
    for (artifact, bytes) in &artifacts {
        let text = String::from_utf8_lossy(bytes);
        match artifact.as_str() {
            "r.json" => drop(serde_json::from_str::<serde_json::Value>(&text).expect(name)),
            "r.xml" => drop(roxmltree::Document::parse(&text).expect(name)),
            "r.html" => assert!(!text.contains("<script"), "{name}"),
            _ => {}
        }
    }
    let output = String::from_utf8_lossy(&artifacts[0].1).into_owned();
    assert!(
        matches!(status.code(), Some(1 | 3)),
        "{name}: {status:?} {output}"
    );
    assert!(memory < MEMORY_KIB, "{name}: {memory} KiB");
    let took = began.elapsed().as_secs_f64();
    println!(
        "{name}: exit {:?}, {took:.1} s, {} MiB",
        status.code(),
        memory / 1024
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "takes minutes without optimisation: cargo test --release --test hostile"
)]
fn every_hostile_server_is_survived() {
    survive_all(SHORT);
}

/// As somebody would run it: everything by default.
#[test]
#[ignore = "takes minutes: cargo test --release --test hostile -- --ignored --nocapture"]
fn every_hostile_server_is_survived_by_a_default_run() {
    survive_all(&[]);
}

fn survive_all(options: &[&str]) {
    std::thread::scope(|scope| {
        for chunk in SERVERS.chunks(SERVERS.len().div_ceil(3)) {
            scope.spawn(move || {
                for (name, answer) in chunk {
                    survive(name, &serve(*answer), options);
                }
            });
        }
        scope.spawn(|| {
            let options = [options, &["--insecure"]].concat();
            for (name, answer) in http2::SERVERS {
                survive(name, &http2::serve(*answer), &options);
            }
        });
    });
}

#[test]
fn a_redirect_to_another_host_never_gets_the_token() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    elsewhere.set_nonblocking(true).unwrap();
    static PORT: OnceLock<u16> = OnceLock::new();
    PORT.set(port).unwrap();
    let url = serve(|stream| {
        let head = format!(
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            PORT.get().unwrap()
        );
        send(stream, &head, b"");
    });
    survive("a redirect elsewhere", &url, SHORT);
    assert!(elsewhere.accept().is_err(), "nothing may arrive there");
}
