//! What of a suite changed since a commit, or since another edition of its folder.

use super::suite::{Loaded, SuiteOptions};
use crate::error::{Error, Problem, Result};
use crate::escape::terminal;
use crate::suite::{SuiteFiles, UNREAD_FILE, decides};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

impl SuiteOptions {
    /// Keeps the operations of which a file that decides what a run does is another than in
    /// `since`; what all operations share concerns all.
    ///
    /// # Errors
    /// [`Error::Input`] where `since` is neither a folder with a suite nor a commit, and
    /// [`Error::NothingRun`] where nothing changed.
    pub(super) fn keep_changed(&self, loaded: &mut Loaded, since: &str) -> Result<()> {
        let Some(root) = &self.suite else {
            return Err(Error::input(
                "--changed-since",
                "the suite that is built into this program has no history",
                "give the suite's folder with --suite DIR",
            ));
        };
        let names = loaded
            .suites
            .iter()
            .map(|suite| suite.contract.operation.clone());
        let unjudged = loaded.unjudged.iter().map(|one| one.name.clone());
        let names: BTreeSet<String> = names.chain(unjudged).collect();
        let files = match Path::new(since) {
            folder if folder.is_dir() => {
                differing(&SuiteFiles::folder(folder)?, &SuiteFiles::folder(root)?)
            }
            _ => changed_files(root, since)?,
        };
        // Which operation a page documents that could not be read nobody knows.
        let are_pages = files.iter().any(|file| file == UNREAD_FILE);
        let is_page = |name: &str| !root.join("schemas").join(name).is_dir();
        let is_changed = |name: &&String| {
            files.iter().any(|file| decides(file, name)) || are_pages && is_page(name)
        };
        let changed: BTreeSet<String> = names.iter().filter(is_changed).cloned().collect();
        let is_kept = |name: &str| changed.contains(name);
        loaded
            .suites
            .retain(|suite| is_kept(&suite.contract.operation));
        loaded.unjudged.retain(|one| is_kept(&one.name));
        loaded
            .not_chosen
            .extend(names.difference(&changed).cloned());
        if loaded.suites.is_empty() && loaded.unjudged.is_empty() {
            return Err(Error::NothingRun(Problem::new(
                "--changed-since",
                format!("no operation changed since {}", terminal(since)),
                "leave the option out to run all",
            )));
        }
        Ok(())
    }
}

/// The files that one of two suites has, or has otherwise, by their names in it.
fn differing(old: &SuiteFiles, new: &SuiteFiles) -> Vec<String> {
    let names: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
    let names = names
        .into_iter()
        .filter(|name| old.files.get(*name) != new.files.get(*name));
    names.cloned().collect()
}

/// The files below a folder that differ from a commit, and those that git does not know, by
/// their names in the folder.
fn changed_files(root: &Path, commit: &str) -> Result<Vec<String>> {
    let told = [
        "diff",
        "--name-only",
        "-z",
        "--relative",
        "--no-ext-diff",
        "--no-textconv",
    ];
    let mut files = git(
        root,
        commit,
        &[&told[..], &["--end-of-options", commit, "--", "."]].concat(),
    )?;
    let unknown = [
        "ls-files",
        "-z",
        "--others",
        "--exclude-standard",
        "--",
        ".",
    ];
    files.extend(git(root, commit, &unknown)?);
    Ok(files)
}

fn git(root: &Path, commit: &str, arguments: &[&str]) -> Result<Vec<String>> {
    let wrong = |what: String| {
        Error::input(
            "--changed-since",
            format!(
                "'{}' is neither a folder nor a commit of the repository that {} is in: {}",
                terminal(commit),
                root.display(),
                terminal(what.trim())
            ),
            "give a branch, tag or commit (git must be installed), or the folder of an earlier suite",
        )
    };
    let mut command = Command::new("git");
    // Nothing that a repository configures is run.
    command
        .args(["-c", "core.fsmonitor=false", "-C"])
        .arg(root)
        .args(arguments);
    let done = command
        .output()
        .map_err(|error| wrong(format!("git: {error}")))?;
    if !done.status.success() {
        return Err(wrong(String::from_utf8_lossy(&done.stderr).into_owned()));
    }
    let names = done
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    let names = names.map(|name| String::from_utf8_lossy(name).into_owned());
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::decides;
    use crate::suite::SERVICE_FILE;

    #[test]
    fn what_all_operations_share_concerns_all() {
        assert!(decides(SERVICE_FILE, "list-kites"));
        assert!(decides("cases/list-kites/own.toml", "list-kites"));
        assert!(decides("schemas/list-kites/contract.json", "list-kites"));
        assert!(!decides("schemas/list-kites/page.md", "list-kites"));
        assert!(!decides("schemas/list-kites/openapi.json", "list-kites"));
        assert!(!decides(
            "schemas/list-kites-v2/contract.json",
            "list-kites"
        ));
        assert!(!decides("README.md", "list-kites"));
    }
}
