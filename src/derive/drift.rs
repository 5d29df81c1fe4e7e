//! Compares the derived files with those of a folder: `contract.json` with its source,
//! and everything else with the `contract.json` that is there.

use super::{Derived, derive, is_own, kind_of};
use crate::contract::file;
use crate::error::Result;
use crate::input;
use std::path::{Path, PathBuf};

/// A derived file that is not as derived.
#[derive(Debug, PartialEq, Eq)]
pub enum Drift {
    /// It is not there.
    Missing(PathBuf),
    /// It is there, and no source gives it; why.
    Stray(PathBuf, String),
    /// It differs, first in this line.
    Differs {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What stands there.
        present: String,
        /// What is derived.
        derived: String,
    },
}

/// Compares what was derived with the files in `out`; a case file without the mark of
/// derivation is a person's own. Where the contract in `out` is another than the source
/// gives, the rest is compared with what that contract gives.
///
/// # Errors
/// [`Error::Input`](crate::error::Error::Input) where a file cannot be read.
pub fn drift(derived: &Derived, out: &Path) -> Result<Vec<Drift>> {
    let folder = Path::new("schemas").join(&derived.contract.operation);
    let name = folder.join(file::FILE);
    let path = out.join(&name);
    let (Some(ours), true) = (derived.files.get(&name), path.exists()) else {
        return rest(derived, out);
    };
    let theirs = input::text(&path, kind_of(&name))?;
    if theirs == *ours {
        return rest(derived, out);
    }
    let mut drifts = vec![differs(path.clone(), &theirs, ours)];
    drifts.extend(rest(&derive(&path, &theirs, out, None)?, out)?);
    Ok(drifts)
}

fn rest(derived: &Derived, out: &Path) -> Result<Vec<Drift>> {
    let mut drifts = Vec::new();
    for (name, text) in &derived.files {
        let path = out.join(name);
        if !path.exists() {
            drifts.push(Drift::Missing(path));
            continue;
        }
        let present = input::text(&path, kind_of(name))?;
        if !is_own(name, &present) && present != *text {
            drifts.push(differs(path, &present, text));
        }
    }
    Ok(drifts)
}

pub(super) fn differs(path: PathBuf, present: &str, derived: &str) -> Drift {
    let pairs = present.lines().zip(derived.lines());
    let same = pairs.take_while(|(here, there)| here == there).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or_default().trim().to_owned();
    Drift::Differs {
        path,
        line: same + 1,
        present: line(present),
        derived: line(derived),
    }
}
