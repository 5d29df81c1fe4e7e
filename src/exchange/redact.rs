//! Defines [`Redactor`]: takes secrets, in every form they travel in, out of text.

use super::percent_encode;
use secrecy::{ExposeSecret, SecretString};

/// Replaces secrets by a name that says which one stood there.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Forms of each secret, longest first.
    forms: Vec<(SecretString, String)>,
}

impl Redactor {
    /// Knows `secrets`, each shown as `$NAME`. Secrets under 4 characters are left
    /// alone: they would take ordinary text apart.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let mut forms: Vec<(SecretString, String)> = Vec::new();
        for (name, secret) in secrets {
            let plain = secret.expose_secret();
            if plain.len() < 4 {
                continue;
            }
            let json = serde_json::to_string(plain).unwrap_or_default();
            let base64 = base64(plain.as_bytes());
            for form in [
                plain.to_owned(),
                percent_encode(plain),
                percent_encode(plain).to_lowercase(),
                json.trim_matches('"').to_owned(),
                json.trim_matches('"').replace('/', "\\/"),
                base64.trim_end_matches('=').to_owned(),
                base64
                    .trim_end_matches('=')
                    .replace('+', "-")
                    .replace('/', "_"),
                plain.to_lowercase(),
                plain.to_uppercase(),
            ] {
                if !forms.iter().any(|(known, _)| known.expose_secret() == form) {
                    forms.push((form.into(), format!("${name}")));
                }
            }
        }
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.expose_secret().len()));
        Self { forms }
    }

    /// `text` without secrets.
    pub fn text(&self, text: &str) -> String {
        self.forms
            .iter()
            .fold(text.to_owned(), |text, (form, name)| {
                if text.contains(form.expose_secret()) {
                    text.replace(form.expose_secret(), name)
                } else {
                    text
                }
            })
    }

    /// `bytes` without secrets; the same bytes where none stands in them.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.forms
            .iter()
            .fold(bytes.to_vec(), |bytes, (form, name)| {
                replaced(&bytes, form.expose_secret().as_bytes(), name.as_bytes()).unwrap_or(bytes)
            })
    }

    /// Whether any form of a secret stands in `text`.
    pub fn finds(&self, text: &str) -> bool {
        self.forms
            .iter()
            .any(|(form, _)| text.contains(form.expose_secret()))
    }
}

/// `None` where `wanted` does not stand in `bytes`.
fn replaced(bytes: &[u8], wanted: &[u8], by: &[u8]) -> Option<Vec<u8>> {
    let find = |from: usize| {
        bytes[from..]
            .windows(wanted.len())
            .position(|window| window == wanted)
            .map(|at| from + at)
    };
    let mut next = find(0)?;
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut from = 0;
    loop {
        replaced.extend_from_slice(&bytes[from..next]);
        replaced.extend_from_slice(by);
        from = next + wanted.len();
        match find(from) {
            Some(at) => next = at,
            None => break,
        }
    }
    replaced.extend_from_slice(&bytes[from..]);
    Some(replaced)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_is_found_and_replaced() {
        let secret = SecretString::from("tok/en+\"5f".to_owned());
        let redactor = Redactor::new([("CONFORMANT_TOKEN", &secret)]);
        for form in [
            "tok/en+\"5f",
            "tok%2Fen%2B%225f",
            "tok%2fen%2b%225f",
            "tok/en+\\\"5f",
            "tok\\/en+\\\"5f",
            "dG9rL2VuKyI1Zg",
            "TOK/EN+\"5F",
        ] {
            let text = format!("before {form} after");
            assert!(redactor.finds(&text), "{form}");
            assert_eq!(redactor.text(&text), "before $CONFORMANT_TOKEN after");
        }
        assert!(!redactor.finds("nothing here"));
    }
}
