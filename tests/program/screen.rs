//! What a run shows: causes and not cases, in few lines, with commands that can be pasted.
use crate::support::{OPERATION, binary, conformant, finish, serve_changed, suite};
use conformant::reference::Mock;
use conformant::selftest::access;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use unicode_width::UnicodeWidthStr as _;

/// Most lines of a run that a person reads through.
const FEW: usize = 60;

/// A server with three bugs: a count is a string, a request without a token is taken, and
/// refusals lack their message, whatever their status.
fn three_bugs() -> String {
    let mock = Mock::new(suite().contract.clone().into(), access(), None);
    serve_changed(move |_, asked, answer| {
        let is_token = |(name, _): &(String, String)| name.eq_ignore_ascii_case("X-Auth-Token");
        if !asked.headers.iter().any(is_token) {
            let mut asked = asked.clone();
            let token = ("X-Auth-Token".to_owned(), access().token);
            asked.headers.push(token);
            *answer = mock.answer(&asked);
        }
        let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
            return;
        };
        if let Some(total) = body.get_mut("total_num") {
            *total = json!(total.to_string());
        }
        if answer.status >= 400 {
            body.as_object_mut().unwrap().remove("error_msg");
        }
        answer.body = body.to_string().into();
    })
}

/// A server that answers everything with the same page.
fn only_html() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while lines.read_line(&mut line).is_ok_and(|count| count > 2) {
                    line.clear();
                }
                let page = "<html>It works!</html>";
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close";
                let length = page.len();
                let reply = format!("{head}\r\ncontent-length: {length}\r\n\r\n{page}");
                let _ = (&stream).write_all(reply.as_bytes());
            });
        }
    });
    url
}

fn arguments(url: &str, more: &[&str]) -> Vec<String> {
    let project = access().project_id;
    let common = [
        "run",
        "--base-url",
        url,
        "--project-id",
        &project,
        "--seed",
        "7",
    ];
    let all = common.iter().chain(more);
    all.map(|word| (*word).to_owned()).collect()
}

fn command(folder: &Path, url: &str, more: &[&str]) -> Command {
    let arguments = arguments(url, more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = conformant(folder, &arguments);
    command.env("CONFORMANT_TOKEN", access().token);
    command
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// The commands behind `next steps`.
fn steps(text: &str) -> Vec<&str> {
    let (_, steps) = text.split_once("\nnext steps\n").unwrap_or_default();
    let lines = steps.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("conformant "))
        .collect()
}

#[test]
fn three_bugs_are_told_once_each_with_what_to_do_next() {
    let folder = tempfile::tempdir().unwrap();
    let url = three_bugs();
    let more = ["--record", "run.ndjson", "--report", "json=run.json"];
    let (code, text) = finish(command(folder.path(), &url, &more).env("CONFORMANT_CASES", "12"));
    assert_eq!(code, 1, "{text}");
    assert!(text.lines().count() < FEW, "{text}");
    assert!(text.starts_with("FAIL  show-audit-task-status  "), "{text}");
    for part in [
        "\nFAIL value-type at /total_num\n",
        "    clause    response/200/total_num/type — Table 3, row 11 (total_num): Integer (int32)\n",
        "    observed  a String\n",
        "    clause    request/header/X-Auth-Token/mandatory — Table 2, row 1 (X-Auth-Token): must be given\n",
        "    quote     “Yes”\n",
        "\nFAIL member-missing at /error_msg\n",
        "    clause    response/400/error_msg/present",
        "    clause    response/401/error_msg/present",
        "\ncoverage: ",
        "\ndefault: does not conform — ",
    ] {
        assert_eq!(count(&text, part), 1, "{part}: {text}");
    }
    // A token that is missing breaks two statements; so few may have reasons of their own.
    assert_eq!(count(&text, "\nFAIL status-unexpected\n"), 2, "{text}");
    assert_eq!(
        count(&text, "    expected  401\n    observed  200\n"),
        2,
        "{text}"
    );
    assert_eq!(count(&text, "\n    curl -sS"), 4, "{text}");
    // Cases are named behind a cause, the first few of them, and one to be sent again.
    assert!(
        count(&text, "show-audit-task-status/") <= 4 * 3 + 1,
        "{text}"
    );

    let steps = steps(&text);
    let words: Vec<&str> = steps.iter().filter_map(|it| it.split(' ').nth(1)).collect();
    assert_eq!(words, ["replay", "run", "accept", "run"], "{text}");
    for (step, (expected, part)) in steps.iter().zip([
        (1, "still failing"),
        (1, "does not conform"),
        (0, " accepted until "),
        (0, "with "),
    ]) {
        // As a person pastes it.
        let name = binary();
        let program = name.display().to_string();
        let pasted = step.replacen("conformant", &program, 1);
        let mut shell = Command::new("sh");
        shell.args(["-c", &pasted]).current_dir(folder.path());
        shell.env("CONFORMANT_TOKEN", access().token);
        shell.env("CONFORMANT_CASES", "12");
        shell.env("CONFORMANT_OPERATION", OPERATION);
        let (code, text) = finish(shell.env_remove("CI"));
        assert_eq!(code, expected, "{step}: {text}");
        assert!(text.contains(part), "{step}: {text}");
    }
}

#[test]
fn more_requests_make_no_more_lines() {
    let folder = tempfile::tempdir().unwrap();
    let url = three_bugs();
    for cases in ["4", "60"] {
        let mut command = command(folder.path(), &url, &[]);
        let (code, text) = finish(command.env("CONFORMANT_CASES", cases));
        assert_eq!(code, 1, "{text}");
        assert!(text.lines().count() < FEW, "{text}");
    }
}

#[test]
fn a_server_that_is_no_api_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let url = only_html();
    let mut command = command(folder.path(), &url, &["--allow-writes", "--operation", "*"]);
    let (code, text) = finish(command.env("CONFORMANT_CASES", "2"));
    assert_eq!(code, 1, "{text}");
    assert!(text.lines().count() < FEW, "{text}");
    for part in [
        "\nFAIL status-unexpected: every request was answered with 200\n",
        "\nFAIL media-type-wrong, json-syntax\n",
        "    observed  text/html\n",
        &format!("    check     is {url}/ the address of the API?\n"),
    ] {
        assert_eq!(count(&text, part), 1, "{part}: {text}");
    }
    assert_eq!(
        count(&text, "\nFAIL "),
        3,
        "two causes, and the second operation: {text}"
    );
    // Nobody lives with that.
    assert!(!text.contains("conformant accept"), "{text}");
}

#[test]
fn cases_are_named_where_they_are_asked_for_and_the_verdict_alone_too() {
    let folder = tempfile::tempdir().unwrap();
    let url = three_bugs();
    let run = |more: &[&str]| {
        let mut command = command(folder.path(), &url, more);
        let (code, text) = finish(command.env("CONFORMANT_CASES", "2"));
        assert_eq!(code, 1, "{text}");
        text
    };
    let id = "show-audit-task-status/token/appended\n";
    let loud = run(&["-v"]);
    assert!(loud.contains(&format!("      fail         {id}")), "{loud}");
    assert!(!run(&[]).contains(id));
    let quiet = run(&["-q"]);
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
    assert!(quiet.starts_with("default: does not conform — "), "{quiet}");
}

/// What the run shows on a terminal with so many columns; `None` on a machine without script.
fn on_a_terminal(
    folder: &Path,
    url: &str,
    columns: usize,
    more: &[(&str, &str)],
) -> Option<String> {
    if Command::new("script").arg("--version").output().is_err() {
        return None;
    }
    let words = arguments(url, &[]);
    let line = format!("{} {}", binary().display(), words.join(" "));
    let mut shell = conformant(folder, &[]);
    let mut command = Command::new("script");
    for (name, value) in shell.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder);
    command
        .env("COLUMNS", columns.to_string())
        .env("TERM", "xterm");
    command
        .env("CONFORMANT_CASES", "12")
        .env("CONFORMANT_TOKEN", access().token);
    command.env_remove("NO_COLOR").envs(more.iter().copied());
    shell.env_clear();
    let (code, text) = finish(&mut command);
    assert_eq!(code, 1, "{text}");
    Some(text.replace("\r\n", "\n"))
}

/// Text without the codes that colour it and move the cursor.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        &part[end.map_or(part.len(), |at| at + 1)..]
    });
    first + &rest.collect::<String>()
}

#[test]
fn no_line_is_wider_than_the_terminal_and_the_bar_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let url = three_bugs();
    for columns in [40, 60, 80] {
        let Some(text) = on_a_terminal(folder.path(), &url, columns, &[]) else {
            return;
        };
        assert!(text.contains("\u{1b}[31;1mFAIL"), "{text}");
        let shown = plain(&text);
        assert!(shown.contains(" requests"), "{shown}");
        for line in shown.lines().flat_map(|line| line.split('\r')) {
            assert!(line.width() <= columns, "{columns}: {line:?}");
        }
        // The bar is taken away before anything else is printed.
        let (bar, _) = text.split_once("\u{1b}[31;1mFAIL").unwrap();
        assert!(bar.contains(" requests"), "{bar:?}");
        assert!(bar.ends_with("\r\u{1b}[K"), "{bar:?}");
    }
    let plainly = on_a_terminal(folder.path(), &url, 60, &[("NO_COLOR", "1")]).unwrap();
    assert!(!plainly.contains("\u{1b}[31"), "{plainly}");
}

#[test]
fn where_nobody_watches_there_is_no_bar_and_no_line_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let url = three_bugs();
    let mut command = command(folder.path(), &url, &[]);
    command.env("COLUMNS", "40").env("CONFORMANT_CASES", "2");
    let (_, text) = finish(&mut command);
    assert!(!text.contains(['\r', '\u{1b}']), "{text:?}");
    let curl = text.lines().find(|line| line.contains("curl -sS")).unwrap();
    assert!(
        curl.ends_with("/task-status'") && curl.len() > 100,
        "{curl}"
    );
}
