//! Defines [`Words`]: what the page says about a row in prose. The contract holds
//! facts alone, so that two languages give one contract; what is for people takes the
//! words from the page itself.

use super::field::{ARRAY_ELEMENT, Field, Source};
use crate::page::vocabulary::is_array_element;
use crate::page::{Page, Paragraph};
use std::collections::BTreeMap;

/// Descriptions by table, row and name.
#[derive(Debug)]
pub struct Words<'a> {
    /// `None` where two tables of one number say different things there.
    rows: BTreeMap<(u32, u32, &'a str), Option<&'a [Paragraph]>>,
}

impl<'a> Words<'a> {
    /// Collects the descriptions of a page.
    pub fn of(page: &'a Page) -> Self {
        let mut rows: BTreeMap<_, Option<&[Paragraph]>> = BTreeMap::new();
        for table in &page.tables {
            for (number, row) in (1..).zip(&table.rows) {
                let is_whole = is_array_element(&row.name);
                let name = if is_whole { ARRAY_ELEMENT } else { &row.name };
                let description = row.description.as_slice();
                rows.entry((table.number, number, name))
                    .and_modify(|known| {
                        *known = known.filter(|known| text(known) == text(description));
                    })
                    .or_insert(Some(description));
            }
        }
        Self { rows }
    }

    /// The description of a row, paragraph by paragraph; `None` where it is not known.
    pub fn paragraphs(&self, field: &Field) -> Option<&'a [Paragraph]> {
        let Source { table, row, .. } = field.source;
        *self.rows.get(&(table, row, field.name.as_str()))?
    }

    /// The description of a row; `None` where the page gives none.
    pub fn about(&self, field: &Field) -> Option<String> {
        let text = text(self.paragraphs(field)?);
        Some(text).filter(|text| !text.is_empty())
    }
}

/// One line a paragraph, bullets as such; bold that the page's own rendering failed
/// to set (`** Restrictions**`) without its asterisks.
fn text(paragraphs: &[Paragraph]) -> String {
    let lines = paragraphs.iter().map(|paragraph| {
        let text = paragraph.text.replace("**", "");
        let bullet = if paragraph.bullet { "- " } else { "" };
        format!("{bullet}{}", text.trim())
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
