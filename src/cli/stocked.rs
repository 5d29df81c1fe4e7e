//! Defines [`Stocked`]: what a run needs to make objects, use them and give them back.

use crate::error::Result;
use crate::resource::Resource;
use crate::runner::{Journal, Provision, Sender, Session, Stock, Supply};
use crate::suite::Suite;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

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
    /// Ids of the steps that were selected.
    pub(super) judged: BTreeSet<String>,
    /// What tells its names from those of other runs.
    pub(super) chance: u64,
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
        let tag = format!("conform-{:06x}", self.chance & 0x00ff_ffff);
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
            self.judged,
        );
        let stock = Arc::new(stock);
        let supply: Arc<dyn Supply> = Arc::<Stock>::clone(&stock);
        for session in stock.sessions() {
            session.uses(&supply);
        }
        Ok(Some(stock))
    }
}
