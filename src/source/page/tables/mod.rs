//! Makes a [`Contract`] from the tables of a page. A caption, row or type that
//! it does not understand is a finding with its place, and never dropped in silence.

mod bodies;
mod cells;
mod examples;
mod gaps;
mod name;
mod nest;
mod objects;
mod role;
mod rows;
mod shown;
mod whole;

use crate::contract::{
    Contract, Field, Finding, Location, Mandatory, Parameter, Response, TypeName, UriTemplate,
};
use crate::source::page::called::method_and_path;
use crate::source::page::vocabulary::repeats_key;
use crate::source::page::{Column, Page, Paragraph, Part, Row, Section, Table};
use crate::status;
use objects::{Key, Object, References, attach};
use role::{Named, Role, role};
use shown::Shown;
use std::collections::{BTreeMap, BTreeSet};
use whole::Bodies;

/// Derives the contract; `operation` overrides the name that the page gives.
pub fn from_page(page: &Page, operation: Option<&str>) -> Contract {
    // The page was accepted for this line.
    let (method, path) = method_and_path(&page.uri.text).unwrap_or_default();
    let uri = UriTemplate::parse(&path);
    let name = operation.map_or_else(|| name::of(&page.title, &method, &uri), str::to_owned);
    let names: Vec<String> = uri
        .placeholders()
        .map(str::to_owned)
        .chain(name::queried(&path))
        .collect();
    let rows = || page.tables.iter().flat_map(|table| &table.rows);
    let named = Named {
        are_told: names.iter().all(|name| rows().any(|row| row.name == *name)),
        names,
    };
    let mut contract = Contract::new(name, method, uri);
    contract.title = page.title.trim().to_owned();
    contract.line = page.uri.line;
    contract.document.kind = page.kind;
    contract.document.edition.clone_from(&page.edition);
    contract.findings.clone_from(&page.findings);
    contract.request_examples = super::example::requests(page).collect();
    let shown = Shown::of(page, &contract.request_examples);
    let bodies = Bodies::of(page, &contract.method, &named, &shown);
    let mut builder = Builder {
        contract,
        objects: Vec::new(),
        references: References::new(),
        parents: BTreeMap::new(),
        dictionaries: BTreeSet::new(),
        doubles: Vec::new(),
        shown,
        bodies,
        guessed: BTreeSet::new(),
        structures: Vec::new(),
        named,
        has_statuses: !page.statuses.is_empty(),
        printed: printed(page),
    };
    for line in &page.statuses {
        let response = builder.contract.responses.entry(line.status).or_default();
        response.meaning = line.meaning.trim().trim_end_matches('.').to_owned();
        response.line = line.line;
    }
    // Of which reply the tables of no status are is told where they stand.
    let is_placed = |table: &&Table| table.section != Section::NoStatus;
    let of_a_structure = |table: &&Table| {
        let (role, _) = role(table, &builder.contract.method, &builder.named);
        matches!(role, Role::Object(_))
    };
    let structures = page.tables.iter().filter(is_placed).filter(of_a_structure);
    builder.structures = structures.map(|table| table.caption.clone()).collect();
    for table in page.tables.iter().filter(is_placed) {
        builder.table(table);
    }
    let lines: BTreeMap<u32, usize> = page
        .tables
        .iter()
        .map(|table| (table.number, table.line))
        .collect();
    attach(
        &mut builder.contract,
        &builder.objects,
        &builder.references,
        &|table| lines.get(&table).copied().unwrap_or_default(),
    );
    builder.nest();
    builder.reply_as_request(page);
    builder.check_bodies();
    widths(&mut builder.contract);
    builder.check_placeholders(page);
    builder.check_stray(page, &name::queried(&path));
    builder.check_query(&path, page.uri.line);
    builder.check_whole(page);
    builder.check_siblings(page);
    builder.check_mentions(page);
    builder.examples(page);
    let mut contract = builder.contract;
    contract.findings.sort_by_key(|finding| finding.line);
    contract
        .parameters
        .sort_by_key(|parameter| parameter.location);
    contract
}

/// The statuses that a page prints, in its list or above a table.
fn printed(page: &Page) -> BTreeSet<u16> {
    let listed = page.statuses.iter().map(|line| line.status);
    let of_tables = page.tables.iter().filter_map(|table| match table.section {
        Section::Response(status) | Section::ResponseHeaders(status) => status,
        _ => None,
    });
    listed.chain(of_tables).collect()
}

/// Where rows of type Long stand beside them, Integer rows mean 32 bits.
fn widths(contract: &mut Contract) {
    let mut tells_apart = false;
    contract.for_each_field(|field| tells_apart |= *field.kind.innermost() == TypeName::Long);
    if tells_apart {
        contract.for_each_field(|field| {
            if let kind @ TypeName::Integer = field.kind.innermost_mut() {
                *kind = TypeName::Int32;
            }
        });
    }
}

struct Builder {
    contract: Contract,
    objects: Vec<Object>,
    references: References,
    /// The names of the parents of rows, where a column gives them.
    parents: BTreeMap<Key, String>,
    /// Rows of types that say that keys are free.
    dictionaries: BTreeSet<Key>,
    /// Rows of a name that their table has already.
    doubles: Vec<Field>,
    shown: Shown,
    bodies: Bodies,
    /// Tables whose caption does not say what they describe.
    guessed: BTreeSet<u32>,
    /// Captions of tables that describe no parameters or bodies of their own.
    structures: Vec<String>,
    named: Named,
    /// Whether the page has a list of statuses.
    has_statuses: bool,
    /// The statuses that the page prints, in its list or above a table.
    printed: BTreeSet<u16>,
}

impl Builder {
    /// A finding that the contract may state something false by.
    fn find_guess(&mut self, line: usize, what: String, assumed: &str, remedy: &str) {
        let finding = Finding::new(line, what, assumed, remedy);
        self.contract.findings.push(finding.could_be_false());
    }

    fn find(&mut self, line: usize, what: String, assumed: &str, remedy: &str) {
        let finding = Finding::new(line, what, assumed, remedy);
        self.contract.findings.push(finding);
    }

    fn role(&mut self, table: &Table) -> Role {
        if let Some(role) = self.bodies.tables.get(&table.number) {
            return *role;
        }
        let (role, is_guess) = role(table, &self.contract.method, &self.named);
        // Where each row says where it stands, nothing is guessed.
        let is_guess = is_guess && table.rows.iter().any(|row| row.part.is_none());
        let words = match role {
            Role::Parameters(location) => format!("{} parameters", location.id()),
            Role::RequestBody => "the body of the request".into(),
            Role::ResponseBody(Some(status)) | Role::ResponseHeaders(Some(status)) => {
                format!("that of status {status}")
            }
            Role::ResponseBody(None) | Role::ResponseHeaders(None) => {
                format!("that of status {}", self.some_success())
            }
            Role::Object(_) | Role::Unplaced => String::new(),
        };
        if role == Role::Object(None) && table.section.is_of_a_reply() {
            return Role::Object(Some(self.some_success()));
        }
        // Where one status of success is printed it is that one's, and where none is, the
        // page is told so once.
        let lacks_status = matches!(role, Role::ResponseBody(None) | Role::ResponseHeaders(None));
        let successes = self.printed.iter().filter(|it| status::is_success(**it));
        if lacks_status && successes.count() > 1 || is_guess && !lacks_status {
            self.guessed.insert(table.number);
            self.guess(table, &words);
        }
        role
    }

    /// The status that a response table without one belongs to.
    fn some_success(&self) -> u16 {
        self.contract.success().unwrap_or(status::OK)
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
        let places: BTreeSet<Option<Part>> = table.rows.iter().map(|row| row.part).collect();
        if places.iter().all(Option::is_none) {
            return self.part(table, role, None);
        }
        for place in places {
            self.part(table, role.at(place, table.section), place);
        }
    }

    /// The rows of a table that stand in one part of the message.
    fn part(&mut self, table: &Table, role: Role, part: Option<Part>) {
        if role == Role::Unplaced {
            self.find(
                table.line,
                format!(
                    "nothing says what Table {} ('{}') describes",
                    table.number, table.caption
                ),
                "it is not part of the contract",
                "give it a caption such as 'Request body parameters', or that of the type that it describes",
            );
            return;
        }
        // Parameters are text on the wire, whatever their type cell says.
        let fallback = match role {
            Role::Parameters(_) | Role::ResponseHeaders(_) => TypeName::String,
            _ => TypeName::Any,
        };
        let role = self.or_object(table, role);
        let mut fields = self.fields(table, role, part, &fallback);
        self.check_array(table, role, &mut fields);
        match role {
            Role::Parameters(location) => {
                if location != Location::Path {
                    self.check_mandatory(table);
                }
                for mut field in fields {
                    self.check_text(location, &mut field, table);
                    // A segment of the path cannot be left out.
                    if location == Location::Path && field.mandatory == Mandatory::Unstated {
                        field.mandatory = Mandatory::Yes;
                    }
                    let line = row_of(table, &field).map_or(table.line, |row| row.line);
                    self.parameter(Parameter { location, field }, line);
                }
            }
            Role::RequestBody if self.contract.request_body.is_some() => {
                self.second(table, "body of the request");
            }
            Role::RequestBody => {
                self.check_mandatory(table);
                self.contract.request_body = self.body(table, fields);
            }
            Role::ResponseHeaders(status) => {
                let status = status.unwrap_or_else(|| self.some_success());
                if self.response(status, table.line).headers.is_empty() {
                    self.response(status, table.line).headers = fields;
                } else {
                    self.second(table, &format!("header of status {status}"));
                }
            }
            Role::ResponseBody(status) => {
                let status = status.unwrap_or_else(|| self.some_success());
                if status::has_no_body(status) {
                    self.find(
                        table.line,
                        format!("Table {} describes a body of status {status}, which has none (RFC 9110 section 15)", table.number),
                        "the table is not part of the contract",
                        "if a line 'Status code: NNN' is missing in front of it, save the whole page",
                    );
                } else if self.response(status, table.line).body.is_some() {
                    self.second(table, &format!("body of status {status}"));
                } else {
                    let body = self.body(table, fields);
                    self.response(status, table.line).body = body;
                }
            }
            Role::Object(scope) => self.objects.push(Object {
                scope,
                caption: table.caption.trim().to_owned(),
                fields,
                line: table.line,
                number: table.number,
            }),
            Role::Unplaced => {}
        }
    }

    /// Adds a parameter, unless there is one of its location and name.
    fn parameter(&mut self, parameter: Parameter, line: usize) {
        let (location, name) = (parameter.location, &parameter.field.name);
        if self.contract.parameter(location, name).is_none() {
            self.contract.parameters.push(parameter);
            return;
        }
        self.find(
            line,
            format!(
                "the {} parameter '{name}' is documented twice",
                location.id()
            ),
            "the first row counts",
            "keep one of the rows",
        );
    }

    fn check_mandatory(&mut self, table: &Table) {
        if !table.columns.contains(&Column::Mandatory) && !table.rows.is_empty() {
            self.find(
                table.line,
                format!(
                    "Table {} has no column that says what must be given",
                    table.number
                ),
                "its rows were read as optional",
                "add a column Mandatory to the page's copy",
            );
        }
    }

    /// A parameter is text on the wire: the page does not say how others than scalars are.
    fn check_text(&mut self, location: Location, field: &mut Field, table: &Table) {
        let values = std::mem::take(&mut field.constraints.values);
        let (kept, lost): (Vec<_>, Vec<_>) = values
            .into_iter()
            .partition(|value| location.carries(value));
        field.constraints.values = kept;
        let row = row_of(table, field);
        for value in lost {
            self.find(
                row.map_or(table.line, |row| row.line),
                format!(
                    "{} ({}): the listed value '{value}' does not reach a server as it is in the {}",
                    field.source,
                    field.name,
                    location.id()
                ),
                "it is not part of the contract",
                "test it with cases of your own",
            );
        }
        let assumed = match &field.kind {
            kind if kind.is_scalar() => return,
            TypeName::Array(item) if item.is_scalar() => {
                "requests send it with one item, as that item's text"
            }
            _ => {
                field.kind = TypeName::String;
                "it was read as String"
            }
        };
        let says = |paragraph: &Paragraph| repeats_key(&paragraph.text, &field.name);
        if row.is_some_and(|row| row.description.iter().any(says)) {
            return;
        }
        let what = row.and_then(|row| row.kind.clone()).unwrap_or_default();
        self.find(
            row.map_or(table.line, |row| row.line),
            format!(
                "{} ({}): the page does not say how '{what}' is written in the {}",
                field.source,
                field.name,
                location.id()
            ),
            assumed,
            "where that is not what the operation reads, add cases of your own",
        );
    }

    fn second(&mut self, table: &Table, what: &str) {
        self.find(
            table.line,
            format!("Table {} is a second table for the {what}", table.number),
            "the first one counts",
            "give it the caption of the type that it describes, or join the tables",
        );
    }

    fn response(&mut self, status: u16, line: usize) -> &mut Response {
        let is_listed_elsewhere = self.has_statuses && self.printed.contains(&status);
        if is_listed_elsewhere && !self.contract.responses.contains_key(&status) {
            self.find(
                line,
                format!("status {status} has a table but is missing from the status list"),
                "it was read as documented",
                "add it to the page's list of status codes",
            );
        }
        let is_printed = self.printed.contains(&status);
        let response = self.contract.responses.entry(status).or_default();
        response.assumed |= !is_printed;
        if response.line == 0 {
            response.line = line;
        }
        response
    }
}

/// The row of a field of a table.
fn row_of<'a>(table: &'a Table, field: &Field) -> Option<&'a Row> {
    let at = usize::try_from(field.source.row).ok()?.checked_sub(1)?;
    table.rows.get(at)
}

fn assumed(fallback: &TypeName) -> String {
    match fallback {
        TypeName::Any => "any type was accepted there".into(),
        kind => format!("it was read as {}", kind.describe()),
    }
}
