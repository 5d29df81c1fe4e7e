//! Defines [`Redactor`]: takes secrets, in every form they travel in, out of text.
//!
//! Text is searched with its escapes resolved ([`Unescaped`]), for the secret itself, in
//! upper and lower case, forwards and backwards, and for its hex, base32 and base64, also
//! where it is part of a longer text that was encoded as a whole ([`needle`](super::needle)).

use super::needle::{GRAM, Needle, PARTIAL, forms};
use super::unescape::Unescaped;
use crate::error::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes that are searched at once, so that resolving escapes takes bounded memory.
const BLOCK: usize = 256 * 1024;
/// Places of a secret that are compared where its characters repeat themselves.
const MAX_CANDIDATES: usize = 64;
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

    /// Text of our own without whole secrets. What shares some characters with a secret
    /// stays as it is: it was made without knowing it.
    pub fn own_text(&self, text: &str) -> String {
        as_text(self.replaced(text.as_bytes(), Reach::Whole))
    }

    /// Whether a whole secret, in any form, stands in `text`.
    pub fn finds(&self, text: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .each_run(text.as_bytes(), Reach::Whole, |_, _| ControlFlow::Break(()))
            .is_break()
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
        let _ = known.each_run(bytes, reach, |run, name| {
            clean.extend_from_slice(&bytes[kept..run.start]);
            clean.push(b'$');
            clean.extend_from_slice(name.as_bytes());
            kept = run.end;
            ControlFlow::Continue(())
        });
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
    ) -> ControlFlow<()> {
        if self.needles.is_empty() {
            return ControlFlow::Continue(());
        }
        let (mut begin, mut size) = (0, BLOCK);
        loop {
            let end = (begin + size).min(source.len());
            let view = Unescaped::new(&source[begin..end]);
            let length = view.bytes().len();
            // What begins near the end of a block is left to the next one.
            let limit = if end == source.len() {
                length
            } else {
                length.saturating_sub(self.longest)
            };
            if limit == 0 && end < source.len() {
                size *= 2;
                continue;
            }
            let mut at = 0;
            while let Some((run, name)) = self.next(view.bytes(), at, reach) {
                if run.start >= limit {
                    break;
                }
                at = run.end;
                let first = begin + view.source(run.start).start;
                visit(first..begin + view.source(run.end - 1).end, name)?;
            }
            if end == source.len() {
                return ControlFlow::Continue(());
            }
            let next = at.max(limit);
            begin += match next {
                0 => 0,
                next => view.source(next - 1).end,
            };
            size = BLOCK;
        }
    }

    /// The first run of a secret from `from` on.
    fn next(&self, view: &[u8], from: usize, reach: Reach) -> Option<(Range<usize>, &str)> {
        let mut at = from;
        while let Some(gram) = view.get(at..).and_then(gram) {
            let bit = hash(gram, self.filter.len());
            if self.filter[bit / 64] & (1 << (bit % 64)) != 0 {
                let begin = self.grams.partition_point(|(other, ..)| *other < gram);
                let longest = self.grams[begin..]
                    .iter()
                    .take_while(|(other, ..)| *other == gram)
                    .take(MAX_CANDIDATES)
                    .filter_map(|(_, number, position)| {
                        let needle = &self.needles[*number as usize];
                        let run = needle.run(view, from, at, *position as usize)?;
                        self.counts(needle, &view[run.clone()], reach)
                            .then_some((run, needle.name.as_str()))
                    })
                    .max_by_key(|(run, _)| run.len());
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
