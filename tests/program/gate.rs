//! Accepted differences as a gate: red for news and for nothing else.
use crate::support::{Serving, conformant, finish, full_depth, run, side_by_side};
use conformant::baseline::{MAX_DAYS, days_after, today};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

mod variables;
mod whole;

/// Breaks a statement that as many cases and properties check.
const SHOWN_IN: usize = 7;
const FAULT: &str = "busi-type-case-folded";

fn day(offset: i64) -> String {
    days_after(today(), offset).to_string()
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
    assert_eq!(pending.len(), SHOWN_IN, "{pending:?}");
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
    let compact = day(1).replace('-', "");
    let with_time = format!("{}T00:00:00", day(1));
    let too_far = day(MAX_DAYS + 1);
    for until in ["soon", "9999-12-31", &compact, &with_time, &too_far] {
        let (code, text) = accept(at, &["--reason", "x", "--until", until]);
        assert!(
            code == 2 && text.contains("--until"),
            "{until}: {code} {text}"
        );
    }
    for reason in [".", "…", "\u{200b}", "\u{3164}", "\\u{200b}", "1"] {
        let (code, text) = accept(at, &["--reason", reason, "--until", &day(1)]);
        assert!(
            code == 2 && text.contains("in words"),
            "{reason:?}: {code} {text}"
        );
    }
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
        text.contains(&format!("{SHOWN_IN} known")) && text.contains("old clients send AUDIT, T-1"),
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
    let far = day(MAX_DAYS + 1);
    let compact = until.replace('-', "");
    let with_time = format!("{until}T00:00:00");
    let accepted_on = format!("accepted: \"{}\"", day(0));
    let tomorrow = format!("accepted: \"{}\"", day(1));
    let folder = accepted(&faulty);
    let accepted = snapshots(folder.path())
        .into_iter()
        .map(|path| {
            (
                path.file_name().unwrap().to_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect::<Vec<_>>();
    let mutations = [
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
        ("  until: ", "  ticket: ", 2, "'ticket' stands twice"),
        ("  ticket: ", "  until: ", 2, "'until' stands twice"),
        ("  ticket: ", "  reason: ", 2, "'reason' stands twice"),
        (
            "info:\n",
            "info:\n  until: \"2027-01-01\"\n",
            2,
            "'until' stands twice",
        ),
        (
            "---\nrule",
            "info:\n  reason: \"x\"\n---\nrule",
            2,
            "'info' stands twice",
        ),
        (
            "source: conformant\n",
            "source: conformant\nsource: conformant\n",
            2,
            "'source' stands twice",
        ),
        (until.as_str(), far.as_str(), 2, "over 366 days"),
        (until.as_str(), "9999-12-31", 2, "over 366 days"),
        (until.as_str(), compact.as_str(), 2, "is no date"),
        (until.as_str(), with_time.as_str(), 2, "is no date"),
        (
            accepted_on.as_str(),
            tomorrow.as_str(),
            2,
            "later than today",
        ),
        ("old clients", ".", 1, "has no reason"),
        ("old clients", "\\u200b", 1, "has no reason"),
        ("old clients", "\u{3164}", 1, "has no reason"),
        ("\"old clients\"", "17", 2, "'reason' is no text"),
        ("\"old clients\"", "'old clients'", 2, ".snap:6: "),
        ("\"old clients\"", "\"old clients\" # x", 2, ".snap:6: "),
        ("\"old clients\"", "\"old clients\" ", 2, ".snap:6: "),
        ("info:", "info: ", 2, ".snap:4: "),
        (
            "documented: 400\n",
            "documented: 400 \n",
            1,
            "differs otherwise than accepted",
        ),
        (
            "documented: 400\n",
            "documented: 400\r\n",
            1,
            "differs otherwise than accepted",
        ),
        (
            "an unlisted value\n",
            "an unlisted value \n",
            1,
            "differs otherwise than accepted",
        ),
        (
            "an unlisted value\n",
            "an unlisted value\n\n",
            1,
            "differs otherwise than accepted",
        ),
        (
            "an unlisted value\n",
            "an unlisted value",
            2,
            "does not end with a line feed",
        ),
        (
            "---\nrule",
            "---\n\nrule",
            2,
            "a line 'rule: …' belongs here",
        ),
        ("old clients", "", 1, "has no reason"),
        (until.as_str(), "whenever", 2, "is no date"),
        ("info:", "infos:", 2, "unknown key 'infos'"),
        ("  reason:", "  raison:", 2, "unknown key 'raison'"),
        ("---\nsource", "--\nsource", 2, "does not begin"),
        ("rule: status", "rule: stattus", 2, "there is no rule"),
        ("/busi_type/", "/busy_type/", 2, "its expression"),
        (
            "observed: 200",
            "seen: 200",
            2,
            "a line 'observed: …' belongs here",
        ),
    ];
    side_by_side(&mutations, |&(from, to, expected, part)| {
        let folder = tempfile::tempdir().unwrap();
        let staging = folder.path().join("snapshots/staging");
        std::fs::create_dir_all(&staging).unwrap();
        for (name, bytes) in &accepted {
            std::fs::write(staging.join(name), bytes).unwrap();
        }
        let path = staging.join("show-audit-task-status__busi_type__in-upper-case.snap");
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
    });
}

#[cfg(unix)]
#[test]
fn no_link_lends_a_target_what_another_accepts() {
    use std::os::unix::fs::symlink;
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    let at = folder.path();
    let run_as = |more: &[&str]| finish(faulty.command(at, &["--color", "never"]).args(more));
    let links = |text: &str| text.contains("symbolic link");

    symlink("staging", at.join("snapshots/production")).unwrap();
    let (code, text) = run_as(&["--target", "production"]);
    assert!(code == 2 && links(&text), "{code} {text}");
    symlink("snapshots", at.join("others")).unwrap();
    for root in ["others", "others/", "./others/."] {
        let (code, text) = run_as(&["--target", "staging", "--snapshots", root]);
        assert!(code == 2 && links(&text), "{root}: {code} {text}");
        let (code, text) = run(
            at,
            &[
                "accept",
                "--target",
                "staging",
                "--snapshots",
                root,
                "--reason",
                "x",
                "--until",
                &day(1),
            ],
        );
        assert!(code == 2 && links(&text), "{root}: {code} {text}");
    }
    // One file in place of the whole folder.
    std::fs::create_dir(at.join("snapshots/testing")).unwrap();
    for path in snapshots(at) {
        let name = path.file_name().unwrap();
        symlink(&path, at.join("snapshots/testing").join(name)).unwrap();
    }
    let (code, text) = run_as(&["--target", "testing"]);
    assert!(code == 2 && links(&text), "{code} {text}");
    assert_eq!(gate(&faulty, at, &[]).0, 0, "the folder itself is none");
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
    let seen: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    let seeds: Vec<u32> = (0..if full_depth() { 50 } else { 12 }).collect();
    side_by_side(&seeds, |seed| {
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
        assert_eq!(*seen.get_or_init(|| now.clone()), now, "seed {seed}");
    });
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
        text.replace(
            "show-audit-task-status/busi_type/capitalised",
            "show-audit-task-status/busi_type/gone",
        ),
    )
    .unwrap();
    let (code, text) = gate(&server, folder.path(), &[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("the suite has no case 'show-audit-task-status/busi_type/gone'")
            && text.contains("rm '"),
        "{text}"
    );
}

#[test]
fn a_filter_leaves_the_other_acceptances_alone() {
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    let (code, text) = gate(&faulty, folder.path(), &["token/"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(snapshots(folder.path()).len(), SHOWN_IN);
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
    // The verdict counts, and what could not be written is a warning.
    assert_eq!(code, 1, "{text}");
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
    assert_eq!(code, 1, "{text}");
    assert!(text.contains(name), "{text}");
    assert!(
        text.contains("show-audit-task-status/busi_type/capitalised"),
        "{text}"
    );
    assert!(folder.path().join("r.json").exists());
}

#[test]
fn the_shipped_example_is_accepted() {
    let faulty = Serving::faulty(FAULT);
    let folder = tempfile::tempdir().unwrap();
    // Its dates are those of the day on which it was written: only they are moved.
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/example");
    let copy = folder.path().join("shipped/example");
    std::fs::create_dir_all(&copy).unwrap();
    for entry in std::fs::read_dir(shipped).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let moved: String = text
            .lines()
            .map(|line| match line.split_once(": ") {
                Some(("  accepted", _)) => format!("  accepted: \"{}\"\n", day(0)),
                Some(("  until", _)) => format!("  until: \"{}\"\n", day(MAX_DAYS)),
                _ => format!("{line}\n"),
            })
            .collect();
        std::fs::write(copy.join(path.file_name().unwrap()), moved).unwrap();
    }
    let more = ["--target", "example", "--snapshots", "shipped"];
    let (code, text) = finish(&mut faulty.command(folder.path(), &more));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(&format!("{SHOWN_IN} known")), "{text}");
    let (code, text) = finish(&mut conformant(
        folder.path(),
        &["accept", "--target", "example"],
    ));
    assert_eq!(code, 2, "{text}");
}
