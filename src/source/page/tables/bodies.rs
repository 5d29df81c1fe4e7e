//! Reads tables of bodies: objects, arrays, what no row names, and second ones.

use super::Builder;
use super::role::Role;
use super::shown::objects;
use crate::contract::{Body, Fact, Field, Finding, Mandatory, TypeName};
use crate::source::page::{Page, Table};

impl Builder {
    /// A row of the body where nothing else describes one.
    pub(super) fn check_bodies(&mut self) {
        self.contract.findings.append(&mut self.bodies.notes);
        let Some((place, line)) = self.bodies.bare.take() else {
            return;
        };
        let what = format!("{place} is the body of the request");
        let finding = match &self.contract.request_body {
            Some(body) => {
                let what = format!("{what}, whose members Table {} lists", body.table);
                Finding::new(line, what, "it is no row of its own", "").note()
            }
            None => Finding::new(
                line,
                format!("{what}, and no table lists its members"),
                "the contract has no body",
                "add its table with the caption 'Request body parameters'",
            ),
        };
        self.contract.findings.push(finding);
    }

    /// The reply that a line says to be described by the table of the request's body: it
    /// is where the page's example of the reply has no other members. The number may be
    /// that of a table of another page.
    pub(super) fn reply_as_request(&mut self, page: &Page) {
        let status = self.some_success();
        let documented = self.contract.responses.get(&status);
        let is_free = documented.is_none_or(|response| response.body.is_none());
        let body = self.contract.request_body.as_ref();
        let (Some((number, line)), Some(body), true) = (page.reply, body, is_free) else {
            return;
        };
        let shown = objects(&self.shown.bodies(Some(status)));
        let is_row = |name: &String| body.fields.iter().any(|field| field.name == *name);
        if number != body.table || shown.is_empty() || !shown.iter().all(|it| it.keys().all(is_row))
        {
            return;
        }
        let mut reply = body.clone();
        for field in reply
            .fields
            .iter_mut()
            .chain(reply.objects.values_mut().flatten())
        {
            // What a request may lack, a reply may.
            field.is_optional |= field.mandatory != Mandatory::Yes;
            field.mandatory = Mandatory::Unstated;
            field.quotes.remove(&Fact::Mandatory);
        }
        self.response(status, line).body = Some(reply);
    }

    /// The body that a table lists the members of. Where no row has a name, it may be
    /// anything: a text, a number, an array.
    pub(super) fn body(&mut self, table: &Table, fields: Vec<Field>) -> Option<Body> {
        if fields.is_empty() {
            self.find(
                table.line,
                format!(
                    "Table {} describes a body, and no row of it has a name",
                    table.number
                ),
                "what the body is was left open",
                "if it is an object, add its members; if it is an array, name its row '[Array element]'",
            );
            return None;
        }
        Some(Body {
            table: table.number,
            fields,
            ..Body::default()
        })
    }

    /// A second table of a body to which a row refers by its number is that row's.
    pub(super) fn or_object(&self, table: &Table, role: Role) -> Role {
        let (scope, body) = match role {
            Role::RequestBody => (None, self.contract.request_body.as_ref()),
            Role::ResponseBody(status) => {
                let status = status.unwrap_or_else(|| self.some_success());
                let response = self.contract.responses.get(&status);
                let body = response.and_then(|response| response.body.as_ref());
                (Some(status), body)
            }
            _ => return role,
        };
        let is_referred = || {
            self.references
                .values()
                .flatten()
                .any(|it| *it == table.number)
        };
        if body.is_some() && is_referred() {
            Role::Object(scope)
        } else {
            role
        }
    }

    /// A row of the items of an array stands alone, in the table of a body.
    pub(super) fn check_array(&mut self, table: &Table, role: Role, fields: &mut Vec<Field>) {
        let is_body = matches!(role, Role::RequestBody | Role::ResponseBody(_));
        let is_alone = fields.len() == 1;
        let number = table.number;
        let fits = |field: &Field| is_body && is_alone && matches!(field.kind, TypeName::Array(_));
        if fields
            .iter()
            .all(|field| !field.is_root_array() || fits(field))
        {
            return;
        }
        fields.retain(|field| !field.is_root_array());
        self.find(
            table.line,
            format!("Table {number} has a row of array elements that is not the one row of a body of type 'Array of …'"),
            "the row is not part of the contract",
            "keep it as the one row of the table of that body, with its type",
        );
    }
}
