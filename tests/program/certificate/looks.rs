//! The page and the badge: self-contained, inert, and no greener than the certificate.

use super::fixture::full;
use conformant::certificate::{Class, Statement, TestWord, badge, html, text};
use conformant::report::ClauseVerdict;

/// The certificate with `text` in every place that can hold text from outside.
fn full_of(text: &str) -> Statement {
    let mut statement = full().statement.clone();
    statement.subject[0].name = text.into();
    let ours = &mut statement.predicate.conformant;
    ours.class = Class::ConformantWithAcceptedDifferences;
    ours.operations[0].name = text.into();
    ours.valid_through = text.into();
    ours.issued_on = text.into();
    ours.target.name = text.into();
    ours.target.base_url = text.into();
    ours.target
        .provocations
        .insert(500, vec![(text.into(), text.into())]);
    ours.operations[0].tests[0].id = text.into();
    ours.operations[0].tests[0].verdict = TestWord::Skipped;
    ours.operations[0].tests[0].reason = Some(text.into());
    ours.operations[0].clauses[0].id = text.into();
    ours.operations[0].clauses[0].statement = text.into();
    ours.operations[0].clauses[0].source = text.into();
    ours.operations[0].clauses[0].verdict = ClauseVerdict::NotExercised;
    ours.operations[0].clauses[0].reason = Some(text.into());
    ours.operations[0].accepted_differences = vec![conformant::certificate::Accepted {
        test: text.into(),
        reason: text.into(),
        until: text.into(),
        ticket: Some(text.into()),
        differences: vec![conformant::certificate::AcceptedDifference {
            rule: text.into(),
            clause: text.into(),
            pointer: text.into(),
            documented: text.into(),
            observed: text.into(),
        }],
    }];
    statement.predicate.configuration[0]
        .digest
        .insert("sha256".into(), text.into());
    statement
}

const HOSTILE: [&str; 6] = [
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "\u{1b}]0;x\u{7}\u{202e}gnp.exe\u{200b}",
    "::error::x",
    "##[error]x",
    "</style></svg><a href=\"javascript:1\">",
];

#[test]
fn hostile_text_stays_text() {
    for hostile in HOSTILE {
        let statement = full_of(hostile);
        let page = html::render(&statement, Some(hostile));
        let drawn = badge::render(&statement);
        let lines = text::render(&statement, Some(hostile));
        for (kind, output) in [("html", &page), ("svg", &drawn), ("text", &lines)] {
            for c in output.chars() {
                assert!(
                    c == '\n' || !conformant::escape::is_dangerous(c),
                    "{kind} holds {c:?}"
                );
            }
            assert!(!output.contains("##["), "{kind}");
            assert!(
                !output
                    .lines()
                    .any(|line| line.trim_start().starts_with("::")),
                "{kind}"
            );
        }
        for markup in ["<script", "<img", "<a ", "onerror=alert(1)>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        let svg = roxmltree::Document::parse(&drawn).unwrap();
        assert!(svg.descendants().all(|node| {
            !node.is_element()
                || ["svg", "title", "clipPath", "rect", "g", "text"]
                    .contains(&node.tag_name().name())
        }));
        // A document that is signed must not steer the terminal that shows it either.
        let document = String::from_utf8(statement.to_bytes()).unwrap();
        assert!(document.is_ascii() || !document.contains('\u{202e}'));
        assert!(!document.contains('<') && !document.contains('\u{1b}'));
    }
}

#[test]
fn the_page_loads_nothing_and_shows_everything() {
    let page = html::render(&full().statement, None);
    for outside in ["src=", "href=", "url(", "@import", "http-equiv=\"refresh\""] {
        assert!(!page.contains(outside), "{outside}");
    }
    let ours = &full().statement.predicate.conformant;
    for clause in &ours.operations[0].clauses {
        assert!(page.contains(clause.id.as_str()), "{}", clause.id);
    }
    for test in &ours.operations[0].tests {
        assert!(page.contains(&test.id), "{}", test.id);
    }
    assert!(page.contains("nobody: this certificate is not signed"));
    assert!(page.contains(html::GENERATOR));
}

#[test]
fn the_badge_says_class_and_last_day() {
    let mut statement = full().statement.clone();
    let last = statement.predicate.conformant.valid_through.clone();
    let drawn = badge::render(&statement);
    let svg = roxmltree::Document::parse(&drawn).unwrap();
    let label = svg.root_element().attribute("aria-label").unwrap();
    assert_eq!(label, format!("conformant: full until {last}"));
    for (class, word) in [
        (Class::Conformant, "statements not exercised"),
        (
            Class::ConformantWithAcceptedDifferences,
            "accepted differences",
        ),
    ] {
        statement.predicate.conformant.class = class;
        let drawn = badge::render(&statement);
        assert!(drawn.contains(&format!("{word} until {last}")) && !drawn.contains("full"));
    }
}

#[test]
fn a_name_that_looks_like_another_is_marked() {
    let mut statement = full().statement.clone();
    statement.subject[0].name = "m\u{43e}ck-1.2.0".into();
    statement.predicate.conformant.target.name = "mock\u{202e}".into();
    for output in [
        text::render(&statement, None),
        html::render(&statement, None),
    ] {
        assert!(output.contains("not ASCII: U+043E]"), "{output}");
        assert!(output.contains("not ASCII: U+202E]"), "{output}");
    }
    let plain = text::render(&full().statement, None);
    assert!(!plain.contains("not ASCII"), "{plain}");
}
