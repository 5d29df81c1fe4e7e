//! Words, counts and lists that the formats for people share.

use crate::comparison::{Comparison, Counts, Kind, Mode, Summary};
use std::fmt::Write as _;

/// Most files that are named in one sentence.
const MAX_PARTS: usize = 5;

/// How the two stand to each other, in a sentence.
pub(super) fn basis(mode: Mode) -> &'static str {
    match mode {
        Mode::Editions => {
            "Compared as editions: B takes the place of A, and what B leaves out is gone."
        }
        Mode::Sources => {
            "Compared as sources of one API: what one leaves out is only in the other, and no difference."
        }
    }
}

/// The counts of operations and statements, in a sentence.
pub(super) fn totals(comparison: &Comparison) -> String {
    let Summary {
        operations,
        total,
        breaks_clients,
        breaks_servers,
        reworded,
        ..
    } = &comparison.summary;
    let mut text = format!(
        "{} in both ({} differ), {} only in A, {} only in B; {} differ, {} only in A, {} only in B, {} agree",
        counted(operations.in_both, "operation"),
        operations.that_differ,
        operations.only_in_a,
        operations.only_in_b,
        counted(total.differs, "statement"),
        total.only_in_a,
        total.only_in_b,
        total.agrees
    );
    if comparison.mode == Mode::Editions {
        let _ = write!(text, ", {reworded} reworded");
    }
    if operations.files_without > 0 {
        let files = counted(operations.files_without, "file");
        let _ = write!(text, "; {files} without an operation");
    }
    let _ = write!(
        text,
        "; {breaks_clients} break clients, {breaks_servers} break servers"
    );
    text
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// The rows of the table of counts: a kind, and how many agree, differ, are only in A and
/// only in B; all kinds last.
pub(super) fn table(summary: &Summary) -> Vec<(&'static str, [usize; 4])> {
    let counts = |it: &Counts| [it.agrees, it.differs, it.only_in_a, it.only_in_b];
    let kinds = Kind::ALL.into_iter().filter_map(|kind| {
        let it = summary.statements.get(&kind)?;
        Some((kind.name(), counts(it)))
    });
    kinds.chain([("all", counts(&summary.total))]).collect()
}

/// The headed lists of what becomes void.
pub(super) fn void(comparison: &Comparison) -> Vec<(&'static str, Vec<String>)> {
    let Some(void) = &comparison.void else {
        return Vec::new();
    };
    let snapshots = void
        .snapshots
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let own = void
        .own_cases
        .iter()
        .map(|own| format!("{}: {}", own.id, own.why))
        .collect();
    [
        ("cases that are gone", void.cases_removed.clone()),
        ("cases that changed", void.cases_changed.clone()),
        ("cases that are new", void.cases_added.clone()),
        ("cases of your own that are void", own),
        ("entries of the reading that are void", void.reading.clone()),
        ("accepted differences that are void", snapshots),
    ]
    .into_iter()
    .filter(|(_, list): &(_, Vec<String>)| !list.is_empty())
    .collect()
}

/// What becomes of certificates of the old edition; names a few files unless all are wanted.
pub(super) fn certificates(comparison: &Comparison, is_verbose: bool) -> Option<String> {
    let parts = &comparison.void.as_ref()?.certified_parts;
    let shown = if is_verbose { parts.len() } else { MAX_PARTS };
    let more = match parts.len().saturating_sub(shown) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Some(match parts.as_slice() {
        [] => {
            "certificates of the old edition hold: nothing that they name by digest differs".into()
        }
        parts => format!(
            "certificates of the old edition do not verify against the new one, since they name by digest what differs: {}{more}",
            parts[..shown.min(parts.len())].join(", ")
        ),
    })
}
