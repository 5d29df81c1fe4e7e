//! Faults of what a server makes of requests: checks that are missing, weakened or
//! overdone, and wrong statuses.

use super::{Catalogue, trip};
use crate::contract::TypeName;
use crate::contract::{Body, ClauseId, Field, Location, Mandatory, Parameter};
use crate::profile::Role;
use crate::reference::count::{self, needs_more_than_ascii};
use crate::reference::fault::{Cause, Change, ExpectedDifference, Laxness, Shape};
use crate::reference::form;
use crate::reference::lenience;
use crate::reference::mock::refusal_of_invalid;
use crate::status;

impl Catalogue<'_> {
    pub(super) fn parameter(&mut self, parameter: &Parameter) {
        let name = parameter.field.name.clone();
        let carrier = Carrier::Parameter(parameter.location);
        self.checks(&name, &parameter.stem(), &parameter.field, carrier);
        if parameter.location != Location::Path {
            self.presence(&name, &parameter.stem(), &parameter.field);
        }
        let aspect = broken_aspect(&parameter.field, carrier);
        let Some(aspect) = aspect.filter(|_| self.is_checked()) else {
            return;
        };
        let clause = parameter.stem().with(aspect);
        let roles = &self.contract.profile.status;
        let wrong = [
            status::OK,
            roles.token,
            roles.tenant,
            roles.unknown_resource,
            status::CONFLICT,
            status::UNPROCESSABLE_CONTENT,
            status::INTERNAL_SERVER_ERROR,
        ];
        for status in others(&wrong, roles.parameter) {
            let rule = self.status_rule(status);
            self.push(
                format!("{name}-invalid-gives-{status}"),
                format!("{name}: an invalid value gives {status}"),
                vec![trip(rule, &clause)],
                Change::Status(Cause::Invalid(parameter.stem()), status),
            );
        }
    }

    /// Faults of the check of the body's media type; without a body nobody looks at it.
    pub(super) fn media_type(&mut self, parameter: &Parameter) {
        if self.contract.media_type().is_none() || !self.is_checked() {
            return;
        }
        let stem = parameter.stem();
        let mut fault = |what: &str, aspect: &str| {
            let clause = stem.with(aspect);
            self.push(
                format!("media-type-{what}"),
                format!("the media type of the body is {what}"),
                vec![trip("status-unexpected", &clause)],
                Change::Check(clause, Laxness::Unchecked),
            );
        };
        if parameter.field.mandatory == Mandatory::Yes {
            fault("not-needed", "mandatory");
        }
        if !parameter.field.constraints.values.is_empty() {
            fault("unchecked", "enum");
        }
    }

    /// Faults of the checks of the request's body, member by member.
    pub(super) fn request_body(&mut self, body: &Body) {
        self.request_members(body);
        if !self.is_checked() {
            return;
        }
        let must = body
            .fields
            .iter()
            .any(|field| field.mandatory == Mandatory::Yes);
        for (what, words, laxness, applies) in [
            (
                "unread-passes",
                "what is no JSON passes",
                Laxness::Unchecked,
                true,
            ),
            (
                "text-behind-passes",
                "text behind the JSON passes",
                Laxness::PrefixMatched,
                true,
            ),
            (
                "empty-passes",
                "an empty one passes",
                Laxness::EmptyPasses,
                must,
            ),
        ] {
            if applies {
                self.push(
                    format!("body-{what}"),
                    format!("the body: {words}"),
                    vec![trip("status-unexpected", &ClauseId::request_body())],
                    Change::Check(ClauseId::request_body(), laxness),
                );
            }
        }
        let roles = &self.contract.profile.status;
        let wrong = [
            status::OK,
            roles.token,
            roles.unknown_resource,
            status::CONFLICT,
            status::UNPROCESSABLE_CONTENT,
            status::INTERNAL_SERVER_ERROR,
        ];
        for status in others(&wrong, roles.parameter) {
            let rule = self.status_rule(status);
            let trips = self
                .contract
                .clauses()
                .iter()
                .filter(|clause| clause.id.is_within(&ClauseId::request_body()))
                .map(|clause| trip(rule, &clause.id))
                .collect::<Vec<_>>();
            if trips.is_empty() {
                return;
            }
            self.push(
                format!("body-invalid-gives-{status}"),
                format!("an invalid body gives {status}"),
                trips,
                Change::Status(Cause::Invalid(ClauseId::request_body()), status),
            );
        }
    }

    fn request_members(&mut self, body: &Body) {
        for place in body.places(ClauseId::request_body()) {
            let (stem, field) = (&place.stem, place.field);
            let name = stem.trim_start_matches("request/").to_owned();
            self.checks(&name, stem, field, Carrier::Body);
            // Without a body, an array is no reply to a clause of its row.
            if !field.is_root_array() && (place.depth == 0 || field.mandatory == Mandatory::Yes) {
                self.presence(&name, stem, field);
            }
        }
    }

    /// Faults of whether something is given.
    fn presence(&mut self, name: &str, stem: &ClauseId, field: &Field) {
        let clause = stem.with("mandatory");
        if field.mandatory == Mandatory::Yes {
            if self.is_checked() {
                self.push(
                    format!("{name}-missing-passes"),
                    format!("{name} may be left out"),
                    vec![trip("status-unexpected", &clause)],
                    Change::Check(clause, Laxness::Unchecked),
                );
            }
        } else if field.mandatory == Mandatory::No {
            let rule = self.status_rule(refusal_of_invalid(self.contract));
            let success = self.contract.success().unwrap_or(status::OK);
            let trips = self.asked(success, rule);
            self.push(
                format!("{name}-is-demanded"),
                format!("{name} must be given, although the page says otherwise"),
                trips,
                Change::Check(clause, Laxness::Demanded),
            );
        }
    }

    /// Faults of the checks of one row, as far as what carries it can show them.
    fn checks(&mut self, name: &str, stem: &ClauseId, field: &Field, carrier: Carrier) {
        let facts = &field.constraints;
        let kind = field.kind.innermost();
        let in_body = carrier == Carrier::Body;
        let in_header = carrier == Carrier::Parameter(Location::Header);
        let in_uri = !in_body && !in_header;
        let shortest = carrier.shortest();
        let is_checked = self.is_checked();
        let is_any_text = self.contract.is_any_text(field);
        let success = self.contract.success().unwrap_or(status::OK);
        // Where what conforms is refused, the case of any clause may be the first to see it.
        let rule = self.status_rule(refusal_of_invalid(self.contract));
        let refused: Vec<ExpectedDifference> = self.asked(success, rule);
        let mut check = |aspect: &str, what: String, lax: Laxness, is_overdone: bool| {
            let clause = stem.with(aspect);
            let is_odd = matches!(lax, Laxness::Counted(_) | Laxness::Refuses(_));
            let mut trips = Vec::new();
            if is_checked && !(is_overdone && in_body) {
                trips.push(trip("status-unexpected", &clause));
            }
            if is_overdone && (in_body || !is_checked || is_odd) {
                trips.extend(refused.iter().cloned());
            }
            if is_overdone || is_checked {
                self.push(
                    format!("{name}-{what}"),
                    format!("{name}: {what}"),
                    trips,
                    Change::Check(clause, lax),
                );
            }
        };
        // Text is a String whatever it says.
        let has_type = match in_body {
            true => field.kind != TypeName::Any,
            false => !matches!(kind, TypeName::String | TypeName::Any),
        };
        if has_type {
            check("type", "type-unchecked".into(), Laxness::Unchecked, false);
        }
        if !facts.values.is_empty() {
            // What is no truth value breaks its type.
            if *kind != TypeName::Boolean || facts.values.len() == 1 {
                check("enum", "unchecked".into(), Laxness::Unchecked, false);
            }
            if *kind == TypeName::String {
                // What a list names in every spelling shows no such fault.
                let first = facts.values.first().map_or("", String::as_str);
                let is_unlisted = |text: &str| facts.values.iter().all(|value| value != text);
                let has_case = is_unlisted(&first.to_uppercase())
                    || is_unlisted(&capitalised(first))
                    || in_body && is_unlisted(&first.to_lowercase());
                let is_long = first
                    .char_indices()
                    .skip(1)
                    .any(|(at, _)| is_unlisted(&first[..at]));
                for (what, lax, applies) in [
                    ("case-folded", Laxness::CaseFolded, has_case),
                    ("trimmed", Laxness::Trimmed, !in_header),
                    ("prefix-matched", Laxness::PrefixMatched, true),
                    ("contained", Laxness::Contained, true),
                    ("abbreviated", Laxness::Abbreviated, is_long),
                    ("decoded-twice", Laxness::DecodedTwice, !in_body),
                    ("cut-at-nul", Laxness::CutAtNul, in_uri),
                    ("cut-at-newline", Laxness::CutAtNewline, in_uri),
                ] {
                    if applies {
                        check("enum", what.into(), lax, false);
                    }
                }
            }
            if *kind == TypeName::String {
                for lenience in lenience::ALL {
                    let shown = lenience.witness(&facts.values);
                    let is_carried = in_body
                        || in_uri
                        || shown.is_some() && !needs_more_than_ascii(lenience, &facts.values);
                    if shown.is_some() && is_carried {
                        let what = format!("compared-{}", lenience.name());
                        check("enum", what, Laxness::Compared(lenience), false);
                    }
                }
            }
            for value in &facts.values {
                let lax = Laxness::Rejected(value.clone());
                check("enum", format!("rejects-{value}"), lax, true);
            }
        }
        if *kind == TypeName::String && facts.values.is_empty() {
            let bounds = (facts.length.min, facts.length.max);
            let documented = &facts.length;
            let lengths = lengths(bounds, shortest).into_iter();
            let shown = lengths.filter(|(_, low, high, is_overdone)| {
                let (min, max) = (documented.min, documented.max);
                let near = match is_overdone {
                    true => [min, max],
                    false => [
                        min.and_then(|min| min.checked_sub(1)),
                        max.map(|max| max + 1),
                    ],
                };
                let mut near = near.into_iter().flatten();
                let passes = |length: &u64| (low..=high).contains(&length);
                near.any(|it| passes(&it) != *is_overdone && form::has_text_of(facts, it))
            });
            for (what, low, high, is_overdone) in shown {
                check(
                    "length",
                    what.into(),
                    Laxness::Lengths(low, high),
                    is_overdone,
                );
            }
        }
        if *kind == TypeName::String && facts.values.is_empty() {
            let of_patterns = form::OF_PATTERNS.map(|it| ("pattern", it));
            let of_formats = form::OF_FORMATS.map(|it| ("format", it));
            for (aspect, (what, lax)) in of_patterns.into_iter().chain(of_formats) {
                let shown = form::shown_by(facts, aspect, &lax);
                let travels = |text: &String| !in_header || text.bytes().all(|it| it > b' ');
                if shown.is_some_and(|text| travels(&text)) {
                    check(aspect, what.into(), lax, false);
                }
            }
        }
        if *kind == TypeName::String && facts.values.is_empty() && !in_header {
            let count = count::ALL.into_iter().filter(|_| !facts.states_form());
            for count in count {
                // Where more may be meant than was read, not every text is sent that conforms.
                let shown = count.shows(&facts.length);
                if shown.is_some_and(|is_overdone| is_any_text || !is_overdone) {
                    let lax = Laxness::Counted(count);
                    check("length", count.name().to_owned(), lax, shown == Some(true));
                }
            }
            for (what, shape) in SHAPES {
                let is_long = facts.length.min.is_some_and(|min| min > 1);
                if is_any_text && is_long {
                    let lax = Laxness::Refuses(shape);
                    check("length", format!("refuses-{what}"), lax, true);
                }
            }
        }
        if in_body && matches!(field.kind, TypeName::Array(_)) {
            let bounds = (facts.items.min, facts.items.max);
            for (what, low, high, is_overdone) in lengths(bounds, 0) {
                check(
                    "items",
                    format!("items-{what}"),
                    Laxness::Lengths(low, high),
                    is_overdone,
                );
            }
        }
        if facts.values.is_empty() {
            // Numbers beyond the type are refused for their type.
            let (least, most) = kind.safe_integers();
            let min = facts.range.min.filter(|min| *min > least);
            let max = facts.range.max.filter(|max| *max < most);
            for (what, low, high, is_overdone) in ranges(min, max) {
                check(
                    "range",
                    what.into(),
                    Laxness::Ranges(low, high),
                    is_overdone,
                );
            }
        }
    }

    /// Whether the page says what a request gets that breaks a row.
    fn is_checked(&self) -> bool {
        self.contract.status_of(Role::Parameter).is_some()
    }

    /// Whether some request breaks a statement about requests.
    fn can_break(&self) -> bool {
        self.contract.request_body.is_some()
            || self
                .contract
                .parameters
                .iter()
                .filter(|row| Some(*row) != self.contract.token() && !row.is_media_type())
                .any(|row| {
                    let carrier = Carrier::Parameter(row.location);
                    row.location != Location::Path && row.field.mandatory == Mandatory::Yes
                        || broken_aspect(&row.field, carrier).is_some()
                })
    }

    pub(super) fn status_rule(&self, status: u16) -> &'static str {
        if self.contract.documents(status) {
            "status-unexpected"
        } else if status::is_redirect(status) {
            "redirect"
        } else {
            "status-undocumented"
        }
    }

    pub(super) fn statuses(&mut self) {
        let success = self.contract.success().unwrap_or(status::OK);
        let asking = self.asking(success);
        let roles = &self.contract.profile.status;
        let wrong = [
            status::OK,
            status::CREATED,
            status::ACCEPTED,
            status::NO_CONTENT,
            status::PARTIAL_CONTENT,
            roles.parameter,
            roles.unknown_resource,
            status::INTERNAL_SERVER_ERROR,
            status::SERVICE_UNAVAILABLE,
        ];
        for status in others(&wrong, success) {
            // Where the page prints no status of success, none of them is wrong.
            if status::is_success(status) && self.contract.assumed_success().is_some() {
                continue;
            }
            // Where the page documents several statuses of success, any of them conforms.
            let is_judged = self.judged().any(|(judged, _)| *judged == status);
            if status::is_success(status) && self.contract.documents(status)
                || self.contract.documents(status) && !is_judged
            {
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
        let mut causes = Vec::new();
        if self.contract.project().is_some() {
            causes.push((Cause::Foreign, roles.tenant, "foreign-project"));
        }
        for (status, _) in self.judged() {
            // What a request leads to by itself needs no provocation.
            let status = *status;
            let is_provoked = if status == roles.parameter {
                !self.can_break()
            } else if status == roles.token {
                self.contract.token().is_none()
            } else {
                !status::is_informational(status) && status != success
            };
            if is_provoked {
                causes.push((Cause::Provoked(status), status, "provoked"));
            }
        }
        for (cause, expected, what) in causes {
            if !self.contract.documents(expected) {
                continue;
            }
            let wrong = [
                success,
                roles.parameter,
                roles.token,
                roles.tenant,
                roles.unknown_resource,
                status::INTERNAL_SERVER_ERROR,
                status::BAD_GATEWAY,
            ];
            for status in others(&wrong, expected) {
                let trips = vec![trip(self.status_rule(status), &ClauseId::status(expected))];
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

/// Shapes that a server may take for something else, with their names.
const SHAPES: [(&str, Shape); 6] = [
    ("digits", Shape::Digits),
    ("upper-case", Shape::UpperCase),
    ("a-sign-first", Shape::SignFirst),
    ("full-stops", Shape::Dotted),
    ("what-is-beyond-ascii", Shape::BeyondAscii),
    ("hyphens", Shape::Hyphenated),
];

/// Statuses that a broken server gives in place of the right one.
pub(super) fn others(wrong: &[u16], right: u16) -> Vec<u16> {
    let mut others: Vec<u16> = Vec::new();
    for status in wrong {
        if *status != right && !others.contains(status) {
            others.push(*status);
        }
    }
    others
}

/// What carries a value to the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Parameter(Location),
    Body,
}

impl Carrier {
    /// The shortest text that arrives: an empty segment is another route, an empty
    /// header field may be dropped on its way.
    fn shortest(self) -> u64 {
        match self {
            Self::Parameter(Location::Path | Location::Header) => 1,
            Self::Parameter(Location::Query) | Self::Body => 0,
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// The aspect that an invalid value of a parameter breaks.
fn broken_aspect(field: &Field, carrier: Carrier) -> Option<&'static str> {
    let facts = &field.constraints;
    let length = (facts.length.min, facts.length.max);
    let is_any_truth = *field.kind.innermost() == TypeName::Boolean && facts.values.len() != 1;
    let is_form_broken = |aspect: &str| form::broken_text(facts, aspect).is_some();
    if !facts.values.is_empty() && !is_any_truth {
        Some("enum")
    } else if is_form_broken("pattern") {
        Some("pattern")
    } else if is_form_broken("format") {
        Some("format")
    } else if *field.kind.innermost() == TypeName::String
        && lengths(length, carrier.shortest())
            .iter()
            .any(|(.., is_overdone)| !is_overdone)
    {
        Some("length")
    } else if !facts.range.is_open() {
        Some("range")
    } else if !matches!(field.kind.innermost(), TypeName::String | TypeName::Any) {
        Some("type")
    } else {
        None
    }
}

/// A changed bound: name, what passes, whether it refuses what conforms.
type Moved<T> = (&'static str, T, T, bool);

/// Moved bounds of a length, as far as a request can tell them from the documented ones.
fn lengths((min, max): (Option<u64>, Option<u64>), shortest: u64) -> Vec<Moved<u64>> {
    let (low, high) = (min.unwrap_or(0), max.unwrap_or(u64::MAX));
    let mut moved = Vec::new();
    if min.is_none() && max.is_none() {
        return moved;
    }
    if low > shortest || max.is_some() {
        moved.push(("length-unchecked", 0, u64::MAX, false));
    }
    if low > shortest {
        moved.push(("min-one-less", low - 1, high, false));
        moved.push(("no-min", 0, high, false));
    }
    if min.is_some() && (low > 0 || shortest == 0) {
        moved.push(("min-one-more", low + 1, high, true));
    }
    if let Some(max) = max {
        if max > 0 {
            moved.push(("max-one-less", low, max - 1, true));
        }
        moved.push(("max-one-more", low, max + 1, false));
        moved.push(("no-max", low, u64::MAX, false));
        if min.is_some_and(|min| min < max && min > 0) {
            moved.push(("min-only-exact", low, low, true));
        }
    }
    moved
}

/// Moved bounds of a number.
fn ranges(min: Option<i64>, max: Option<i64>) -> Vec<Moved<i64>> {
    let (low, high) = (min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX));
    let mut moved = Vec::new();
    if min.is_some() || max.is_some() {
        moved.push(("range-unchecked", i64::MIN, i64::MAX, false));
    }
    if min.is_some_and(|min| min > i64::MIN) {
        moved.push(("from-one-less", low - 1, high, false));
        moved.push(("from-one-more", low + 1, high, true));
    }
    if max.is_some_and(|max| max < i64::MAX) {
        moved.push(("to-one-less", low, high - 1, true));
        moved.push(("to-one-more", low, high + 1, false));
    }
    moved
}
