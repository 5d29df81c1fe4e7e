//! Reads the rows of a table as fields.

use super::role::Role;
use super::{Builder, assumed};
use crate::contract::{ARRAY_ELEMENT, Fact, Field, Location, Mandatory, Quote, Source, TypeName};
use crate::source::null::may_be_null;
use crate::source::page::prose::{self, Stated};
use crate::source::page::type_cell::is_dictionary;
use crate::source::page::vocabulary::{fold, is_array_element, is_name, is_nothing};
use crate::source::page::{Column, Paragraph, Part, Row, Table};

/// Most rows of a table that are read.
const MAX_ROWS: usize = 2_000;

impl Builder {
    /// The rows of a table that stand in this part of the message, where it has a column
    /// for that.
    pub(super) fn fields(
        &mut self,
        table: &Table,
        role: Role,
        part: Option<Part>,
        fallback: &TypeName,
    ) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        if !table.columns.contains(&Column::Type) {
            self.find(
                table.line,
                format!("Table {} has no column of types", table.number),
                &assumed(fallback),
                "add a column Type to the page's copy",
            );
        }
        if let Some(row) = table.rows.get(MAX_ROWS) {
            self.find(
                row.line,
                format!("Table {} has more than {MAX_ROWS} rows", table.number),
                "the further ones were not read",
                "compare with the original page and mend the saved copy",
            );
        }
        // Of a body without a name for anything the whole is told.
        let is_body = matches!(role, Role::RequestBody | Role::ResponseBody(_));
        if is_body && table.rows.iter().all(|row| is_nothing(&row.name)) {
            return fields;
        }
        let rows = table.rows.iter().take(MAX_ROWS).enumerate();
        for (index, row) in rows.filter(|(_, row)| row.part == part) {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            if self.bodies.rows.contains(&(table.number, number)) {
                continue;
            }
            if let Some(field) = self.field(table, role, number, row, fallback) {
                let parent = |row: u32| self.parents.get(&(table.number, row));
                let is_alike = |other: &Field| {
                    other.name == field.name && parent(other.source.row) == parent(number)
                };
                // It may be a member of another row, which the example shows.
                match fields.iter().any(is_alike) {
                    true => self.doubles.push(field),
                    false => fields.push(field),
                }
            }
        }
        fields
    }

    fn field(
        &mut self,
        of: &Table,
        role: Role,
        number: u32,
        row: &Row,
        fallback: &TypeName,
    ) -> Option<Field> {
        let table = of.number;
        let has_description = of.columns.contains(&Column::Description);
        let place = format!("Table {table}, row {number} ({})", row.name);
        let is_whole = is_array_element(&row.name);
        // What no header field can be called (RFC 9110 section 5.1) is no name of one.
        let is_field = matches!(
            role,
            Role::Parameters(Location::Header) | Role::ResponseHeaders(_)
        );
        let is_token = !row.name.contains([':', '/', '@', '[', ']']);
        if !is_whole && (!is_name(&row.name) || is_field && !is_token) {
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
        let mut kind = self.kind(row, role, &place, fallback);
        if row.description.is_empty() && has_description {
            self.find(
                row.line,
                format!("{place}: the description is empty"),
                "the row states no more than its type",
                "if the saved page lost it, save the page again; else write '-'",
            );
        }
        let mut mandatory = self.mandatory(row, &place);
        let texts = row.description.iter().map(|paragraph| &paragraph.text);
        let referred: Vec<u32> = texts
            .chain(&row.kind)
            .flat_map(|text| prose::tables(&fold(text)).collect::<Vec<_>>())
            .collect();
        if !referred.is_empty() {
            if kind == TypeName::Any
                && let Some(shown) = self.as_shown(row, role, &place)
            {
                kind = shown;
            }
            self.references.insert((table, number), referred);
        }
        if let Some(parent) = &row.parent {
            self.parents.insert((table, number), parent.clone());
        }
        if row.kind.as_deref().is_some_and(is_dictionary) {
            self.dictionaries.insert((table, number));
        }
        let told = self.contract.findings.len();
        let Stated {
            constraints,
            condition,
            mut quotes,
        } = prose::constraints(&kind, &row.description, &place, &mut self.contract.findings);
        if matches!(role, Role::ResponseBody(_) | Role::Object(Some(_)))
            && let Some(quote) = null_said(row)
        {
            // That is what the sentence says; a number in it says more.
            let is_part = |text: &str| text.contains("null") && quote.words.contains(text);
            let is_said = |what: &str| {
                let mut quoted = what.split('\'').skip(1).step_by(2);
                quoted.any(|text| is_part(text) && !text.contains(|c: char| c.is_ascii_digit()))
            };
            let findings = self.contract.findings.split_off(told).into_iter();
            let others = findings.filter(|it| !is_said(&it.what));
            self.contract.findings.extend(others);
            quotes.insert(Fact::Nullable, quote);
        }
        let cells = [(Fact::Type, &row.kind), (Fact::Mandatory, &row.mandatory)];
        for (fact, cell) in cells {
            if let Some(words) = cell.as_deref().map(str::trim).filter(|it| !it.is_empty()) {
                let words = words.to_owned();
                quotes.insert(
                    fact,
                    Quote {
                        line: row.line,
                        words,
                    },
                );
            }
        }
        if let Some(quote) = condition.clone()
            && may_be_conditional(mandatory)
        {
            self.conditional(quote.line, &place, &quote.words);
            mandatory = Mandatory::Conditional;
            quotes.insert(Fact::Mandatory, quote);
        } else if let Some(quote) = &condition
            && mandatory == Mandatory::Yes
            && !prose::states_a_purpose(&quote.words)
        {
            self.find_guess(
                quote.line,
                format!(
                    "{place}: its column says that it is mandatory, and '{}'",
                    quote.words
                ),
                "it was read as mandatory",
                "if a request may lack it, say so by a [[correct]] entry in reading.toml",
            );
        }
        let name = if is_whole { ARRAY_ELEMENT } else { &row.name };
        let source = Source {
            table,
            row: number,
            line: row.line,
            ..Source::default()
        };
        Some(Field {
            mandatory,
            is_optional: quotes.contains_key(&Fact::Optional),
            is_nullable: quotes.contains_key(&Fact::Nullable),
            constraints,
            description: described(&row.description),
            quotes,
            ..Field::new(name, kind, source)
        })
    }
}

/// The sentence of a row that says that its value may be null.
fn null_said(row: &Row) -> Option<Quote> {
    let mut sentences = row.description.iter().flat_map(|paragraph| {
        let sentences = paragraph.text.split_inclusive(['.', '。', ';', '；']);
        sentences.map(|sentence| (paragraph.line, sentence.trim()))
    });
    let (line, sentence) = sentences.find(|(_, it)| may_be_null(it))?;
    Some(Quote {
        line,
        words: sentence.to_owned(),
    })
}

/// The paragraphs of a description, bullets as such; bold that the page's own rendering
/// failed to set (`** Restrictions**`) without its asterisks.
fn described(paragraphs: &[Paragraph]) -> Vec<String> {
    let lines = paragraphs.iter().map(|paragraph| {
        let text = paragraph.text.replace("**", "");
        let bullet = if paragraph.bullet { "- " } else { "" };
        format!("{bullet}{}", text.trim())
    });
    lines.filter(|line| !line.trim().is_empty()).collect()
}

/// Whether a sentence may say when a row is mandatory: the column for it counts, where it
/// says Yes.
fn may_be_conditional(mandatory: Mandatory) -> bool {
    matches!(mandatory, Mandatory::No | Mandatory::Unstated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_counts_where_it_says_yes() {
        assert!(!may_be_conditional(Mandatory::Yes));
        assert!(may_be_conditional(Mandatory::No));
        assert!(may_be_conditional(Mandatory::Unstated));
        assert!(!may_be_conditional(Mandatory::Conditional));
    }
}
