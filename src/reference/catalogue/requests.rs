//! Faults of what a server makes of requests: checks that are missing, weakened or
//! overdone, and wrong statuses.

use super::{Catalogue, trip};
use crate::contract::Parameter;
use crate::reference::fault::{Cause, Change, Laxness, TokenLaxness};

impl Catalogue<'_> {
    pub(super) fn parameter(&mut self, parameter: &Parameter) {
        let (location, name) = (parameter.location, parameter.field.name.clone());
        let facts = parameter.field.constraints.clone();
        let mut check = |aspect: &str, what: String, lax: Laxness| {
            let clause = format!("{}/{aspect}", parameter.stem());
            self.push(
                format!("{name}-{what}"),
                format!("{name}: {what}"),
                // A value that passes the check meets the next one, or success.
                vec![trip("status-unexpected", &clause)],
                Change::Check(location, name.clone(), lax),
            );
        };
        if !facts.values.is_empty() {
            for (what, lax) in [
                ("unchecked", Laxness::Unchecked),
                ("case-folded", Laxness::CaseFolded),
                ("trimmed", Laxness::Trimmed),
                ("prefix-matched", Laxness::PrefixMatched),
                ("contained", Laxness::Contained),
                ("abbreviated", Laxness::Abbreviated),
                ("decoded-twice", Laxness::DecodedTwice),
                ("cut-at-nul", Laxness::CutAtNul),
                ("cut-at-newline", Laxness::CutAtNewline),
            ] {
                check("enum", what.into(), lax);
            }
            for value in &facts.values {
                check(
                    "enum",
                    format!("rejects-{value}"),
                    Laxness::Rejected(value.clone()),
                );
            }
        }
        if let (Some(min), Some(max)) = (facts.length.min, facts.length.max) {
            check("length", "length-unchecked".into(), Laxness::Unchecked);
            for (what, low, high) in [
                ("min-one-less", min.saturating_sub(1), max),
                ("min-one-more", min + 1, max),
                ("max-one-less", min, max - 1),
                ("max-one-more", min, max + 1),
                ("no-min", 0, max),
                ("no-max", min, u64::MAX),
                ("min-only-exact", min, min),
            ] {
                check("length", what.into(), Laxness::Lengths(low, high));
            }
        }
        let clause = format!(
            "{}/{}",
            parameter.stem(),
            if facts.values.is_empty() {
                "length"
            } else {
                "enum"
            }
        );
        for status in [200, 401, 403, 404, 409, 422, 500] {
            if status == 400 || (facts.values.is_empty() && facts.length.is_open()) {
                continue;
            }
            let rule = self.status_rule(status);
            self.push(
                format!("{name}-invalid-gives-{status}"),
                format!("{name}: an invalid value gives {status}"),
                vec![trip(rule, &clause)],
                Change::Status(Cause::Invalid(location, name.clone()), status),
            );
        }
    }

    pub(super) fn status_rule(&self, status: u16) -> &'static str {
        if self.contract.documents(status) {
            "status-unexpected"
        } else if (300..400).contains(&status) {
            "redirect"
        } else {
            "status-undocumented"
        }
    }

    pub(super) fn token(&mut self) {
        let Some(token) = self.contract.token() else {
            return;
        };
        let mandatory = format!("{}/mandatory", token.stem());
        for (what, clause, lax) in [
            ("not-needed", mandatory.as_str(), TokenLaxness::NotNeeded),
            ("empty-passes", &mandatory, TokenLaxness::EmptyPasses),
            ("any-passes", "status/401", TokenLaxness::AnyPasses),
            ("appended-passes", "status/401", TokenLaxness::Appended),
            ("prepended-passes", "status/401", TokenLaxness::Prepended),
            (
                "abbreviated-passes",
                "status/401",
                TokenLaxness::Abbreviated,
            ),
            (
                "first-eight-compared",
                "status/401",
                TokenLaxness::FirstEight,
            ),
            ("case-folded", "status/401", TokenLaxness::CaseFolded),
            ("length-compared", "status/401", TokenLaxness::LengthOnly),
            ("long-passes", "status/401", TokenLaxness::LongPasses),
        ] {
            let trips = vec![trip("status-unexpected", clause)];
            self.push(
                format!("token-{what}"),
                format!("the token: {what}"),
                trips,
                Change::Token(lax),
            );
        }
        for (cause, words, clause) in [
            (Cause::NoToken, "missing", mandatory.as_str()),
            (Cause::WrongToken, "wrong", "status/401"),
        ] {
            for status in [200, 400, 403, 404, 407, 500, 302] {
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
        for (what, spelling) in [("lower", name.to_lowercase()), ("documented", name)] {
            // Whichever spelling is refused, a valid request gets 401.
            let trips = ["status/200", &mandatory]
                .iter()
                .map(ToString::to_string)
                .chain(self.asking(self.contract.success().unwrap_or(200)))
                .map(|clause| trip("status-unexpected", &clause))
                .collect();
            self.push(
                format!("token-header-only-in-{what}-spelling"),
                format!("the token's header is seen in {what} spelling only"),
                trips,
                Change::HeaderSpelling(spelling),
            );
        }
    }

    pub(super) fn statuses(&mut self) {
        let success = self.contract.success().unwrap_or(200);
        let asking = self.asking(success);
        for status in [201, 202, 204, 206, 400, 404, 500, 503] {
            if status == success {
                continue;
            }
            let rule = self.status_rule(status);
            let trips = asking.iter().map(|clause| trip(rule, clause)).collect();
            self.push(
                format!("valid-gives-{status}"),
                format!("a valid request gives {status}"),
                trips,
                Change::Status(Cause::Success, status),
            );
        }
        let mut causes = vec![(Cause::Foreign, 403, "foreign-project")];
        for status in self
            .contract
            .responses
            .keys()
            .filter(|status| **status >= 403)
        {
            causes.push((Cause::Provoked(*status), *status, "provoked"));
        }
        for (cause, expected, what) in causes {
            if !self.contract.documents(expected) {
                continue;
            }
            for status in [success, 400, 401, 403, 404, 500, 502] {
                if status == expected {
                    continue;
                }
                let trips = vec![trip(
                    self.status_rule(status),
                    &format!("status/{expected}"),
                )];
                self.push(
                    format!("{what}-{expected}-gives-{status}"),
                    format!("{what}: {status} in place of {expected}"),
                    trips,
                    Change::Status(cause.clone(), status),
                );
            }
        }
    }
}
