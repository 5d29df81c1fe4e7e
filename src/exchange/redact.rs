//! Defines [`Redactor`]: takes secrets, in every form they travel in, out of text.
//!
//! A secret is found character by character, each of which may stand for itself,
//! percent-encoded or in a JSON escape, in any mixture and in either case; and in
//! base64, also where it is part of a longer text that was encoded as a whole.

use crate::error::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Secrets under this length are left alone: they would take ordinary text apart.
const SHORTEST: usize = 4;

/// Replaces secrets by a name that says which one stood there. Clones share what
/// they know.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

struct Known {
    /// Longest first.
    needles: Vec<Needle>,
    /// Bytes that a form of a secret may begin with: most of a text needs no closer look.
    first: [bool; 256],
}

impl Default for Known {
    fn default() -> Self {
        Self {
            needles: Vec::new(),
            first: [false; 256],
        }
    }
}

struct Needle {
    text: SecretString,
    name: String,
    any_case: bool,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// Knows `secrets`, each shown as `$NAME`.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let redactor = Self::default();
        for (name, secret) in secrets {
            redactor.learn(name, secret);
        }
        redactor
    }

    /// Knows one more secret from now on, in upper and lower case.
    pub fn learn(&self, name: &str, secret: &SecretString) {
        self.add(name, secret, true);
    }

    /// Knows one more secret from now on, in just its own spelling.
    pub fn learn_exactly(&self, name: &str, secret: &SecretString) {
        self.add(name, secret, false);
    }

    fn add(&self, name: &str, secret: &SecretString, in_any_case: bool) {
        let plain = secret.expose_secret();
        if plain.len() < SHORTEST {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let Known { needles, first } = &mut *known;
        let mut add = |text: String, any_case: bool| {
            if text.len() >= SHORTEST
                && !needles
                    .iter()
                    .any(|known| known.text.expose_secret() == text)
            {
                let begin = text.as_bytes()[0];
                for byte in [begin, b'%', b'\\'] {
                    first[usize::from(byte)] = true;
                }
                if any_case {
                    first[usize::from(begin.to_ascii_uppercase())] = true;
                    first[usize::from(begin.to_ascii_lowercase())] = true;
                }
                needles.push(Needle {
                    text: text.into(),
                    name: format!("${name}"),
                    any_case,
                });
            }
        };
        add(plain.to_owned(), in_any_case);
        for form in base64_forms(plain.as_bytes()) {
            add(form.replace('+', "-").replace('/', "_"), false);
            add(form, false);
        }
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.text.expose_secret().len()));
    }

    /// `text` without secrets.
    pub fn text(&self, text: &str) -> String {
        // Secrets begin and end where characters do: nothing is lost.
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// `bytes` without secrets; the same bytes where none stands in them.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut clean = Vec::with_capacity(bytes.len());
        let (mut at, mut kept) = (0, 0);
        while at < bytes.len() {
            if !known.may_begin(bytes[at]) {
                at += 1;
                continue;
            }
            match known.found(&bytes[at..]) {
                Some((length, name)) => {
                    clean.extend_from_slice(&bytes[kept..at]);
                    clean.extend_from_slice(name.as_bytes());
                    at += length;
                    kept = at;
                }
                None => at += 1,
            }
        }
        clean.extend_from_slice(&bytes[kept..]);
        clean
    }

    /// Whether any form of a secret stands in `text`.
    pub fn finds(&self, text: &str) -> bool {
        self.finds_in(text.as_bytes())
    }

    /// Whether any form of a secret stands in `bytes`.
    pub fn finds_in(&self, bytes: &[u8]) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        bytes
            .iter()
            .enumerate()
            .any(|(at, byte)| known.may_begin(*byte) && known.found(&bytes[at..]).is_some())
    }

    /// Refuses to let `text` out where a secret stands in it; `place` is where it
    /// would have gone.
    ///
    /// # Errors
    /// [`Error::NoVerdict`] where one does.
    pub fn guard(&self, place: &str, text: &str) -> Result<()> {
        if self.finds(text) {
            return Err(Error::no_verdict(
                place,
                "a secret would have stood here, so nothing was written",
                "a secret that is an ordinary word cannot be told from the text around it: use a longer one; else report this as a bug",
            ));
        }
        Ok(())
    }
}

impl Known {
    /// Whether a form of a secret may begin with `byte`. Asked of every byte that is
    /// recorded.
    #[inline]
    fn may_begin(&self, byte: u8) -> bool {
        self.first[usize::from(byte)]
    }

    /// Length and name of the longest secret that `text` begins with.
    fn found(&self, text: &[u8]) -> Option<(usize, &str)> {
        self.needles.iter().find_map(|needle| {
            let secret = needle.text.expose_secret().as_bytes();
            let length = starts_with(text, secret, needle.any_case)?;
            Some((length, needle.name.as_str()))
        })
    }
}

/// How much of `text` spells `secret`, if it begins with it.
fn starts_with(text: &[u8], secret: &[u8], any_case: bool) -> Option<usize> {
    let same = |a: u8, b: u8| a == b || (any_case && a.eq_ignore_ascii_case(&b));
    let mut at = 0;
    for wanted in secret {
        let rest = &text[at..];
        at += match escaped(rest) {
            Some((byte, length)) if same(byte, *wanted) => length,
            _ if rest.first().is_some_and(|byte| same(*byte, *wanted)) => 1,
            _ => return None,
        };
    }
    Some(at)
}

/// The byte that an escape at the start of `text` stands for, and its length.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    let hex = |digits: &[u8]| -> Option<u8> {
        let digits = std::str::from_utf8(digits).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    match text {
        [b'%', high, low, ..] => Some((hex(&[*high, *low])?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((hex(&[*high, *low])?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/' | b'\''), ..] => Some((*byte, 2)),
        _ => None,
    }
}

/// The base64 of `bytes`, and the part that any text with `bytes` in it has in its
/// base64, for each of the three ways in which it may lie there.
fn base64_forms(bytes: &[u8]) -> Vec<String> {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes);
    let mut forms = vec![encode(bytes)];
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(bytes);
        let first = (8 * before).div_ceil(6);
        let end = 8 * padded.len() / 6;
        let text = encode(&padded);
        forms.extend(text.get(first..end).map(str::to_owned));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    #[test]
    fn every_form_of_a_secret_is_found_and_replaced() {
        let secret = SecretString::from("tok/en+\"5f".to_owned());
        let redactor = Redactor::new([("CONFORMANT_TOKEN", &secret)]);
        for form in [
            "tok/en+\"5f",
            "tok%2Fen%2B%225f",
            "tok%2fen%2b%225f",
            "tok%2Fen+\"5f",
            "tok/en+\\\"5f",
            "tok\\/en+\\\"5f",
            "\\u0074ok\\u002fen\\u002B\\\"5f",
            "dG9rL2VuKyI1Zg",
            "TOK/EN+\"5F",
        ] {
            let text = format!("before é {form} after");
            assert!(redactor.finds(&text), "{form}");
            assert_eq!(redactor.text(&text), "before é $CONFORMANT_TOKEN after");
            assert!(redactor.guard("report", &text).is_err());
        }
        assert!(!redactor.finds("nothing here"));
        assert!(redactor.guard("report", "nothing here").is_ok());
    }

    #[test]
    fn base64_of_a_text_with_a_secret_in_it_is_found() {
        let secret = SecretString::from("a-token~with?odd>bytes".to_owned());
        let redactor = Redactor::new([("T", &secret)]);
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "z", "zz"] {
                let text = format!("{before}{}{after}", secret.expose_secret());
                for engine in [
                    base64::engine::general_purpose::STANDARD,
                    base64::engine::general_purpose::URL_SAFE,
                ] {
                    let encoded = engine.encode(&text);
                    assert!(redactor.finds(&encoded), "{text}");
                    assert!(!redactor.finds(&redactor.text(&encoded)), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_secret_learnt_later_is_known_to_clones() {
        let redactor = Redactor::default();
        let clone = redactor.clone();
        redactor.learn("LATER", &SecretString::from("second-token".to_owned()));
        assert_eq!(clone.text("<second-token>"), "<$LATER>");
    }
}
