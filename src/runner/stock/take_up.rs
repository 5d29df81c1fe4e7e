//! Takes up what an earlier run left: gives back what its journal says.

use super::journal::Open;
use super::{Remains, Stock};
use crate::runner::supply::Object;
use crate::suite::Objects;
use std::sync::Arc;

impl Stock {
    /// Gives back what an earlier run left; how many objects are gone by now.
    pub async fn take_up(&self, open: &[Open]) -> usize {
        let mut all = 0;
        for one in open {
            let mut objects = Objects {
                ids: one.within.clone(),
                name: one.name.clone(),
            };
            let left = |why: &str| {
                self.remain(Remains {
                    resource: one.resource.clone(),
                    id: one.id.clone(),
                    name: one.name.clone(),
                    why: why.to_owned(),
                    curl: None,
                });
            };
            let Some(kind) = self.kind(&one.resource) else {
                left("service.toml has no such resource any more");
                continue;
            };
            let id = match (&one.id, &one.name) {
                (Some(id), _) => Some(id.clone()),
                (None, Some(_)) => match self.items(kind, &objects).await {
                    Ok(_) => self.by_name(kind, &objects).await,
                    Err(why) => {
                        left(&format!("the run ended before its reply came, and {why}"));
                        continue;
                    }
                },
                (None, None) if one.must => {
                    left(
                        "the run ended before its reply came, and it has a name that others may have: look whether it is there",
                    );
                    continue;
                }
                (None, None) => None,
            };
            let Some(id) = id.filter(|id| self.is_usable(id)) else {
                // It was never made.
                continue;
            };
            objects.ids.insert(one.resource.clone(), id.clone());
            objects.name = None;
            kind.alive().push(Arc::new(Object {
                number: one.number,
                name: one.name.clone(),
                resource: one.resource.clone(),
                id,
                objects,
                sent: None,
            }));
            all += 1;
        }
        let before = self.remains().len();
        self.end().await;
        all - (self.remains().len() - before)
    }
}
