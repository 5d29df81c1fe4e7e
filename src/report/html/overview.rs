//! Draws the table of operations, where there are several, and the choice of what is
//! shown: radio buttons and style alone, since nothing runs in the page.

use super::anchor::Anchors;
use super::page::{heading, run_tone, tag};
use crate::judge::{RunVerdict, Verdict};
use crate::report::{ClauseVerdict, OperationReport, Report};
use crate::suite::Unjudged;
use maud::{Markup, html};

/// Kinds of operations, as style.css hides and shows them: class, words.
const KINDS: [(&str, &str); 6] = [
    ("differs", "does not conform"),
    ("open", "no verdict"),
    ("unjudged", "not judged"),
    ("untested", "not tested"),
    ("unchecked", "statements unchecked"),
    ("conforms", "conforms"),
];

/// The kind of an operation.
pub(super) fn kind(operation: &OperationReport) -> &'static str {
    match operation.verdict {
        RunVerdict::Differs | RunVerdict::Unchecked { strict: true, .. } => "differs",
        RunVerdict::NoVerdict | RunVerdict::Interrupted(_) | RunVerdict::NotFinished => "open",
        RunVerdict::NothingRun => "untested",
        RunVerdict::Unchecked { .. } => "unchecked",
        RunVerdict::Conforms => "conforms",
    }
}

/// The section of all operations.
pub(super) fn draw(report: &Report, anchors: &Anchors) -> Markup {
    let (differing, others): (Vec<_>, Vec<_>) = report
        .worst_first()
        .into_iter()
        .partition(|operation| kind(operation) == "differs");
    let verdicts: Vec<Verdict> = report.totals().into_iter().map(|it| it.0).collect();
    html! {
        section id="operations" {
            (heading("Operations", Some(report.operations.len() + report.unjudged.len())))
            (filters(report, &verdicts))
            div class="box tall" tabindex="0" role="region" aria-label="Operations" {
                table class="overview" {
                    (head(&verdicts))
                    tbody {
                        @for one in differing { (row(one, &verdicts, anchors)) }
                        @for one in &report.unjudged { (unjudged(one, verdicts.len())) }
                        @for one in others { (row(one, &verdicts, anchors)) }
                    }
                }
            }
        }
    }
}

fn filters(report: &Report, verdicts: &[Verdict]) -> Markup {
    let count = |class: &str| match class {
        "unjudged" => report.unjudged.len(),
        class => {
            let operations = report.operations.iter();
            operations.filter(|it| kind(it) == class).count()
        }
    };
    let kinds = KINDS
        .iter()
        .map(|(class, words)| (*class, *words, count(class)));
    let kinds: Vec<_> = kinds.filter(|(.., count)| *count > 0).collect();
    let totals = report.totals();
    let cases = verdicts.iter().map(|verdict| {
        let total = totals.iter().find(|(other, _)| other == verdict);
        (verdict.word(), verdict.word(), total.map_or(0, |it| it.1))
    });
    html! {
        (choice("operations", "show", report.operations.len() + report.unjudged.len(), &kinds))
        (choice("cases", "case", report.cases().count(), &cases.collect::<Vec<_>>()))
    }
}

fn choice(of: &str, name: &str, all: usize, choices: &[(&str, &str, usize)]) -> Markup {
    html! {
        @if choices.len() > 1 {
            div class="filter" role="radiogroup" aria-label={ "Which " (of) " are shown" } {
                span class="dim" { (of) }
                label { input type="radio" name=(name) id={ (name) "-all" } checked; "all " small { (all) } }
                @for (class, words, count) in choices {
                    label { input type="radio" name=(name) id={ (name) "-" (class) }; (words) " " small { (count) } }
                }
            }
        }
    }
}

fn head(verdicts: &[Verdict]) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" { "operation" }
                th scope="col" { "verdict" }
                th scope="col" class="number" { "cases" }
                @for verdict in verdicts { th scope="col" class="number" { (verdict.word()) } }
                th scope="col" class="number first" { "verified" }
                th scope="col" class="number" { "violated" }
                th scope="col" class="number" { "not exercised" }
            }
        }
    }
}

fn row(one: &OperationReport, verdicts: &[Verdict], anchors: &Anchors) -> Markup {
    let totals = one.totals();
    let with = |verdict: &Verdict| {
        let total = totals.iter().find(|(other, _)| other == verdict);
        total.map_or(0, |it| it.1)
    };
    let count = |verdict| {
        let clauses = one.clauses.iter();
        clauses.filter(|clause| clause.verdict == verdict).count()
    };
    html! {
        tr class={ "op v-" (kind(one)) } {
            th scope="row" { a href={ "#" (anchors.of(one)) } { code { (one.operation) } } }
            td { (tag(run_tone(one.verdict), &one.verdict.word())) }
            td class="number" { (one.cases.len()) }
            @for verdict in verdicts { (number(with(verdict), "")) }
            (number(count(ClauseVerdict::Verified), " first"))
            (number(count(ClauseVerdict::Violated), ""))
            (number(count(ClauseVerdict::NotExercised), ""))
        }
    }
}

fn number(count: usize, class: &str) -> Markup {
    html! {
        @if count == 0 { td class={ "number dim" (class) } { "·" } }
        @else { td class={ "number" (class) } { (count) } }
    }
}

fn unjudged(one: &Unjudged, verdicts: usize) -> Markup {
    html! {
        tr class="op v-unjudged" {
            th scope="row" { code { (one.name) } }
            td { (tag("open", "not judged")) }
            td class="why" colspan=(verdicts + 4) { (one.reason) }
        }
    }
}
