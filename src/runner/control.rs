//! Defines [`Controls`]: what is known of the controls, the valid siblings of cases: what is
//! refused proves nothing where they are refused too.

use super::ledger::Ending;
use crate::suite::Template;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the controls of a run said so far.
#[derive(Debug, Default)]
pub(super) struct Controls(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    used: BTreeSet<String>,
    /// Those that have succeeded since something differed.
    held: BTreeSet<String>,
    /// Whether one succeeded at least once.
    was_alive: bool,
    /// Whether the last one was refused although an earlier one was not.
    died: bool,
    /// Whether it was said that the token is refused.
    is_refusal_told: bool,
    /// The item that was judged last.
    last_done: String,
}

impl Controls {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another round: none was used yet.
    pub(super) fn begin_round(&self) {
        let mut state = self.state();
        state.used.clear();
        state.held.clear();
    }

    /// Notes that a control is used.
    pub(super) fn used(&self, id: &str) {
        self.state().used.insert(id.to_owned());
    }

    /// Takes a control out of those that were used, if it was.
    pub(super) fn take(&self, id: &str) -> bool {
        self.state().used.remove(id)
    }

    /// Notes that one succeeded.
    pub(super) fn holds(&self, id: &str) {
        self.state().held.insert(id.to_owned());
    }

    /// Whether one has succeeded since something differed.
    pub(super) fn held(&self, id: &str) -> bool {
        self.state().held.contains(id)
    }

    /// Notes that something differed: none is known to succeed.
    pub(super) fn in_doubt(&self) {
        self.state().held.clear();
    }

    /// Those that were used.
    pub(super) fn all_used(&self) -> BTreeSet<String> {
        self.state().used.clone()
    }

    /// Notes that one succeeded.
    pub(super) fn succeeded(&self) {
        self.state().was_alive = true;
    }

    /// Notes which item was judged to its end.
    pub(super) fn done(&self, id: &str) {
        self.state().last_done = id.to_owned();
    }

    /// Notes that one failed behind all that depend on it.
    pub(super) fn failed_at_the_end(&self) {
        let mut state = self.state();
        state.died = state.was_alive;
    }

    /// Whether the token died while the run went on.
    pub(super) fn token_died(&self) -> bool {
        self.state().died
    }

    /// Why nothing that has this control can be judged, which got `came` every time; a dead
    /// token gets the status `dead`.
    pub(super) fn refused(&self, control: &Template, came: Option<u16>, dead: u16) -> Ending {
        let mut state = self.state();
        Ending::Inconclusive(if came != Some(dead) || !state.was_alive {
            let came = came.map_or("no reply".to_owned(), |status| status.to_string());
            let wanted: Vec<String> = control.expect.iter().map(u16::to_string).collect();
            format!(
                "not judged: the valid request that it is compared with ({}) got {came} instead of {}",
                control.id,
                wanted.join(" or ")
            )
        } else if std::mem::replace(&mut state.is_refusal_told, true) {
            // Where it stopped being good was said once.
            format!("not judged: the token is refused by now ({dead})")
        } else {
            let good = match state.last_done.as_str() {
                "" => "at first".to_owned(),
                id => format!("up to and with {id}"),
            };
            format!(
                "not judged: the token was good {good}, and then refused ({dead}): it has probably expired"
            )
        })
    }
}
