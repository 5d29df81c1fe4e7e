//! Defines [`Turns`]: in which order large bodies are read of requests that are under way
//! together.
//!
//! Any number of requests may be under way, and each reply may be as large as a body can
//! be. So of each but the first only a little is read: the rest stays with the target until
//! all earlier replies were judged. That is the order in which they are judged, so none
//! waits for one that waits for it.

use tokio::sync::watch;

tokio::task_local! {
    /// The turn of the request that is sent; without one it is always its turn.
    static TURN: Turn;
}

/// Bytes that all waiting bodies together may hold.
const MAX_WAITING: usize = 32 << 20;
/// Bytes of one body that are read before its turn.
const MAX_AHEAD: usize = 256 << 10;

/// Bytes of a body that are read before its turn, where so many are under way at once.
pub(super) fn ahead(at_once: usize) -> usize {
    MAX_AHEAD.min(MAX_WAITING / at_once.max(1))
}

/// Gives out turns, and says whose turn it is.
#[derive(Debug)]
pub struct Turns {
    given: u64,
    current: watch::Sender<u64>,
}

#[derive(Debug)]
struct Turn {
    number: u64,
    current: watch::Receiver<u64>,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            given: 0,
            current: watch::Sender::new(0),
        }
    }
}

impl Turns {
    /// Sends with the next turn.
    pub fn give<F: Future>(&mut self, send: F) -> impl Future<Output = F::Output> + use<F> {
        let turn = Turn {
            number: self.given,
            current: self.current.subscribe(),
        };
        self.given += 1;
        TURN.scope(turn, send)
    }

    /// The reply whose turn it was is judged, and its body gone.
    pub fn next(&self) {
        self.current.send_modify(|current| *current += 1);
    }
}

/// Waits for the turn of the request that is sent.
pub(super) async fn come() {
    let turn = TURN.try_with(|turn| (turn.number, turn.current.clone()));
    if let Ok((number, mut current)) = turn {
        // Where nobody gives turns any more, nobody waits for this reply.
        let _ = current.wait_for(|current| *current >= number).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::{join, poll_immediate};
    use std::pin::pin;

    #[tokio::test]
    async fn turns_come_in_the_order_in_which_they_were_given() {
        let mut turns = Turns::default();
        let mut first = pin!(turns.give(come()));
        let mut second = pin!(turns.give(come()));
        assert_eq!(poll_immediate(&mut second).await, None);
        assert_eq!(poll_immediate(&mut first).await, Some(()));
        assert_eq!(poll_immediate(&mut second).await, None);
        turns.next();
        join(second, come()).await;
    }

    #[test]
    fn however_many_are_under_way_little_is_read_ahead() {
        for at_once in [0, 1, 8, 1_024, 1 << 20] {
            assert!(ahead(at_once) <= MAX_AHEAD);
            assert!(ahead(at_once) * at_once <= MAX_WAITING);
        }
    }
}
