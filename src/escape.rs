//! Escapes text from outside on its way out: one function for each output format.
//!
//! What an endpoint, a page or a case file says may hold anything. In every format
//! it stays visible, so that a person can see what came, and does nothing: it moves
//! no cursor, opens no element, and is no command to the machine that runs a pipeline.

use std::fmt::Write as _;

/// For terminals and logs, and for the text of JUnit files, which pipelines print:
/// control characters, bidi overrides and invisible characters become visible
/// escapes, line feeds included. Commands that pipelines obey are broken: `##[…]` and
/// `##name[…]` wherever they stand, and `::` where a line might begin with it.
pub fn terminal(text: &str) -> String {
    let begin = text.len() - text.trim_start().len();
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let commands = match c {
            '#' => opens_command(rest),
            // A colon of ours may follow a lone one.
            ':' => at == begin && (rest.starts_with("::") || rest == ":"),
            _ => false,
        };
        if commands || is_dangerous(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Text of several lines, each as [`terminal`] does it.
pub fn lines(text: &str) -> Vec<String> {
    text.split('\n')
        .map(|line| terminal(line.strip_suffix('\r').unwrap_or(line)))
        .collect()
}

/// For the text of a JSON document as a whole: only its strings can hold what is
/// escaped here, so the document stays the same one. Beside what `serde_json`
/// escapes, this covers what a terminal, a pipeline or an HTML page would obey.
pub fn json(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len());
    let mut kept = 0;
    for (at, c) in document.char_indices() {
        // Every recorded exchange comes through here: plain characters are copied in runs.
        let is_plain = (' '..='~').contains(&c) && !matches!(c, '<' | '#' | ':');
        let doubled = || matches!(c, '#' | ':') && document[at + 1..].starts_with(c);
        if !is_plain && ((c != '\n' && is_dangerous(c)) || c == '<' || doubled()) {
            escaped.push_str(&document[kept..at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
            kept = at + c.len_utf8();
        }
    }
    escaped.push_str(&document[kept..]);
    escaped
}

/// For a run of Markdown text: as it is where it is plain prose, else as a code span,
/// inside of which neither markup nor addresses mean anything. Never empty.
pub fn markdown(text: &str) -> String {
    let text = terminal(text);
    if is_prose(&text) && !text.trim().is_empty() {
        text
    } else {
        code_span(&text)
    }
}

/// For ids and pointers in Markdown: always a code span. Never empty.
pub fn markdown_code(text: &str) -> String {
    code_span(&terminal(text))
}

/// For what [`markdown`] or [`markdown_code`] gave in a cell of a table: without the
/// bar that would end it. Readers disagree on `\|` behind another backslash.
pub fn markdown_cell(markdown: &str) -> String {
    markdown.replace('|', "\\u{7c}")
}

/// For a Markdown code block of its own: with a fence longer than any inside.
pub fn markdown_block(text: &str) -> String {
    let lines = lines(text);
    let longest = lines.iter().map(|line| longest_run(line)).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// For HTML whose text and attributes are escaped already, as `maud` does it: what
/// is left becomes visible ([`terminal`]) or an entity that pipelines do not obey.
pub fn html(markup: &str) -> String {
    let mut escaped = String::with_capacity(markup.len());
    let mut rest = markup.chars().peekable();
    while let Some(c) = rest.next() {
        let doubled = matches!(c, '#' | ':') && rest.peek() == Some(&c);
        if c != '\n' && is_dangerous(c) {
            escaped.extend(c.escape_unicode());
        } else if doubled {
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Whether a character could move the cursor, recolour, reorder or hide text.
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether a text begins like `##[error]` or `##vso[task.complete]`.
fn opens_command(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .starts_with('[')
    })
}

/// Whether text holds nothing that any Markdown reader takes for markup, an address,
/// a mention or a symbol. Lines never begin with text from outside, so what means
/// something there only is let through.
fn is_prose(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        let plain = match c {
            // Inside a word it emphasises nothing.
            '_' => {
                before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric())
            }
            '.' => rest.peek().is_none_or(|next| *next == ' '),
            ':' => rest.peek() == Some(&' '),
            ' ' | ',' | ';' | '(' | ')' | '\'' | '-' | '/' | '=' | '+' | '—' | '…' => true,
            _ => c.is_alphanumeric(),
        };
        if !plain {
            return false;
        }
        before = c;
    }
    true
}

fn code_span(text: &str) -> String {
    if text.trim().is_empty() {
        return "—".into();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_passes() {
        assert_eq!(
            terminal("a\u{1b}[2Jb\u{202e}c\nd"),
            "a\\u{1b}[2Jb\\u{202e}c\\u{a}d"
        );
        assert_eq!(terminal("审计 é"), "审计 é");
    }

    #[test]
    fn no_command_to_a_pipeline_passes() {
        assert_eq!(terminal("x ##[error]y"), "x \\u{23}#[error]y");
        assert_eq!(terminal("###vso[y]"), "#\\u{23}#vso[y]");
        assert_eq!(terminal("## a heading [1]"), "## a heading [1]");
        assert_eq!(lines("a\n \t::error::x\r\nb::c")[0], "a");
        assert_eq!(lines(" ::error::x")[0], " \\u{3a}:error::x");
        assert_eq!(lines("b::c"), ["b::c"]);
        assert!(!html("<p>::error:: ##[x]</p>").contains("##"));
    }

    #[test]
    fn json_stays_the_same_document() {
        let text = serde_json::to_string(&["</script>::##[x]\u{202e}\u{7f}\\<"]).unwrap();
        let escaped = json(&text);
        assert!(!escaped.contains('<') && !escaped.contains("##") && escaped.is_ascii());
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&escaped).unwrap(),
            serde_json::from_str::<Vec<String>>(&text).unwrap()
        );
    }

    #[test]
    fn markdown_is_prose_or_code() {
        assert_eq!(
            markdown("one of audit, risk: listed."),
            "one of audit, risk: listed."
        );
        assert_eq!(markdown("[x](javascript:1)"), "`[x](javascript:1)`");
        assert_eq!(markdown("www.example.com"), "`www.example.com`");
        assert_eq!(markdown("`a``"), "``` `a`` ```");
        assert_eq!(markdown(" "), "—");
        assert_eq!(markdown("(task_status)"), "(task_status)");
        assert_eq!(markdown("_x_"), "`_x_`");
        assert_eq!(markdown_code("status/400"), "`status/400`");
        assert_eq!(markdown_cell(&markdown("a|b")), "`a\\u{7c}b`");
        assert_eq!(markdown_block("a\n```\nb"), "````text\na\n```\nb\n````\n");
    }
}
