//! Compares two facts of one kind: how they relate, and what becomes of the one where the
//! other takes its place. Where one source is silent, or states less, nothing contradicts.

use super::statement::{Change, Relation};
use crate::contract::{Bounds, TypeName};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How two facts relate, and the change from the one to the other; `None` where both
/// sources are silent.
pub(super) type Compared = Option<(Relation, Option<Change>)>;

const AGREE: Compared = Some((Relation::Agrees, None));

/// Two lists of values; no list allows everything. Their order means nothing.
pub(super) fn lists(a: &[String], b: &[String]) -> Compared {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (a.iter().collect(), b.iter().collect());
    let (relation, change) = match (before.is_empty(), after.is_empty()) {
        (true, true) => return None,
        (true, false) => (Relation::OnlyInB, Change::Narrowed),
        (false, true) => (Relation::OnlyInA, Change::Widened),
        _ if before == after => return AGREE,
        _ if after.is_superset(&before) => (Relation::Differs, Change::Widened),
        _ if after.is_subset(&before) => (Relation::Differs, Change::Narrowed),
        _ => (Relation::Differs, Change::Changed),
    };
    Some((relation, Some(change)))
}

/// Two bounds. An end that only one of them states is no contradiction; `floor` is the
/// least that there can be, so that it states nothing.
pub(super) fn bounds<T: PartialOrd + Copy>(
    a: &Bounds<T>,
    b: &Bounds<T>,
    floor: Option<T>,
) -> Compared {
    let stated = |min: Option<T>| min.filter(|min| floor.is_none_or(|floor| *min > floor));
    let (low, high) = (stated(a.min), stated(b.min));
    if low.is_none() && high.is_none() && a.max.is_none() && b.max.is_none() {
        return None;
    }
    let lower = end(low, high, Ordering::Greater);
    let upper = end(a.max, b.max, Ordering::Less);
    let relation = match (lower?.0, upper?.0) {
        (None, None) => return AGREE,
        (Some(one), None) | (None, Some(one)) => one,
        (Some(one), Some(other)) if one == other => one,
        _ => Relation::Differs,
    };
    let change = match (lower?.1, upper?.1) {
        (Ordering::Equal | Ordering::Less, Ordering::Equal | Ordering::Less) => Change::Narrowed,
        (Ordering::Equal | Ordering::Greater, Ordering::Equal | Ordering::Greater) => {
            Change::Widened
        }
        _ => Change::Changed,
    };
    Some((relation, Some(change)))
}

/// How one end relates where it is not the same, and whether B allows less or more there;
/// `tighter` is how a tighter bound compares.
fn end<T: PartialOrd>(
    a: Option<T>,
    b: Option<T>,
    tighter: Ordering,
) -> Option<(Option<Relation>, Ordering)> {
    Some(match (a, b) {
        (None, None) => (None, Ordering::Equal),
        (None, Some(_)) => (Some(Relation::OnlyInB), Ordering::Less),
        (Some(_), None) => (Some(Relation::OnlyInA), Ordering::Greater),
        (Some(a), Some(b)) => match b.partial_cmp(&a)? {
            Ordering::Equal => (None, Ordering::Equal),
            order if order == tighter => (Some(Relation::Differs), Ordering::Less),
            _ => (Some(Relation::Differs), Ordering::Greater),
        },
    })
}

/// Two facts that are stated or not, and nothing in between.
pub(super) fn texts<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> Compared {
    Some(match (a, b) {
        (None, None) => return None,
        (None, Some(_)) => (Relation::OnlyInB, Some(Change::Narrowed)),
        (Some(_), None) => (Relation::OnlyInA, Some(Change::Widened)),
        (Some(a), Some(b)) if a == b => return AGREE,
        _ => (Relation::Differs, Some(Change::Changed)),
    })
}

/// Two types. Members are compared one by one, whatever their object is called, and how
/// many bits an integer has is a statement of its own; no type is silence.
pub(super) fn types(a: &TypeName, b: &TypeName) -> Compared {
    use TypeName::{Any, Array, Map, Named, Number, Object};
    match (a, b) {
        (Any, Any) => None,
        (Any, _) => Some((Relation::OnlyInB, Some(Change::Narrowed))),
        (_, Any) => Some((Relation::OnlyInA, Some(Change::Widened))),
        (Array(a), Array(b)) | (Map(a), Map(b)) => types(a, b).or(AGREE),
        (Object | Named(_), Object | Named(_)) => AGREE,
        // An object of which nothing else is said has any keys and values.
        (Object, Map(_)) => Some((Relation::OnlyInB, Some(Change::Narrowed))),
        (Map(_), Object) => Some((Relation::OnlyInA, Some(Change::Widened))),
        (a, b) if a == b || a.is_integer() && b.is_integer() => AGREE,
        (a, Number) if a.is_integer() => Some((Relation::Differs, Some(Change::Widened))),
        (Number, b) if b.is_integer() => Some((Relation::Differs, Some(Change::Narrowed))),
        _ => Some((Relation::Differs, Some(Change::Changed))),
    }
}

/// The width of the integers that two types of one shape hold in the end.
pub(super) fn widths(a: &TypeName, b: &TypeName) -> Compared {
    use TypeName::{Int32, Integer, Long};
    match (a.innermost(), b.innermost()) {
        (Int32, Int32) | (Long, Long) => AGREE,
        (Int32, Long) => Some((Relation::Differs, Some(Change::Widened))),
        (Long, Int32) => Some((Relation::Differs, Some(Change::Narrowed))),
        // An integer of which nothing else is said may have 64 bits, and is sent with 32.
        (Integer, Int32) => Some((Relation::OnlyInB, Some(Change::Narrowed))),
        (Integer, Long) => Some((Relation::OnlyInB, Some(Change::Widened))),
        (Int32, Integer) => Some((Relation::OnlyInA, Some(Change::Widened))),
        (Long, Integer) => Some((Relation::OnlyInA, Some(Change::Narrowed))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Changed, Narrowed, Widened};
    use Relation::{Agrees, Differs, OnlyInA, OnlyInB};

    #[test]
    fn bounds_narrow_and_widen_and_an_end_that_one_lacks_contradicts_nothing() {
        let of = |min, max| Bounds { min, max };
        for (a, b, expected) in [
            (of(None, None), of(None, None), None),
            (of(Some(0), None), of(None, None), None),
            (
                of(Some(1), Some(9)),
                of(Some(1), Some(9)),
                Some((Agrees, None)),
            ),
            (
                of(None, Some(9)),
                of(Some(1), Some(9)),
                Some((OnlyInB, Some(Narrowed))),
            ),
            (
                of(Some(1), Some(9)),
                of(Some(1), None),
                Some((OnlyInA, Some(Widened))),
            ),
            (
                of(Some(1), Some(9)),
                of(None, None),
                Some((OnlyInA, Some(Widened))),
            ),
            (
                of(Some(1), None),
                of(None, Some(9)),
                Some((Differs, Some(Changed))),
            ),
            (
                of(Some(1), Some(9)),
                of(Some(2), Some(8)),
                Some((Differs, Some(Narrowed))),
            ),
            (
                of(Some(1), Some(9)),
                of(Some(2), Some(10)),
                Some((Differs, Some(Changed))),
            ),
            (
                of(None, Some(9)),
                of(Some(1), Some(8)),
                Some((Differs, Some(Narrowed))),
            ),
            // There is no text shorter than none.
            (
                of(Some(0), Some(9)),
                of(None, Some(9)),
                Some((Agrees, None)),
            ),
        ] {
            assert_eq!(bounds::<i64>(&a, &b, Some(0)), expected, "{a} to {b}");
        }
        let (a, b) = (of(Some(0), Some(9)), of(None, Some(9)));
        assert_eq!(bounds::<i64>(&a, &b, None), Some((OnlyInA, Some(Widened))));
    }

    #[test]
    fn lists_are_sets_and_no_list_is_silence() {
        let values =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        for (a, b, expected) in [
            ("", "", None),
            ("a b", "b a", Some((Agrees, None))),
            ("a", "a b", Some((Differs, Some(Widened)))),
            ("a b", "a", Some((Differs, Some(Narrowed)))),
            ("", "a", Some((OnlyInB, Some(Narrowed)))),
            ("a", "", Some((OnlyInA, Some(Widened)))),
            ("a", "b", Some((Differs, Some(Changed)))),
        ] {
            assert_eq!(lists(&values(a), &values(b)), expected, "'{a}' to '{b}'");
        }
    }

    #[test]
    fn types_are_compared_without_names_and_widths_on_their_own() {
        let read = |text: &str| -> TypeName { text.parse().unwrap() };
        for (a, b, kind, width) in [
            ("Tag object", "Label object", Some((Agrees, None)), None),
            (
                "Array of Tag object",
                "Array of Object",
                Some((Agrees, None)),
                None,
            ),
            (
                "Array of String",
                "String",
                Some((Differs, Some(Changed))),
                None,
            ),
            (
                "Array of any type",
                "Array of String",
                Some((OnlyInB, Some(Narrowed))),
                None,
            ),
            (
                "Object",
                "Map of String",
                Some((OnlyInB, Some(Narrowed))),
                None,
            ),
            (
                "Tag object",
                "Map of String",
                Some((Differs, Some(Changed))),
                None,
            ),
            ("Integer", "Number", Some((Differs, Some(Widened))), None),
            ("any type", "any type", None, None),
            (
                "Integer",
                "Long (int64)",
                Some((Agrees, None)),
                Some((OnlyInB, Some(Widened))),
            ),
            (
                "Long (int64)",
                "Integer (int32)",
                Some((Agrees, None)),
                Some((Differs, Some(Narrowed))),
            ),
        ] {
            let (one, other) = (read(a), read(b));
            assert_eq!(types(&one, &other), kind, "{a} to {b}");
            assert_eq!(widths(&one, &other), width, "{a} to {b}");
        }
    }
}
