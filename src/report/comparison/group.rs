//! Defines [`Group`]: one statement of several operations that relates in one way. A service
//! repeats its tokens and error bodies in every operation; a person reads of them once.

use crate::comparison::{Comparison, Pair, Relation, Said, Statement};
use std::collections::BTreeMap;

/// Most groups of a relation that are shown unless all are wanted.
pub(super) const MAX_GROUPS: usize = 20;
/// Most entries of any other list that are shown unless all are wanted.
pub(super) const MAX_LISTED: usize = 20;
/// Most operations that are named beside a statement unless all are wanted.
const MAX_OPERATIONS: usize = 3;
/// Most characters of a fact or a quote that are shown unless all are wanted.
const MAX_WORDS: usize = 160;

/// A statement, and the operations in which it stands.
pub(super) struct Group<'a> {
    /// The statement in the first of them.
    pub(super) statement: &'a Statement,
    /// The operations.
    pub(super) pairs: Vec<&'a Pair>,
}

/// The statements that relate in this way, those first that break clients, then those that
/// stand in most operations.
pub(super) fn groups(comparison: &Comparison, relation: Relation) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<_, Group<'_>> = BTreeMap::new();
    for pair in &comparison.operations {
        for statement in pair.statements.iter().filter(|it| it.relation == relation) {
            let says = |said: &'_ Option<Said>| said.as_ref().map(|said| said.says.clone());
            let breaks = (!statement.breaks_clients, !statement.breaks_servers);
            let facts = (says(&statement.a), says(&statement.b));
            let key = (breaks, &statement.clause, statement.kind, facts);
            let group = groups.entry(key).or_insert_with(|| Group {
                statement,
                pairs: Vec::new(),
            });
            group.pairs.push(pair);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((breaks, ..), group)| (*breaks, usize::MAX - group.pairs.len()));
    groups.into_iter().map(|(_, group)| group).collect()
}

impl Group<'_> {
    /// Where it stands, in words; nothing where there is but one operation.
    pub(super) fn operations(&self, comparison: &Comparison, is_verbose: bool) -> Option<String> {
        if comparison.operations.len() < 2 {
            return None;
        }
        let shown = if is_verbose {
            self.pairs.len()
        } else {
            MAX_OPERATIONS
        };
        let names = self.pairs.iter().take(shown);
        let names: Vec<&str> = names.map(|pair| pair.address.as_str()).collect();
        let more = self.pairs.len().saturating_sub(shown);
        let more = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        Some(match self.pairs.len() {
            1 => format!("in {}", names.join(", ")),
            count => format!("in {count} operations: {}{more}", names.join(", ")),
        })
    }
}

/// A fact or a quote in one line, no longer than people read.
pub(super) fn line(text: &str, is_verbose: bool) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.char_indices().nth(MAX_WORDS) {
        Some((end, _)) if !is_verbose => format!("{}…", &joined[..end]),
        _ => joined,
    }
}

/// Where a source says something, and in which words.
pub(super) fn place(said: &Said, is_verbose: bool) -> String {
    let mut place = line(&said.place, is_verbose);
    if said.line > 0 {
        place = match place.as_str() {
            "" => format!("line {}", said.line),
            _ if place == format!("line {}", said.line) => place,
            place => format!("{place}, line {}", said.line),
        };
    }
    match said.quote.as_str() {
        "" => place,
        quote => format!("{place}: “{}”", line(quote, is_verbose)),
    }
}

/// What becomes of a statement, and whom that breaks; nothing where no source takes the
/// place of the other.
pub(super) fn change(statement: &Statement) -> Option<String> {
    let change = statement.change?;
    Some(format!(
        "{}; breaks {}",
        change.name(),
        statement.breaks().words()
    ))
}
