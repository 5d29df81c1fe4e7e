//! Reads the tables `[resource.NAME]` of `service.toml`.

use super::{Create, Delete, LOCATION, Law, List, Off, Ready, Resource, Show, Take, Update, Use};
use crate::error::{Error, Place, Result, line_of};
use crate::{status, text};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;

/// A table as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(default)]
    guess: bool,
    names: Vec<Spanned<String>>,
    create: Option<CreateEntry>,
    ready: Option<ReadyEntry>,
    show: Option<ShowEntry>,
    list: Option<ListEntry>,
    update: Option<UpdateEntry>,
    delete: Option<DeleteEntry>,
    #[serde(default)]
    off: Vec<OffEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateEntry {
    operation: String,
    take: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadyEntry {
    operation: String,
    member: Spanned<String>,
    is: Spanned<Vec<String>>,
    #[serde(default)]
    fails: Vec<String>,
    within: Option<Spanned<String>>,
    every: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShowEntry {
    operation: String,
    at: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListEntry {
    operation: String,
    at: Spanned<String>,
    id: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateEntry {
    operation: String,
    #[serde(default)]
    keeps: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeleteEntry {
    operation: String,
    gone: Option<u16>,
    within: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OffEntry {
    law: Spanned<String>,
    reason: Spanned<String>,
}

/// Longest time until an object can be used, or is gone, where none is written.
pub(super) const WITHIN: Duration = Duration::from_secs(600);
/// Longest time between two looks, where none is written.
pub(super) const EVERY: Duration = Duration::from_secs(2);

/// Offset, what is wrong, and the remedy.
type Wrong = (usize, String, String);

/// The resources of a file; `path` and `source` are those of the file.
///
/// # Errors
/// [`Error::Input`] with the line of what is mistyped.
pub fn read(
    path: &Path,
    source: &str,
    entries: BTreeMap<String, Spanned<Entry>>,
) -> Result<Vec<Resource>> {
    let mut resources = Vec::new();
    for (name, entry) in entries {
        let start = entry.span().start;
        let line = line_of(source, start);
        let resource = resource(name, line, entry.into_inner());
        resources.push(resource.map_err(|(at, what, remedy)| {
            let at = Place::line(path, line_of(source, at.max(start)));
            Error::input(at, what, remedy)
        })?);
    }
    resources.sort_by_key(|resource: &Resource| resource.line);
    Ok(resources)
}

fn resource(name: String, line: usize, entry: Entry) -> Result<Resource, Wrong> {
    let off = entry.off.into_iter().map(off).collect::<Result<_, _>>()?;
    let names = entry.names.into_iter().map(|name| {
        let parsed = name.get_ref().parse::<Use>();
        parsed.map_err(|()| {
            (
                name.span().start,
                format!("'{}' names no place of a request", name.get_ref()),
                "write path/NAME, query/NAME or body/NAME; with OPERATION/ in front for one operation alone".to_owned(),
            )
        })
    });
    Ok(Resource {
        names: names.collect::<Result<_, _>>()?,
        create: match entry.create {
            Some(it) => Some(Create {
                operation: it.operation,
                take: take(it.take)?,
            }),
            None => None,
        },
        ready: entry.ready.map(ready).transpose()?,
        show: match entry.show {
            Some(it) => Some(Show {
                operation: it.operation,
                at: pointer(it.at)?,
            }),
            None => None,
        },
        list: match entry.list {
            Some(it) => Some(List {
                operation: it.operation,
                at: pointer(it.at)?,
                id: pointer(it.id)?,
            }),
            None => None,
        },
        update: entry.update.map(|it| Update {
            operation: it.operation,
            keeps: it.keeps,
        }),
        delete: match entry.delete {
            Some(it) => Some(Delete {
                operation: it.operation,
                gone: it.gone.unwrap_or(status::NOT_FOUND),
                within: time(it.within)?.unwrap_or(WITHIN),
            }),
            None => None,
        },
        is_guess: entry.guess,
        name,
        off,
        line,
    })
}

fn ready(it: ReadyEntry) -> Result<Ready, Wrong> {
    if it.is.get_ref().is_empty() {
        let at = it.is.span().start;
        let what = "no state says that it can be used";
        let remedy = "list the states, such as is = [\"ACTIVE\"], or leave 'ready' out";
        return Err((at, what.to_owned(), remedy.to_owned()));
    }
    Ok(Ready {
        operation: it.operation,
        member: pointer(it.member)?,
        is: it.is.into_inner(),
        fails: it.fails,
        within: time(it.within)?.unwrap_or(WITHIN),
        every: time(it.every)?.unwrap_or(EVERY),
    })
}

fn off(it: OffEntry) -> Result<Off, Wrong> {
    let Some(law) = Law::named(it.law.get_ref()) else {
        let known: Vec<&str> = Law::ALL.into_iter().map(Law::name).collect();
        return Err((
            it.law.span().start,
            format!("there is no law '{}'", it.law.get_ref()),
            format!("choose one of: {}", known.join(", ")),
        ));
    };
    if it.reason.get_ref().trim().is_empty() {
        let what = format!("'{}' is turned off without a reason", law.name());
        let remedy = "write why it does not hold for this service";
        return Err((it.reason.span().start, what, remedy.to_owned()));
    }
    Ok(Off {
        law,
        reason: it.reason.into_inner(),
    })
}

fn take(text: Spanned<String>) -> Result<Take, Wrong> {
    if text.get_ref().eq_ignore_ascii_case(LOCATION) {
        return Ok(Take::Location);
    }
    let wrong = |(at, what, remedy)| {
        (
            at,
            what,
            format!("{remedy}, or \"{LOCATION}\" for that header"),
        )
    };
    pointer(text).map(Take::Body).map_err(wrong)
}

fn pointer(text: Spanned<String>) -> Result<String, Wrong> {
    let is_pointer = text.get_ref().is_empty() || text.get_ref().starts_with('/');
    match is_pointer {
        true => Ok(text.into_inner()),
        false => Err((
            text.span().start,
            format!("'{}' is not a JSON pointer", text.get_ref()),
            "write '/' in front of each name, such as \"/cluster/id\"".to_owned(),
        )),
    }
}

fn time(text: Option<Spanned<String>>) -> Result<Option<Duration>, Wrong> {
    let Some(text) = text else {
        return Ok(None);
    };
    let parsed = text::time(text.get_ref()).map(Some);
    parsed.map_err(|wanted| {
        let what = format!("'{}' is not {wanted}", text.get_ref());
        (text.span().start, what, "the default is 10m".to_owned())
    })
}
