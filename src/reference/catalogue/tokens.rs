//! Faults of the check of the token.

use super::requests::others;
use super::{Catalogue, trip};
use crate::contract::{ClauseId, Mandatory};
use crate::profile::Role;
use crate::profile::signature::SIGNATURE;
use crate::reference::fault::{Cause, Change, ExpectedDifference, Reading, TokenLaxness};
use crate::status;

impl Catalogue<'_> {
    pub(super) fn token(&mut self) {
        let roles = &self.contract.profile.status;
        let (Some(token), Some(refusal)) =
            (self.contract.token(), self.contract.status_of(Role::Token))
        else {
            return;
        };
        // A token that may be left out is only ever wrong.
        let mandatory =
            (token.field.mandatory == Mandatory::Yes).then(|| token.stem().with("mandatory"));
        let refused = Some(ClauseId::status(refusal));
        for (what, clause, lax) in [
            ("not-needed", &mandatory, TokenLaxness::NotNeeded),
            ("empty-passes", &mandatory, TokenLaxness::EmptyPasses),
            ("any-passes", &refused, TokenLaxness::AnyPasses),
            ("appended-passes", &refused, TokenLaxness::Appended),
            ("prepended-passes", &refused, TokenLaxness::Prepended),
            ("abbreviated-passes", &refused, TokenLaxness::Abbreviated),
            ("first-eight-compared", &refused, TokenLaxness::FirstEight),
            ("case-folded", &refused, TokenLaxness::CaseFolded),
            ("length-compared", &refused, TokenLaxness::LengthOnly),
            ("long-passes", &refused, TokenLaxness::LongPasses),
            ("nothing-passes", &refused, TokenLaxness::NothingPasses),
            ("scheme-dropped", &refused, TokenLaxness::SchemeDropped),
            ("any-of-several", &refused, TokenLaxness::AnyOfSeveral),
            ("first-word", &refused, TokenLaxness::FirstWord),
            ("quotes-dropped", &refused, TokenLaxness::QuotesDropped),
            ("three-parts-pass", &refused, TokenLaxness::ThreePartsPass),
            ("decoded", &refused, TokenLaxness::Decoded),
            (
                "first-letter-cased",
                &refused,
                TokenLaxness::FirstLetterCased,
            ),
            (
                "beyond-ascii-passes",
                &refused,
                TokenLaxness::BeyondAsciiPasses,
            ),
            (
                "from-authorization",
                &mandatory,
                TokenLaxness::FromAuthorization,
            ),
            ("from-cookie", &mandatory, TokenLaxness::FromCookie),
            (
                "from-underscores",
                &mandatory,
                TokenLaxness::FromUnderscores,
            ),
        ] {
            let Some(clause) = clause else { continue };
            // The token's own field is no other place.
            let name = &token.field.name;
            let is_elsewhere = match lax {
                TokenLaxness::FromAuthorization => !name.eq_ignore_ascii_case(SIGNATURE),
                TokenLaxness::FromUnderscores => name.contains('-'),
                _ => true,
            };
            if !is_elsewhere {
                continue;
            }
            let trips = vec![trip("status-unexpected", clause)];
            self.push(
                format!("token-{what}"),
                format!("the token: {what}"),
                trips,
                Change::Token(lax),
            );
        }
        // Where a success documents but a member or two that no error has, they may be there
        // by chance.
        if self.can_leak(refusal) {
            self.push(
                format!("{refusal}-leaks-a-success"),
                format!("the body of {refusal} holds the members of a success"),
                vec![trip("refusal-leaks", &ClauseId::response_body(refusal))],
                Change::Leaks(refusal),
            );
        }
        for (cause, words, clause) in [
            (Cause::NoToken, "missing", &mandatory),
            (Cause::WrongToken, "wrong", &refused),
        ] {
            let Some(clause) = clause else { continue };
            let wrong = [
                status::OK,
                roles.parameter,
                roles.tenant,
                roles.unknown_resource,
                status::PROXY_AUTHENTICATION_REQUIRED,
                status::INTERNAL_SERVER_ERROR,
                status::FOUND,
            ];
            for status in others(&wrong, refusal) {
                let trips = vec![trip(self.status_rule(status), clause)];
                let change = Change::Status(cause.clone(), status);
                self.push(
                    format!("token-{words}-gives-{status}"),
                    format!("a {words} token gives {status}"),
                    trips,
                    change,
                );
            }
        }
        let name = token.field.name.clone();
        let lower = name.to_lowercase();
        for (what, spellings) in [
            ("lower", vec![lower.clone()]),
            ("documented", vec![name.clone()]),
            ("documented-or-lower", vec![name.clone(), lower.clone()]),
            ("one-case", vec![name.to_uppercase(), name, lower]),
        ] {
            self.push(
                format!("token-header-only-in-{what}-spelling"),
                format!("the token's header is seen in {what} spelling only"),
                // Whichever spelling is refused, a valid request is refused.
                self.refusals_of_valid("status-unexpected", &mandatory),
                Change::HeaderSpelling(spellings),
            );
        }
        self.push(
            "token-header-untrimmed".into(),
            "spaces and tabs around the token belong to it".into(),
            self.refusals_of_valid("status-unexpected", &mandatory),
            Change::Reading(Reading::Untrimmed),
        );
    }

    /// What is seen where a valid request does not succeed.
    fn refusals_of_valid(
        &self,
        rule: &'static str,
        others: &Option<ClauseId>,
    ) -> Vec<ExpectedDifference> {
        let success = self.contract.success().unwrap_or(status::OK);
        let clauses = others.clone().into_iter().chain(self.asking(success));
        clauses.map(|clause| trip(rule, &clause)).collect()
    }

    /// Whether a reply to a refused request can show what only a success documents.
    fn can_leak(&self, refusal: u16) -> bool {
        let contract = self.contract;
        let success = contract
            .success()
            .and_then(|status| contract.response_body(status));
        let (Some(success), Some(refused)) = (success, contract.response_body(refusal)) else {
            return false;
        };
        let is_shared = |name: &str| refused.fields.iter().any(|field| field.name == name);
        let alone = success
            .fields
            .iter()
            .filter(|field| !is_shared(&field.name));
        let present = alone.filter(|field| field.presence_aspect().is_some());
        success.whole().is_none() && refused.whole().is_none() && present.count() > 1
    }
}
