//! The tutorial of the book does what it says, command by command.
use crate::support::{binary, conformant};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

/// The fenced blocks of this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = text.split(fence.as_str()).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap().to_owned())
        .collect()
}

/// A shell script of the commands, which ends at the first that exits otherwise than it says.
fn script(commands: &[String]) -> String {
    let mut script = "trap 'kill %1' EXIT\n".to_owned();
    for command in commands {
        let (_, code) = command.split_once("# exit ").unwrap_or(("", "0"));
        script += &format!(
            "{command}\ncode=$?\nif [ $code != {code} ]; then echo \"exit $code: line $LINENO\"; exit 9; fi\n"
        );
    }
    script
}

#[test]
fn every_command_of_the_tutorial_does_what_it_says() {
    let text = include_str!("../../docs/book/src/tutorial.md");
    let folder = tempfile::tempdir().unwrap();
    let document = blocks(text, "yaml").remove(0);
    std::fs::write(folder.path().join("notes.yaml"), document).unwrap();
    // The address of the page may be taken here.
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap().to_string();
    drop(port);
    let blocks = blocks(text, "console");
    let commands = blocks.iter().flat_map(|block| block.lines());
    let commands = commands.map(|line| line.strip_prefix("$ ").unwrap());
    let commands: Vec<String> = commands
        .map(|line| line.replace("127.0.0.1:8137", &address))
        .collect();
    assert!(commands.len() > 10, "{commands:?}");

    let program = binary();
    let path = std::env::var("PATH").unwrap();
    let beside = Path::new(&program).parent().unwrap();
    // What steers the program is not inherited.
    let clean = conformant(folder.path(), &["--suite"]);
    let mut shell = std::process::Command::new("bash");
    for (name, value) in clean.get_envs() {
        if value.is_none() {
            shell.env_remove(name);
        }
    }
    let done = shell
        .current_dir(folder.path())
        .args(["-c", &script(&commands)])
        .env("PATH", format!("{}:{path}", beside.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{printed}");
    for words in [
        "list-notes: 21 statements read, 0 to look at",
        "FAIL status-unexpected",
        "request/query/limit/range — #/paths/~1notes/get/parameters/0 (limit): 1 to 50",
        "conforms, with 1 accepted difference",
    ] {
        assert!(printed.contains(words), "'{words}' is not in: {printed}");
    }
    assert!(folder.path().join("report.html").is_file());
}
