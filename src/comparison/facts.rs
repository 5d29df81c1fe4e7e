//! Compares what two rows say, fact by fact.

use super::bounds::{Compared, bounds, lists, texts, types, widths};
use super::statement::{Breaks, Change, Kind, Relation, Said, Statement};
use crate::contract::{Bounds, ClauseId, Fact, Field, Format, Mandatory, Pattern, TypeName};
use std::fmt::Display;

/// What two rows of one place and name say; `stem` is that of their clauses.
pub(super) fn statements(stem: &ClauseId, a: &Field, b: &Field) -> Vec<Statement> {
    let mut pair = Pair {
        stem,
        a,
        b,
        statements: Vec::new(),
    };
    pair.all();
    pair.statements
}

/// Whether two rows state the same facts.
pub(super) fn agree(a: &Field, b: &Field) -> bool {
    let statements = statements(&ClauseId::request_body(), a, b);
    statements.iter().all(|it| it.relation == Relation::Agrees)
}

/// Two rows, and what they say so far.
struct Pair<'a> {
    stem: &'a ClauseId,
    a: &'a Field,
    b: &'a Field,
    statements: Vec<Statement>,
}

impl Pair<'_> {
    fn all(&mut self) {
        let (a, b) = (self.a, self.b);
        let kinds = (described(&a.kind), described(&b.kind));
        let compared = types(&a.kind, &b.kind);
        self.fact((Kind::Type, "type", Fact::Type), compared, kinds);
        if compared.is_none_or(|(relation, _)| relation == Relation::Agrees) {
            let texts = (width(&a.kind), width(&b.kind));
            self.fact(
                (Kind::Width, "type", Fact::Type),
                widths(&a.kind, &b.kind),
                texts,
            );
        }
        self.mandatory();
        let null = |field: &Field| field.is_nullable.then(|| "may be null".to_owned());
        let (one, other) = (null(a), null(b));
        // To allow null is no narrowing.
        let nullable = match texts(one.as_ref(), other.as_ref()) {
            Some((Relation::OnlyInA, _)) => Some((Relation::OnlyInA, Some(Change::Narrowed))),
            Some((Relation::OnlyInB, _)) => Some((Relation::OnlyInB, Some(Change::Widened))),
            same => same,
        };
        self.fact(
            (Kind::Nullable, "nullable", Fact::Nullable),
            nullable,
            (one, other),
        );
        let (before, after) = (&a.constraints, &b.constraints);
        let listed = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
        self.fact(
            (Kind::Values, "enum", Fact::Values),
            lists(&before.values, &after.values),
            (listed(&before.values), listed(&after.values)),
        );
        self.fact(
            (Kind::Length, "length", Fact::Length),
            bounds(&before.length, &after.length, Some(0)),
            (shown(&before.length), shown(&after.length)),
        );
        self.fact(
            (Kind::Range, "range", Fact::Range),
            bounds(&before.range, &after.range, None),
            (shown(&before.range), shown(&after.range)),
        );
        self.fact(
            (Kind::Items, "items", Fact::Items),
            bounds(&before.items, &after.items, Some(0)),
            (shown(&before.items), shown(&after.items)),
        );
        let written = |pattern: &Option<Pattern>| pattern.as_ref().map(Pattern::to_string);
        let patterns = (written(&before.pattern), written(&after.pattern));
        self.fact(
            (Kind::Pattern, "pattern", Fact::Pattern),
            texts(patterns.0.as_ref(), patterns.1.as_ref()),
            patterns,
        );
        let form = |format: &Format| format.name().to_owned();
        let formats = (before.format.as_ref(), after.format.as_ref());
        self.fact(
            (Kind::Format, "format", Fact::Format),
            texts(formats.0, formats.1),
            (formats.0.map(form), formats.1.map(form)),
        );
        // Whoever leaves the value out gets another one.
        let default = texts(before.default.as_ref(), after.default.as_ref());
        self.fact(
            (Kind::Default, "default", Fact::Default),
            default.map(|(relation, change)| (relation, change.and(Some(Change::Changed)))),
            (before.default.clone(), after.default.clone()),
        );
    }

    /// Whether the value must be there: in requests by the client, in replies by the server.
    fn mandatory(&mut self) {
        let is_request = self.stem.is_of_request();
        // What a sentence calls optional may be missing from a reply; of a request, the
        // table says it.
        let is_optional = |field: &Field| field.is_optional && !is_request;
        let stated = |field: &Field| match is_optional(field) {
            true => Mandatory::No,
            false => field.mandatory,
        };
        let (one, other) = (stated(self.a), stated(self.b));
        let rank = |mandatory: Mandatory| match mandatory {
            Mandatory::Yes => 2,
            Mandatory::Conditional if is_request => 1,
            Mandatory::Conditional | Mandatory::No => 0,
            // What a source does not call mandatory a request need not carry; what it does
            // not call optional a reply has.
            Mandatory::Unstated => {
                if is_request {
                    0
                } else {
                    2
                }
            }
        };
        let relation = match (one, other) {
            (Mandatory::Unstated, Mandatory::Unstated) => return,
            (Mandatory::Unstated, _) => Relation::OnlyInB,
            (_, Mandatory::Unstated) => Relation::OnlyInA,
            _ if one == other => Relation::Agrees,
            _ => Relation::Differs,
        };
        let change = match rank(one).cmp(&rank(other)) {
            std::cmp::Ordering::Less => Some(Change::Narrowed),
            std::cmp::Ordering::Greater => Some(Change::Widened),
            std::cmp::Ordering::Equal => None,
        };
        let fact = |field: &Field| match is_optional(field) {
            true => Fact::Optional,
            false => Fact::Mandatory,
        };
        let said = |field: &Field, mandatory: Mandatory| {
            word(mandatory).map(|word| Said::of_row(field, Some(fact(field)), word.into()))
        };
        let sides = (said(self.a, one), said(self.b, other));
        self.push(Kind::Mandatory, "mandatory", (relation, change), sides);
    }

    fn fact(
        &mut self,
        (kind, aspect, fact): (Kind, &str, Fact),
        compared: Compared,
        (a, b): (Option<String>, Option<String>),
    ) {
        if let Some(compared) = compared {
            let said = |field: &Field, says: Option<String>| {
                says.map(|says| Said::of_row(field, Some(fact), says))
            };
            let sides = (said(self.a, a), said(self.b, b));
            self.push(kind, aspect, compared, sides);
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        aspect: &str,
        (relation, change): (Relation, Option<Change>),
        sides: (Option<Said>, Option<Said>),
    ) {
        let statement = Statement::new(self.stem.with(aspect), kind, relation, sides);
        self.statements.push(match change {
            Some(change) => {
                let breaks = Breaks::of(self.stem.is_of_request(), change);
                statement.changing(change, breaks)
            }
            None => statement,
        });
    }
}

/// A type as a fact; none where the source states none.
fn described(kind: &TypeName) -> Option<String> {
    (*kind != TypeName::Any).then(|| kind.describe())
}

fn width(kind: &TypeName) -> Option<String> {
    match kind.innermost() {
        TypeName::Int32 => Some("32 bits".into()),
        TypeName::Long => Some("64 bits".into()),
        _ => None,
    }
}

fn shown<T: Display + PartialEq>(bounds: &Bounds<T>) -> Option<String> {
    match (&bounds.min, &bounds.max) {
        (None, None) => None,
        (Some(min), Some(max)) if min == max => Some(format!("exactly {min}")),
        _ => Some(bounds.to_string()),
    }
}

fn word(mandatory: Mandatory) -> Option<&'static str> {
    match mandatory {
        Mandatory::Yes => Some("mandatory"),
        Mandatory::Conditional => Some("mandatory under a condition"),
        Mandatory::No => Some("optional"),
        Mandatory::Unstated => None,
    }
}
