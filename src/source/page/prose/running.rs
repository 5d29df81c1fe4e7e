//! Reads lists that stand in running text: which of them are the values of the row.

use super::items::Item;
use super::lead::Lead;
use super::listed::is_name;
use super::patterns as phrase;
use super::{Part, Reader};
use crate::contract::TypeName;
use crate::source::page::Paragraph;
use crate::source::page::vocabulary::fold;

impl Reader<'_> {
    /// Whether items with meanings are the values of the row: numbers in a row, names in
    /// capitals, or whatever stands where values are announced.
    pub(super) fn may_be_list(&self, said: &str, run: &[Item<'_>]) -> bool {
        let is_scalar = matches!(
            self.kind.innermost(),
            TypeName::String | TypeName::Integer | TypeName::Int32 | TypeName::Long
        );
        let numbers: Option<Vec<i64>> = run.iter().map(|item| item.key.parse().ok()).collect();
        let is_announced = self.names_values
            || self.listing
            || self.part == Part::Range
            || phrase::NAMES_VALUES.is_match(&fold(said));
        let are_values = match numbers {
            Some(mut numbers) => {
                numbers.sort_unstable();
                let in_a_row = |pair: &[i64]| pair[0].checked_add(1) == Some(pair[1]);
                is_announced || numbers.windows(2).all(in_a_row)
            }
            None => run.iter().all(|item| {
                let is_prose = item.key.starts_with(char::is_uppercase)
                    && item.key.contains(char::is_lowercase);
                // 'T' and 'Z' are parts of a time, 'key' and 'value' those of a tag.
                let is_long = item.key.chars().nth(1).is_some();
                let is_part = matches!(item.key, "key" | "value");
                !is_prose
                    && !is_part
                    && (is_name(item.key) && is_long || is_announced || self.enumerates())
                    && item.key.parse::<i64>().is_err()
            }),
        };
        let in_prose = matches!(self.part, Part::Constraints | Part::Default | Part::Example);
        is_scalar && are_values && !in_prose && self.facts.range.is_open()
    }

    /// Reads a list that stands in running text, behind the sentence `said`.
    pub(super) fn listed_sentences(&mut self, said: &str, run: &[Item<'_>], line: usize) {
        if !said.is_empty() {
            self.lead = Lead::of(said);
        }
        let bullet = |item: &Item<'_>| Paragraph {
            text: format!("{}: {}", item.key, item.meaning),
            bullet: true,
            line,
        };
        let bullets: Vec<Paragraph> = run.iter().map(bullet).collect();
        let words: Vec<&str> = run.iter().map(|item| item.text).collect();
        self.noting(&words.join("\n"), line, |reader| reader.bullets(&bullets));
    }
}
