//! That words in front of a pattern never change what it finds.

use super::super::listed;
use super::super::patterns::{PHRASES, label_start};
use super::DIGIT;
use crate::source::page::vocabulary::fold;
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Whether each match of `hir` holds one of `words`.
fn holds(hir: &Hir, words: &[&str]) -> bool {
    let all_of = |text: &str| words.iter().any(|word| text.contains(word));
    match hir.kind() {
        HirKind::Literal(literal) => all_of(std::str::from_utf8(&literal.0).unwrap()),
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().all(|range| {
            (range.start()..=range.end()).all(|c| {
                words.contains(&DIGIT) && c.is_numeric() || all_of(c.encode_utf8(&mut [0; 4]))
            })
        }),
        HirKind::Repetition(repeated) => repeated.min > 0 && holds(&repeated.sub, words),
        HirKind::Capture(group) => holds(&group.sub, words),
        HirKind::Concat(parts) => parts.iter().any(|part| holds(part, words)),
        HirKind::Alternation(ways) => ways.iter().all(|way| holds(way, words)),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => false,
    }
}

#[test]
fn no_match_lacks_the_words_of_its_phrase() {
    assert!(PHRASES.len() > 30);
    for (name, phrase) in PHRASES {
        let pattern = phrase.pattern.as_str();
        let plain = pattern.strip_prefix("(?i)");
        assert_eq!(plain.is_some(), phrase.any_case, "{name}");
        let hir = regex_syntax::parse(plain.unwrap_or(pattern)).unwrap();
        for words in phrase.needs {
            assert!(holds(&hir, words), "{name}: a match may lack {words:?}");
            if phrase.any_case {
                // 'k' and 's' have a third form each that is no ASCII.
                let is_safe = |c: char| !c.is_ascii_uppercase() && !matches!(c, 'k' | 's');
                assert!(words.iter().all(|word| word.chars().all(is_safe)), "{name}");
            }
        }
    }
}

#[test]
fn a_word_that_some_match_lacks_is_seen() {
    let hir = regex_syntax::parse(r"(?:at most|up to)\s*(\d+)|最多").unwrap();
    assert!(holds(&hir, &["at most", "up ", "最"]));
    assert!(!holds(&hir, &["at most", "最多"]));
    assert!(!holds(&hir, &["at most", "up to"]));
    assert!(!holds(&hir, &[DIGIT]));
    assert!(holds(
        &regex_syntax::parse(r"a?\d+b*").unwrap(),
        &["a", DIGIT]
    ));
    assert!(!holds(&regex_syntax::parse("(?:ab)?c").unwrap(), &["ab"]));
}

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: PathBuf| {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let seeds = files(root.join("schemas")).map(|folder| folder.join("page.md"));
    let mut pages: Vec<PathBuf> = files(root.join("tests/pages")).chain(seeds).collect();
    pages.sort();
    pages
}

/// Every line of every page, and every sentence of it, as written and folded.
fn texts() -> BTreeSet<String> {
    let pages = pages();
    assert!(pages.len() > 40);
    let mut texts = BTreeSet::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for line in text.lines() {
            let parts = line.split(['.', '。', '|', '<', '>']);
            for part in [line].into_iter().chain(parts) {
                texts.insert(part.to_owned());
                texts.insert(fold(part));
            }
        }
    }
    texts
}

#[test]
fn phrases_find_in_all_pages_what_their_patterns_find() {
    let spans = |groups: regex::Captures<'_>| -> Vec<_> {
        let groups = groups.iter();
        groups
            .map(|group| group.map(|group| group.range()))
            .collect()
    };
    let mut found = 0;
    for text in texts() {
        for (name, phrase) in PHRASES {
            let with: Vec<_> = phrase.captures_iter(&text).map(spans).collect();
            let without: Vec<_> = phrase.pattern.captures_iter(&text).map(spans).collect();
            assert_eq!(with, without, "{name} in {text:?}");
            found += without.len();
        }
    }
    assert!(found > 1_000, "{found}");
}

/// What patterns say in one line, said again in code.
#[test]
fn labels_and_values_are_read_as_patterns_would() {
    let label = Regex::new(r"(?:\*\*\s*)?(?:Definition|Explanation|Parameter [Dd]escription|Constraints?|Restrictions?|Value [Rr]ange|Range|Default [Vv]alue|Default|Enumeration [Vv]alues|Enumeration value|Enumerated values|Options|Minimum(?: [Vv]alue)?|Maximum(?: [Vv]alue)?|Array [Ll]ength|参数解释|约束限制|取值范围|默认取值|默认值|枚举值|最小值|最大值|最小长度|最大长度|数组长度)\s*(?:\*\*\s*)?[:：]").unwrap();
    let value = Regex::new(r#"^[`"'“]?([A-Za-z0-9_.+\-]{1,64}|[A-Za-z0-9_.+\-]+(?:(?:::|://|[/:*@#;=])[A-Za-z0-9_.+\-]+)+|[<>=!]{1,3}|\$\{[A-Za-z0-9_.+\-]+\}|[A-Za-z0-9_.+\-]+#\([A-Za-z0-9_.+\-]+(?: [A-Za-z0-9_.+\-]+)*\))[`"'”]?$"#).unwrap();
    let long = "a".repeat(64);
    let odd = [
        "**Range**: 1. ** Value range ** ： a Value range: b xRange: **Range****: c",
        "Parameter Value  range: Default **Value**: 取值范围：1。**最大长度** ：2",
        "Value\u{a0}Range:**Default**: Definition: ::Range:",
        "`a`",
        "“a”",
        "'a\"",
        "a'",
        "``a",
        "\"\"",
        "`",
        "a/b",
        "a/",
        "/",
        "a//b",
        "<=",
        "<=>=",
        "a:b@c#d*e",
        "a b",
        " a ",
        "",
        "é",
        "<a",
        "-1.5",
        &long,
        &format!("{long}a"),
        &format!("{long}a/b"),
        &format!("`{long}`"),
        "a/b”",
        "<='",
        "!",
        "${a_b}",
        "${}",
        "$a",
        "C#(.NET 2.0)",
        "C#()",
        "C#(a) b",
        "4(a)",
    ];
    let (mut labels, mut values) = (0, 0);
    for text in texts().iter().map(String::as_str).chain(odd) {
        let starts: Vec<usize> = label.find_iter(text).map(|found| found.start()).collect();
        let colons = text.match_indices([':', '：']);
        let read: Vec<usize> = colons
            .filter_map(|(colon, _)| label_start(&text[..colon]))
            .collect();
        assert_eq!(read, starts, "{text:?}");
        labels += read.len();
        for word in text.split(", ").chain([text]) {
            let token = value
                .captures(word.trim())
                .map(|groups| groups[1].to_owned());
            assert_eq!(listed::value(word), token, "{word:?}");
            values += usize::from(token.is_some());
        }
    }
    assert!(labels > 100 && values > 1_000, "{labels} {values}");
}
