//! Reads JSON as bytes, strictly: what `serde_json` smooths over (the last of two
//! equal keys, integers beyond u64) or only calls an error is seen and named here.
//!
//! Reading goes on behind whatever can be mended, so that one body shows all its
//! faults; [`Parsed::is_readable`] tells whether the value can be judged further.

mod key;
mod number;

pub use key::shown_key;

use super::rule::{self, Rule};
use crate::exchange::Limits;
use serde_json::map::{Entry, Map};
use serde_json::{Number, Value};
use std::fmt::Write as _;

/// Most findings of one body.
const MAX_FINDINGS: usize = 100;
/// Room for members that a body begins with.
const USUAL_MEMBERS: usize = 14;

/// A fault of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// Where, as a generalised pointer.
    pub pointer: String,
    /// The class of what stands there.
    pub observed: &'static str,
}

/// What a body holds.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The value; `Null` where there is none.
    pub value: Value,
    /// Whether a value was read to its end.
    pub is_readable: bool,
    /// Faults of the bytes.
    pub findings: Vec<Finding>,
    /// Generalised pointers of integers that are written with a fraction or exponent.
    pub fractions: Vec<String>,
}

/// Reads a body, its depth, values and number literals within `limits`.
pub fn parse(bytes: &[u8], limits: &Limits) -> Parsed {
    let utf8 = std::str::from_utf8(bytes);
    let mut reader = Reader {
        bytes,
        text: utf8.ok(),
        at: 0,
        limits: *limits,
        depth: 0,
        values: 0,
        path: Vec::new(),
        findings: Vec::new(),
        fractions: Vec::new(),
    };
    if bytes.starts_with(b"\xef\xbb\xbf") {
        reader.find(&rule::JSON_BOM, "a byte order mark");
        reader.at = 3;
    }
    if let [0, ..] | [_, 0, ..] = bytes {
        // JSON begins with two ASCII characters: these are one of UTF-16 or UTF-32.
        reader.find(&rule::JSON_UTF8, "UTF-16 or UTF-32");
        return reader.finish(None);
    }
    if let Err(error) = utf8 {
        reader.find(&rule::JSON_UTF8, "bytes that are not UTF-8");
        // UTF-16 and the like: nothing behind it means anything.
        if error.valid_up_to() <= reader.at + 1 {
            return reader.finish(None);
        }
    }
    let value = reader.document();
    reader.finish(value)
}

/// Reading cannot go on.
struct Stop;

struct Reader<'a> {
    bytes: &'a [u8],
    /// The same, where all of it is UTF-8: then no string needs to be looked at again.
    text: Option<&'a str>,
    at: usize,
    limits: Limits,
    depth: u64,
    values: u64,
    path: Vec<Step>,
    findings: Vec<Finding>,
    fractions: Vec<String>,
}

enum Step {
    Key(String),
    Index,
}

impl Reader<'_> {
    fn finish(self, value: Option<Value>) -> Parsed {
        Parsed {
            is_readable: value.is_some(),
            value: value.unwrap_or(Value::Null),
            findings: self.findings,
            fractions: self.fractions,
        }
    }

    fn find(&mut self, rule: &'static Rule, observed: &'static str) {
        let finding = Finding {
            rule,
            pointer: self.pointer(),
            observed,
        };
        if self.findings.len() < MAX_FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn stop<T>(&mut self, rule: &'static Rule, observed: &'static str) -> Result<T, Stop> {
        self.find(rule, observed);
        Err(Stop)
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            match step {
                Step::Index => pointer.push_str("/*"),
                Step::Key(key) => {
                    let _ = write!(pointer, "/{}", shown_key(key));
                }
            }
        }
        pointer
    }

    fn document(&mut self) -> Option<Value> {
        self.space();
        if self.at == self.bytes.len() {
            self.find(&rule::JSON_SYNTAX, "white space only");
            return None;
        }
        let value = self.value().ok()?;
        self.space();
        if self.at < self.bytes.len() {
            self.find(&rule::JSON_TRAILING_TEXT, "text behind the value");
        }
        Some(value)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, Stop> {
        self.values += 1;
        if self.values > self.limits.json_values {
            self.path.clear();
            return self.stop(&rule::JSON_SIZE, "more values than the bound");
        }
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string().map(Value::String),
            Some(b'\'') => self.stop(&rule::JSON_SINGLE_QUOTES, "a string in single quotes"),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
            None => self.stop(&rule::JSON_SYNTAX, "the text ends inside a value"),
        }
    }

    fn word(&mut self) -> Result<Value, Stop> {
        for (word, value) in [
            (&b"true"[..], Value::Bool(true)),
            (b"false", Value::Bool(false)),
            (b"null", Value::Null),
        ] {
            if self.bytes[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.not_a_number(self.at)
    }

    /// `NaN` and the infinities are read on as 0, so that the rest is seen too.
    fn not_a_number(&mut self, at: usize) -> Result<Value, Stop> {
        for word in [&b"NaN"[..], b"nan", b"Infinity", b"inf"] {
            if self.bytes[at..].starts_with(word) {
                self.find(&rule::JSON_NOT_A_NUMBER, "NaN or Infinity");
                self.at = at + word.len();
                return Ok(Value::from(0));
            }
        }
        self.stop(&rule::JSON_SYNTAX, "a word or sign that begins no value")
    }

    fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > self.limits.json_depth {
            self.path.clear();
            return self.stop(&rule::JSON_DEPTH, "nesting beyond the bound");
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn leave(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    fn array(&mut self) -> Result<Value, Stop> {
        self.enter()?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(Value::Array(items));
        }
        loop {
            self.path.push(Step::Index);
            self.space();
            items.push(self.value()?);
            self.path.pop();
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => {
                    return self.stop(
                        &rule::JSON_SYNTAX,
                        "neither a comma nor the end of an array",
                    );
                }
            }
        }
        self.leave();
        Ok(Value::Array(items))
    }

    fn object(&mut self) -> Result<Value, Stop> {
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(Value::Object(Map::new()));
        }
        // Most bodies are one object of a few members; those inside stay small.
        let mut members = match self.depth {
            1 => Map::with_capacity(USUAL_MEMBERS),
            _ => Map::new(),
        };
        loop {
            self.space();
            let key = match self.peek() {
                Some(b'"') => self.string()?,
                Some(b'\'') => {
                    return self.stop(&rule::JSON_SINGLE_QUOTES, "a key in single quotes");
                }
                _ => return self.stop(&rule::JSON_SYNTAX, "an object without a quoted key"),
            };
            self.space();
            if self.peek() != Some(b':') {
                return self.stop(&rule::JSON_SYNTAX, "a key without a colon");
            }
            self.at += 1;
            self.space();
            self.path.push(Step::Key(key));
            let value = self.value()?;
            let key = match self.path.pop() {
                Some(Step::Key(key)) => key,
                _ => String::new(),
            };
            match members.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(mut place) => {
                    self.path.push(Step::Key(place.key().clone()));
                    self.find(&rule::JSON_DUPLICATE_KEY, "a key that stands twice");
                    self.path.pop();
                    place.insert(value);
                }
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => {
                    return self.stop(
                        &rule::JSON_SYNTAX,
                        "neither a comma nor the end of an object",
                    );
                }
            }
        }
        self.leave();
        Ok(Value::Object(members))
    }

    fn string(&mut self) -> Result<String, Stop> {
        self.at += 1;
        let mut text: Vec<u8> = Vec::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            let plain = &self.bytes[start..self.at];
            match self.peek() {
                Some(b'"') if text.is_empty() => {
                    // Most strings hold no escape: one copy, of the right size.
                    let known = self.text.and_then(|text| text.get(start..self.at));
                    self.at += 1;
                    return Ok(known.map_or_else(
                        || String::from_utf8_lossy(plain).into_owned(),
                        str::to_owned,
                    ));
                }
                _ => text.extend_from_slice(plain),
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match String::from_utf8(text) {
                        Ok(text) => text,
                        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
                    });
                }
                Some(b'\\') => {
                    let c = self.escape()?;
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Some(control) => {
                    self.find(&rule::JSON_CONTROL_CHARACTER, "a raw control character");
                    text.push(control);
                    self.at += 1;
                }
                None => return self.stop(&rule::JSON_SYNTAX, "the text ends inside a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        self.at += 1;
        let escaped = self.peek();
        self.at += 1;
        Ok(match escaped {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return self.stop(&rule::JSON_SYNTAX, "an unknown escape"),
        })
    }

    fn unicode_escape(&mut self) -> Result<char, Stop> {
        let first = self.hex()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let is_high = (0xd800..0xdc00).contains(&first);
        if is_high && self.bytes[self.at..].starts_with(b"\\u") {
            let behind = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = behind;
        }
        self.find(&rule::JSON_LONE_SURROGATE, "half a surrogate pair");
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, Stop> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let code = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.stop(&rule::JSON_SYNTAX, "a \\u without four hex digits"),
        }
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        if self.peek() == Some(b'+') {
            self.find(&rule::JSON_LEADING_ZERO, "a plus sign in front of a number");
            self.at += 1;
        } else if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 {
            if matches!(self.peek(), Some(b'I' | b'i' | b'N' | b'n')) {
                return self.not_a_number(self.at);
            }
            return self.stop(&rule::JSON_SYNTAX, "a number without digits");
        }
        if whole > 1 && self.bytes[self.at - whole] == b'0' {
            self.find(&rule::JSON_LEADING_ZERO, "a number with leading zeros");
        }
        let mut is_integer = true;
        if self.peek() == Some(b'.') {
            is_integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return self.stop(&rule::JSON_SYNTAX, "a fraction without digits");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.stop(&rule::JSON_SYNTAX, "an exponent without digits");
            }
        }
        if matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) {
            return self.stop(&rule::JSON_SYNTAX, "letters inside a number");
        }
        let literal = &self.bytes[start..self.at];
        Ok(Value::Number(self.literal(literal, is_integer)))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn literal(&mut self, literal: &[u8], is_integer: bool) -> Number {
        // Number literals are ASCII by construction.
        let text = std::str::from_utf8(literal)
            .unwrap_or("0")
            .trim_start_matches('+');
        if is_integer {
            if let Ok(number) = text.parse::<i64>() {
                return number.into();
            }
            if let Ok(number) = text.parse::<u64>() {
                return number.into();
            }
        }
        let float = if text.len() as u64 > self.limits.number_digits {
            None
        } else {
            text.parse::<f64>().ok()
        };
        // Below i64 but rounded to its end: the next double down stays below.
        let end = i64::MIN as f64;
        let float = float.map(|float| {
            if is_integer && float == end {
                float.next_down()
            } else {
                float
            }
        });
        match float.and_then(Number::from_f64) {
            Some(number) => {
                let float = number.as_f64().unwrap_or_default();
                if is_integer || float.fract() != 0.0 {
                    return number;
                }
                if !number::is_whole(text) {
                    // No double is so near to it that has a fraction: the next one says so.
                    return Number::from_f64(float.next_up()).unwrap_or(number);
                }
                self.fractions.push(self.pointer());
                self.fractions.truncate(MAX_FINDINGS);
                number
            }
            None => {
                self.find(&rule::JSON_NUMBER_SIZE, "a number beyond a double");
                Number::from_f64(f64::MAX).unwrap_or_else(|| 0.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(text: &[u8]) -> Parsed {
        super::parse(text, &Limits::default())
    }

    fn codes(text: &[u8]) -> Vec<&'static str> {
        parse(text)
            .findings
            .iter()
            .map(|finding| finding.rule.code)
            .collect()
    }

    #[test]
    fn well_formed_texts_equal_serde_json() {
        for text in [
            r#"{"a":[1,-2.5,1e3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{}}"#,
            " [ ] ",
            "9223372036854775807",
            "-0.0",
            "\"\\/\"",
        ] {
            let parsed = parse(text.as_bytes());
            assert!(
                parsed.findings.is_empty() && parsed.is_readable,
                "{text}: {:?}",
                parsed.findings
            );
            assert_eq!(parsed.value, serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn each_fault_has_its_rule() {
        for (text, code) in [
            (&b"\xef\xbb\xbf{}"[..], "json-bom"),
            (b"{\"a\":\"\xff\"}", "json-utf8"),
            (b"{}x", "json-trailing-text"),
            (b"{\"a\":1,\"a\":1}", "json-duplicate-key"),
            (b"{\"a\":NaN}", "json-not-a-number"),
            (b"[-Infinity]", "json-not-a-number"),
            (b"{'a':1}", "json-single-quotes"),
            (b"{\"a\":'x'}", "json-single-quotes"),
            (b"[\"\\ud800\"]", "json-lone-surrogate"),
            (b"[\"\\udc00\\ud800\"]", "json-lone-surrogate"),
            (b"[01]", "json-leading-zero"),
            (b"[+1]", "json-leading-zero"),
            (b"[1e999999]", "json-number-size"),
            (b"[\"\x01\"]", "json-control-character"),
            (b"[1,]", "json-syntax"),
            (b"{\"a\":1", "json-syntax"),
            (b"{a:1}", "json-syntax"),
            (b"[1.]", "json-syntax"),
            (b"<html>", "json-syntax"),
            (b"\"a", "json-syntax"),
            (b"  ", "json-syntax"),
        ] {
            assert_eq!(codes(text), [code], "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn depth_is_bounded_and_duplicates_are_seen_at_any_depth() {
        let deep = "[".repeat(200_000);
        assert_eq!(codes(deep.as_bytes()), ["json-depth"]);
        let parsed = parse(br#"{"a":[{"b":1,"b":2}]}"#);
        assert_eq!(parsed.findings[0].pointer, "/a/*/b");
        assert_eq!(parsed.value, json!({"a":[{"b":2}]}));
    }

    #[test]
    fn integers_beyond_i64_stay_beyond_it() {
        let parsed = parse(b"[-9223372036854775808,-9223372036854775809,9223372036854775808]");
        assert_eq!(parsed.value[0], json!(i64::MIN));
        assert!(parsed.value[1].as_f64().unwrap() < i64::MIN as f64);
        assert_eq!(parsed.value[2], json!(9_223_372_036_854_775_808_u64));
    }

    #[test]
    fn integers_written_as_fractions_are_remembered() {
        let parsed = parse(br#"{"a":1.0,"b":1.5,"c":[2e0]}"#);
        assert_eq!(parsed.fractions, ["/a", "/c/*"]);
        assert!(parsed.findings.is_empty());
    }
}
