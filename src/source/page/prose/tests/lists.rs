//! Lists are read whole, or no value of them counts and that is a finding.

use super::*;

/// The values of a row, where nothing is to be told.
fn values(kind: &TypeName, lines: &[&str]) -> Vec<String> {
    let (facts, findings) = read(kind, lines);
    assert!(findings.is_empty(), "{lines:?}: {findings:?}");
    facts.values
}

/// Lines that bound nothing, and of which there is one thing to tell.
fn open(kind: &TypeName, lines: &[&str]) {
    let (facts, findings) = read(kind, lines);
    assert_eq!(facts, Constraints::default(), "{lines:?}");
    assert_eq!(findings.len(), 1, "{lines:?}: {findings:?}");
}

const TEXT: &TypeName = &TypeName::String;

#[test]
fn what_a_value_must_not_be_is_no_list_of_values() {
    for lead in [
        "The kettle cannot be called any of the following:",
        "Names that are not allowed:",
        "Reserved names:",
        "It can be any word except the following:",
        "The value can be anything other than:",
        "取值范围：不能使用以下名称",
        "不支持的取值如下：",
        "除以下取值外均可：",
    ] {
        open(TEXT, &[lead, "• kettle", "• teapot"]);
    }
    for sentence in [
        "The value cannot be one of the following: kettle, teapot.",
        "Unsupported values: kettle, teapot",
        "The following are reserved and no valid values: kettle, teapot",
        "不允许的取值：kettle、teapot",
    ] {
        open(TEXT, &[sentence]);
    }
    // What was denied is not read again, and nothing else in front of a list denies it.
    assert_eq!(
        values(
            TEXT,
            &[
                "It cannot be changed. The options are as follows:",
                "• a",
                "• b"
            ]
        ),
        ["a", "b"]
    );
    assert_eq!(
        values(
            TEXT,
            &[
                "删除方式，取值如下：",
                "• soft：放入回收站",
                "• hard：立即清除"
            ]
        ),
        ["soft", "hard"]
    );
}

#[test]
fn a_list_that_another_sentence_contradicts_is_open() {
    for lines in [
        ["The value can be 4 or 6.", "The value cannot be 6."],
        [
            "The value can be HOT or COLD.",
            "COLD is currently not supported.",
        ],
        [
            "The value can be HOT or COLD.",
            "The value can only be WARM.",
        ],
        ["取值：HOT、COLD", "取值不能为COLD"],
        ["The value can be hot or cold.", "It is case insensitive."],
        [
            "The value can be hot or cold.",
            "Separate multiple values with commas.",
        ],
    ] {
        let (facts, findings) = read(TEXT, &lines);
        assert!(facts.values.is_empty(), "{lines:?}: {:?}", facts.values);
        let told = findings.last().expect("a finding");
        assert_eq!(
            told.assumed,
            "no value is held against the list or the range"
        );
    }
    let (facts, _) = read(
        TEXT,
        &[
            "The value can be HOT or COLD.",
            "COLD is not supported for tins.",
        ],
    );
    assert_eq!(facts.values, ["HOT", "COLD"]);
    assert_eq!(
        values(
            TEXT,
            &["The value can be HOT or COLD.", "It cannot be changed."]
        ),
        ["HOT", "COLD"]
    );
}

#[test]
fn one_bullet_that_is_no_value_leaves_the_list_open() {
    let odd = [
        "A kettle of your own: Enter at most 36 characters.",
        "Kettle ID: that of a kettle",
        "others: not told",
        "Null: nothing is told",
        "<name of a kettle>",
        "etc.",
        "...",
        "yyyyMMdd: the day on which it was bought",
        "xxx",
        "tin (not supported)",
        "tin: Currently not supported.",
    ];
    for odd in odd.map(|text| format!("• {text}")) {
        open(TEXT, &["Range:", "• 0: none", "• all: each", &odd]);
        open(TEXT, &["Range:", &odd, "• 0: none", "• all: each"]);
    }
    // What goes on behind a break is a part of the list.
    let lines = [
        "Range:",
        "• 0: none",
        "• all: each",
        "It may rest.",
        "• A kettle's ID: that one",
    ];
    open(TEXT, &lines);
    let either = ["Range:", "• 0/false: it rests", "• 1/true: it boils"];
    let (facts, findings) = read(TEXT, &either);
    assert!(facts.values.is_empty() && findings.len() == 2, "{facts:?}");
    let (facts, findings) = read(
        TEXT,
        &["Range:", "0: none", "1: all", "A kettle's ID: that one"],
    );
    assert!(facts.values.is_empty(), "{:?}", facts.values);
    assert!(!findings.is_empty());
    let lines = [
        "取值：1、2",
        "• 1: 开",
        "• 2: 关",
        "还要满足：",
        "• 存在“size:big”并取值为“yes”。",
    ];
    assert_eq!(read(TEXT, &lines).0.values, ["1", "2"]);
    // Sentences behind a list say something of its values.
    let lines = [
        "The value can be HOT or COLD.",
        "• If the lid is open, it has no effect.",
        "• It is read at noon.",
    ];
    assert_eq!(values(TEXT, &lines), ["HOT", "COLD"]);
}

#[test]
fn keys_of_many_spellings_are_values() {
    for (lines, expected) in [
        (["• hot (default): boils", "• cold: rests"], ["hot", "cold"]),
        (["• hot: boils", "• cold（默认值）：rests"], ["hot", "cold"]),
        (["• hot (default value)", "• cold"], ["hot", "cold"]),
        (["• hot", "• ${lid}"], ["hot", "${lid}"]),
        (["• C#(Kettle 2.0)", "• tea"], ["C#(Kettle 2.0)", "tea"]),
        (["• **hot**: boils", "• **cold**: rests"], ["hot", "cold"]),
        (["• 4, 表示四杯。", "• 6, 表示六杯。"], ["4", "6"]),
        (
            ["• net:tea: for tea", "• net:milk: for milk"],
            ["net:tea", "net:milk"],
        ),
        (["• net:tea", "• net:milk"], ["net:tea", "net:milk"]),
    ] {
        assert_eq!(values(TEXT, &lines), expected, "{lines:?}");
    }
    let lines = ["枚举值：", "• Period:包年", "• Cup:按杯。"];
    assert_eq!(values(TEXT, &lines), ["Period", "Cup"]);
    for lines in [
        ["• true：开。检查项如下", "• false（默认值）：关。"],
        ["• True：支持加热", "• False：不支持加热"],
        ["• true (default): boils", "• false: rests"],
    ] {
        assert!(
            values(&TypeName::Boolean, &lines).is_empty(),
            "both values bound nothing"
        );
    }
}

#[test]
fn values_with_colons_are_not_cut() {
    for (text, expected) in [
        (
            "The value can be net:tea, net:milk, or pot:tin.",
            &["net:tea", "net:milk", "pot:tin"][..],
        ),
        ("取值范围：net:tea，net:milk", &["net:tea", "net:milk"]),
        ("Options: 0:off, 1:on", &["0", "1"]),
        ("Options: a: off, b: on", &["a", "b"]),
        (
            "The value can be text/plain or text/css.",
            &["text/plain", "text/css"],
        ),
        ("The value can be hot/cold.", &["hot", "cold"]),
        ("取值：hot或者cold", &["hot", "cold"]),
    ] {
        assert_eq!(values(TEXT, &[text]), expected, "{text}");
    }
    for text in [
        "The value can be net:tea, net:milk, or pot:xxx(any pot).",
        "The value can be net:tea or pot:tin.",
        "壶盖颜色的取值范围为：red、blue",
        "The value can be tea/milk, or water.",
    ] {
        open(TEXT, &[text]);
    }
    let (facts, _) = read(TEXT, &["Range:", "10.0.0.0/8"]);
    assert!(facts.values.is_empty(), "{:?}", facts.values);
}

#[test]
fn samples_are_no_values() {
    for lines in [
        &[
            "The following is an example:",
            "\"kettles\": [",
            "{ \"size\": 4 } ]",
        ][..],
        &["Range:", "\"kettles\": [ 4 ]"],
        &["For example, the value can be tea or milk."],
        &["It names a drink, for example:", "• tea", "• milk"],
        &["取值：tea、milk等"],
        &["The value can be a drink such as tea or milk."],
        &[
            "The following parameters are read when the lid is open:",
            "• lid_size",
            "• lid_hue",
        ],
        &[
            "The value is in the format of {tea}:{size}.",
            "• tea: its leaf",
            "• size: of the cup",
        ],
        &["格式为{tea}:{size}", "• tea：茶叶", "• size：杯子的大小"],
        &[
            "The value is in the format of {tea}:{size}.",
            "• tea: its leaf",
            "If the value is green, it is brewed.",
            "• size: of the cup",
        ],
        &[
            "Then set parameters as follows:",
            "• tea: green",
            "• size: large",
        ],
    ] {
        let (facts, _) = read(TEXT, lines);
        assert!(facts.values.is_empty(), "{lines:?}: {:?}", facts.values);
    }
    open(TEXT, &["It names a drink, for example:", "• tea", "• milk"]);
    open(
        &TypeName::Boolean,
        &[
            "The following parameters are read:",
            "• lid_size",
            "• lid_hue",
        ],
    );
}

#[test]
fn lists_with_more_in_their_sentence() {
    let (facts, findings) = read(
        TEXT,
        &["The value can be a1, b1, or c1, and the default value is b1."],
    );
    assert_eq!(facts.values, ["a1", "b1", "c1"]);
    assert_eq!(facts.default.as_deref(), Some("b1"));
    assert!(findings.is_empty(), "{findings:?}");
    let (facts, _) = read(&TypeName::Integer, &["取值为1、2，默认值为2"]);
    assert_eq!(
        (facts.values.len(), facts.default.as_deref()),
        (2, Some("2"))
    );
    for (text, expected) in [
        ("The value can only be HOT.", &["HOT"][..]),
        ("The value can only be HOT or COLD.", &["HOT", "COLD"]),
        ("是否加热(1:加热,0:不加热)", &["1", "0"]),
        ("The drink (0: tea; 2: milk).", &["0", "2"]),
        ("取值Tea、Milk,分别对应于红茶和牛奶。", &["Tea", "Milk"]),
        ("取值范围为：128、256、512。", &["128", "256", "512"]),
        ("水壶的大小,取值范围:4、6", &["4", "6"]),
    ] {
        assert_eq!(values(TEXT, &[text]), expected, "{text}");
    }
    for lines in [
        &["The value can only be tepid."][..],
        &["取值范围：", "Kettle,区分大小写。"],
        &["约束限制：", "区分大小写"],
        &["The lid (hot: a, b; cold: c)", "The value cannot be 6."],
    ] {
        open(TEXT, lines);
    }
}

#[test]
fn a_text_of_several_ports_is_no_number() {
    for lines in [
        [
            "取值范围：1~65535",
            "支持单个端口(80)，连续端口(1-30)以及不连续端口(22,3389,80)",
        ],
        [
            "Separate ports with commas.",
            "The value ranges from 1 to 65535.",
        ],
    ] {
        let (facts, findings) = read(TEXT, &lines);
        assert!(facts.range.is_open(), "{lines:?}: {:?}", facts.range);
        assert!(!findings.is_empty(), "{lines:?}");
    }
    let (facts, _) = read(TEXT, &["The value ranges from 1 to 65535."]);
    assert!(!facts.range.is_open());
}
