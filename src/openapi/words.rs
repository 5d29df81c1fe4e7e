//! Defines [`Words`]: what the page says about a row in prose. The contract holds
//! facts alone, so that two languages give one contract; a document for people
//! takes the words from the page itself.

use crate::contract::{Field, Source};
use crate::page::{Page, Paragraph};
use std::collections::BTreeMap;

/// Descriptions by table, row and name.
#[derive(Debug)]
pub(super) struct Words {
    /// `None` where two tables of one number say different things there.
    rows: BTreeMap<(u32, u32, String), Option<String>>,
}

impl Words {
    /// Collects the descriptions of a page.
    pub(super) fn of(page: &Page) -> Self {
        let mut rows: BTreeMap<_, Option<String>> = BTreeMap::new();
        for table in &page.tables {
            for (index, row) in table.rows.iter().enumerate() {
                let Ok(number) = u32::try_from(index + 1) else {
                    break;
                };
                let text = text(&row.description);
                rows.entry((table.number, number, row.name.clone()))
                    .and_modify(|known| {
                        if known.as_ref() != Some(&text) {
                            *known = None;
                        }
                    })
                    .or_insert(Some(text));
            }
        }
        Self { rows }
    }

    /// The description of a row; `None` where the page gives none.
    pub(super) fn about(&self, field: &Field) -> Option<&str> {
        let Source { table, row, .. } = field.source;
        self.rows
            .get(&(table, row, field.name.clone()))?
            .as_deref()
            .filter(|text| !text.is_empty())
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
