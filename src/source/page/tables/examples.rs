//! Reads the page's examples as JSON and gives them to the request and the statuses.

use super::Builder;
use crate::source::page::Page;
use serde_json::Value;

impl Builder {
    pub(super) fn examples(&mut self, page: &Page) {
        let has_body = self.contract.request_body.is_some();
        for at in 0..self.contract.request_examples.len() {
            let shown = &self.contract.request_examples[at];
            let (line, body) = (shown.line, shown.body.as_deref().filter(|_| has_body));
            if body.is_some_and(|body| serde_json::from_str::<Value>(body).is_err()) {
                self.find(
                    line,
                    "the example of a request holds no JSON that can be read".into(),
                    "it was not used",
                    "mend the example",
                );
            }
        }
        for example in page.examples.iter().filter(|example| !example.is_request) {
            let status = example.status.unwrap_or_else(|| self.some_success());
            let Ok(value) = serde_json::from_str(&example.text) else {
                self.find(
                    example.line,
                    format!("the example of status {status} is no JSON"),
                    "it was not used",
                    "mend the example",
                );
                continue;
            };
            match self.contract.responses.get_mut(&status) {
                Some(response) => {
                    response.example = Some(value);
                    response.example_line = Some(example.line);
                }
                None => self.find(
                    example.line,
                    format!("an example of status {status}, which the page does not document"),
                    "it was not used",
                    "add the status to the page's list of status codes",
                ),
            }
        }
    }
}
