//! A page that prints no status of success: the run is judged by the status that stands for
//! it, and any other one of success leaves it without a verdict.
use crate::support::{conformant, finish};
use conformant::selftest::access;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;

const PAGE: &str = "# Boiling\n\n## URI\n\nGET /v1/kettles\n\n## Response\n\n| Parameter | Type |\n| --- | --- |\n| lid | Integer |\n";

/// A server that answers everything with this status and `{\"lid\": 1}`.
fn answering(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{{\"lid\": 1}}"
            );
        }
    });
    url
}

fn run(status: &'static str) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let derived = conformant::derive::derive(Path::new("page.md"), PAGE, folder.path(), None);
    conformant::derive::write(&derived.unwrap(), folder.path()).unwrap();
    let suite = folder.path().display().to_string();
    let arguments = [
        "run",
        "valid/",
        "--suite",
        &suite,
        "--base-url",
        &answering(status),
    ];
    let mut command = conformant(folder.path(), &arguments);
    command
        .args(["--project-id", &access().project_id])
        .env("CONFORMANT_TOKEN", access().token);
    finish(&mut command)
}

#[test]
fn another_status_of_success_than_the_assumed_one_gives_no_verdict() {
    let (code, text) = run("200 OK");
    assert_eq!(code, 0, "{text}");
    let (code, text) = run("202 Accepted");
    assert_eq!(code, 3, "{text}");
    assert!(
        text.contains("the page prints no status of success"),
        "{text}"
    );
    // What is no success is a difference, whatever the one of success is.
    let (code, text) = run("500 Internal Server Error");
    assert_eq!(code, 1, "{text}");
}
