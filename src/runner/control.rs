//! Sends controls, the valid siblings of cases: what is refused proves nothing where they
//! are refused too.

use super::ledger::Ending;
use super::session::{CONTROLS, Session};
use crate::suite::{Case, RequestValues, Template};
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

/// How often a control is tried: a fault that shows now and then must not hide the rest.
const CONTROL_ATTEMPTS: u32 = 3;

impl Session {
    /// Sends the control until it succeeds, a few times.
    ///
    /// # Errors
    /// How the dependent case ends where it never does.
    pub(super) async fn control(&self, id: Option<&str>) -> Result<(), Ending> {
        let Some(case) = id.and_then(|id| self.suite.case(id)) else {
            return Ok(());
        };
        self.controls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(case.template.id.clone());
        self.holds(case).await
    }

    async fn holds(&self, case: &Case) -> Result<(), Ending> {
        let template = &case.template;
        let request = self
            .bind(template, &RequestValues::default())
            .map_err(|reason| {
                Ending::Inconclusive(format!(
                    "its control {} cannot be sent: {reason}",
                    template.id
                ))
            })?;
        let mut came = None;
        for _ in 0..CONTROL_ATTEMPTS {
            let (exchange, _) = self.exchange(template, &request).await?;
            match exchange.status() {
                Some(status) if template.expect.contains(&status) => {
                    self.was_alive.store(true, Ordering::Relaxed);
                    return Ok(());
                }
                other => came = other,
            }
        }
        let wanted: Vec<String> = template.expect.iter().map(u16::to_string).collect();
        if came == Some(self.refused()) && self.was_alive.load(Ordering::Relaxed) {
            return Err(Ending::Inconclusive(self.token_was_refused()));
        }
        let came = came.map_or("no reply".to_owned(), |status| status.to_string());
        Err(Ending::Inconclusive(format!(
            "not judged: the valid request that it is compared with ({}) got {came} instead of {}",
            template.id,
            wanted.join(" or ")
        )))
    }

    /// Says once where the token stopped being good; later it only refers to that.
    fn token_was_refused(&self) -> String {
        let last = self.last_done();
        let refused = self.refused();
        if self.is_refusal_told.swap(true, Ordering::Relaxed) {
            return format!("not judged: the token is refused by now ({refused})");
        }
        let good = match last.as_str() {
            "" => "at first".to_owned(),
            id => format!("up to and with {id}"),
        };
        format!(
            "not judged: the token was good {good}, and then refused ({refused}): it has probably expired"
        )
    }

    pub(super) fn last_done(&self) -> MutexGuard<'_, String> {
        self.last_done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A difference counts only while the control still holds: a token that died
    /// in between would make one of anything.
    pub(super) async fn confirm(&self, template: &Template, differs: bool) -> Ending {
        if !differs {
            return Ending::Done;
        }
        match self.control(template.control.as_deref()).await {
            Err(Ending::Inconclusive(reason)) => Ending::Inconclusive(reason),
            _ => Ending::Done,
        }
    }

    /// Sends a control that was used once more, behind all that depend on it. Where it
    /// fails for good, what passed behind its last success proves nothing.
    pub(super) async fn control_at_the_end(&self, id: &str) {
        let was_used = self
            .controls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
        let Some(case) = self.suite.case(id).filter(|_| was_used) else {
            return;
        };
        if self.stop.get().is_some() {
            return;
        }
        if let Err(ending @ Ending::Inconclusive(_)) = self.holds(case).await {
            self.died
                .store(self.was_alive.load(Ordering::Relaxed), Ordering::Relaxed);
            self.ledger().case(CONTROLS).ending = ending;
        }
    }

    /// Sends every control that was used once more.
    pub async fn controls_at_the_end(&self) {
        let used = self
            .controls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for id in used {
            self.control_at_the_end(&id).await;
        }
    }
}
