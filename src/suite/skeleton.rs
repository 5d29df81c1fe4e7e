//! Derives case files from a contract: what every operation of its shape should
//! be asked. People add files of their own beside them.

use super::case::{Changes, FORMAT, TargetValue, TokenChange, Value, Vary};
use super::strategy::conforming_edges;
use crate::contract::{Contract, Location, Mandatory, Parameter};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// First line of a derived file. A file without it is a person's own, and kept.
pub const MARK: &str = "# Derived from the page. To keep edits, delete this line: derive then leaves the file alone.";

/// Requests of each property in a default run: enough to see a fault that shows
/// in one reply of nine (missed with probability (8/9)^56, about 1 in 700).
const REQUESTS: u32 = 56;

/// The derived case files: name and text.
pub fn files(contract: &Contract) -> Vec<(String, String)> {
    let Some(success) = contract.success() else {
        return vec![("base.toml".into(), render_base(&base(contract)))];
    };
    let skeleton = Skeleton {
        contract,
        success,
        control: format!("valid/{}", first_valid(contract)),
    };
    let mut files = vec![("base.toml".to_owned(), render_base(&base(contract)))];
    let mut file = |name: String, entries: Vec<Entry>| {
        if !entries.is_empty() {
            files.push((format!("{name}.toml"), render(&entries)));
        }
    };
    file("valid".into(), skeleton.valid());
    for parameter in &contract.parameters {
        if !skeleton.is_token(parameter) {
            file(slug(&parameter.field.name), skeleton.violations(parameter));
        }
    }
    file("token".into(), skeleton.token());
    file("both".into(), skeleton.both());
    file("provoked".into(), skeleton.provoked());
    file("properties".into(), skeleton.properties());
    files
}

/// The conforming request that every case varies.
fn base(contract: &Contract) -> Changes {
    let mut base = Changes::default();
    for parameter in &contract.parameters {
        let field = &parameter.field;
        let value = if contract.token() == Some(parameter) {
            Value::Target(TargetValue::Token)
        } else if contract.project() == Some(parameter) {
            Value::Target(TargetValue::ProjectId)
        } else if field.mandatory == Mandatory::Yes || parameter.location == Location::Path {
            match conforming_edges(field).into_iter().next() {
                Some(text) => Value::Text(text),
                None => continue,
            }
        } else {
            continue;
        };
        members(&mut base, parameter.location).insert(field.name.clone(), value);
    }
    base
}

fn members(changes: &mut Changes, location: Location) -> &mut BTreeMap<String, Value> {
    match location {
        Location::Path => &mut changes.path,
        Location::Query => &mut changes.query,
        Location::Header => &mut changes.headers,
    }
}

fn slug(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// The parameter whose listed values name the valid cases.
fn listed(contract: &Contract) -> Option<&Parameter> {
    contract.parameters.iter().find(|parameter| !parameter.field.constraints.values.is_empty())
}

fn first_valid(contract: &Contract) -> String {
    listed(contract)
        .and_then(|parameter| parameter.field.constraints.values.first())
        .map_or_else(|| "base".into(), |value| slug(value))
}

#[derive(Default)]
struct Entry {
    id: String,
    summary: String,
    clause: String,
    expect: Vec<u16>,
    control: Option<String>,
    changes: Changes,
    lower_case: bool,
    provoke: Option<u16>,
    faults: usize,
    /// A property, where it varies.
    vary: Option<Vary>,
    fresh_connection: bool,
}

struct Skeleton<'a> {
    contract: &'a Contract,
    success: u16,
    control: String,
}

impl Skeleton<'_> {
    fn is_token(&self, parameter: &Parameter) -> bool {
        self.contract.token() == Some(parameter)
    }

    fn is_project(&self, parameter: &Parameter) -> bool {
        self.contract.project() == Some(parameter)
    }

    fn status(&self, status: u16) -> Option<u16> {
        self.contract.documents(status).then_some(status)
    }

    fn entry(&self, id: String, summary: String, clause: String, expect: Vec<u16>) -> Entry {
        Entry {
            id,
            summary,
            clause,
            expect,
            ..Entry::default()
        }
    }

    fn success_clause(&self) -> String {
        format!("status/{}", self.success)
    }

    /// Success, or a refusal that the page documents: another project may be another tenant's.
    fn any_project(&self) -> Vec<u16> {
        std::iter::once(self.success).chain(self.status(403)).collect()
    }

    fn valid(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        match listed(self.contract) {
            Some(parameter) => {
                let name = &parameter.field.name;
                for value in &parameter.field.constraints.values {
                    let mut entry = self.entry(
                        format!("valid/{}", slug(value)),
                        format!("{name} '{value}', the project that the token may use"),
                        format!("{}/enum", parameter.stem()),
                        vec![self.success],
                    );
                    members(&mut entry.changes, parameter.location)
                        .insert(name.clone(), Value::Text(value.clone()));
                    entries.push(entry);
                }
            }
            None => entries.push(self.entry(
                "valid/base".into(),
                "the base request".into(),
                self.success_clause(),
                vec![self.success],
            )),
        }
        for parameter in self.contract.parameters.iter().filter(|parameter| !self.is_token(parameter)) {
            let field = &parameter.field;
            if field.constraints.length.is_open() {
                continue;
            }
            let mut lengths: Vec<usize> =
                conforming_edges(field).iter().map(|text| text.chars().count()).collect();
            lengths.dedup();
            for length in lengths {
                let mut entry = self.entry(
                    format!("valid/{}-of-{length}-characters", slug(&field.name)),
                    format!("{} of {length} characters, within the documented bounds", field.name),
                    format!("{}/length", parameter.stem()),
                    if self.is_project(parameter) {
                        self.any_project()
                    } else {
                        vec![self.success]
                    },
                );
                members(&mut entry.changes, parameter.location)
                    .insert(field.name.clone(), filled("0f1e2d3c4b5a6978", length));
                entries.push(entry);
            }
        }
        if let Some(token) = self.contract.token() {
            entries.push(Entry {
                lower_case: true,
                ..self.entry(
                    "valid/header-names-in-lower-case".into(),
                    format!("{} spelt in lower case on the wire (RFC 9110 section 5.1)", token.field.name),
                    format!("{}/mandatory", token.stem()),
                    vec![self.success],
                )
            });
        }
        entries
    }

    fn violations(&self, parameter: &Parameter) -> Vec<Entry> {
        let Some(invalid) = self.status(400) else {
            return Vec::new();
        };
        let field = &parameter.field;
        let mut entries = Vec::new();
        let mut entry = |name: String, summary: String, aspect: &str, value: Value| {
            let mut entry = Entry {
                control: Some(self.control.clone()),
                ..self.entry(
                    format!("{}/{name}", slug(&field.name)),
                    format!("{} {summary}", field.name),
                    format!("{}/{aspect}", parameter.stem()),
                    vec![invalid],
                )
            };
            members(&mut entry.changes, parameter.location).insert(field.name.clone(), value);
            entries.push(entry);
        };
        if let Some(first) = field.constraints.values.first() {
            for (name, summary, text) in unlisted(first) {
                entry(name.into(), summary.into(), "enum", Value::Text(text));
            }
            entry(
                "very-long".into(),
                "of 4096 characters".into(),
                "enum",
                filled(first, 4096),
            );
        }
        let length = &field.constraints.length;
        let mut lengths: Vec<u64> = Vec::new();
        if let Some(min) = length.min {
            lengths.extend([1, min.saturating_sub(1)]);
        }
        if let Some(max) = length.max {
            lengths.extend([max + 1, max * 2, 4096]);
        }
        lengths.retain(|count| {
            *count > 0 && (length.min.is_some_and(|min| *count < min) || length.max.is_some_and(|max| *count > max))
        });
        lengths.dedup();
        for count in lengths {
            entry(
                format!("of-{count}-characters"),
                format!("of {count} characters, outside the documented bounds"),
                "length",
                filled("0f1e2d3c4b5a6978", count as usize),
            );
        }
        entries
    }

    fn token(&self) -> Vec<Entry> {
        let (Some(refused), Some(token)) = (
            self.status(401),
            self.contract.token(),
        ) else {
            return Vec::new();
        };
        let wrong = "00000000000000000000000000000000";
        let changes = [
            ("missing", "is not sent", Value::Omitted),
            ("empty", "is empty", Value::Text(String::new())),
            ("wrong", "is a token that nobody was given", Value::Text(wrong.into())),
            ("appended", "is valid but for a character behind it", Value::Token(TokenChange::Appended("x".into()))),
            ("cut", "is valid but for its last character", Value::Token(TokenChange::Cut(1))),
            ("in-other-case", "is valid but for upper and lower case", Value::Token(TokenChange::CaseSwapped)),
            ("very-long", "has 4096 characters", filled("0f1e2d3c4b5a6978", 4096)),
        ];
        changes
            .into_iter()
            .map(|(name, summary, value)| {
                let missing = matches!(name, "missing" | "empty");
                let clause = if missing {
                    format!("{}/mandatory", token.stem())
                } else {
                    format!("status/{refused}")
                };
                let mut entry = Entry {
                    control: Some(self.control.clone()),
                    ..self.entry(
                        format!("token/{name}"),
                        format!("the token {summary}"),
                        clause,
                        vec![refused],
                    )
                };
                entry.changes.headers.insert(token.field.name.clone(), value);
                entry
            })
            .collect()
    }

    /// Two faults in one request: either one's status conforms.
    fn both(&self) -> Vec<Entry> {
        let (Some(invalid), Some(refused), Some(token)) = (
            self.status(400),
            self.status(401),
            self.contract.token(),
        ) else {
            return Vec::new();
        };
        self.contract
            .parameters
            .iter()
            .filter(|parameter| !self.is_token(parameter))
            .filter_map(|parameter| {
                let mut entry = self.violations(parameter).into_iter().next()?;
                entry.id = format!("both/{}-and-no-token", slug(&parameter.field.name));
                entry.summary = format!("{}, and the token is not sent", entry.summary);
                entry.expect = vec![invalid, refused];
                entry.faults = 2;
                entry.changes.headers.insert(token.field.name.clone(), Value::Omitted);
                Some(entry)
            })
            .collect()
    }

    fn foreign_changes(&self) -> Option<Changes> {
        let project = self.contract.project()?;
        let mut changes = Changes::default();
        members(&mut changes, project.location).insert(
            project.field.name.clone(),
            Value::Target(TargetValue::ForeignProjectId),
        );
        Some(changes)
    }

    /// Statuses that no invalid request leads to.
    fn unprovoked(&self) -> impl Iterator<Item = u16> {
        self.contract
            .responses
            .keys()
            .copied()
            .filter(|status| *status >= 300 && ![400, 401].contains(status))
    }

    fn provoked(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let (Some(forbidden), Some(changes)) = (self.status(403), self.foreign_changes()) {
            entries.push(Entry {
                control: Some(self.control.clone()),
                changes,
                ..self.entry(
                    "provoked/foreign-project".into(),
                    "a well-formed project of another tenant".into(),
                    format!("status/{forbidden}"),
                    vec![forbidden],
                )
            });
        }
        for status in self.unprovoked() {
            entries.push(Entry {
                control: Some(self.control.clone()),
                provoke: Some(status),
                ..self.entry(
                    format!("provoked/{status}"),
                    format!("a valid request with the target's provocation for {status}"),
                    format!("status/{status}"),
                    vec![status],
                )
            });
        }
        entries
    }

    fn properties(&self) -> Vec<Entry> {
        let names = |keep: &dyn Fn(&Parameter) -> bool| -> Vec<String> {
            self.contract
                .parameters
                .iter()
                .filter(|parameter| !self.is_token(parameter) && keep(parameter))
                .filter(|parameter| {
                    parameter.location == Location::Path || parameter.field.mandatory == Mandatory::Yes
                })
                .map(|parameter| format!("{}/{}", parameter.location.id(), parameter.field.name))
                .collect()
        };
        let at_home = names(&|parameter| !self.is_project(parameter));
        let property = |id: &str, summary: &str, clause: String, expect: Vec<u16>, vary: Vary| Entry {
            vary: Some(vary),
            ..self.entry(id.into(), summary.into(), clause, expect)
        };
        let conforming = |names: &[String]| Vary {
            conforming: names.to_vec(),
            ..Vary::default()
        };
        let mut entries = vec![property(
            "any/valid",
            "conforming requests for the project that the token may use",
            self.success_clause(),
            vec![self.success],
            conforming(&at_home),
        )];
        entries.push(Entry {
            fresh_connection: true,
            ..property(
                "any/valid-on-its-own-connection",
                "conforming requests, each on a connection of its own",
                self.success_clause(),
                vec![self.success],
                conforming(&at_home),
            )
        });
        if self.contract.project().is_some() {
            entries.push(property(
                "any/project",
                "conforming requests for any well-formed project",
                self.success_clause(),
                self.any_project(),
                conforming(&names(&|_| true)),
            ));
        }
        if let Some(invalid) = self.status(400) {
            for parameter in self.contract.parameters.iter().filter(|parameter| !self.is_token(parameter)) {
                let facts = &parameter.field.constraints;
                for (aspect, stated) in [("enum", !facts.values.is_empty()), ("length", !facts.length.is_open())] {
                    if !stated {
                        continue;
                    }
                    let own = format!("{}/{}", parameter.location.id(), parameter.field.name);
                    let others: Vec<String> = at_home.iter().filter(|name| **name != own).cloned().collect();
                    let clause = format!("{}/{aspect}", parameter.stem());
                    entries.push(Entry {
                        control: Some(self.control.clone()),
                        ..property(
                            &format!("any/{}-{aspect}", slug(&parameter.field.name)),
                            &format!("requests that break the {aspect} of {} and nothing else", parameter.field.name),
                            clause.clone(),
                            vec![invalid],
                            Vary {
                                violating: Some(clause),
                                ..conforming(&others)
                            },
                        )
                    });
                }
            }
        }
        if let (Some(refused), Some(token)) = (
            self.status(401),
            self.contract.token(),
        ) {
            entries.push(Entry {
                control: Some(self.control.clone()),
                ..property(
                    "any/wrong-token",
                    "valid requests but for the token",
                    format!("status/{refused}"),
                    vec![refused],
                    Vary {
                        wrong_token: Some(token.field.name.clone()),
                        ..conforming(&at_home)
                    },
                )
            });
        }
        if let (Some(forbidden), Some(changes)) = (self.status(403), self.foreign_changes()) {
            entries.push(Entry {
                control: Some(self.control.clone()),
                changes,
                ..property(
                    "any/foreign-project",
                    "valid requests but for the project, which is another tenant's",
                    format!("status/{forbidden}"),
                    vec![forbidden],
                    conforming(&at_home),
                )
            });
        }
        for status in self.unprovoked() {
            entries.push(Entry {
                control: Some(self.control.clone()),
                provoke: Some(status),
                ..property(
                    &format!("any/provoked-{status}"),
                    &format!("valid requests with the target's provocation for {status}"),
                    format!("status/{status}"),
                    vec![status],
                    conforming(&at_home),
                )
            });
        }
        entries
    }
}

/// Texts that lenient comparisons take for `value`: name, summary, text.
fn unlisted(value: &str) -> Vec<(&'static str, &'static str, String)> {
    let mut capital = value.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let cut: String = value.chars().take(value.chars().count().saturating_sub(1)).collect();
    let encoded: String = value
        .chars()
        .next()
        .map(|first| format!("%{:02x}{}", u32::from(first), &value[first.len_utf8()..]))
        .unwrap_or_default();
    let mut texts = vec![
        ("unlisted", "that no list names", "unlisted".to_owned()),
        ("in-upper-case", "in upper case", value.to_uppercase()),
        ("capitalised", "with a capital letter", capital),
        ("with-space-before", "with a space before it", format!(" {value}")),
        ("with-space-after", "with a space behind it", format!("{value} ")),
        ("with-newline-after", "with a line feed behind it", format!("{value}\n")),
        ("prefix", "without its last character", cut),
        ("with-suffix", "with a character more", format!("{value}s")),
        ("blank", "that is a single space", " ".to_owned()),
        ("null", "that is the word null", "null".to_owned()),
        ("numeric", "that is a number", "0".to_owned()),
        ("non-ascii", "in another script", "审计".to_owned()),
        ("with-accent", "with an accented letter behind it", format!("{value}é")),
        ("with-quote", "with a quotation mark", format!("{value}\"")),
        ("with-apostrophe", "with an apostrophe", format!("{value}'")),
        ("with-percent-sign", "with a percent sign", format!("{value}%")),
        ("encoded-twice", "whose percent-encoding is encoded again", encoded),
        ("with-nul", "with a NUL behind it", format!("{value}\0")),
    ];
    texts.retain(|(_, _, text)| text != value && !text.is_empty());
    texts
}

fn filled(with: &str, length: usize) -> Value {
    Value::Filled {
        with: with.into(),
        length,
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn inline(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| String::new(), |value| value.to_string())
}

fn render_changes(text: &mut String, prefix: &str, changes: &Changes) {
    for (part, members) in [
        ("path", &changes.path),
        ("query", &changes.query),
        ("headers", &changes.headers),
    ] {
        for (name, value) in members {
            let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            let key = if bare { name.clone() } else { quoted(name) };
            let _ = writeln!(text, "{prefix}{part}.{key} = {}", inline(value));
        }
    }
}

fn head() -> String {
    format!("{MARK}\nformat = {}\n", quoted(FORMAT))
}

fn render_base(base: &Changes) -> String {
    let mut text = head();
    text.push_str("\n# The conforming request that every case varies.\n[base]\n");
    render_changes(&mut text, "", base);
    text
}

fn render(entries: &[Entry]) -> String {
    let mut text = head();
    for entry in entries {
        let table = if entry.vary.is_some() { "property" } else { "case" };
        let expect: Vec<String> = entry.expect.iter().map(u16::to_string).collect();
        let _ = writeln!(text, "\n[[{table}]]");
        let _ = writeln!(text, "id = {}", quoted(&entry.id));
        let _ = writeln!(text, "summary = {}", quoted(&entry.summary));
        let _ = writeln!(text, "clause = {}", quoted(&entry.clause));
        let _ = writeln!(text, "expect = [{}]", expect.join(", "));
        if let Some(control) = &entry.control {
            let _ = writeln!(text, "control = {}", quoted(control));
        }
        if entry.lower_case {
            text.push_str("header_names = \"lower\"\n");
        }
        if let Some(status) = entry.provoke {
            let _ = writeln!(text, "provoke = {status}");
        }
        if entry.faults > 1 {
            let _ = writeln!(text, "faults = {}", entry.faults);
        }
        if entry.fresh_connection {
            text.push_str("fresh_connection = true\n");
        }
        render_changes(&mut text, "request.", &entry.changes);
        if let Some(vary) = &entry.vary {
            let _ = writeln!(text, "cases = {REQUESTS}");
            if !vary.conforming.is_empty() {
                let names: Vec<String> = vary.conforming.iter().map(|name| quoted(name)).collect();
                let _ = writeln!(text, "vary.conforming = [{}]", names.join(", "));
            }
            if let Some(clause) = &vary.violating {
                let _ = writeln!(text, "vary.violating = {}", quoted(clause));
            }
            if let Some(header) = &vary.wrong_token {
                let _ = writeln!(text, "vary.wrong_token = {}", quoted(header));
            }
        }
    }
    text
}
