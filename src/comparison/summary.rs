//! Defines [`Summary`]: how much agrees and differs, by kind of statement.

use super::statement::{Kind, Relation, Statement};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many statements relate in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Both say the same.
    pub agrees: usize,
    /// Both say it, and not the same.
    pub differs: usize,
    /// B is silent.
    pub only_in_a: usize,
    /// A is silent.
    pub only_in_b: usize,
}

impl Counts {
    /// How many relate in this way.
    pub fn of(&self, relation: Relation) -> usize {
        match relation {
            Relation::Agrees => self.agrees,
            Relation::Differs => self.differs,
            Relation::OnlyInA => self.only_in_a,
            Relation::OnlyInB => self.only_in_b,
        }
    }

    fn add(&mut self, other: Self) {
        self.agrees += other.agrees;
        self.differs += other.differs;
        self.only_in_a += other.only_in_a;
        self.only_in_b += other.only_in_b;
    }
}

/// How much agrees and differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Operations; those in both agree where none of their statements differs.
    pub operations: Operations,
    /// Statements by kind; kinds that neither source states are left out.
    pub statements: BTreeMap<Kind, Counts>,
    /// Statements of all kinds.
    pub total: Counts,
    /// Statements that break clients.
    pub breaks_clients: usize,
    /// Statements that break servers.
    pub breaks_servers: usize,
    /// The same facts in other words.
    pub reworded: usize,
}

/// How many operations there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Operations {
    /// In both.
    pub in_both: usize,
    /// In A alone.
    pub only_in_a: usize,
    /// In B alone.
    pub only_in_b: usize,
    /// In both, with a statement that differs.
    pub that_differ: usize,
    /// Files of A and B that document none.
    pub files_without: usize,
}

impl Summary {
    /// Counts a statement.
    pub(super) fn count(&mut self, statement: &Statement) {
        let one = |relation: Relation| usize::from(statement.relation == relation);
        let counts = Counts {
            agrees: one(Relation::Agrees),
            differs: one(Relation::Differs),
            only_in_a: one(Relation::OnlyInA),
            only_in_b: one(Relation::OnlyInB),
        };
        self.statements
            .entry(statement.kind)
            .or_default()
            .add(counts);
        self.total.add(counts);
        self.breaks_clients += usize::from(statement.breaks_clients);
        self.breaks_servers += usize::from(statement.breaks_servers);
    }

    /// Adds what was counted of one operation.
    pub(super) fn add(&mut self, other: &Self) {
        for (kind, counts) in &other.statements {
            self.statements.entry(*kind).or_default().add(*counts);
        }
        self.total.add(other.total);
        self.breaks_clients += other.breaks_clients;
        self.breaks_servers += other.breaks_servers;
        self.reworded += other.reworded;
        self.operations.that_differ += usize::from(other.total.differs > 0);
    }

    /// Whether a statement, or an operation, is in one source alone.
    pub fn has_missing(&self) -> bool {
        let operations = self.operations.only_in_a + self.operations.only_in_b;
        operations + self.total.only_in_a + self.total.only_in_b > 0
    }
}
