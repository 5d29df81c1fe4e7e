//! Finds what a page lacks: rows for names of its URI, tables, statuses.

use super::name::queried;
use super::objects::Object;
use super::role::{is_of_the_uri, is_read};
use super::{Builder, row_of};
use crate::contract::{Field, Location, Mandatory, Parameter, Source, TypeName};
use crate::source::page::Page;
use crate::source::page::prose::mentioned;
use crate::status;
use std::collections::{BTreeMap, BTreeSet};

impl Builder {
    /// Names of a query template in the URI need rows as placeholders do.
    pub(super) fn check_query(&mut self, path: &str, line: usize) {
        for name in queried(path) {
            let name = name.as_str();
            if self.contract.parameter(Location::Query, name).is_some() {
                continue;
            }
            self.find(
                line,
                format!("the URI has a query parameter '{name}' that no row documents"),
                "it was read as an optional String without constraints",
                "add its row to the table of query parameters",
            );
            self.contract.parameters.push(Parameter {
                location: Location::Query,
                field: Field {
                    mandatory: Mandatory::No,
                    ..undocumented(name, line)
                },
            });
        }
    }

    /// What a page that was cut off, or lost a table, lacks.
    pub(super) fn check_whole(&mut self, page: &Page) {
        let last = page
            .tables
            .iter()
            .map(|table| table.line)
            .max()
            .unwrap_or(page.uri.line);
        // That no status of success is printed says more than that a list is missing.
        let add = "add the status to the page's list of status codes";
        if let Some(assumed) = self.contract.assumed_success() {
            self.find(
                last,
                format!("the page prints no status of success, and {assumed} stands for it"),
                "where another one comes, nothing can be judged",
                add,
            );
        } else if self.contract.success().is_none() {
            self.find(
                last,
                "the page documents no status of success".into(),
                "no valid request can be judged",
                add,
            );
        } else if page.statuses.is_empty() {
            self.find(
                last,
                "the page has no list of status codes".into(),
                "the statuses of its response tables were read as documented",
                "if the saved page is cut off, save the whole page; else add the list",
            );
        }
        let mut before = 0;
        for table in &page.tables {
            let (number, line) = (table.number, table.line);
            // What the page does not number is in no order.
            if !table.is_numbered && number != before + 1 {
                continue;
            }
            if number > before + 1 {
                let missing = if number == before + 2 {
                    format!("Table {} is missing", before + 1)
                } else {
                    format!("Tables {} to {} are missing", before + 1, number - 1)
                };
                self.find(
                    line,
                    format!("{missing} in front of Table {number}"),
                    "what it documents is not part of the contract",
                    "compare with the original page and save it whole",
                );
            } else if number <= before {
                self.find(
                    line,
                    format!("Table {number} stands behind Table {before}"),
                    "it was read where it stands",
                    "compare with the original page and mend the saved copy",
                );
            }
            before = before.max(number);
        }
    }

    pub(super) fn check_placeholders(&mut self, page: &Page) {
        let line = page.uri.line;
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
                    field: undocumented(name, line),
                });
            }
        }
        for segment in self.contract.uri.unread_segments() {
            self.find(
                line,
                format!("the segment '{segment}' of the URI is neither text nor a placeholder"),
                "it was read as fixed text",
                "write placeholders as segments of their own, or test this operation with cases of your own",
            );
        }
    }

    /// Rows of path parameters that the URI has no placeholder for.
    pub(super) fn check_stray(&mut self, page: &Page, queried: &[String]) {
        let placeholders: Vec<&str> = self.contract.uri.placeholders().collect();
        let is_stray = |parameter: &Parameter| {
            parameter.location == Location::Path
                && !placeholders.contains(&parameter.field.name.as_str())
        };
        let (stray, held) = std::mem::take(&mut self.contract.parameters)
            .into_iter()
            .partition(is_stray);
        self.contract.parameters = held;
        // A caption that says no more than 'Parameters' may mean all of the URI, and one
        // that says 'URI' does, once the placeholders have their rows: pages of requests
        // with bodies list these below such captions as well.
        let is_sure = self.named.are_told && is_read(&self.contract.method);
        let of_the_uri = page.tables.iter().filter(|it| is_of_the_uri(&it.caption));
        let mut of_the_query: BTreeSet<u32> = self.guessed.clone();
        of_the_query.extend(of_the_uri.filter(|_| is_sure).map(|it| it.number));
        // By table: the line of its first such row, and their names.
        let mut told: BTreeMap<u32, (usize, Vec<String>)> = BTreeMap::new();
        for mut parameter in stray {
            let table = parameter.field.source.table;
            let documented = page.tables.iter().filter(|other| other.number == table);
            let line = documented
                .filter_map(|table| row_of(table, &parameter.field))
                .map(|row| row.line)
                .next()
                .unwrap_or(page.uri.line);
            // 'URI parameters' are those of its query as well.
            let is_queried = queried.contains(&parameter.field.name);
            if !is_queried {
                let (_, names) = told.entry(table).or_insert((line, Vec::new()));
                names.push(format!("'{}'", parameter.field.name));
            }
            if is_queried || of_the_query.contains(&table) {
                parameter.location = Location::Query;
                self.parameter(parameter, line);
            }
        }
        for (table, (line, names)) in told {
            let what = format!(
                "Table {table} documents {}, which the URI does not hold",
                names.join(", ")
            );
            let (assumed, remedy) = if of_the_query.contains(&table) {
                (
                    "that was read as of the query",
                    "give the table of query parameters a caption of its own: 'Query Parameters'",
                )
            } else {
                (
                    "that is not part of the contract",
                    "mend the URI or move each row to the table that it belongs to",
                )
            };
            self.find(line, what, assumed, remedy);
        }
    }
}

impl Builder {
    /// Tables that pages repeat under each error: what one of them lacks and the others have.
    pub(super) fn check_siblings(&mut self, page: &Page) {
        let errors: Vec<Rows> = self
            .contract
            .responses
            .iter()
            .filter(|(status, _)| status::is_error(**status))
            .filter_map(|(_, response)| response.body.as_ref())
            .map(|body| (body.table, names(&body.fields)))
            .collect();
        let mut families = vec![errors];
        let mut objects: BTreeMap<&str, Vec<Rows>> = BTreeMap::new();
        let of_errors = |object: &&Object| object.scope.is_some_and(status::is_error);
        for object in self.objects.iter().filter(of_errors) {
            let rows = (object.number, names(&object.fields));
            objects.entry(&object.caption).or_default().push(rows);
        }
        families.extend(objects.into_values());
        let missing: Vec<(u32, String)> =
            families.iter().flat_map(|family| lacking(family)).collect();
        for (table, name) in missing {
            let line = page.tables.iter().find(|other| other.number == table);
            self.find(
                line.map_or(page.uri.line, |table| table.line),
                format!(
                    "Table {table} has no row '{name}', which the other tables of its kind have"
                ),
                "it is not part of that table",
                "compare with the original page; if a row is missing, save the whole page",
            );
        }
    }

    /// Names that descriptions speak of as of parameters, and that no row has.
    pub(super) fn check_mentions(&mut self, page: &Page) {
        let rows = || page.tables.iter().flat_map(|table| &table.rows);
        let known: BTreeSet<&str> = rows().map(|row| row.name.as_str()).collect();
        let mut told = BTreeSet::new();
        for paragraph in rows().flat_map(|row| &row.description) {
            for name in mentioned(&paragraph.text) {
                if !known.contains(name) && told.insert(name.to_owned()) {
                    self.find(
                        paragraph.line,
                        format!(
                            "'{}' speaks of '{name}', which no row documents",
                            paragraph.text
                        ),
                        "the contract has no such parameter",
                        "if a row is missing from the saved page, save the whole page",
                    );
                }
            }
        }
    }
}

/// A table and the names of its rows.
type Rows = (u32, Vec<String>);

fn names(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.name.clone()).collect()
}

/// What tables of one kind lack that at least half of the others have.
fn lacking(family: &[Rows]) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let all: BTreeSet<&String> = family.iter().flat_map(|(_, names)| names).collect();
    for name in all {
        let having = family.iter().filter(|(_, names)| names.contains(name));
        if having.count() * 2 >= family.len() {
            let without = family.iter().filter(|(_, names)| !names.contains(name));
            found.extend(without.map(|(table, _)| (*table, name.clone())));
        }
    }
    found
}

/// A String of which the URI alone, in this line, gives the name.
fn undocumented(name: &str, line: usize) -> Field {
    let source = Source {
        line,
        ..Source::default()
    };
    Field {
        mandatory: Mandatory::Yes,
        ..Field::new(name, TypeName::String, source)
    }
}
