//! Defines [`Mock`]: decides what to answer, without any I/O.

mod refusal;

pub(super) use refusal::refusal_of_invalid;

use super::body;
use super::crossing::Crossing;
use super::edit::{edit_at, edit_bytes, escaped};
use super::fault::{Cause, Change, Specimen, When};
use super::identity::Identity;
use super::message::{Access, MockRequest, MockResponse, Parameters, decoded, plain, segments};
use super::store::{Counter, NotThere, Store};
use super::variant::Variant;
use crate::contract::TypeName;
use crate::contract::{Contract, Location, Origin};
use crate::profile::Role;
use crate::status;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Decides what to answer.
#[derive(Debug)]
pub struct Mock {
    contract: Arc<Contract>,
    access: Access,
    specimen: Specimen,
    identity: Option<Arc<Identity>>,
    counter: Option<Counter>,
    turn: AtomicU64,
    pub(super) crossing: Crossing,
}

impl Mock {
    /// A conforming mock, or one with a fault.
    pub fn new(contract: Arc<Contract>, access: Access, specimen: impl Into<Specimen>) -> Self {
        Self {
            contract,
            access,
            specimen: specimen.into(),
            identity: None,
            counter: None,
            turn: AtomicU64::new(0),
            crossing: Crossing::default(),
        }
    }

    /// The same mock behind an identity service: it takes issued tokens and signed
    /// requests too.
    #[must_use]
    pub fn with_identity(mut self, identity: Arc<Identity>) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The same mock, which keeps the objects that its clients make, beside others.
    #[must_use]
    pub fn with_store(mut self, store: &Arc<Store>) -> Self {
        self.counter = Some(Counter::new(Arc::clone(store), &self.contract));
        self
    }

    /// Who may ask for what.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Answers a request.
    pub fn answer(&self, asked: &MockRequest) -> MockResponse {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let variant = self.variant();
        if let Variant::Throttling(every) | Variant::Overloaded(every) = variant
            && turn % every == every - 1
        {
            return throttled(variant);
        }
        if let Some(answer) = self.identity_answer(asked) {
            return answer;
        }
        let variant = variant.at(turn);
        let Some(parameters) = self.route(asked) else {
            let unknown = self.contract.profile.status.unknown_resource;
            return plain(unknown, "no such operation", variant);
        };
        let active = self
            .specimen
            .fault()
            .filter(|fault| shows(&self.contract, &fault.when, turn, &parameters, asked));
        let cause = self.cause(asked, &parameters, active.map(|fault| &fault.change));
        let mut status = self.status(&cause);
        let mut is_faulty = false;
        if let Some(Change::Status(on, other)) = active.map(|fault| &fault.change)
            && on.covers(&cause)
        {
            status = *other;
            is_faulty = true;
        }
        let mut answer = self.compose(status, asked, &parameters, turn, variant);
        if let Some(counter) = self.counter.as_ref().filter(|_| cause == Cause::Success) {
            let sent = serde_json::from_slice(&asked.body).ok();
            let mut body = serde_json::from_slice(&answer.body).unwrap_or_default();
            match counter.act(&parameters, sent.as_ref(), &mut body) {
                Ok(location) => {
                    if !body.is_null() {
                        answer.body = body.to_string().into_bytes();
                    }
                    if let Some(id) = location {
                        let headers = &mut answer.headers;
                        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("location"));
                        headers.push(("location".into(), format!("{}/{id}", asked.path)));
                    }
                }
                Err(NotThere) => {
                    let status = self.status(&Cause::NotThere);
                    answer = self.compose(status, asked, &parameters, turn, variant);
                }
            }
        }
        answer.is_faulty = is_faulty;
        if let Some(Change::Leaks(refused)) = active.map(|fault| &fault.change)
            && *refused == answer.status
        {
            let success = self.contract.success().unwrap_or(status::OK);
            let held = self.compose(success, asked, &parameters, turn, variant);
            answer.is_faulty |= leak(&mut answer.body, &held.body);
        }
        if let Some(fault) = active {
            self.distort(&mut answer, &fault.change, &parameters);
        }
        answer
    }

    /// The operation that it answers.
    pub(super) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// What the identity service in front of it answers to a request that is addressed there.
    pub(super) fn identity_answer(&self, asked: &MockRequest) -> Option<MockResponse> {
        let identity = self.identity.as_ref()?;
        identity.answer(asked, &self.access, &self.contract.profile.error)
    }

    pub(super) fn change(&self) -> Option<&Change> {
        self.specimen.fault().map(|fault| &fault.change)
    }

    pub(super) fn variant(&self) -> Variant {
        match self.specimen {
            Specimen::Conforming(variant) => variant,
            Specimen::Broken(_) => Variant::Open,
        }
    }

    /// The path parameters, decoded; `None` where this is another route.
    fn route(&self, asked: &MockRequest) -> Option<Vec<(Location, String, String)>> {
        if asked.method != self.contract.method {
            return None;
        }
        let segments = segments(&asked.path);
        if segments.len() != self.contract.uri.segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (segment, sent) in self.contract.uri.segments.iter().zip(segments) {
            let values = segment.values(sent)?.into_iter();
            let values = values.map(|(name, value)| (name.to_owned(), decoded(value)));
            parameters.extend(values.map(|(name, value)| (Location::Path, name, value)));
        }
        for pair in asked.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.push((Location::Query, decoded(name), decoded(value)));
        }
        Some(parameters)
    }

    fn cause(
        &self,
        asked: &MockRequest,
        parameters: &Parameters,
        change: Option<&Change>,
    ) -> Cause {
        let provoked = asked
            .header("prefer")
            .and_then(|prefer| prefer.trim().strip_prefix("code="))
            .and_then(|code| code.parse().ok())
            .filter(|code| self.contract.documents(*code))
            .map(Cause::Provoked);
        let checks: [Option<Cause>; 2] = {
            let token = self.token_fault(asked, change);
            let invalid = self.invalid(asked, parameters, change);
            if self.variant() == Variant::ParametersFirst {
                [invalid, token]
            } else {
                [token, invalid]
            }
        };
        let early = (self.variant() == Variant::ProvokedFirst)
            .then(|| provoked.clone())
            .flatten();
        let mut order = early.into_iter().chain(checks.into_iter().flatten());
        if let Some(cause) = order.next() {
            return cause;
        }
        if self.is_foreign(parameters) {
            return Cause::Foreign;
        }
        provoked.unwrap_or(Cause::Success)
    }

    /// The documented status for a cause; the lowest error where the page lists none for it.
    fn status(&self, cause: &Cause) -> u16 {
        let roles = &self.contract.profile.status;
        let wanted = match cause {
            Cause::Invalid(clause) => {
                let row = self.contract.media_type();
                let is_media_type = self.variant() == Variant::MediaTypeRefused
                    && row.is_some_and(|row| clause.is_within(&row.stem()));
                let of_media_type = self.contract.status_of(Role::MediaType);
                return of_media_type
                    .filter(|_| is_media_type)
                    .unwrap_or_else(|| refusal_of_invalid(&self.contract));
            }
            Cause::Success => return self.contract.success().unwrap_or(status::OK),
            Cause::NoToken | Cause::WrongToken => roles.token,
            Cause::Foreign => roles.tenant,
            Cause::NotThere => roles.unknown_resource,
            Cause::Provoked(status) => *status,
        };
        let error = self
            .contract
            .responses
            .keys()
            .copied()
            .find(|status| status::is_error(*status));
        if self.contract.documents(wanted) {
            wanted
        } else {
            error.unwrap_or(wanted)
        }
    }

    fn compose(
        &self,
        status: u16,
        asked: &MockRequest,
        parameters: &Parameters,
        turn: u64,
        variant: Variant,
    ) -> MockResponse {
        let Some(response) = self.contract.responses.get(&status) else {
            return plain(status, "{}", variant);
        };
        let full = match variant {
            Variant::ShortErrors => false,
            Variant::FullErrors => true,
            // Optional members come and go with the requests, not in lockstep with them.
            _ => (turn / 2).is_multiple_of(2),
        };
        let documented = body::headers(response, turn);
        let Some(mut value) = body::conforming(response, turn / 3, full) else {
            let mut answer = plain(status, "", variant);
            answer.headers.extend(documented);
            return answer;
        };
        let is_object = value.is_object();
        let sent_body: Option<Value> = serde_json::from_slice(&asked.body).ok();
        for echo in self
            .contract
            .echoes
            .iter()
            .filter(|echo| is_object && echo.status == status)
        {
            let sent = match &echo.origin {
                Origin::Parameter(origin, wanted) => parameters
                    .iter()
                    .find(|(location, name, _)| location == origin && name == wanted)
                    .map(|(_, _, sent)| json!(sent)),
                Origin::Body(pointer) => sent_body
                    .as_ref()
                    .and_then(|body| body.pointer(pointer))
                    .cloned(),
            };
            if let Some(sent) = sent {
                value[echo.field.as_str()] = sent;
            }
        }
        if variant == Variant::Extremes && is_object {
            self.extremes(status, &mut value);
        }
        if variant == Variant::Tolerated && is_object {
            self.tolerated(status, &mut value);
        }
        if variant == Variant::Additions && is_object {
            value["x_added"] = json!({ "by": ["the", "server"] });
        }
        if variant == Variant::Reversed
            && let Value::Object(members) = &value
        {
            value = Value::Object(members.clone().into_iter().rev().collect());
        }
        let mut text = match variant {
            Variant::Pretty => serde_json::to_string_pretty(&value),
            _ => serde_json::to_string(&value),
        }
        .unwrap_or_default();
        match variant {
            Variant::NewlineAtEnd => text.push('\n'),
            Variant::Escaped => text = escaped(&text),
            _ => {}
        }
        let media = match variant {
            Variant::Charset => "application/json;charset=UTF-8",
            Variant::CapitalMediaType => "Application/JSON",
            _ => "application/json",
        };
        let mut headers = vec![("content-type".to_owned(), media.to_owned())];
        headers.extend(documented);
        if variant == Variant::ExtraHeaders {
            headers.push(("x-request-id".into(), format!("{turn:08x}")));
            headers.push(("server".into(), "mock".into()));
        }
        MockResponse {
            status,
            headers,
            body: text.into_bytes(),
            wire: None,
            variant,
            is_faulty: false,
        }
    }

    /// Members that stand in no relation take the ends of their types.
    fn extremes(&self, status: u16, value: &mut Value) {
        let Some(body) = self.contract.response_body(status) else {
            return;
        };
        for field in &body.fields {
            let related = self
                .contract
                .relations
                .iter()
                .any(|relation| relation.left == field.name);
            let end = match field.kind {
                TypeName::Int32 | TypeName::Integer => {
                    json!(if related { i32::MIN } else { i32::MAX })
                }
                TypeName::Long => json!(if related { i64::MIN } else { i64::MAX }),
                _ => continue,
            };
            let facts = &field.constraints;
            if facts.range.is_open() && facts.values.is_empty() && value.get(&field.name).is_some()
            {
                value[field.name.as_str()] = end;
            }
        }
    }

    fn tolerated(&self, status: u16, value: &mut Value) {
        let fields = self.contract.response_body(status);
        for field in fields.into_iter().flat_map(|body| &body.fields) {
            if let Some(tolerated) = field.tolerated.first() {
                value[field.name.as_str()] = json!(tolerated.value);
            } else if field.is_nullable {
                value[field.name.as_str()] = Value::Null;
            }
        }
    }

    fn distort(&self, answer: &mut MockResponse, change: &Change, parameters: &Parameters) {
        match change {
            Change::Body(status, path, edit) if *status == answer.status => {
                if let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body)
                    && edit_at(&mut value, path, edit)
                {
                    let before =
                        std::mem::replace(&mut answer.body, value.to_string().into_bytes());
                    answer.is_faulty |= before != answer.body;
                }
            }
            Change::Bytes(status, bytes) if *status == answer.status => {
                let before = answer.body.clone();
                edit_bytes(&mut answer.body, bytes, parameters);
                answer.is_faulty |= before != answer.body;
            }
            Change::Header(status, name, value) if *status == answer.status => {
                answer
                    .headers
                    .retain(|(header, _)| !header.eq_ignore_ascii_case(name));
                if let Some(value) = value {
                    answer
                        .headers
                        .push((name.to_lowercase(), (*value).to_owned()));
                }
                answer.is_faulty = true;
            }
            Change::MediaType(status, media) if *status == answer.status => {
                answer.headers.retain(|(name, _)| name != "content-type");
                if let Some(media) = media {
                    answer
                        .headers
                        .push(("content-type".into(), (*media).to_owned()));
                }
                answer.is_faulty = true;
            }
            Change::Wire(status, wire) if *status == answer.status => {
                answer.wire = Some(*wire);
                answer.is_faulty = true;
            }
            _ => {}
        }
    }
}

/// Adds the members of another body that this one lacks; whether there were any.
fn leak(body: &mut Vec<u8>, held: &[u8]) -> bool {
    let (Ok(mut members), Ok(others)) = (
        serde_json::from_slice::<Map<String, Value>>(body),
        serde_json::from_slice::<Map<String, Value>>(held),
    ) else {
        return false;
    };
    let before = members.len();
    for (name, value) in others {
        members.entry(name).or_insert(value);
    }
    *body = Value::Object(members.clone()).to_string().into_bytes();
    members.len() > before
}

fn throttled(variant: Variant) -> MockResponse {
    let status = match variant {
        Variant::Throttling(_) => status::TOO_MANY_REQUESTS,
        _ => status::SERVICE_UNAVAILABLE,
    };
    let mut answer = plain(status, "slow down", variant);
    answer.headers.push(("retry-after".into(), "0".into()));
    answer
}

fn shows(
    contract: &Contract,
    when: &When,
    turn: u64,
    parameters: &Parameters,
    asked: &MockRequest,
) -> bool {
    let value = |location: Location, name: &str| -> Option<&str> {
        if location == Location::Header {
            return asked.header(name);
        }
        parameters
            .iter()
            .find(|(place, other, _)| *place == location && other == name)
            .map(|(_, _, value)| value.as_str())
    };
    match when {
        When::Always => true,
        When::Every(count) => turn % count == count - 1,
        When::After(count) => turn >= *count,
        When::Parameter(location, name, wanted) => value(*location, name) == Some(wanted),
        When::Field(name, wanted) => asked.header(name) == Some(wanted),
        When::Without(name) => asked.header(name).is_none(),
        When::Query => parameters.iter().any(|(place, name, _)| {
            *place == Location::Query && contract.parameter(*place, name).is_none()
        }),
        When::Longer(location, name, length) => {
            value(*location, name).is_some_and(|value| value.chars().count() > *length)
        }
    }
}
