//! Defines [`Bound`], and which facts of a row do not stand in the words quoted for them.

use super::number::{self, Number, Side, Unit, pattern};
use super::sheet::find;
use crate::contract::{Fact, Field, TypeName};
use crate::source::Cell;
use regex::Regex;
use std::sync::LazyLock;

/// Numbers that pages write without digits.
const WORDS: [(&[&str], i128); 5] = [
    (&["negative", "zero", "非负", "零"], 0),
    (
        &[
            "positive",
            "empty",
            "one",
            "than zero",
            "above zero",
            "正整数",
            "正数",
            "空",
            "一",
        ],
        1,
    ),
    (&["two", "两", "二"], 2),
    (&["three", "三"], 3),
    (&["intmax"], 2_147_483_647),
];
/// What pages call the values of a truth value.
const TRUTHS: [(&str, [&str; 6]); 2] = [
    ("true", ["enabled", "on", "yes", "开启", "启用", "打开"]),
    ("false", ["disabled", "off", "no", "关闭", "禁用", "不"]),
];
/// Words by which a bound need not hold.
static HEDGES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:usually|generally|normally|typically|recommended|if|when|unless|otherwise|approximately|about|or (?:is |are )?(?:left )?(?:blank|empty))\b|一般|通常|建议|如果|若|当.*时|或为空|可为空",
    )
});

/// One side of a length, a range or a number of items.
pub(super) struct Bound {
    fact: Fact,
    side: Side,
    number: i128,
}

impl Bound {
    /// Whether a number of the text is this bound: the same, or the next where the words
    /// leave it out, of no other side and no other unit.
    pub(super) fn holds(&self, number: &Number) -> bool {
        let fits = match number.unit {
            Unit::Unstated => true,
            Unit::Characters => self.fact == Fact::Length,
            Unit::Items => self.fact != Fact::Length,
            Unit::Time | Unit::Size => self.fact == Fact::Range,
        };
        let inside = match self.side {
            Side::Least => 1,
            Side::Most => -1,
        };
        let is_own = number.side.is_none_or(|side| side == self.side);
        let is_it =
            |value| value == self.number || number.is_left_out && value + inside == self.number;
        fits && is_own && number.value.is_some_and(is_it)
    }

    fn stands_in(&self, words: &str) -> bool {
        let folded = words.to_lowercase();
        let is_word = |(spelt, number): &(&[&str], i128)| {
            *number == self.number && spelt.iter().any(|word| folded.contains(word))
        };
        WORDS.iter().any(is_word) || number::all(words).iter().any(|number| self.holds(number))
    }

    fn what(&self) -> String {
        let side = match self.side {
            Side::Least => "minimum",
            Side::Most => "maximum",
        };
        let of = match self.fact {
            Fact::Length => "length",
            Fact::Items => "number of items",
            _ => "range",
        };
        format!("the {side} {} of its {of}", self.number)
    }
}

/// The bounds of a row.
pub(super) fn bounds(field: &Field) -> Vec<Bound> {
    let facts = &field.constraints;
    let (length, range, items) = (facts.length, facts.range, facts.items);
    let all = [
        (Fact::Length, Side::Least, length.min.map(i128::from)),
        (Fact::Length, Side::Most, length.max.map(i128::from)),
        (Fact::Range, Side::Least, range.min.map(i128::from)),
        (Fact::Range, Side::Most, range.max.map(i128::from)),
        (Fact::Items, Side::Least, items.min.map(i128::from)),
        (Fact::Items, Side::Most, items.max.map(i128::from)),
    ];
    let stated = all
        .into_iter()
        .filter_map(|(fact, side, number)| number.map(|number| Bound { fact, side, number }));
    stated.collect()
}

/// Facts that the words quoted for them do not state, with their line.
pub(super) fn doubts(cell: &Cell, field: &Field) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut doubt = |fact: Fact, what: String| {
        let quote = field.quotes.get(&fact);
        found.push((quote.map_or(field.source.line, |quote| quote.line), what));
    };
    let words = |fact| {
        field
            .quotes
            .get(&fact)
            .map_or("", |quote| quote.words.as_str())
    };
    let missing = |what: &str, fact| {
        format!(
            "{what} is not in the words quoted for it, '{}'",
            words(fact)
        )
    };
    let bounds = bounds(field);
    for bound in &bounds {
        let (fact, words) = (bound.fact, words(bound.fact));
        let is_alone = bounds.iter().filter(|other| other.fact == fact).count() == 1;
        let in_words = number::all(words);
        if !bound.stands_in(words) {
            doubt(fact, missing(&bound.what(), fact));
        } else if let ([number], true) = (in_words.as_slice(), is_alone)
            && bound.holds(number)
            && number.side.is_none()
        {
            doubt(
                fact,
                format!("'{words}' names no side, and {} is one", bound.what()),
            );
        } else if let Some(hedge) = HEDGES.find(words) {
            let hedge = hedge.as_str();
            doubt(
                fact,
                format!(
                    "'{words}' says '{hedge}', and {} holds always",
                    bound.what()
                ),
            );
        }
    }
    let values = field.constraints.values.iter();
    let values = values.map(|value| (Fact::Values, "listed value", value));
    let default = field.constraints.default.iter();
    for (fact, what, value) in values.chain(default.map(|it| (Fact::Default, "default", it))) {
        let is_called = |name: &&str| match name.is_ascii() {
            true => !find(words(fact), name).is_empty(),
            false => words(fact).contains(*name),
        };
        let mut truths = TRUTHS.iter().filter(|(truth, _)| truth == value);
        let is_truth = field.kind == TypeName::Boolean
            && truths.any(|(_, names)| names.iter().any(&is_called));
        if find(words(fact), value).is_empty() && !is_truth {
            doubt(fact, missing(&format!("the {what} '{value}'"), fact));
        }
    }
    let of_cells = [Fact::Type, Fact::Mandatory];
    for (fact, quote) in field
        .quotes
        .iter()
        .filter(|(fact, _)| !of_cells.contains(fact))
    {
        let stands = |words: &str| {
            let mut texts = cell.paragraphs.iter();
            texts.any(|paragraph| !find(&paragraph.text, words).is_empty())
        };
        for words in quote.words.lines().filter(|words| !stands(words)) {
            doubt(
                *fact,
                format!("'{words}' is quoted, and does not stand in the row"),
            );
        }
    }
    found
}
