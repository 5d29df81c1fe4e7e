//! Canaries: a server that throws every secret back, in every place and encoding,
//! and no byte of them in what the run prints or writes.
use crate::hostile::http2;
use crate::support::target::{conformant, folder, outcome};
use crate::support::wire;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use base64::Engine as _;
use conformant::selftest::access;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Characters that every encoding writes differently.
const TOKEN: &str = "Canary/Token+with\"odd\\chars=%7E~&<x>'end";

/// Every form in which a secret may come back.
fn forms(secret: &str) -> Vec<String> {
    let each = |code: &dyn Fn(u8) -> String| secret.bytes().map(code).collect::<String>();
    let json = serde_json::to_string(secret).unwrap();
    let json = json.trim_matches('"').to_owned();
    let percent = each(&|byte| format!("%{byte:02X}"));
    let unicode = each(&|byte| format!("\\u{byte:04x}"));
    let decimal = each(&|byte| format!("&#{byte};"));
    let hex = each(&|byte| format!("{byte:02x}"));
    let mut forms = vec![
        secret.to_owned(),
        secret.to_uppercase(),
        json.replace('\\', "\\\\"),
        json.clone(),
        json.replace('/', "\\/"),
        percent.to_lowercase(),
        percent.replace('%', "%25"),
        percent,
        unicode.replace('\\', "\\\\"),
        unicode,
        conformant::exchange::percent_encode(secret),
        decimal.replace('&', "&amp;"),
        decimal,
        each(&|byte| format!("&#x{byte:x};")),
        each(&|byte| format!("{}\0", char::from(byte))),
        each(&|byte| format!("\0{}", char::from(byte))),
        hex.to_uppercase(),
        hex,
        base32(secret.as_bytes()).to_lowercase(),
        base32(secret.as_bytes()),
        secret.chars().rev().collect(),
    ];
    for before in ["", "a", "ab"] {
        let text = format!("{before}{secret}{before}");
        let base64 = base64::engine::general_purpose::STANDARD.encode(&text);
        let lines: Vec<String> = base64
            .as_bytes()
            .chunks(19)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        forms.push(lines.join("\r\n"));
        forms.push(base64);
        forms.push(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text));
    }
    forms
}

fn base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| (byte >> at) & 1))
        .collect();
    bits.chunks(5)
        .map(|five| {
            let value = (0..5).fold(0, |value, at| 2 * value + five.get(at).unwrap_or(&0));
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(value)])
        })
        .collect()
}

/// A form of the secret whole, and of parts of it: all that a reply may throw back.
fn thrown(secret: &str, turn: usize) -> String {
    let is_ascii = secret.is_ascii();
    let parts = [
        secret,
        secret.get(3..13).filter(|_| is_ascii).unwrap_or(secret),
        secret.get(..secret.len() / 2).unwrap_or(secret),
        secret.get(secret.len() / 2..).unwrap_or(secret),
    ];
    let forms = forms(parts[turn / 7 % parts.len()]);
    forms[turn % forms.len()].clone()
}

/// Eight characters of the token in a row that stand in a text, as they are or where its
/// simple escapes are resolved.
fn leak(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let plain = text.replace(['\0', '\r', '\n'], "").replace("\\u0000", "");
    let token = TOKEN.to_lowercase();
    let parts = (0..=token.len() - 8).map(|at| &token[at..at + 8]);
    let hex = |part: &str| -> String { part.bytes().map(|byte| format!("{byte:02x}")).collect() };
    parts
        .flat_map(|part| [part.to_owned(), hex(part)])
        .find(|part| text.contains(part) || plain.contains(part))
}

async fn echo(State(turn): State<Arc<AtomicUsize>>, request: Request) -> Response {
    let turn = turn.fetch_add(1, Ordering::Relaxed);
    let (head, body) = request.into_parts();
    let sent = ["x-auth-token", "authorization"]
        .iter()
        .find_map(|name| head.headers.get(*name))
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default();
    let is_password = head.method == "POST";
    let body = to_bytes(body, 65_536).await.unwrap();
    let body = String::from_utf8(body.into()).unwrap();
    let holds = serde_json::to_string(TOKEN).unwrap();
    assert!(
        !is_password || body.contains(&holds),
        "the password is sent"
    );
    let secret = if is_password { TOKEN } else { &sent };
    let form = &thrown(secret, turn);
    let quoted = serde_json::to_string(form).unwrap();
    let printable = form.replace(|c: char| c.is_control(), "");
    let body = match turn % 6 {
        0 => format!("{{\"task_status\": {quoted}, \"id\": {quoted}}}"),
        1 => format!("{{{quoted}: {{{quoted}: [{quoted}]}}, \"error_msg\": {quoted}}}"),
        2 => format!("you sent {form}"),
        3 => format!("<html><body>{form}</body></html>"),
        4 => format!("[{quoted}, {quoted}]"),
        _ => format!("{{\"error_code\": {quoted}, \"error_msg\": \"\\\"{form}\"}}"),
    };
    let reply = |media: &str| {
        let status = [200, 200, 400, 500, 418, 302][turn / 2 % 6];
        Response::builder()
            .status(status)
            .header("content-type", media)
            .header("x-echo", &printable)
            .header(
                "location",
                format!("/{}", conformant::exchange::percent_encode(form)),
            )
            .body(Body::from(body.clone()))
    };
    match turn % 3 {
        0 => reply("application/json").unwrap(),
        1 => reply(&format!("application/json; was={printable}")).unwrap(),
        _ => reply(&printable).unwrap(),
    }
}

fn serve() -> (String, Runtime) {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .fallback(echo)
        .with_state(Arc::new(AtomicUsize::new(0)));
    runtime.spawn(async move { axum::serve(listener, router).await });
    (url, runtime)
}

/// All that the run left: both streams and every file in its folder.
fn left(folder: &Path, out: &str, err: &str) -> Vec<(String, String)> {
    let mut left = vec![
        ("stdout".to_owned(), out.to_owned()),
        ("stderr".to_owned(), err.to_owned()),
    ];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                left.push((path.display().to_string(), text));
            }
        }
    }
    left
}

#[test]
fn no_form_of_the_token_is_left_anywhere() {
    let folder = folder("canary");
    let (url, _runtime) = serve();
    let mut seen = false;
    let middle = &TOKEN[1..TOKEN.len() - 1];
    let forms = [forms(TOKEN), forms(middle)].concat();
    for verbose in [false, true] {
        let mut command = conformant(&folder);
        command
            .args([
                "run",
                "--base-url",
                &url,
                "--project-id",
                &access().project_id,
            ])
            .args([
                "--report",
                "json=report.json",
                "--report",
                "junit=report.xml",
                "--report",
                "markdown=report.md",
                "--report",
                "html=report.html",
                "--cases",
                "16",
                "--seed",
                "3",
            ])
            .args(["--record", "record.ndjson"])
            .env("CONFORMANT_TOKEN", TOKEN)
            .env_remove("CI");
        if verbose {
            command.arg("-v");
        }
        let (code, out, err) = outcome(&mut command);
        // Reports came out: what was redacted could be, and nothing was held back.
        assert_eq!(code, 1, "{err}");
        for (place, text) in left(&folder, &out, &err) {
            assert_eq!(leak(&text), None, "in {place}");
            for form in &forms {
                assert!(!text.contains(form), "{place} holds {form}");
            }
            // The unescaped text, as a reader of the JSON report sees it.
            let documents: Vec<&str> = if place.ends_with(".json") {
                vec![&text]
            } else if place.ends_with(".ndjson") {
                text.lines().collect()
            } else {
                Vec::new()
            };
            for document in documents {
                let value: serde_json::Value = serde_json::from_str(document).unwrap();
                strings(&value, &mut |text| {
                    assert_eq!(leak(text), None, "in {place}");
                    for form in &forms {
                        assert!(!text.contains(form), "{place} holds {form}");
                    }
                });
            }
            seen |= text.contains("$CONFORMANT_TOKEN");
        }
    }
    assert!(seen, "the canary never sang: nothing was redacted");
    for report in ["report.json", "report.xml", "report.md", "report.html"] {
        assert!(folder.join(report).exists(), "{report} was held back");
    }
    let record = std::fs::read_to_string(folder.join("record.ndjson")).unwrap();
    assert!(
        record.lines().last().unwrap().contains("exit_code"),
        "no footer"
    );
}

fn strings(value: &serde_json::Value, visit: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => visit(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                visit(name);
                strings(member, visit);
            }
        }
        _ => {}
    }
}

#[test]
fn no_password_or_secret_key_is_left_where_a_service_throws_it_back() {
    let folder = folder("canary-iam");
    let (url, _runtime) = serve();
    std::fs::write(
        folder.join("targets.toml"),
        format!(
            "[target.iam]\nbase_url = \"{url}\"\ntoken.iam = {{ endpoint = \"{url}\", user = \"u\", domain = \"d\", password = {{ env = \"SECRET\" }}, project = \"p\" }}\n\
             [target.signed]\nbase_url = \"{url}\"\nproject_id = \"{}\"\nauth = {{ ak = {{ env = \"KEY\" }}, sk = {{ env = \"SECRET\" }} }}\n",
            access().project_id
        ),
    )
    .unwrap();
    for (name, expected) in [("iam", 3), ("signed", 1)] {
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--target", name, "--report", "json=report.json"])
                .args(["--cases", "4", "--record", "record.ndjson"])
                .env("SECRET", TOKEN)
                .env("KEY", "CanaryAccessKey"),
        );
        assert_eq!(code, expected, "{out}{err}");
        if name == "iam" {
            assert!(err.contains("$IAM_PASSWORD"), "{err}");
        }
        for (place, text) in left(&folder, &out, &err) {
            for form in forms(TOKEN) {
                assert!(!text.contains(&form), "{place} holds {form}");
            }
        }
    }
}

#[test]
fn reason_phrases_header_names_and_broken_replies_show_nothing() {
    const NAME: &str = "Canary-Token-0a1B2c3D4e";
    let folder = folder("canary-head");
    let turn = AtomicUsize::new(0);
    let turn = Arc::new(turn);
    let url = wire::serve(move |stream| {
        let body = b"{\"error_code\":\"x\",\"error_msg\":\"y\"}";
        match turn.fetch_add(1, Ordering::Relaxed) % 4 {
            0 => wire::reply(stream, &format!("{NAME}: 1\r\nx-{NAME}: 2\r\n"), body),
            1 => {
                let head = format!("HTTP/1.1 400 {NAME}\r\ncontent-length: 2\r\n\r\n");
                wire::send(stream, &head, b"{}");
            }
            2 => wire::send(stream, &format!("{NAME} is no HTTP\r\n\r\n"), b""),
            _ => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {NAME}\r\n\r\n");
                wire::send(stream, &head, b"{}");
            }
        }
    });
    let (code, out, err) = outcome(
        conformant(&folder)
            .args(["run", "valid", "any", "--base-url", &url, "--project-id"])
            .arg(access().project_id)
            .args(["--cases", "8", "--record", "record.ndjson"])
            .args(["--report", "json=report.json", "--report", "html=r.html"])
            .env("CONFORMANT_TOKEN", NAME),
    );
    assert_eq!(code, 1, "{out}{err}");
    let mut seen = false;
    for (place, text) in left(&folder, &out, &err) {
        let name = NAME.to_lowercase();
        assert!(!text.to_lowercase().contains(&name[..8]), "{place}: {text}");
        seen |= text.contains("$CONFORMANT_TOKEN");
    }
    assert!(seen, "nothing was redacted");
}

#[test]
fn what_a_connection_ends_with_shows_no_secret() {
    const SECRET: &str = "Canary-Password-0a1B2c3D4e";
    let folder = folder("canary-goaway");
    let url = http2::serve(|stream, _| http2::go_away(stream, SECRET.as_bytes()));
    std::fs::write(
        folder.join("targets.toml"),
        format!(
            "[target.iam]\nbase_url = \"{url}\"\ninsecure = true\ntoken.iam = {{ endpoint = \"{url}\", user = \"u\", domain = \"d\", password = {{ env = \"SECRET\" }}, project = \"p\" }}\n\
             [target.token]\nbase_url = \"{url}\"\ninsecure = true\nproject_id = \"{}\"\ntoken = {{ env = \"SECRET\" }}\n",
            access().project_id
        ),
    )
    .unwrap();
    for name in ["iam", "token"] {
        let (code, out, err) = outcome(
            conformant(&folder)
                .args(["run", "--target", name, "--report", "json=report.json"])
                .args(["--record", "record.ndjson"])
                .env("SECRET", SECRET),
        );
        assert!(matches!(code, 1 | 3), "{name}: {out}{err}");
        if name == "iam" {
            assert!(err.contains("$IAM_PASSWORD"), "{err}");
        }
        for (place, text) in left(&folder, &out, &err) {
            assert!(!text.contains("Canary"), "{name} {place}: {text}");
        }
    }
}

#[test]
fn a_short_token_is_warned_of() {
    let folder = folder("short");
    let (url, _runtime) = serve();
    let run = |token: &str| {
        outcome(
            conformant(&folder)
                .args(["run", "valid", "--base-url", &url, "--project-id"])
                .arg(access().project_id)
                .env("CONFORMANT_TOKEN", token),
        )
    };
    let (_, _, err) = run("t-1234");
    assert!(
        err.contains("WARNING: $CONFORMANT_TOKEN has fewer than 8 characters"),
        "{err}"
    );
    let (_, _, err) = run(TOKEN);
    assert!(!err.contains("WARNING"), "{err}");
}
