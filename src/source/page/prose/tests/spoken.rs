//! Sentences as people write them in a cell: what each states, and what only looks alike.

use super::*;

/// What a cell of this name and type states, in the words of the lexicon's tests.
fn of(name: &str, kind: &TypeName, cell: &str) -> (Constraints, Vec<Finding>, bool) {
    let mut findings = Vec::new();
    let description: Vec<Paragraph> = cell
        .split('\n')
        .map(|text| Paragraph {
            text: text.trim_start_matches("• ").to_owned(),
            bullet: text.starts_with("• "),
            line: 1,
        })
        .collect();
    let place = format!("Table 1, row 1 ({name})");
    let stated = constraints(kind, &description, &place, &mut findings);
    let is_optional = stated.quotes.contains_key(&Fact::Optional);
    (stated.constraints, findings, is_optional)
}

#[test]
fn a_noun_phrase_stands_in_front_of_a_bound() {
    for (name, cell, min, max) in [
        ("cups", "Number of cups, 2 at the least.", Some(2), None),
        (
            "day",
            "Day of the week on which tea is made (1 to 7).",
            Some(1),
            Some(7),
        ),
        (
            "interval",
            "Brewing interval in seconds, in the range of 1 through 50.",
            Some(1),
            Some(50),
        ),
        (
            "volume",
            "The pot volume must be at least 512 MB.",
            Some(512),
            None,
        ),
        ("start", "The start, a non-negative integer.", Some(0), None),
        (
            "timeout",
            "沸腾时间（秒），1≤取值≤300。",
            Some(1),
            Some(300),
        ),
        (
            "weight",
            "权重，0～100之间的整数，数值越大茶越浓，0表示不泡茶。",
            Some(0),
            Some(100),
        ),
        ("size", "整数，10~500。", Some(10), Some(500)),
        (
            "limit",
            "Number of records on a page, 1 to 100.",
            Some(1),
            Some(100),
        ),
    ] {
        let (facts, findings, _) = of(name, &TypeName::Integer, cell);
        assert_eq!((facts.range.min, facts.range.max), (min, max), "{cell}");
        assert!(findings.is_empty(), "{cell}: {findings:?}");
    }
    for (name, cell, min, max) in [
        (
            "key",
            "The tea key cannot be empty and contains a maximum of 36 characters.",
            Some(1),
            Some(36),
        ),
        (
            "alias",
            "名称至少2个字符，至多32个字符。",
            Some(2),
            Some(32),
        ),
        ("label", "不能为空，最多128个字符。", Some(1), Some(128)),
    ] {
        let (facts, findings, _) = of(name, &TypeName::String, cell);
        assert_eq!(facts.length, length(min, max), "{cell}");
        assert!(findings.is_empty(), "{cell}: {findings:?}");
    }
    let tags = TypeName::Array(Box::new(TypeName::String));
    let (facts, ..) = of("tags", &tags, "最多支持20个标签。");
    assert_eq!(facts.items, length(None, Some(20)));
    // A bound beside a step counts, and the step is told.
    for cell in [
        "The size must be a multiple of 10 and ranges from 40 GB to 4000 GB.",
        "最小值：40，最大值：4000，步长为10。",
    ] {
        let (facts, findings, _) = of("size", &TypeName::Integer, cell);
        assert_eq!(
            (facts.range.min, facts.range.max),
            (Some(40), Some(4000)),
            "{cell}"
        );
        assert_eq!(findings.len(), 1, "{cell}: {findings:?}");
    }
    // Of Windows alone, of another parameter, of something inside the pot.
    for cell in [
        "The Windows volume must be at least 512 MB.",
        "The volume of a kettle is 1 to 9.",
        "On gas, the volume is 1 to 9.",
    ] {
        let (facts, findings, _) = of("volume", &TypeName::Integer, cell);
        assert_eq!(facts, Constraints::default(), "{cell}");
        assert!(!findings.is_empty(), "{cell}");
    }
}

#[test]
fn values_stand_in_running_text() {
    for (name, kind, cell, values) in [
        (
            "state",
            TypeName::Integer,
            "0: cold; 1: warm; 2: hot",
            &["0", "1", "2"][..],
        ),
        (
            "state",
            TypeName::Integer,
            "状态：0：冷，1：温，2：热",
            &["0", "1", "2"],
        ),
        (
            "state",
            TypeName::Integer,
            "State. 0 means cold, 1 means warm, and 2 means hot.",
            &["0", "1", "2"],
        ),
        (
            "order",
            TypeName::String,
            "顺序，up表示升序，down表示降序，默认down。",
            &["up", "down"],
        ),
        (
            "order",
            TypeName::String,
            "Order of pots. up (default) or down",
            &["up", "down"],
        ),
        (
            "order",
            TypeName::String,
            "Value: up|down. Default value: down",
            &["up", "down"],
        ),
        (
            "pot",
            TypeName::String,
            "Either iron or clay.",
            &["iron", "clay"],
        ),
        (
            "kind",
            TypeName::String,
            "枚举值：\niron\nclay",
            &["iron", "clay"],
        ),
        (
            "kind",
            TypeName::String,
            "目前支持IRON、CLAY和TIN三种。",
            &["IRON", "CLAY", "TIN"],
        ),
        (
            "mode",
            TypeName::String,
            "泡茶模式：fastBrew（快）、slowBrew（慢）。",
            &["fastBrew", "slowBrew"],
        ),
        (
            "mode",
            TypeName::String,
            "The mode of the pot, which can be fast or slow.",
            &["fast", "slow"],
        ),
        (
            "kind",
            TypeName::String,
            "取值如下：IRON：表示铁。CLAY：表示陶。",
            &["IRON", "CLAY"],
        ),
        (
            "kind",
            TypeName::String,
            "Values: p1.big (2 cups, 4 spoons), p2.big (4 cups, 8 spoons).",
            &["p1.big", "p2.big"],
        ),
        (
            "kind",
            TypeName::String,
            "Values other than IRON and CLAY are rejected.",
            &["IRON", "CLAY"],
        ),
    ] {
        let (facts, findings, _) = of(name, &kind, cell);
        assert_eq!(facts.values, values, "{cell}");
        assert!(findings.is_empty(), "{cell}: {findings:?}");
    }
    // What no list of all values is, or of nothing that is known.
    for (name, kind, cell) in [
        (
            "kind",
            TypeName::String,
            "可选值：iron、clay；大茶壶还可选tin。",
        ),
        ("kind", TypeName::String, "IRON或CLAY，不区分大小写。"),
        (
            "level",
            TypeName::Integer,
            "1 means weak and 5 means strong.",
        ),
        ("level", TypeName::Integer, "1表示弱，5表示强。"),
        ("made", TypeName::String, "T指时间的开始，Z指时区。"),
        ("key", TypeName::String, "key表示名称，value表示值。"),
        (
            "order",
            TypeName::String,
            "类型为甲时，up表示升序，down表示降序。",
        ),
        (
            "limit",
            TypeName::Integer,
            "取值范围1-100，0表示不限，1表示一杯。",
        ),
        (
            "pot",
            TypeName::String,
            "The pot can be filled or emptied, small or large.",
        ),
    ] {
        let (facts, findings, _) = of(name, &kind, cell);
        assert_eq!(facts.values, [""; 0], "{cell}");
        let is_told = !matches!(name, "kind" | "level" | "limit") || !findings.is_empty();
        assert!(is_told, "{cell}");
    }
}

#[test]
fn defaults_stand_in_many_words() {
    for (name, kind, cell, default) in [
        ("tea_port", TypeName::Integer, "Default port: 3306.", "3306"),
        ("tea_port", TypeName::Integer, "默认端口3306。", "3306"),
        ("size", TypeName::Integer, "不传时取20。", "20"),
        (
            "size",
            TypeName::Integer,
            "Defaults to 10 if omitted.",
            "10",
        ),
        ("warm", TypeName::Boolean, "Enabled by default.", "true"),
        ("warm", TypeName::Boolean, "是否保温，默认关闭。", "false"),
        ("kind", TypeName::String, "若为空，默认为“iron”。", "iron"),
    ] {
        let (facts, findings, is_optional) = of(name, &kind, cell);
        assert_eq!(facts.default.as_deref(), Some(default), "{cell}");
        assert!(findings.is_empty() && !is_optional, "{cell}: {findings:?}");
    }
    let (facts, findings, _) = of(
        "cups",
        &TypeName::Integer,
        "Default value: 5 (10 for large pots)",
    );
    assert_eq!((facts.default, findings.len()), (None, 1));
}

#[test]
fn a_bound_in_another_unit_than_the_value_is_no_bound() {
    for cell in [
        "保温时间，单位秒，最长7天。",
        "Time in minutes. It cannot exceed 24 hours.",
        "It is at most 2 TB. Unit: GB",
        "From 1Mi to 64Gi.",
    ] {
        let (facts, findings, _) = of("time", &TypeName::Integer, cell);
        assert!(facts.range.is_open(), "{cell}: {}", facts.range);
        assert_eq!(findings.len(), 1, "{cell}: {findings:?}");
    }
    let (facts, ..) = of(
        "time",
        &TypeName::Integer,
        "Time in hours. It cannot exceed 24 hours.",
    );
    assert_eq!(facts.range.max, Some(24));
    let cell = "1 to 36 characters; 43 characters for values.";
    let (facts, findings, _) = of("key", &TypeName::String, cell);
    assert!(facts.length.is_open() && !findings.is_empty());
}

#[test]
fn numbers_of_other_things_are_no_findings() {
    for (name, kind, cell) in [
        (
            "tags",
            TypeName::String,
            "This field is known in microversions later than 2.19.",
        ),
        (
            "pot_ip",
            TypeName::String,
            "The address of the pot, from which port 22 must be reachable.",
        ),
        (
            "size",
            TypeName::Integer,
            "Size of the pot in GB (1 GB = 1024 MB).",
        ),
        (
            "made",
            TypeName::Long,
            "Time in milliseconds since 00:00:00 on January 1, 1970.",
        ),
        (
            "warm",
            TypeName::Boolean,
            "Whether it is warm. Up to 1000 cups can be assigned to a pot.",
        ),
        (
            "pot_name",
            TypeName::String,
            "Name of the pot. Each guest can create 30 pots.",
        ),
        (
            "state",
            TypeName::String,
            "The state, such as WARM or COLD.",
        ),
        ("port", TypeName::Integer, "端口，如壶为3306。"),
        ("code", TypeName::String, "错误码，参见4.2节。"),
        ("made", TypeName::String, "时间，格式为UTC时间。"),
        (
            "id",
            TypeName::String,
            "The ID. Error 429 is returned if more than 100 cups are poured.",
        ),
    ] {
        let (facts, findings, is_optional) = of(name, &kind, cell);
        assert_eq!(facts, Constraints::default(), "{cell}");
        assert!(findings.is_empty() && !is_optional, "{cell}: {findings:?}");
    }
    for cell in [
        "茶好时，返回茶的ID；茶坏时，返回错误码。",
        "If there is no tea, an empty list is returned.",
    ] {
        assert!(!of("tea", &TypeName::Object, cell).2, "{cell}");
    }
}

#[test]
fn numbers_with_dashes_under_a_list_may_be_values_and_are_no_range() {
    for cell in [
        "The exit code. Enumerated values:\n• 0 - 1.",
        "The exit code. Enumerated values:\n• 0 - 1",
        "The exit code. The options are as follows:\n• 10 – 20 – 30",
        "退出码，可选值：\n• 0 - 1",
        "The exit code. Enumerated values:\n• -1 - 0 - 1.",
    ] {
        for kind in [TypeName::String, TypeName::Integer] {
            let (facts, findings, _) = of("exit_code", &kind, cell);
            assert_eq!(facts, Constraints::default(), "{cell}");
            assert_eq!(findings.len(), 1, "{cell}: {findings:?}");
        }
    }
    let range = "The port.\nValue range:\n• 1 - 64";
    let (facts, findings, _) = of("port", &TypeName::Integer, range);
    assert_eq!((facts.range.min, facts.range.max), (Some(1), Some(64)));
    assert!(findings.is_empty(), "{findings:?}");
}
