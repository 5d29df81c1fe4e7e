//! Reads description cells: labels, listed values, lengths, ranges.
//!
//! Pages write the same fact in many ways; each way is one pattern here. A
//! phrase that seems to state a constraint and fits no pattern is a finding.

use super::field::{Bounds, Constraints};
use crate::page::vocabulary::{fold, is_nothing};
use crate::page::{Finding, Paragraph, TypeName};
use regex::Regex;
use std::sync::LazyLock;

/// The parts that labels cut a description into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Unlabelled,
    Definition,
    Constraints,
    Range,
    Default,
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

const TO: &str = r"\s*(?:to|and|through|-|–|—|~|至|到)\s*";
const NUMBER: &str = r"(-?\d[\d,]*)";

pattern!(
    LENGTH_BETWEEN,
    &format!(
        r"(\d+){TO}(\d+)\s*(?:个)?(?:characters?|chars|字符)|(?:字符)?(?:length|长度)[^\d.;]{{0,24}}(\d+){TO}(\d+)"
    )
);
pattern!(
    LENGTH_MAX,
    r"(?:maximum of|at most|up to|no more than|not exceed|exceed|最多|不超过|最大长度[为:]?|maximum length(?: is| of|:)?)\s*(\d+)(?:\s*(?:个)?(?:characters?|chars|字符)|$)"
);
pattern!(
    LENGTH_MIN,
    r"(?:minimum of|at least|no fewer than|至少|最小长度[为:]?|minimum length(?: is| of|:)?)\s*(\d+)(?:\s*(?:个)?(?:characters?|chars|字符)|$)"
);
pattern!(
    LENGTH_EXACT,
    r"(?:contains?|contain|consists? of|exactly|has|is)\s*(\d+)\s*(?:characters?|chars)|(?:长度)(?:为|是|:)?\s*(\d+)(?:个?字符|位|$)"
);
pattern!(
    ITEMS_BETWEEN,
    &format!(r"(?:array length|数组长度|array size)\s*:?\s*(\d+){TO}(\d+)")
);
pattern!(
    MINIMUM,
    &format!(r"^(?:minimum|minimum value|最小值|最小长度|minimum length)\s*:?\s*{NUMBER}$")
);
pattern!(
    MAXIMUM,
    &format!(r"^(?:maximum|maximum value|最大值|最大长度|maximum length)\s*:?\s*{NUMBER}$")
);
pattern!(
    RANGE_BETWEEN,
    &format!(
        r"(?:ranges? from|ranging from|value range is|from|between|range is|range:|in the range of|取值范围[为:]?|范围[为:]?)\s*{NUMBER}{TO}{NUMBER}"
    )
);
pattern!(
    BARE_RANGE,
    &format!(r"^[\[(]?{NUMBER}(?:{TO}|\s*,\s*){NUMBER}[\])]?$")
);
pattern!(
    RANGE_MIN,
    &format!(r"(?:greater than or equal to|not less than|no less than|大于等于)\s*{NUMBER}")
);
pattern!(
    RANGE_MAX,
    &format!(r"(?:less than or equal to|not greater than|小于等于)\s*{NUMBER}")
);
pattern!(
    LISTED_INLINE,
    r"(?i)(?:possible values|the value can be|value can be|the options are|options|one of the following|取值[为:]?)(?: are| is)?\s*:?\s*(.+)$"
);
pattern!(VALUE, r#"^[`"'“]?([A-Za-z0-9_.+\-]{1,64})[`"'”]?$"#);
pattern!(
    SUSPECT,
    r"(?:^|\s)-?\d+(?:\s|$|[,;.])|character|maximum|minimum|at most|at least|range of|one of|字符|长度|最大|最小|范围|取值"
);

/// Reads the facts of a description cell. `place` names table and row in findings.
pub(super) fn constraints(
    kind: &TypeName,
    description: &[Paragraph],
    place: &str,
    findings: &mut Vec<Finding>,
) -> Constraints {
    let mut reader = Reader {
        kind,
        place,
        findings,
        facts: Constraints::default(),
        part: Part::Unlabelled,
        listing: false,
    };
    for paragraph in description {
        reader.paragraph(paragraph);
    }
    reader.facts
}

struct Reader<'a> {
    kind: &'a TypeName,
    place: &'a str,
    findings: &'a mut Vec<Finding>,
    facts: Constraints,
    part: Part,
    /// Whether a list of values is under way in this part.
    listing: bool,
}

impl Reader<'_> {
    fn paragraph(&mut self, paragraph: &Paragraph) {
        if let Some((part, rest)) = label(&paragraph.text) {
            if paragraph.text.trim_start().starts_with("**") {
                self.find(
                    paragraph.line,
                    format!("the label '{}' shows its markup", paragraph.text.trim()),
                    "it was read as the label that it means".into(),
                    "nothing needs to be decided",
                );
            }
            self.part = part;
            self.listing = false;
            if !rest.is_empty() {
                self.prose(&rest, paragraph.line);
            }
        } else if paragraph.bullet {
            self.bullet(paragraph);
        } else if !self.stray(paragraph) {
            self.prose(&paragraph.text, paragraph.line);
        }
    }

    fn find(&mut self, line: usize, what: String, assumed: String, remedy: &str) {
        self.findings.push(Finding::new(
            line,
            format!("{}: {what}", self.place),
            assumed,
            remedy,
        ));
    }

    fn bullet(&mut self, paragraph: &Paragraph) {
        if matches!(self.part, Part::Constraints | Part::Default) {
            self.prose(&paragraph.text, paragraph.line);
            return;
        }
        let (key, _) = split_key(&paragraph.text);
        match value(key) {
            Some(value) => self.list(value, paragraph.line),
            // A sentence behind a bullet states something of its own.
            None => self.prose(&paragraph.text, paragraph.line),
        }
    }

    fn list(&mut self, value: String, line: usize) {
        self.listing = true;
        if self.facts.values.contains(&value) {
            self.find(
                line,
                format!("the value '{value}' is listed twice"),
                "it was read once".into(),
                "look whether another value was meant, and list that in the page's copy",
            );
        } else {
            self.facts.values.push(value);
        }
    }

    /// A paragraph `-1: running` that follows a list without being in it.
    fn stray(&mut self, paragraph: &Paragraph) -> bool {
        if !self.listing || !paragraph.text.contains([':', '：']) {
            return false;
        }
        let (key, meaning) = split_key(&paragraph.text);
        let Some(value) = value(key).filter(|_| !meaning.is_empty()) else {
            return false;
        };
        self.find(
            paragraph.line,
            format!("'{}' stands outside the list of values", paragraph.text),
            format!("the value '{value}' was read as printed"),
            "if another value was meant, tolerate it by a [[value]] entry in reading.toml",
        );
        self.list(value, paragraph.line);
        true
    }

    fn prose(&mut self, text: &str, line: usize) {
        if is_nothing(text) {
            return;
        }
        if self.part == Part::Default {
            self.facts.default = value(text.trim().trim_end_matches('.')).or_else(|| {
                self.unread(text, line);
                None
            });
            return;
        }
        for sentence in sentences(text) {
            if is_nothing(sentence) {
                continue;
            }
            if !self.sentence(sentence) && self.is_suspect(sentence) {
                self.unread(sentence, line);
            }
        }
        let folded = fold(text);
        self.listing |= folded.ends_with(':')
            && ["following", "options", "values", "取值", "如下"]
                .iter()
                .any(|word| folded.contains(word));
    }

    fn unread(&mut self, text: &str, line: usize) {
        self.find(
            line,
            format!("'{}' may state a constraint", text.trim()),
            "it was read as prose".into(),
            "if it bounds the value, say so in words such as 'contains 1 to 64 characters', 'ranges from 0 to 9', or list the values behind bullets",
        );
    }

    fn is_suspect(&self, sentence: &str) -> bool {
        self.part != Part::Definition && {
            let folded = fold(sentence);
            // "The options are as follows:" only announces a list.
            !folded.ends_with(':') && SUSPECT.is_match(&folded)
        }
    }

    /// Tries every pattern; whether one fitted.
    fn sentence(&mut self, sentence: &str) -> bool {
        let folded = fold(sentence);
        let folded = folded.trim_end_matches(['.', '。', ';', ',']).trim();
        let is_text = *self.kind == TypeName::String;
        let is_list = matches!(self.kind, TypeName::Array(_));
        if let Some([min, max]) = numbers(&ITEMS_BETWEEN, folded) {
            self.facts.items = between(unsigned(min), unsigned(max));
        } else if let Some([min]) = numbers(&MINIMUM, folded) {
            self.one_side(min, true);
        } else if let Some([max]) = numbers(&MAXIMUM, folded) {
            self.one_side(max, false);
        } else if let Some([min, max]) = numbers(&LENGTH_BETWEEN, folded) {
            self.facts.length = between(unsigned(min), unsigned(max));
        } else if let Some([max]) = numbers(&LENGTH_MAX, folded) {
            self.facts.length.max = unsigned(max);
        } else if let Some([min]) = numbers(&LENGTH_MIN, folded) {
            self.facts.length.min = unsigned(min);
        } else if let Some([exact]) = numbers(&LENGTH_EXACT, folded) {
            self.facts.length = between(unsigned(exact), unsigned(exact));
        } else if is_list {
            return false;
        } else if let Some([min, max]) = numbers(&RANGE_BETWEEN, folded).or_else(|| {
            numbers(&BARE_RANGE, folded).filter(|_| self.part == Part::Range || !is_text)
        }) {
            self.facts.range = between(min, max);
        } else if let Some([min]) = numbers(&RANGE_MIN, folded) {
            self.facts.range.min = Some(min.unwrap_or(0));
        } else if let Some([max]) = numbers(&RANGE_MAX, folded) {
            self.facts.range.max = Some(max.unwrap_or(0));
        } else {
            return self.inline_list(sentence);
        }
        true
    }

    fn one_side(&mut self, number: Option<i64>, is_min: bool) {
        let unsigned = unsigned(number);
        let bounds = match self.kind {
            TypeName::String => &mut self.facts.length,
            TypeName::Array(_) => &mut self.facts.items,
            _ => {
                if is_min {
                    self.facts.range.min = number;
                } else {
                    self.facts.range.max = number;
                }
                return;
            }
        };
        if is_min {
            bounds.min = unsigned;
        } else {
            bounds.max = unsigned;
        }
    }

    fn inline_list(&mut self, sentence: &str) -> bool {
        let Some(list) = LISTED_INLINE
            .captures(sentence)
            .and_then(|groups| groups.get(1))
        else {
            return false;
        };
        let plain = list.as_str().replace(" or ", ", ").replace(" and ", ", ");
        let values: Option<Vec<String>> = plain
            .trim_end_matches(['.', '。'])
            .split([',', '、', '，', '/', ';'])
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| value(split_key(item).0))
            .collect();
        match values {
            Some(values) if values.len() >= 2 => {
                self.facts.values.extend(values);
                true
            }
            _ => false,
        }
    }
}

/// The label that a paragraph begins with, and the text behind it.
fn label(text: &str) -> Option<(Part, String)> {
    let plain = text.replace("**", "");
    let (head, rest) = match plain.split_once([':', '：']) {
        Some((head, rest)) => (head, rest.trim()),
        None => (plain.as_str(), ""),
    };
    let part = match fold(head).as_str() {
        "definition" | "explanation" | "parameter description" | "参数解释" => Part::Definition,
        "constraints" | "constraint" | "restrictions" | "restriction" | "约束限制" => {
            Part::Constraints
        }
        "range" | "value range" | "取值范围" => Part::Range,
        "default value" | "default" | "默认取值" | "默认值" => Part::Default,
        _ => return None,
    };
    Some((part, rest.to_owned()))
}

fn split_key(text: &str) -> (&str, &str) {
    match text.split_once([':', '：']) {
        Some((key, meaning)) => (key.trim(), meaning.trim()),
        None => (text.trim().trim_end_matches(['.', ';', '。', '；']), ""),
    }
}

fn value(text: &str) -> Option<String> {
    VALUE
        .captures(text.trim())
        .and_then(|groups| groups.get(1))
        .map(|value| value.as_str().to_owned())
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
        .flat_map(|part| part.split(['。', ';', '；']))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

/// The numbers of a match: its groups that took part, which must be `N`.
fn numbers<const N: usize>(pattern: &Regex, text: &str) -> Option<[Option<i64>; N]> {
    let groups = pattern.captures(text)?;
    let found: Vec<Option<i64>> = groups
        .iter()
        .skip(1)
        .flatten()
        .map(|group| group.as_str().replace(',', "").parse().ok())
        .collect();
    found.try_into().ok()
}

fn unsigned(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

fn between<T>(min: Option<T>, max: Option<T>) -> Bounds<T> {
    Bounds { min, max }
}

#[cfg(test)]
mod tests {
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
        let facts = constraints(kind, &description, "Table 1, row 1 (x)", &mut findings);
        (facts, findings)
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
}
