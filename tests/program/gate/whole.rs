//! Snapshots are whole whoever writes them at once, and whenever a writer is killed.
use super::{FAULT, accepted, day, gate, snapshots};
use crate::support::{Serving, conformant, full_depth};
use std::path::Path;

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
    assert_eq!(snapshots(folder.path()).len(), super::SHOWN_IN);
    all_whole(folder.path());
}

#[test]
fn killed_acceptances_leave_each_snapshot_old_or_new() {
    let faulty = Serving::faulty(FAULT);
    let folder = accepted(&faulty);
    for round in (0..30_u64).step_by(if full_depth() { 1 } else { 3 }) {
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
