//! Makes a [`Contract`] from the tables of a page. A caption, row or type that
//! it does not understand is a finding with its place, and never dropped in silence.

use super::field::{Body, Constraints, Field, Mandatory, Presence, Source};
use super::phrases;
use super::{Contract, Location, Parameter, Read, Response, UriTemplate};
use crate::page::vocabulary::{fold, is_name, mandatory, method_and_path};
use crate::page::{Finding, Page, Row, Section, Table, TypeName};
use std::collections::BTreeMap;

/// What a table describes, told by its caption and section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Parameters(Location),
    RequestBody,
    ResponseHeaders(u16),
    ResponseBody(u16),
    /// An object table; the scope is a status, or the request.
    Object(Option<u16>),
}

/// Derives the contract; `operation` overrides the name that the page gives.
pub fn from_page(page: &Page, operation: Option<&str>) -> Read {
    // The page was accepted for this line.
    let (method, path) = method_and_path(&page.uri.text).unwrap_or_default();
    let uri = UriTemplate::parse(&path);
    let name = operation.map_or_else(|| operation_name(&page.title, &method, &uri), str::to_owned);
    let mut builder = Builder {
        findings: page.findings.clone(),
        contract: Contract {
            operation: name,
            method,
            uri,
            parameters: Vec::new(),
            request_body: None,
            responses: BTreeMap::new(),
            echoes: Vec::new(),
            relations: Vec::new(),
        },
        objects: Vec::new(),
    };
    for line in &page.statuses {
        let response = builder.contract.responses.entry(line.status).or_default();
        response.meaning = line.meaning.trim().trim_end_matches('.').to_owned();
    }
    for table in &page.tables {
        builder.table(table);
    }
    builder.attach_objects();
    builder.check_placeholders(page.uri.line);
    builder.examples(page);
    builder.findings.sort_by_key(|finding| finding.line);
    Read {
        contract: builder.contract,
        findings: builder.findings,
    }
}

/// The name behind ` - ` in the title, else method and fixed segments of the path.
fn operation_name(title: &str, method: &str, uri: &UriTemplate) -> String {
    if let Some((_, name)) = title.rsplit_once(" - ")
        && is_name(name.trim())
    {
        return kebab(name.trim());
    }
    let fixed = uri.segments.iter().filter_map(|segment| match segment {
        super::Segment::Fixed(text) if !is_version(text) => Some(kebab(text)),
        _ => None,
    });
    std::iter::once(method.to_lowercase())
        .chain(fixed)
        .collect::<Vec<_>>()
        .join("-")
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    let mut before = '-';
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
                kebab.push('-');
            }
            kebab.push(c.to_ascii_lowercase());
        } else if !kebab.ends_with('-') && !kebab.is_empty() {
            kebab.push('-');
        }
        before = c;
    }
    kebab.trim_end_matches('-').to_owned()
}

struct Builder {
    findings: Vec<Finding>,
    contract: Contract,
    /// Object tables: scope, name, members, line.
    objects: Vec<(Option<u16>, String, Vec<Field>, usize)>,
}

impl Builder {
    fn find(&mut self, line: usize, what: String, assumed: &str, remedy: &str) {
        self.findings
            .push(Finding::new(line, what, assumed, remedy));
    }

    fn role(&mut self, table: &Table) -> Role {
        let caption = fold(&table.caption).replace(' ', "");
        let has = |words: &[&str]| words.iter().any(|word| caption.contains(word));
        let status = match table.section {
            Section::Response(Some(status)) => Some(status),
            _ => None,
        };
        if has(&[
            "pathparameter",
            "uriparameter",
            "parametersintheuri",
            "路径参数",
            "uri参数",
        ]) {
            Role::Parameters(Location::Path)
        } else if has(&["queryparameter", "query参数"]) {
            Role::Parameters(Location::Query)
        } else if has(&["requestheader", "请求header"]) {
            Role::Parameters(Location::Header)
        } else if has(&["requestbody", "请求body", "requestparameters"]) {
            Role::RequestBody
        } else if has(&["responseheader", "响应header"]) {
            Role::ResponseHeaders(self.response_status(table, status))
        } else if has(&["responsebody", "响应body", "responseparameters"]) {
            Role::ResponseBody(self.response_status(table, status))
        } else {
            match table.section {
                Section::Uri => {
                    self.guess(table, "path parameters");
                    Role::Parameters(Location::Path)
                }
                _ => Role::Object(status),
            }
        }
    }

    fn response_status(&mut self, table: &Table, status: Option<u16>) -> u16 {
        status.unwrap_or_else(|| {
            self.guess(table, "the body of status 200");
            200
        })
    }

    fn guess(&mut self, table: &Table, role: &str) {
        self.find(
            table.line,
            format!("Table {} ('{}') does not say what it describes", table.number, table.caption),
            &format!("it was read as {role}"),
            "give it a caption such as 'Path Parameters' under a line 'Status code: NNN' where it has one",
        );
    }

    fn table(&mut self, table: &Table) {
        let role = self.role(table);
        let fields = self.fields(table);
        match role {
            Role::Parameters(location) => {
                for field in fields {
                    if self.contract.parameter(location, &field.name).is_some() {
                        self.find(
                            table.line,
                            format!(
                                "the {} parameter '{}' is documented twice",
                                location.id(),
                                field.name
                            ),
                            "the first row counts",
                            "keep one of the rows",
                        );
                    } else {
                        self.contract.parameters.push(Parameter { location, field });
                    }
                }
            }
            Role::RequestBody => {
                self.contract.request_body = Some(body(table.number, fields));
            }
            Role::ResponseHeaders(status) => {
                self.response(status, table.line).headers = fields;
            }
            Role::ResponseBody(status) => {
                self.response(status, table.line).body = Some(body(table.number, fields));
            }
            Role::Object(scope) => {
                let name = table.caption.trim().to_owned();
                self.objects.push((scope, name, fields, table.line));
            }
        }
    }

    fn response(&mut self, status: u16, line: usize) -> &mut Response {
        if !self.contract.responses.contains_key(&status) && !self.contract.responses.is_empty() {
            self.find(
                line,
                format!("status {status} has a table but is missing from the status list"),
                "it was read as documented",
                "add it to the page's list of status codes",
            );
        }
        self.contract.responses.entry(status).or_default()
    }

    fn fields(&mut self, table: &Table) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            if let Some(field) = self.field(table.number, number, row) {
                if fields.iter().any(|other| other.name == field.name) {
                    self.find(
                        row.line,
                        format!(
                            "Table {}, row {number}: '{}' stands in this table twice",
                            table.number, field.name
                        ),
                        "the first row counts",
                        "keep one of the rows",
                    );
                } else {
                    fields.push(field);
                }
            }
        }
        fields
    }

    fn field(&mut self, table: u32, number: u32, row: &Row) -> Option<Field> {
        let place = format!("Table {table}, row {number} ({})", row.name);
        if !is_name(&row.name) {
            self.find(
                row.line,
                format!(
                    "Table {table}, row {number}: '{}' is no parameter name",
                    row.name
                ),
                "the row is not part of the contract",
                "write the name into the row's first cell",
            );
            return None;
        }
        let kind = self.kind(row, &place);
        let mandatory = match row.mandatory.as_deref() {
            None => Mandatory::Unstated,
            Some(cell) => match mandatory(cell) {
                Some((_, true)) => {
                    self.find(
                        row.line,
                        format!("{place}: mandatory under a condition, '{cell}'"),
                        "it was read as optional",
                        "state the condition in reading.toml once it can be tested",
                    );
                    Mandatory::Conditional
                }
                Some((true, _)) => Mandatory::Yes,
                Some((false, _)) => Mandatory::No,
                None => {
                    self.find(
                        row.line,
                        format!("{place}: '{cell}' says neither yes nor no"),
                        "it was read as optional",
                        "write Yes or No",
                    );
                    Mandatory::Unstated
                }
            },
        };
        let constraints = phrases::constraints(&kind, &row.description, &place, &mut self.findings);
        Some(Field {
            source: Source {
                table,
                row: number,
                digest: Field::digest(&row.name, &kind, mandatory, &constraints),
            },
            name: row.name.clone(),
            kind,
            mandatory,
            presence: Presence::Unstated,
            constraints,
            tolerated: Vec::new(),
        })
    }

    fn kind(&mut self, row: &Row, place: &str) -> TypeName {
        let cell = row.kind.as_deref().unwrap_or_default();
        TypeName::parse(cell).unwrap_or_else(|| {
            self.find(
                row.line,
                format!("{place}: '{cell}' is no known type"),
                "it was read as String",
                "write String, Integer, Long, Boolean, Double, Object, 'X object', 'Array of X objects' or 'Map<String,String>'",
            );
            TypeName::String
        })
    }

    /// Gives each body the object tables of its own scope.
    fn attach_objects(&mut self) {
        let objects = std::mem::take(&mut self.objects);
        let mut used = vec![false; objects.len()];
        let mut missing = Vec::new();
        let bodies = self
            .contract
            .responses
            .iter_mut()
            .filter_map(|(status, response)| Some((Some(*status), response.body.as_mut()?)))
            .chain(self.contract.request_body.as_mut().map(|body| (None, body)));
        for (scope, body) in bodies {
            let mut wanted = referenced(&body.fields);
            while let Some((name, owner)) = wanted.pop() {
                if body.objects.contains_key(&name) {
                    continue;
                }
                let matches = |at: &usize| {
                    let table = fold(&objects[*at].1);
                    table == fold(&name) || table == fold(&owner)
                };
                let found = (0..objects.len())
                    .filter(|at| objects[*at].0 == scope)
                    .find(matches)
                    .or_else(|| (0..objects.len()).find(matches));
                match found {
                    Some(at) => {
                        used[at] = true;
                        wanted.extend(referenced(&objects[at].2));
                        body.objects.insert(name, objects[at].2.clone());
                    }
                    None => missing.push((body.table, name)),
                }
            }
        }
        for (table, name) in missing {
            self.find(
                0,
                format!("Table {table} refers to '{name}', which no table describes"),
                "any object was accepted there",
                "add the table with the caption of that name",
            );
        }
        for (at, (_, name, _, line)) in objects.iter().enumerate() {
            if !used[at] {
                self.find(
                    *line,
                    format!("nothing refers to the table '{name}'"),
                    "it is not part of the contract",
                    "name it in a Type cell ('X object'), or give it a caption such as 'Request body parameters'",
                );
            }
        }
    }

    fn check_placeholders(&mut self, line: usize) {
        let placeholders: Vec<String> = self
            .contract
            .uri
            .placeholders()
            .map(str::to_owned)
            .collect();
        for name in &placeholders {
            if self.contract.parameter(Location::Path, name).is_none() {
                self.find(
                    line,
                    format!("the URI has a placeholder '{{{name}}}' that no row documents"),
                    "it was read as a String without constraints",
                    "add its row to the table of path parameters",
                );
                self.contract.parameters.push(Parameter {
                    location: Location::Path,
                    field: undocumented(name),
                });
            }
        }
        let stray: Vec<(String, u32)> = self
            .contract
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Location::Path)
            .filter(|parameter| !placeholders.contains(&parameter.field.name))
            .map(|parameter| (parameter.field.name.clone(), parameter.field.source.table))
            .collect();
        for (name, table) in stray {
            self.find(
                line,
                format!("Table {table} documents '{name}', which the URI does not hold"),
                "it is not part of the contract",
                "mend the URI or move the row to the table that it belongs to",
            );
            self.contract.parameters.retain(|parameter| {
                parameter.location != Location::Path || parameter.field.name != name
            });
        }
    }

    fn examples(&mut self, page: &Page) {
        for example in &page.examples {
            let Some(status) = example.status else {
                continue;
            };
            let Ok(value) = serde_json::from_str(&example.text) else {
                self.find(
                    example.line,
                    format!("the example of status {status} is no JSON"),
                    "it was not used",
                    "mend the example",
                );
                continue;
            };
            match self.contract.responses.get_mut(&status) {
                Some(response) => response.example = Some(value),
                None => self.find(
                    example.line,
                    format!("an example of status {status}, which the page does not document"),
                    "it was not used",
                    "add the status to the page's list of status codes",
                ),
            }
        }
    }
}

fn body(table: u32, fields: Vec<Field>) -> Body {
    Body {
        table,
        fields,
        objects: BTreeMap::new(),
    }
}

/// Object types that fields refer to, each with the name of the field.
fn referenced(fields: &[Field]) -> Vec<(String, String)> {
    fields
        .iter()
        .filter_map(|field| {
            let name = field.kind.object_name()?;
            Some((name.to_owned(), field.name.clone()))
        })
        .collect()
}

fn undocumented(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind: TypeName::String,
        mandatory: Mandatory::Yes,
        presence: Presence::Unstated,
        constraints: Constraints::default(),
        tolerated: Vec::new(),
        source: Source {
            table: 0,
            row: 0,
            digest: String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_names() {
        let uri = UriTemplate::parse("/v3/{project_id}/audit/summary/{busi_type}/task-status");
        assert_eq!(
            operation_name("Status of a task - ShowAuditTaskStatus", "GET", &uri),
            "show-audit-task-status"
        );
        assert_eq!(
            operation_name("Status of a task", "GET", &uri),
            "get-audit-summary-task-status"
        );
    }
}
