//! Reads the page's examples as JSON and gives them to the request and the statuses.

use super::Builder;
use crate::page::{Example, Page};
use serde_json::Value;

impl Builder {
    fn request_example(&mut self, example: &Example) {
        let Some(body) = body_text(example).filter(|_| self.contract.request_body.is_some()) else {
            return;
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

/// The bodies in the page's examples of requests, each with its line.
pub fn request_bodies(page: &Page) -> impl Iterator<Item = (usize, Value)> {
    let requests = page.examples.iter().filter(|example| example.is_request);
    requests.filter_map(|example| {
        let value = serde_json::from_str(body_text(example)?).ok()?;
        Some((example.line, value))
    })
}

/// The body in an example of a request, which is shown with or without its line
/// 'METHOD URI' in front of it; `None` where that line is all.
fn body_text(example: &Example) -> Option<&str> {
    let start = example.text.find(['{', '['])?;
    let is_uri = example.text[..start].contains('/')
        && !example.text[start..].contains('\n')
        && !example.text[..start].contains('\n');
    if is_uri {
        return None;
    }
    // In front of the body stands its URI, whose placeholders have braces as well.
    Some(match example.text.find("\n\n") {
        Some(end) if end > start => &example.text[end..],
        _ => &example.text[start..],
    })
}
