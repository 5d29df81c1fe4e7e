//! Defines [`Contract`]: the documented operation, as `contract.json` holds it, with what
//! people settled beside it.

use super::correction::Correction;
use super::example::ExampleRequest;
use super::field::{Body, Field};
use super::finding::Finding;
use super::location::Location;
use super::parameter::Parameter;
use super::relation::{Echo, Relation};
use super::service::Undocumented;
use super::type_name::TypeName;
use super::uri::UriTemplate;
use crate::profile::{self, Profile, Role};
use crate::status;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of its format.
pub const FORMAT: &str = "conformant-contract/1";

/// The member `format`: [`FORMAT`] and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format;

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(FORMAT)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let format = String::deserialize(deserializer)?;
        match format == FORMAT {
            true => Ok(Self),
            false => Err(serde::de::Error::custom(format!(
                "the format is '{format}', and this version reads '{FORMAT}'"
            ))),
        }
    }
}

/// What the source says about one status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The meaning in the status list, as printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meaning: String,
    /// Whether the source prints no status of success, and this one stands for whichever
    /// it is: that another one comes is no difference, and nothing can be said then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
    /// 1-based line of the status.
    #[serde(default)]
    pub line: usize,
    /// JSON pointer to it, where the source is a JSON document.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// The documented body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Documented response header fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Field>,
    /// The example body of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// 1-based line of the example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example_line: Option<usize>,
}

/// What kind of document a contract was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A saved page, one cell a paragraph.
    #[default]
    TextPage,
    /// A saved page in Markdown.
    MarkdownPage,
    /// A saved page in HTML.
    HtmlPage,
    /// An OpenAPI 3 document, in JSON or YAML.
    #[serde(rename = "openapi")]
    OpenApi,
    /// A Swagger 2.0 document, in JSON or YAML.
    Swagger,
}

/// The document that a contract was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The name under which a suite may keep it, without folders.
    pub file: String,
    /// SHA-256 of the file in hexadecimal digits.
    pub sha256: String,
    /// The date that it prints for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
}

/// The documented operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The version of the file's format.
    format: Format,
    /// Its name: the stem of file and schema names.
    pub operation: String,
    /// The title of the source.
    pub title: String,
    /// What it was read from.
    #[serde(rename = "source")]
    pub document: Document,
    /// HTTP method.
    pub method: String,
    /// Path with placeholders.
    pub uri: UriTemplate,
    /// 1-based line of method and path.
    #[serde(default)]
    pub line: usize,
    /// Path, query and header parameters, each in the order of the source.
    #[serde(with = "super::parameter")]
    pub parameters: Vec<Parameter>,
    /// The documented request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Body>,
    /// Requests that the source shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_examples: Vec<ExampleRequest>,
    /// Responses by status.
    pub responses: BTreeMap<u16, Response>,
    /// The further statuses that the source documents, of which nothing else is stated:
    /// `default` is any, `4XX` any of a class.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_statuses: Vec<String>,
    /// What could not be read, or was read on an assumption, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Echoes; settled by the reading.
    #[serde(skip)]
    pub echoes: Vec<Echo>,
    /// Relations; settled by the reading.
    #[serde(skip)]
    pub relations: Vec<Relation>,
    /// Statements in which it follows a person and not the source; settled by the reading.
    #[serde(skip)]
    pub corrections: Vec<Correction>,
    /// The provider's conventions; settled by the service.
    #[serde(skip, default = "profile::default")]
    pub profile: Arc<Profile>,
    /// What members of replies are that no table lists; settled by the service.
    #[serde(skip)]
    pub undocumented: Undocumented,
}

/// Whether a request by this method asks for nothing to be changed (RFC 9110 section 9.2.1).
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

impl Contract {
    /// Whether the source states the length of a text, and nothing else about it that was
    /// not read: every text of such a length must be taken.
    pub fn is_any_text(&self, field: &Field) -> bool {
        let facts = &field.constraints;
        *field.kind.innermost() == TypeName::String
            && facts.values.is_empty()
            && facts.range.is_open()
            && !facts.length.is_open()
            && !field.is_of_a_form()
            && !facts.states_form()
            && self.is_read_whole(field)
    }

    /// Whether nothing of a row's description is left open.
    pub fn is_read_whole(&self, field: &Field) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|found| !found.is_about(&field.source))
    }

    /// An operation of which nothing else is stated.
    pub fn new(operation: String, method: String, uri: UriTemplate) -> Self {
        Self {
            format: Format,
            operation,
            title: String::new(),
            document: Document::default(),
            method,
            uri,
            line: 0,
            parameters: Vec::new(),
            request_body: None,
            request_examples: Vec::new(),
            responses: BTreeMap::new(),
            other_statuses: Vec::new(),
            findings: Vec::new(),
            echoes: Vec::new(),
            relations: Vec::new(),
            corrections: Vec::new(),
            profile: profile::default(),
            undocumented: Undocumented::default(),
        }
    }

    /// The first example of the request's body that is JSON.
    pub fn request_example(&self) -> Option<Value> {
        self.request_body.as_ref()?;
        let mut bodies = self.request_examples.iter();
        bodies.find_map(|example| serde_json::from_str(example.body.as_ref()?).ok())
    }

    /// Every body: of the request (`None`) and of each status.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = (Option<u16>, &mut Body)> {
        let replies = self.responses.iter_mut();
        let replies =
            replies.filter_map(|(status, response)| Some((Some(*status), response.body.as_mut()?)));
        let request = self.request_body.as_mut().map(|body| (None, body));
        request.into_iter().chain(replies)
    }

    /// What it states, without where and in which words: two renderings, or two languages,
    /// of one reference state the same.
    #[must_use]
    pub fn facts(&self) -> Self {
        let mut facts = self.clone();
        facts.title.clear();
        facts.document = Document::default();
        facts.line = 0;
        facts.findings.clear();
        facts.request_examples.clear();
        for response in facts.responses.values_mut() {
            response.meaning.clear();
            response.line = 0;
            response.pointer.clear();
            response.example_line = None;
        }
        facts.for_each_field(|field| {
            field.quotes.clear();
            field.description.clear();
            field.source.line = 0;
            field.source.pointer.clear();
        });
        for (_, body) in facts.bodies_mut() {
            body.pointer.clear();
        }
        facts
    }

    /// Every row, wherever it stands; that of an object that several bodies hold, in each.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.field);
        let headers = self.responses.values().flat_map(|reply| &reply.headers);
        let replies = self.responses.values().filter_map(|it| it.body.as_ref());
        let bodies = self.request_body.iter().chain(replies);
        let members =
            bodies.flat_map(|body| body.fields.iter().chain(body.objects.values().flatten()));
        parameters.chain(headers).chain(members)
    }

    /// Does something to every row, wherever it stands.
    pub fn for_each_field(&mut self, mut change: impl FnMut(&mut Field)) {
        for parameter in &mut self.parameters {
            change(&mut parameter.field);
        }
        for response in self.responses.values_mut() {
            response.headers.iter_mut().for_each(&mut change);
        }
        for (_, body) in self.bodies_mut() {
            let members = body.objects.values_mut().flatten();
            body.fields.iter_mut().chain(members).for_each(&mut change);
        }
    }

    /// The parameter of this location and name; header names compare without case.
    pub fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.location == location
                && if location == Location::Header {
                    parameter.field.name.eq_ignore_ascii_case(name)
                } else {
                    parameter.field.name == name
                }
        })
    }

    /// The header that carries the token, where this operation documents it.
    pub fn token(&self) -> Option<&Parameter> {
        self.parameter(Location::Header, &self.profile.token.header)
    }

    /// The row of the media type of the request's body, where it has both.
    pub fn media_type(&self) -> Option<&Parameter> {
        let row = self.parameter(Location::Header, "Content-Type")?;
        self.request_body.is_some().then_some(row)
    }

    /// The path parameter that names the tenant, where this operation documents it.
    pub fn project(&self) -> Option<&Parameter> {
        let mut names = self.profile.tenant.path.iter();
        names.find_map(|name| self.parameter(Location::Path, name))
    }

    /// The path parameters that name a resource, which must exist: all but the project
    /// and those whose values the page lists.
    pub fn resources(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| {
            parameter.location == Location::Path
                && parameter.field.constraints.values.is_empty()
                && *parameter.field.kind.innermost() != TypeName::Boolean
                && self.project() != Some(parameter)
        })
    }

    /// The lowest documented status of success.
    pub fn success(&self) -> Option<u16> {
        self.responses
            .keys()
            .copied()
            .find(|status| status::is_success(*status))
    }

    /// The status that stands for the one of success, where the source prints none.
    pub fn assumed_success(&self) -> Option<u16> {
        let success = self.success()?;
        self.responses[&success].assumed.then_some(success)
    }

    /// Whether the page documents `status`.
    pub fn documents(&self, status: u16) -> bool {
        self.responses.contains_key(&status)
    }

    /// Whether a reply of `status` is documented: by itself, or among others.
    pub fn allows(&self, status: u16) -> bool {
        let class = format!("{}XX", status / 100);
        let mut others = self.other_statuses.iter();
        self.documents(status) || others.any(|other| *other == "default" || *other == class)
    }

    /// The status that this kind of bad request gets, where the page documents it.
    pub fn status_of(&self, role: Role) -> Option<u16> {
        let status = self.profile.status.of(role);
        self.documents(status).then_some(status)
    }

    /// Whether the page says that a client which gets `status` waits and asks again.
    pub fn asks_to_wait(&self, status: u16) -> bool {
        let headers = self
            .responses
            .get(&status)
            .map(|response| &response.headers);
        let mut names = headers.into_iter().flatten().map(|field| &field.name);
        let is_retry_after = |name: &String| name.eq_ignore_ascii_case("Retry-After");
        status::asks_to_wait(status, names.any(is_retry_after))
    }

    /// The documented body of the replies of `status`.
    pub fn response_body(&self, status: u16) -> Option<&Body> {
        self.responses.get(&status)?.body.as_ref()
    }
}
