//! Makes a body into none: what is no JSON, or JSON of another shape, as parsers of other
//! languages take it.

use crate::exchange::percent_encode;
use serde_json::{Map, Value as Json, json};

/// A way to spoil a body: name, summary, text.
pub(super) type Spoilt = (&'static str, &'static str, String);

/// The text of an object with a member that is written so.
pub(super) fn with_literal(members: &Map<String, Json>, name: &str, literal: &str) -> String {
    let others = members.iter().filter(|(own, _)| *own != name);
    let others = others.map(|(name, value)| format!("{}:{value}", json!(name)));
    let own = format!("{}:{literal}", json!(name));
    let members: Vec<String> = others.chain([own]).collect();
    format!("{{{}}}", members.join(","))
}

/// The base body, so that it is no JSON any more; parsers of other languages take some.
pub(super) fn no_json(base: &Json) -> Vec<Spoilt> {
    let text = base.to_string();
    let cut = &text[..text.len() - 1];
    let (first, rest) = text.split_at(1);
    let last = &text[text.len() - 1..];
    let mut spoilt = vec![
        (
            "trailing-comma",
            "has a comma behind its last value",
            format!("{cut},{last}"),
        ),
        (
            "leading-comma",
            "has a comma before its first value",
            format!("{first},{rest}"),
        ),
        ("single-quotes", "has single quotes", text.replace('"', "'")),
        ("curly-quotes", "has curly quotes", text.replace('"', "”")),
        ("comment", "holds a comment", format!("{cut}/* x */{last}")),
        (
            "line-comment",
            "holds a comment to the end of a line",
            format!("// x\n{text}"),
        ),
        (
            "hash-comment",
            "begins with a comment of another syntax",
            format!("# x\n{text}"),
        ),
        ("two-values", "holds two values", format!("{text}{text}")),
        (
            "two-lines",
            "holds two values in two lines",
            format!("{text}\n{text}"),
        ),
        (
            "bracket-behind",
            "has one closing bracket too many",
            format!("{text}{last}"),
        ),
        ("nul-behind", "has a NUL behind it", format!("{text}\0")),
        ("nul-in-front", "has a NUL in front", format!("\0{text}")),
        (
            "no-break-space",
            "has a no-break space in front",
            format!("\u{a0}{text}"),
        ),
        ("form", "is a form", "a=b&c=d".to_owned()),
        ("markup", "is markup", "<a>b</a>".to_owned()),
        ("deep", "is nested 250 deep and not closed", "[".repeat(250)),
        (
            "very-deep",
            "is nested 20,000 deep and not closed",
            "[".repeat(20_000),
        ),
        (
            "prefixed",
            "has a prefix against scripts",
            format!(")]}}',\n{text}"),
        ),
        ("callback", "is in a call", format!("callback({text})")),
        ("assigned", "is an assignment", format!("body={text}")),
        ("in-parentheses", "is in parentheses", format!("({text})")),
    ];
    if let Some(members) = base.as_object().filter(|members| !members.is_empty()) {
        spoilt.extend(no_object(members, &text));
    }
    // What has no text in it has no quotation marks to spoil.
    spoilt.retain(|(_, _, text)| serde_json::from_str::<Json>(text).is_err());
    spoilt
}

/// An object with members, spoilt inside.
fn no_object(members: &Map<String, Json>, text: &str) -> Vec<Spoilt> {
    let pairs = |name: &dyn Fn(&str) -> String, colon: &str, comma: &str| {
        let pairs = members.iter();
        let pairs = pairs.map(|(own, value)| format!("{}{colon}{value}", name(own)));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(comma))
    };
    let quoted = |name: &str| json!(name).to_string();
    let mut spoilt = vec![
        (
            "names-without-quotes",
            "has names without quotation marks",
            pairs(&str::to_owned, ":", ","),
        ),
        ("equals-signs", "has = for :", pairs(&quoted, "=", ",")),
        ("arrows", "has => for :", pairs(&quoted, "=>", ",")),
        ("without-commas", "has no commas", pairs(&quoted, ":", " ")),
        ("semicolons", "has ; for ,", pairs(&quoted, ":", ";")),
        (
            "two-commas",
            "has two commas between",
            pairs(&quoted, ":", ",,"),
        ),
        (
            "as-yaml",
            "is YAML",
            pairs(&str::to_owned, ": ", "\n")
                .trim_matches(['{', '}'])
                .to_owned(),
        ),
    ];
    let form = members.iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{}={}", percent_encode(name), percent_encode(&value))
    });
    let form: Vec<String> = form.collect();
    spoilt.push(("its-form", "is a form of its members", form.join("&")));
    if let Some((name, value)) = members.iter().find(|(_, value)| value.is_string()) {
        let letters = value.as_str().unwrap_or_default();
        let (half, _) = letters.split_at(letters.chars().next().map_or(0, char::len_utf8));
        for (what, summary, inner) in [
            ("line-break-inside", "has a line break inside a text", "\n"),
            ("tab-inside", "has a tab inside a text", "\t"),
            (
                "unknown-escape",
                "has an escape that JSON does not know",
                "\\x41",
            ),
            ("cut-escape", "has half an escape", "\\u00"),
        ] {
            let literal = format!("\"{half}{inner}{}\"", &letters[half.len()..]);
            spoilt.push((what, summary, with_literal(members, name, &literal)));
        }
        let bare = with_literal(members, name, letters);
        spoilt.push((
            "text-without-quotes",
            "has a text without quotation marks",
            bare,
        ));
        for (what, summary, literal) in [
            ("no-value", "has a name without a value", ""),
            ("python-word", "has a word of Python", "None"),
            ("script-word", "has a word of JavaScript", "undefined"),
            (
                "word-in-upper-case",
                "has a truth value in upper case",
                "TRUE",
            ),
            ("not-a-number", "has NaN", "NaN"),
            ("infinity", "has Infinity", "-Infinity"),
            ("leading-zero", "has a number with a leading zero", "01"),
            ("plus-sign", "has a number with a plus sign", "+1"),
            ("hexadecimal", "has a number in hexadecimal digits", "0x1"),
            (
                "number-with-underscore",
                "has a number with an underscore",
                "1_0",
            ),
            (
                "number-ends-in-dot",
                "has a number that ends in a dot",
                "1.",
            ),
            (
                "number-begins-with-dot",
                "has a number that begins with a dot",
                ".5",
            ),
            (
                "number-of-kind-long",
                "has a number with a letter behind",
                "1L",
            ),
        ] {
            // In a member of its own: where servers ignore it, its syntax still counts.
            let text = format!("{{\"conformant\":{literal},{}", &text[1..]);
            spoilt.push((what, summary, text));
        }
    }
    spoilt
}

/// JSON values that stand where an object with members is documented.
pub(super) fn no_objects(base: &Json) -> Vec<Spoilt> {
    vec![
        ("null", "is null", "null".to_owned()),
        ("a-number", "is a number", "1".to_owned()),
        ("a-truth-value", "is true", "true".to_owned()),
        ("an-empty-array", "is an empty array", "[]".to_owned()),
        (
            "in-a-text",
            "is a JSON text that holds the object",
            json!(base.to_string()).to_string(),
        ),
        (
            "in-an-object",
            "is an object that holds the object",
            json!({ "data": base }).to_string(),
        ),
    ]
}

/// A member with the letters of its name, and of its text, as escapes.
pub(super) fn escaped((name, value): (&String, &Json)) -> String {
    let escape = |text: &str| {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    };
    let value = value.as_str().map_or_else(|| value.to_string(), escape);
    format!("{}:{value}", escape(name))
}

/// `oper_type` as `operType`.
pub(super) fn camel_case(name: &str) -> String {
    let mut is_upper = false;
    let mut camel = String::new();
    for c in name.chars() {
        match c {
            '_' | '-' => is_upper = true,
            c if is_upper => {
                camel.push(c.to_ascii_uppercase());
                is_upper = false;
            }
            c => camel.push(c),
        }
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::no_json;

    #[test]
    fn what_is_spoilt_is_no_json_whatever_the_body_holds() {
        for body in ["{}", "[]", "[1,2]", r#"{"a":1}"#, r#"{"a":["b"]}"#] {
            let body = serde_json::from_str(body).unwrap();
            for (name, _, text) in no_json(&body) {
                let read = serde_json::from_str::<serde_json::Value>(&text);
                assert!(read.is_err(), "{name} of {body}: {text}");
            }
        }
        let spoilt = |body: &str| no_json(&serde_json::from_str(body).unwrap());
        let has_quotes = |body| spoilt(body).iter().any(|it| it.0 == "single-quotes");
        assert!(has_quotes(r#"{"a":1}"#) && !has_quotes("[1,2]"));
    }
}
