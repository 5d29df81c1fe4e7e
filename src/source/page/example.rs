//! Takes the requests that a page shows apart.

use super::called::is_method;
use super::{Example, Page};
use crate::contract::ExampleRequest;

/// The requests in the page's examples.
pub(super) fn requests(page: &Page) -> impl Iterator<Item = ExampleRequest> {
    let requests = page.examples.iter().filter(|example| example.is_request);
    requests.map(request)
}

/// Takes an example apart: a line 'METHOD URI', header lines, a body; or a line of curl.
pub(super) fn request(example: &Example) -> ExampleRequest {
    let mut request = ExampleRequest {
        line: example.line,
        ..ExampleRequest::default()
    };
    let text = example.text.as_str();
    if text.trim_start().starts_with("curl ") {
        curl(&mut request, text);
        return request;
    }
    let mut rest = text;
    let opens = |line: &str| line.trim_start().starts_with(['{', '[']);
    let lines = text.split_inclusive('\n');
    let mut end = 0;
    for line in lines.take_while(|line| !opens(line) || request_line(line).is_some()) {
        end += line.len();
        let told = line.trim();
        if let Some(target) = &mut request.target {
            if told.is_empty() {
                break;
            }
            // A long query goes on in the next line.
            if told.starts_with(['?', '&']) {
                target.push_str(told);
            } else {
                request.headers.extend(header(told));
            }
        } else if let Some((method, target)) = request_line(told) {
            request.method = method;
            request.target = Some(target);
        }
    }
    if request.target.is_some() {
        rest = &text[end..];
    }
    request.body = rest.find(['{', '[']).map(|start| rest[start..].to_owned());
    request
}

fn curl(request: &mut ExampleRequest, text: &str) {
    let mut words = words(text).into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" | "--request" => request.method = words.next(),
            "-H" | "--header" => {
                request
                    .headers
                    .extend(words.next().as_deref().and_then(header));
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" => request.body = words.next(),
            _ => {
                if let Some((_, target)) = request_line(&word) {
                    request.target = Some(target);
                }
            }
        }
    }
    if request.method.is_none() && request.target.is_some() {
        let method = if request.body.is_some() {
            "POST"
        } else {
            "GET"
        };
        request.method = Some(method.into());
    }
}

/// The method, if any, and the path and query of a line such as `GET https://host/a?b=c`.
fn request_line(line: &str) -> Option<(Option<String>, String)> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    words.pop_if(|word| word.starts_with("HTTP/"));
    let (method, uri) = match words[..] {
        [uri] => (None, uri),
        [method, uri] if is_method(method) => (Some(method.to_owned()), uri),
        _ => return None,
    };
    let behind_host = |text: &str| text.find('/').map(|at| text[at..].to_owned());
    let target = match uri.split_once("://") {
        Some((scheme, after)) if !scheme.contains(['/', '?']) => behind_host(after)?,
        _ if uri.starts_with('/') => uri.to_owned(),
        // `{endpoint}/v1/…`
        _ if uri.starts_with('{') && !uri.contains(['"', ':', ',']) => behind_host(uri)?,
        _ => return None,
    };
    let target = target.split('#').next().unwrap_or_default();
    Some((method, target.replace('\\', "")))
}

/// `X-Auth-Token: value`
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let fits = !name.is_empty() && name.chars().all(is_token);
    fits.then(|| (name.to_owned(), value.trim().to_owned()))
}

/// The words of a command line, their quotes taken off.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // Within single quotes a backslash is one.
            ('\\', None | Some('"')) => {
                let next = chars.next().filter(|c| !matches!(c, '\n' | '\r'));
                if let Some(next) = next {
                    word.get_or_insert_default().push(next);
                }
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ExampleRequest {
        request(&Example {
            is_request: true,
            status: None,
            text: text.into(),
            line: 7,
        })
    }

    #[test]
    fn requests_as_pages_show_them() {
        let body = Some("{\"a\": [1]}".to_owned());
        for (text, method, target, headers, body) in [
            (
                "POST https://{endpoint}/v1/{id}/x?a=b\n\n{\"a\": [1]}",
                Some("POST"),
                Some("/v1/{id}/x?a=b"),
                0,
                body.clone(),
            ),
            (
                "PUT /v1/x HTTP/1.1\nHost: a.b\nX-Auth-Token: T\n{\"a\": [1]}",
                Some("PUT"),
                Some("/v1/x"),
                2,
                body.clone(),
            ),
            (
                "GET {endpoint}/v1/x\n?a=b\n&c=d",
                Some("GET"),
                Some("/v1/x?a=b&c=d"),
                0,
                None,
            ),
            (
                "/v3/{project_id}/x",
                None,
                Some("/v3/{project_id}/x"),
                0,
                None,
            ),
            ("{\"a\": [1]}", None, None, 0, body.clone()),
            (
                "Adds one:\nPOST https://h/x\n\n{\"a\": [1]}",
                Some("POST"),
                Some("/x"),
                0,
                body.clone(),
            ),
            (
                "curl -X POST \\\n 'https://h/x?a=b' -H \"X-Auth-Token: T\" -d '{\"a\": [1]}'",
                Some("POST"),
                Some("/x?a=b"),
                1,
                body,
            ),
            ("curl https://h/x -k", Some("GET"), Some("/x"), 0, None),
            ("curl 'https://h/x", Some("GET"), Some("/x"), 0, None),
            ("curl -X", None, None, 0, None),
            ("no request at all", None, None, 0, None),
            ("", None, None, 0, None),
        ] {
            let request = read(text);
            assert_eq!(
                (request.method.as_deref(), request.target.as_deref()),
                (method, target),
                "{text}"
            );
            assert_eq!(
                (request.headers.len(), request.body),
                (headers, body),
                "{text}"
            );
            assert_eq!(request.line, 7);
        }
    }
}
