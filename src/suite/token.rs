//! Makes wrong tokens from the right one.

use super::case::TokenChange;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// Why a case is skipped whose change of the token makes no other token.
pub const LEAVES_TOKEN: &str = "this change leaves the token as it is";

/// Most characters that are kept of a token to make a wrong one.
pub(super) const MAX_KEPT: usize = 16;

/// Whether every change that a suite makes to a token makes another one of this one: it
/// is longer than what is kept of it at most, has a letter, and is no palindrome.
pub fn takes_every_change(token: &SecretString) -> bool {
    let token = token.expose_secret();
    [
        TokenChange::CaseSwapped,
        TokenChange::Reversed,
        TokenChange::Kept(MAX_KEPT),
        TokenChange::Cut(1),
    ]
    .iter()
    .all(|change| changed(token, change).0 != token)
}

/// The changed token, and how a shell makes it from `$CONFORMANT_TOKEN`.
pub(super) fn changed(token: &str, change: &TokenChange) -> (String, String) {
    let count = token.chars().count();
    // In base64 (RFC 4648 section 4), padding and the lowest bits of the last character
    // before it carry nothing: many readers take any of them.
    let padding = count - token.trim_end_matches('=').chars().count();
    let keep = |n: usize| token.chars().take(n).collect::<String>();
    match change {
        TokenChange::Appended(text) => (
            format!("{token}{text}"),
            format!("${{CONFORMANT_TOKEN}}{text}"),
        ),
        TokenChange::Prepended(text) => (
            format!("{text}{token}"),
            format!("{text}${{CONFORMANT_TOKEN}}"),
        ),
        TokenChange::Cut(n) => {
            let n = (*n + padding).min(count.saturating_sub(1));
            (
                keep(count - n),
                format!("${{CONFORMANT_TOKEN%{}}}", "?".repeat(n)),
            )
        }
        TokenChange::Kept(n) => (keep(*n), format!("${{CONFORMANT_TOKEN:0:{n}}}")),
        TokenChange::LastReplaced => {
            let n = (1 + padding).min(count);
            let kept = keep(count - n);
            // The highest of its six bits changes: the lower ones may be unused.
            let last = match token.chars().nth(count - n) {
                Some('g'..='z' | '0'..='9' | '-' | '_' | '+' | '/') => 'A',
                _ => '0',
            };
            let padded = "=".repeat(n.saturating_sub(1));
            (
                format!("{kept}{last}{padded}"),
                format!("${{CONFORMANT_TOKEN%{}}}{last}{padded}", "?".repeat(n)),
            )
        }
        TokenChange::FirstReplaced => {
            let first = if token.starts_with('0') { '1' } else { '0' };
            let rest: String = token.chars().skip(1).collect();
            (
                format!("{first}{rest}"),
                format!("{first}${{CONFORMANT_TOKEN#?}}"),
            )
        }
        TokenChange::CaseSwapped => {
            let swapped = token
                .chars()
                .map(|c| {
                    if c.is_ascii_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                })
                .collect();
            (
                swapped,
                "$(printf %s \"$CONFORMANT_TOKEN\" | tr a-zA-Z A-Za-z)".into(),
            )
        }
        TokenChange::Doubled => (
            format!("{token}{token}"),
            "$CONFORMANT_TOKEN$CONFORMANT_TOKEN".into(),
        ),
        TokenChange::FirstCaseSwapped => {
            let at = token.chars().position(|c| c.is_ascii_alphabetic());
            case_swapped_at(token, at)
        }
        TokenChange::LastCaseSwapped => {
            let letters: Vec<char> = token.chars().collect();
            let at = letters.iter().rposition(char::is_ascii_alphabetic);
            case_swapped_at(token, at)
        }
        TokenChange::UpperCase => (token.to_ascii_uppercase(), "${CONFORMANT_TOKEN^^}".into()),
        TokenChange::LowerCase => (token.to_ascii_lowercase(), "${CONFORMANT_TOKEN,,}".into()),
        TokenChange::FirstDropped => (
            token.chars().skip(1).collect(),
            "${CONFORMANT_TOKEN#?}".into(),
        ),
        TokenChange::Joined => (
            format!("{token},{token}"),
            "$CONFORMANT_TOKEN,$CONFORMANT_TOKEN".into(),
        ),
        TokenChange::Encoded => (
            token.bytes().map(|byte| format!("%{byte:02x}")).collect(),
            "$(printf %s \"$CONFORMANT_TOKEN\" | od -An -v -tx1 | tr -d '\\n' | tr ' ' %)".into(),
        ),
        TokenChange::Inserted(text) => {
            let half = count / 2;
            let rest: String = token.chars().skip(half).collect();
            (
                format!("{}{text}{rest}", keep(half)),
                format!("${{CONFORMANT_TOKEN:0:{half}}}{text}${{CONFORMANT_TOKEN:{half}}}"),
            )
        }
        TokenChange::Around([before, after]) => (
            format!("{before}{token}{after}"),
            format!("{before}${{CONFORMANT_TOKEN}}{after}"),
        ),
        TokenChange::Basic => (
            format!("Basic {}", STANDARD.encode(format!("user:{token}"))),
            "Basic $(printf 'user:%s' \"$CONFORMANT_TOKEN\" | base64 -w0)".into(),
        ),
        TokenChange::InBase64 => (
            STANDARD.encode(token),
            "$(printf %s \"$CONFORMANT_TOKEN\" | base64 -w0)".into(),
        ),
        TokenChange::Quoted => (format!("\"{token}\""), "\\\"$CONFORMANT_TOKEN\\\"".into()),
        TokenChange::Stale => (token.to_owned(), "$CONFORMANT_TOKEN".into()),
        TokenChange::Reversed => (
            token.chars().rev().collect(),
            "$(printf %s \"$CONFORMANT_TOKEN\" | rev)".into(),
        ),
    }
}

/// The token with the case of the letter at this position changed, and how a shell makes it.
fn case_swapped_at(token: &str, position: Option<usize>) -> (String, String) {
    let Some(position) = position else {
        return (token.to_owned(), "$CONFORMANT_TOKEN".into());
    };
    let swapped = token.chars().enumerate().map(|(at, c)| match c {
        c if at != position => c,
        c if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        c => c.to_ascii_lowercase(),
    });
    let shell = format!(
        "${{CONFORMANT_TOKEN:0:{position}}}$(printf %s \"${{CONFORMANT_TOKEN:{position}:1}}\" | tr a-zA-Z A-Za-z)${{CONFORMANT_TOKEN:{}}}",
        position + 1
    );
    (swapped.collect(), shell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::alphabet::URL_SAFE;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

    #[test]
    fn a_changed_token_decodes_to_other_bytes() {
        let lenient = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let lenient = GeneralPurpose::new(&URL_SAFE, lenient);
        for length in 1..=6 {
            for last in 0..=255 {
                let mut bytes = vec![7; length];
                bytes[length - 1] = last;
                for padded in [true, false] {
                    let mut token = lenient.encode(&bytes);
                    if !padded {
                        token.truncate(token.trim_end_matches('=').len());
                    }
                    for change in [TokenChange::LastReplaced, TokenChange::Cut(1)] {
                        let (changed, _) = changed(&token, &change);
                        let decoded = lenient.decode(&changed).ok();
                        assert_ne!(decoded.as_ref(), Some(&bytes), "{token}, {changed}");
                    }
                }
            }
        }
    }
}
