//! Shows keys of bodies from outside in pointers.

/// Longest part of a key from outside that a pointer shows, in characters.
const MAX_KEY: usize = 64;

/// A key from outside, as pointers show it: escaped (RFC 6901) and cut.
pub fn shown_key(key: &str) -> String {
    let mut shown: String = key.chars().take(MAX_KEY).collect();
    if shown.len() < key.len() {
        shown.push('…');
    }
    shown.replace('~', "~0").replace('/', "~1")
}
