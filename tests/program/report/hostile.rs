//! Text from outside stays visible and does nothing, in every format.

use super::{example, machines, read};
use conformant::report::{Report, ctrf, github, html, json, junit, markdown, sarif, text};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What no output may hold, whatever came in.
fn check_raw(format: &str, output: &str) {
    for c in output.chars() {
        let raw = (c < ' ' && c != '\n')
            || ('\u{7f}'..='\u{9f}').contains(&c)
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || ('\u{2028}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || ('\u{e0000}'..='\u{e007f}').contains(&c)
            || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        assert!(!raw, "{format} holds {c:?}: {output}");
    }
    for line in output.lines() {
        assert!(!line.trim_start().starts_with("::"), "{format}: {line}");
        assert!(
            !line.contains("##[") && !line.contains("##vso["),
            "{format}: {line}"
        );
    }
}

fn check_markup(report: &Report) {
    let json = json::render(report);
    assert!(!json.contains('<'), "{json}");

    let junit = junit::render(report);
    assert!(!junit.contains("]]>") && !junit.contains("<!["), "{junit}");
    for element in read::junit(&junit).1 {
        let known = [
            "testsuites",
            "testsuite",
            "testcase",
            "properties",
            "property",
            "failure",
            "error",
            "skipped",
            "system-out",
        ];
        assert!(known.contains(&element.as_str()), "{element}");
    }

    let rendered = markdown::render(report);
    let markdown = read::markdown(&rendered);
    for element in &markdown.structure {
        let inert = ![
            "Html",
            "Link",
            "Image",
            "Footnote",
            "Math",
            "TaskList",
            "HtmlBlock",
        ]
        .iter()
        .any(|markup| element.contains(markup));
        assert!(inert, "{element}: {rendered}");
    }
    // Readers that link bare addresses and names do so outside code only.
    for sign in ["://", "www.", "@", "<", "#1", "**", "](", "::"] {
        assert!(!markdown.prose.contains(sign), "{sign}: {}", markdown.prose);
    }

    let page = html::render(report);
    let html = read::html(&page);
    for tag in &html.tags {
        let known = [
            "html", "head", "meta", "title", "style", "body", "main", "header", "footer",
            "section", "article", "h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "div",
            "span", "b", "strong", "small", "code", "pre", "table", "thead", "tbody", "tr", "th",
            "td", "details", "summary", "a", "label", "input",
        ];
        assert!(known.contains(&tag.as_str()), "{tag}: {page}");
    }
    let of = |of: &str| {
        let attributes = html.attributes.iter();
        let of = attributes.filter(move |(name, _)| name == of);
        of.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    let ids: BTreeSet<&str> = of("id").into_iter().collect();
    assert_eq!(ids.len(), of("id").len(), "an id stands twice: {page}");
    for (name, value) in &html.attributes {
        let known = [
            "class",
            "id",
            "scope",
            "colspan",
            "tabindex",
            "role",
            "aria-label",
            "title",
            "lang",
            "charset",
            "http-equiv",
            "content",
            "name",
            "checked",
        ];
        let inert = match name.as_str() {
            "type" => value == "radio",
            // Links stay in the page.
            "href" => value.strip_prefix('#').is_some_and(|id| ids.contains(id)),
            name => known.contains(&name),
        };
        assert!(inert, "{name}={value}");
    }
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    assert!(
        html.attributes
            .iter()
            .any(|(name, value)| name == "content" && value == policy)
    );
}

fn check(report: &Report) {
    for verbose in [false, true] {
        for width in [None, Some(60)] {
            let view = text::View {
                width,
                verbose,
                ..text::View::default()
            };
            check_raw("text", &text::render(report, view));
        }
    }
    check_raw("json", &json::render(report));
    check_raw("junit", &junit::render(report));
    check_raw("markdown", &markdown::render(report));
    check_raw("html", &html::render(report));
    check_raw("sarif", &sarif::render(report));
    check_raw("ctrf", &ctrf::render(report));
    machines::check(report);
    // Each line is one command of ours, and nothing in it begins another.
    for line in github::render(report).lines() {
        let command = line.split_once(" title=conformant").unwrap();
        assert!(
            ["::error", "::warning", "::notice"].contains(&command.0),
            "{line}"
        );
        let (title, message) = command.1.split_once("::").unwrap();
        check_raw("github", title);
        check_raw("github", message);
        assert!(!title.contains([':', ',']), "{line}");
    }
    check_markup(report);
}

/// The skeleton of every format, without any text.
fn structure(report: &Report) -> [Vec<String>; 3] {
    [
        read::junit(&junit::render(report)).1,
        read::markdown(&markdown::render(report)).structure,
        read::html(&html::render(report)).tags,
    ]
}

#[test]
fn hostile_text_changes_no_structure() {
    for operations in [1, 2] {
        // A slash parts ids, so it is kept.
        let full_of = |text| example::full_of_operations(text, operations);
        let (plain, parted) = (structure(&full_of("x")), structure(&full_of("x/x")));
        for text in example::HOSTILE {
            let report = full_of(text);
            if operations == 2 {
                check(&report);
            }
            if !text.trim().is_empty() {
                let harmless = if text.contains('/') { &parted } else { &plain };
                assert_eq!(structure(&report), *harmless, "{text:?}");
            }
        }
    }
}

#[test]
fn hostile_text_stays_visible() {
    let report = example::full_of("<script>\u{1b}[2J</script>");
    assert!(junit::render(&report).contains("&lt;script&gt;\\u{1b}[2J"));
    assert!(markdown::render(&report).contains("`<script>\\u{1b}[2J</script>`"));
    assert!(html::render(&report).contains("&lt;script&gt;\\u{1b}[2J"));
    assert!(json::render(&report).contains("\\u003cscript>\\u001b[2J"));
}

#[test]
fn a_fence_inside_a_reply_closes_nothing() {
    let report = example::full_of("```\n# heading\n````\n::error::x");
    let rendered = markdown::render(&report);
    assert!(
        rendered.contains("`````text\n```\n# heading\n````\n\\u{3a}:error::x\n`````\n"),
        "{rendered}"
    );
    check(&report);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_random_text_does_anything(report in example::random()) {
        check(&report);
    }
}
