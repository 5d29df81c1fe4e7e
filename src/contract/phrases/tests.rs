//! What phrases of description cells mean, in English and Chinese.

use super::*;

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

fn length(min: Option<u64>, max: Option<u64>) -> Bounds<u64> {
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
}
