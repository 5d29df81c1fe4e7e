//! Writes the record of a run as an HTTP Archive (HAR 1.2), as browsers' developer tools
//! and proxies open it. Secrets were replaced when the record was written.

use super::Report;
use crate::exchange::{RecordLine, RecordedOutcome, RecordedRequest};
use crate::runner::read_record;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use url::form_urlencoded;

/// Most entries: a viewer holds all of them in memory.
const MAX_ENTRIES: usize = 20_000;

/// By this a file of this program is told from those of others.
pub const CREATOR: &str = "\"creator\":{\"name\":\"conformant\"";

/// The exchanges of `record`, none where there is no record.
pub fn render(report: &Report, record: Option<&Path>) -> String {
    let mut entries = Vec::new();
    let (mut left_out, mut elapsed) = (0_u64, Duration::ZERO);
    let read = record.map(|path| {
        read_record(path, |header, _, line| {
            if entries.len() < MAX_ENTRIES {
                let started: DateTime<Utc> = (report.started_at + elapsed).into();
                let started = started.to_rfc3339_opts(SecondsFormat::Millis, true);
                entries.push(entry(&header.base_url, &started, &line));
            } else {
                left_out += 1;
            }
            elapsed += Duration::from_millis(line.elapsed_ms);
            Ok(())
        })
    });
    let mut comment = format!(
        "{}. The record has no clock: each entry starts where the one in front of it ends.",
        report.verdict.word()
    );
    if left_out > 0 {
        comment.push_str(&format!(
            " {left_out} more exchanges are in the record alone."
        ));
    }
    if let Some(Err(error)) = read {
        comment.push_str(&format!(
            " The record could not be read to its end: {error}"
        ));
    }
    let log = json!({
        "version": "1.2",
        "creator": { "name": "conformant", "version": env!("CARGO_PKG_VERSION") },
        "comment": comment,
        "entries": entries,
    });
    let mut text = json!({ "log": log }).to_string();
    text.push('\n');
    text
}

fn entry(base_url: &str, started: &str, line: &RecordLine) -> Value {
    let base = base_url.trim_end_matches('/');
    let round = match line.round {
        1 => String::new(),
        round => format!(", round {round}"),
    };
    json!({
        "startedDateTime": started,
        "time": line.elapsed_ms,
        "request": request(base, &line.request),
        "response": response(&line.outcome),
        "cache": {},
        "timings": { "send": 0, "wait": line.elapsed_ms, "receive": 0 },
        "comment": format!("{}{round}", line.case),
    })
}

/// Name and value, as HAR lists header fields and parameters.
fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

fn request(base: &str, sent: &RecordedRequest) -> Value {
    let query = sent
        .path_and_query
        .split_once('?')
        .map_or("", |(_, query)| query);
    let query = form_urlencoded::parse(query.as_bytes());
    let query: Vec<Value> = query.map(|(name, value)| pair(&name, &value)).collect();
    let headers = sent.headers.iter();
    let headers: Vec<Value> = headers.map(|(name, value, _)| pair(name, value)).collect();
    let mut request = json!({
        "method": sent.method,
        "url": format!("{base}{}", sent.path_and_query),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": query,
        "headersSize": -1,
        "bodySize": sent.body.as_ref().map_or(0, String::len),
    });
    if let Some(body) = &sent.body {
        let mut named = sent.headers.iter();
        let media = named.find(|(name, ..)| name.eq_ignore_ascii_case("content-type"));
        let media = media.map_or("application/octet-stream", |(_, value, _)| value);
        request["postData"] = json!({ "mimeType": media, "params": [], "text": body });
    }
    request
}

fn response(outcome: &RecordedOutcome) -> Value {
    let reply = |status: u16, text: &str, headers: Vec<Value>, content: Value, size: i64| {
        json!({
            "status": status,
            "statusText": text,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": size,
        })
    };
    match outcome {
        // As browsers write what got no reply.
        RecordedOutcome::NoReply(why) => {
            let content = json!({ "size": 0, "mimeType": "x-unknown" });
            reply(0, why, Vec::new(), content, -1)
        }
        RecordedOutcome::Reply {
            status,
            headers,
            body,
            body_base64,
            body_bytes,
            end,
            ..
        } => {
            let mut named = headers.iter();
            let media = named.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let media = media.map_or("x-unknown", |(_, value)| value);
            let mut content = json!({ "size": body_bytes, "mimeType": media });
            if let Some(text) = body {
                content["text"] = json!(text);
            } else if let Some(text) = body_base64 {
                content["text"] = json!(text);
                content["encoding"] = json!("base64");
            }
            if end != "complete" {
                content["comment"] = json!(format!("the body ended: {end}"));
            }
            let headers = headers.iter();
            let headers = headers.map(|(name, value)| pair(name, value)).collect();
            let size = i64::try_from(*body_bytes).unwrap_or(-1);
            reply(*status, "", headers, content, size)
        }
    }
}
