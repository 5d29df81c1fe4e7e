//! Defines [`Writes`]: which requests may be sent that change what a target holds.

use crate::contract::is_safe;
use crate::resource::Effect;
use std::fmt;
use std::str::FromStr;

/// Which requests may be sent that change what a target holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    /// Those that make objects.
    pub create: bool,
    /// Those that change objects, or do something with them.
    pub update: bool,
    /// Those that delete objects.
    pub delete: bool,
}

impl Writes {
    /// All of them.
    pub const ALL: Self = Self {
        create: true,
        update: true,
        delete: true,
    };

    /// Whether any may be sent.
    pub fn any(self) -> bool {
        self.create || self.update || self.delete
    }

    /// Whether requests by this method and with this effect may be sent.
    pub fn allow(self, method: &str, effect: Option<Effect>) -> bool {
        match (effect, method) {
            (_, method) if is_safe(method) => true,
            (Some(Effect::Create), _) | (None, "POST") => self.create,
            (Some(Effect::Delete), _) | (None, "DELETE") => self.delete,
            _ => self.update,
        }
    }
}

impl FromStr for Writes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut writes = Self::default();
        for class in text.split(',').map(str::trim) {
            match class {
                "" | "false" => {}
                "true" | "all" => writes = Self::ALL,
                "create" => writes.create = true,
                "update" => writes.update = true,
                "delete" => writes.delete = true,
                _ => return Err("write create, update, delete, or several with commas; all of them without a value".into()),
            }
        }
        Ok(writes)
    }
}

impl fmt::Display for Writes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let classes = [
            ("create", self.create),
            ("update", self.update),
            ("delete", self.delete),
        ];
        let allowed = classes.iter().filter(|(_, is)| *is);
        let names: Vec<&str> = allowed.map(|(name, _)| *name).collect();
        f.write_str(&names.join(", "))
    }
}
