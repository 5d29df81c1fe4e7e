//! Defines [`Sheet`]: a paragraph in which what is accounted for is crossed out.

use super::number::{self, Number, pattern};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// What holds a number or a name and bounds nothing: the only reasons there are.
static PLAIN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // An address, its port, and a path.
        r"https?://[^\s，。；）)]+|/v\d[\w./{}-]*",
        // A date, a time, a zone.
        r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\b(?:UTC|GMT)\s?[+-]?\d[\d:]*|\d+T\d+\w*|\d{1,2}/\d{1,2}/\d{4}|(?i:\b(?:last|past|previous)\s+\d+\s+(?:seconds?|minutes?|hours?|days?|weeks?|months?)\b)|近\d+(?:秒|分钟|小时|天|周|个月)|(?i:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:,\s*\d{4})?)",
        // A version, an IP address, a network.
        r"\bv?\d+(?:\.\d+){2,}(?:/\d+)?|\d*::[\da-fA-F:/]*|(?i:\b(?:micro)?versions?(?:\s+(?:later|earlier|higher|lower|newer|older)\s+than)?|版本|\bv)\s*\d+(?:\.\d+)*|\d+(?:\.\d+)+\s*(?:及|之|以|[上前后])*版本",
        // An identifier.
        r"[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}",
        // A reference.
        r"(?i:\b(?:tables?|sections?|figures?|chapters?|steps?|rfc|iso|ieee|appendix|notes?)\b|表|图|步骤|章节|附录|参见|详见|方法|方式|场景|第)\s*[A-Z]?\d+(?:[-.~～]\d+)*",
        // An HTTP status or the code of an error.
        r"(?i:\bstatus(?:\s+codes?)?|\bHTTP|\b(?:error|response|return)\s+codes?|状态码|错误码|返回码|返回)(?:\s+is|为|是)?\s*[:：]?\s*[1-5]\d\d\b",
        // An error, how often anybody may call, and two units of one size.
        r"(?i:\berror\s+[1-5]\d\d\b|\d+\s+(?:calls?|requests?|times)\s+(?:per|a|every)\s+\w+|\d+\s*[KMGT]i?B\s*=\s*\d+\s*[KMGT]?i?B)",
        // A line of JSON: a sample.
        r#"^\s*(?:[{}]|"[^"]*"\s*[:：]).*$"#,
        // Words for nothing.
        r"(?i)\bN/A\b|\bnull\b|\bnone\b",
        // The width of a number, and the name of a method: SHA-256, 32-bit.
        r"(?i:\d+[ -]?bits?\b|\d+位(?:有符号|无符号)?(?:整|浮点)|\b(?:base|UTF|SHA|MD|AES|RSA|u?int|long|float)(?:eger)?[ -]?\(?\d+)",
        // An example, as far as its clause goes.
        r"(?i:\bfor example\b|\bsuch as\b|\be\.g\.|\bfor instance\b|\bexamples?[:：]|例如|比如|[示样]例[:：]|举例|(?:^|[（(,，。])如[:：]?)(?:[^。；;（(.]|\.\S)*",
    ]
    .map(pattern)
    .into()
});
/// Words of an example that bound something all the same.
static BOUNDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bat (?:most|least)|\bmaxim|\bminim|\brang|\bmust\b|\bexceed|最|范围|不超过|必须|长度为",
    )
});
/// Words of a remark that hold only at times.
static TIMES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:for|if|when|only)\b|对于|如果|时"));
/// How many of other things there may be, which bounds no text and no truth value.
static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:an?|each|every|one)\s+[a-z ]+\bcan (?:contain|hold|include)\b[^.;]*|\bcan (?:have|create|own|be bound to|be associated with)\b[^.;]*|[^.;]*\bcan be (?:assigned|bound|attached|created|deployed|associated|mounted)\b|(?:可以?|最多可?以?)(?:创建|拥有|绑定|挂载|有)\s*\d+个",
    )
});
/// A port that the row does not hold.
static PORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bports?\s+\d+"));
/// A value of another parameter, which its own row states.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"([A-Za-z][\w.-]*)["”'`*]{0,2}\s*(?:参数|字段|的值)?\s*(?:is set to|is not|is|are|=|设置为|配置为|取值为|值为|为|是)\s*["“'`*]{0,2}([-\w.]+)"#,
    )
});
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#""([^"\n]+)"|“([^”“]+)”|‘([^’‘]+)’|「([^」]+)」|`([^`]+)`|\*\*([^*]+)\*\*|'([^'\n]+)'"#,
    )
});
/// Words behind which values stand in a row.
static LISTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\b(?:values?|options?)(?:\s+(?:is|are|can be|include|range)\b)*\s*[:：]?|\b(?:one of|must be|can be|either)\b|取值(?:范围)?(?:为|包括|有|[:：])|可选值?(?:为|包括|[:：])|值为|枚举值?(?:为|[:：])?)\s*([^。；;:：]+)",
    )
});
/// Names in capitals behind a colon.
static CAPITALS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[:：]\s*((?:[A-Z][A-Z0-9_]+(?:\s*[,，、]\s*(?:or\s+|and\s+)?|\s+(?:or|and)\s+))+[A-Z][A-Z0-9_]+)",
    )
});
static SEPARATOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\s*[,，、|/]\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+|\s*[或和]\s*"));

/// Most numbers and values of a paragraph that are named, and parts of a quote.
const MAX: usize = 100;

pub(super) struct Sheet<'t> {
    text: &'t str,
    /// The text with spaces for what is crossed out, byte by byte.
    left: String,
    is_bullet: bool,
}

impl<'t> Sheet<'t> {
    pub(super) fn new(text: &'t str, is_bullet: bool) -> Self {
        Self {
            text,
            left: text.to_owned(),
            is_bullet,
        }
    }

    fn blank(&mut self, range: Range<usize>) {
        let blanks = " ".repeat(range.len());
        self.left.replace_range(range, &blanks);
    }

    /// Crosses words out wherever they stand as such, whatever their spaces and stars.
    pub(super) fn cross_out(&mut self, words: &str) {
        for range in find(self.text, words) {
            self.blank(range);
        }
    }

    /// Crosses out a value of the row, and what a bracket behind it says of it.
    pub(super) fn cross_out_value(&mut self, value: &str) {
        for range in find(self.text, value) {
            let behind = &self.text[range.end..];
            let gap = behind.len() - behind.trim_start_matches(['"', '`', ' ', '”']).len();
            let bracket = behind[gap..].starts_with(['(', '（']);
            let close = behind.find([')', '）']).filter(|_| bracket);
            let gloss = close.map_or(0, |close| close);
            let is_bound = BOUNDS.is_match(&behind[..gloss]) || TIMES.is_match(&behind[..gloss]);
            let end = range.end + if is_bound { 0 } else { gloss };
            self.blank(range.start..end);
        }
    }

    /// Crosses out what a finding quotes, and the numbers that it names.
    pub(super) fn cross_out_told(&mut self, what: &str) {
        for words in quoted(what) {
            self.cross_out(words);
        }
        let named: BTreeSet<String> = number::all(what).into_iter().map(|it| it.text).collect();
        self.cross_out_bounds(|number| named.contains(&number.text));
    }

    /// Crosses out what is plainly no constraint, or one of another parameter.
    pub(super) fn cross_out_plain(&mut self, own: &str, is_text: bool, names: &BTreeSet<&str>) {
        let text = self.text;
        let counts = COUNTS.find_iter(text).filter(|found| {
            is_text && !found.as_str().contains("character") && !found.as_str().contains('字')
        });
        let ports = PORT.find_iter(text).filter(|_| !own.contains("port"));
        for found in counts.chain(ports) {
            self.blank(found.range());
        }
        for found in PLAIN.iter().flat_map(|plain| plain.find_iter(text)) {
            if !BOUNDS.is_match(found.as_str()) {
                self.blank(found.range());
            }
        }
        for groups in OTHERS.captures_iter(text) {
            let is_other = |name: &str| name != own && names.contains(name);
            if groups.get(1).is_some_and(|name| is_other(name.as_str())) {
                groups
                    .get(2)
                    .into_iter()
                    .for_each(|value| self.blank(value.range()));
            }
        }
    }

    /// Crosses out what a value means, where one opens the paragraph.
    pub(super) fn cross_out_meaning(&mut self, listed: &[&str]) {
        let Some(head) = self.head() else { return };
        let key = &self.text[head.clone()];
        let is_constant = self.is_bullet && key.contains(|c: char| c.is_ascii_digit() || c == '_');
        if is_constant || listed.contains(&key) {
            self.blank(head.end..self.text.len());
        }
    }

    /// Crosses out the token that opens the paragraph.
    pub(super) fn cross_out_head(&mut self) {
        self.head().into_iter().for_each(|head| self.blank(head));
    }

    /// The one token that opens the paragraph, with nothing or what it means behind it.
    fn head(&self) -> Option<Range<usize>> {
        static HEAD: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r#"^[\s*`"'“]*([-\w.+/]+(?::[-\w.+/]+)*)[\s*`"'”]*(?:$|[:：（(,，;；。.—–=]|- )"#,
            )
        });
        let groups = HEAD.captures(self.text)?;
        groups.get(1).map(|head| head.range())
    }

    /// Crosses out the numbers that bounds hold.
    pub(super) fn cross_out_bounds(&mut self, holds: impl Fn(&Number) -> bool) {
        for number in number::all(self.text) {
            if holds(&number) {
                self.blank(number.at);
            }
        }
    }

    /// The numbers and values that are left, by the sentence in which they stand.
    pub(super) fn left(mut self, names: &BTreeSet<&str>) -> Vec<(&'t str, Vec<String>)> {
        let mut marks = BTreeMap::new();
        for range in self.values() {
            let word = self.text[range.clone()].trim();
            let is_left = self.left[range.clone()].contains(|c: char| c.is_ascii_alphanumeric());
            if is_left && !names.contains(word) {
                marks.insert(range.start, format!("the value '{word}'"));
            }
            self.blank(range);
        }
        for number in number::all(self.text) {
            if self.left[number.at.clone()].contains(|c: char| c.is_ascii_digit()) {
                marks.insert(number.at.start, format!("the number {}", number.text));
            }
        }
        let mut by_sentence: BTreeMap<usize, (&str, Vec<String>)> = BTreeMap::new();
        for (at, mark) in marks.into_iter().take(MAX) {
            let sentence = sentence(self.text, at);
            let start = sentence.as_ptr().addr();
            let (_, marks) = by_sentence.entry(start).or_insert((sentence, Vec::new()));
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        by_sentence.into_values().collect()
    }

    /// Where values stand: in quotes, at the head of a bullet, in a list that is announced.
    fn values(&self) -> Vec<Range<usize>> {
        let text = self.text;
        let mut found: Vec<Range<usize>> = Vec::new();
        for groups in QUOTED.captures_iter(text) {
            let (Some(whole), Some(inner)) =
                (groups.get(0), groups.iter().skip(1).flatten().next())
            else {
                continue;
            };
            let behind = &text[whole.end()..];
            let is_apostrophe = whole.as_str().starts_with('\'')
                && (text[..whole.start()].ends_with(char::is_alphanumeric)
                    || behind.starts_with(char::is_alphanumeric));
            // A label in bold: what stands behind its colon is looked at.
            let is_label = !self.is_bullet
                && text[..whole.start()].trim().is_empty()
                && (inner.as_str().ends_with([':', '：']) || behind.starts_with([':', '：']));
            if !is_apostrophe && !is_label && inner.as_str().split_whitespace().count() <= 3 {
                found.push(inner.range());
            }
        }
        found.extend(self.head().filter(|head| {
            let (key, behind) = (&text[head.clone()], text[head.end..].trim());
            let is_small = !key.starts_with(|c: char| c.is_ascii_uppercase());
            self.is_bullet || is_small && behind.starts_with([':', '：']) && behind.len() > 3
        }));
        let is_token = |word: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_-.+:".contains(c);
            let compares = [
                "greater", "more", "less", "fewer", "higher", "larger", "later",
            ];
            !word.is_empty() && word.chars().all(fits) && !compares.contains(&word)
        };
        let capitals = CAPITALS.captures_iter(text);
        for groups in LISTS.captures_iter(text).chain(capitals) {
            let Some(list) = groups.get(1) else { continue };
            let list_text = list.as_str().split(". ").next().unwrap_or_default();
            let items: Vec<&str> = SEPARATOR.split(list_text.trim_end_matches('.')).collect();
            let is_list = items.len() > 1 && items.iter().all(|item| is_token(item.trim()));
            for item in items.into_iter().map(str::trim).filter(|_| is_list) {
                let at = item.as_ptr().addr() - text.as_ptr().addr();
                found.push(at..at + item.len());
            }
        }
        found
    }
}

/// What a finding quotes: all of it, line by line, and each part.
pub(super) fn quoted(what: &str) -> impl Iterator<Item = &str> {
    let (first, last) = (what.find('\''), what.rfind('\''));
    let whole = match (first, last) {
        (Some(first), Some(last)) if first < last => &what[first + 1..last],
        _ => "",
    };
    let lines = whole.lines().take(MAX);
    lines.chain(whole.split('\'').step_by(2).take(MAX))
}

/// The sentence of a text in which a byte stands.
pub(super) fn sentence(text: &str, at: usize) -> &str {
    let mut start = 0;
    for (end, c) in text.char_indices() {
        let behind = end + c.len_utf8();
        let is_end = matches!(c, '。' | '；' | '\n')
            || matches!(c, '.' | ';') && text[behind..].starts_with(char::is_whitespace);
        if is_end && behind > at {
            return text[start..behind].trim();
        }
        if is_end {
            start = behind;
        }
    }
    text[start..].trim()
}

/// Where words stand in a text, not as a part of longer ones; spaces, stars and case aside.
pub(super) fn find(text: &str, words: &str) -> Vec<Range<usize>> {
    let kept = |text: &str| -> Vec<(usize, char)> {
        let chars = text.char_indices();
        chars
            .filter(|(_, c)| !c.is_whitespace() && !matches!(c, '*' | '\\'))
            .flat_map(|(at, c)| c.to_lowercase().map(move |c| (at, c)))
            .collect()
    };
    let (hay, needle) = (kept(text), kept(words));
    if needle.is_empty() {
        return Vec::new();
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = hay.windows(needle.len()).filter(|window| {
        let pairs = window.iter().zip(&needle);
        pairs.clone().all(|((_, here), (_, there))| here == there)
    });
    starts
        .filter_map(|window| {
            let (start, first) = window[0];
            let (last, end) = window[window.len() - 1];
            let end_at = last + text[last..].chars().next().map_or(0, char::len_utf8);
            let before = text[..start].chars().next_back();
            let behind = &text[end_at..];
            let goes_on = is_word(end) && behind.starts_with(is_word)
                || end.is_ascii_digit()
                    && behind.starts_with(['.', ','])
                    && behind[1..].starts_with(|c: char| c.is_ascii_digit());
            let begins_before = is_word(first) && before.is_some_and(is_word)
                || first.is_ascii_digit() && number::has_sign(text, start);
            (!goes_on && !begins_before).then_some(start..end_at)
        })
        .collect()
}
