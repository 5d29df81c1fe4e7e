//! Defines [`Conventions`]: which profile a service follows and in what it differs, as its
//! documented operations show; and the `service.toml` that proposes them.

use crate::contract::{Contract, Location};
use crate::profile::{self, Profile};
use crate::status::UNPROCESSABLE_CONTENT;
use std::sync::Arc;

/// What a derived `service.toml` says of a service.
#[derive(Clone, Debug)]
pub struct Conventions {
    profile: Arc<Profile>,
    /// The status of an invalid request, where it is not the profile's.
    parameter: Option<u16>,
}

impl Default for Conventions {
    fn default() -> Self {
        Self {
            profile: profile::default(),
            parameter: None,
        }
    }
}

impl Conventions {
    /// Those that the operations of a source show: the profile whose token most of them
    /// name, and the status that more of them document for what is invalid.
    pub fn of<'a>(contracts: impl Iterator<Item = &'a Contract> + Clone) -> Self {
        let naming = |profile: &Profile| {
            let header = &profile.token.header;
            let rows = contracts
                .clone()
                .filter_map(|it| it.parameter(Location::Header, header));
            rows.count()
        };
        // Of several that are named as often, the first one.
        let mut profile = profile::default();
        for other in profile::names().into_iter().filter_map(profile::named) {
            if naming(&other) > naming(&profile) {
                profile = other;
            }
        }
        let documenting = |status: u16| {
            let with = contracts.clone().filter(|it| it.documents(status));
            with.count()
        };
        let usual = documenting(profile.status.parameter);
        let is_other = documenting(UNPROCESSABLE_CONTENT) > usual;
        Self {
            profile,
            parameter: is_other.then_some(UNPROCESSABLE_CONTENT),
        }
    }

    /// The text of a `service.toml` that states them.
    pub fn service_file(&self) -> String {
        let status = self.parameter.map_or_else(String::new, |status| {
            format!("\n[status]\n# What an invalid request gets; derived from the documented statuses.\nparameter = {status}\n")
        });
        DERIVED
            .replace("<profile>", &self.profile.name)
            .replace("<status>", &status)
            .replace("<code>", &self.profile.error.code)
            .replace("<message>", &self.profile.error.message)
    }
}

const DERIVED: &str = r#"# What holds for all operations of this service. Derived once; yours to change.
format = "conformant-service/1"

# Names of headers, tenants and error members, and the status of each kind of bad request.
# Tables [token], [tenant], [error] and [status] change single keys of it.
profile = "<profile>"
<status>
[reading]
# Which members a reply of success must have: "documented" (all that the source does not
# call optional), "example" (those of its example) or "unstated" (none).
present = "documented"
# Members that each documented error body must have, where a table lists them.
error_members = ["<code>", "<message>"]
# Members of replies that no table lists: "noted", or "refused" (a difference).
undocumented_members = "noted"
# The token, where the source has no row for it: "sent", or "required" (a request without
# it must be refused).
token = "sent"

# What is not tested, and why: an operation, or a page of unread.toml.
# [[out]]
# operation = "NAME"
# reason = "not offered in this region"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source;
    use crate::suite::Service;
    use std::path::Path;

    fn proposed(statuses: &str, security: &str) -> Service {
        let text = format!(
            r#"{{"openapi": "3.1.0", "security": [{{"key": []}}],
                "components": {{"securitySchemes": {{"key": {security}}}}},
                "paths": {{"/things": {{"get": {{"operationId": "listThings",
                "responses": {{{statuses}}}}}}}}}}}"#
        );
        let contracts = source::read_all(Path::new("things.json"), &text, None).unwrap();
        let text = Conventions::of(contracts.iter()).service_file();
        Service::parse(Path::new("service.toml"), &text).unwrap()
    }

    #[test]
    fn a_profile_is_proposed_by_its_token_and_a_status_by_what_is_documented() {
        let bearer = r#"{"type": "http", "scheme": "bearer"}"#;
        let service = proposed(r#""200": {}, "422": {}"#, bearer);
        assert_eq!(service.profile.name, "bearer");
        assert_eq!(service.profile.token.prefix, "Bearer ");
        assert_eq!(service.profile.status.parameter, 422);
        let service = proposed(r#""200": {}, "400": {}, "422": {}"#, bearer);
        assert_eq!(service.profile.status.parameter, 400);
        let own = r#"{"type": "apiKey", "in": "header", "name": "X-Auth-Token"}"#;
        let service = proposed(r#""200": {}"#, own);
        assert_eq!(service.profile.name, profile::DEFAULT);
        assert_eq!(service.profile.status.parameter, 400);
    }
}
