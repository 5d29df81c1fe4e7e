//! Defines [`Statement`]: what two sources say about one thing, side by side.

use crate::contract::{ClauseId, Fact, Field};
use serde::Serialize;

/// What a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Method and path.
    Address,
    /// That a status is documented.
    Status,
    /// That the request, or the reply of a status, has a body.
    Body,
    /// That there is this parameter.
    Parameter,
    /// That a reply has this header field.
    Header,
    /// That a body has this member.
    Member,
    /// The type of a value.
    Type,
    /// How many bits an integer has.
    Width,
    /// Whether it must be there.
    Mandatory,
    /// That it may be null.
    Nullable,
    /// The listed values.
    Values,
    /// The length of a text.
    Length,
    /// The range of a number.
    Range,
    /// The number of items.
    Items,
    /// The pattern of a text.
    Pattern,
    /// The form of a text.
    Format,
    /// The default.
    Default,
    /// What a person decided where the source leaves it open.
    Reading,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 18] = [
        Self::Address,
        Self::Status,
        Self::Body,
        Self::Parameter,
        Self::Header,
        Self::Member,
        Self::Type,
        Self::Width,
        Self::Mandatory,
        Self::Nullable,
        Self::Values,
        Self::Length,
        Self::Range,
        Self::Items,
        Self::Pattern,
        Self::Format,
        Self::Default,
        Self::Reading,
    ];

    /// Its name in reports and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Status => "status",
            Self::Body => "body",
            Self::Parameter => "parameter",
            Self::Header => "header",
            Self::Member => "member",
            Self::Type => "type",
            Self::Width => "width",
            Self::Mandatory => "mandatory",
            Self::Nullable => "nullable",
            Self::Values => "values",
            Self::Length => "length",
            Self::Range => "range",
            Self::Items => "items",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::Default => "default",
            Self::Reading => "reading",
        }
    }
}

/// How what A says and what B says relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Both say it, and not the same.
    Differs,
    /// B is silent about it, or about a part of it.
    OnlyInA,
    /// A is silent about it, or about a part of it.
    OnlyInB,
    /// Both say the same.
    Agrees,
}

impl Relation {
    /// Every relation, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Differs, Self::OnlyInA, Self::OnlyInB, Self::Agrees];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::OnlyInA => "only in A",
            Self::OnlyInB => "only in B",
            Self::Agrees => "agrees",
        }
    }
}

/// What becomes of a statement where B takes the place of A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A does not have it.
    Added,
    /// B does not have it.
    Removed,
    /// B allows less.
    Narrowed,
    /// B allows more.
    Widened,
    /// Neither allows what the other does.
    Changed,
}

impl Change {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Narrowed => "narrowed",
            Self::Widened => "widened",
            Self::Changed => "changed",
        }
    }
}

/// Whom a change breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaks {
    /// Whether programs written by A may fail against a server of B.
    pub clients: bool,
    /// Whether servers that conformed to A may fail the suite of B.
    pub servers: bool,
}

impl Breaks {
    /// Nobody.
    pub const NOBODY: Self = Self {
        clients: false,
        servers: false,
    };
    /// Clients and servers.
    pub const ALL: Self = Self {
        clients: true,
        servers: true,
    };

    /// Whom a change of a fact breaks: what a request may hold is the client's to choose,
    /// a reply the server's.
    pub(super) fn of(is_request: bool, change: Change) -> Self {
        let (clients, servers) = match (is_request, change) {
            (true, Change::Widened | Change::Added) => (false, true),
            (true, _) | (false, Change::Changed) => (true, true),
            (false, Change::Narrowed | Change::Added) => (false, true),
            (false, Change::Widened | Change::Removed) => (true, false),
        };
        Self { clients, servers }
    }

    /// In the words of reports.
    pub fn words(self) -> &'static str {
        match (self.clients, self.servers) {
            (true, true) => "clients and servers",
            (true, false) => "clients",
            (false, true) => "servers",
            (false, false) => "nobody",
        }
    }
}

/// What one source says, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Said {
    /// The fact, in words that are the same for every kind of source.
    pub says: String,
    /// Table and row, or JSON pointer.
    pub place: String,
    /// 1-based line of the quote, else of the row; 0 where the source has no lines.
    pub line: usize,
    /// The words of the source; empty where the fact is read from no words of its own.
    pub quote: String,
}

impl Said {
    /// What the row of a source says.
    pub(super) fn of_row(field: &Field, fact: Option<Fact>, says: String) -> Self {
        let quote = fact.and_then(|fact| field.quotes.get(&fact));
        let line = quote.map_or(0, |quote| quote.line);
        let place = match field.source.pointer.is_empty() {
            true => format!("{} ({})", field.source, field.name),
            false => field.source.pointer.clone(),
        };
        Self {
            says,
            place,
            line: if line == 0 { field.source.line } else { line },
            quote: quote.map(|quote| quote.words.clone()).unwrap_or_default(),
        }
    }
}

/// What two sources say about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Id of the clause, or stem of the clauses of a row, by the names of A where it has it.
    pub clause: ClauseId,
    /// What it is about.
    pub kind: Kind,
    /// How the two relate.
    pub relation: Relation,
    /// What becomes of it where B takes the place of A; nothing where they agree.
    pub change: Option<Change>,
    /// What A says.
    pub a: Option<Said>,
    /// What B says.
    pub b: Option<Said>,
    /// Whether programs written by A may break.
    pub breaks_clients: bool,
    /// Whether servers that conformed to A may fail the suite of B.
    pub breaks_servers: bool,
}

impl Statement {
    /// What both say, or one of them.
    pub(super) fn new(
        clause: ClauseId,
        kind: Kind,
        relation: Relation,
        sides: (Option<Said>, Option<Said>),
    ) -> Self {
        Self {
            clause,
            kind,
            relation,
            change: None,
            a: sides.0,
            b: sides.1,
            breaks_clients: false,
            breaks_servers: false,
        }
    }

    /// It, with what becomes of it.
    #[must_use]
    pub(super) fn changing(mut self, change: Change, breaks: Breaks) -> Self {
        self.change = Some(change);
        (self.breaks_clients, self.breaks_servers) = (breaks.clients, breaks.servers);
        self
    }

    /// Whom it breaks.
    pub fn breaks(&self) -> Breaks {
        Breaks {
            clients: self.breaks_clients,
            servers: self.breaks_servers,
        }
    }
}
