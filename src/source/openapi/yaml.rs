//! Reads YAML 1.2 into JSON values by the core schema (YAML 1.2.2 section 10.3): `no` and
//! `2024-01-01` are texts. Aliases are copied as long as the values stay few: ten lines of
//! them can stand for more values than any memory holds.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Most values of a document, aliases copied.
pub(super) const MAX_VALUES: usize = 2_000_000;
/// How deep values may stand in each other, as in JSON documents.
const MAX_DEPTH: usize = 127;

/// Why a text is not read: the 1-based line, and what is there.
pub(super) type Fault = (usize, String);

/// A value that is not complete.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// Reads the one document of `text`.
///
/// # Errors
/// Where it is no YAML, holds several documents or none, or stands for too many values.
pub(super) fn read(text: &str) -> Result<Value, Fault> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line();
            (line, format!("this is no YAML: {}", error.info()))
        })?;
        let line = span.start.line();
        reader.event(event).map_err(|what| (line, what))?;
    }
    reader.done.ok_or((1, "nothing stands here".to_owned()))
}

#[derive(Default)]
struct Reader {
    open: Vec<(Open, usize)>,
    /// Values by anchor, with how many each holds.
    anchors: HashMap<usize, (Value, usize)>,
    /// How many values there were when each open one began.
    began: Vec<usize>,
    values: usize,
    done: Option<Value>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1)?;
                let value = scalar(&text, style, tag.as_ref())?;
                self.keep(anchor, &value, 1);
                self.put(value)
            }
            Event::SequenceStart(anchor, _) => self.open(Open::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.open(Open::Map(Map::new(), None), anchor),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let (value, size) = match self.anchors.get(&anchor) {
                    Some((value, size)) => (value.clone(), *size),
                    None => return Err("an alias refers to what it stands in".into()),
                };
                self.count(size)?;
                self.put(value)
            }
            Event::DocumentStart(_) if self.done.is_some() => {
                Err("a second document begins here, and one is read".into())
            }
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Ok(()),
        }
    }

    fn count(&mut self, more: usize) -> Result<(), String> {
        self.values = self.values.saturating_add(more);
        match self.values > MAX_VALUES {
            true => Err(format!(
                "more than {MAX_VALUES} values stand here, aliases counted"
            )),
            false => Ok(()),
        }
    }

    fn open(&mut self, value: Open, anchor: usize) -> Result<(), String> {
        self.began.push(self.values);
        self.count(1)?;
        self.open.push((value, anchor));
        match self.open.len() > MAX_DEPTH {
            true => Err(format!(
                "values stand in each other more than {MAX_DEPTH} deep"
            )),
            false => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let (Some((open, anchor)), Some(began)) = (self.open.pop(), self.began.pop()) else {
            return Err("something ends here that did not begin".into());
        };
        let value = match open {
            Open::List(items) => Value::Array(items),
            Open::Map(members, _) => Value::Object(members),
        };
        self.keep(anchor, &value, self.values - began);
        self.put(value)
    }

    /// Keeps the value of an anchor; 0 is none.
    fn keep(&mut self, anchor: usize, value: &Value, size: usize) {
        if anchor > 0 {
            // The copy counts as well: an anchor a line would else hold all that stands in it.
            self.values = self.values.saturating_add(size);
            self.anchors.insert(anchor, (value.clone(), size));
        }
    }

    fn put(&mut self, value: Value) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some((Open::List(items), _)) => items.push(value),
            Some((Open::Map(members, key @ None), _)) => *key = Some(name(value, members)?),
            Some((Open::Map(members, key), _)) => {
                let key = key.take().unwrap_or_default();
                members.insert(key, value);
            }
        }
        Ok(())
    }
}

/// The name of a member: `200:` is the name "200".
fn name(value: Value, members: &Map<String, Value>) -> Result<String, String> {
    let name = match value {
        Value::String(text) => text,
        Value::Array(_) | Value::Object(_) => return Err("a key is a list or a mapping".into()),
        scalar => scalar.to_string(),
    };
    match members.contains_key(&name) {
        true => Err(format!("'{name}' stands here twice")),
        false => Ok(name),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Cow<'_, Tag>>) -> Result<Value, String> {
    let is_text = style != ScalarStyle::Plain
        || tag.is_some_and(|tag| tag.handle == "!" || tag.suffix == "str");
    if is_text {
        return Ok(Value::String(text.to_owned()));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    })
}

/// The number that a plain scalar stands for; those that JSON cannot hold are texts.
fn number(text: &str) -> Option<Number> {
    let radix = |prefix, radix| {
        let digits: &str = text.strip_prefix(prefix)?;
        let is_digit = |c: char| c.is_digit(radix);
        let number = digits.chars().all(is_digit).then_some(digits)?;
        u64::from_str_radix(number, radix).ok()
    };
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(number.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let begins = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if !begins.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let whole = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = whole.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = whole.parse::<u64>() {
        return Some(number.into());
    }
    let is_of_a_float = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let is_float = text.chars().all(is_of_a_float);
    let number = is_float.then(|| whole.parse::<f64>().ok())??;
    Number::from_f64(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_are_those_of_the_core_schema() {
        let text = "a: no\nb: 012\nc: 0x1F\nd: 1e3\ne: 2024-01-01\nf: ~\ng: 'true'\nh: True\ni: !!str 5\nj: +7\nk: .5\nl: 1.2.3\nm: .inf\n200: -4\nn:\n";
        let expected = json!({
            "a": "no", "b": 12, "c": 31, "d": 1000.0, "e": "2024-01-01", "f": null, "g": "true",
            "h": true, "i": "5", "j": 7, "k": 0.5, "l": "1.2.3", "m": ".inf", "200": -4, "n": null,
        });
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn aliases_are_copied_until_they_are_too_many() {
        let text = "a: &x [1, 2]\nb: *x\nc: { d: *x }\n";
        let expected = json!({ "a": [1, 2], "b": [1, 2], "c": { "d": [1, 2] } });
        assert_eq!(read(text), Ok(expected));
        let mut bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let before = format!("*l{}, ", level - 1).repeat(10);
            bomb.push_str(&format!(
                "l{level}: &l{level} [{}]\n",
                before.trim_end_matches(", ")
            ));
        }
        let (_, what) = read(&bomb).unwrap_err();
        assert!(what.starts_with("more than 2000000 values"), "{what}");
    }

    #[test]
    fn what_is_no_document_says_where() {
        for (text, line) in [
            ("a: &x [*x]\n", 1),
            ("a: 1\na: 2\n", 2),
            ("a: 1\n---\nb: 2\n", 2),
            ("", 1),
            ("? [1]\n: 2\n", 1),
            ("a: 1\n  b: 2\n", 2),
        ] {
            let (found, what) = read(text).unwrap_err();
            assert_eq!(found, line, "{text}: {what}");
        }
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(read(&deep).is_err());
    }
}
