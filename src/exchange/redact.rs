//! Defines [`Redactor`]: takes secrets, in every form they travel in, out of text.
//!
//! Text is searched with its escapes resolved ([`Unescaped`]), for the secret itself, in
//! upper and lower case, forwards and backwards, and for its hex, base32 and base64, also
//! where it is part of a longer text that was encoded as a whole ([`needle`](super::needle)),
//! and where something stands between the characters of the code ([`View`]).
//!
//! A text of which too much looks like a secret is withheld as a whole: taking it apart could
//! keep a processor for seconds, and nothing of interest would be left.

use super::needle::{GRAM, Needle, PARTIAL, forms};
use super::unescape::Unescaped;
use super::view::View;
use crate::error::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes that are searched at once, so that resolving escapes takes bounded memory.
const BLOCK: usize = 256 * 1024;
/// Secrets and parts of them that are replaced in one text.
const MAX_RUNS: usize = 10_000;
/// Bytes of a text that are compared with a secret.
const MAX_COMPARED: usize = 32 << 20;
/// What a closer look at a run costs, in bytes compared.
const CLOSER_LOOK: usize = 256;
/// A word of our own: no part of a secret, where only the part is seen.
const OWN_WORD: &str = "conformant";

/// Replaces secrets by a name that says which one stood there. Clones share what
/// they know.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

/// How much of a secret must stand in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Eight characters in a row.
    Part,
    /// All but an eighth.
    Whole,
}

/// How the search of a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// All of it was searched.
    Whole,
    /// Whoever was told of a run had enough.
    Enough,
    /// Too much of it looks like a secret.
    TooMuch,
}

/// What the search of a text has cost so far.
#[derive(Default)]
struct Cost {
    runs: usize,
    compared: usize,
}

impl Cost {
    fn is_too_much(&self) -> bool {
        self.runs > MAX_RUNS || self.compared > MAX_COMPARED
    }
}

/// A secret, or a part of one, in the source.
struct Run<'a> {
    place: Range<usize>,
    name: &'a str,
}

#[derive(Default)]
struct Known {
    needles: Vec<Needle>,
    /// Names of secrets that are too short.
    short: Vec<String>,
    /// Every four characters of each needle: needle and position, in order.
    grams: Vec<(u32, u32, u32)>,
    /// Which hashes of four characters occur: most of a text needs no closer look.
    filter: Vec<u64>,
    /// Every run that counts has four characters at a multiple of it.
    stride: usize,
    /// Length of the longest needle.
    longest: usize,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Redactor {
    /// Knows `secrets`, each shown as `$NAME`.
    pub fn new<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Self {
        let redactor = Self::default();
        for (name, secret) in secrets {
            redactor.learn(name, secret);
        }
        redactor
    }

    /// Knows one more secret from now on. One of less than four bytes is left alone: it
    /// would take ordinary text apart.
    pub fn learn(&self, name: &str, secret: &SecretString) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let length = secret.expose_secret().chars().count();
        let is_short = (1..PARTIAL).contains(&length);
        if is_short && !known.short.iter().any(|other| other == name) {
            known.short.push(name.to_owned());
        }
        for needle in forms(name, secret) {
            if !known.needles.iter().any(|other| other.is_same(&needle)) {
                known.needles.push(needle);
            }
        }
        known.index();
    }

    /// Names of secrets under eight characters, which cannot be told from ordinary text:
    /// parts of them are never found.
    pub fn short(&self) -> Vec<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.short.clone()
    }

    /// Text from outside without secrets, and without any eight characters of one.
    pub fn text(&self, text: &str) -> String {
        as_text(self.bytes(text.as_bytes()))
    }

    /// Bytes from outside, as [`text`](Self::text) does it; the same bytes where no
    /// secret stands in them.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.replaced(bytes, Reach::Part)
    }

    /// The first characters of bytes from outside, as [`text`](Self::text) does it, and
    /// whether there are more.
    pub fn excerpt(&self, bytes: &[u8], most: usize) -> (String, bool) {
        // Secrets go before the cut: half a secret is not found.
        let head = &bytes[..bytes.len().min(BLOCK)];
        let clean = self.text(&String::from_utf8_lossy(head));
        let cut: String = clean.chars().take(most).collect();
        let is_cut = cut.len() < clean.len() || head.len() < bytes.len();
        (cut, is_cut)
    }

    /// Text of our own without whole secrets. What shares some characters with a secret
    /// stays as it is: it was made without knowing it.
    pub fn own_text(&self, text: &str) -> String {
        as_text(self.replaced(text.as_bytes(), Reach::Whole))
    }

    /// Whether a whole secret, in any form, stands in `text`; also where so much of it looks
    /// like one that nobody can tell.
    pub fn finds(&self, text: &str) -> bool {
        self.finds_in(text.as_bytes())
    }

    /// As [`finds`](Self::finds), in bytes from outside.
    pub fn finds_in(&self, bytes: &[u8]) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.each_run(bytes, Reach::Whole, |_, _| ControlFlow::Break(())) != End::Whole
    }

    /// Refuses to let `text` out where a whole secret stands in it; `place` is where it
    /// would have gone.
    ///
    /// # Errors
    /// [`Error::NoVerdict`] where one does.
    pub fn guard(&self, place: &str, text: &str) -> Result<()> {
        if self.finds(text) {
            return Err(Error::no_verdict(
                place,
                "a secret would have stood here, so nothing was written",
                "a secret that is an ordinary word cannot be told from the text around it: use a longer one; else report this as a bug",
            ));
        }
        Ok(())
    }

    fn replaced(&self, bytes: &[u8], reach: Reach) -> Vec<u8> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut clean = Vec::with_capacity(bytes.len());
        let mut kept = 0;
        let end = known.each_run(bytes, reach, |run, name| {
            clean.extend_from_slice(&bytes[kept..run.start]);
            clean.push(b'$');
            clean.extend_from_slice(name.as_bytes());
            kept = run.end;
            ControlFlow::Continue(())
        });
        if end == End::TooMuch {
            return withheld(bytes.len()).into_bytes();
        }
        clean.extend_from_slice(&bytes[kept..]);
        clean
    }
}

impl Known {
    fn index(&mut self) {
        let least = self.needles.iter().map(|needle| needle.least).min();
        self.stride = least.unwrap_or(GRAM) + 1 - GRAM;
        let lengths = self.needles.iter().map(|needle| needle.bytes().len());
        self.longest = lengths.max().unwrap_or(0);
        self.grams.clear();
        for (number, needle) in (0..).zip(&self.needles) {
            let grams = needle.bytes().windows(GRAM).filter_map(gram);
            self.grams
                .extend((0..).zip(grams).map(|(at, gram)| (gram, number, at)));
        }
        self.grams.sort_unstable();
        let words = (self.grams.len() * 16 / 64).next_power_of_two();
        self.filter = vec![0; words];
        for (gram, ..) in &self.grams {
            let bit = hash(*gram, words);
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Tells `visit` where in `source` secrets stand, in order, and their names.
    fn each_run(
        &self,
        source: &[u8],
        reach: Reach,
        mut visit: impl FnMut(Range<usize>, &str) -> ControlFlow<()>,
    ) -> End {
        if self.needles.is_empty() {
            return End::Whole;
        }
        let mut cost = Cost::default();
        let (mut begin, mut size) = (0, BLOCK);
        loop {
            let end = (begin + size).min(source.len());
            let is_last = end == source.len();
            let (limit, mut runs) = self.block(&source[begin..end], is_last, reach, &mut cost);
            if cost.is_too_much() {
                return End::TooMuch;
            }
            if !is_last && limit < size / 2 {
                // Nearly all of it is left out of what is searched.
                size *= 2;
                continue;
            }
            runs.sort_unstable_by_key(|run| (run.place.start, run.place.end));
            runs.dedup_by(|next, run| {
                let is_same = next.place.start < run.place.end;
                if is_same {
                    run.place.end = run.place.end.max(next.place.end);
                }
                is_same
            });
            let mut searched = limit;
            for run in runs {
                searched = searched.max(run.place.end);
                let place = begin + run.place.start..begin + run.place.end;
                if visit(place, run.name).is_break() {
                    return End::Enough;
                }
            }
            if is_last {
                return End::Whole;
            }
            begin += searched;
            size = BLOCK;
        }
    }

    /// Every run that begins in a block of a text, up to the place in it that is given: what
    /// begins behind is left to the next block.
    fn block(
        &self,
        block: &[u8],
        is_last: bool,
        reach: Reach,
        cost: &mut Cost,
    ) -> (usize, Vec<Run<'_>>) {
        let mut limit = block.len();
        let mut runs = Vec::new();
        for text in Unescaped::readings(block) {
            for view in View::all(&text) {
                if !is_last {
                    limit = limit.min(view.limit(self.longest));
                }
                let mut at = 0;
                while let Some((run, name)) = self.next(&view, at, reach, cost) {
                    at = run.end;
                    let first = view.source(run.start).start;
                    let place = first..view.source(run.end - 1).end;
                    runs.push(Run { place, name });
                    if runs.len() > MAX_RUNS {
                        break;
                    }
                }
                if runs.len() > MAX_RUNS || cost.is_too_much() {
                    cost.runs += runs.len();
                    return (limit, runs);
                }
            }
        }
        if !is_last {
            runs.retain(|run| run.place.start < limit);
        }
        cost.runs += runs.len();
        (limit, runs)
    }

    /// The first run of a secret from `from` on.
    fn next(
        &self,
        view: &View<'_>,
        from: usize,
        reach: Reach,
        cost: &mut Cost,
    ) -> Option<(Range<usize>, &str)> {
        let bytes = view.bytes();
        let mut at = from;
        while let Some(gram) = bytes.get(at..).and_then(gram) {
            let bit = hash(gram, self.filter.len());
            if self.filter[bit / 64] & (1 << (bit % 64)) != 0 {
                let begin = self.grams.partition_point(|(other, ..)| *other < gram);
                let mut longest: Option<(Range<usize>, &str)> = None;
                let same = self.grams[begin..].iter();
                for (_, number, position) in same.take_while(|(other, ..)| *other == gram) {
                    let needle = &self.needles[*number as usize];
                    if needle.kind < view.least {
                        continue;
                    }
                    cost.compared += GRAM;
                    let Some(run) = needle.run(bytes, from, at, *position as usize) else {
                        continue;
                    };
                    cost.compared += run.len();
                    if cost.is_too_much() {
                        return None;
                    }
                    let is_longer = |(other, _): &(Range<usize>, &str)| run.len() >= other.len();
                    if longest.as_ref().is_none_or(is_longer) && run.len() >= needle.least {
                        cost.compared += CLOSER_LOOK;
                        if self.counts(needle, &bytes[run.clone()], reach) {
                            longest = Some((run, &needle.name));
                        }
                    }
                }
                if longest.is_some() {
                    return longest;
                }
            }
            at += self.stride;
        }
        None
    }

    fn counts(&self, needle: &Needle, run: &[u8], reach: Reach) -> bool {
        if run.len() >= needle.whole {
            return true;
        }
        reach == Reach::Part && run.len() >= needle.least && {
            let run = run.to_ascii_lowercase();
            let names = self.needles.iter().map(|needle| needle.name.as_str());
            !names.chain([OWN_WORD]).any(|word| {
                let word = word.to_ascii_lowercase();
                word.as_bytes().windows(run.len()).any(|part| part == run)
            })
        }
    }
}

/// What stands for a text of which too much looks like a secret.
fn withheld(length: usize) -> String {
    format!("[{length} bytes withheld: too much of them looks like a secret]")
}

/// A part of a secret may end inside of a character.
fn as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The first four bytes of a text, upper and lower case alike.
fn gram(text: &[u8]) -> Option<u32> {
    let bytes = text.first_chunk::<GRAM>()?;
    Some(u32::from_le_bytes(*bytes) | 0x2020_2020)
}

/// A bit of a filter of `words` times 64 bits, which is a power of two.
fn hash(gram: u32, words: usize) -> usize {
    let mixed = u64::from(gram).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    usize::try_from(mixed).unwrap_or_default() & (words * 64 - 1)
}

#[cfg(test)]
mod tests;
