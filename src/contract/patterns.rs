//! Defines the phrases in which pages state bounds, lists, defaults and conditions,
//! in English and Chinese: each way to write a fact is one pattern. All but the
//! labels and inline lists are matched against folded text.
//!
//! Each pattern is compiled at its first use, and compiling costs more than matching
//! ever does: so the digits of facts are `[0-9]` (what else Unicode calls a digit could not be read
//! as a number), and a text is held only against patterns whose words it holds.

use crate::page::vocabulary::fold;
use regex::{Captures, Match, Regex};
use std::sync::LazyLock;

/// The parts that labels cut a description into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Unlabelled,
    Definition,
    Constraints,
    Range,
    Default,
    /// Examples bound nothing.
    Example,
}

/// A pattern, and words of which every match holds one (none: not known).
pub(super) struct Pattern {
    words: &'static [&'static str],
    regex: LazyLock<Regex>,
}

impl Pattern {
    /// Whether `text` holds a match.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.may_match(text) && self.regex.is_match(text)
    }

    /// Every match.
    fn find_iter<'r, 't: 'r>(&'r self, text: &'t str) -> impl Iterator<Item = Match<'t>> + 'r {
        let may_match = self.may_match(text);
        may_match
            .then(|| self.regex.find_iter(text))
            .into_iter()
            .flatten()
    }

    /// The groups of the first match.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        if self.may_match(text) {
            self.regex.captures(text)
        } else {
            None
        }
    }

    fn may_match(&self, text: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| text.contains(word))
    }
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        pattern!($name, [], $text);
    };
    ($name:ident, [$($word:literal),*], $text:expr) => {
        pub(super) static $name: Pattern = Pattern {
            words: &[$($word),*],
            regex: LazyLock::new(|| Regex::new($text).expect("the pattern is a constant")),
        };
    };
}

const TO: &str = r"\s*(?:to|and|through|-|–|—|~|至|到)\s*";
const NUMBER: &str = r"(-?[0-9][0-9,]*)";
const CHARACTERS: &str = r"(?:个)?(?:characters?|chars|字符|位字符)";
const ITEMS: &str =
    r"(?:items?|elements?|entries|records|objects|members|个元素|条记录|个对象|条|个)";

pattern!(
    LENGTH_BETWEEN,
    &format!(r"([0-9]+){TO}([0-9]+)\s*{CHARACTERS}")
);
pattern!(
    LENGTH_BETWEEN_NAMED,
    ["length", "长度"],
    &format!(
        r"([0-9]+){TO}([0-9]+)\s*{CHARACTERS}|(?:字符)?(?:length|长度)[^0-9.;]{{0,24}}([0-9]+){TO}([0-9]+)"
    )
);
pattern!(
    LENGTH_MAX,
    &format!(
        r"(?:maximum of|at most|up to|no more than|not exceed|exceeds?|最多|不超过|最大长度[为:]?|maximum length(?: is| of|:)?)\s*([0-9]+)(?:\s*{CHARACTERS}|$)"
    )
);
pattern!(
    LENGTH_MIN,
    &format!(
        r"(?:minimum of|at least|no fewer than|至少|最小长度[为:]?|minimum length(?: is| of|:)?)\s*([0-9]+)(?:\s*{CHARACTERS}|$)"
    )
);
pattern!(
    LENGTH_EXACT,
    &format!(
        r"(?:contains?|contain|consists? of|exactly|has|is|包含|由)\s*([0-9]+)\s*{CHARACTERS}|(?:长度)(?:固定)?(?:为|是|:)?\s*([0-9]+)(?:个?字符|位|$)"
    )
);
pattern!(
    ITEMS_BETWEEN,
    &format!(
        r"(?:array length|数组长度|array size|数组大小)\s*:?\s*([0-9]+){TO}([0-9]+)|([0-9]+){TO}([0-9]+)\s*{ITEMS}"
    )
);
pattern!(
    ITEMS_MAX,
    &format!(
        r"(?:maximum of|at most|up to|no more than|最多)(?:可?(?:包含|支持|传入|添加))?\s*([0-9]+)\s*{ITEMS}"
    )
);
pattern!(
    ITEMS_MIN,
    &format!(r"(?:minimum of|at least|至少)(?:包含)?\s*([0-9]+)\s*{ITEMS}")
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
        r"(?:ranges? from|ranging from|value range is|from|between|range is|range:|in the range of|取值范围[为:]?|范围[为:]?|介于)\s*{NUMBER}{TO}{NUMBER}"
    )
);
pattern!(
    BARE_RANGE,
    &format!(r"^(?:{NUMBER}{TO}{NUMBER}|\[\s*{NUMBER}\s*(?:,|{TO})\s*{NUMBER}\s*\])$")
);
pattern!(
    RANGE_MIN,
    &format!(
        r"(?:greater than or equal to|not less than|no less than|大于等于|不小于|>=)\s*{NUMBER}"
    )
);
pattern!(
    RANGE_MAX,
    &format!(r"(?:less than or equal to|not greater than|小于等于|不大于|<=)\s*{NUMBER}")
);
pattern!(
    RANGE_ABOVE,
    &format!(r"(?:greater than|larger than|大于)\s*{NUMBER}")
);
pattern!(
    RANGE_BELOW,
    &format!(r"(?:less than|smaller than|小于)\s*{NUMBER}")
);
pattern!(
    DEFAULT,
    ["default", "默认"],
    r#"(?:the default(?: value)?(?: is|:)|defaults to|默认(?:值|取值)?(?:为|是|:))\s*[`"'“]?([a-z0-9_.+\-]{1,64})[`"'”]?$"#
);
pattern!(
    LISTED_INLINE,
    r"(?i)(?:possible values|valid values|enumeration values|enumerated values|the value can be|value can be|value is either|the options are|options|one of the following|枚举值|可选值|可取值|取值[为是]?)(?: are| is)?\s*[:：]?\s*(.+)$"
);
pattern!(
    ANNOUNCES,
    [":"],
    r"(?:following|options|values|取值|如下|枚举值|可选值|包括)[^:]*:$"
);
pattern!(VALUE, r#"^[`"'“]?([A-Za-z0-9_.+\-]{1,64})[`"'”]?$"#);
pattern!(
    SUSPECT,
    r"(?:^|\s)-?\d+(?:\s|$|[,;.])|character|maximum|minimum|at most|at least|range of|one of|letters|digits|regular expression|start with|字符|长度|最大|最小|范围|取值|最多|至少|字母|正则|开头"
);
pattern!(
    FORMAT,
    r"letters|digits|regular expression|start with|(?:^|\s)only\s|字母|正则|开头|仅(?:支持|允许|能)|只能"
);
pattern!(
    CONDITION,
    ["mandatory", "required", "must be", "必"],
    r"(?:mandatory|required|must be (?:set|specified|given))\s*(?:only\s*)?(?:when|if|for|in case)|(?:必选|必填|必传|必须)[^。]{0,12}(?:当|如果|若)|(?:当|如果|若)[^。]{0,60}(?:必选|必填|必传|必须传)"
);
pattern!(
    INLINE_LABEL,
    [":", "："],
    r"(?:\*\*\s*)?(?:Definition|Explanation|Parameter [Dd]escription|Constraints?|Restrictions?|Value [Rr]ange|Range|Default [Vv]alue|Default|Minimum|Maximum|Array [Ll]ength|参数解释|约束限制|取值范围|默认取值|默认值|枚举值|最小值|最大值|最小长度|最大长度|数组长度)\s*(?:\*\*\s*)?[:：]"
);

/// The label that a paragraph begins with, and the text behind it.
pub(super) fn label(text: &str) -> Option<(Part, String)> {
    let plain = text.replace("**", "");
    let (head, rest) = match plain.split_once([':', '：']) {
        Some((head, rest)) => (head, rest.trim()),
        None => (plain.as_str(), ""),
    };
    let part = match fold(head).as_str() {
        "definition"
        | "explanation"
        | "parameter description"
        | "参数解释"
        | "参数说明"
        | "参数描述"
        | "解释"
        | "note"
        | "说明" => Part::Definition,
        "constraints" | "constraint" | "restrictions" | "restriction" | "约束限制" | "约束"
        | "限制" => Part::Constraints,
        "range" | "value range" | "取值范围" | "enumeration values" | "enumerated values"
        | "enumeration value" | "枚举值" | "valid values" => Part::Range,
        "default value" | "default" | "默认取值" | "默认值" | "缺省值" => Part::Default,
        "example" | "examples" | "example value" | "示例" | "样例" => Part::Example,
        _ => return None,
    };
    Some((part, rest.to_owned()))
}

/// Cuts a paragraph in front of labels that stand inside it.
pub(super) fn at_labels(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for found in INLINE_LABEL.find_iter(text) {
        let before = text[..found.start()].chars().next_back();
        // "the Constraints:" in a sentence is no label; behind white space or a stop it is.
        let parts_here = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '.' | '。' | ';' | '；' | ')' | '）'));
        if parts_here && found.start() > start {
            pieces.push(text[start..found.start()].trim());
            start = found.start();
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Splits a bullet into the value and what it means.
pub(super) fn split_key(text: &str) -> (&str, &str) {
    let text = text.trim();
    let cut = |at: usize, width: usize| (text[..at].trim(), text[at + width..].trim());
    if let Some(at) = text.find([':', '：']) {
        return cut(at, if text[at..].starts_with(':') { 1 } else { 3 });
    }
    for separator in [" – ", " — ", "（", " (", " = "] {
        if let Some(at) = text.find(separator) {
            return cut(at, separator.len());
        }
    }
    (text.trim_end_matches(['.', ';', '。', '；', ',', '，']), "")
}

/// A token that can be a listed value or a default, without its quotes.
pub(super) fn value(text: &str) -> Option<String> {
    VALUE
        .captures(text.trim())
        .and_then(|groups| groups.get(1))
        .map(|value| value.as_str().to_owned())
}

/// The values of `a, b or c`; `None` where one of them is no token, or there is but one.
pub(super) fn listed(text: &str) -> Option<Vec<String>> {
    let plain = text
        .replace(" or ", ", ")
        .replace(" and ", ", ")
        .replace(['或', '和'], ", ");
    let values: Option<Vec<String>> = plain
        .trim_end_matches(['.', '。'])
        .split([',', '、', '，', '/', ';', '；'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| value(split_key(item).0))
        .collect();
    values.filter(|values| values.len() >= 2)
}

/// Sentences, and what semicolons separate.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ")
        .flat_map(|part| part.split(['。', ';', '；']))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

/// The numbers of a match: its groups that took part, which must be `N` and fit.
pub(super) fn numbers<const N: usize>(pattern: &Pattern, text: &str) -> Option<[i64; N]> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let groups = pattern.captures(text)?;
    let found: Option<Vec<i64>> = groups
        .iter()
        .skip(1)
        .flatten()
        .map(|group| group.as_str().replace(',', "").parse().ok())
        .collect();
    found?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_inside_a_line_cut_it() {
        assert_eq!(
            at_labels(
                "Definition: The kind. **Constraints**: N/A Value range: a Default Value: N/A"
            ),
            [
                "Definition: The kind.",
                "**Constraints**: N/A",
                "Value range: a",
                "Default Value: N/A"
            ]
        );
        assert_eq!(
            at_labels("参数解释：类型。 取值范围：1-2"),
            ["参数解释：类型。", "取值范围：1-2"]
        );
        assert_eq!(at_labels("Range: 1-2"), ["Range: 1-2"]);
    }

    #[test]
    fn keys_of_bullets() {
        assert_eq!(split_key("audit：one"), ("audit", "one"));
        assert_eq!(split_key("on (enabled)"), ("on", "enabled)"));
        assert_eq!(split_key("risk."), ("risk", ""));
        assert_eq!(
            listed("a, b or c."),
            Some(vec!["a".into(), "b".into(), "c".into()])
        );
        assert_eq!(listed("on"), None);
    }
}
