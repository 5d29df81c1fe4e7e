//! Reads the text of a definition: JSON, JSON inside a JSON string, or YAML.

use super::yaml;
use crate::error::{Error, Place, Result};
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

/// How often JSON may stand inside a JSON string.
const MAX_STRINGS: usize = 3;
/// How much of a text tells what it is.
const HEAD: usize = 64 << 10;
/// Members that only definitions have at their root.
const VERSIONS: [&str; 2] = ["openapi", "swagger"];

/// Whether a text is a definition, and no page: JSON, or YAML that names its version.
pub(super) fn is_definition(text: &str) -> bool {
    is_json(text) || is_yaml(text)
}

fn is_json(text: &str) -> bool {
    unmarked(text).trim_start().starts_with(['{', '"'])
}

fn is_yaml(text: &str) -> bool {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let names_version = |line: &str| {
        let line = line.trim_start_matches(['"', '\'']);
        VERSIONS.iter().any(|version| {
            let rest = line.strip_prefix(version);
            rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    let head = unmarked(&text[..end]);
    let states = |line: &&str| {
        let beginnings = ["#", "---", "%"];
        !line.trim().is_empty() && !beginnings.iter().any(|begin| line.starts_with(begin))
    };
    // A page may show a definition, and begins otherwise.
    let is_key = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        let is_of_a_key = |c: char| c.is_alphanumeric() || "\"'-_ ".contains(c);
        line.contains(':') && name.chars().all(is_of_a_key)
    };
    head.lines().find(states).is_some_and(is_key) && head.lines().any(names_version)
}

/// The text without a byte order mark.
fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The value that the text stands for; `path` is named in errors.
///
/// # Errors
/// [`Error::Input`] with line where it is neither JSON nor YAML, or stands for too many values.
pub(super) fn read(path: &Path, text: &str) -> Result<Value> {
    let mut text = Cow::Borrowed(unmarked(text));
    if !is_json(&text) {
        return yaml::read(&text).map_err(|(line, what)| {
            Error::input(
                Place::line(path, line),
                what,
                "give the whole document in one file, as its publisher has it",
            )
        });
    }
    for _ in 0..=MAX_STRINGS {
        // Whatever stands in strings: more of these than values may be there are too many.
        let values = text.bytes().filter(|byte| b",:[{".contains(byte)).count();
        if values > yaml::MAX_VALUES {
            return Err(Error::input(
                path,
                format!("more than {} values may stand here", yaml::MAX_VALUES),
                "give the definition of one service",
            ));
        }
        let value = serde_json::from_str(&text).map_err(|error| {
            Error::input(
                Place::line(path, error.line()),
                format!("this is no JSON: {error}"),
                "give the whole document in one file, as its publisher has it",
            )
        })?;
        match value {
            Value::String(inner) => text = Cow::Owned(inner),
            value => return Ok(value),
        }
    }
    Err(Error::input(
        path,
        format!("JSON stands in strings of JSON more than {MAX_STRINGS} deep"),
        "take the document out of its strings",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_taken_out_of_strings() {
        let value = json!({ "paths": {} });
        let path = Path::new("a.json");
        let once = json!(value.to_string()).to_string();
        let twice = json!(once).to_string();
        for text in [value.to_string(), once, twice] {
            assert!(is_definition(&text));
            assert_eq!(read(path, &text).unwrap(), value);
        }
        let mut deep = value.to_string();
        for _ in 0..5 {
            deep = json!(deep).to_string();
        }
        assert!(read(path, &deep).is_err());
    }

    #[test]
    fn yaml_is_told_by_its_version() {
        for text in [
            "openapi: 3.0.0\n",
            "# a\n\"swagger\": '2.0'\n",
            "info: {}\nopenapi : 3.1\n",
            "\u{feff}openapi: 3.0.0\n",
        ] {
            assert!(is_definition(text), "{text}");
        }
        let page = "# A page - ListJars\n\nGET /v1/jars\n\n```\nopenapi: 3.0.0\n```\n";
        for text in [
            page,
            "GET /v1/jars\n",
            "# A page - ListJars\n",
            "  openapi: 3.0.0\n",
            "openapis: 1\n",
            "",
        ] {
            assert!(!is_definition(text), "{text}");
        }
    }

    #[test]
    fn too_many_values_are_refused_unread() {
        let text = format!("[{}1]", "1,".repeat(yaml::MAX_VALUES + 1));
        let text = format!("{{\"a\":{text}}}");
        let error = read(Path::new("a.json"), &text).unwrap_err().to_string();
        assert!(error.contains("values may stand here"), "{error}");
    }
}
