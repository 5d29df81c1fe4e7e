//! Finds the rows that are no parameters but a body as a whole, and the tables of these.

use super::objects::Key;
use super::role::{Named, Role, role};
use super::shown::Shown;
use crate::contract::{Finding, Location};
use crate::source::page::prose;
use crate::source::page::vocabulary::fold;
use crate::source::page::{Page, Row, Section};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that are not parameters but the body as a whole, and the tables of it: `body`,
/// 'see Table 2'.
#[derive(Default)]
pub(super) struct Bodies {
    /// The rows.
    pub rows: BTreeSet<Key>,
    /// By number of a table: the body that it lists the members of.
    pub tables: BTreeMap<u32, Role>,
    /// The first of these rows that refers to no table, in this line.
    pub bare: Option<(String, usize)>,
    /// What becomes of the others.
    pub notes: Vec<Finding>,
}

impl Bodies {
    pub(super) fn of(page: &Page, method: &str, named: &Named, shown: &Shown) -> Self {
        let mut bodies = Self::default();
        for table in page
            .tables
            .iter()
            .filter(|it| it.section != Section::NoStatus)
        {
            let (role, is_guess) = role(table, method, named);
            let is_alone = table.rows.len() == 1;
            let whole = match role {
                Role::Parameters(Location::Path) => Role::RequestBody,
                Role::Parameters(Location::Query) if is_guess => Role::RequestBody,
                Role::RequestBody | Role::ResponseBody(_) if is_alone => role,
                _ => continue,
            };
            let scope = whole.scope(crate::status::OK);
            for (number, row) in (1..).zip(&table.rows) {
                if !is_whole(row) || named.names.contains(&row.name) {
                    continue;
                }
                let is_member = shown.structure(scope, &row.name).is_some();
                let is_reply = matches!(whole, Role::ResponseBody(_));
                let fits = |number: &u32| {
                    let mut tables = page.tables.iter().filter(|it| it.number == *number);
                    *number != table.number
                        && tables.any(|it| it.section.is_of_a_reply() == is_reply)
                };
                let place = format!("Table {}, row {number} ({})", table.number, row.name);
                match referred(row).find(fits) {
                    Some(_) if is_member => continue,
                    Some(referred) => {
                        bodies.tables.insert(referred, whole);
                        let what =
                            format!("{place} is the body, whose members Table {referred} lists");
                        let note = Finding::new(row.line, what, "it is no row of its own", "");
                        bodies.notes.push(note.note());
                    }
                    // Alone it may as well be a member of this name.
                    None if role == whole => continue,
                    None => {
                        bodies.bare.get_or_insert((place, row.line));
                    }
                }
                bodies.rows.insert((table.number, number));
            }
        }
        bodies
    }
}

/// Whether a row is called as a body is.
fn is_whole(row: &Row) -> bool {
    matches!(
        fold(&row.name).as_str(),
        "body"
            | "request body"
            | "response body"
            | "request parameters"
            | "response parameters"
            | "请求体"
            | "响应体"
            | "消息体"
            | "请求参数"
            | "响应参数"
    )
}

/// The tables that a row refers to.
fn referred(row: &Row) -> impl Iterator<Item = u32> {
    let texts = row.description.iter().map(|paragraph| &paragraph.text);
    let texts: Vec<String> = texts.chain(&row.kind).map(|text| fold(text)).collect();
    let numbers = texts.iter().flat_map(|text| prose::tables(text));
    numbers.collect::<Vec<_>>().into_iter()
}
