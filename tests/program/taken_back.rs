//! Commands that end before their work has begun: what an earlier one left does not stay
//! as if it were theirs, and what is a person's own does.
use crate::support::{halves, run};
use std::fs;

/// A refused command line of merge leaves no earlier joint report, and every part.
#[test]
fn a_merge_that_cannot_be_read_takes_its_reports_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    halves(at);
    let parts = ["1.json", "2.json"].map(|name| fs::read(at.join(name)).unwrap());
    let written = ["--report", "json=r.json", "--out=o.json"];
    for wrong in [
        &["merge"][..],
        &["merge", "1.json", "2.json", "--nosuch"],
        &["merge", "1.json", "2.json", "--color", "x"],
        &["merge", "1.json", "2.json", "--nosuch", "--out", "1.json"],
    ] {
        let whole = [&["merge", "1.json", "2.json"], &written[..]].concat();
        assert_eq!(run(at, &whole).0, 0);
        assert_eq!(run(at, &[wrong, &written[..]].concat()).0, 2, "{wrong:?}");
        for name in ["r.json", "o.json"] {
            let text = fs::read_to_string(at.join(name)).unwrap();
            assert!(text.contains("not-finished"), "{wrong:?}: {name}");
        }
        let now = ["1.json", "2.json"].map(|name| fs::read(at.join(name)).unwrap());
        assert!(now == parts, "{wrong:?}");
    }
}

#[test]
fn a_certification_that_cannot_be_read_takes_its_files_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("b.svg"), "<svg conformant").unwrap();
    fs::write(at.join("own.svg"), "<svg of mine").unwrap();
    let badge = |name: &str| {
        let arguments = [
            "certify", "--out", "c.json", "--badge", name, "--cases", "0",
        ];
        assert_eq!(run(at, &arguments).0, 2);
        at.join(name).exists()
    };
    assert!(!badge("b.svg") && badge("own.svg"));
}

#[test]
fn a_manual_page_replaces_pages_of_its_own_only() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert_eq!(run(at, &["man", "--out", "d"]).0, 0);
    assert_eq!(run(at, &["man", "--out", "d"]).0, 0);
    let page = at.join("d/conformant-run.1");
    fs::write(&page, "my own page\n").unwrap();
    let (code, text) = run(at, &["man", "--out", "d"]);
    assert!(code == 2 && text.contains("is not a manual page"), "{text}");
    assert_eq!(fs::read(&page).unwrap(), b"my own page\n");
    assert_eq!(run(at, &["man", "--out", "d", "--force"]).0, 0);
    assert_ne!(fs::read(&page).unwrap(), b"my own page\n");
}
