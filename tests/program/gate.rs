//! Accepted differences as a gate: red for news and for nothing else.
use crate::support::{Serving, conformant, finish, run};
use conformant::baseline::today;
use std::path::{Path, PathBuf};

/// Breaks a statement that two named cases and one property check.
const FAULT: &str = "busi-type-case-folded";

fn day(offset: i64) -> String {
    (today() + chrono::TimeDelta::days(offset)).to_string()
}

fn snapshots(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder.join("snapshots/staging")) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn gate(server: &Serving, folder: &Path, more: &[&str]) -> (i32, String) {
    let mut command = server.command(folder, &["--target", "staging", "--color", "never"]);
    finish(command.args(more))
}

fn accept(folder: &Path, more: &[&str]) -> (i32, String) {
    let mut arguments = vec!["accept", "--target", "staging"];
    arguments.extend(more);
    run(folder, &arguments)
}

/// A folder in which the differences of the faulty server are accepted.
fn accepted(server: &Serving) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(gate(server, folder.path(), &[]).0, 1);
    let (code, text) = accept(
        folder.path(),
        &[
            "--reason",
            "old clients",
            "--until",
            &day(60),
            "--ticket",
            "T-1",
        ],
    );
    assert_eq!(code, 0, "{text}");
    folder
}

fn spoil(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let spoilt = text.replacen(from, to, 1);
    assert_ne!(text, spoilt, "{from}");
    std::fs::write(path, spoilt).unwrap();
}

#[test]
fn the_walk_through() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (code, text) = gate(&faulty, at, &[]);
    assert_eq!(code, 1, "{text}");
    let pending = snapshots(at);
    assert_eq!(pending.len(), 3, "{pending:?}");
    assert!(
        pending
            .iter()
            .all(|path| path.to_string_lossy().ends_with(".snap.new"))
    );
    assert_eq!(
        gate(&faulty, at, &[]).0,
        1,
        "what is pending is not accepted"
    );

    assert_eq!(accept(at, &[]).0, 2);
    assert_eq!(accept(at, &["--reason", "old clients"]).0, 2);
    assert_eq!(accept(at, &["--reason", " ", "--until", &day(1)]).0, 2);
    assert_eq!(accept(at, &["--reason", "x", "--until", &day(-1)]).0, 2);
    assert_eq!(accept(at, &["--reason", "x", "--until", "soon"]).0, 2);
    assert_eq!(
        snapshots(at),
        pending,
        "a refused acceptance changes nothing"
    );
    let (code, text) = accept(
        at,
        &[
            "--reason",
            "old clients send AUDIT",
            "--until",
            &day(10),
            "--ticket",
            "T-1",
        ],
    );
    assert_eq!(code, 0, "{text}");
    assert!(
        snapshots(at)
            .iter()
            .all(|path| path.to_string_lossy().ends_with(".snap"))
    );
    assert_eq!(
        accept(at, &["--reason", "x", "--until", &day(1)]).0,
        4,
        "nothing is pending any more"
    );

    let (code, text) = gate(&faulty, at, &[]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("3 known") && text.contains("old clients send AUDIT, T-1"),
        "{text}"
    );
    assert!(text.contains("ends soon"), "{text}");

    let mended = Serving::conforming();
    let (code, text) = gate(&mended, at, &[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("have vanished"), "{text}");
    for line in text
        .lines()
        .filter(|line| line.contains("to remove it: rm "))
    {
        let (_, command) = line.split_once("to remove it: ").unwrap();
        assert!(
            std::process::Command::new("sh")
                .args(["-c", command])
                .current_dir(at)
                .status()
                .unwrap()
                .success()
        );
    }
    assert!(snapshots(at).is_empty());
    assert_eq!(gate(&mended, at, &[]).0, 0);
}

#[test]
fn a_mutated_acceptance_is_none() {
    let faulty = Serving::faulty(FAULT);
    let until = day(60);
    let yesterday = day(-1);
    for (from, to, expected, part) in [
        (
            "observed: 200",
            "observed: 201",
            1,
            "differs otherwise than accepted",
        ),
        (
            "documented: 400",
            "documented: 401",
            1,
            "differs otherwise than accepted",
        ),
        (until.as_str(), yesterday.as_str(), 1, "ended on"),
        ("  reason: \"old clients\"\n", "", 1, "has no reason"),
        ("  until: ", "  ticket: ", 1, "has no end"),
        ("old clients", "", 1, "has no reason"),
        (until.as_str(), "whenever", 2, "is no date"),
        ("info:", "infos:", 2, "unknown key 'infos'"),
        ("  reason:", "  raison:", 2, "unknown key 'raison'"),
        ("---\nsource", "--\nsource", 2, "does not begin"),
        ("rule: status", "rule: stattus", 2, "there is no rule"),
        (
            "expression: \"busi_type",
            "expression: \"busy_type",
            2,
            "its expression",
        ),
        (
            "observed: 200",
            "seen: 200",
            2,
            "a line 'observed: …' belongs here",
        ),
    ] {
        let folder = accepted(&faulty);
        let path = folder
            .path()
            .join("snapshots/staging/show-audit-task-status__busi_type__in-upper-case.snap");
        spoil(&path, from, to);
        let before = std::fs::read(&path).unwrap();
        let (code, text) = gate(&faulty, folder.path(), &[]);
        assert_eq!(code, expected, "{from} → {to}: {text}");
        assert!(text.contains(part), "{from} → {to}: {text}");
        assert!(
            expected == 1 || text.contains("in-upper-case.snap"),
            "{text}"
        );
        assert_eq!(
            std::fs::read(&path).unwrap(),
            before,
            "a run never touches what was accepted"
        );
    }
}

#[test]
fn what_was_accepted_by_hand_is_completed_by_the_command_that_is_printed() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(gate(&faulty, folder.path(), &[]).0, 1);
    for pending in snapshots(folder.path()) {
        // What `cargo insta accept` does.
        std::fs::rename(&pending, pending.with_extension("")).unwrap();
    }
    let (code, text) = gate(&faulty, folder.path(), &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("so it accepts nothing; to complete it: conformant accept"),
        "{text}"
    );
    assert_eq!(
        accept(folder.path(), &["--reason", "r", "--until", &day(1)]).0,
        0
    );
    assert_eq!(gate(&faulty, folder.path(), &[]).0, 0);
}

#[test]
fn in_ci_nothing_is_written_and_no_variable_opens_the_gate() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    for (name, value, expected) in [
        ("INSTA_FORCE_PASS", "1", 2),
        ("INSTA_UPDATE", "always", 2),
        ("INSTA_UPDATE", "unseen", 2),
        ("INSTA_UPDATE", "force", 2),
        ("INSTA_FORCE_UPDATE", "1", 2),
        ("INSTA_FORCE_UPDATE_SNAPSHOTS", "1", 2),
        ("INSTA_UPDATE", "no", 1),
        ("INSTA_UPDATE", "new", 1),
        ("INSTA_OUTPUT", "none", 1),
        ("INSTA_PENDING_DIR", "elsewhere", 1),
        ("INSTA_WORKSPACE_ROOT", "/", 1),
        ("INSTA_REQUIRE_FULL_MATCH", "0", 1),
        ("INSTA_SNAPSHOT_REFERENCES_FILE", "refs", 1),
        ("INSTA_GLOB_FAIL_FAST", "1", 1),
        ("INSTA_TEST_RUNNER", "nextest", 1),
        ("INSTA_YAML_BLOCK_STYLE", "1", 1),
    ] {
        let mut command = faulty.command(folder.path(), &["--target", "staging"]);
        let (code, text) = finish(command.env("CI", "true").env(name, value));
        assert_eq!(code, expected, "{name}={value}: {text}");
        assert!(expected == 1 || text.contains(name), "{text}");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "{name}={value}"
        );
    }
}

#[test]
fn two_targets_do_not_share_what_they_accept() {
    let (one, other) = (
        Serving::faulty(FAULT),
        Serving::faulty("500-error-msg-is-null"),
    );
    let folder = accepted(&one);
    let production = |server: &Serving| {
        let mut command = server.command(folder.path(), &["--target", "production"]);
        finish(&mut command).0
    };
    assert_eq!(production(&other), 1);
    assert_eq!(
        run(
            folder.path(),
            &[
                "accept",
                "--target",
                "production",
                "--reason",
                "r",
                "--until",
                &day(1)
            ]
        )
        .0,
        0
    );
    assert_eq!(
        (gate(&one, folder.path(), &[]).0, production(&other)),
        (0, 0)
    );
    assert_eq!(
        (gate(&other, folder.path(), &[]).0, production(&one)),
        (1, 1)
    );
}

#[test]
fn seeds_do_not_show_in_snapshots() {
    let faulty = Serving::faulty(FAULT);
    let mut seen: Option<Vec<(PathBuf, Vec<u8>)>> = None;
    for seed in 0..50 {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            gate(
                &faulty,
                folder.path(),
                &["busi_type", "--seed", &seed.to_string()]
            )
            .0,
            1
        );
        let now: Vec<(PathBuf, Vec<u8>)> = snapshots(folder.path())
            .into_iter()
            .map(|path| {
                (
                    path.file_name().unwrap().into(),
                    std::fs::read(&path).unwrap(),
                )
            })
            .collect();
        if let Some(before) = &seen {
            assert_eq!(*before, now, "seed {seed}");
        }
        seen = Some(now);
    }
}

#[test]
fn a_snapshot_without_its_case_fails() {
    let server = Serving::conforming();
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    let at = folder.path().join("snapshots/staging");
    let text =
        std::fs::read_to_string(at.join("show-audit-task-status__busi_type__capitalised.snap"))
            .unwrap();
    for path in snapshots(folder.path()) {
        std::fs::remove_file(path).unwrap();
    }
    let gone = at.join("show-audit-task-status__busi_type__gone.snap");
    std::fs::write(
        &gone,
        text.replace("busi_type/capitalised", "busi_type/gone"),
    )
    .unwrap();
    let (code, text) = gate(&server, folder.path(), &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("the suite has no case 'busi_type/gone'") && text.contains("rm '"),
        "{text}"
    );
}

#[test]
fn a_filter_leaves_the_other_acceptances_alone() {
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    let (code, text) = gate(&faulty, folder.path(), &["token/"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(snapshots(folder.path()).len(), 3);
}

#[test]
fn inconclusive_cases_leave_nothing_to_accept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Serving::conforming();
    let mut command = server.command(folder.path(), &["--target", "staging"]);
    assert_eq!(
        finish(command.env("CONFORMANT_TOKEN", "not-the-token")).0,
        3
    );
    assert!(snapshots(folder.path()).is_empty());
}

#[test]
fn notes_need_accepting_only_when_strict() {
    let faulty = Serving::variant("conforming-additions");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(gate(&faulty, folder.path(), &[]).0, 0);
    assert!(snapshots(folder.path()).is_empty());
    let (code, text) = gate(&faulty, folder.path(), &["--strict"]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(
        accept(folder.path(), &["--reason", "r", "--until", &day(1)]).0,
        0
    );
    assert_eq!(gate(&faulty, folder.path(), &["--strict"]).0, 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_no_silent_pass() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("snapshots"), "a file").unwrap();
    let (code, text) = gate(&faulty, folder.path(), &[]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("snapshots"), "{text}");
}

#[test]
fn differences_are_printed_even_where_they_cannot_be_left_pending() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let name = "show-audit-task-status__busi_type__capitalised.snap.new";
    // A folder in the place of the file: nothing can be renamed onto it.
    std::fs::create_dir_all(folder.path().join("snapshots/staging").join(name).join("x")).unwrap();
    let (code, text) = gate(&faulty, folder.path(), &["--report", "json=r.json"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains(name), "{text}");
    assert!(text.contains("FAIL busi_type/capitalised"), "{text}");
    assert!(folder.path().join("r.json").exists());
}

#[test]
fn the_shipped_example_is_accepted() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let mut command = faulty.command(folder.path(), &["--target", "example", "--snapshots"]);
    let (code, text) = finish(command.arg(shipped));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("3 known"), "{text}");
    let (code, text) = finish(&mut conformant(
        folder.path(),
        &["accept", "--target", "example"],
    ));
    assert_eq!(code, 2, "{text}");
}

/// Every snapshot, accepted or pending, is whole, and nothing half-written has its name.
fn all_whole(folder: &Path) {
    for path in snapshots(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // What a killed process leaves is a hidden temporary file, which nothing reads.
        if !name.starts_with('.') {
            let text = std::fs::read_to_string(&path).unwrap();
            let (_, contents) = text.split_once("\n---\n").unwrap();
            conformant::baseline::parse(contents).unwrap();
        }
    }
}

#[test]
fn two_runs_at_once_leave_whole_snapshots() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        faulty
            .command(folder.path(), &["busi_type", "--target", "staging", "-q"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut running = [start(), start(), start()];
    for child in &mut running {
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
    assert_eq!(snapshots(folder.path()).len(), 3);
    all_whole(folder.path());
}

#[test]
fn killed_acceptances_leave_each_snapshot_old_or_new() {
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    for round in 0..30_u64 {
        // Complete and incomplete in turn, so that each acceptance has something to write.
        for path in snapshots(folder.path()) {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.contains("  reason: \"") {
                let kept: Vec<&str> = text
                    .lines()
                    .filter(|line| !line.starts_with("  reason: "))
                    .collect();
                std::fs::write(&path, kept.join("\n") + "\n").unwrap();
            }
        }
        let arguments = [
            "accept",
            "--target",
            "staging",
            "--reason",
            "r",
            "--until",
            &day(9),
        ];
        let mut child = conformant(folder.path(), &arguments)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(300 * round));
        let _ = child.kill();
        let _ = child.wait();
        all_whole(folder.path());
        let (code, text) = gate(&faulty, folder.path(), &["busi_type"]);
        assert!(code == 0 || code == 1, "round {round}: {text}");
    }
}
