//! Reads the page's examples as JSON and gives them to the request and the statuses.

use super::Builder;
use crate::contract::ExampleRequest;
use crate::page::{Example, Page};

impl Builder {
    fn request_example(&mut self, example: &Example) {
        let body = ExampleRequest::read(example).body;
        let Some(body) = body.filter(|_| self.contract.request_body.is_some()) else {
            return;
        };
        match serde_json::from_str(&body) {
            Ok(value) => {
                self.contract.request_example.get_or_insert(value);
            }
            Err(_) => self.find(
                example.line,
                "the example of a request holds no JSON that can be read".into(),
                "it was not used",
                "mend the example",
            ),
        }
    }

    pub(super) fn examples(&mut self, page: &Page) {
        for example in &page.examples {
            if example.is_request {
                self.request_example(example);
                continue;
            }
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
                Some(response) => response.example = Some(value),
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
