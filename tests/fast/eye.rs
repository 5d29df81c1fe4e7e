//! The independent eye: quiet where the contract says what the page says, and red for each
//! fact that is lost, changed or made up, by whatever mistake of the reader.
use crate::pages::{LIBRARY, source};
use conformant::contract::{
    Bounds, Contract, Fact, Field, Finding, Location, Parameter, Quote, Source, TypeName,
    UriTemplate,
};
use conformant::derive::derive;
use conformant::eye::look;
use conformant::source::page::Paragraph;
use conformant::source::{self, Cell};
use std::path::Path;

fn library() -> impl Iterator<Item = (String, String)> {
    let files = LIBRARY.iter().flat_map(|(name, in_chinese)| {
        let renderings: &[&str] = match in_chinese {
            true => &["txt", "md", "html", "zh.txt", "zh.md", "zh.html"],
            false => &["txt", "md", "html"],
        };
        renderings.iter().map(|rendering| source(name, rendering))
    });
    files.chain([source("show-audit-task-status", "txt")])
}

#[test]
fn every_page_of_the_library_is_read_as_the_eye_sees_it() {
    for (file, page) in library() {
        let path = Path::new(&file);
        let contract = source::read(path, &page, None).unwrap();
        let seen = look(&source::cells(path, &page).unwrap(), &contract);
        assert_eq!(seen, [], "{file}");
    }
}

/// What breaks one fact of a row, and what the eye must say of it.
type Break = (&'static str, fn(&mut Field) -> bool);

fn side<T: Copy>(side: &mut Option<T>, change: impl Fn(T) -> Option<T>) -> bool {
    let before = side.take();
    *side = before.and_then(change);
    before.is_some()
}

const BREAKS: [Break; 13] = [
    ("no minimum of the length", |it| {
        side(&mut it.constraints.length.min, |_| None)
    }),
    ("no maximum of the length", |it| {
        side(&mut it.constraints.length.max, |_| None)
    }),
    ("no minimum of the range", |it| {
        side(&mut it.constraints.range.min, |_| None)
    }),
    ("no maximum of the range", |it| {
        side(&mut it.constraints.range.max, |_| None)
    }),
    ("no maximum of the items", |it| {
        side(&mut it.constraints.items.max, |_| None)
    }),
    ("another minimum of the length", |it| {
        side(&mut it.constraints.length.min, |n| Some(n + 5))
    }),
    ("another maximum of the length", |it| {
        side(&mut it.constraints.length.max, |n| Some(n + 5))
    }),
    ("another minimum of the range", |it| {
        side(&mut it.constraints.range.min, |n| Some(n + 5))
    }),
    ("another maximum of the range", |it| {
        side(&mut it.constraints.range.max, |n| Some(n - 5))
    }),
    ("another maximum of the items", |it| {
        side(&mut it.constraints.items.max, |n| Some(n + 5))
    }),
    ("a value less", |it| {
        let facts = &mut it.constraints;
        // The default names its value a second time.
        let other = |value: &String| Some(value) != facts.default.as_ref();
        let at = facts.values.iter().position(other);
        at.map(|at| facts.values.remove(at)).is_some()
    }),
    ("a value more", |it| {
        let has_some = !it.constraints.values.is_empty();
        it.constraints
            .values
            .extend(has_some.then(|| "made-up".to_owned()));
        has_some
    }),
    ("another default", |it| {
        let has_one = it.constraints.default.is_some();
        it.constraints.default = has_one.then(|| "made-up".to_owned());
        has_one
    }),
];

#[test]
fn each_broken_fact_of_the_library_is_seen() {
    let (mut broken, mut unseen) = (0, Vec::new());
    for (file, page) in library().filter(|(file, _)| file.ends_with(".md")) {
        let path = Path::new(&file);
        let whole = source::read(path, &page, None).unwrap();
        let cells = source::cells(path, &page).unwrap();
        for (what, change) in BREAKS {
            for at in 0..whole.fields().count() {
                let mut contract = whole.clone();
                let (mut index, mut row, mut changed) = (0, String::new(), false);
                contract.for_each_field(|field| {
                    if index == at {
                        changed = change(field);
                        row = format!("{} (", field.source);
                    }
                    index += 1;
                });
                if !changed {
                    continue;
                }
                broken += 1;
                let seen = look(&cells, &contract);
                let is_about = |finding: &Finding| finding.what.starts_with(&row);
                // What a finding quotes is told, whatever the contract says of it.
                if !seen.iter().chain(&whole.findings).any(is_about) {
                    unseen.push(format!("{file}: {row}{what}"));
                }
            }
        }
    }
    assert!(broken > 300, "{broken}");
    // The number is that of another fact of its row (mostly of its default), and the value
    // is the sign '<='.
    let known = [
        "batch-delete-oars.md: Table 3, row 1 (no minimum of the length",
        "create-bell.md: Table 4, row 1 (a value less",
        "create-boat.md: Table 4, row 2 (no minimum of the range",
        "list-kettles.md: Table 2, row 2 (no minimum of the range",
        "list-kettles.zh.md: Table 2, row 2 (no minimum of the range",
    ];
    assert_eq!(unseen, known, "of {broken}");
}

/// A contract of one row, and its description as a page has it: `- ` is a bullet.
fn one_row(kind: TypeName, text: &str, state: impl Fn(&mut Field)) -> (Vec<Cell>, Contract) {
    let place = Source {
        table: 2,
        row: 3,
        line: 7,
        ..Source::default()
    };
    let paragraph = |line: &str| Paragraph {
        text: line.trim_start_matches("- ").to_owned(),
        bullet: line.starts_with("- "),
        line: 7,
    };
    let mut field = Field::new("limit", kind, place.clone());
    state(&mut field);
    let mut contract = Contract::new("o".into(), "GET".into(), UriTemplate::parse("/v1/x"));
    contract.parameters.push(Parameter {
        location: Location::Query,
        field,
    });
    let cell = |name: &str, row, paragraphs| Cell {
        source: Source {
            row,
            ..place.clone()
        },
        name: name.to_owned(),
        paragraphs,
    };
    let mut cells = vec![cell("limit", 3, text.lines().map(paragraph).collect())];
    for (row, name) in (4..).zip(["kind", "X-Lang"]) {
        let source = Source {
            row,
            ..place.clone()
        };
        let field = Field::new(name, TypeName::String, source);
        contract.parameters.push(Parameter {
            location: Location::Query,
            field,
        });
        cells.push(cell(name, row, Vec::new()));
    }
    (cells, contract)
}

fn seen(kind: TypeName, text: &str, state: impl Fn(&mut Field)) -> Vec<String> {
    let (cells, contract) = one_row(kind, text, state);
    let seen = look(&cells, &contract);
    assert!(seen.iter().all(|finding| finding.by_eye), "{seen:#?}");
    seen.into_iter().map(|finding| finding.what).collect()
}

fn quote(field: &mut Field, fact: Fact, words: &str) {
    let words = words.to_owned();
    field.quotes.insert(fact, Quote { line: 7, words });
}

#[test]
fn what_was_read_over_in_silence_is_named() {
    for (text, marks) in [
        (
            "At most 100 a page.",
            "the number 100 of 'At most 100 a page.' is",
        ),
        ("Up to 10,000.", "the number 10,000 of"),
        ("It is 2^31 - 1 at most.", "the number 2^31 - 1 of"),
        ("At most 64characters.", "the number 64 of"),
        ("-1 indicates no limit.", "the number -1 of"),
        ("默认返回25条记录。", "the number 25 of"),
        ("It is \"on\" here.", "the value 'on' of"),
        (
            "It is 'on', or `off`.",
            "the value 'on', the value 'off' of",
        ),
        ("取值为“on”。", "the value 'on' of"),
        ("It is **on** or so.", "the value 'on' of"),
        (
            "- on: hot\n- off: cold",
            "the value 'on', the value 'off' of",
        ),
        ("- READ_ONLY (no writes)", "the value 'READ_ONLY' of"),
        (
            "Allowed values: running, stopped, failed",
            "the value 'running', the value 'stopped', the value 'failed' of",
        ),
        ("Must be on or off.", "the value 'on', the value 'off' of"),
        ("值为on或off。", "the value 'on', the value 'off' of"),
        (
            "Fine. No more than 7 then.",
            "the number 7 of 'No more than 7 then.' is",
        ),
        // What looks like a reason and bounds all the same.
        ("For example, it must be at most 20.", "the number 20 of"),
    ] {
        let seen = seen(TypeName::String, text, |_| ());
        assert_eq!(seen.len(), 1, "{text}: {seen:#?}");
        let start = format!("Table 2, row 3 (limit): {marks}");
        assert!(seen[0].starts_with(&start), "{text}: {seen:#?}");
    }
}

#[test]
fn what_is_plainly_no_constraint_is_passed_over() {
    for text in [
        "See Table 4 and section 3.2, or RFC 9110.",
        "具体请参见表12。",
        "Calls https://example.com:8443/v3/9/list, or /v2/7/x.",
        "Since 2024-05-01 10:20:30 in UTC+8.",
        "As of version 1.12, from 10.0.0.0/8, in IPv4.",
        "It answers with status code 404, or HTTP 503.",
        "An int32, a 64-bit number, SHA-256 in UTF-8 (utf8mb4).",
        "For example, 20.",
        "例如：20、30",
        "It is valid where kind is 3 or so.",
        "The header \"X-Lang\" goes before.",
        "**Constraints**: see 'the chapter about all of them'.",
        "Default value: N/A",
        "- A sentence behind a bullet.",
    ] {
        assert_eq!(seen(TypeName::String, text, |_| ()), [""; 0], "{text}");
    }
    let text = "Whether it is so. The value can be true or false.";
    assert_eq!(seen(TypeName::Boolean, text, |_| ()), [""; 0]);
}

#[test]
fn what_facts_or_findings_hold_is_not_named() {
    let list = "One of:\n- on: after 5 minutes\n- off";
    let values = |field: &mut Field| {
        field.constraints.values = vec!["on".into(), "off".into()];
        quote(field, Fact::Values, "on: after 5 minutes\noff");
    };
    assert_eq!(seen(TypeName::String, list, values), [""; 0]);
    let (cells, mut contract) = one_row(TypeName::String, "Usually 5.\n- on\n- 9 lamps", |_| ());
    assert_eq!(look(&cells, &contract).len(), 2);
    let told = |what: &str| Finding::new(7, format!("Table 2, row 3 (limit): {what}"), "", "");
    contract.findings = vec![
        told("'Usually 5.' may state a constraint"),
        told("'9 lamps' is no value"),
    ];
    assert_eq!(
        look(&cells, &contract),
        [],
        "an item that is quoted tells of its list"
    );
    contract.findings = vec![told("'Usually' may state a constraint")];
    assert_eq!(
        look(&cells, &contract).len(),
        2,
        "what is left of a sentence was not told"
    );
    let other = "Table 2, row 30 (limit): 'Usually 5.' may state a constraint";
    contract.findings = vec![Finding::new(7, other, "", "")];
    assert_eq!(look(&cells, &contract).len(), 2, "another row");
}

#[test]
fn a_number_with_a_unit_is_a_fact_of_that_unit() {
    let text = "It holds up to 64 characters.";
    let range = |field: &mut Field| {
        field.constraints.range.max = Some(64);
        quote(field, Fact::Range, text);
    };
    let found = seen(TypeName::String, text, range);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[1].contains("the maximum 64 of its range is not in the words"));
    let length = |field: &mut Field| {
        field.constraints.length.max = Some(64);
        quote(field, Fact::Length, text);
    };
    assert_eq!(seen(TypeName::String, text, length), [""; 0]);
}

/// Sentences of real pages, with what a reader made of them that knew them in part.
#[test]
fn facts_that_their_words_do_not_state_could_be_false() {
    let length = |min, max| move |field: &mut Field| field.constraints.length = Bounds { min, max };
    let exactly = |n| length(Some(n), Some(n));
    for (text, state) in [
        ("64 characters or fewer", exactly(64)),
        ("8 characters minimum", exactly(8)),
        ("8 characters minimum", length(None, Some(8))),
        ("支持的最大字符长度：255", exactly(255)),
        ("36 characters or is left blank", exactly(36)),
        ("It usually has 8 characters.", exactly(8)),
        ("取值一般为8个字符", exactly(8)),
        ("no more than 64 characters", length(None, Some(63))),
        ("up to 64 characters", length(None, Some(63))),
    ] {
        let found = seen(TypeName::String, text, |field| {
            state(field);
            quote(field, Fact::Length, text);
        });
        assert!(!found.is_empty(), "{text}");
    }
    let range = |min, max| move |field: &mut Field| field.constraints.range = Bounds { min, max };
    for (text, state) in [
        ("less than 100 MB", range(None, Some(99))),
        (
            "-1 indicates no limit. Other values range from 1 to 65535",
            range(Some(1), Some(65_535)),
        ),
        ("1 to 10 if the lamp is lit", range(Some(1), Some(10))),
    ] {
        let found = seen(TypeName::Integer, text, |field| {
            state(field);
            quote(field, Fact::Range, text);
        });
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn facts_that_their_words_state_in_other_ways_are_believed() {
    let range = |min, max| move |field: &mut Field| field.constraints.range = Bounds { min, max };
    for (text, state) in [
        ("less than 100", range(None, Some(99))),
        ("greater than 0 and less than 100", range(Some(1), Some(99))),
        ("(0, 100]", range(Some(1), Some(100))),
        ("取值范围[1,300]", range(Some(1), Some(300))),
        ("at most 1,300", range(None, Some(1300))),
        ("[0, 100)", range(Some(0), Some(99))),
        ("不能大于100", range(None, Some(100))),
        ("小于100", range(None, Some(99))),
        ("cannot be less than 2", range(Some(2), None)),
        ("a positive integer", range(Some(1), None)),
        ("from zero to 1,024", range(Some(0), Some(1024))),
        ("1-300s", range(Some(1), Some(300))),
        ("0 to 2^31-1", range(Some(0), Some(2_147_483_647))),
        ("-5 to 5", range(Some(-5), Some(5))),
    ] {
        let found = seen(TypeName::Integer, text, |field| {
            state(field);
            quote(field, Fact::Range, text);
        });
        assert_eq!(found, [""; 0], "{text}");
    }
}

#[test]
fn words_that_no_page_has_and_rows_that_no_contract_has_are_named() {
    let found = seen(TypeName::Integer, "It is so.", |field| {
        field.constraints.range.max = Some(9);
        quote(field, Fact::Range, "at most 9");
    });
    assert_eq!(
        found,
        ["Table 2, row 3 (limit): 'at most 9' is quoted, and does not stand in the row"]
    );
    let (cells, mut contract) = one_row(TypeName::String, "It is so.", |_| ());
    contract.parameters.remove(0);
    let found = look(&cells, &contract);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0]
            .what
            .contains("the row is in no part of the contract")
    );
    let told = "Table 2 is a second table for the body of the request";
    contract.findings.push(Finding::new(7, told, "", ""));
    assert_eq!(look(&cells, &contract), []);
}

#[test]
fn derive_asks_the_eye_and_keeps_what_it_says() {
    let (file, page) = source("show-audit-task-status", "txt");
    let page = page.replacen("Instances in all", "The lamp \"alpha\" hums.", 1);
    let empty = tempfile::tempdir().unwrap();
    let derived = derive(Path::new(&file), &page, empty.path(), None).unwrap();
    let seen: Vec<&Finding> = derived.findings.iter().filter(|it| it.by_eye).collect();
    assert_eq!(seen.len(), 1, "{seen:#?}");
    assert!(
        seen[0]
            .what
            .contains("the value 'alpha' of 'The lamp \"alpha\" hums.'")
    );
    assert!(!seen[0].remedy.is_empty());
    let cells = source::cells(Path::new(&file), &page).unwrap();
    assert_eq!(look(&cells, &derived.contract), [], "it is told by now");
}
