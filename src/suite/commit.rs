//! Reads which commit a checkout is at, without any program.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Largest file of references that is read.
const MAX_BYTES: u64 = 1 << 20;

/// The commit that the repository in a `.git` folder is at; `None` where that cannot be read.
pub(super) fn of(git: &Path) -> Option<String> {
    let head = text(&git.join("HEAD"))?;
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return hash(head.trim());
    };
    // A name that leads elsewhere is none of a branch.
    if name.contains("..") || !name.starts_with("refs/") {
        return None;
    }
    let loose = text(&git.join(name)).and_then(|text| hash(text.trim()));
    loose.or_else(|| {
        let packed = text(&git.join("packed-refs"))?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        lines
            .find(|(_, other)| *other == name)
            .and_then(|(commit, _)| hash(commit))
    })
}

fn hash(text: &str) -> Option<String> {
    let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|it| it.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}

fn text(path: &Path) -> Option<String> {
    let file = path.is_file().then(|| File::open(path).ok())??;
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_branch_is_followed_whether_packed_or_not() {
        let git = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(git.path().join(name), text).unwrap();
        let (one, other) = ("1".repeat(40), "2".repeat(40));
        write("HEAD", &format!("{one}\n"));
        assert_eq!(of(git.path()), Some(one.clone()));
        write("HEAD", "ref: refs/heads/main\n");
        assert_eq!(of(git.path()), None);
        write(
            "packed-refs",
            &format!("# pack-refs\n{other} refs/heads/main\n"),
        );
        assert_eq!(of(git.path()), Some(other));
        std::fs::create_dir_all(git.path().join("refs/heads")).unwrap();
        write("refs/heads/main", &format!("{one}\n"));
        assert_eq!(of(git.path()), Some(one));
        write("HEAD", "ref: refs/../../secret\n");
        assert_eq!(of(git.path()), None);
    }
}
