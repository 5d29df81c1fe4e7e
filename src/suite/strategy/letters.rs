//! Defines [`Letters`]: random texts of plain characters, between two lengths.
//!
//! A text is one value here, not a list of strategies for its characters: nearly every
//! text is sent once and never shrunk, and drawing it must cost less than sending it.

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Characters that need no encoding anywhere in a URI and mean nothing to routers.
/// The first is the simplest. Sixty-four of them: six random bits choose one.
const PLAIN: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

/// Texts of plain characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    shortest: usize,
    longest: usize,
}

impl Letters {
    /// Texts of `shortest` to `longest` characters.
    pub(super) fn new(shortest: usize, longest: usize) -> Self {
        Self {
            shortest,
            longest: longest.max(shortest),
        }
    }
}

impl Strategy for Letters {
    type Tree = Shrinking;
    type Value = String;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let rng = runner.rng();
        let lengths = (self.longest - self.shortest) as u64 + 1;
        let length = self.shortest + (rng.next_u64() % lengths) as usize;
        let mut text = vec![0; length];
        rng.fill_bytes(&mut text);
        for byte in &mut text {
            *byte = PLAIN[usize::from(*byte % 64)];
        }
        Ok(Shrinking {
            shortest: self.shortest,
            length,
            text,
            step: Step::Length,
            before: Before::Nothing,
        })
    }
}

/// A text on its way to a smaller one: its end goes first, half of what may go at a
/// time, then each character becomes the simplest one.
#[derive(Clone, Debug)]
pub(super) struct Shrinking {
    /// Not to be cut below this length.
    shortest: usize,
    /// So many characters are left.
    length: usize,
    text: Vec<u8>,
    step: Step,
    before: Before,
}

/// What is made smaller next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Length,
    Character(usize),
}

/// What the last step changed, in order to take it back.
#[derive(Clone, Copy, Debug)]
enum Before {
    Nothing,
    Length(usize),
    Character(usize, u8),
}

impl ValueTree for Shrinking {
    type Value = String;

    fn current(&self) -> String {
        // Its characters are ASCII.
        String::from_utf8_lossy(&self.text[..self.length]).into_owned()
    }

    fn simplify(&mut self) -> bool {
        if let Step::Length = self.step {
            if self.length > self.shortest {
                self.before = Before::Length(self.length);
                self.length = self.shortest.midpoint(self.length);
                return true;
            }
            self.step = Step::Character(0);
        }
        let Step::Character(from) = self.step else {
            return false;
        };
        let next = (from..self.length).find(|at| self.text[*at] != PLAIN[0]);
        let Some(at) = next else {
            self.before = Before::Nothing;
            return false;
        };
        self.before = Before::Character(at, self.text[at]);
        self.text[at] = PLAIN[0];
        self.step = Step::Character(at + 1);
        true
    }

    fn complicate(&mut self) -> bool {
        match std::mem::replace(&mut self.before, Before::Nothing) {
            Before::Nothing => return false,
            Before::Length(length) => {
                // What was just tried is too short.
                self.shortest = self.length + 1;
                self.length = length;
            }
            Before::Character(at, byte) => self.text[at] = byte,
        }
        // What is restored is known: each step is a request, so the next one comes at once.
        self.simplify();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(breaks: impl Fn(&str) -> bool) -> String {
        let mut runner = TestRunner::deterministic();
        let mut tree = loop {
            let tree = Letters::new(1, 64).new_tree(&mut runner).unwrap();
            if breaks(&tree.current()) {
                break tree;
            }
        };
        let mut goes_on = tree.simplify();
        while goes_on {
            goes_on = if breaks(&tree.current()) {
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        assert!(breaks(&tree.current()));
        tree.current()
    }

    #[test]
    fn texts_have_every_length_and_character() {
        let mut runner = TestRunner::deterministic();
        let mut lengths = std::collections::BTreeSet::new();
        let mut characters = std::collections::BTreeSet::new();
        for _ in 0..2_000 {
            let text = Letters::new(2, 9).new_tree(&mut runner).unwrap().current();
            lengths.insert(text.len());
            characters.extend(text.bytes());
        }
        assert_eq!(
            lengths.into_iter().collect::<Vec<_>>(),
            [2, 3, 4, 5, 6, 7, 8, 9]
        );
        assert_eq!(characters.len(), 64);
    }

    #[test]
    fn a_text_shrinks_to_the_shortest_and_simplest_that_still_breaks() {
        assert_eq!(shrunk(|text| text.len() >= 17), "0".repeat(17));
        assert_eq!(shrunk(|_| true), "0");
        let rest = shrunk(|text| text.len() > 3 && text.as_bytes()[2] != b'0');
        assert_eq!((&rest[..2], rest.len()), ("00", 4));
        assert_ne!(rest.as_bytes()[2], b'0');
    }
}
