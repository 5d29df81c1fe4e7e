//! Lets sessions use the objects of a [`Stock`].

use super::ledger::Ending;
use super::stock::Stock;
use super::story;
use super::supply::{Announced, Holding, Supply};
use crate::exchange::{Exchange, Request};
use crate::suite::{Objects, Step, Suite, Template};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

impl Supply for Stock {
    fn objects<'a>(
        &'a self,
        suite: &'a Suite,
        holding: &'a Holding,
    ) -> BoxFuture<'a, Result<Objects, Ending>> {
        self.objects_of(suite, holding).boxed()
    }

    fn announce(
        &self,
        suite: &Suite,
        request: (&Template, &Request),
        objects: &Objects,
    ) -> Result<Option<Announced>, String> {
        self.announce_of(suite, request, objects)
    }

    fn came<'a>(
        &'a self,
        of: (&'a Suite, &'a Holding),
        announced: Option<Announced>,
        came: Option<(&'a Request, &'a Exchange)>,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.came_of(of, announced, came).boxed()
    }

    fn step<'a>(&'a self, step: &'a Step, id: &'a str) -> BoxFuture<'a, Ending> {
        story::step(self, step, id).boxed()
    }
}
