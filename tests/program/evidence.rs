//! Records, replays and shards: evidence is whole or none, and holds no secret.
use crate::support::{Serving, conformant, finish, run};
use conformant::selftest::access;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const FAULT: &str = "500-error-msg-is-null";

fn replay(server: &Serving, folder: &Path, case: &str) -> (i32, String) {
    let access = access();
    let mut command = conformant(
        folder,
        &["replay", "r.ndjson", case, "--base-url", &server.url],
    );
    command
        .args(["--project-id", &access.project_id])
        .args(["--foreign-project-id", &access.foreign_project_id])
        .args(["--provoke", "500=Prefer: code=500"])
        .env("CONFORMANT_TOKEN", access.token);
    finish(&mut command)
}

fn recorded(server: &Serving) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut command = server.command(folder.path(), &["--record", "r.ndjson", "--seed", "3"]);
    finish(command.env("CI", "1"));
    folder
}

#[test]
fn a_record_is_whole_and_holds_no_secret() {
    let folder = recorded(&Serving::faulty(FAULT));
    let text = std::fs::read_to_string(folder.path().join("r.ndjson")).unwrap();
    assert!(!text.contains(&access().token));
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!(first["format"], "conformant-record/3");
    // What sha256sum prints for each file of the suite.
    let digests = first["digests"].as_object().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, digest) in digests {
        let bytes = std::fs::read(root.join(name)).unwrap();
        let expected = conformant::digest::hex(&conformant::digest::Sha256::digest(bytes));
        assert_eq!(*digest, expected, "{name}");
    }
    for name in [
        "schemas/show-audit-task-status/contract.json",
        "service.toml",
    ] {
        assert!(digests.contains_key(name), "{name}");
    }
    assert_eq!(last["exchanges"], lines.len() - 2);
    assert_eq!(last["exit_code"], 1);
}

#[test]
fn a_replay_tells_fixed_from_failing() {
    let faulty = Serving::faulty(FAULT);
    let folder = recorded(&faulty);
    let (code, text) = replay(&faulty, folder.path(), "provoked/500");
    assert_eq!(
        (code, text.contains("still failing\n")),
        (1, true),
        "{text}"
    );
    let (code, text) = replay(&Serving::conforming(), folder.path(), "provoked/500");
    assert_eq!((code, text.contains("fixed")), (0, true), "{text}");
    let (code, text) = replay(&faulty, folder.path(), "any/wrong-token");
    assert_eq!(
        (code, text.contains("conforms, as recorded")),
        (0, true),
        "{text}"
    );
    assert_eq!(replay(&faulty, folder.path(), "no/such").0, 2);
}

#[test]
fn what_is_cut_or_changed_is_no_evidence() {
    let faulty = Serving::faulty(FAULT);
    let folder = recorded(&faulty);
    let path = folder.path().join("r.ndjson");
    let whole = std::fs::read_to_string(&path).unwrap();
    let without_footer = whole.lines().take(20).collect::<Vec<_>>().join("\n");
    for (spoilt, part) in [
        (without_footer, "no footer"),
        (
            whole.replacen("\"status\":401", "\"status\":400", 1),
            "was changed",
        ),
        (
            whole.replacen("conformant-record/3", "conformant-record/1", 1),
            "the format is not",
        ),
        (
            whole.replacen("\"retries\":0", "\"retries\":zero", 1),
            "cannot be read",
        ),
        (format!("{whole}{{}}\n"), "follows the footer"),
        (String::new(), "is empty"),
    ] {
        std::fs::write(&path, spoilt).unwrap();
        let (code, text) = replay(&faulty, folder.path(), "provoked/500");
        assert_eq!(code, 2, "{text}");
        assert!(
            text.contains(part) && text.contains("r.ndjson"),
            "{part}: {text}"
        );
    }
}

fn shard(server: &Serving, folder: &Path, more: &[&str], out: &str) -> i32 {
    let report = format!("json={out}");
    let mut command: Command = server.command(folder, &["--report", &report, "-q"]);
    finish(command.args(more).env("CI", "1")).0
}

fn verdicts(path: &Path) -> BTreeMap<String, String> {
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let word = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap().to_owned();
    let of = |list: &str| {
        report["operations"][0][list]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (word(entry, "id"), word(entry, "verdict")))
            .collect::<Vec<_>>()
    };
    of("cases").into_iter().chain(of("clauses")).collect()
}

#[test]
fn three_shards_give_the_report_of_one_run() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(shard(&faulty, at, &["--seed", "3"], "whole.json"), 1);
    for index in 1..=3 {
        shard(
            &faulty,
            at,
            &["--seed", "3", "--shard", &format!("{index}/3")],
            &format!("s{index}.json"),
        );
    }
    let (code, text) = run(
        at,
        &[
            "merge",
            "s3.json",
            "s1.json",
            "s2.json",
            "--out",
            "merged.json",
        ],
    );
    assert_eq!(code, 1, "{text}");
    assert_eq!(
        verdicts(&at.join("merged.json")),
        verdicts(&at.join("whole.json"))
    );

    shard(
        &faulty,
        at,
        &["--seed", "4", "--shard", "2/3"],
        "other.json",
    );
    shard(
        &faulty,
        at,
        &["--seed", "3", "--shard", "2/3", "--cases", "9"],
        "fewer.json",
    );
    std::fs::write(at.join("cut.json"), "{").unwrap();
    for (reports, part) in [
        (&["s1.json", "s2.json"][..], "shard 3/3 is missing"),
        (&["s1.json", "s2.json", "s2.json"], "is there twice"),
        (&["s1.json", "other.json", "s3.json"], "its seed differs"),
        (&["s1.json", "fewer.json", "s3.json"], "its plan differs"),
        (&["whole.json"], "no report of a shard"),
        (&["cut.json"], "this is no report"),
    ] {
        let mut arguments = vec!["merge"];
        arguments.extend(reports);
        let (code, text) = run(at, &arguments);
        assert_eq!(code, 2, "{reports:?}: {text}");
        assert!(text.contains(part), "{reports:?}: {text}");
    }
    assert_eq!(
        shard(&faulty, at, &["--shard", "1/3"], "x.json"),
        2,
        "shards need a seed"
    );
    assert_eq!(
        shard(&faulty, at, &["--seed", "3", "--shard", "4/3"], "x.json"),
        2
    );
}
