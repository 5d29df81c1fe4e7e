//! Reads the page's examples as JSON and gives them to the request and the statuses.

use super::Builder;
use crate::page::{Example, Page};

impl Builder {
    /// A request is shown with or without its line 'METHOD URI' in front of its body.
    fn request_example(&mut self, example: &Example) {
        let Some(start) = example.text.find(['{', '[']) else {
            return;
        };
        let is_uri = example.text[..start].contains('/')
            && !example.text[start..].contains('\n')
            && !example.text[..start].contains('\n');
        if is_uri || self.contract.request_body.is_none() {
            return;
        }
        let body = &example.text[start..];
        // In front of the body stands its URI, whose placeholders have braces as well.
        let body = match example.text.find("\n\n") {
            Some(end) if end > start => &example.text[end..],
            _ => body,
        };
        match serde_json::from_str(body) {
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
            let Some(status) = example.status else {
                self.request_example(example);
                continue;
            };
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
