//! Defines where a description is cut (labels, sentences, parts of a Chinese sentence),
//! and the expressions that are asked about what stands around bounds and lists: when a
//! row may be absent, and what a sentence says of the list behind it. All but those of
//! lists are matched against folded text.

use super::lexicon::{Kind, Kinds};
use super::token::{Own, tokens};
use crate::source::page::vocabulary::{self as words, Label, fold};
use regex::Regex;
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

/// Expressions that are compiled when they are first asked.
macro_rules! expressions {
    ($($name:ident => $text:expr;)*) => {
        $(pub(super) static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the expression is a constant"));)*
    };
}

expressions! {
    DEPRECATED => r"deprecated|废弃|弃用";
    // Of what can be this or that it is not known whether that is its value.
    MAY_LIST => r"(?i)\bcan be (.+ or .+)$";
    IS_ONE => r"(?i)^(?:the value is|set (?:this parameter|it|the value) to) ([^ ]+)$";
    ONLY_ONE => r"(?i)^(?:(?:the )?value can only be (?:set to )?|(?:取值|该值|值)?只能[为是]\s*)([^\s，,]+)$";
    // Words in front of a list that say what the value is not, or leave the list open.
    FORBIDS => r"\b(?:cannot|can not|can't|must not|may not|should not|not be|not (?:allowed|supported|permitted|include|contain)|unsupported|disallowed|prohibited|forbidden|reserved|invalid|exclud(?:es?|ed|ing)|except|other than|unless|none of|neither)\b|不(?:能|允许|支持|可|得|包含|包括|为)|禁止|除(?:了|以下|外|[^，。]{1,20}外)|以外|之外|保留(?:字|名)|非法|无效";
    HEDGES => r"\b(?:such as|for instance|e\.g\b|examples?\b|not limited to)|例如|比如|诸如|示例|举例|样例|如:";
    // Words in front of a list of what is no value of the row.
    OF_OTHERS => r"in (?:the |a )?(?:following )?format\b|parameters (?:are )?as follows|格式(?:为|是|:)|following (?:[a-z]+ ){0,2}(?:parameters|fields|attributes|headers|conditions|requirements|operations|apis)\b|(?:以下|如下)(?:参数|字段|条件|操作|接口)";
    CHOICE => r"\bvalues? can be|\bvalues?\b[^.]*:$|\boptions?\b|\bone of\b|可选|取值|枚举";
    POINTS_ON => r"following|below|以下|如下|下列|下面";
    DENIED => r#"(?i)\b(?:cannot|can not|must not) be (?:set to )?[`"'“]?([a-z0-9_.+\-]{1,64})|(?:^|\s)([a-z0-9_.+\-]{1,64}) is (?:currently |temporarily )?(?:not supported|unsupported)(?:$|[.,;])|(?:不能|不允许|不可|不得)(?:设置|设|取值)?(?:为|是)\s*[`"'“]?([a-z0-9_.+\-]{1,64})|([a-z0-9_.+\-]{1,64})(?:目前|当前)?暂不支持"#;
    // What the meaning of an item begins with, where the value is none to send.
    REFUSED => r"^(?:(?:this value|it) )?(?:is )?(?:currently |temporarily )?(?:not (?:currently |yet )?(?:supported|allowed)|unsupported|reserved)(?:$|[.,;])|^(?:目前|当前)?暂?(?:不支持|预留|保留)(?:该值|此值)?(?:$|[。,;])";
    // A pattern of values, and what stands for no value or for all others.
    TIMES => r"\d{1,2}:\d{2}(?::\d{2})?|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\b\d{4}-\d{2}-\d{2}\b|\b(?:last|past|previous) \d+ (?:second|minute|hour|day|week|month)s?|(?:最近|过去|近)\d+(?:秒|分钟|小时|天|周|个月)|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\.? \d{1,2}(?:, \d{4})?";
    // A format of times that says no more than their zone.
    UTC => r"^[^.,，]*(?:格式为?|format[^.,]*)[^yh]{0,12}utc|utc(?:时间)?格式|\butc (?:time )?format|^格式[为是]?utc";
    OTHERS_HOLD => r"^(?:a|an|each|every|one) [a-z ]+ (?:can|may) (?:contain|have|hold|include) (?:up to |at most |a maximum of |no more than )?[0-9]+ (?:[abd-z]|c[a-gi-z])[a-z]+";
    OF_ERROR => r"^(?:an |the )?error (?:code )?(?:[0-9]{3}|is )";
    PLACEHOLDER => r"yyyy|hh:mm|mmdd|mm-dd|(?:^|[^a-z0-9])xxxx*(?:$|[^a-z0-9])";
    OTHERS => r"^(?:any |all )?others?(?:$| )|^(?:null|empty|blank)$|^(?:其他|其它)";
    // Words of a key that says what a value is, and does not name it.
    DESCRIBES => r"\b(?:ids?|uuids?|values?|strings?|integers?|numbers?|names?|any|specific|specified|empty|null|blank|not|left|custom|user-defined|address|if|when|for|the|an?|whether|it|this)\b";
    MEANS => r"^(?:(\S{1,64}?)\s*[,，]\s*((?:表示|代表|意为|indicat|mean|represent).*)|([A-Za-z0-9_.\-]{1,64})\s*((?:表示|代表|意为).*)|([A-Z][A-Z0-9_\-]{1,63})，(.*))$";
    RESPECTIVELY => r"^(.+?)\s*[,，]\s*(?:分别|依次|其中).*$";
    JOINED => r"separated (?:by|with)|separate (?:multiple|them|values)|\bcommas?\b|逗号|分隔|连续端口|不连续";
    CASE => r"case.?sensitive|区分大小写|大小写敏感";
    NO_CASE => r"case.?insensitive|not case.?sensitive|不区分大小写|忽略大小写|大小写不敏感";
    ANNOUNCES => r"(?:following|options|values|取值|如下|枚举值|可选值|包括)[^:]*:$";
    // Words in front of a list that say that its items are values.
    NAMES_VALUES => r"\bvalues?\b|\boptions?\b|\bone of\b|\bcan be\b|enumerat|following (?:[a-z]+ )?(?:stat|type|mode|level|kind)|值|可选|枚举|包括|以下(?:状态|类型|模式|级别)|(?:状态|类型|模式|级别)如下";
    ENUMERATES => r"enumerat|\boptions\b|\bone of\b|枚举|可选值|可选项|可选范围";
    MEDIA_TYPE => r"(?i)^(?:application|text|multipart|image|audio|video)/[a-z0-9.+\-]+$";
    FORMAT => r"(?:^|\s)in (?:the |an? )?[^.,]{0,30}\bformat\b|format: |format is |格式";
    CONDITION => r"(?:(?:^|[(,:] ?|\b(?:is|are|be|also|not) )(?:mandatory|required)|must be (?:set|specified|given))\s*(?:only\s*)?(?:when|if|for|in case)|(?:必选|必填|必传|必须)[^。]{0,12}(?:当[^前]|如果|若)|(?:当[^前]|如果|若)[^。传]{0,60}(?:必选|必填|必传|必须传)|时(?:必选|必填|必传|必须传)";
    // A member that a reply may lack, in whatever words it is spoken of.
    MAY_BE_ABSENT => r"\boptional(?: parameter| field| member|[.,;)]|$)|\b(?:returned|displayed|available|included|present|exists?|contained|provided) only\b|\bonly (?:be )?(?:returned|displayed|available|included|present|exists?|contained|provided)\b|\bnot (?:be )?(?:returned|displayed|included|provided|present|contained)\b|\bmay be (?:absent|omitted)\b|\b(?:is|are) left out\b|才(?:会)?(?:返回|显示|展示)|请勿使用|\bmicroversion\b|不(?:会)?(?:返回|显示|展示)|(?:返回|显示|展示|存在|包含)[^。]{0,6}(?:仅当|只有)|仅[^。]{0,30}(?:存在|包含)|(?:^|[^还也均都])可选(?:参数|字段|[。，,;；)）\s]|$)";
    // Where what is returned must be the row: 'returned if …', 'if …, it is returned'.
    RETURNED_IF => r"\b(?:(?:is|are|will be) )?(?:returned|displayed|available|included|contained|provided) (?:only )?(?:when|if|for|in case)\b";
    IF_RETURNED => r"\b(?:when|if|unless)\b([^.]*?)\b(?:(?:is|are|will be|was|were) )?(?:not )?(?:returned|displayed|included)\b";
    SHOWN_AT_TIMES => r"(?:(?:若|如果|当[^前]|(?:仅|只)(?:当|在|有))[^。]{0,40}|场景[^。]{0,6}|时[^。]{0,6})(?:返回|显示|展示)(?:$|[。，,;；)）]|该|此|本|这)|时[，,]?(?:用于)?(?:返回|显示|展示)的|时[，,]?用于(?:返回|显示|展示)";
    // What a row is given for is no condition of its being given.
    PURPOSE => r"required for |mandatory for ";
    // Words that introduce something other than a value: 'note: …', 'format: …'.
    WORD_KEY => r"^(?:note|notes|format|length|range|value|values|unit|default|constraints?|restrictions?|characters?|minimum|maximum|example|examples|e\.g\.|注意|说明|格式|长度|示例|https?)\s*:(?:[^/]|$)";
    CHARACTER_CLASS => r"^(?:only )?(?:uppercase |lowercase |english )*(?:(?:letter|digit|character|hyphen|underscore|period|space)(?:[^a-z0-9_:]|$)|(?:letters|digits|characters|hyphens|underscores|periods|spaces|字母|数字)(?:\W|$))";
    REFERENCE => r"^(?:for (?:more )?details(?: (?:of|about) [^,.]*)?, )?(?:see|refer to) [^.]*\.?$";
    TABLE => r"\btable\s*(\d{1,3})\b|(?:^|[^列])表\s*(\d{1,3})(?:\D|$)";
    CAPITALS => r"\b[A-Z][A-Z0-9_]+(?:, or |, and |, | or | and |/)[A-Z][A-Z0-9_]+\b";
    // A bound that holds where something else does is no bound of the row.
    UNDER_CONDITION => r"^(?:for|in the case)\s|\b(?:if|when|unless|except|in case)\s|\d(?: [a-z]+)? for\s|^(?:当[^前]|如果|若|对于)|^[a-z0-9_]+ ?= ?[^,]+,|^[a-z][a-z _-]{0,30}: (?:the value|it) |(?:时|场景下?)[,，]";
    HEDGED => r"\b(?:generally|in general|usually|typically|normally|in most cases|mostly|recommend|suggest)|\b(?:about|around|approximately|roughly) \d|一般|通常|大多|往往|建议|推荐|大约|约为|左右";
    OTHER_MANDATORY => r"(?:^|[^a-z0-9_])([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[^a-z0-9]? ?(?:(?:is|are) (?:also )?(?:mandatory|required)|(?:也)?(?:必选|必填|必传|必须))";
    NO_VALUE => r"^(?:\d+-\d+|[a-z]-[a-z]|etc|later|earlier|above|below|higher|lower|more|so on|others?|empty|blank|null|(?:alpha)?numeric|(?:upper|lower)case|positive|negative|unique)\.?$";
    MENTION => r"(?:\b(?:if|when|unless|with|parameter|field|value of)\s+|(?:当|如果|参数)\s*)([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b";
}

/// The names in `if some_name is …`: parameters that a sentence speaks of.
pub(in crate::source::page) fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let names = MENTION.captures_iter(text);
    names.filter_map(|groups| groups.get(1).map(|name| name.as_str()))
}

/// The numbers of the tables that a folded text refers to.
pub(in crate::source::page) fn tables(folded: &str) -> impl Iterator<Item = u32> {
    TABLE.captures_iter(folded).filter_map(|groups| {
        let number = groups.get(1).or_else(|| groups.get(2))?;
        number.as_str().parse().ok()
    })
}

/// A folded text without days, times of day and the numbers of tables, which bound nothing.
pub(super) fn without_names(folded: &str) -> String {
    let mut text = TIMES.replace_all(folded, " ").into_owned();
    for groups in TABLE.captures_iter(folded) {
        if let Some(found) = groups.get(0) {
            text = text.replace(found.as_str(), " ");
        }
    }
    text
}

/// The label that a paragraph begins with, and the text behind it.
pub(super) fn label(text: &str) -> Option<(Part, String)> {
    let plain = text.replace("**", "");
    let (head, rest) = match plain.split_once([':', '：']) {
        Some((head, rest)) => (head, rest.trim()),
        None => (plain.as_str(), ""),
    };
    let part = match words::label(&fold(head))? {
        Label::Definition => Part::Definition,
        Label::Constraints => Part::Constraints,
        Label::Range => Part::Range,
        Label::Default => Part::Default,
        Label::Example => Part::Example,
    };
    Some((part, rest.to_owned()))
}

/// Labels that may stand inside a paragraph, as pages write them.
const INLINE_LABELS: [&str; 38] = [
    "Definition",
    "Explanation",
    "Parameter Description",
    "Parameter description",
    "Constraint",
    "Constraints",
    "Restriction",
    "Restrictions",
    "Range",
    "Value Range",
    "Value range",
    "Default",
    "Default Value",
    "Default value",
    "Enumeration Values",
    "Enumeration values",
    "Enumeration value",
    "Enumerated values",
    "Options",
    "Minimum",
    "Minimum Value",
    "Minimum value",
    "Maximum",
    "Maximum Value",
    "Maximum value",
    "Array Length",
    "Array length",
    "参数解释",
    "约束限制",
    "默认取值",
    "默认值",
    "枚举值",
    "最小值",
    "最大值",
    "最小长度",
    "最大长度",
    "数组长度",
    "取值范围",
];

/// Where the label begins that the colon behind `head` ends, its stars included.
pub(super) fn label_start(head: &str) -> Option<usize> {
    let head = head.trim_end();
    let head = head.strip_suffix("**").map_or(head, str::trim_end);
    let label = INLINE_LABELS
        .iter()
        .filter(|label| head.ends_with(*label))
        .max_by_key(|label| label.len())?;
    let before = &head[..head.len() - label.len()];
    let stars = before.trim_end().strip_suffix("**");
    Some(stars.map_or(before.len(), str::len))
}

/// Cuts a paragraph in front of labels that stand inside it.
pub(super) fn at_labels(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let colons = text.match_indices([':', '：']);
    for found in colons.filter_map(|(colon, _)| label_start(&text[..colon])) {
        let before = text[..found].chars().next_back();
        // "the Constraints:" in a sentence is no label; behind a stop it is, and behind what
        // another label has in front.
        let stops = |c: char| matches!(c, '.' | '。' | ';' | '；' | ')' | '）');
        let in_front = text[start..found].trim_end();
        let is_labelled = label(in_front).is_some() && !in_front.ends_with([',', '，']);
        let parts_here = before.is_none_or(|c| c.is_whitespace() || stops(c))
            && (in_front.is_empty()
                || in_front.ends_with(stops)
                || is_labelled
                || is_paragraph(in_front));
        if parts_here && found > start {
            pieces.push(text[start..found].trim());
            start = found;
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Whether white space behind a text is what is left of the end of a paragraph: Chinese
/// has no blanks between its words.
fn is_paragraph(text: &str) -> bool {
    let holds_at_times = Kinds::of(&[Kind::Condition, Kind::Hedge, Kind::Not, Kind::Each]);
    text.ends_with(|c: char| ('一'..='龥').contains(&c))
        && !tokens(text, &Own::default())
            .iter()
            .any(|token| token.kinds.meets(holds_at_times))
}

/// Whether what a folded sentence bounds need not hold: it names a condition, or hedges.
pub(super) fn is_loose(folded: &str) -> bool {
    [&UNDER_CONDITION, &HEDGED]
        .iter()
        .any(|pattern| pattern.is_match(folded))
}

/// Longest bracket that holds a sentence together.
const MAX_BRACKET: usize = 200;

/// Whether the stop behind a text is that of a word cut short: 'max. 64', but not '64 max.'
/// in front of another sentence.
fn is_abbreviation(text: &str, behind: &str) -> bool {
    let word = text
        .rsplit([' ', '(', '（', ','])
        .next()
        .unwrap_or_default();
    let before = &text[..text.len() - word.len()];
    let ends = before.contains(|c: char| c.is_ascii_digit())
        && behind.trim_start().starts_with(char::is_uppercase);
    let words = ["max", "min", "approx", "no", "e.g", "i.e", "incl", "resp"];
    words.contains(&fold(word).as_str()) && !ends
}

/// Sentences, and what semicolons separate; a bracket is not cut.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            '.' if is_abbreviation(&text[start..at], &text[end..]) => {}
            '。' | ';' | '；' | '.' if c != '.' || text[end..].starts_with(' ') => {
                let mut behind = text[end..].chars().take(MAX_BRACKET);
                if depth > 0 && behind.any(|c| matches!(c, ')' | '）')) {
                    continue;
                }
                depth = 0;
                parts.push(&text[start..if c == '.' { end } else { at }]);
                start = end;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(str::trim);
    parts.filter(|sentence| !sentence.is_empty())
}

/// Parts of a Chinese sentence: a full-width comma in front of Chinese ends one, where
/// no bracket holds it.
pub(super) fn clauses(sentence: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    for (at, c) in sentence.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            '，' if depth == 0
                && sentence[end..].starts_with(|c: char| ('一'..='龥').contains(&c)) =>
            {
                parts.push(&sentence[start..at]);
                start = end;
            }
            _ => {}
        }
    }
    parts.push(&sentence[start..]);
    parts
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
}
