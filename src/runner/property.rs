//! Runs a property: generates its requests, and finds the smallest that still fails.

use super::ledger::{Ending, Example};
use super::session::Session;
use crate::judge::{Fingerprint, Judgement, Severity};
use crate::suite::strategy::{Generated, Generator, still_breaks};
use crate::suite::{Property, TokenChange, Value};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;

/// Requests that shrinking may send for one property.
const MOST_SHRINKING: u32 = 48;

/// What became of one generated request.
struct Tried {
    generated: Generated,
    judgement: Option<Judgement>,
}

impl Session {
    pub(super) async fn property(&self, property: &Property) -> Ending {
        let template = &property.template;
        if let Err(ending) = self.control(template.control.as_deref()).await {
            return ending;
        }
        let mut generator = match Generator::new(&self.suite, property, self.options.seed) {
            Ok(generator) => generator,
            Err(reason) => return Ending::Error(reason),
        };
        let count = self.options.cases.unwrap_or(property.cases);
        let mut requests = (0..count).map(|_| generator.generate(&self.suite, property));
        let mut replies = FuturesOrdered::new();
        let mut first_failing: Option<(Generated, Judgement)> = None;
        let mut done = 0;
        loop {
            while replies.len() < self.share() {
                let Some(generated) = requests.next() else {
                    break;
                };
                replies.push_back(self.try_one(property, generated));
            }
            let Some(tried) = replies.next().await else {
                break;
            };
            done += 1;
            if let Some(progress) = self.options.progress {
                progress(&template.id, done, count);
            }
            match tried {
                Ok(Tried {
                    generated,
                    judgement: Some(judgement),
                }) => {
                    if judgement.differs() && first_failing.is_none() {
                        first_failing = Some((generated, judgement));
                    }
                }
                Ok(Tried {
                    judgement: None, ..
                }) => {}
                Err(ending) => return ending,
            }
        }
        drop(replies);
        let Some((generated, judgement)) = first_failing else {
            return self.confirm(template, false).await;
        };
        match self.confirm(template, true).await {
            Ending::Done => {}
            other => return other,
        }
        self.shrink(property, generated, &judgement).await;
        Ending::Done
    }

    async fn try_one(
        &self,
        property: &Property,
        generated: Result<Generated, String>,
    ) -> Result<Tried, Ending> {
        let generated = generated.map_err(Ending::Error)?;
        let changes = generated.changes();
        let request = match self.bind(&property.template, &changes) {
            Ok(request) => request,
            // A change that leaves this very token as it is: nothing to send.
            Err(_) if is_wrong_token(property, &changes.headers) => {
                return Ok(Tried {
                    generated,
                    judgement: None,
                });
            }
            Err(reason) => return Err(Ending::Skipped(reason)),
        };
        let (_, judgement) = self.exchange(&property.template, &request).await?;
        Ok(Tried {
            generated,
            judgement: Some(judgement),
        })
    }

    /// Looks for a smaller request with the same first difference. A fault that shows
    /// only now and then cannot be shrunk; then the first request stands.
    async fn shrink(&self, property: &Property, mut generated: Generated, judgement: &Judgement) {
        let Some(wanted) = first_difference(judgement) else {
            return;
        };
        let mut budget = MOST_SHRINKING;
        let mut goes_on = generated.simplify();
        while goes_on && budget > 0 {
            budget -= 1;
            let changes = generated.changes();
            let fails = still_breaks(&self.suite, property, &changes)
                && match self.bind(&property.template, &changes) {
                    Ok(request) => match self.exchange(&property.template, &request).await {
                        Ok((exchange, judgement)) => {
                            let fails = judgement
                                .differences
                                .iter()
                                .any(|difference| difference.fingerprint() == wanted);
                            if fails {
                                let example = Example::new(
                                    &exchange,
                                    self.transport.base_url(),
                                    &self.redactor,
                                );
                                let mut ledger = self.ledger();
                                if let Some(seen) =
                                    ledger.case(&property.template.id).seen.get_mut(&wanted)
                                {
                                    seen.example = example;
                                }
                            }
                            fails
                        }
                        Err(_) => return,
                    },
                    Err(_) => false,
                };
            goes_on = if fails {
                generated.simplify()
            } else {
                generated.complicate()
            };
        }
    }
}

fn first_difference(judgement: &Judgement) -> Option<Fingerprint> {
    judgement
        .differences
        .iter()
        .find(|difference| difference.rule.severity == Severity::Difference)
        .map(crate::judge::Difference::fingerprint)
}

fn is_wrong_token(
    property: &Property,
    headers: &std::collections::BTreeMap<String, Value>,
) -> bool {
    property
        .vary
        .wrong_token
        .as_ref()
        .and_then(|name| headers.get(name))
        .is_some_and(|value| {
            matches!(
                value,
                Value::Token(
                    TokenChange::CaseSwapped
                        | TokenChange::Reversed
                        | TokenChange::Kept(_)
                        | TokenChange::Cut(_)
                )
            )
        })
}
