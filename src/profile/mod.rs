//! Defines [`Profile`]: how a provider names things. Roles (which header is the token,
//! which path parameter is the tenant), the status of each kind of bad request, and the
//! schemes by which credentials are obtained and requests are signed.
//!
//! Profiles are data (`profiles/*.toml`), shipped with the program and chosen by name in
//! `service.toml`; what a scheme says on the wire is in [`identity`] and [`signature`]. No
//! other module names a header, a member or a status of a provider.

pub mod identity;
pub mod signature;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::{Arc, LazyLock};

/// The profile of a service that names none.
pub const DEFAULT: &str = "huawei-cloud";

/// A provider's conventions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    format: String,
    /// The name by which `service.toml` chooses it.
    pub name: String,
    /// The token.
    pub token: Token,
    /// The tenant, whose resources a token opens.
    pub tenant: Tenant,
    /// The members of an error body.
    pub error: ErrorBody,
    /// Statuses by kind of bad request.
    pub status: Statuses,
    /// Integers of unstated width.
    pub integers: Integers,
    /// How requests prove who sends them.
    pub credentials: Credentials,
}

/// The role of the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The header field that carries it.
    pub header: String,
    /// What stands in front of it there, such as `Bearer ` (RFC 6750 section 2.1).
    #[serde(default)]
    pub prefix: String,
}

/// The role of the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Names of the path parameter that holds its id, in order of preference.
    pub path: Vec<String>,
}

/// The roles of the members of an error body; `/` stands between the levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorBody {
    /// The error's code.
    pub code: String,
    /// The error in words.
    pub message: String,
}

/// The status that each kind of bad request gets, where the source documents it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statuses {
    /// A parameter or the body breaks its row.
    pub parameter: u16,
    /// The token is missing or wrong.
    pub token: u16,
    /// The resource is another tenant's.
    pub tenant: u16,
    /// There is no such resource.
    pub unknown_resource: u16,
    /// The body has another media type.
    pub media_type: u16,
    /// Too many requests: the client waits and asks again.
    pub throttled: u16,
    /// The service cannot answer now.
    pub unavailable: u16,
}

impl ErrorBody {
    /// An error body with nothing else in it.
    pub fn body(&self, code: &str, message: &str) -> Value {
        let mut body = Value::Object(Map::new());
        for (member, value) in [(&self.code, code), (&self.message, message)] {
            let mut at = &mut body;
            for name in levels(member) {
                at = &mut at[name];
            }
            *at = json!(value);
        }
        body
    }
}

/// The names of the levels that lead to a member, such as `error/code`.
pub fn levels(member: &str) -> impl Iterator<Item = &str> {
    member.split('/')
}

/// A kind of bad request that has a status of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// See [`Statuses::parameter`].
    Parameter,
    /// See [`Statuses::token`].
    Token,
    /// See [`Statuses::tenant`].
    Tenant,
    /// See [`Statuses::unknown_resource`].
    UnknownResource,
    /// See [`Statuses::media_type`].
    MediaType,
}

impl Statuses {
    /// The status of this kind of bad request.
    pub fn of(&self, role: Role) -> u16 {
        match role {
            Role::Parameter => self.parameter,
            Role::Token => self.token,
            Role::Tenant => self.tenant,
            Role::UnknownResource => self.unknown_resource,
            Role::MediaType => self.media_type,
        }
    }

    /// Whether it speaks of who asks, of what is there or of how busy the service is, and
    /// not of what a request says.
    pub fn is_beside_the_request(&self, status: u16) -> bool {
        [
            self.token,
            self.tenant,
            self.unknown_resource,
            self.throttled,
            self.unavailable,
        ]
        .contains(&status)
    }
}

/// How wide rows of type Integer are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integers {
    /// Their width.
    pub width: Width,
}

/// A width of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Width {
    /// What the source states; else only what is sent is kept within 32 bits.
    Stated,
    /// 32 bits.
    Int32,
    /// 64 bits.
    Int64,
}

/// The schemes of credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// How a token is obtained.
    pub identity: IdentityScheme,
    /// How requests are signed in place of a token.
    pub signature: Option<SignatureScheme>,
}

/// A way to obtain a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityScheme {
    /// `POST /v3/auth/tokens`: a user's password, and a project as scope.
    #[serde(rename = "identity-v3")]
    IdentityV3,
}

/// A way to sign requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureScheme {
    /// An access key and its secret key: `Authorization: SDK-HMAC-SHA256 …`.
    #[serde(rename = "sdk-hmac-sha256")]
    SdkHmacSha256,
}

static SHIPPED: LazyLock<Vec<Arc<Profile>>> = LazyLock::new(|| {
    let texts = [
        include_str!("../../profiles/huawei-cloud.toml"),
        include_str!("../../profiles/openstack.toml"),
        include_str!("../../profiles/bearer.toml"),
    ];
    let profiles = texts.map(|text| toml::from_str::<Profile>(text).map(Arc::new));
    profiles.into_iter().flatten().collect()
});

impl Profile {
    /// The profile with some keys of one of its tables changed, as a service does otherwise.
    ///
    /// # Errors
    /// A sentence that says which key is unknown or has a wrong value.
    pub fn with(&self, table: &str, changes: &toml::Table) -> Result<Self, String> {
        let mut whole = toml::Table::try_from(self).map_err(|error| error.to_string())?;
        if let Some(toml::Value::Table(known)) = whole.get_mut(table) {
            known.extend(changes.clone());
        }
        let changed = whole.try_into::<Self>();
        let changed = changed.map_err(|error| error.message().replace('\n', " "))?;
        changed.check().map(|()| changed)
    }

    fn check(&self) -> Result<(), String> {
        let statuses = &self.status;
        for (key, status) in [
            ("parameter", statuses.parameter),
            ("token", statuses.token),
            ("tenant", statuses.tenant),
            ("unknown_resource", statuses.unknown_resource),
            ("media_type", statuses.media_type),
            ("throttled", statuses.throttled),
            ("unavailable", statuses.unavailable),
        ] {
            if !(400..600).contains(&status) {
                return Err(format!(
                    "{key} = {status} is not the status of a refusal, 400 to 599"
                ));
            }
        }
        let Token { header, prefix } = &self.token;
        let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if header.is_empty() || !header.chars().all(is_of_a_name) {
            return Err(format!(
                "header = '{header}' is not the name of a header field"
            ));
        }
        let travels = |c: char| c == ' ' || c.is_ascii_graphic() && !"\"\\`$".contains(c);
        if !prefix.chars().all(travels) || prefix.starts_with(' ') {
            return Err("prefix is plain ASCII, such as \"Bearer \"".into());
        }
        Ok(())
    }
}

/// The profile of this name, if it is shipped.
pub fn named(name: &str) -> Option<Arc<Profile>> {
    SHIPPED.iter().find(|profile| profile.name == name).cloned()
}

/// The names of the shipped profiles.
pub fn names() -> Vec<&'static str> {
    SHIPPED
        .iter()
        .map(|profile| profile.name.as_str())
        .collect()
}

/// Whether a service of some shipped profile refuses tokens with this status.
pub fn is_refusal_of_token(status: u16) -> bool {
    SHIPPED.iter().any(|profile| profile.status.token == status)
}

/// The profile of a service that names none.
///
/// # Panics
/// Never: a test reads every shipped profile.
pub fn default() -> Arc<Profile> {
    #[expect(
        clippy::unwrap_used,
        reason = "the file is part of the program, and a test reads it"
    )]
    named(DEFAULT).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The version line of the files.
    const FORMAT: &str = "conformant-profile/1";

    #[test]
    fn every_shipped_profile_is_read_and_has_its_name() {
        assert_eq!(names(), ["huawei-cloud", "openstack", "bearer"]);
        for profile in SHIPPED.iter() {
            assert_eq!(profile.format, FORMAT);
        }
        assert_eq!(default().name, DEFAULT);
        assert_eq!(named("nobody"), None);
    }

    #[test]
    fn what_a_service_does_otherwise_is_changed_and_nothing_else() {
        let with = |table: &str, text: &str| {
            let changes: toml::Table = toml::from_str(text).unwrap();
            named("bearer").unwrap().with(table, &changes)
        };
        let changed = with("status", "parameter = 422").unwrap();
        assert_eq!(changed.status.parameter, 422);
        assert_eq!(changed.status.token, 401);
        assert_eq!(changed.token.prefix, "Bearer ");
        let changed = with("token", "header = \"X-Key\"\nprefix = \"\"").unwrap();
        assert_eq!(
            (&*changed.token.header, &*changed.token.prefix),
            ("X-Key", "")
        );
        for (table, text, why) in [
            ("status", "parametre = 422", "unknown field `parametre`"),
            (
                "status",
                "parameter = 200",
                "parameter = 200 is not the status of a refusal",
            ),
            (
                "token",
                "header = \"a b\"",
                "'a b' is not the name of a header field",
            ),
            ("token", "prefix = \"a\\nb\"", "prefix is plain ASCII"),
            ("token", "prefix = \"$(x)\"", "prefix is plain ASCII"),
        ] {
            let error = with(table, text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn an_error_body_has_the_levels_of_its_profile() {
        let body = |name: &str| named(name).unwrap().error.body("A.1", "no");
        let flat = json!({ "error_code": "A.1", "error_msg": "no" });
        assert_eq!(body("huawei-cloud"), flat);
        let nested = json!({ "error": { "code": "A.1", "message": "no" } });
        assert_eq!(body("openstack"), nested);
    }
}
