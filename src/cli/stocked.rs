//! Defines [`Stocked`]: what a run needs to make objects, use them and give them back.

use crate::error::Result;
use crate::resource::Resource;
use crate::runner::{Journal, Provision, Sender, Session, Stock};
use crate::suite::Suite;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a run needs to make objects, use them and give them back.
pub(super) struct Stocked<'a> {
    pub(super) resources: Vec<Resource>,
    /// Operations that make, show and delete what others need, and were not asked for.
    pub(super) makers: Vec<Arc<Suite>>,
    pub(super) provision: Provision,
    /// Folder of journals.
    pub(super) folder: &'a Path,
    /// Objects of one kind that are alive at once.
    pub(super) most_alive: usize,
}

impl Stocked<'_> {
    /// How long a run may wait for objects that are not ready.
    pub(super) fn waits(&self) -> Duration {
        let made = self
            .resources
            .iter()
            .filter(|it| self.provision.made.contains(&it.name));
        made.filter_map(|it| Some(it.ready.as_ref()?.within)).sum()
    }

    /// The stock of a run; `None` where its operations name nothing.
    ///
    /// # Errors
    /// [`Error::Input`](crate::error::Error::Input) where the journal cannot be made.
    pub(super) fn stock(
        self,
        sessions: &[Arc<Session>],
        sender: &Arc<Sender>,
        (target, is_real): (&str, bool),
        session: impl Fn(Arc<Suite>) -> Result<Arc<Session>>,
    ) -> Result<Option<Arc<Stock>>> {
        let Provision { made, found, .. } = &self.provision;
        if made.is_empty() && found.is_empty() {
            return Ok(None);
        }
        let tag = tag();
        let journal = match is_real && !made.is_empty() {
            false => None,
            true => {
                let base_url = sender.transport.base_url();
                let project = &sender.values().project_id;
                Some(Journal::begin(
                    self.folder,
                    target,
                    base_url,
                    project,
                    &tag,
                )?)
            }
        };
        let makers = self.makers.into_iter().map(session);
        let makers: Vec<Arc<Session>> = makers.collect::<Result<_>>()?;
        let all = sessions.iter().chain(&makers).cloned().collect();
        let resources = self.resources.into_iter().map(|it| {
            let is_made = made.contains(&it.name);
            (it, is_made)
        });
        let stock = Stock::new(
            resources.collect(),
            all,
            Arc::clone(sender),
            journal,
            (tag, self.most_alive),
        );
        let stock = Arc::new(stock);
        for session in stock.sessions() {
            session.uses(&stock);
        }
        Ok(Some(stock))
    }
}

/// The begin of the names that a run gives: no other run gives such.
fn tag() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let parts = [now.as_nanos().to_string(), std::process::id().to_string()];
    let digest = crate::digest::hex(&crate::digest::Sha256::digest(parts.join(" ")));
    format!("conformant-{}", &digest[..6])
}
