//! Faults of what the reading states, and faults that show only now and then.

use super::{Catalogue, trip};
use crate::contract::TypeName;
use crate::contract::{ClauseId, Comparison, Field, Location, Origin, Relation};
use crate::profile::{Role, levels};
use crate::reference::body;
use crate::reference::fault::{Bytes, Change, Edit, Step, TokenLaxness, When};
use serde_json::{Value, json};

impl Catalogue<'_> {
    pub(super) fn readings(&mut self) {
        let contract = self.contract;
        for echo in &contract.echoes {
            let trips = vec![trip("echo-differs", &echo.clause())];
            let path = vec![Step::Member(echo.field.clone())];
            let field = match &echo.origin {
                Origin::Parameter(location, name) => contract
                    .parameter(*location, name)
                    .map(|parameter| &parameter.field),
                Origin::Body(pointer) => contract.request_body.as_ref().and_then(|body| {
                    let path: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
                    body.field_at(&path)
                }),
            };
            let kind = field.map_or(&TypeName::String, |field| &field.kind);
            let listed = field.and_then(|field| field.constraints.values.first());
            let constant = match (kind, listed) {
                (_, Some(value)) => body::listed(kind, value),
                (TypeName::Boolean, None) => json!(true),
                (TypeName::String, None) => json!("0123456789abcdef0123456789abcdef0"),
                _ => json!(7),
            };
            let mut edits = vec![("constant", Edit::Set(constant))];
            if listed.is_none()
                && *kind == TypeName::String
                && matches!(echo.origin, Origin::Parameter(..))
            {
                edits.push(("cut", Edit::Cut(16)));
                edits.push(("upper-case", Edit::UpperCased));
            }
            for (what, edit) in edits {
                self.push(
                    format!("echo-{}-{what}", echo.field),
                    format!("{} is not what was sent: {what}", echo.field),
                    trips.clone(),
                    Change::Body(echo.status, path.clone(), edit),
                );
            }
        }
        for relation in &contract.relations {
            self.relation(relation);
        }
    }

    pub(super) fn relation(&mut self, relation: &Relation) {
        let (left, right) = match relation.comparison {
            Comparison::AtMost | Comparison::Equal => (json!(2), json!(1)),
            Comparison::Below => (json!(1), json!(1)),
        };
        let edit = Edit::SetBoth(left, relation.right.clone(), right);
        self.push(
            format!("relation-{}", relation.id),
            format!("breaks {}", relation.statement()),
            vec![trip("relation-broken", &relation.clause())],
            Change::Body(
                relation.status,
                vec![Step::Member(relation.left.clone())],
                edit,
            ),
        );
    }

    /// Faults that show only now and then, or only for some requests.
    pub(super) fn conditions(&mut self) {
        let contract = self.contract;
        let invalid = contract.profile.status.parameter;
        for (status, response) in self.judged() {
            // A member without a type may be null, but not absent where it is present.
            let typed = |field: &&Field| field.kind != TypeName::Any;
            let present = |field: &&Field| field.presence_aspect().is_some();
            let Some(field) = response.body.as_ref().and_then(|body| {
                let fields = || body.fields.iter();
                fields()
                    .find(|field| present(field) && typed(field))
                    .or_else(|| fields().find(typed))
                    .or_else(|| fields().find(present))
            }) else {
                continue;
            };
            let path: Vec<Step> = super::bodies::step(field).into_iter().collect();
            let stem = field.stem_in(&ClauseId::response(*status));
            let (trips, edit) = if typed(&field) {
                let trips = vec![trip("value-null", &stem.with("type"))];
                (trips, Edit::Set(Value::Null))
            } else {
                let aspect = field.presence_aspect().unwrap_or("present");
                let trips = vec![trip("member-missing", &stem.with(aspect))];
                (trips, Edit::Remove)
            };
            let change = Change::Body(*status, path, edit);
            let mut whens = vec![
                ("every-ninth".to_owned(), When::Every(9)),
                ("after-100".to_owned(), When::After(100)),
            ];
            let first_listed = contract
                .parameters
                .iter()
                .find(|parameter| !parameter.field.constraints.values.is_empty());
            for parameter in &contract.parameters {
                // Foreign and provoked requests vary in what is listed only.
                let values = parameter.field.constraints.values.iter();
                // Requests carry the first media type that is listed, or one that is not.
                let sent = match parameter.is_media_type() {
                    true => 1,
                    false => values.len(),
                };
                for value in values.take(sent) {
                    if *status != invalid {
                        whens.push((
                            if first_listed == Some(parameter) {
                                format!("for-{value}")
                            } else {
                                format!("for-{}-{value}", parameter.field.name)
                            },
                            When::Parameter(
                                parameter.location,
                                parameter.field.name.clone(),
                                value.clone(),
                            ),
                        ));
                    }
                }
                let is_long = contract.success() == Some(*status) || *status == invalid;
                let length = &parameter.field.constraints.length;
                // The token is the target's: its length does not vary.
                // Nor is what is long enough for this refused, but by a bound of its own.
                let is_broken = *status != invalid
                    || length.max.is_some()
                    || length.min.is_some_and(|min| min > 41);
                if contract.token() != Some(parameter)
                    && is_broken
                    && !length.is_open()
                    && length.max.is_none_or(|max| max > 41)
                    && is_long
                {
                    whens.push((
                        format!("for-{}-over-40", parameter.field.name),
                        When::Longer(parameter.location, parameter.field.name.clone(), 40),
                    ));
                }
            }
            for (what, when) in whens {
                self.push_when(
                    format!("{status}-broken-{what}"),
                    format!("{status} is broken {what} only"),
                    trips.clone(),
                    change.clone(),
                    when,
                );
            }
        }
        for parameter in &contract.parameters {
            let Some(message) = self.message(invalid) else {
                break;
            };
            let name = &parameter.field.name;
            if parameter.field.constraints.values.is_empty()
                || parameter.field.kind != TypeName::String
                || parameter.location == Location::Header
            {
                continue;
            }
            self.push(
                format!("{invalid}-echoes-{name}-unescaped"),
                "the message repeats what was sent without escaping it".into(),
                ["json-syntax", "json-control-character"]
                    .map(|rule| trip(rule, &ClauseId::response_body(invalid)))
                    .to_vec(),
                Change::Bytes(
                    invalid,
                    Bytes::Echoed(parameter.location, name.clone(), message),
                ),
            );
        }
        let refused = contract.status_of(Role::Token);
        if let Some(refused) = refused.filter(|_| contract.token().is_some()) {
            self.push_when(
                "token-any-passes-after-50".into(),
                "any token passes once the server is warm".into(),
                vec![trip("status-unexpected", &ClauseId::status(refused))],
                Change::Token(TokenLaxness::AnyPasses),
                When::After(50),
            );
        }
    }

    /// The name of the member that says in words what is wrong, in a body of this status.
    fn message(&self, status: u16) -> Option<String> {
        let body = self.contract.responses.get(&status)?.body.as_ref()?;
        let path: Vec<String> = levels(&self.contract.profile.error.message)
            .map(str::to_owned)
            .collect();
        let field = body.field_at(&path)?;
        let is_message = path.last() == Some(&field.name) && field.kind == TypeName::String;
        is_message.then(|| field.name.clone())
    }
}
