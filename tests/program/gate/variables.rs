//! The variables of insta, which its own tools read: none of them opens the gate.

use super::FAULT;
use crate::support::{Serving, finish};

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
