//! Defines [`SuiteOptions`]: the options that say which suite to use, and of which of its
//! operations.

use crate::certificate::Own;
use crate::error::{Error, Result};
use crate::output::Outputs;
use crate::resource::Resource;
use crate::suite::{
    SERVICE_FILE, Suite, SuiteFiles, SuiteName, Unjudged, load, load_all, service, unread,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Which suite to use.
#[derive(Debug, clap::Args)]
pub(super) struct SuiteOptions {
    /// Folder with 'schemas' and 'cases', in place of the built-in suite
    #[arg(long, value_name = "DIR", env = "CONFORMANT_SUITE")]
    pub(super) suite: Option<PathBuf>,
    /// Operation of the suite, '*' and '?' for any characters; repeatable; without it, all
    #[arg(
        long,
        value_name = "NAME",
        env = "CONFORMANT_OPERATION",
        value_delimiter = '\n'
    )]
    pub(super) operation: Vec<String>,
}

/// The operations of a suite that were asked for.
pub(super) struct Loaded {
    pub(super) name: SuiteName,
    pub(super) suites: Vec<Arc<Suite>>,
    pub(super) unjudged: Vec<Unjudged>,
    /// Operations of the suite that were not asked for.
    pub(super) not_chosen: Vec<String>,
    /// What its operations work on.
    pub(super) resources: Vec<Resource>,
    /// Operations that make, show and delete what the others need, and were not asked for.
    pub(super) makers: Vec<Arc<Suite>>,
}

impl SuiteOptions {
    pub(super) fn files(&self) -> Result<SuiteFiles> {
        let is_wanted = |name: &str| {
            let patterns = &self.operation;
            patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, name))
        };
        let mut files = match &self.suite {
            Some(folder) => SuiteFiles::operations(folder, is_wanted)?,
            None => SuiteFiles::built_in(),
        };
        for pattern in &self.operation {
            if !files.operations.iter().any(|name| fits(pattern, name)) {
                return Err(Error::input(
                    "--operation",
                    format!("the suite has no operation '{pattern}'"),
                    format!("it has: {}", files.operations.join(", ")),
                ));
            }
        }
        if self.suite.is_none() {
            files.leave(|name| !is_wanted(name));
        }
        Ok(files)
    }

    /// The operations that were asked for, to hold a certificate against.
    pub(super) fn own(&self) -> Result<Own> {
        let loaded = self.load()?;
        Ok(Own {
            suites: loaded.suites,
            unjudged: loaded.unjudged,
            left_out: loaded.name.left_out,
        })
    }

    /// The operations that were asked for. One that cannot be read keeps none of the
    /// others from being run, and is not forgotten.
    pub(super) fn load(&self) -> Result<Loaded> {
        let mut files = self.files()?;
        let service = service(&files)?;
        let unread = unread(&files)?;
        let operations: Vec<&str> = files.operations.iter().map(String::as_str).collect();
        service.check_resources(&files.path(SERVICE_FILE), &operations)?;
        service.check_out(&files.path(SERVICE_FILE), &operations, &unread)?;
        let read = files.read_operations();
        let is_other =
            |name: &&String| !read.contains(&name.as_str()) && service.leaves_out(name).is_none();
        let not_chosen = files.operations.iter().filter(is_other).cloned().collect();
        files.leave(|name| service.leaves_out(name).is_some());
        let (mut suites, mut unjudged) = (Vec::new(), Vec::new());
        let mut first = None;
        for (name, loaded) in load_all(&files) {
            match loaded {
                Ok(suite) => suites.push(Arc::new(suite)),
                Err(error) => {
                    let reason = error.to_string();
                    first = first.or(Some(error));
                    unjudged.push(Unjudged { name, reason });
                }
            }
        }
        // An operation that asks nothing must not vanish among others.
        if suites.iter().any(|suite| !has_none(suite)) {
            let none = suites.extract_if(.., |suite| has_none(suite));
            unjudged.extend(none.map(|suite| Unjudged {
                name: suite.contract.operation.clone(),
                reason: "it has no case and no property: its page documents no status that a request leads to".into(),
            }));
        }
        // Which operation a page documents that could not be read nobody knows.
        let pages = unread
            .iter()
            .filter(|page| service.leaves_out_page(page).is_none());
        unjudged.extend(
            pages
                .filter(|_| self.operation.is_empty())
                .map(|page| Unjudged {
                    name: page.file.clone(),
                    reason: page.reason.clone(),
                }),
        );
        if suites.is_empty() {
            return Err(match first {
                Some(error) => error,
                None => load(&files, None)
                    .err()
                    .unwrap_or_else(|| Error::input(&files.root, "the suite has no operation", "")),
            });
        }
        let makers = self.makers(&service.resources, &suites)?;
        let digests = suites.iter().flat_map(|suite| suite.digests.clone());
        Ok(Loaded {
            name: SuiteName::new(&files, &service, &digests.collect()),
            suites,
            unjudged,
            not_chosen,
            resources: service.resources,
            makers,
        })
    }

    /// The operations that make, show and delete what those of `suites` need, and what these
    /// need themselves.
    fn makers(&self, resources: &[Resource], suites: &[Arc<Suite>]) -> Result<Vec<Arc<Suite>>> {
        let mut makers: Vec<Arc<Suite>> = Vec::new();
        let Some(folder) = self.suite.as_ref().filter(|_| !resources.is_empty()) else {
            return Ok(makers);
        };
        loop {
            let known = || suites.iter().chain(&makers);
            let is_known = |name: &str| known().any(|it| it.contract.operation == name);
            let needs = known().flat_map(|suite| &suite.handling.needs);
            let own = known().filter_map(|suite| suite.handling.effect.as_ref());
            let names = needs.filter_map(|need| need.resource.as_ref());
            let names: BTreeSet<&String> = names.chain(own.map(|(name, _)| name)).collect();
            let named = resources.iter().filter(|it| names.contains(&it.name));
            let wanted: BTreeSet<String> = named
                .flat_map(Resource::operations)
                .filter(|name| !is_known(name))
                .map(str::to_owned)
                .collect();
            if wanted.is_empty() {
                return Ok(makers);
            }
            let files = SuiteFiles::operations(folder, |name| wanted.contains(name))?;
            for (_, loaded) in load_all(&files) {
                makers.push(Arc::new(loaded?));
            }
        }
    }

    /// Nothing may be written where the suite is read.
    pub(super) fn guard(&self, outputs: &mut Outputs) {
        for part in ["schemas", "cases"] {
            if let Some(folder) = &self.suite {
                outputs.reads_below("--suite", &folder.join(part));
            }
        }
    }
}

/// Whether a suite asks nothing.
fn has_none(suite: &Suite) -> bool {
    suite.templates().next().is_none()
}

/// Whether a name fits a pattern in which `*` stands for any characters and `?` for one.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut of) = (0, 0);
    // Where to go on if what follows the last '*' does not fit.
    let mut back = None;
    while of < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at, of));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[of] => {
                at += 1;
                of += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    at = star + 1;
                    of = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, does) in [
            ("list-jobs", "list-jobs", true),
            ("list-jobs", "list-jobs-v2", false),
            ("list-*", "list-jobs", true),
            ("*-jobs", "list-jobs", true),
            ("*", "", true),
            ("l?st-*s", "list-jobs", true),
            ("l?st", "lst", false),
            ("*ab*b", "aabab", true),
            ("*ab*c", "aabab", false),
        ] {
            assert_eq!(fits(pattern, name), does, "{pattern} {name}");
        }
    }
}
