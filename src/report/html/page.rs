//! Draws what every HTML report shares: the page around it, tags, facts, tables.

use crate::escape;
use crate::judge::{RunVerdict, Verdict};
use crate::report::ClauseVerdict;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Nothing is loaded and nothing runs, whatever slips into the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// Tells a page of this program from any other.
pub(in crate::report) const GENERATOR: &str = "conformant report";
const STYLE: &str = include_str!("style.css");

/// A whole page. Text in `content` is escaped by `maud`; what is left is escaped here.
pub(in crate::report) fn page(title: &str, content: &Markup) -> String {
    let head = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="generator" content=(GENERATOR);
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (PreEscaped(escape::html(&html! { (title) }.into_string()))) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (PreEscaped(escape::html(&content.0)))
                    footer { "Written by conformant " (env!("CARGO_PKG_VERSION")) }
                }
            }
        }
    };
    let mut text = head.into_string();
    text.push('\n');
    text
}

/// The class that colours a verdict; its word always stands beside the colour.
pub(in crate::report) fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "good",
        Verdict::Note | Verdict::Known => "known",
        Verdict::Fail => "bad",
        Verdict::Skipped | Verdict::Inconclusive | Verdict::Error => "open",
    }
}

/// The class that colours the verdict of a run.
pub(in crate::report) fn run_tone(verdict: RunVerdict) -> &'static str {
    match verdict {
        RunVerdict::Conforms => "good",
        RunVerdict::Differs | RunVerdict::Unchecked { strict: true, .. } => "bad",
        RunVerdict::Unchecked { .. }
        | RunVerdict::NoVerdict
        | RunVerdict::NothingRun
        | RunVerdict::Interrupted(_)
        | RunVerdict::NotFinished => "open",
    }
}

/// The class, sign and words of a clause's verdict.
pub(in crate::report) fn clause_words(
    verdict: ClauseVerdict,
) -> (&'static str, &'static str, &'static str) {
    match verdict {
        ClauseVerdict::Verified => ("good", "✓", "verified"),
        ClauseVerdict::Violated => ("bad", "✗", "violated"),
        ClauseVerdict::NotExercised => ("open", "○", "not exercised"),
    }
}

/// A coloured word.
pub(in crate::report) fn tag(tone: &str, word: &str) -> Markup {
    html! { span class={ "tag " (tone) } { (word) } }
}

/// A number over its name.
pub(in crate::report) fn tile(tone: &str, count: usize, name: &str) -> Markup {
    html! {
        li class=(if count == 0 { "zero none" } else { tone }) { b { (count) } span { (name) } }
    }
}

/// Names with values, side by side.
pub(in crate::report) fn facts(facts: &[(&str, String)]) -> Markup {
    html! {
        dl class="facts" {
            @for (name, value) in facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// A heading with its count.
pub(in crate::report) fn heading(title: &str, count: Option<usize>) -> Markup {
    html! { h2 { (title) @if let Some(count) = count { small { (count) } } } }
}

/// Where a list was cut.
pub(in crate::report) fn more(count: u64) -> Markup {
    html! { @if count > 0 { p class="dim" { "… and " (count) " more; the JSON report lists what is kept" } } }
}

/// Words of ours as the beginning of a sentence.
pub(in crate::report) fn capitalised(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
