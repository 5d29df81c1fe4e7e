//! Defines [`Clause`]: a single documented statement with a stable id.
//!
//! A clause that no request and no reply could break is not stated (the presence of a
//! path segment, say).

use super::bounds::Bounds;
use super::clause_id::ClauseId;
use super::field::{Body, Fact, Field, Mandatory, Presence};
use super::location::Location;
use super::operation::Contract;
use super::parameter::Parameter;
use super::type_name::TypeName;
use std::collections::HashMap;
use std::fmt;

/// What a clause rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The page says so.
    Page,
    /// The reading decided so, for this reason.
    Reading(String),
    /// The source says otherwise; the reading corrects it, for this reason.
    Correction(String),
}

impl Basis {
    /// Why a statement holds that the page alone does not make; none where it does.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Page => None,
            Self::Reading(reason) => Some(reason.clone()),
            Self::Correction(reason) => Some(format!(
                "corrected in reading.toml, the source says otherwise: {reason}"
            )),
        }
    }
}

/// A documented statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Stable id.
    pub id: ClauseId,
    /// The statement in one line.
    pub statement: String,
    /// Table and row, such as `Table 3, row 9 (task_status)`.
    pub source: String,
    /// Digest of the row's facts; empty for statements without a row.
    pub digest: String,
    /// What it rests on.
    pub basis: Basis,
    /// The words of the source that it was read from; empty where it quotes none.
    pub quote: String,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} — {}: {}", self.id, self.source, self.statement)
    }
}

/// All clauses of a contract, in page order, found by id.
#[derive(Clone, Debug)]
pub struct Clauses {
    list: Vec<Clause>,
    index: HashMap<ClauseId, usize>,
}

impl Contract {
    /// Every documented statement.
    pub fn clauses(&self) -> Clauses {
        Clauses::of(self)
    }
}

impl Clauses {
    /// Lists the clauses of `contract`.
    pub fn of(contract: &Contract) -> Self {
        let mut lister = Lister { list: Vec::new() };
        lister.contract(contract);
        for correction in &contract.corrections {
            let mut clauses = lister.list.iter_mut();
            if let Some(clause) = clauses.find(|clause| clause.id == correction.clause) {
                clause.basis = Basis::Correction(correction.reason.clone());
            }
        }
        let index = lister
            .list
            .iter()
            .enumerate()
            .map(|(at, clause)| (clause.id.clone(), at))
            .collect();
        Self {
            list: lister.list,
            index,
        }
    }

    /// Adds statements that no row makes.
    pub fn extend(&mut self, clauses: impl IntoIterator<Item = Clause>) {
        for clause in clauses {
            self.index.insert(clause.id.clone(), self.list.len());
            self.list.push(clause);
        }
    }

    /// The clause of this id.
    pub fn get(&self, id: &str) -> Option<&Clause> {
        self.position(id).map(|at| &self.list[at])
    }

    /// The position of this id in page order.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The clauses in page order.
    pub fn iter(&self) -> std::slice::Iter<'_, Clause> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

struct Lister {
    list: Vec<Clause>,
}

impl Lister {
    fn contract(&mut self, contract: &Contract) {
        for parameter in &contract.parameters {
            self.parameter(parameter);
        }
        if let Some(body) = &contract.request_body {
            self.body(ClauseId::request_body(), ClauseId::request_body(), body);
        }
        for (status, response) in &contract.responses {
            let meaning = if response.assumed {
                ", for the status of success that is not printed".to_owned()
            } else if response.meaning.is_empty() {
                String::new()
            } else {
                format!(" ({})", response.meaning)
            };
            self.push(
                ClauseId::status(*status),
                format!("status {status}{meaning}"),
                match response.pointer.as_str() {
                    "" => "status list".into(),
                    pointer => pointer.to_owned(),
                },
                "",
                Basis::Page,
            );
            for field in &response.headers {
                let stem = ClauseId::header(*status, &field.name);
                if let Presence::Required(reason) = &field.presence {
                    let basis = Basis::Reading(reason.clone());
                    self.row(&stem, "present", "must be present".into(), field, basis);
                }
                if matches!(
                    field.kind,
                    TypeName::Integer
                        | TypeName::Int32
                        | TypeName::Long
                        | TypeName::Number
                        | TypeName::Boolean
                ) {
                    self.row(&stem, "type", field.kind.describe(), field, Basis::Page);
                }
            }
            if let Some(body) = &response.body {
                self.body(
                    ClauseId::response_body(*status),
                    ClauseId::response(*status),
                    body,
                );
            }
        }
        for echo in &contract.echoes {
            self.push(
                echo.clause(),
                format!("{} equals the request's {}", echo.field, echo.of),
                "reading.toml".into(),
                "",
                Basis::Reading(echo.reason.clone()),
            );
        }
        for relation in &contract.relations {
            self.push(
                relation.clause(),
                relation.statement(),
                "reading.toml".into(),
                "",
                Basis::Reading(relation.reason.clone()),
            );
        }
    }

    fn push(
        &mut self,
        id: ClauseId,
        statement: String,
        source: String,
        digest: &str,
        basis: Basis,
    ) {
        self.list.push(Clause {
            id,
            statement,
            source,
            digest: digest.to_owned(),
            basis,
            quote: String::new(),
        });
    }

    fn row(
        &mut self,
        stem: &ClauseId,
        aspect: &str,
        statement: String,
        field: &Field,
        basis: Basis,
    ) {
        self.push(
            stem.with(aspect),
            statement,
            format!("{} ({})", field.source, field.name),
            &field.digest(),
            basis,
        );
        let quote = fact(aspect).and_then(|fact| field.quotes.get(&fact));
        if let (Some(quote), Some(clause)) = (quote, self.list.last_mut()) {
            clause.quote.clone_from(&quote.words);
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let field = &parameter.field;
        let stem = parameter.stem();
        if field.mandatory == Mandatory::Yes && parameter.location != Location::Path {
            let basis = match field.source.is_of_service() {
                true => Basis::Reading("service.toml says token = \"required\"".into()),
                false => Basis::Page,
            };
            self.row(&stem, "mandatory", "must be given".into(), field, basis);
        }
        // Text is a String whatever it says; other types can be broken by text.
        if !matches!(field.kind.innermost(), TypeName::String | TypeName::Any) {
            self.row(&stem, "type", field.kind.describe(), field, Basis::Page);
        }
        self.values(&stem, field);
    }

    fn body(&mut self, id: ClauseId, stem: ClauseId, body: &Body) {
        self.push(
            id,
            body.statement().into(),
            body.source().to_string(),
            "",
            Basis::Page,
        );
        for place in body.places(stem) {
            let (stem, field) = (&place.stem, place.field);
            if let Presence::Required(reason) = &field.presence
                && field.mandatory != Mandatory::Yes
            {
                let basis = Basis::Reading(reason.clone());
                self.row(stem, "present", "must be present".into(), field, basis);
            }
            if field.mandatory == Mandatory::Yes {
                let must = "must be given".into();
                self.row(stem, "mandatory", must, field, Basis::Page);
            }
            if field.kind != TypeName::Any {
                self.row(stem, "type", field.kind.describe(), field, Basis::Page);
            }
            self.values(stem, field);
            if !field.constraints.items.is_open() {
                let statement = format!("{} items", field.constraints.items);
                self.row(stem, "items", statement, field, Basis::Page);
            }
        }
    }

    fn values(&mut self, stem: &ClauseId, field: &Field) {
        let facts = &field.constraints;
        if !facts.values.is_empty() {
            let listed = format!("one of {}", facts.values.join(", "));
            self.row(stem, "enum", listed, field, Basis::Page);
        }
        let bounded: [(&str, bool, String); 2] = [
            (
                "length",
                facts.length.is_open(),
                format!("{} characters", length(&facts.length)),
            ),
            ("range", facts.range.is_open(), facts.range.to_string()),
        ];
        for (aspect, open, statement) in bounded {
            if !open {
                self.row(stem, aspect, statement, field, Basis::Page);
            }
        }
        if let Some(pattern) = &facts.pattern {
            let statement = format!("matches the pattern {pattern}");
            self.row(stem, "pattern", statement, field, Basis::Page);
        }
        if let Some(format) = facts.format {
            let statement = format!("of the format {}", format.name());
            self.row(stem, "format", statement, field, Basis::Page);
        }
    }
}

/// The fact of a row that its clause with this last part states.
fn fact(aspect: &str) -> Option<Fact> {
    Some(match aspect {
        "mandatory" => Fact::Mandatory,
        "type" => Fact::Type,
        "enum" => Fact::Values,
        "length" => Fact::Length,
        "range" => Fact::Range,
        "items" => Fact::Items,
        "pattern" => Fact::Pattern,
        "format" => Fact::Format,
        _ => return None,
    })
}

fn length(bounds: &Bounds<u64>) -> String {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min}"),
        _ => bounds.to_string(),
    }
}
