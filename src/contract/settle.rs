//! Settles what the source leaves open by what holds for all operations of a service:
//! the provider's [`Profile`], and the [`ServiceReading`] of `service.toml`.

use super::field::{Body, Field, Mandatory, Presence, Source};
use super::location::Location;
use super::operation::Contract;
use super::parameter::Parameter;
use super::service::{PresentMembers, ServiceReading, TokenRow};
use super::type_name::TypeName;
use crate::profile::{Profile, Width, levels};
use crate::status;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Contract {
    /// Settles the contract by a profile and what the service states of all operations.
    pub fn settle(&mut self, profile: Arc<Profile>, service: &ServiceReading) {
        self.undocumented = service.undocumented_members;
        self.widths(profile.integers.width);
        self.profile = profile;
        self.token_row(service.token);
        self.present(service);
    }

    fn widths(&mut self, width: Width) {
        let kind = match width {
            Width::Stated => return,
            Width::Int32 => TypeName::Int32,
            Width::Int64 => TypeName::Long,
        };
        self.for_each_field(|field| {
            if let integer @ TypeName::Integer = field.kind.innermost_mut() {
                *integer = kind.clone();
            }
        });
    }

    /// A token travels whether or not the source has a row for it: most pages have none.
    fn token_row(&mut self, token: TokenRow) {
        let has_own = self.parameter(Location::Header, "Authorization").is_some();
        if self.token().is_some() || has_own {
            return;
        }
        let name = self.profile.token.header.clone();
        let mandatory = match token {
            TokenRow::Sent => Mandatory::Unstated,
            TokenRow::Required => Mandatory::Yes,
        };
        self.parameters.push(Parameter {
            location: Location::Header,
            field: Field {
                mandatory,
                ..Field::new(&name, TypeName::String, Source::default())
            },
        });
    }

    fn present(&mut self, service: &ServiceReading) {
        for (status, response) in &mut self.responses {
            let example = response.example.as_ref();
            let Some(body) = response.body.as_mut().filter(|body| body.whole().is_none()) else {
                continue;
            };
            if status::is_error(*status) {
                let mut has_one = service.error_members.is_empty();
                for member in &service.error_members {
                    body.for_each_level(levels(member), |field| {
                        has_one = true;
                        // What the source says of this one comes first.
                        let is_stated = matches!(field.mandatory, Mandatory::No);
                        let reason = "service.toml names it in error_members";
                        if !is_stated {
                            field.presence = Presence::Required(reason.into());
                        }
                    });
                }
                // Errors of another kind than the service's: else they could be empty.
                if !has_one && service.present == PresentMembers::Documented {
                    body.fields.iter_mut().for_each(documented);
                }
            } else if status::is_success(*status) {
                match service.present {
                    PresentMembers::Unstated => {}
                    PresentMembers::Documented => {
                        let endless = endless(body);
                        body.fields.iter_mut().for_each(documented);
                        for (name, fields) in &mut body.objects {
                            for field in fields {
                                documented(field);
                                if endless.contains(&(name.clone(), field.name.clone())) {
                                    let reason = "an object inside itself ends somewhere";
                                    field.presence = Presence::Optional(reason.into());
                                }
                            }
                        }
                    }
                    PresentMembers::Example => {
                        for field in &mut body.fields {
                            if example.is_some_and(|example| example.get(&field.name).is_some()) {
                                let reason = "service.toml says present = \"example\", and the example has it";
                                field.presence = Presence::Required(reason.into());
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The members, by object and name, that hold an object in which their own object stands
/// again: if each of them were present, no body would end.
fn endless(body: &Body) -> BTreeSet<(String, String)> {
    let direct = |field: &Field| match &field.kind {
        TypeName::Named(name) => Some(name.clone()),
        _ => None,
    };
    let mut endless = BTreeSet::new();
    for (name, fields) in &body.objects {
        for field in fields {
            let mut seen: BTreeSet<String> = BTreeSet::new();
            let mut open: Vec<String> = direct(field).into_iter().collect();
            while let Some(inner) = open.pop() {
                let members = body.objects.get(&inner).into_iter().flatten();
                if seen.insert(inner) {
                    open.extend(members.filter_map(direct));
                }
            }
            if seen.contains(name) {
                endless.insert((name.clone(), field.name.clone()));
            }
        }
    }
    endless
}

fn documented(field: &mut Field) {
    // A reply may lack what is mandatory under a condition.
    let may_be_absent = matches!(field.mandatory, Mandatory::No | Mandatory::Conditional);
    field.presence = if field.is_optional || may_be_absent {
        Presence::Optional("the source calls it optional".into())
    } else {
        Presence::Required(
            "service.toml says present = \"documented\", and the source does not call it optional"
                .into(),
        )
    };
}
