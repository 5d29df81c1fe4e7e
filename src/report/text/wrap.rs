//! Breaks lines at the width of a terminal, by the columns that characters take.

use unicode_width::UnicodeWidthChar as _;

/// Columns of text that an indent must leave; one that leaves fewer is dropped.
const MIN_COLUMNS: usize = 8;

/// A line broken at spaces, else inside of a word; what stands behind a break begins below
/// column `indent`. Colours take no columns.
pub(super) fn wrapped(line: &str, indent: usize, width: usize) -> String {
    let indent = if indent + MIN_COLUMNS > width {
        0
    } else {
        indent
    };
    let parts = parts(line);
    let mut out = String::new();
    let mut put = |parts: &[Part<'_>], is_first: bool| {
        if !is_first {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
        }
        let text: String = parts.iter().map(|part| part.text).collect();
        match text.trim_start().strip_prefix("::") {
            // At the begin of a line it would be a command to a pipeline.
            Some(rest) if !is_first => out.push_str(&format!("\\u{{3a}}:{rest}")),
            _ => out.push_str(&text),
        }
    };
    let (mut begin, mut column, mut space, mut has_text) = (0, 0, None, false);
    for (at, part) in parts.iter().enumerate() {
        if part.text == " " && has_text {
            space = Some(at);
        }
        while column + part.columns > width && at > begin {
            let end = space.unwrap_or(at);
            put(&parts[begin..end], begin == 0);
            begin = space.map_or(at, |space| space + 1);
            let behind = parts[begin.min(at)..at].iter();
            column = indent + behind.map(|part| part.columns).sum::<usize>();
            space = None;
        }
        if begin > at {
            continue;
        }
        has_text |= part.text != " ";
        column += part.columns;
    }
    put(&parts[begin..], begin == 0);
    out
}

/// A command broken so that a shell reads the same words: behind a word, and inside of one
/// that is longer than a line.
pub(super) fn command(line: &str, indent: usize, width: usize) -> String {
    let indent = if indent + MIN_COLUMNS > width {
        0
    } else {
        indent
    };
    let mut out = " ".repeat(indent);
    let mut column = indent;
    for (at, word) in words(line).enumerate() {
        let takes = columns(word);
        // Room for the sign that the line goes on.
        let fits = column + takes + 3 <= width;
        // Nothing begins a line that would be a command to a pipeline.
        if at > 0 && !fits && !word.trim_start().starts_with(':') {
            out.push_str(&format!(" \\\n{}", " ".repeat(indent)));
            column = indent;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        if column + takes + 2 <= width {
            out.push_str(word);
            column += takes;
        } else {
            column = cut(&mut out, word, column, width);
        }
    }
    out
}

/// Adds a word in pieces that fill lines; gives the column behind it. Only where an indent
/// would become a part of the word, none follows a break.
fn cut(out: &mut String, word: &str, mut column: usize, width: usize) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    let parts = parts(word);
    for (at, part) in parts.iter().enumerate() {
        // The closing quote, and the sign that the line goes on. Behind a quote nothing is a
        // command to a pipeline.
        let texts = parts[at..].iter().map(|part| part.text);
        let mut next = texts.skip_while(|text| text.trim().is_empty());
        let is_command = [next.next(), next.next()] == [Some(":"); 2];
        let is_safe = quote == Some('\'') || !is_command;
        let may_break = column > 1 && !is_escaped && is_safe;
        if column + part.columns + 2 > width && may_break {
            match quote {
                // In double quotes the sign works as outside of quotes.
                Some('\'') => {
                    out.push_str("'\\\n'");
                    column = 1;
                }
                _ => {
                    out.push_str("\\\n");
                    column = 0;
                }
            }
        }
        let c = part.text.chars().next().unwrap_or_default();
        let was_escaped = std::mem::take(&mut is_escaped);
        is_escaped = !was_escaped && c == '\\' && quote != Some('\'');
        quote = match (quote, c) {
            _ if was_escaped => quote,
            (None, '\'' | '"') => Some(c),
            (Some(open), _) if open == c => None,
            (quote, _) => quote,
        };
        out.push_str(part.text);
        column += part.columns;
    }
    column
}

/// The words of a command as a shell separates them, with their quotes.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let (mut quote, mut is_escaped) = (None, false);
    line.split(move |c| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match (quote, c) {
            _ if was_escaped => false,
            (None | Some('"'), '\\') => {
                is_escaped = true;
                false
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                false
            }
            (Some(open), _) => {
                if open == c {
                    quote = None;
                }
                false
            }
            (None, ' ') => true,
            (None, _) => false,
        }
    })
    .filter(|word| !word.is_empty())
}

/// What is never broken: a character with those that combine with it, or the code of a colour.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    columns: usize,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, columns) = match c {
            '\u{1b}' => (rest.find('m').map_or(rest.len(), |at| at + 1), 0),
            c => (c.len_utf8(), c.width().unwrap_or(0)),
        };
        let (text, behind) = rest.split_at(length);
        parts.push(Part { text, columns });
        rest = behind;
    }
    parts
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    parts(text).iter().map(|part| part.columns).sum()
}

#[cfg(test)]
mod tests {
    use super::{columns, command, wrapped};
    use std::process::Command;

    #[test]
    fn lines_are_broken_at_spaces_and_keep_their_words() {
        let line = "    clause    request/path/busi_type/enum — Table 1, row 2 (busi_type): one of audit, risk";
        for width in 20..100 {
            let shown = wrapped(line, 14, width);
            let lines: Vec<&str> = shown.lines().collect();
            assert!(
                lines.iter().all(|line| columns(line) <= width),
                "{width}: {shown}"
            );
            if width >= 45 {
                let words = |text: &str| {
                    let words = text.split_whitespace().map(str::to_owned);
                    words.collect::<Vec<_>>()
                };
                assert_eq!(words(&shown), words(line), "{width}");
                assert!(
                    lines[1..]
                        .iter()
                        .all(|line| line.starts_with(&" ".repeat(14)))
                );
            }
        }
        assert_eq!(wrapped("a b", 2, 80), "a b");
        assert_eq!(wrapped("", 2, 80), "");
    }

    #[test]
    fn wide_characters_and_colours_take_their_columns() {
        assert_eq!(wrapped("审计审计", 0, 5), "审计\n审计");
        assert_eq!(
            wrapped("\u{1b}[31mab\u{1b}[0m cd", 0, 5),
            "\u{1b}[31mab\u{1b}[0m cd"
        );
        assert_eq!(
            wrapped("\u{1b}[31mab\u{1b}[0m cd", 0, 4),
            "\u{1b}[31mab\u{1b}[0m\ncd"
        );
    }

    #[test]
    fn no_break_begins_a_command_to_a_pipeline() {
        assert_eq!(wrapped("x ::error::y", 0, 10), "x\n\\u{3a}:error::y");
    }

    #[test]
    fn a_shell_reads_the_same_words_of_a_broken_command() {
        let line = r#"printf '%s\n' 'a b' "X-Auth-Token: $TOKEN; \"q\" \\" 'it'\''s a word that is rather long, 审计 too' --data-binary '{"a":"\u{a}  b"}' 'http://127.0.0.1:42405/v3/0123456789abcdef0123456789abcdef/audit/summary/audit/task-status'"#;
        let read = |line: &str| {
            let shell = Command::new("sh")
                .args(["-c", line])
                .env("TOKEN", "t k")
                .output();
            String::from_utf8(shell.unwrap().stdout).unwrap()
        };
        let expected = read(line);
        assert_eq!(expected.lines().count(), 6, "{expected}");
        for width in 12..220 {
            let shown = command(line, 4, width);
            assert_eq!(read(&shown), expected, "{width}: {shown}");
            let widest = shown.lines().map(columns).max();
            assert!(widest <= Some(width), "{width}: {shown}");
        }
    }
}
