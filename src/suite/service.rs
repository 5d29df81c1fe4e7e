//! Defines [`Service`]: `service.toml`, what holds for all operations of a suite.

use super::conventions::Conventions;
use super::out::{self, LeftOut, Out};
use super::unread::UnreadPage;
use crate::contract::ServiceReading;
use crate::error::{Error, Place, Result, line_of};
use crate::input::parse_toml;
use crate::profile::{self, Profile};
use crate::resource::{self, Resource};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use toml::Spanned;

/// Its name in the folder of a suite.
pub const SERVICE_FILE: &str = "service.toml";
/// The version line of the file.
const FORMAT: &str = "conformant-service/1";

/// What a derived suite states of itself until a person says otherwise.
pub static DERIVED_SERVICE: LazyLock<String> =
    LazyLock::new(|| Conventions::default().service_file());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    profile: Option<Spanned<String>>,
    #[serde(default)]
    token: Option<Spanned<toml::Table>>,
    #[serde(default)]
    tenant: Option<Spanned<toml::Table>>,
    #[serde(default)]
    error: Option<Spanned<toml::Table>>,
    #[serde(default)]
    status: Option<Spanned<toml::Table>>,
    #[serde(default)]
    reading: ServiceReading,
    #[serde(default)]
    resource: BTreeMap<String, Spanned<resource::Entry>>,
    #[serde(default)]
    out: Vec<Spanned<out::Entry>>,
}

/// What holds for all operations of a suite.
#[derive(Clone, Debug)]
pub struct Service {
    /// The service's name, where the file gives one.
    pub name: Option<String>,
    /// The provider's conventions.
    pub profile: Arc<Profile>,
    /// What is read of all operations alike.
    pub reading: ServiceReading,
    /// What its operations work on, in the order of the file.
    pub resources: Vec<Resource>,
    /// What is left out of the suite, in the order of the file.
    pub out: Vec<Out>,
}

impl Default for Service {
    /// A suite without the file: the default profile, and nothing is read into its sources.
    fn default() -> Self {
        Self {
            name: None,
            profile: profile::default(),
            reading: ServiceReading::default(),
            resources: Vec::new(),
            out: Vec::new(),
        }
    }
}

impl Service {
    /// What a derived suite states of itself.
    pub fn derived() -> Self {
        Self::parse(Path::new(SERVICE_FILE), &DERIVED_SERVICE).unwrap_or_default()
    }

    /// Reads `source`; `path` is named in errors.
    ///
    /// # Errors
    /// [`Error::Input`] with file and line for an unknown key, a wrong type, another
    /// format, a profile that is not shipped, or an entry `[[out]]` that says nothing.
    pub fn parse(path: &Path, source: &str) -> Result<Self> {
        let file: File = parse_toml(path, source)?;
        let at = |span: std::ops::Range<usize>| Place::line(path, line_of(source, span.start));
        if file.format.get_ref() != FORMAT {
            return Err(Error::input(
                at(file.format.span()),
                format!("the format is '{}'", file.format.get_ref()),
                format!("this version reads '{FORMAT}'"),
            ));
        }
        let profile = match &file.profile {
            None => profile::default(),
            Some(name) => profile::named(name.get_ref()).ok_or_else(|| {
                Error::input(
                    at(name.span()),
                    format!("there is no profile '{}'", name.get_ref()),
                    format!("choose one of: {}", profile::names().join(", ")),
                )
            })?,
        };
        let mut profile = profile;
        for (name, table) in [
            ("token", &file.token),
            ("tenant", &file.tenant),
            ("error", &file.error),
            ("status", &file.status),
        ] {
            if let Some(table) = table {
                let changed = profile.with(name, table.get_ref()).map_err(|why| {
                    let keys = "the keys are those of the same table in profiles/*.toml";
                    Error::input(at(table.span()), format!("[{name}]: {why}"), keys)
                })?;
                profile = Arc::new(changed);
            }
        }
        Ok(Self {
            name: file.name,
            profile,
            reading: file.reading,
            resources: resource::read(path, source, file.resource)?,
            out: out::read(path, source, file.out)?,
        })
    }

    /// The entry that leaves this operation out.
    pub fn leaves_out(&self, operation: &str) -> Option<&Out> {
        let is_it = |what: &LeftOut| matches!(what, LeftOut::Operation(name) if name == operation);
        self.out.iter().find(|out| is_it(&out.what))
    }

    /// The entry that leaves this page out.
    pub fn leaves_out_page(&self, page: &UnreadPage) -> Option<&Out> {
        let is_it = |what: &LeftOut| matches!(what, LeftOut::Page(name) if page.is_called(name));
        self.out.iter().find(|out| is_it(&out.what))
    }

    /// The resource of this name.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// Holds `[resource.NAME]` against what the suite has; `path` is that of `service.toml`.
    ///
    /// # Errors
    /// [`Error::Input`] with its line for a table that names no operation of the suite.
    pub fn check_resources(&self, path: &Path, operations: &[&str]) -> Result<()> {
        for resource in &self.resources {
            let mut named = resource.operations();
            let unknown = named.find(|name| !operations.contains(name));
            if let Some(unknown) = unknown {
                return Err(Error::input(
                    Place::line(path, resource.line),
                    format!(
                        "[resource.{}] names the operation '{unknown}', which the suite does not have",
                        resource.name
                    ),
                    format!("the suite has: {}", operations.join(", ")),
                ));
            }
        }
        Ok(())
    }

    /// Holds `[[out]]` against what the suite has; `path` is that of `service.toml`.
    ///
    /// # Errors
    /// [`Error::Input`] with its line for an entry that names nothing of the suite, or a
    /// page that stands in several folders.
    pub fn check_out(&self, path: &Path, operations: &[&str], unread: &[UnreadPage]) -> Result<()> {
        out::check(&self.out, path, operations, unread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{PresentMembers, TokenRow, Undocumented};

    #[test]
    fn the_derived_file_says_what_it_explains() {
        let service = Service::parse(Path::new(SERVICE_FILE), &DERIVED_SERVICE).unwrap();
        let error = &service.profile.error;
        let expected = ServiceReading {
            present: PresentMembers::Documented,
            error_members: vec![error.code.clone(), error.message.clone()],
            undocumented_members: Undocumented::Noted,
            token: TokenRow::Sent,
        };
        assert_eq!(service.reading, expected);
    }

    #[test]
    fn mistakes_have_a_line() {
        for (text, line) in [
            ("format = \"conformant-service/2\"\n", 1),
            (
                "format = \"conformant-service/1\"\nprofile = \"nobody\"\n",
                2,
            ),
            (
                "format = \"conformant-service/1\"\n[reading]\npresent = \"all\"\n",
                3,
            ),
            (
                "format = \"conformant-service/1\"\n[reading]\npresant = \"example\"\n",
                3,
            ),
        ] {
            let error = Service::parse(Path::new("s.toml"), text).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(
                error.to_string().contains(&format!("s.toml:{line}")),
                "{error}"
            );
        }
    }
}
