//! What phrases of description cells mean, in English and Chinese.

use super::*;
use crate::contract::Bounds;

mod bounds;
mod lexicon;
mod lists;
mod spoken;

fn read(kind: &TypeName, lines: &[&str]) -> (Constraints, Vec<Finding>) {
    let mut findings = Vec::new();
    let description: Vec<Paragraph> = lines
        .iter()
        .enumerate()
        .map(|(line, text)| Paragraph {
            text: text.trim_start_matches("• ").to_owned(),
            bullet: text.starts_with("• "),
            line,
        })
        .collect();
    let stated = constraints(kind, &description, "Table 1, row 1 (x)", &mut findings);
    (stated.constraints, findings)
}

pub(super) fn length(min: Option<u64>, max: Option<u64>) -> Bounds<u64> {
    Bounds { min, max }
}

#[test]
fn lengths_in_prose() {
    for (text, min, max) in [
        (
            "The value contains 32 to 64 characters.",
            Some(32),
            Some(64),
        ),
        ("It can contain 1 to 64 characters", Some(1), Some(64)),
        ("The value contains 36 characters.", Some(36), Some(36)),
        ("a maximum of 200 characters", None, Some(200)),
        ("字符长度32-64", Some(32), Some(64)),
        ("Enter 1–100 characters.", Some(1), Some(100)),
        ("Minimum: 3", Some(3), None),
        ("长度为1~64个字符", Some(1), Some(64)),
        ("最大长度：64", None, Some(64)),
        ("长度固定为36个字符", Some(36), Some(36)),
    ] {
        let (facts, findings) = read(&TypeName::String, &["Range:", text]);
        assert_eq!(facts.length, length(min, max), "{text}");
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
}

#[test]
fn ranges_items_and_defaults() {
    let (facts, _) = read(&TypeName::Integer, &["The value ranges from 0 to 1,000."]);
    assert_eq!((facts.range.min, facts.range.max), (Some(0), Some(1000)));
    let strings = TypeName::Array(Box::new(TypeName::String));
    let (facts, _) = read(&strings, &["Array Length: 1 - 20"]);
    assert_eq!((facts.items.min, facts.items.max), (Some(1), Some(20)));
    let (facts, _) = read(
        &TypeName::Integer,
        &["Default value:", "10", "Range:", "1–100"],
    );
    assert_eq!(facts.default.as_deref(), Some("10"));
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(100)));
}

#[test]
fn listed_values_and_the_stray_one() {
    let (facts, findings) = read(
        &TypeName::String,
        &[
            "Task status. The options are as follows:",
            "• 0: ready",
            "• 2: success",
            "-1: running",
        ],
    );
    assert_eq!(facts.values, ["0", "2", "-1"]);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].what.contains("outside the list"));
    let (facts, _) = read(&TypeName::String, &["The value can be on or off."]);
    assert_eq!(facts.values, ["on", "off"]);
}

#[test]
fn nothing_and_prose_are_no_findings_and_riddles_are() {
    let (facts, findings) = read(
        &TypeName::String,
        &[
            "Constraints:",
            "N/A",
            "Value range:",
            "Used by the IAM service to query the user token.",
        ],
    );
    assert_eq!(facts, Constraints::default());
    assert!(findings.is_empty(), "{findings:?}");
    let (_, findings) = read(
        &TypeName::String,
        &["Constraints:", "Use the last 7 letters."],
    );
    assert_eq!(findings.len(), 1);
}

#[test]
fn bounds_of_arrays_and_of_their_items() {
    let strings = TypeName::Array(Box::new(TypeName::String));
    let (facts, findings) = read(
        &strings,
        &["Minimum: 1", "Maximum: 64", "Array Length: 1 - 20"],
    );
    assert_eq!(facts.length, length(Some(1), Some(64)));
    assert_eq!(facts.items, length(Some(1), Some(20)));
    let (facts, _) = read(&strings, &["A maximum of 10 items can be given."]);
    assert_eq!(facts.items, length(None, Some(10)));
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn lists_and_defaults_in_one_line() {
    let (facts, findings) = read(
        &TypeName::String,
        &["Definition: The state. Constraints: N/A Range: on, off Default value: off"],
    );
    assert_eq!(facts.values, ["on", "off"]);
    assert_eq!(facts.default.as_deref(), Some("off"));
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, findings) = read(
        &TypeName::Integer,
        &["参数解释：", "每页条数。默认值为10", "取值范围：", "1-100"],
    );
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(100)));
    assert_eq!(facts.default.as_deref(), Some("10"));
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, _) = read(
        &TypeName::String,
        &["枚举值：", "• ACTIVE：运行中", "• BUSY（忙）"],
    );
    assert_eq!(facts.values, ["ACTIVE", "BUSY"]);
}

#[test]
fn contradictions_are_findings_and_state_nothing() {
    for (kind, lines, what) in [
        (
            TypeName::Integer,
            &["The value contains 3 characters."][..],
            "a length",
        ),
        (TypeName::Boolean, &["Range:", "1-3"], "a range"),
        (
            TypeName::Integer,
            &["The value ranges from 9 to 1."],
            "leave nothing",
        ),
        (
            TypeName::Integer,
            &["Range:", "• 1: a", "• low: b"],
            "'low' is of another type",
        ),
        (
            TypeName::String,
            &["Range: on, off", "Default value: maybe"],
            "the default 'maybe'",
        ),
        (
            TypeName::Long,
            &["The value ranges from 0 to 99999999999999999999."],
            "may state",
        ),
    ] {
        let (_, findings) = read(&kind, lines);
        assert!(
            findings.iter().any(|finding| finding.what.contains(what)),
            "{what}: {findings:?}"
        );
    }
    let (facts, findings) = read(&TypeName::Boolean, &["The value can be true or false."]);
    assert_eq!(facts, Constraints::default());
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn conditions_are_told_from_prose() {
    let stated = |text: &str| {
        let line = [Paragraph {
            text: text.into(),
            bullet: false,
            line: 1,
        }];
        constraints(&TypeName::String, &line, "x", &mut Vec::new())
            .condition
            .is_some()
    };
    assert!(stated(
        "This parameter is mandatory when oper_type is switch."
    ));
    assert!(stated("当oper_type为switch时必填。"));
    assert!(!stated("The token is required."));
    assert!(!stated("Specifies the time required for lighting a lamp."));
}

#[test]
fn both_bounds_of_a_sentence_are_read() {
    for (text, min, max) in [
        (
            "greater than or equal to 16 and less than or equal to 99",
            16,
            99,
        ),
        ("Must be at least 5 and no more than 300", 5, 300),
        ("大于等于1，小于等于100", 1, 100),
        ("The value range is [0, 732].", 0, 732),
        ("0到1000000之间", 0, 1_000_000),
        ("Value: 1 to 90 seconds", 1, 90),
    ] {
        let (facts, findings) = read(&TypeName::Integer, &[text]);
        let range = (facts.range.min, facts.range.max);
        assert_eq!(range, (Some(min), Some(max)), "{text}");
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
    for (text, min, max) in [
        ("长度为[32，64]个字符", Some(32), Some(64)),
        ("1 to 36 Unicode characters", Some(1), Some(36)),
        ("a UUID with 36 characters", Some(36), Some(36)),
        ("最大长度256", None, Some(256)),
    ] {
        let (facts, findings) = read(&TypeName::String, &[text]);
        assert_eq!(facts.length, length(min, max), "{text}");
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
}

#[test]
fn what_is_read_in_part_or_not_at_all_is_a_finding() {
    let strings = TypeName::Array(Box::new(TypeName::String));
    for (kind, text) in [
        (&strings, "At most 5 values of at most 10 characters each."),
        (&TypeName::String, "1 to 8 characters, letters only"),
        (&TypeName::Number, "at most 1.5"),
        (&TypeName::Integer, "Power, 1-1000 W"),
        (&TypeName::String, "State: ON, OFF, or BLINKING"),
        (&TypeName::String, "The length is at most 255 bytes."),
        (&TypeName::String, "in the HH:MM format"),
    ] {
        let (_, findings) = read(kind, &[text]);
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
    let (facts, _) = read(&TypeName::Number, &["at most 1.5"]);
    assert!(facts.range.is_open(), "half of a fraction is no bound");
    let map = TypeName::Map(Box::new(TypeName::String));
    let (facts, _) = read(&map, &["A maximum of 10 key-value pairs can be added."]);
    assert!(facts.range.is_open() && facts.length.is_open());
    let (_, findings) = read(&TypeName::Object, &["For details, see Table 4."]);
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn bullets_hold_values_or_sentences() {
    let (facts, findings) = read(
        &TypeName::String,
        &["• Time (UTC) when it was made", "• Format: yyyy-MM-dd"],
    );
    assert!(facts.values.is_empty(), "{:?}", facts.values);
    assert!(!findings.is_empty());
    let (facts, findings) = read(
        &TypeName::String,
        &[
            "The value can be one of the following:",
            "• default: both",
            "• shut down: none",
            "• <=",
        ],
    );
    assert_eq!(facts.values, ["default", "shut down", "<="]);
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, _) = read(&TypeName::String, &["Range:", "• application/json"]);
    assert_eq!(facts.values, ["application/json"]);
    let (facts, _) = read(&TypeName::String, &["Range:", "full: all", "part: some"]);
    assert_eq!(facts.values, ["full", "part"]);
    let (facts, _) = read(
        &TypeName::String,
        &["It can hold:", "• letters", "• digits"],
    );
    assert!(facts.values.is_empty(), "{:?}", facts.values);
}

#[test]
fn a_default_in_front_of_bounds_is_one_paragraph() {
    let lines = ["Default: 80", "Minimum: 1", "Maximum: 100"];
    let (facts, findings) = read(&TypeName::Integer, &lines);
    assert_eq!(facts.default.as_deref(), Some("80"));
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(100)));
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, _) = read(&TypeName::String, &["Default value: none", "Maximum: 100"]);
    assert_eq!(
        (facts.default, facts.length),
        (None, length(None, Some(100)))
    );
    let line = "Default value: post_paid Enumeration values: post_paid, pre_paid";
    let (facts, _) = read(&TypeName::String, &[line]);
    assert_eq!(facts.values, ["post_paid", "pre_paid"]);
    assert_eq!(facts.default.as_deref(), Some("post_paid"));
    let (facts, findings) = read(&TypeName::Boolean, &["Default value: False"]);
    assert_eq!(facts.default.as_deref(), Some("false"));
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn bounds_that_do_not_always_hold_are_told_and_bound_nothing() {
    let list = TypeName::Array(Box::new(TypeName::String));
    let map = TypeName::Map(Box::new(TypeName::String));
    for (kind, lines) in [
        (
            &TypeName::Integer,
            &["If type is mongos, the value ranges from 2 to 32."][..],
        ),
        (
            &TypeName::Integer,
            &["System disk: The value ranges from 40 to 1024."],
        ),
        (
            &TypeName::Integer,
            &["The value ranges from 2100 to 9500, 27017, and 27018."],
        ),
        (&TypeName::Integer, &["Range:", "1-20 or -1"]),
        (&TypeName::Integer, &["Minimum: 1", "Range:", "5-10"]),
        (
            &TypeName::String,
            &[
                "Minimum: 1",
                "Maximum: 64",
                "The name contains 1 to 32 characters.",
            ],
        ),
        (&TypeName::String, &["The value can be A, B, etc."]),
        (&TypeName::String, &["Range:", "0-9, a-z"]),
        (&TypeName::String, &["Range:", "Node"]),
        (&TypeName::String, &["• Format: hh:mm"]),
        (&TypeName::String, &["It cannot be an empty string."]),
        (&TypeName::String, &["Either id or name must be set."]),
        (
            &TypeName::String,
            &["The protocol can be tcp, udp, or icmp."],
        ),
        (&TypeName::String, &["The value is DDS-Community."]),
        (&TypeName::String, &["This parameter has been deprecated."]),
        (
            &TypeName::Integer,
            &["The value must be a positive number."],
        ),
        (&map, &["Each key contains 1 to 36 characters."]),
    ] {
        let (facts, findings) = read(kind, lines);
        let half = matches!(lines, ["Minimum: 1", ..]);
        assert!(!findings.is_empty(), "{lines:?}");
        // What was said but once still holds.
        assert!(
            half || facts == Constraints::default(),
            "{lines:?}: {facts:?}"
        );
    }
    let (facts, findings) = read(&list, &["The number of IDs ranges from 1 to 5."]);
    assert_eq!(facts.items, length(Some(1), Some(5)));
    assert!(facts.range.is_open() && findings.is_empty(), "{findings:?}");
}

#[test]
fn values_with_colons_and_sentences_that_list() {
    let values = |lines: &[&str]| {
        let (facts, findings) = read(&TypeName::String, lines);
        assert!(findings.is_empty(), "{lines:?}: {findings:?}");
        facts.values
    };
    let lines = ["Range:", "• OS::Nova::Server", "• OS::Cinder::Volume"];
    assert_eq!(values(&lines), ["OS::Nova::Server", "OS::Cinder::Volume"]);
    assert_eq!(
        values(&["Range:", "• http://a", "• https://b"]),
        ["http://a", "https://b"]
    );
    assert_eq!(
        values(&["The value must be public or private."]),
        ["public", "private"]
    );
    assert_eq!(
        values(&["The value can be **public** or **private**."]),
        ["public", "private"]
    );
    assert_eq!(
        values(&["The options are as follows: A and B."]),
        ["A", "B"]
    );
    assert_eq!(values(&["The name can be changed or deleted."]), [""; 0]);
    assert_eq!(values(&["The value is unique."]), [""; 0]);
    assert_eq!(values(&["Specifies the zone of the kettle."]), [""; 0]);
    let (facts, _) = read(&TypeName::Boolean, &["Range:", "• true"]);
    assert_eq!(facts.values, ["true"]);
}

#[test]
fn capitalised_keys_are_values_where_something_announces_values() {
    let bullets = ["• Windows: C:\\kettle", "• Linux: /usr/kettle"];
    let read_behind = |words: &str| {
        let lines: Vec<&str> = std::iter::once(words).chain(bullets).collect();
        read(&TypeName::String, &lines)
    };
    for words in [
        "Where the kettle stands.",
        "The path depends on the system:",
        "Paths in the following systems:",
        "Definition:",
        "安装路径如下：",
    ] {
        let (facts, findings) = read_behind(words);
        assert!(facts.values.is_empty(), "{words}: {:?}", facts.values);
        assert_eq!(findings.len(), 1, "{words}: {findings:?}");
        let told = &findings[0];
        assert_eq!(told.line, 1, "{words}");
        assert!(told.what.contains("'Windows', 'Linux'"), "{}", told.what);
        assert_eq!(told.assumed, "none was read as a listed value");
    }
    for words in [
        "The value can be:",
        "The options are as follows:",
        "It can be one of the following:",
        "It supports the following system types:",
        "Value range:",
        "枚举值：",
        "包括：",
    ] {
        let (facts, findings) = read_behind(words);
        assert_eq!(facts.values, ["Windows", "Linux"], "{words}");
        assert!(findings.is_empty(), "{words}: {findings:?}");
    }
    // Keys of another spelling are values as they stand.
    for list in [
        ["• audit: one", "• risk: two"],
        ["• ACTIVE: one", "• Linux: two"],
    ] {
        let (facts, findings) = read(&TypeName::String, &list);
        assert_eq!((facts.values.len(), findings.len()), (2, 0), "{list:?}");
    }
    let (facts, findings) = read(&TypeName::Boolean, &["• True: on", "• False: off"]);
    assert!(facts.values.is_empty() && findings.is_empty());
}
