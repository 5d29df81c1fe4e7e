//! Checks a value as its row documents it, or as a fault weakens that.

use super::fault::Laxness;
use super::form;
use super::message::decoded;
use crate::contract::TypeName;
use crate::contract::{ClauseId, Constraints, Parameter};

/// The one check that a fault changes: its clause and how. A parameter's checks are
/// changed together where the clause is its stem.
#[derive(Clone, Copy)]
pub(super) struct Weakness<'a>(Option<(&'a str, &'a Laxness)>);

impl<'a> Weakness<'a> {
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn new(clause: &'a str, laxness: &'a Laxness) -> Self {
        Self(Some((clause, laxness)))
    }

    /// How the check of this clause is changed.
    fn of(self, clause: &str) -> Option<&'a Laxness> {
        let (changed, laxness) = self.0?;
        (changed == clause).then_some(laxness)
    }

    /// Whether what may be left out must be given.
    pub(super) fn demands(self, clause: &str) -> bool {
        self.of(clause) == Some(&Laxness::Demanded)
    }

    /// Whether the check of this clause is left out.
    pub(super) fn drops(self, clause: &str) -> bool {
        self.of(clause) == Some(&Laxness::Unchecked)
    }

    /// Whether an empty body passes in place of one that must be given.
    pub(super) fn empties(self, clause: &str) -> bool {
        matches!(
            self.of(clause),
            Some(Laxness::Unchecked | Laxness::EmptyPasses)
        )
    }

    /// Whether what stands behind a JSON value is not looked at.
    pub(super) fn behind(self, clause: &str) -> bool {
        self.of(clause) == Some(&Laxness::PrefixMatched)
    }

    /// The bounds that the check of this clause uses.
    pub(super) fn bounds(
        self,
        clause: &str,
        documented: (Option<u64>, Option<u64>),
    ) -> (Option<u64>, Option<u64>) {
        match self.of(clause) {
            Some(Laxness::Unchecked) => (None, None),
            Some(Laxness::Lengths(min, max)) => (Some(*min), Some(*max)),
            _ => documented,
        }
    }
}

/// The first clause that a parameter breaks.
pub(super) fn parameter_breaks(
    parameter: &Parameter,
    sent: &str,
    lax: Weakness<'_>,
) -> Option<ClauseId> {
    let field = &parameter.field;
    let stem = parameter.stem();
    let clause = stem.with("type");
    let kind = field.kind.innermost();
    let typed = match kind {
        TypeName::Int32 => sent.parse::<i32>().is_ok(),
        TypeName::Integer | TypeName::Long => sent.parse::<i64>().is_ok(),
        TypeName::Number => sent.parse::<f64>().is_ok_and(f64::is_finite),
        TypeName::Boolean => matches!(sent, "true" | "false"),
        _ => true,
    };
    if !typed {
        return (!lax.drops(&clause)).then_some(clause);
    }
    scalar_breaks(kind, &field.constraints, sent, &stem, lax)
}

/// The first clause that a value of the right type breaks, as text.
pub(super) fn scalar_breaks(
    kind: &TypeName,
    facts: &Constraints,
    text: &str,
    stem: &ClauseId,
    lax: Weakness<'_>,
) -> Option<ClauseId> {
    let clause = stem.with("enum");
    if !facts.values.is_empty() && !listed(facts, text, lax.of(&clause)) {
        return Some(clause);
    }
    if *kind == TypeName::String {
        let clause = stem.with("length");
        if !has_length(facts, text, lax.of(&clause)) {
            return Some(clause);
        }
    }
    if *kind == TypeName::String {
        let broken = form::broken(facts, text, |aspect| lax.of(&stem.with(aspect)));
        if let Some(aspect) = broken {
            return Some(stem.with(aspect));
        }
    }
    let clause = stem.with("range");
    let (min, max) = match lax.of(&clause) {
        Some(Laxness::Unchecked) => (None, None),
        Some(Laxness::Ranges(min, max)) => (Some(*min), Some(*max)),
        _ => (facts.range.min, facts.range.max),
    };
    if min.is_none() && max.is_none() {
        return None;
    }
    let digit = |text: Option<char>| text.is_some_and(|c| c.is_ascii_digit());
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = digit(magnitude.chars().next())
        && digit(magnitude.chars().next_back())
        && magnitude.chars().all(|c| c.is_ascii_digit() || c == '.');
    if *kind == TypeName::String && !is_decimal {
        return Some(clause);
    }
    let inside = match text.parse::<i64>() {
        Ok(number) => min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max),
        Err(_) => text.parse::<f64>().is_ok_and(|number| {
            min.is_none_or(|min| number >= min as f64) && max.is_none_or(|max| number <= max as f64)
        }),
    };
    (!inside).then_some(clause)
}

fn listed(facts: &Constraints, sent: &str, lax: Option<&Laxness>) -> bool {
    let is = |text: &str| facts.values.iter().any(|value| value == text);
    let any = |test: &dyn Fn(&str) -> bool| facts.values.iter().any(|value| test(value));
    match lax {
        Some(Laxness::Unchecked) => true,
        Some(Laxness::CaseFolded) => any(&|value| value.eq_ignore_ascii_case(sent)),
        Some(Laxness::Trimmed) => is(sent.trim_matches(' ')),
        Some(Laxness::PrefixMatched) => any(&|value| sent.starts_with(value)),
        Some(Laxness::Contained) => any(&|value| sent.contains(value)),
        Some(Laxness::Abbreviated) => !sent.is_empty() && any(&|value| value.starts_with(sent)),
        Some(Laxness::DecodedTwice) => is(&decoded(sent)),
        Some(Laxness::CutAtNul) => is(sent.split('\0').next().unwrap_or_default()),
        Some(Laxness::CutAtNewline) => is(sent.strip_suffix('\n').unwrap_or(sent)),
        Some(Laxness::Rejected(value)) => sent != value && is(sent),
        Some(Laxness::Compared(lenience)) => lenience.takes(&facts.values, sent),
        _ => is(sent),
    }
}

fn has_length(facts: &Constraints, sent: &str, lax: Option<&Laxness>) -> bool {
    let within = |min: Option<u64>, max: Option<u64>| {
        let count = sent.chars().count() as u64;
        min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
    };
    let documented = within(facts.length.min, facts.length.max);
    match lax {
        Some(Laxness::Unchecked) => true,
        Some(Laxness::Lengths(min, max)) => within(Some(*min), Some(*max)),
        Some(Laxness::Counted(count)) => facts.length.contains(count.of(sent)),
        Some(Laxness::Refuses(shape)) => documented && !shape.is_of(sent),
        _ => documented,
    }
}
