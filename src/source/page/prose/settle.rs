//! Settles facts and remarks at the end of a description: what is contradicted or left open
//! is no fact.

use super::unit::of_name;
use super::{Reader, name_in};
use crate::contract::{Bounds, Fact, Quote};

impl Reader<'_> {
    /// Takes out facts that other sentences contradict or leave open, each with a finding.
    pub(super) fn settle(&mut self, line: usize) {
        let mut remarks = std::mem::take(&mut self.remarks);
        if remarks.open {
            self.facts.values.clear();
        }
        if self.facts.values.is_empty()
            && !remarks.open
            && let Some((only, quote)) = remarks.only.take()
        {
            self.facts.values.push(only);
            self.quotes.insert(Fact::Values, quote);
        }
        let states_nothing = self.facts.values.is_empty() && self.facts.range.is_open();
        let of_all = remarks.against_all(&self.facts);
        if of_all.is_some() {
            self.facts.range = Bounds::default();
        }
        let against = of_all.or_else(|| remarks.against_values(&self.facts.values));
        if let Some(against) = against {
            self.facts.values.clear();
            self.find(
                line,
                against,
                "no value is held against the list or the range".into(),
                "keep what always holds in the page's copy",
            );
        }
        remarks.declared = remarks.declared.or_else(|| of_name(name_in(self.place)));
        if let Some(against) = remarks.against_range()
            && !self.facts.range.is_open()
        {
            self.facts.range = Bounds::default();
            self.find(
                line,
                against,
                "no bound of it is part of the contract".into(),
                "write the bound in the unit of the value in the page's copy",
            );
        }
        if let Some(max) = self.facts.length.max
            && let Some(against) = remarks.against_length(max)
        {
            self.facts.length = Bounds::default();
            self.find(
                line,
                against,
                "no length is part of the contract".into(),
                "keep what always holds in the page's copy",
            );
        }
        if let Some((words, line)) = remarks.filled.take() {
            let length = &mut self.facts.length;
            if length.max.is_some() {
                length.min = length.min.or(Some(1));
                let is_quoted = |quote: &Quote| quote.words.contains(words.as_str());
                if !self.quotes.get(&Fact::Length).is_some_and(is_quoted) {
                    self.quote(Fact::Length, &words, line);
                }
            } else if length.min.is_none() {
                self.unread(&words, "", line);
            }
        }
        let may_be_empty = remarks.doubts.iter().find(|doubt| doubt.empty);
        if let Some(doubt) = may_be_empty
            && self.facts.length.min.is_some_and(|min| min > 0)
        {
            self.facts.length.min = None;
            self.find(
                line,
                format!("'{}' may allow an empty value", doubt.words),
                "no smallest length is part of the contract".into(),
                "where an empty value is refused, say so in the page's copy",
            );
        }
        // What a number means bounds nothing where no list and no range holds it.
        if let Some((_, words)) = remarks.specials.first()
            && states_nothing
            && !remarks.open
        {
            self.unread(words, "", line);
        }
        if let Some((sentence, line)) = remarks.case
            && self.facts.values.is_empty()
        {
            self.unread(&sentence, "", line);
        }
    }
}
