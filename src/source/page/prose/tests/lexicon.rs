//! Every phrase of the lexicon is read in its example, and no sentence with an unknown
//! word, a condition or a hedge in it states anything.

use super::*;
use crate::source::page::prose::lexicon::entries;

/// What a sentence states of the row that `reads` is about, in the words of the lexicon.
fn stated(kind: &TypeName, sentence: &str) -> String {
    let (facts, findings) = read(kind, &[sentence]);
    let mut found = Vec::new();
    let bounds = |name: &str, min: Option<String>, max: Option<String>| {
        let side = Option::unwrap_or_default;
        (min.is_some() || max.is_some()).then(|| format!("{name} {}..{}", side(min), side(max)))
    };
    let text = |number: Option<u64>| number.map(|number| number.to_string());
    found.extend(bounds(
        "length",
        text(facts.length.min),
        text(facts.length.max),
    ));
    found.extend(bounds(
        "items",
        text(facts.items.min),
        text(facts.items.max),
    ));
    let range = facts.range;
    found.extend(bounds(
        "range",
        range.min.map(|it| it.to_string()),
        range.max.map(|it| it.to_string()),
    ));
    if !facts.values.is_empty() {
        found.push(format!("values {}", facts.values.join(", ")));
    }
    found.extend(facts.default.map(|default| format!("default {default}")));
    if !findings.is_empty() {
        found.push("finding".into());
    }
    found.join(" and ")
}

fn row_of(example: &str, reads: &str) -> TypeName {
    let is_number = |text: &str| text.contains("range") || text.contains("取值范围");
    match reads.split(' ').next() {
        Some("items") => TypeName::Array(Box::new(TypeName::String)),
        Some("range") => TypeName::Integer,
        Some("default") if reads.ends_with("true") || reads.ends_with("false") => TypeName::Boolean,
        Some("finding" | "remark" | "prose") if is_number(example) => TypeName::Integer,
        _ => TypeName::String,
    }
}

/// Fails with all that is wrong.
fn none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_phrase_is_read_in_its_example() {
    let mut wrong = Vec::new();
    for entry in entries() {
        let row = row_of(&entry.example, &entry.reads);
        let expected = match entry.reads.as_str() {
            "remark" | "prose" => "",
            reads => reads,
        };
        for words in &entry.words {
            let sentence = entry.example.replace("{}", words);
            let found = stated(&row, &sentence);
            if found != expected {
                wrong.push(format!("{sentence} | {expected} | {found}"));
            }
        }
    }
    none(&wrong);
}

/// Sentences of the lexicon that state facts, each once.
fn sentences_with_facts() -> Vec<(TypeName, String)> {
    let mut found = Vec::new();
    for entry in entries() {
        let states = !matches!(entry.reads.as_str(), "finding" | "remark" | "prose");
        for words in entry.words.iter().filter(|_| states) {
            let sentence = entry.example.replace("{}", words);
            // What another sentence says is another matter.
            if !sentence.contains(". ") && !sentence.trim_end_matches('。').contains('。') {
                found.push((row_of(&entry.example, &entry.reads), sentence));
            }
        }
    }
    found
}

/// Whether a sentence says what the default is, which bounds nothing.
fn is_default(sentence: &str) -> bool {
    ["default", "默认", "缺省", "used", "appl", "assumed"]
        .iter()
        .any(|word| sentence.contains(word))
}

/// Where a word may be put into a sentence: at blanks, and between Chinese characters.
fn places(sentence: &str) -> Vec<usize> {
    let is_wide = |c: char| ('\u{2e80}'..='\u{9fff}').contains(&c);
    let mut found: Vec<usize> = sentence
        .char_indices()
        .zip(sentence.chars().skip(1))
        .filter(|((_, c), next)| *c == ' ' || is_wide(*c) && is_wide(*next))
        .map(|((at, c), _)| at + c.len_utf8())
        .collect();
    found.push(0);
    found
}

#[test]
fn a_sentence_with_an_unknown_word_states_nothing() {
    let mut wrong = Vec::new();
    for (row, sentence) in sentences_with_facts() {
        for at in places(&sentence) {
            for word in ["frobbed ", "茶匙"] {
                let (before, behind) = sentence.split_at(at);
                let more = format!("{before}{word}{behind}");
                let found = stated(&row, &more);
                // A Chinese word in two is another word, and may be prose; a default bounds
                // nothing, and stands beside prose.
                let is_cut = at > 0 && !before.ends_with(' ');
                let is_told = found == "finding"
                    || found.is_empty() && (is_cut || is_default(&sentence))
                    || is_cut && is_default(&sentence);
                if !is_told {
                    wrong.push(format!("{more} | {found}"));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_sentence_that_need_not_hold_states_nothing() {
    let mut wrong = Vec::new();
    for (row, sentence) in sentences_with_facts() {
        let plain = sentence.trim_end_matches(['.', '。']);
        for more in [
            format!("Usually, {plain}"),
            format!("On ARM servers, {plain}"),
            format!("{plain} on ARM servers"),
            format!("{plain} if the lamp is lit"),
            format!("一般，{plain}"),
            format!("一般{plain}"),
            format!("类型为甲时，{plain}"),
            format!("ARM服务器上，{plain}"),
            format!("{plain}，类型为甲时"),
        ] {
            let found = stated(&row, &more);
            if found != "finding" && !(found.is_empty() && is_default(&sentence)) {
                wrong.push(format!("{more} | {found}"));
            }
        }
    }
    none(&wrong);
}
