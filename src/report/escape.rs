//! Escapes text from outside on its way out: one function for each output format.

/// For terminals and logs, line by line: control characters, bidi overrides and invisible
/// characters become visible escapes, line feeds included.
pub fn terminal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // CI systems take `##[…` and `##vso[…` for commands wherever they stand.
        if c == '#' && before == '#' {
            escaped.push('\\');
        }
        before = c;
        if is_dangerous(c) {
            escaped.extend(c.escape_unicode());
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
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// For JSON texts, whose strings people print: dangerous characters become `\u`
/// escapes. Only strings can hold them, so the whole text may be given.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_dangerous(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_that_moves_a_cursor_passes() {
        assert_eq!(
            super::terminal("a\u{1b}[2Jb\u{202e}c\nd"),
            "a\\u{1b}[2Jb\\u{202e}c\\u{a}d"
        );
        assert_eq!(super::terminal("审计 é"), "审计 é");
        assert_eq!(super::terminal("##[error]x ###"), "#\\#[error]x #\\#\\#");
    }
}
