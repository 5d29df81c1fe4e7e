//! Renders a certificate as a page for people, to be read on a screen or printed on A4.
//!
//! The page holds everything it needs and loads nothing. It proves nothing by itself: it
//! says how the certificate that it shows is verified.

use super::operation::{Clause, Operation, Selftest, Test, TestWord};
use super::statement::{Conformant, Statement};
use super::text::name;
use crate::contract::Correction;
use crate::escape;
use crate::report::ClauseVerdict;
use crate::suite::Unjudged;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Nothing is loaded and nothing runs, whatever slips into the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("style.css");
/// By this a page of this program is told from other files.
pub const GENERATOR: &str = r#"<meta name="generator" content="conformant certificate">"#;

/// The certificate as an HTML document; `signed_by` is the id of the key that signed it.
pub fn render(statement: &Statement, signed_by: Option<&str>) -> String {
    let ours = &statement.predicate.conformant;
    let content = html! {
        (head(statement, signed_by))
        (tested(statement))
        @if ours.operations.len() > 1 { (overview(&ours.operations)) }
        @if !ours.omitted.is_empty() { (omitted(&ours.omitted)) }
        @for (at, operation) in ours.operations.iter().enumerate() { (of_operation(at, operation)) }
        (digests(statement))
        (how_to_verify(signed_by))
    };
    let title = format!("Certificate of {}: {}", about(ours), ours.class);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                (PreEscaped(GENERATOR))
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (PreEscaped(escape::html(&html! { (title) }.into_string()))) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (PreEscaped(escape::html(&content.0))) } }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn head(statement: &Statement, signed_by: Option<&str>) -> Markup {
    let ours = &statement.predicate.conformant;
    let tone = match ours.class {
        super::Class::Full => "full",
        super::Class::Conformant => "part",
        super::Class::ConformantWithAcceptedDifferences => "accepted",
    };
    html! {
        header class=(tone) {
            p class="kind" { "Certificate of conformance" }
            h1 { (ours.class.word()) }
            p class="meaning" { (ours.class.meaning()) }
            dl {
                @for subject in &statement.subject {
                    (row("Subject", html! {
                        strong { (name(&subject.name)) }
                        code class="digest" { "sha256:" (subject.sha256()) }
                    }))
                }
                (row("About", html! { (about(ours)) }))
                (row("Tested at", html! {
                    (name(&ours.target.base_url)) " (" (name(&ours.target.name)) ")"
                }))
                (row("Valid", html! {
                    (ours.issued_on) " to " (ours.valid_through)
                }))
                (row("Signed by", match signed_by {
                    Some(id) => html! { "Ed25519 key " code class="digest" { (id) } },
                    None => html! { strong { "nobody: this certificate is not signed" } },
                }))
            }
        }
    }
}

/// The operation, or how many.
fn about(ours: &Conformant) -> String {
    match ours.operations.as_slice() {
        [one] => name(&one.name),
        several => format!("{} operations", several.len()),
    }
}

/// A line for each operation, which leads to what is said of it.
fn overview(operations: &[Operation]) -> Markup {
    html! {
        section {
            h2 { "Operations" }
            table {
                thead {
                    tr {
                        th scope="col" { "operation" }
                        th scope="col" { "class" }
                        th scope="col" class="number" { "statements verified" }
                        th scope="col" class="number" { "cases" }
                        th scope="col" class="number" { "faults caught" }
                    }
                }
                tbody {
                    @for (at, one) in operations.iter().enumerate() {
                        @let verified = one.clauses.iter().filter(|it| it.verdict == ClauseVerdict::Verified);
                        tr {
                            th scope="row" { a href=(format!("#operation-{at}")) { (name(&one.name)) } }
                            td { (one.class.word()) }
                            td class="number" { (verified.count()) " of " (one.clauses.len()) }
                            td class="number" { (one.tests.len()) }
                            td class="number" { (one.selftest.killed) " of " (one.selftest.faults) }
                        }
                    }
                }
            }
        }
    }
}

fn of_operation(at: usize, ours: &Operation) -> Markup {
    let open = ours.not_exercised();
    html! {
        section id=(format!("operation-{at}")) {
            h2 { "Operation " (name(&ours.name)) }
            p { (ours.class.word()) ": " (ours.class.meaning()) }
        }
        @if !ours.corrections.is_empty() { (corrections(&ours.corrections)) }
        @if !ours.accepted_differences.is_empty() { (accepted(ours)) }
        @if !open.is_empty() { (not_exercised(&open)) }
        (clauses(&ours.clauses))
        (tests(&ours.tests))
    }
}

fn omitted(omitted: &[Unjudged]) -> Markup {
    html! {
        section {
            h2 { "Omitted" }
            p { "Of these parts of the service the certificate says nothing." }
            ul {
                @for one in omitted { li { code { (name(&one.name)) } ": " (name(&one.reason)) } }
            }
        }
    }
}

fn row(label: &str, value: Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

fn tested(statement: &Statement) -> Markup {
    let ours = &statement.predicate.conformant;
    let tests = || ours.operations.iter().flat_map(|one| &one.tests);
    let clauses = || ours.operations.iter().flat_map(|one| &one.clauses);
    let requests: u64 = tests().map(|test| test.requests).sum();
    let with = |word: ClauseVerdict| clauses().filter(|it| it.verdict == word).count();
    let proven = |count: fn(&Selftest) -> usize| -> usize {
        ours.operations.iter().map(|one| count(&one.selftest)).sum()
    };
    let seed = if ours.seed.chosen {
        "chosen by whoever ran the test"
    } else {
        "follows from subject, plan and date"
    };
    html! {
        section {
            h2 { "What was tested" }
            dl {
                (row("Statements", html! {
                    (clauses().count()) " documented: "
                    (with(ClauseVerdict::Verified)) " verified"
                    @if with(ClauseVerdict::Violated) > 0 {
                        ", " (with(ClauseVerdict::Violated)) " violated as accepted"
                    }
                    @if with(ClauseVerdict::NotExercised) > 0 {
                        ", " (with(ClauseVerdict::NotExercised)) " not exercised"
                    }
                }))
                (row("Cases", html! {
                    (tests().count()) ", " (ours.plan.sent()) ", with the same verdict; "
                    (requests) " exchanges judged"
                }))
                (row("Strength", html! {
                    "The same suite caught " (proven(|it| it.killed)) " of " (proven(|it| it.faults))
                    " servers with one documented statement broken, each at that statement, and passed "
                    (proven(|it| it.passed)) " of " (proven(|it| it.conforming)) " conforming ones"
                }))
                (row("Seed", html! { (ours.seed.value) " (" (seed) ")" }))
                @if !ours.target.provocations.is_empty() {
                    (row("Provoked", html! {
                        @for (at, (status, name, value)) in provocations(statement).enumerate() {
                            @if at > 0 { ", " }
                            (status) " by " code { (name) ": " (value) }
                        }
                    }))
                }
                (row("Authorised", html! { (ours.target.authorised()) }))
                (row("Deadline", html! { (ours.target.bounds()) }))
                (row("Issued with", html! {
                    "conformant " (ours.tool_version) ", " (ours.rule_set.rules) " rules"
                }))
            }
        }
    }
}

fn digests(statement: &Statement) -> Markup {
    let ours = &statement.predicate.conformant;
    html! {
        section {
            h2 { "Digests (SHA-256)" }
            dl class="digests" {
                @for part in &statement.predicate.configuration {
                    (row(&part.name, html! {
                        code class="digest" { (part.digest.get("sha256").map_or("", String::as_str)) }
                    }))
                }
                (row("rules", html! { code class="digest" { (ours.rule_set.sha256) } }))
                (row("plan", html! { code class="digest" { (ours.plan.digest) } }))
                (row("evidence", html! { code class="digest" { (ours.evidence.sha256) } }))
            }
        }
    }
}

/// Status, name and value of every header field that provoked a status.
fn provocations(statement: &Statement) -> impl Iterator<Item = (u16, &str, &str)> {
    let provocations = &statement.predicate.conformant.target.provocations;
    provocations.iter().flat_map(|(status, headers)| {
        let each = headers.iter();
        each.map(|(name, value)| (*status, name.as_str(), value.as_str()))
    })
}

fn corrections(found: &[Correction]) -> Markup {
    html! {
        section {
            h2 { "Corrections of the source" }
            ul {
                @for correction in found {
                    li { (correction.to_string()) }
                }
            }
        }
    }
}

fn accepted(ours: &Operation) -> Markup {
    html! {
        section {
            h2 { "Accepted differences" }
            @for accepted in &ours.accepted_differences {
                div class="accepted" {
                    h3 { code { (accepted.test) } " until " (accepted.until) }
                    p { (accepted.reason) @if let Some(ticket) = &accepted.ticket { " (" (ticket) ")" } }
                    ul {
                        @for difference in &accepted.differences {
                            li {
                                code { (difference.clause) }
                                @if !difference.pointer.is_empty() { " at " code { (difference.pointer) } }
                                ": documented " (difference.documented)
                                ", observed " (difference.observed)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn not_exercised(groups: &[(&str, Vec<&Clause>)]) -> Markup {
    html! {
        section {
            h2 { "Not exercised" }
            p { "Of these documented statements the certificate says nothing." }
            @for (reason, clauses) in groups {
                h3 { (reason) }
                ul class="columns" {
                    @for clause in clauses { li { code { (clause.id) } } }
                }
            }
        }
    }
}

fn clauses(clauses: &[Clause]) -> Markup {
    html! {
        section {
            h2 { "Documented statements" }
            table {
                thead {
                    tr {
                        th scope="col" { "statement" }
                        th scope="col" { "on the page" }
                        th scope="col" { "verdict" }
                        th scope="col" class="number" { "seen" }
                    }
                }
                tbody {
                    @for clause in clauses {
                        @let (tone, sign) = match clause.verdict {
                            ClauseVerdict::Verified => ("good", "✓"),
                            ClauseVerdict::Violated => ("bad", "✗"),
                            ClauseVerdict::NotExercised => ("open", "○"),
                        };
                        tr {
                            th scope="row" { code { (clause.id) } div { (clause.statement) } }
                            td { (clause.source) }
                            td class=(tone) { (sign) " " (clause.verdict.word()) }
                            td class="number" { (clause.observations) }
                        }
                    }
                }
            }
        }
    }
}

fn tests(tests: &[Test]) -> Markup {
    html! {
        section {
            h2 { "Cases" }
            table {
                thead {
                    tr {
                        th scope="col" { "case" }
                        th scope="col" { "checks" }
                        th scope="col" { "verdict" }
                        th scope="col" class="number" { "exchanges" }
                    }
                }
                tbody {
                    @for test in tests {
                        @let tone = match test.verdict {
                            TestWord::Pass => "good",
                            TestWord::Note | TestWord::Known => "known",
                            TestWord::Skipped => "open",
                        };
                        tr {
                            th scope="row" {
                                code { (test.id) }
                                @if let Some(reason) = &test.reason { div { (reason) } }
                            }
                            td { code { (test.clause) } }
                            td class=(tone) { (test.verdict.word()) }
                            td class="number" { (test.requests) }
                        }
                    }
                }
            }
        }
    }
}

fn how_to_verify(signed_by: Option<&str>) -> Markup {
    let command = if signed_by.is_some() {
        "conformant verify CERTIFICATE --public-key PEM --record EVIDENCE"
    } else {
        "conformant verify CERTIFICATE --allow-unsigned --record EVIDENCE"
    };
    html! {
        section class="verify" {
            h2 { "How to verify" }
            p { "This page only shows what a certificate says. Whether the certificate holds, and whether this page shows it, is told by" }
            p { code { (command) } }
            p {
                "which checks signature, dates, digests and completeness, judges every recorded exchange again, and prints what it found. "
                "The target is as whoever ran the test declared it."
            }
        }
    }
}
