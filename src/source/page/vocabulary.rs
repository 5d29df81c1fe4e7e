//! Defines the words that pages of the help centre are made of: column headers,
//! headings, captions, types. Everything is compared folded (NFKC, lower case),
//! so full-width punctuation and spelling variants meet here and nowhere else.

use super::table::{Column, Paragraph, Part, Section};
use unicode_normalization::UnicodeNormalization;

pub use crate::text::{fold, status};

/// The column that a header cell announces.
pub fn column(cell: &str) -> Option<Column> {
    Some(match fold(cell).as_str() {
        "parameter" | "parameter name" | "name" | "field" | "attribute" | "参数" | "参数名"
        | "参数名称" | "名称" | "字段" | "字段名" | "属性" => Column::Name,
        "mandatory" | "required" | "mandatory/optional" | "mandatory or not" | "是否必选"
        | "是否必填" | "必选" | "必填" | "是否必须" | "是否为必选" => {
            Column::Mandatory
        }
        "type" | "parameter type" | "data type" | "value type" | "参数类型" | "类型"
        | "数据类型" => Column::Type,
        "description"
        | "parameter description"
        | "meaning"
        | "remarks"
        | "描述"
        | "说明"
        | "备注"
        | "参数说明"
        | "含义" => Column::Description,
        "value range" | "range" | "取值范围" => Column::Range,
        "sub-parameter" | "subparameter" | "sub parameter" | "sub-field" | "子参数" => {
            Column::Member
        }
        "in" | "参数位置" => Column::Part,
        "status code" | "http status code" | "normal status code" | "error status code"
        | "status codes" | "returned value" | "returned values" | "return code" | "status"
        | "状态码" | "http状态码" | "返回值" | "返回码" => Column::Status,
        _ => return None,
    })
}

/// A cell of a column of ranges as paragraphs of a description.
pub fn of_range(cell: &str, line: usize) -> Vec<Paragraph> {
    if is_nothing(cell) {
        return Vec::new();
    }
    let text = format!("Value range: {cell}");
    vec![Paragraph {
        text,
        bullet: false,
        line,
    }]
}

/// The part of a message that a cell names.
pub fn part(cell: &str) -> Option<Part> {
    Some(match fold(cell).as_str() {
        "path" | "uri" | "路径" => Part::Path,
        "query" | "查询" => Part::Query,
        "header" | "消息头" => Part::Header,
        "body" | "消息体" => Part::Body,
        _ => return None,
    })
}

/// Whether a cell says yes or no (or names a condition) in a Mandatory column.
pub fn is_mandatory_cell(cell: &str) -> bool {
    mandatory(cell).is_some()
}

/// Reads a Mandatory cell: `Some((mandatory, conditional))`.
pub fn mandatory(cell: &str) -> Option<(bool, bool)> {
    let folded = fold(cell);
    let word = folded.trim_end_matches('.');
    match word {
        "yes" | "mandatory" | "required" | "true" | "是" | "必选" | "必填" | "必须" | "y" | "m"
        | "r" => Some((true, false)),
        "no" | "optional" | "not required" | "not mandatory" | "false" | "否" | "可选" | "选填"
        | "非必选" | "非必填" | "n" | "o" => Some((false, false)),
        "conditional" | "conditionally mandatory" | "c" | "条件必选" | "条件必填" => {
            Some((false, true))
        }
        _ if is_conditional(word) => Some((false, true)),
        _ => None,
    }
}

/// `Yes (when …)`, `No, unless …`, `Mandatory if …`: a yes or no, and more words.
fn is_conditional(word: &str) -> bool {
    [
        "yes",
        "no",
        "mandatory",
        "optional",
        "required",
        "conditional",
        "是",
        "否",
        "必选",
        "必填",
        "可选",
        "选填",
    ]
    .iter()
    .filter_map(|start| word.strip_prefix(start))
    .any(|rest| rest.starts_with([' ', '(', ',', ';', ':', '/', '-']))
}

/// Whether a cell has the form of a parameter name.
pub fn is_name(cell: &str) -> bool {
    let cell = cell.trim();
    let mut chars = cell.strip_prefix('@').unwrap_or(cell).chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && chars.all(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '_' | '-' | '.' | '[' | ']' | '$' | ':' | '/' | '@')
        })
        && !cell.ends_with([':', '/'])
        && !cell.eq_ignore_ascii_case("N/A")
        && cell.len() <= 128
}

/// Whether a name cell stands for the items of a body that is an array: `[Array element]`.
pub fn is_array_element(cell: &str) -> bool {
    matches!(
        fold(&cell.replace('\\', "")).as_str(),
        "[array element]"
            | "[array elements]"
            | "[array]"
            | "[items]"
            | "[item]"
            | "[element]"
            | "[数组元素]"
            | "[元素]"
    )
}

/// The section that a heading opens; `None` where the text is no known heading. Of several
/// examples each has its number: `Example Response 2`.
pub fn heading(text: &str) -> Option<Section> {
    let folded = fold(text);
    let plain = folded.trim_end_matches(':').trim_end();
    let unnumbered = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_example = |section: &Section| {
        matches!(
            section,
            Section::ExampleRequest | Section::ExampleResponse(_)
        )
    };
    named(plain).or_else(|| named(unnumbered.trim_end()).filter(is_example))
}

/// The section of a folded heading.
fn named(folded: &str) -> Option<Section> {
    Some(match folded {
        "uri" | "url" | "request uri" | "接口uri" => Section::Uri,
        "request parameters" | "request parameter" | "request" | "requests" | "request message"
        | "request body" | "请求参数" | "请求消息" | "请求" | "请求体" => {
            Section::Request
        }
        "request header" | "request headers" | "请求头" | "请求消息头" => {
            Section::RequestHeaders
        }
        "response parameters"
        | "response parameter"
        | "response"
        | "responses"
        | "response message"
        | "response messages"
        | "response body"
        | "normal response"
        | "正常响应"
        | "响应参数"
        | "响应消息"
        | "响应"
        | "响应体" => Section::Response(None),
        "response header" | "response headers" | "响应头" | "响应消息头" => {
            Section::ResponseHeaders(None)
        }
        "example requests" | "example request" | "request example" | "request examples"
        | "sample request" | "sample requests" | "请求示例" | "请求样例" => {
            Section::ExampleRequest
        }
        "example responses"
        | "example response"
        | "response example"
        | "response examples"
        | "sample response"
        | "sample responses"
        | "successful sample response"
        | "响应示例"
        | "响应样例" => Section::ExampleResponse(None),
        "status codes" | "status code" | "returned values" | "returned value" | "return codes"
        | "return code" | "状态码" | "返回值" | "返回码" => Section::Statuses,
        "function"
        | "description"
        | "sdk sample code"
        | "sdk代码示例"
        | "error codes"
        | "error code"
        | "功能介绍"
        | "错误码"
        | "constraints"
        | "calling method"
        | "debugging"
        | "request method"
        | "request methods"
        | "failed sample response"
        | "调用方法"
        | "接口约束"
        | "调试" => Section::Other,
        _ => return None,
    })
}

/// Whether a heading that holds no parameters still ends the table in front of it.
/// Words that also serve as labels inside a cell ("Constraints") do not.
pub fn ends_parameters(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "error codes"
            | "error code"
            | "错误码"
            | "calling method"
            | "debugging"
            | "调用方法"
            | "调试"
    )
}

/// Headings of a word that a cell may hold as well: directly behind the leading cells
/// of a row they are its description.
pub fn is_also_a_cell(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "request"
            | "response"
            | "request body"
            | "response body"
            | "request header"
            | "request headers"
            | "response header"
            | "response headers"
            | "request method"
            | "uri"
            | "url"
            | "responses"
            | "status code"
            | "returned value"
            | "returned values"
            | "return code"
            | "请求"
            | "响应"
            | "请求体"
            | "响应体"
            | "请求头"
            | "响应头"
            | "返回值"
            | "返回码"
            | "状态码"
    )
}

/// The status of a line such as `Status code: 200`.
pub fn status_heading(text: &str) -> Option<u16> {
    status(behind_status(&fold(text))?)
}

/// Whether a line such as `Status code: default` means to name a status.
pub fn is_status_heading(text: &str) -> bool {
    let folded = fold(text);
    folded.contains(':')
        && behind_status(&folded).is_some_and(|rest| !rest.is_empty() && !rest.contains(' '))
}

fn behind_status(folded: &str) -> Option<&str> {
    let rest = folded
        .strip_prefix("status code")
        .or_else(|| folded.strip_prefix("状态码"))?;
    Some(rest.trim_start_matches([':', ' ']).trim_end_matches('.'))
}

/// A heading or caption without the sign of its permalink: `URI¶`.
pub fn without_sign(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '¶' | '\u{f0c1}' | '🔗'))
}

/// The status that a line of prose gives under the heading of statuses: `Normal 202`,
/// `正常 200`, `204 No Content`. A line of several, or of other words, gives none.
pub fn stated_status(text: &str) -> Option<u16> {
    let text: String = text.nfkc().collect();
    let text = text.trim();
    let normal = ["Normal", "normal", "正常", "Success", "成功"];
    let rest = normal.iter().find_map(|word| text.strip_prefix(word));
    let rest = rest.unwrap_or(text).trim_start_matches([':', ' ']);
    let (code, meaning) = rest.split_at_checked(3)?;
    // What HTTP calls it: `OK`, `No Content`.
    let is_phrase = meaning.is_empty()
        || meaning.starts_with(' ')
            && meaning.split_whitespace().all(|word| {
                word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic)
            });
    status(code).filter(|_| is_phrase)
}

/// Splits a caption `Table 3 Response body parameters` into number and words.
pub fn caption(text: &str) -> Option<(u32, String)> {
    let plain: String = text.nfkc().filter(|c| *c != '*').collect();
    let plain = plain.trim();
    let rest = plain
        .strip_prefix("Table")
        .or_else(|| plain.strip_prefix("table"))
        .or_else(|| plain.strip_prefix('表'))?
        .trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest.get(..digits)?.parse().ok()?;
    let words = rest[digits..]
        .trim_start_matches([':', '.', ' ', '-'])
        .trim();
    Some((number, words.to_owned()))
}

/// The number of the table that a link leads to: `#table3`, `page.html#table-3`.
fn linked_table(target: &str) -> Option<u32> {
    let anchor = target.rsplit_once('#')?.1;
    let before = anchor.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_table = fold(before.trim_end_matches(['-', '_'])).ends_with("table");
    // Longer digits are the key of a database.
    let digits = &anchor[before.len()..];
    (is_table && digits.len() <= 3).then(|| digits.parse().ok())?
}

/// A link in a text, from where it begins.
#[derive(Debug)]
pub struct Link {
    /// Bytes of the text in front of it.
    pub start: usize,
    /// What it leads to.
    pub target: String,
}

impl Link {
    /// What is read behind the link at the end of `text`, where it leads to a table
    /// that its words do not name. A link with nothing in front of it is a name.
    pub fn note(&self, text: &str) -> Option<String> {
        let number = linked_table(&self.target)?;
        let (before, words) = text.split_at_checked(self.start)?;
        let is_said = before.trim().is_empty() || words.contains(&number.to_string());
        (!is_said).then(|| format!(" (Table {number})"))
    }
}

/// Whether a line directly in front of a table that has no caption is one: `lid field
/// description`, or a name. A sentence is none.
pub fn labels_a_table(text: &str) -> bool {
    let folded = fold(text);
    let is_short = folded.split(' ').count() <= 10 && !text.ends_with(['.', '。']);
    let nouns = ["parameter", "field", "structure", "attribute", "element"];
    let nouns_in_chinese = ["参数", "字段", "结构", "属性", "元素"];
    let mut words = nouns.iter().chain(&nouns_in_chinese);
    is_short && (is_name(text) || words.any(|word| folded.contains(word)))
}

/// Whether the words behind `Table N` are a sentence about the table, not its caption.
pub fn is_about_a_table(words: &str) -> bool {
    let folded = fold(words);
    let first = folded.split(' ').next().unwrap_or_default();
    matches!(
        first,
        "describes"
            | "lists"
            | "shows"
            | "provides"
            | "explains"
            | "contains"
            | "and"
            | "is"
            | "for"
    ) || ["描述了", "列出", "所示", "为"]
        .iter()
        .any(|start| folded.starts_with(start))
        || folded.ends_with(['.', '。'])
}

/// The number of the table that a sentence says to describe the reply: `For the
/// description about response parameters, see Table 2.`
pub fn table_of_the_reply(text: &str) -> Option<u32> {
    let folded = fold(text);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if !has(&["response parameter", "响应参数", "返回参数"]) || !has(&["see", "参见", "参考"])
    {
        return None;
    }
    let (_, behind) = folded
        .split_once("table")
        .or_else(|| folded.split_once('表'))?;
    let behind = behind.trim_start();
    let digits = behind
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(behind.len());
    behind[..digits].parse().ok()
}

/// Whether values may stand below this paragraph, each alone: a label, or words that
/// end in a colon.
pub fn announces(text: &str) -> bool {
    let text = text.trim();
    text.ends_with([':', '：']) || label(&fold(text)).is_some()
}

/// What a label inside a description announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Prose.
    Definition,
    /// Constraints in prose.
    Constraints,
    /// The allowed values.
    Range,
    /// The default.
    Default,
    /// Examples.
    Example,
}

/// The label that a folded text is, without its colon.
pub fn label(folded: &str) -> Option<Label> {
    Some(match folded {
        "definition"
        | "explanation"
        | "parameter description"
        | "参数解释"
        | "参数说明"
        | "参数描述"
        | "解释"
        | "note"
        | "说明" => Label::Definition,
        "constraints" | "constraint" | "restrictions" | "restriction" | "约束限制" | "约束"
        | "限制" => Label::Constraints,
        "range" | "value range" | "取值范围" | "enumeration values" | "enumerated values"
        | "enumeration value" | "枚举值" | "valid values" | "possible values" | "options"
        | "supported values" | "可选值" | "有效值" => Label::Range,
        "default value" | "default" | "默认取值" | "默认值" | "缺省值" => Label::Default,
        "example" | "examples" | "example value" | "示例" | "样例" => Label::Example,
        _ => return None,
    })
}

/// Whether a text stands for "no constraint".
pub fn is_nothing(text: &str) -> bool {
    matches!(
        fold(text).trim_end_matches(['.', '。']),
        "" | "n/a"
            | "none"
            | "-"
            | "--"
            | "不涉及"
            | "无"
            | "na"
            | "null"
            | "not applicable"
            | "not involved"
            | "无限制"
            | "no restrictions"
            | "no constraints"
    )
}

/// Whether a text shows how several values of a parameter are written, each behind its
/// name: `a=1&a=2`.
pub fn repeats_key(text: &str, name: &str) -> bool {
    let key = format!("{name}=");
    text.contains('&') && text.matches(&key).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prose_line_about_a_table_reads_as_a_caption_only_by_its_words() {
        assert_eq!(
            caption("Table 1 Path Parameters"),
            Some((1, "Path Parameters".into()))
        );
        assert_eq!(caption("表1路径参数"), Some((1, "路径参数".into())));
        assert_eq!(caption("Tables are nice"), None);
    }

    #[test]
    fn examples_may_be_numbered_and_other_headings_not() {
        assert_eq!(heading("Example Request 1"), Some(Section::ExampleRequest));
        assert_eq!(heading("响应示例2："), Some(Section::ExampleResponse(None)));
        assert_eq!(heading("Status Codes 2"), None);
    }

    #[test]
    fn statuses_and_mandatory_cells() {
        assert_eq!(status_heading("Status code: 200"), Some(200));
        assert_eq!(status_heading("状态码：403"), Some(403));
        assert_eq!(status_heading("Status Codes"), None);
        assert_eq!(mandatory("Yes"), Some((true, false)));
        assert_eq!(mandatory("否"), Some((false, false)));
        assert_eq!(mandatory("Yes when it is on"), Some((false, true)));
        assert_eq!(mandatory("否（创建时必选）"), Some((false, true)));
        for (cell, is_mandatory) in [
            ("必选", true),
            ("必填", true),
            ("Required", true),
            ("M", true),
            ("true", true),
            ("可选", false),
            ("选填", false),
            ("Optional", false),
            ("O", false),
            ("false", false),
        ] {
            assert_eq!(mandatory(cell), Some((is_mandatory, false)), "{cell}");
        }
        assert_eq!(mandatory("必选（创建时）"), Some((false, true)));
        assert_eq!(mandatory("perhaps"), None);
        assert_eq!(mandatory("none"), None);
    }
}
