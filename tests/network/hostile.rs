//! Broken and malicious servers: each ends in a difference or in no verdict, in
//! bounded time and memory, and nothing that they send gets out raw.
#![allow(clippy::print_stdout, reason = "figures, for --nocapture")]

pub(crate) mod http2;

use crate::support::conformant;
use crate::support::wire::{forever, reply, send, serve};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::io::{Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
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

/// How a run against a hostile server must end.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// In a difference: this rule fired (exit 1).
    Differs(&'static str),
    /// In a difference: one of these fired, as the race between two ends goes (exit 1).
    Races(&'static str, &'static str),
    /// Without a verdict, and the output says this (exit 3).
    NoVerdict(&'static str),
}

use End::{Differs, NoVerdict, Races};

type Hostile = (&'static str, End, fn(&mut TcpStream));

const SERVERS: &[Hostile] = &[
    ("closes after accept", Differs("reply-none"), |_| {}),
    ("silent after accept", Differs("reply-late"), |_| {
        std::thread::sleep(Duration::from_secs(20));
    }),
    ("another protocol", Differs("reply-not-http"), |stream| {
        send(stream, "SSH-2.0-OpenSSH_9.2\r\n", b"");
    }),
    ("TLS garbage", Differs("reply-not-http"), |stream| {
        send(stream, "", &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
    }),
    ("endless head", Differs("reply-head-size"), |stream| {
        send(stream, "HTTP/1.1 200 OK\r\n", b"");
        forever(
            stream,
            b"x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
            Duration::ZERO,
        );
    }),
    ("one endless header", Differs("reply-head-size"), |stream| {
        send(stream, "HTTP/1.1 200 OK\r\nx: ", b"");
        forever(stream, &[b'a'; 4096], Duration::ZERO);
    }),
    ("endless 100 Continue", Differs("reply-late"), |stream| {
        forever(stream, b"HTTP/1.1 100 Continue\r\n\r\n", Duration::ZERO);
    }),
    ("dripping head", Differs("reply-late"), |stream| {
        forever(stream, b"H", Duration::from_millis(300));
    }),
    ("dripping body", Differs("body-stalled"), |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
            b"{",
        );
        forever(stream, b" ", Duration::from_millis(300));
    }),
    ("endless body", Differs("body-too-large"), |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
            b"{\"a\":\"",
        );
        forever(stream, &[b'a'; 65536], Duration::ZERO);
    }),
    ("gzip bomb", Differs("body-too-large"), |stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            bomb().len()
        );
        send(stream, &head, bomb());
    }),
    (
        "empty gzip blocks without end",
        Differs("body-too-large"),
        |stream| {
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
        },
    ),
    ("a length of 300 MiB", Differs("body-too-large"), |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 314572800\r\n\r\n\"",
            b"",
        );
        forever(stream, &[b'a'; 65536], Duration::ZERO);
    }),
    ("two lengths", Differs("reply-not-http"), |stream| {
        send(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n",
            b"{}x",
        );
    }),
    ("deep arrays", Differs("json-depth"), |stream| {
        json(stream, &[b'['; 200_000]);
    }),
    ("deep objects", Differs("json-depth"), |stream| {
        json(stream, "{\"a\":".repeat(200_000).as_bytes());
    }),
    ("a huge exponent", Differs("json-number-size"), |stream| {
        json(stream, b"{\"id\":1e999999}");
    }),
    ("a million digits", Differs("json-number-size"), |stream| {
        json(
            stream,
            format!("{{\"id\":{}}}", "9".repeat(1_000_000)).as_bytes(),
        );
    }),
    ("200,000 keys", Differs("json-size"), |stream| {
        let keys: Vec<String> = (0..200_000).map(|at| format!("\"k{at}\":1")).collect();
        json(stream, format!("{{{}}}", keys.join(",")).as_bytes());
    }),
    ("200,000 wrong items", Differs("json-size"), |stream| {
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
    ("four million zeros", Differs("json-size"), |stream| {
        json(stream, format!("[{}0]", "0,".repeat(4_000_000)).as_bytes());
    }),
    ("redirect loop", Differs("redirect"), |stream| {
        send(
            stream,
            "HTTP/1.1 302 Found\r\nlocation: /v3\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            b"",
        );
    }),
    ("evil text", Differs("json-control-character"), |stream| {
        json(stream, format!("{{\"{EVIL}\":\"{EVIL}\"}}").as_bytes());
    }),
    ("evil escapes", Differs("member-missing"), |stream| {
        let text = serde_json::to_string(EVIL).unwrap();
        json(
            stream,
            format!("{{{text}:{text},\"id\":{text}}}").as_bytes(),
        );
    }),
    (
        "evil surrogates",
        Differs("json-lone-surrogate"),
        |stream| {
            json(
            stream,
            br#"{"\ud800\u0000\u001b[2J\u202e":"\udc00","\u001b]52;c;aGk=\u0007":"::error::\n::error::","id":"]]>"}"#,
        );
        },
    ),
    ("evil headers", Differs("reply-not-http"), |stream| {
        let evil = "\u{1b}[2J::error::x ##[error]z]]><script>alert(1)</script>";
        send(
            stream,
            &format!(
                "HTTP/1.1 200 {evil}\r\ncontent-type: {evil}\r\nx-{TOKEN}: {TOKEN}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n"
            ),
            b"{}",
        );
    }),
    ("echoed token", Differs("json-duplicate-key"), |stream| {
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

/// Among the options: no record is written.
const UNRECORDED: &str = "unrecorded";

/// Few requests and a short deadline: each server in seconds.
const SHORT: &[&str] = &["valid/", "token/", "any/", "--timeout", "1", "--cases", "8"];

/// Where the run must get beyond its first request, all artefacts must be there.
fn survive(name: &str, end: End, url: &str, more: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let mut child = conformant(
        folder.path(),
        &["run", "--base-url", url, "--project-id", PROJECT],
    )
    .args(["--color", "never", "-v"])
    .args(["--report", "json=r.json"])
    .args(match more.contains(&UNRECORDED) {
        true => &[][..],
        false => &["--record", "r.ndjson"],
    })
    .args(["--report", "junit=r.xml", "--report", "markdown=r.md"])
    .args(["--report", "html=r.html"])
    .args(more.iter().filter(|word| **word != UNRECORDED))
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
        match std::fs::read(folder.path().join(file)) {
            Ok(bytes) => artifacts.push((file.to_owned(), bytes)),
            // Nothing was exchanged that could be recorded, or it was not to be.
            Err(_) if file == "r.ndjson" && matches!(end, NoVerdict(_)) => {}
            Err(_) if file == "r.ndjson" && more.contains(&UNRECORDED) => {}
            Err(error) => panic!("{name}: {file}: {error}"),
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
    let report = artifacts.iter().find(|(file, _)| file == "r.json").unwrap();
    let fired = rules(&report.1);
    let (code, ended) = match end {
        Differs(rule) => (1, fired.contains(rule)),
        Races(one, other) => (1, fired.contains(one) || fired.contains(other)),
        NoVerdict(said) => (3, said_in(&artifacts, said)),
    };
    assert!(
        status.code() == Some(code) && ended,
        "{name}: {status:?} {fired:?} {output}"
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
#[ignore = "of the binary in the release profile: .ci/run, by TESTED"]
fn every_hostile_server_is_survived() {
    survive_all(SHORT);
}

/// As somebody would run it: everything by default.
#[test]
#[ignore = "takes minutes: cargo test --release --test network -- --ignored hostile::"]
fn every_hostile_server_is_survived_by_a_default_run() {
    survive_all(&[]);
}

/// The rules that fired, by a JSON report.
fn rules(report: &[u8]) -> BTreeSet<String> {
    let report: serde_json::Value = serde_json::from_slice(report).unwrap();
    let cases = report["operations"][0]["cases"].as_array().unwrap().iter();
    cases
        .flat_map(|case| case["differences"].as_array().unwrap())
        .map(|difference| difference["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether standard output or error says this.
fn said_in(artifacts: &[(String, Vec<u8>)], said: &str) -> bool {
    artifacts
        .iter()
        .filter(|(artifact, _)| artifact == "output")
        .any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(said))
}

fn survive_all(options: &[&str]) {
    std::thread::scope(|scope| {
        for chunk in SERVERS.chunks(SERVERS.len().div_ceil(3)) {
            scope.spawn(move || {
                for (name, end, answer) in chunk {
                    survive(name, *end, &serve(*answer), options);
                }
            });
        }
        scope.spawn(|| {
            let options = [options, &["--insecure"]].concat();
            for (name, end, answer) in http2::SERVERS {
                survive(name, *end, &http2::serve(*answer), &options);
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
    survive("a redirect elsewhere", Differs("redirect"), &url, SHORT);
    assert!(elsewhere.accept().is_err(), "nothing may arrive there");
}

/// A reply that conforms where the first valid request is answered.
fn conforming() -> String {
    let suite = crate::support::suite();
    let mut body = suite.contract.responses[&200].example.clone().unwrap();
    body["project_id"] = PROJECT.into();
    body["busi_type"] = "audit".into();
    body.to_string()
}

/// Conforms for the first requests, and then answers otherwise.
fn after(first: usize, then: impl Fn(&mut TcpStream) + Clone + Send + 'static) -> String {
    let served = Arc::new(AtomicUsize::new(0));
    let body = conforming();
    serve(move |stream| {
        if served.fetch_add(1, Ordering::Relaxed) < first {
            json(stream, body.as_bytes());
        } else {
            then(stream);
        }
    })
}

fn throttle(stream: &mut TcpStream, retry_after: &str) {
    let head = format!(
        "HTTP/1.1 429 Too Many Requests\r\n{retry_after}connection: close\r\ncontent-length: 0\r\n\r\n"
    );
    send(stream, &head, b"");
}

/// Servers that keep a run busy for hours without being silent for one deadline: each with
/// a reply that it gives after some that conform.
type Busy = (&'static str, End, fn(&mut TcpStream));

const HOPELESS: End = NoVerdict("are too few for the");

/// What is answered within the time of the run shows what is wrong with it.
const SLOW: End = Differs("status-unexpected");

const BUSY: &[Busy] = &[
    ("throttles after the first request", HOPELESS, |stream| {
        throttle(stream, "");
    }),
    ("asks for patience until 2099", HOPELESS, |stream| {
        throttle(stream, "retry-after: Thu, 31 Dec 2099 23:59:59 GMT\r\n");
    }),
    ("answers just inside the deadline", SLOW, |stream| {
        std::thread::sleep(Duration::from_millis(9_500));
        json(stream, conforming().as_bytes());
    }),
    (
        "drips a body that ends just inside the deadline",
        SLOW,
        |stream| {
            let body = conforming();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            send(stream, &head, b"");
            let pause = Duration::from_millis(9_500 / body.len() as u64);
            for byte in body.as_bytes() {
                send(stream, "", &[*byte]);
                std::thread::sleep(pause);
            }
        },
    ),
];

#[test]
#[ignore = "takes half a minute each: cargo test --release --test network busy -- --ignored"]
fn a_busy_server_is_given_up_by_a_default_run() {
    std::thread::scope(|scope| {
        for (name, end, answer) in BUSY {
            scope.spawn(|| survive(name, *end, &after(1, *answer), &[]));
        }
    });
}

/// The same in short: whatever a server does, the run ends in its longest time.
#[test]
fn a_run_ends_in_its_longest_time() {
    std::thread::scope(|scope| {
        for (name, _, answer) in BUSY {
            scope.spawn(|| {
                let url = after(1, *answer);
                let end = NoVerdict("the longest time of the run is over (1 s; --max-time)");
                survive(name, end, &url, &["--max-time", "1"]);
            });
        }
    });
}

/// Bodies at their limit, by kind: each much larger once it is read.
const LARGE: &[(&str, &str)] = &[
    ("escapes", "\\u0001"),
    ("letters", "a"),
    ("quotes", "\\\""),
    ("wide characters", "\u{1f600}"),
];

fn large(unit: &str) -> String {
    let size = 8 * 1024 * 1024 - 64;
    format!("{{\"id\":\"{}\"}}", unit.repeat(size / unit.len()))
}

fn survive_large(options: &[&str]) {
    for (name, unit) in LARGE {
        let body = large(unit);
        let url = after(1, move |stream| json(stream, body.as_bytes()));
        survive(name, Differs("member-missing"), &url, options);
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release --test network large -- --ignored"]
fn large_bodies_stay_in_memory_at_any_concurrency() {
    for concurrency in ["1", "8", "64", "1024"] {
        for more in [&[][..], &[UNRECORDED]] {
            let options = ["--concurrency", concurrency];
            survive_large(&[&options, more].concat());
        }
    }
}
