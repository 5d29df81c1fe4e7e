//! What a request is refused for: its token, its parameters, its body, its project.

use super::Mock;
use crate::contract::{ClauseId, Contract, Location, Mandatory};
use crate::profile::Role;
use crate::reference::check::{Weakness, parameter_breaks};
use crate::reference::fault::{Cause, Change, TokenLaxness};
use crate::reference::identity::Proof;
use crate::reference::message::{MockRequest, Parameters, decoded};
use crate::reference::payload;
use crate::reference::variant::Variant;
use crate::status;
use serde_json::json;

/// The status for a request that breaks a row: where the page does not list it, the lowest
/// error that speaks neither of token, tenant or resource nor of the rate.
pub(in crate::reference) fn refusal_of_invalid(contract: &Contract) -> u16 {
    let roles = &contract.profile.status;
    let is_of_request =
        |status: &u16| status::is_error(*status) && !roles.is_beside_the_request(*status);
    contract
        .status_of(Role::Parameter)
        .or_else(|| contract.responses.keys().copied().find(is_of_request))
        .unwrap_or(roles.parameter)
}

impl Mock {
    pub(super) fn is_foreign(&self, parameters: &Parameters) -> bool {
        // Where the page documents no such answer, every project is open.
        let is_documented = self.contract.status_of(Role::Tenant).is_some();
        let Some(project) = self.contract.project().filter(|_| is_documented) else {
            return false;
        };
        let sent = parameters
            .iter()
            .find(|(location, name, _)| *location == Location::Path && *name == project.field.name)
            .map(|(_, _, value)| value.as_str());
        match self.variant() {
            Variant::TenantScoped => sent != Some(&self.access.project_id),
            _ => sent == Some(&self.access.foreign_project_id),
        }
    }

    /// The token in its header field; empty behind another scheme. Schemes have no case
    /// (RFC 9110 section 11.1).
    fn behind_prefix<'a>(&self, sent: &'a str) -> &'a str {
        let prefix = &self.contract.profile.token.prefix;
        let (scheme, rest) = sent.split_at_checked(prefix.len()).unwrap_or_default();
        match scheme.eq_ignore_ascii_case(prefix) {
            true => rest,
            false => "",
        }
    }

    pub(super) fn token_fault(
        &self,
        asked: &MockRequest,
        change: Option<&Change>,
    ) -> Option<Cause> {
        let name = &self.contract.token()?.field.name;
        let sent = match change {
            // A server that compares names byte by byte.
            Some(Change::HeaderSpelling(spellings)) => asked
                .headers
                .iter()
                .find(|(header, _)| spellings.contains(header))
                .map(|(_, value)| value.as_str()),
            _ => asked.header(name),
        };
        let token = self.access.token.as_str();
        let lax = match change {
            Some(Change::Token(lax)) => Some(*lax),
            _ => None,
        };
        let identity = self.identity.as_ref();
        let signs = self.contract.profile.credentials.signature.is_some();
        let proof = identity.filter(|_| signs).map(|it| it.proof(asked));
        match proof.unwrap_or(Proof::None) {
            Proof::Good => return None,
            Proof::Bad => return Some(Cause::WrongToken),
            Proof::None => {}
        }
        if self.variant() == Variant::TokenNotDemanded
            && self.contract.token()?.field.mandatory != Mandatory::Yes
            && sent.is_none_or(str::is_empty)
        {
            return None;
        }
        let elsewhere = match lax {
            Some(TokenLaxness::FromAuthorization) => asked
                .header("authorization")
                .map(|value| value.split(' ').next_back().unwrap_or_default()),
            Some(TokenLaxness::FromCookie) => asked
                .header("cookie")
                .and_then(|cookie| cookie.strip_prefix(name.as_str())?.strip_prefix('=')),
            Some(TokenLaxness::FromUnderscores) => asked.header(&name.replace('-', "_")),
            _ => None,
        };
        let sent = elsewhere.or(sent.map(|sent| self.behind_prefix(sent)));
        let Some(sent) = sent else {
            return (lax != Some(TokenLaxness::NotNeeded)).then_some(Cause::NoToken);
        };
        let first = |text: &str| text.chars().take(8).collect::<String>();
        let passes = sent == token
            || identity.is_some_and(|identity| identity.accepts(sent))
            || match lax {
                None | Some(TokenLaxness::NotNeeded) => false,
                Some(TokenLaxness::EmptyPasses) => sent.is_empty(),
                Some(TokenLaxness::AnyPasses) => !sent.is_empty(),
                Some(TokenLaxness::Appended) => sent.starts_with(token),
                Some(TokenLaxness::Prepended) => sent.ends_with(token),
                Some(TokenLaxness::Abbreviated) => !sent.is_empty() && token.starts_with(sent),
                Some(TokenLaxness::FirstEight) => first(sent) == first(token),
                Some(TokenLaxness::CaseFolded) => sent.eq_ignore_ascii_case(token),
                Some(TokenLaxness::LengthOnly) => sent.len() == token.len(),
                Some(TokenLaxness::LongPasses) => sent.len() > 1_000,
                Some(TokenLaxness::NothingPasses) => {
                    matches!(sent, "null" | "undefined" | "None" | "nil")
                }
                Some(TokenLaxness::SchemeDropped) => {
                    sent.split_once(' ').is_some_and(|(_, rest)| rest == token)
                }
                Some(TokenLaxness::AnyOfSeveral) => {
                    sent.split(',').any(|part| part.trim() == token)
                }
                Some(TokenLaxness::FirstWord) => sent.split(' ').next() == Some(token),
                Some(TokenLaxness::QuotesDropped) => sent.trim_matches('"') == token,
                Some(TokenLaxness::ThreePartsPass) => sent.split('.').count() == 3,
                Some(TokenLaxness::Decoded) => decoded(sent) == token,
                Some(TokenLaxness::FirstLetterCased) => {
                    sent.get(1..) == token.get(1..) && sent[..1].eq_ignore_ascii_case(&token[..1])
                }
                Some(TokenLaxness::BeyondAsciiPasses) => !sent.is_ascii(),
                Some(
                    TokenLaxness::FromAuthorization
                    | TokenLaxness::FromCookie
                    | TokenLaxness::FromUnderscores,
                ) => false,
            };
        if passes {
            None
        } else if sent.is_empty() {
            Some(Cause::NoToken)
        } else {
            Some(Cause::WrongToken)
        }
    }

    pub(super) fn invalid(
        &self,
        asked: &MockRequest,
        parameters: &Parameters,
        change: Option<&Change>,
    ) -> Option<Cause> {
        let lax = match change {
            Some(Change::Check(clause, laxness)) => Weakness::new(clause, laxness),
            _ => Weakness::none(),
        };
        let token = self.contract.token();
        for parameter in &self.contract.parameters {
            if Some(parameter) == token {
                continue;
            }
            let name = &parameter.field.name;
            let sent = if parameter.location == Location::Header {
                asked.header(name)
            } else {
                parameters
                    .iter()
                    .find(|(location, other, _)| *location == parameter.location && other == name)
                    .map(|(_, _, value)| value.as_str())
            };
            let broken = match sent {
                Some(sent) => parameter_breaks(parameter, sent, lax),
                None => {
                    let clause = parameter.stem().with("mandatory");
                    let must = parameter.field.mandatory == Mandatory::Yes && !lax.drops(&clause);
                    (must || lax.demands(&clause)).then_some(clause)
                }
            };
            if broken.is_some() {
                return broken.map(Cause::Invalid);
            }
        }
        self.invalid_body(asked, lax).map(Cause::Invalid)
    }

    /// The clause that the body breaks.
    fn invalid_body(&self, asked: &MockRequest, lax: Weakness<'_>) -> Option<ClauseId> {
        let body = self.contract.request_body.as_ref()?;
        let clause = ClauseId::request_body();
        if asked.body.is_empty() {
            // Where nothing must be given, nothing may be sent.
            let empty = match body.whole() {
                Some(whole) if whole.mandatory != Mandatory::Yes => return None,
                Some(_) => Some(clause),
                None => payload::broken(body, &json!({}), lax).map(|_| clause),
            };
            return empty.filter(|clause| !lax.empties(clause));
        }
        let sent = match lax.behind(&clause) {
            // A parser that reads one value and does not look behind it.
            true => serde_json::Deserializer::from_slice(&asked.body)
                .into_iter()
                .next()
                .and_then(Result::ok),
            false => serde_json::from_slice(&asked.body).ok(),
        };
        match sent {
            Some(sent) => payload::broken(body, &sent, lax),
            None => (!lax.drops(&clause)).then_some(clause),
        }
    }
}
