//! Waits until an object can be used.

use super::lookup::body_of;
use super::{Kind, Stock, base_case};
use crate::resource;
use crate::runner::supply::Object;
use crate::suite::RequestValues;
use std::time::{Duration, Instant};

/// The first time between two looks; each is twice as long as the last.
const FIRST: Duration = Duration::from_millis(50);

/// How long an object may not be shown that was made.
const UNSEEN: Duration = Duration::from_secs(10);

/// Ever longer times between looks.
pub(in crate::runner) struct Pace {
    next: Duration,
    most: Duration,
    until: Instant,
}

impl Pace {
    pub(super) fn new(most: Duration, within: Duration) -> Self {
        Self {
            next: FIRST,
            most,
            until: Instant::now() + within,
        }
    }

    /// Waits; `false` where there is no time left.
    pub(in crate::runner) async fn wait(&mut self) -> bool {
        if Instant::now() >= self.until {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(self.most);
        true
    }
}

impl Stock {
    /// Waits until an object can be used.
    ///
    /// # Errors
    /// Why it never will.
    pub(in crate::runner) async fn ready(
        &self,
        kind: &Kind,
        object: &Object,
    ) -> Result<(), String> {
        let Some(ready) = &kind.resource.ready else {
            return Ok(());
        };
        let name = &kind.resource.name;
        let session = self.session(&ready.operation)?;
        let case = base_case(session);
        let case = case.ok_or_else(|| format!("{} has no valid case", ready.operation))?;
        let mut pace = Pace::new(ready.every, ready.within);
        let mut unseen = Pace::new(ready.every, UNSEEN.min(ready.within));
        loop {
            let none = RequestValues::default();
            let asked = self
                .ask(&ready.operation, &case.template, &none, &object.objects)
                .await?;
            let state = body_of(&asked).and_then(|body| resource::at(&body, &ready.member));
            let state = state.unwrap_or_else(|| match asked.status() {
                Some(status) => format!("status {status} without {}", ready.member),
                None => "no reply".into(),
            });
            if ready.is.contains(&state) {
                return Ok(());
            }
            if ready.fails.contains(&state) {
                let why = format!("the {name} that was made is in state '{state}'");
                let _ = kind.never_ready.set(why.clone());
                return Err(why);
            }
            if self.sender.stop_reason().is_some() {
                return Err("the run ended".into());
            }
            // Shown in another state it may take long; not shown at all it is not.
            let is_shown = asked.status().is_some_and(crate::status::is_success);
            let goes_on = match is_shown {
                true => pace.wait().await,
                false => unseen.wait().await,
            };
            if !goes_on {
                let within = if is_shown { ready.within } else { UNSEEN };
                let why = format!(
                    "the {name} that was made was not ready within {} s: the last look showed '{state}' at {} of {}",
                    within.as_secs(),
                    ready.member,
                    ready.operation
                );
                let _ = kind.never_ready.set(why.clone());
                return Err(why);
            }
        }
    }
}
