//! Corrects what the source says wrongly: `[[correct]]` entries of `reading.toml`. The
//! contract follows the person; a report and a certificate name every correction.

use super::bounds::Bounds;
use super::clause_id::{ClauseId, Subject};
use super::correction::Correction;
use super::field::{Body, Field, Mandatory};
use super::format::Format;
use super::location::Location;
use super::operation::Contract;
use super::pattern::Pattern;
use super::type_name::TypeName;
use serde::Deserialize;

/// A correction as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Id of the clause, or the stem of a row with `drop`.
    pub clause: ClauseId,
    #[serde(default)]
    value: Option<toml::Value>,
    #[serde(default)]
    drop: bool,
    pub reason: String,
}

/// Carries out a correction.
///
/// # Errors
/// A sentence that says what it names and the contract does not have, or why the value
/// is none.
pub(super) fn correct(contract: &mut Contract, entry: &Entry) -> Result<Correction, String> {
    let statement = |contract: &Contract| {
        let clauses = contract.clauses();
        clauses
            .get(&entry.clause)
            .map(|clause| clause.statement.clone())
    };
    let before = statement(contract);
    match (&entry.value, entry.drop) {
        (None, true) => drop_clause(contract, &entry.clause)?,
        (Some(value), false) => set(contract, &entry.clause, value)?,
        _ => return Err("a correction has either 'value' or 'drop = true'".into()),
    }
    Ok(Correction {
        clause: entry.clause.clone(),
        source_says: before.unwrap_or_default(),
        holds: statement(contract).unwrap_or_default(),
        reason: entry.reason.clone(),
    })
}

fn unknown(clause: &str) -> String {
    format!("the contract has no '{clause}'")
}

fn drop_clause(contract: &mut Contract, clause: &ClauseId) -> Result<(), String> {
    let is_removed = match clause.subject() {
        Some(Subject::Status(code)) => Some(contract.responses.remove(&code).is_some()),
        Some(Subject::Request("body")) => Some(contract.request_body.take().is_some()),
        Some(Subject::Response(code, "body")) => {
            let response = contract.responses.get_mut(&code);
            Some(response.is_some_and(|response| response.body.take().is_some()))
        }
        _ => None,
    };
    if let Some(is_removed) = is_removed {
        return is_removed.then_some(()).ok_or_else(|| unknown(clause));
    }
    if remove_row(contract, clause) {
        return Ok(());
    }
    let (stem, aspect) = clause.split().ok_or_else(|| unknown(clause))?;
    if matches!(aspect, "present" | "echo") {
        return Err(not_corrected(clause));
    }
    if contract.clauses().get(clause).is_none() {
        return Err(unknown(clause));
    }
    let field = row(contract, stem).ok_or_else(|| unknown(clause))?;
    let facts = &mut field.constraints;
    match aspect {
        "type" => field.kind = TypeName::Any,
        "mandatory" => field.mandatory = Mandatory::No,
        "enum" => facts.values.clear(),
        "length" => facts.length = Bounds::default(),
        "range" => facts.range = Bounds::default(),
        "items" => facts.items = Bounds::default(),
        "pattern" => facts.pattern = None,
        "format" => facts.format = None,
        _ => return Err(not_corrected(clause)),
    }
    Ok(())
}

fn not_corrected(clause: &str) -> String {
    format!("'{clause}' is stated by the reading, not by the source: change it there")
}

fn set(contract: &mut Contract, clause: &ClauseId, value: &toml::Value) -> Result<(), String> {
    if let Some(Subject::Status(code)) = clause.subject() {
        let response = contract.responses.get_mut(&code);
        let response = response.ok_or_else(|| unknown(clause))?;
        response.meaning = value
            .as_str()
            .ok_or("the value of a status is its meaning, a text")?
            .to_owned();
        return Ok(());
    }
    let (stem, aspect) = clause.split().ok_or_else(|| unknown(clause))?;
    let is_parameter = contract
        .parameters
        .iter()
        .any(|parameter| parameter.stem() == stem);
    let field = row(contract, stem).ok_or_else(|| unknown(clause))?;
    let facts = &mut field.constraints;
    match aspect {
        "type" => {
            let text = value
                .as_str()
                .ok_or("a type is a text such as \"String\"")?;
            let text = if text == "Long" { "Long (int64)" } else { text };
            let kind: TypeName = text.parse()?;
            if let Some(name) = kind.object_name() {
                return Err(format!(
                    "'{name} object' cannot be put in place of another type"
                ));
            }
            if is_parameter && !kind.is_scalar() {
                return Err("a parameter is a scalar".into());
            }
            field.kind = kind;
        }
        "mandatory" => {
            field.mandatory = match value.as_bool().ok_or("it is true or false")? {
                true => Mandatory::Yes,
                false => Mandatory::No,
            };
        }
        "enum" => {
            let list = value
                .as_array()
                .ok_or("listed values are an array of texts")?;
            let text = |value: &toml::Value| match value {
                toml::Value::String(text) => Some(text.clone()),
                toml::Value::Integer(number) => Some(number.to_string()),
                _ => None,
            };
            let values: Option<Vec<String>> = list.iter().map(text).collect();
            facts.values = values
                .filter(|values| !values.is_empty())
                .ok_or("listed values are texts or whole numbers, and one at least")?;
        }
        "length" => facts.length = bounds(value)?,
        "range" => facts.range = bounds(value)?,
        "items" => facts.items = bounds(value)?,
        "pattern" => {
            let text = value.as_str().and_then(Pattern::read);
            let text = text.filter(Pattern::is_held);
            let wrong = "a pattern is a regular expression that looks neither around nor back";
            facts.pattern = Some(text.ok_or(wrong)?);
        }
        "format" => {
            let names = Format::ALL.map(Format::name).join(", ");
            let format = value.as_str().and_then(Format::named);
            facts.format = Some(format.ok_or_else(|| format!("a format is one of {names}"))?);
        }
        _ => return Err(not_corrected(clause)),
    }
    Ok(())
}

/// `{ min = 1, max = 64 }`
fn bounds<T: TryFrom<i64> + PartialOrd + Copy>(value: &toml::Value) -> Result<Bounds<T>, String> {
    let wrong = "bounds are a table such as { min = 1, max = 64 }";
    let table = value.as_table().ok_or(wrong)?;
    let side = |name: &str| -> Result<Option<T>, String> {
        let Some(value) = table.get(name) else {
            return Ok(None);
        };
        let number = value
            .as_integer()
            .and_then(|number| T::try_from(number).ok());
        number.map(Some).ok_or_else(|| wrong.to_owned())
    };
    let bounds = Bounds {
        min: side("min")?,
        max: side("max")?,
    };
    let is_known = table
        .keys()
        .all(|key| matches!(key.as_str(), "min" | "max"));
    let is_upside_down = matches!((bounds.min, bounds.max), (Some(min), Some(max)) if min > max);
    if !is_known || bounds.is_open() || is_upside_down {
        return Err(wrong.into());
    }
    Ok(bounds)
}

/// The row whose clauses have this stem.
fn row<'a>(contract: &'a mut Contract, stem: &str) -> Option<&'a mut Field> {
    let (fields, at) = place(contract, stem)?;
    fields.get_mut(at)
}

/// Leaves the row of this stem out; `false` where there is none, or where it is a segment
/// of the path, which cannot be left out.
fn remove_row(contract: &mut Contract, stem: &str) -> bool {
    let parameters = &mut contract.parameters;
    if let Some(at) = parameters
        .iter()
        .position(|parameter| parameter.stem() == stem)
    {
        let is_segment = parameters[at].location == Location::Path;
        if !is_segment {
            parameters.remove(at);
        }
        return !is_segment;
    }
    match place(contract, stem) {
        Some((Fields::Rows(rows), at)) if !rows[at].is_root_array() && rows.len() > 1 => {
            rows.remove(at);
            true
        }
        _ => false,
    }
}

/// Rows among which one is sought.
enum Fields<'a> {
    /// One parameter.
    Parameter(&'a mut Field),
    /// The rows of a table.
    Rows(&'a mut Vec<Field>),
}

impl<'a> Fields<'a> {
    fn get_mut(self, at: usize) -> Option<&'a mut Field> {
        match self {
            Self::Parameter(field) => Some(field),
            Self::Rows(rows) => rows.get_mut(at),
        }
    }
}

fn place<'a>(contract: &'a mut Contract, stem: &str) -> Option<(Fields<'a>, usize)> {
    let mut parameters = contract.parameters.iter_mut();
    if let Some(parameter) = parameters.find(|parameter| parameter.stem() == stem) {
        return Some((Fields::Parameter(&mut parameter.field), 0));
    }
    let (status, rest) = match ClauseId::from(stem).subject()? {
        Subject::Request(_) => {
            let body = contract.request_body.as_mut()?;
            return in_body(body, ClauseId::request_body(), stem);
        }
        Subject::Status(_) | Subject::Sequence(_) => return None,
        Subject::Response(status, rest) => (status, rest.to_owned()),
    };
    let response = contract.responses.get_mut(&status)?;
    if let Some(name) = rest.strip_prefix("header/") {
        let mut headers = response.headers.iter();
        let at = headers.position(|field| field.name == name)?;
        return Some((Fields::Rows(&mut response.headers), at));
    }
    in_body(response.body.as_mut()?, ClauseId::response(status), stem)
}

fn in_body<'a>(body: &'a mut Body, outer: ClauseId, stem: &str) -> Option<(Fields<'a>, usize)> {
    let place = body.places(outer).find(|place| place.stem == stem)?;
    let (object, row) = (place.object.map(str::to_owned), place.row);
    let rows = match object {
        None => &mut body.fields,
        Some(name) => body.objects.get_mut(&name)?,
    };
    Some((Fields::Rows(rows), row))
}
