//! Lays the JSON body of an example out for people. Nothing of it changes but the space
//! between its parts: numbers, escapes and doubled keys stay as they came.

use serde::de::IgnoredAny;
use std::fmt::Write as _;

/// Longest example that is laid out; a longer one stays as it is.
const MAX_BYTES: usize = 4 * 1024;
/// How an example says that its body was cut.
const CUT: &str = "…";

/// An example's reply, `STATUS MEDIA BODY`, with its body laid out where that is JSON, or
/// the beginning of such.
pub(super) fn laid_out(reply: &str) -> String {
    let begin = reply.find(['{', '[']);
    let Some((head, body)) = begin.map(|at| reply.split_at(at)) else {
        return reply.to_owned();
    };
    if reply.len() > MAX_BYTES || !is_json(body) {
        return reply.to_owned();
    }
    let body = indented(body);
    match body.len() {
        length if length > MAX_BYTES => reply.to_owned(),
        _ => format!("{}\n{body}", head.trim_end()),
    }
}

fn is_json(body: &str) -> bool {
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(IgnoredAny) => true,
        Err(_) => body.strip_suffix(CUT).is_some_and(|kept| {
            serde_json::from_str::<IgnoredAny>(kept).is_err_and(|error| error.is_eof())
        }),
    }
}

/// JSON, one member or element a line.
fn indented(body: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    let mut rest = body.chars().peekable();
    let line = |text: &mut String, depth: usize| {
        let _ = write!(text, "\n{:1$}", "", 2 * depth);
    };
    while let Some(c) = rest.next() {
        if is_string {
            text.push(c);
            is_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                text.push(c);
                while rest.next_if(char::is_ascii_whitespace).is_some() {}
                match rest.next_if(|c| matches!(c, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(c);
            }
            ',' => {
                text.push(c);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            c => {
                text.push(c);
                is_string = c == '"';
            }
        }
        if text.len() > MAX_BYTES {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, laid_out};

    #[test]
    fn only_space_between_the_parts_changes() {
        assert_eq!(
            laid_out(r#"400 application/json {"a":[ ],"a":1e400,"b":{"c , : }":"\"{"}}"#),
            "400 application/json\n{\n  \"a\": [],\n  \"a\": 1e400,\n  \"b\": {\n    \"c , : }\": \"\\\"{\"\n  }\n}"
        );
    }

    #[test]
    fn a_cut_body_is_laid_out_as_far_as_it_goes() {
        assert_eq!(
            laid_out("200 application/json [1,{\"a\":\"b…"),
            "200 application/json\n[\n  1,\n  {\n    \"a\": \"b…"
        );
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        for text in [
            "no reply before the deadline",
            "200 text/html <p>{x}</p>",
            "200 application/json {'a': 1}",
            "200 application/json {\"a\": 1} x",
            "",
        ] {
            assert_eq!(laid_out(text), text);
        }
    }

    #[test]
    fn what_is_laid_out_is_bounded() {
        let deep = format!("200 application/json {}…", "[".repeat(120));
        assert_eq!(laid_out(&deep), deep);
        let long = format!("200 application/json [\"{}\"]", "x".repeat(MAX_BYTES));
        assert_eq!(laid_out(&long), long);
    }
}
