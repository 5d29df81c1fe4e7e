//! Defines [`steps`]: commands that a person may want next, as they can be pasted.

use super::options::RunOptions;
use super::suite::SuiteOptions;
use super::target::TargetOptions;
use crate::baseline::{DEFAULT_FOLDER, days_after, today};
use crate::judge::{RunVerdict, Verdict};
use crate::report::Report;
use crate::report::cause::{Kind, causes};
use crate::report::format::{Format, Wanted};
use crate::report::text::View;
use clap::{Args, Command};
use std::path::Path;

/// Days until the end that is proposed for an acceptance.
const PROPOSED_DAYS: i64 = 90;

/// What to do next about a report, and how; empty where there is nothing to do. `pending` says
/// how many differences can be accepted.
pub(super) fn steps(
    options: &RunOptions,
    wanted: &[Wanted],
    report: &Report,
    pending: usize,
    view: View,
) -> String {
    let words: Option<Vec<String>> = std::env::args_os()
        .map(|word| word.into_string().ok())
        .collect();
    // A word that is no text cannot be pasted.
    let Some(words) = words else {
        return String::new();
    };
    let steps = Given { words, options }.steps(wanted, report, pending);
    let mut out = String::new();
    if !steps.is_empty() {
        out.push_str("\nnext steps\n");
    }
    for (what, command) in steps {
        out.push_str(&format!("  {what}:\n"));
        view.command(&mut out, 4, &command);
    }
    out
}

/// The command line of the run.
struct Given<'a> {
    words: Vec<String>,
    options: &'a RunOptions,
}

impl Given<'_> {
    fn steps(
        &self,
        wanted: &[Wanted],
        report: &Report,
        pending: usize,
    ) -> Vec<(&'static str, String)> {
        let mut steps = Vec::new();
        let target = self.those_of::<TargetOptions>();
        let suite = self.those_of::<SuiteOptions>();
        let is_embedded = report.base_url.is_none();
        if let (Some(record), false, Some(case)) =
            (&self.options.record, is_embedded, failing_case(report))
        {
            let mut words = vec!["replay".to_owned(), text(record), case.to_owned()];
            words.extend(target.iter().chain(&suite).cloned());
            steps.push((
                "send a case again, and see whether it still fails",
                line(&words),
            ));
        }
        let json = wanted
            .iter()
            .find(|one| one.format == Format::Json && !one.is_stdout());
        let failed = report.cases().any(|case| case.verdict >= Verdict::Fail);
        if let (Some(json), true) = (json, failed) {
            let mut words = vec!["run".to_owned()];
            if self.options.reference || is_embedded {
                words.push("--reference".into());
            }
            words.extend(target.iter().chain(&suite).cloned());
            words.extend(["--failed".into(), text(&json.path)]);
            steps.push(("run again what did not pass", line(&words)));
        }
        // Nobody lives with what is no API at all.
        let is_api = !causes(report).iter().any(|it| it.kind == Kind::EveryReply);
        if pending > 0 && is_api {
            let mut words = vec![
                "accept".to_owned(),
                "--target".into(),
                report.target.clone(),
            ];
            if self.options.snapshots != Path::new(DEFAULT_FOLDER) {
                words.extend(["--snapshots".into(), text(&self.options.snapshots)]);
            }
            let until = days_after(today(), PROPOSED_DAYS).to_string();
            words.extend(["--reason".into(), "WHY".into(), "--until".into(), until]);
            steps.push(("live with the differences for a while", line(&words)));
        }
        if !report.left.is_empty() {
            let mut words = vec!["clean".to_owned()];
            words.extend(target.iter().chain(&suite).cloned());
            words.extend(["--journal".into(), text(&self.options.journal)]);
            steps.push(("delete what the run has left", line(&words)));
        }
        let is_open = matches!(report.verdict, RunVerdict::Differs | RunVerdict::NoVerdict);
        if is_open && !self.options.verbose {
            steps.push(("list every case and statement", line(&self.again(report))));
        }
        steps
    }

    /// The same run with everything told.
    fn again(&self, report: &Report) -> Vec<String> {
        let mut words = self.words.get(1..).unwrap_or_default().to_vec();
        if words.is_empty() {
            words = vec!["run".into(), "--reference".into()];
        }
        if self.options.seed.is_none() {
            words.extend(["--seed".into(), report.seed.to_string()]);
        }
        words.push("-v".into());
        words
    }

    /// The words that are options of `A`, with their values.
    fn those_of<A: Args>(&self) -> Vec<String> {
        let known = A::augment_args(Command::new("known"));
        let mut words = self.words.iter().skip(1);
        let mut own = Vec::new();
        while let Some(word) = words.next() {
            let Some(long) = word.strip_prefix("--") else {
                continue;
            };
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let Some(option) = known.get_arguments().find(|it| it.get_long() == Some(name)) else {
                continue;
            };
            own.push(word.clone());
            let takes_next = option.get_action().takes_values() && !option.is_require_equals_set();
            if takes_next && value.is_none() {
                own.extend(words.next().cloned());
            }
        }
        own
    }
}

/// A case of what most cases show.
fn failing_case(report: &Report) -> Option<&str> {
    let causes = causes(report);
    let case = causes.first()?.cases().into_iter().next()?;
    Some(&case.id)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A command line as a shell reads it.
fn line(words: &[String]) -> String {
    let words = words.iter().map(|word| quoted(word));
    format!("conformant {}", words.collect::<Vec<_>>().join(" "))
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
