//! Writes resources as tables of `service.toml`.

use super::entry::{EVERY, WITHIN};
use super::{Resource, Use};
use std::fmt::Write as _;
use std::time::Duration;

/// The tables of proposed resources, with what a person should know about them.
pub fn render(resources: &[Resource]) -> String {
    let mut text = String::new();
    if resources.is_empty() {
        return text;
    }
    text.push_str(
        "\n# What operations work on. Proposed from names and paths: look at each table, correct it,\n# and take out its line 'guess' then. A run with --allow-writes makes such objects, uses\n# them, and deletes them again.\n",
    );
    for resource in resources {
        table(&mut text, resource);
    }
    text
}

fn table(text: &mut String, resource: &Resource) {
    let quoted = |value: &str| toml::Value::from(value).to_string();
    let list = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        format!("[{}]", values.join(", "))
    };
    let names: Vec<String> = resource.names.iter().map(Use::to_string).collect();
    let mut line = |what: String| {
        text.push_str(&what);
        text.push('\n');
    };
    line(format!("\n[resource.{}]", resource.name));
    if resource.is_guess {
        line("guess = true".into());
    }
    line(format!("names = {}", list(&names)));
    if let Some(create) = &resource.create {
        line(format!(
            "create = {{ operation = {}, take = {} }}",
            quoted(&create.operation),
            quoted(&create.take.to_string())
        ));
    }
    if let Some(ready) = &resource.ready {
        let mut more = String::new();
        if !ready.fails.is_empty() {
            let _ = write!(more, ", fails = {}", list(&ready.fails));
        }
        line(format!(
            "ready = {{ operation = {}, member = {}, is = {}{more}, within = {}, every = {} }}",
            quoted(&ready.operation),
            quoted(&ready.member),
            list(&ready.is),
            quoted(&time(ready.within)),
            quoted(&time(ready.every))
        ));
    }
    if let Some(show) = &resource.show {
        line(format!(
            "show = {{ operation = {}, at = {} }}",
            quoted(&show.operation),
            quoted(&show.at)
        ));
    }
    if let Some(list) = &resource.list {
        line(format!(
            "list = {{ operation = {}, at = {}, id = {} }}",
            quoted(&list.operation),
            quoted(&list.at),
            quoted(&list.id)
        ));
    }
    if let Some(update) = &resource.update {
        let keeps = if update.keeps { ", keeps = true" } else { "" };
        line(format!(
            "update = {{ operation = {}{keeps} }}",
            quoted(&update.operation)
        ));
    }
    if let Some(delete) = &resource.delete {
        line(format!(
            "delete = {{ operation = {}, gone = {}, within = {} }}",
            quoted(&delete.operation),
            delete.gone,
            quoted(&time(delete.within))
        ));
    }
}

fn time(time: Duration) -> String {
    match time {
        WITHIN => "10m".into(),
        EVERY => "2s".into(),
        other => format!("{}s", other.as_secs()),
    }
}
