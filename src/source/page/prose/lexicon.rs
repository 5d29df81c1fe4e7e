//! Defines [`Kind`] and the lexicon: what a phrase is in a sentence that bounds a value.
//!
//! The phrases are data, one file a language in `lexicon/`, each with an example that a
//! test reads. What is in no file is unknown, and no sentence with an unknown word bounds
//! anything.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a phrase can be in a sentence; `lexicon/en.toml` shows each in an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    // Relations of a number.
    To,
    And,
    AtMost,
    LessEqual,
    AtLeast,
    GreaterEqual,
    Below,
    Above,
    OrLess,
    OrMore,
    Maximum,
    Minimum,
    Exactly,
    Between,
    From,
    Open,
    OpenExclusive,
    Close,
    CloseExclusive,
    NotNegative,
    Positive,
    NotEmpty,
    // What is bounded, and in what.
    Length,
    Range,
    Value,
    Count,
    Characters,
    Digits,
    Bytes,
    Items,
    Measure,
    Size,
    Unit,
    Each,
    Part,
    // Lists and defaults.
    Options,
    CanBe,
    MustBe,
    Is,
    Either,
    Or,
    Only,
    Fixed,
    Supported,
    /// 'Supports': in front of a list that a `Tail` ends: 'of three kinds'.
    Supports,
    Tail,
    /// 'Values other than', in front of those that are not `Rejected`.
    OthersOf,
    Rejected,
    Default,
    ByDefault,
    Absent,
    Used,
    // What a truth value is called.
    On,
    Off,
    // Patterns of characters, and remarks.
    Pattern,
    Class,
    Remark,
    CaseSensitive,
    CaseInsensitive,
    Joined,
    Means,
    /// 'A multiple of', and 'the larger the value': no part of the contract.
    Step,
    Trend,
    // What keeps a sentence from holding always.
    Condition,
    Hedge,
    Not,
    // What a sentence says of a list beside it.
    Forbids,
    Examples,
    // What shows that a sentence may state a constraint; `Hint` only beside a `Verb`.
    Suspect,
    /// 'Must', 'cannot': of what a sentence begins with.
    Obliges,
    Hint,
    Verb,
    /// 'Of', 'with': in front of how much a text holds.
    Holds,
    // What a number behind it is the name of, or counts of other things.
    Numbered,
    Stock,
    // What says that more is allowed, and what is no default.
    Besides,
    NoDefault,
    Empty,
    Filler,
    // Given by the tokenizer.
    Number,
    Quoted,
    Own,
    Comma,
    Colon,
    Sign,
    Word,
}

/// A set of kinds: a phrase can be several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u128);

impl Kinds {
    pub(super) const fn of(kinds: &[Kind]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < kinds.len() {
            set |= 1 << kinds[at] as u32;
            at += 1;
        }
        Self(set)
    }

    pub(super) const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    pub(super) const fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(super) const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// Words that compare a number with what they are said of.
pub(super) const RELATIONS: Kinds = Kinds::of(&[
    Kind::AtMost,
    Kind::AtLeast,
    Kind::LessEqual,
    Kind::GreaterEqual,
    Kind::Below,
    Kind::Above,
]);

/// An entry of a file of the lexicon.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// A sentence with `{}` in the place of a phrase; read by the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "its test reads it"))]
    pub(super) example: String,
    /// What the sentence states.
    #[cfg_attr(not(test), expect(dead_code, reason = "its test reads it"))]
    pub(super) reads: String,
    pub(super) words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    phrase: Vec<Entry>,
    #[serde(default)]
    name: Vec<Name>,
}

/// What pages call the things that words in the names of rows abbreviate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    of: Vec<String>,
    words: Vec<String>,
}

/// Reads the files of both languages.
fn files() -> impl Iterator<Item = File> {
    let files = [
        include_str!("../../../../lexicon/en.toml"),
        include_str!("../../../../lexicon/zh.toml"),
    ];
    let file = |text| toml::from_str::<File>(text).expect("the file is a part of the program");
    files.into_iter().map(file)
}

/// The entries of both languages.
#[cfg(test)]
pub(super) fn entries() -> Vec<Entry> {
    files().flat_map(|file| file.phrase).collect()
}

/// All phrases, folded, by their first character; the longer ones in front.
pub(super) struct Lexicon {
    phrases: HashMap<char, Vec<(String, Kinds)>>,
    names: HashMap<String, Vec<String>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut phrases: HashMap<String, Kinds> = HashMap::new();
    let mut names: HashMap<String, Vec<String>> = HashMap::new();
    for file in files() {
        for entry in file.phrase {
            for words in entry.words {
                let kinds = phrases.entry(words).or_default();
                *kinds = kinds.with(Kinds::of(&[entry.kind]));
            }
        }
        for name in file.name {
            for of in name.of {
                names.entry(of).or_default().extend(name.words.clone());
            }
        }
    }
    let mut by_first: HashMap<char, Vec<(String, Kinds)>> = HashMap::new();
    for (words, kinds) in phrases {
        if let Some(first) = words.chars().next() {
            by_first.entry(first).or_default().push((words, kinds));
        }
    }
    for phrases in by_first.values_mut() {
        phrases.sort_by(|(one, _), (other, _)| (other.len(), one).cmp(&(one.len(), other)));
    }
    Lexicon {
        phrases: by_first,
        names,
    }
});

pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

impl Lexicon {
    /// What a page calls the thing that a word of a name abbreviates.
    pub(super) fn called(&self, name: &str) -> &[String] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a folded text is, all of it.
    pub(super) fn kinds(&self, folded: &str) -> Kinds {
        let found = self.longest(folded);
        found.map_or(Kinds::default(), |(length, kinds)| {
            match length == folded.len() {
                true => kinds,
                false => Kinds::default(),
            }
        })
    }

    /// The longest phrase at the beginning of a folded text that ends where a word may:
    /// its length in bytes, and what it is.
    pub(super) fn longest(&self, folded: &str) -> Option<(usize, Kinds)> {
        let first = folded.chars().next()?;
        let joins = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let found = self.phrases.get(&first)?.iter().find(|(words, _)| {
            folded
                .strip_prefix(words.as_str())
                .is_some_and(|behind| !(words.ends_with(joins) && behind.starts_with(joins)))
        });
        found.map(|(words, kinds)| (words.len(), *kinds))
    }
}
