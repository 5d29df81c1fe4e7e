//! Faults that show in certain circumstances only: how a request travels, what comes with
//! it, how much was asked before.

use super::{Catalogue, trip};
use crate::contract::{ClauseId, Location, Mandatory};
use crate::profile::Role;
use crate::reference::fault::{Cause, Change, Laxness, Reading, TokenLaxness, When};
use crate::status;

/// Header fields of ordinary clients.
const FIELDS: [(&str, &str, &str); 8] = [
    ("any-type-is-accepted", "Accept", "*/*"),
    ("no-coding-is-accepted", "Accept-Encoding", "identity"),
    ("the-connection-closes", "Connection", "close"),
    ("the-connection-is-kept", "Connection", "keep-alive"),
    ("no-cache-is-asked", "Cache-Control", "no-cache"),
    (
        "a-browser-asks",
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64)",
    ),
    ("nobody-asks", "User-Agent", ""),
    ("it-comes-from-here", "X-Forwarded-For", "127.0.0.1"),
];

impl Catalogue<'_> {
    pub(super) fn circumstances(&mut self) {
        let failed = status::INTERNAL_SERVER_ERROR;
        let success = self.contract.success().unwrap_or(status::OK);
        let trips = self.asked(success, self.status_rule(failed));
        let fails = Change::Status(Cause::Success, failed);
        let mut whens: Vec<(String, When)> = FIELDS
            .iter()
            .map(|(what, name, value)| ((*what).to_owned(), When::Field(name, value)))
            .collect();
        whens.push((
            "a-coding-is-not-accepted".into(),
            When::Without("Accept-Encoding"),
        ));
        let accept = "Accept";
        if self.contract.parameter(Location::Header, accept).is_none() {
            whens.push(("no-type-is-accepted".into(), When::Without(accept)));
        }
        whens.push(("a-query-is-there".into(), When::Query));
        whens.push(("600-were-answered".into(), When::After(600)));
        whens.push(("1000-were-answered".into(), When::After(1_000)));
        for (what, when) in whens {
            let name = format!("fails-when-{what}");
            let summary = format!(
                "a valid request gives {failed} when {}",
                what.replace('-', " ")
            );
            self.push_when(name, summary, trips.clone(), fails.clone(), when);
        }
        self.push(
            "reads-once".into(),
            "what comes first is taken for the whole head of a request".into(),
            self.asked(success, "reply-none"),
            Change::Reading(Reading::Once),
        );
        let refused = self.contract.status_of(Role::Token);
        if let Some(refused) = refused.filter(|_| self.contract.token().is_some()) {
            let mut trips = self.asked(success, "status-unexpected");
            trips.push(trip("status-unexpected", &ClauseId::status(refused)));
            self.push(
                "two-at-once-get-each-others-replies".into(),
                "two requests at the same time get each other's replies".into(),
                trips,
                Change::Swaps,
            );
        }
        self.tokens_in_circumstances();
        self.rows_in_circumstances();
    }

    /// The token is not checked in certain circumstances.
    fn tokens_in_circumstances(&mut self) {
        let (Some(token), Some(refused)) =
            (self.contract.token(), self.contract.status_of(Role::Token))
        else {
            return;
        };
        let mut trips = vec![trip("status-unexpected", &ClauseId::status(refused))];
        if token.field.mandatory == Mandatory::Yes {
            trips.push(trip("status-unexpected", &token.stem().with("mandatory")));
        }
        for (what, when) in [
            (
                "it-comes-from-here",
                When::Field("X-Forwarded-For", "127.0.0.1"),
            ),
            ("the-connection-closes", When::Field("Connection", "close")),
            ("600-were-answered", When::After(600)),
        ] {
            self.push_when(
                format!("token-any-passes-when-{what}"),
                format!("any token passes when {}", what.replace('-', " ")),
                trips.clone(),
                Change::Token(TokenLaxness::AnyPasses),
                when,
            );
        }
    }

    /// Listed values are not checked where another row is at its bound, or where a query is
    /// there.
    fn rows_in_circumstances(&mut self) {
        let contract = self.contract;
        if contract.status_of(Role::Parameter).is_none() {
            return;
        }
        let rows = || {
            contract
                .parameters
                .iter()
                .filter(|row| Some(*row) != contract.token())
        };
        let Some(listed) = rows()
            .find(|row| row.location == Location::Path && !row.field.constraints.values.is_empty())
        else {
            return;
        };
        let clause = listed.stem().with("enum");
        let trips = vec![trip("status-unexpected", &clause)];
        let mut whens = vec![("a-query-is-there".to_owned(), When::Query)];
        let long = rows().find_map(|row| {
            let max = usize::try_from(row.field.constraints.length.max?).ok()?;
            (row.location == Location::Path && contract.project() == Some(row) && max > 1)
                .then_some((row, max))
        });
        if let Some((row, max)) = long.filter(|_| contract.status_of(Role::Tenant).is_some()) {
            whens.push((
                format!("{}-is-longest", row.field.name),
                When::Longer(row.location, row.field.name.clone(), max - 1),
            ));
        }
        for (what, when) in whens {
            self.push_when(
                format!("{}-unchecked-when-{what}", listed.field.name),
                format!(
                    "{} is not checked when {}",
                    listed.field.name,
                    what.replace('-', " ")
                ),
                trips.clone(),
                Change::Check(clause.clone(), Laxness::Unchecked),
                when,
            );
        }
    }
}
