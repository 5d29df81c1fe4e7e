//! Judges the documented header fields of a reply: whether they are there, where the
//! reading asks for it, and whether a documented number is one.

use super::judgement::Judgement;
use super::rule;
use crate::contract::TypeName;
use crate::contract::{ClauseId, Clauses, Field, Presence};
use crate::exchange::Response;

/// Judges the header fields that the page documents for this status.
pub(super) fn judge(
    response: &Response,
    documented: &[Field],
    clauses: &Clauses,
    judgement: &mut Judgement,
) {
    for field in documented {
        let stem = ClauseId::header(response.status, &field.name);
        let name = field.name.to_ascii_lowercase();
        let mut values = response.header(&name).peekable();
        if let Presence::Required(_) = field.presence {
            let clause = stem.with("present");
            judgement.exercised.extend(clauses.position(&clause));
            if values.peek().is_none() {
                judgement.push(&rule::HEADER_MISSING, clause, "present", "absent");
            }
        }
        let clause = stem.with("type");
        let Some(position) = clauses.position(&clause) else {
            continue;
        };
        for value in values {
            judgement.exercised.push(position);
            if !fits(&field.kind, value) {
                judgement.push(
                    &rule::HEADER_TYPE,
                    clause.clone(),
                    field.kind.describe(),
                    "another text",
                );
            }
        }
    }
}

fn fits(kind: &TypeName, value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    let text = text.trim();
    match kind {
        TypeName::Int32 => text.parse::<i32>().is_ok(),
        TypeName::Integer | TypeName::Long => text.parse::<i64>().is_ok(),
        TypeName::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
        TypeName::Boolean => {
            text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
        }
        _ => true,
    }
}
