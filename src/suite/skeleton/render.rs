//! Writes derived case files as TOML, the same bytes for the same entries.

use super::entry::{Entry, MARK};
use crate::exchange::Travel;
use crate::suite::case::{FORMAT, RequestValues, Value};
use std::fmt::Write as _;

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn inline(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| String::new(), |value| value.to_string())
}

fn render_changes(text: &mut String, prefix: &str, changes: &RequestValues) {
    for (part, members) in [
        ("path", &changes.path),
        ("query", &changes.query),
        ("headers", &changes.headers),
        ("other_query", &changes.other_query),
        ("other_headers", &changes.other_headers),
    ] {
        for (name, value) in members {
            let bare = name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            let key = if bare { name.clone() } else { quoted(name) };
            let _ = writeln!(text, "{prefix}{part}.{key} = {}", inline(value));
        }
    }
    for (pointer, member) in &changes.body {
        let value =
            toml::Value::try_from(member).map_or_else(|_| String::new(), |value| value.to_string());
        let _ = writeln!(text, "{prefix}body.{} = {value}", quoted(pointer));
    }
}

/// The keys of how requests travel, where that is not the usual way.
fn travel(travel: Travel) -> toml::Table {
    match travel == Travel::default() {
        true => toml::Table::new(),
        false => toml::Table::try_from(travel).unwrap_or_default(),
    }
}

fn head() -> String {
    format!("{MARK}\nformat = {}\n", quoted(FORMAT))
}

pub(super) fn render_base(base: &RequestValues) -> String {
    let mut text = head();
    text.push_str("\n# The conforming request that every case varies.\n[base]\n");
    render_changes(&mut text, "", base);
    text
}

pub(super) fn render(entries: &[Entry]) -> String {
    let mut text = head();
    for entry in entries {
        let table = if entry.vary.is_some() {
            "property"
        } else {
            "case"
        };
        let expect: Vec<String> = entry.expect.iter().map(u16::to_string).collect();
        let _ = writeln!(text, "\n[[{table}]]");
        let _ = writeln!(text, "id = {}", quoted(&entry.id));
        let _ = writeln!(text, "summary = {}", quoted(&entry.summary));
        let _ = writeln!(text, "clause = {}", quoted(&entry.clause));
        let _ = writeln!(text, "expect = [{}]", expect.join(", "));
        if let Some(control) = &entry.control {
            let _ = writeln!(text, "control = {}", quoted(control));
        }
        for (key, value) in travel(entry.travel) {
            let _ = writeln!(text, "{key} = {value}");
        }
        if let Some(status) = entry.provoke {
            let _ = writeln!(text, "provoke = {status}");
        }
        if entry.faults > 1 {
            let _ = writeln!(text, "faults = {}", entry.faults);
        }
        if entry.made_up {
            text.push_str("made_up = true\n");
        }
        if entry.is_late {
            text.push_str("late = true\n");
        }
        if entry.is_at_once {
            text.push_str("at_once = true\n");
        }
        render_changes(&mut text, "request.", &entry.changes);
        if let Some(vary) = &entry.vary {
            if let Some(requests) = entry.requests {
                let _ = writeln!(text, "cases = {requests}");
            }
            if !vary.conforming.is_empty() {
                let names: Vec<String> = vary.conforming.iter().map(|name| quoted(name)).collect();
                let _ = writeln!(text, "vary.conforming = [{}]", names.join(", "));
            }
            if let Some(clause) = &vary.violating {
                let _ = writeln!(text, "vary.violating = {}", quoted(clause));
            }
            if let Some(clause) = &vary.also_violating {
                let _ = writeln!(text, "vary.also_violating = {}", quoted(clause));
            }
            if let Some(header) = &vary.wrong_token {
                let _ = writeln!(text, "vary.wrong_token = {}", quoted(header));
            }
            if vary.ways {
                text.push_str("vary.ways = true\n");
            }
            if vary.queries {
                text.push_str("vary.queries = true\n");
            }
        }
    }
    text
}
