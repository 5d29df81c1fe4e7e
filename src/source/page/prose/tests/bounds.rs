//! What bounds, what only seems to, and what nobody can tell.

use super::*;

/// What `lines` of a row of this name state, and what was found about them.
fn read_named(name: &str, kind: &TypeName, lines: &[&str]) -> (Constraints, Vec<Finding>) {
    let mut findings = Vec::new();
    let description: Vec<Paragraph> = lines
        .iter()
        .map(|text| Paragraph {
            text: (*text).to_owned(),
            bullet: false,
            line: 1,
        })
        .collect();
    let place = format!("Table 1, row 1 ({name})");
    let stated = constraints(kind, &description, &place, &mut findings);
    (stated.constraints, findings)
}

#[test]
fn a_comparison_of_a_text_bounds_its_number_and_a_length_names_characters() {
    for (lines, min, max) in [
        (&["取值范围", "大于等于7"][..], Some(7), None),
        (
            &["Value Range", "Greater than or equal to 7"],
            Some(7),
            None,
        ),
        (&["仅支持大于等于0的整数"], Some(0), None),
        (&["仅支持大于0的整数"], Some(1), None),
        (
            &["Greater than 2 and less than or equal to 700"],
            Some(3),
            Some(700),
        ),
        (&["取值范围：", "大于2小于等于700"], Some(3), Some(700)),
    ] {
        let (facts, findings) = read(&TypeName::String, lines);
        assert_eq!((facts.range.min, facts.range.max), (min, max), "{lines:?}");
        assert!(facts.length.is_open(), "{lines:?}: {}", facts.length);
        assert!(findings.is_empty(), "{lines:?}: {findings:?}");
    }
    for text in [
        "A maximum of 70",
        "不超过70",
        "大于等于7天",
        "between 1 and 7 hours",
    ] {
        let (facts, findings) = read(&TypeName::String, &["Constraints:", text]);
        assert_eq!(facts, Constraints::default(), "{text}");
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
    let (facts, _) = read(&TypeName::String, &["长度小于等于70"]);
    assert_eq!(facts.length, length(None, Some(70)));
    let (facts, _) = read(
        &TypeName::String,
        &["The value holds 1 to 12,500 characters."],
    );
    assert_eq!(facts.length, length(Some(1), Some(12_500)));
    for text in [
        "It holds between 3 and 70 characters.",
        "The length is between 3 and 70.",
    ] {
        let (facts, findings) = read(&TypeName::String, &[text]);
        assert_eq!(facts.length, length(Some(3), Some(70)), "{text}");
        assert!(findings.is_empty(), "{findings:?}");
    }
    let text = "The largest lengths of lamp and bulb are 3 and 70 characters.";
    let (facts, findings) = read(&TypeName::String, &[text]);
    assert_eq!(facts, Constraints::default());
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn what_holds_as_a_rule_or_at_times_bounds_nothing() {
    for (kind, text) in [
        (&TypeName::String, "Generally, it contains 30 characters."),
        (&TypeName::String, "The key usually contains 30 characters."),
        (&TypeName::String, "通常，长度为30个字符"),
        (&TypeName::String, "一般为3到30个字符"),
        (&TypeName::String, "建议不超过30个字符"),
        (
            &TypeName::String,
            "It is recommended that it contain 3 to 30 characters.",
        ),
        (&TypeName::Integer, "如果类型为甲，取值范围为1-5"),
        (&TypeName::Integer, "类型为甲时，取值范围为1-5"),
        (&TypeName::Integer, "取值范围为1-5，如果类型为甲"),
        (&TypeName::Integer, "lamp=lit，取值范围为1-5"),
        (
            &TypeName::Integer,
            "The value ranges from 1 to 5 if the lamp is lit.",
        ),
        (
            &TypeName::Integer,
            "The value ranges from 1 to 5 for lamps.",
        ),
        (
            &TypeName::Integer,
            "It must be greater than 0 when the lamp is lit.",
        ),
        (&TypeName::String, "Each key contains 30 characters."),
    ] {
        let (facts, findings) = read(kind, &[text]);
        assert_eq!(facts, Constraints::default(), "{text}");
        assert!(!findings.is_empty(), "{text}");
    }
    let (facts, findings) =
        read_named("lamp_value", &TypeName::String, &["每个值最大长度30个字符"]);
    assert_eq!(facts.length, length(None, Some(30)));
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, findings) = read(&TypeName::Integer, &["当前取值范围为1-5"]);
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(5)));
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_length_that_may_be_the_array_s_bounds_nothing() {
    let strings = TypeName::Array(Box::new(TypeName::String));
    for text in ["长度为2～200位", "The length ranges from 2 to 200."] {
        let (facts, findings) = read(&strings, &[text]);
        assert_eq!(facts, Constraints::default(), "{text}");
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
    for text in ["每个标签长度为2～200位", "长度为2～200个字符"] {
        let (facts, findings) = read(&strings, &[text]);
        assert_eq!(facts.length, length(Some(2), Some(200)), "{text}");
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
}

#[test]
fn numbers_in_words_and_signs() {
    for (text, min) in [
        ("The value must be greater than zero.", 1),
        ("It is greater than or equal to one.", 1),
        ("取值大于零", 1),
        ("The value cannot be a negative number.", 0),
        ("不能为负数", 0),
        ("The value is a positive integer.", 1),
        ("取值为正整数", 1),
        ("取值范围大于等于-1", -1),
    ] {
        let (facts, findings) = read(&TypeName::Long, &[text]);
        assert_eq!(
            (facts.range.min, facts.range.max),
            (Some(min), None),
            "{text}"
        );
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
    let (facts, findings) = read(&TypeName::Integer, &["取值范围为0~intmax"]);
    let most = Some(i64::from(i32::MAX));
    assert_eq!((facts.range.min, facts.range.max), (Some(0), most));
    assert!(findings.is_empty(), "{findings:?}");
    let text = "不能为负数，最小值为1，最大值为90。";
    let (facts, findings) = read(&TypeName::Integer, &[text]);
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(90)));
    assert!(findings.is_empty(), "{findings:?}");
    // 'One hour' is no number of the row's unit.
    let (facts, _) = read(&TypeName::Integer, &["It is kept less than one hour."]);
    assert_eq!(facts, Constraints::default());
    let (facts, findings) = read(&TypeName::Number, &["The value is a positive integer."]);
    assert!(facts.range.is_open() && findings.len() == 1, "{findings:?}");
}

#[test]
fn a_default_as_a_sentence_behind_its_label() {
    for lines in [
        &["Default Value", "The default value is 70."][..],
        &["Its default value is 70."],
        &["默认取值", "默认值为70"],
        &["默认取值：", "默认值为70。"],
    ] {
        let (facts, findings) = read(&TypeName::Integer, lines);
        assert_eq!(facts.default.as_deref(), Some("70"), "{lines:?}");
        assert!(findings.is_empty(), "{lines:?}: {findings:?}");
    }
    let lines = [
        "Default Value",
        "The default value is 70 or that of the lamp.",
    ];
    let (facts, findings) = read(&TypeName::Integer, &lines);
    assert_eq!(facts.default, None);
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn what_another_parameter_may_hold_bounds_nothing_here() {
    let own = ["最小长度：3", "最大长度：90"];
    for sentence in ["描述不超过500个字符", "lamp_key的长度不超过500个字符"] {
        let lines = [own[0], own[1], sentence];
        let (facts, findings) = read_named("lamp_name", &TypeName::String, &lines);
        assert_eq!(facts.length, length(Some(3), Some(90)), "{sentence}");
        assert_eq!(findings.len(), 1, "{sentence}: {findings:?}");
    }
    // Of the same thing, two bounds contradict each other.
    for (name, sentence) in [
        ("lamp_desc", "描述不超过500个字符"),
        ("lamp_key", "lamp_key的长度不超过500个字符"),
        ("lamp_name", "不超过500个字符"),
    ] {
        let (facts, _) = read_named(name, &TypeName::String, &[own[0], own[1], sentence]);
        assert_eq!(facts.length, length(None, None), "{name}");
    }
    let condition = |name: &str| {
        let line = [Paragraph {
            text: "lamp_key is also required if the lamp is lit.".into(),
            bullet: false,
            line: 1,
        }];
        let place = format!("Table 1, row 1 ({name})");
        let stated = constraints(&TypeName::String, &line, &place, &mut Vec::new());
        stated.condition.is_some()
    };
    assert!(condition("lamp_key"));
    assert!(!condition("lamp"));
}

#[test]
fn names_of_the_largest_and_smallest_are_no_constraints() {
    for text in [
        "Specifies the maximum number of lamps.",
        "Maximum number of lamps in a room.",
        "功能说明：灯的编号取值范围",
        "查询时间范围",
        "最小灯泡大小",
        "For details about the lamps, see Table 7.",
    ] {
        let (facts, findings) = read(&TypeName::Integer, &[text]);
        assert_eq!(facts, Constraints::default(), "{text}");
        assert!(findings.is_empty(), "{text}: {findings:?}");
    }
    for text in [
        "The maximum number is that of the lamps.",
        "Specifies the maximum number of lamps (at most 7 pairs).",
        "不在灯的取值范围",
        "取值范围不超过灯的最大数量",
        "A minimum of lamps must be lit.",
    ] {
        let (_, findings) = read(&TypeName::String, &[text]);
        assert_eq!(findings.len(), 1, "{text}: {findings:?}");
    }
}
