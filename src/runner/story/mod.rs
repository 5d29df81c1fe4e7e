//! Runs the sequence of a resource: create → ready → show → list → update → show → delete →
//! gone. Each step is a case of its operation; the first one that is asked for runs all.

mod list;
mod run;

use super::ledger::Ending;
use super::session::Session;
use super::stock::Stock;
use crate::suite::{Case, Part, Step};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the steps of a sequence ended, by the id of the case.
pub(super) type Endings = BTreeMap<String, Ending>;

/// Runs the sequence that a step is of, unless it was run; how the step ended.
pub(super) async fn step(session: &Session, step: &Step, id: &str) -> Ending {
    let Some(stock) = session.stock() else {
        return Ending::Skipped("the run makes no objects".into());
    };
    let Some(kind) = stock.kind(&step.resource).filter(|kind| kind.is_made) else {
        return Ending::Skipped(format!("the run makes no {}", step.resource));
    };
    let endings = kind.story.get_or_init(|| run::run(&stock, kind)).await;
    let ending = endings.get(id).cloned();
    ending.unwrap_or_else(|| {
        let why = endings.get("").cloned();
        why.unwrap_or_else(|| Ending::Skipped("its sequence has no such step".into()))
    })
}

/// The steps of one resource, by what they do: the session and the case of each.
fn steps(stock: &Stock, resource: &str) -> Vec<(Arc<Session>, Case)> {
    let mut found = Vec::new();
    for session in stock.sessions.values() {
        for case in &session.suite.cases {
            let step = case.template.step.as_ref();
            if step.is_some_and(|step| step.resource == resource) {
                found.push((Arc::clone(session), case.clone()));
            }
        }
    }
    found
}

fn is_part(case: &Case, part: Part) -> bool {
    case.template
        .step
        .as_ref()
        .is_some_and(|step| step.part == part)
}
