//! Defines [`ClauseId`]: the id of a documented statement, made and taken apart here alone.
//!
//! | id | states |
//! | --- | --- |
//! | `request/<location>/<name>/<aspect>` | a fact of a parameter |
//! | `request/body`, `request/body/<path>/<aspect>` | the request's body, a fact of a member |
//! | `status/<code>` | that the status is documented |
//! | `response/<status>/body`, `response/<status>/<path>/<aspect>` | the same of a reply |
//! | `response/<status>/header/<name>/<aspect>` | a fact of a header field |
//! | `response/<status>/relation/<id>` | a relation between members |
//! | `sequence/<law>` | what holds between its requests and those of other operations |
//!
//! An id without its aspect is the *stem* of a row. In a path, `[]` and `{}` behind a name
//! lead to the items of an array and the values of a map.

use super::location::Location;
use super::type_name::TypeName;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

/// The id of a clause, or the stem of the clauses of a row.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClauseId(String);

/// What a clause is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// The request: what stands behind `request/`.
    Request(&'a str),
    /// That a status is documented.
    Status(u16),
    /// The reply of a status: what stands behind `response/<status>/`.
    Response(u16, &'a str),
    /// What holds between requests: the name of the law.
    Sequence(&'a str),
}

impl ClauseId {
    /// The stem of a parameter.
    pub fn parameter(location: Location, name: &str) -> Self {
        Self(format!("request/{}/{name}", location.id()))
    }

    /// The body of the request, and the stem of its rows.
    pub fn request_body() -> Self {
        Self("request/body".into())
    }

    /// That this status is documented.
    pub fn status(status: u16) -> Self {
        Self(format!("status/{status}"))
    }

    /// The stem of the rows of a reply's body.
    pub fn response(status: u16) -> Self {
        Self(format!("response/{status}"))
    }

    /// The body of a reply as a whole.
    pub fn response_body(status: u16) -> Self {
        Self::response(status).with("body")
    }

    /// The stem of a header field of a reply.
    pub fn header(status: u16, name: &str) -> Self {
        Self(format!("response/{status}/header/{name}"))
    }

    /// A relation between members of a reply.
    pub fn relation(status: u16, id: &str) -> Self {
        Self(format!("response/{status}/relation/{id}"))
    }

    /// What holds between requests by the law of this name.
    pub fn sequence(law: &str) -> Self {
        Self(format!("sequence/{law}"))
    }

    /// What this stem has of this name: an aspect, or the stem of a member.
    #[must_use]
    pub fn with(&self, name: &str) -> Self {
        Self(format!("{self}/{name}"))
    }

    /// The stem that leads from a row of this type to the object in its arrays and maps.
    #[must_use]
    pub fn inside(mut self, kind: &TypeName) -> Self {
        let mut kind = kind;
        loop {
            let (step, inner) = match kind {
                TypeName::Array(item) => ("[]", item),
                TypeName::Map(value) => ("{}", value),
                _ => return self,
            };
            self.0.push_str(step);
            kind = inner;
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self
    }

    /// Stem and aspect.
    pub fn split(&self) -> Option<(&str, &str)> {
        self.rsplit_once('/')
    }

    /// What it is about; `None` where it is no id.
    pub fn subject(&self) -> Option<Subject<'_>> {
        let (part, rest) = self.split_once('/')?;
        match part {
            "request" => Some(Subject::Request(rest)),
            "status" => Some(Subject::Status(rest.parse().ok()?)),
            "sequence" => Some(Subject::Sequence(rest)),
            "response" => {
                // The root may be an array or a map: `response/200[]/id/type`.
                let end = rest.find(|c: char| !c.is_ascii_digit());
                let (status, rest) = rest.split_at(end.unwrap_or(rest.len()));
                let rest = rest.strip_prefix('/').unwrap_or(rest);
                Some(Subject::Response(status.parse().ok()?, rest))
            }
            _ => None,
        }
    }

    /// Whether it is about the request.
    pub fn is_of_request(&self) -> bool {
        matches!(self.subject(), Some(Subject::Request(_)))
    }

    /// The status whose documentation, or whose reply, it is about.
    pub fn about_status(&self) -> Option<u16> {
        match self.subject()? {
            Subject::Request(_) | Subject::Sequence(_) => None,
            Subject::Status(status) | Subject::Response(status, _) => Some(status),
        }
    }

    /// The part of the page that it belongs to, in the words of reports: `request`,
    /// `status`, `response 200`.
    pub fn group(&self) -> String {
        match self.subject() {
            Some(Subject::Response(status, _)) => format!("response {status}"),
            _ => self.0.split('/').next().unwrap_or_default().to_owned(),
        }
    }

    /// Whether it is this stem, or about what stands below it.
    pub fn is_within(&self, stem: &str) -> bool {
        let rest = self.strip_prefix(stem);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[', '{']))
    }
}

impl Deref for ClauseId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ClauseId {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: Into<String>> From<T> for ClauseId {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for ClauseId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<String> for ClauseId {
    fn eq(&self, other: &String) -> bool {
        self.0 == *other
    }
}

impl PartialEq<ClauseId> for String {
    fn eq(&self, other: &ClauseId) -> bool {
        *self == other.0
    }
}

impl PartialEq<&str> for ClauseId {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_and_taken_apart() {
        let stem = ClauseId::response(200).with("ships");
        let kind = TypeName::Array(Box::new(TypeName::Named("Ship".into())));
        let id = stem.inside(&kind).with("name").with("type");
        assert_eq!(id, "response/200/ships[]/name/type");
        assert_eq!(id.split(), Some(("response/200/ships[]/name", "type")));
        let subject = Subject::Response(200, "ships[]/name/type");
        assert_eq!(id.subject(), Some(subject));
        let items = ClauseId::response(200).inside(&kind).with("name");
        assert_eq!(items, "response/200[]/name");
        assert_eq!(items.subject(), Some(Subject::Response(200, "[]/name")));
        assert_eq!(ClauseId::status(404).about_status(), Some(404));
        let body = ClauseId::request_body();
        assert!(body.is_of_request() && body.is_within("request/body"));
        for (id, is_within) in [("request/body[]/a", true), ("request/bodyguard/a", false)] {
            assert_eq!(ClauseId::from(id).is_within(&body), is_within);
        }
        for odd in ["", "request", "status/x", "reply/200/a", "response/x/a"] {
            assert_eq!(ClauseId::from(odd).subject(), None, "{odd}");
        }
    }
}
