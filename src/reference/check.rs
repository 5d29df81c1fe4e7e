//! Checks a parameter as its row documents it, or as a fault weakens that.

use super::fault::Laxness;
use super::mock::decoded;
use crate::contract::Field;
use crate::page::TypeName;

/// Whether a parameter passes its documented checks, or what is left of them.
pub(super) fn passes(field: &Field, sent: &str, lax: Option<&Laxness>) -> bool {
    let facts = &field.constraints;
    let listed =
        |text: &str| facts.values.is_empty() || facts.values.iter().any(|value| value == text);
    let any = |test: &dyn Fn(&str) -> bool| facts.values.iter().any(|value| test(value));
    let length = |text: &str, min: Option<u64>, max: Option<u64>| {
        let count = text.chars().count() as u64;
        min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
    };
    let typed = match field.kind {
        TypeName::Integer => sent.parse::<i32>().is_ok(),
        TypeName::Long => sent.parse::<i64>().is_ok(),
        TypeName::Number => sent.parse::<f64>().is_ok_and(f64::is_finite),
        TypeName::Boolean => matches!(sent, "true" | "false"),
        _ => true,
    };
    let number = sent.parse::<i64>().ok();
    let in_range = facts.range.is_open()
        || number.is_some_and(|number| {
            facts.range.min.is_none_or(|min| number >= min)
                && facts.range.max.is_none_or(|max| number <= max)
        });
    let documented = |text: &str| listed(text) && length(text, facts.length.min, facts.length.max);
    let holds = match lax {
        None => documented(sent),
        Some(Laxness::Unchecked) => return true,
        Some(Laxness::CaseFolded) => any(&|value| value.eq_ignore_ascii_case(sent)),
        Some(Laxness::Trimmed) => documented(sent.trim_matches(' ')),
        Some(Laxness::PrefixMatched) => any(&|value| sent.starts_with(value)),
        Some(Laxness::Contained) => any(&|value| sent.contains(value)),
        Some(Laxness::Abbreviated) => !sent.is_empty() && any(&|value| value.starts_with(sent)),
        Some(Laxness::DecodedTwice) => documented(&decoded(sent)),
        Some(Laxness::CutAtNul) => documented(sent.split('\0').next().unwrap_or_default()),
        Some(Laxness::CutAtNewline) => documented(sent.strip_suffix('\n').unwrap_or(sent)),
        Some(Laxness::Lengths(min, max)) => length(sent, Some(*min), Some(*max)),
        Some(Laxness::Rejected(value)) => sent != value && documented(sent),
        Some(Laxness::HexOnly) => {
            documented(sent) && sent.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
        }
    };
    holds && typed && in_range
}
