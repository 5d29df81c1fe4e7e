//! Generated requests: the same seed sends the same bytes, and a failing property is
//! shown by a small request.
use crate::support::{conformant, finish, serve_changed};
use conformant::selftest::access;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a run sends to a server that answers as documented: the heads of its requests
/// without the address, in order.
fn sent(seed: &str) -> Vec<String> {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let recorded = Arc::clone(&heads);
    let url = serve_changed(move |head, _, _| {
        let lines = head.lines();
        let kept: Vec<&str> = lines
            .filter(|line| !line.to_lowercase().starts_with("host:"))
            .collect();
        recorded.lock().unwrap().push(kept.join("\n"));
    });
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "any/", "--concurrency", "1", "--base-url", &url];
    let (code, text) = finish(
        conformant(folder.path(), &arguments)
            .args(["--seed", seed, "--project-id", &access().project_id])
            .env("CONFORMANT_TOKEN", access().token),
    );
    assert_eq!(code, 0, "{text}");
    let heads = heads.lock().unwrap();
    heads.clone()
}

#[test]
fn the_same_seed_sends_the_same_bytes() {
    let (first, second, other) = (sent("7"), sent("7"), sent("8"));
    // Every property of the built-in suite generates, those with a control too.
    assert!(first.len() > 300, "{}", first.len());
    assert_eq!(first, second);
    assert_ne!(first, other);
}

/// The most requests that a server ever had before it at once; it thinks for a while
/// before each reply.
fn most_at_once(concurrency: &str) -> usize {
    static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);
    let most = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counted = Arc::clone(&most);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let most = Arc::clone(&counted);
            std::thread::spawn(move || {
                let mut head = vec![0; 16 * 1024];
                while stream.read(&mut head).is_ok_and(|count| count > 0) {
                    let now = UNDER_WAY.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    // So long that a target counts as slow.
                    std::thread::sleep(Duration::from_millis(12));
                    UNDER_WAY.fetch_sub(1, Ordering::SeqCst);
                    let reply = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
                    if stream.write_all(reply).is_err() {
                        return;
                    }
                }
            });
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "any/", "--cases", "8", "--concurrency", concurrency];
    finish(
        conformant(folder.path(), &arguments)
            .args(["--base-url", &url])
            .args(["--project-id", "0123456789abcdef0123456789abcdef"])
            .env("CONFORMANT_TOKEN", "t-1234"),
    );
    most.load(Ordering::SeqCst)
}

#[test]
fn no_more_requests_are_under_way_than_told() {
    assert_eq!(most_at_once("1"), 1);
    let most = most_at_once("4");
    assert!((2..=4).contains(&most), "{most}");
}

/// A server that answers as documented, but for projects with a capital letter.
fn serve_small_letters() -> String {
    serve_changed(|_, asked, answer| {
        let project = asked.path.split('/').nth(2).unwrap_or_default();
        if answer.status == 200 && project.chars().any(|c| c.is_ascii_uppercase()) {
            answer.status = 418;
        }
    })
}

/// The project of the one `curl` line of a run against `url`.
fn shown_project(url: &str, seed: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["run", "any/project", "--color", "never", "--base-url", url];
    let (code, text) = finish(
        conformant(folder.path(), &arguments)
            .args(["--seed", seed, "--project-id", &access().project_id])
            .env("CONFORMANT_TOKEN", access().token),
    );
    assert_eq!(code, 1, "{text}");
    assert!(text.contains(&format!("seed {seed}")), "{text}");
    let shown: Vec<&str> = text
        .lines()
        .filter(|line| line.trim_start().starts_with("curl "))
        .filter_map(|line| line.split("/v3/").nth(1)?.split('/').next())
        .collect();
    assert_eq!(shown.len(), 1, "{text}");
    shown[0].to_owned()
}

#[test]
fn a_failing_property_is_shown_by_a_small_request() {
    let url = serve_small_letters();
    let lengths: Vec<usize> = ["11", "12", "13", "14", "15", "16"]
        .iter()
        .map(|seed| {
            let project = shown_project(&url, seed);
            let fails = project.chars().any(|c| c.is_ascii_uppercase());
            assert!(fails, "seed {seed}: {project} does not fail");
            let project = percent_encoding::percent_decode_str(&project).decode_utf8();
            project.unwrap().chars().count()
        })
        .collect();
    // 32 is the shortest that conforms; what is generated first is longer for most seeds.
    assert_eq!(lengths, [32; 6]);
}
