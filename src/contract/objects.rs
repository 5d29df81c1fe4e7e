//! Gives each body the object tables of its own scope: pages repeat and renumber the
//! same nested table under each status.

use super::Contract;
use super::field::{Body, Field};
use crate::page::vocabulary::fold;
use crate::page::{Finding, TypeName};

/// A table of the members of an object.
pub(super) struct Object {
    /// The status that it stands under; `None` for the request.
    pub scope: Option<u16>,
    /// Its caption.
    pub caption: String,
    /// Its rows.
    pub fields: Vec<Field>,
    /// 1-based line.
    pub line: usize,
    /// Number as printed.
    pub number: u32,
}

impl Object {
    /// Whether the caption is the type's name or the member's, and nothing else.
    ///
    /// `outer.inner` is a table of the member `inner`.
    fn is_named(&self, name: &str, owner: &str) -> bool {
        let caption = fold(&self.caption);
        let last = caption.rsplit('.').next().unwrap_or_default();
        let is = |name: &str| caption == name || last == name;
        is(&fold(name)) || is(&fold(owner))
    }

    /// Whether the caption has that name among other words.
    fn mentions(&self, name: &str, owner: &str) -> bool {
        self.caption
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .any(|word| !word.is_empty() && (word == name || word == owner))
    }
}

/// A type of a body without a table.
type Missing = (u32, String, usize);

/// Attaches the tables; what is missing or unused is a finding.
pub(super) fn attach(
    contract: &mut Contract,
    objects: &[Object],
    lines: &dyn Fn(u32) -> usize,
    findings: &mut Vec<Finding>,
) {
    let mut used = vec![false; objects.len()];
    let mut missing: Vec<Missing> = Vec::new();
    let bodies = contract
        .responses
        .iter_mut()
        .filter_map(|(status, response)| Some((Some(*status), response.body.as_mut()?)))
        .chain(contract.request_body.as_mut().map(|body| (None, body)));
    for (scope, body) in bodies {
        fill(scope, body, objects, &mut used, &mut missing);
    }
    for (table, name, _) in missing {
        findings.push(Finding::new(
            lines(table),
            format!("Table {table} refers to '{name}', which no table describes"),
            "any object was accepted there",
            "add the table with the caption of that name",
        ));
    }
    for (at, object) in objects.iter().enumerate() {
        if !used[at] {
            findings.push(Finding::new(
                object.line,
                format!("nothing refers to Table {}, '{}'", object.number, object.caption),
                "it is not part of the contract",
                "name it in a Type cell ('X object'), or give it a caption such as 'Request body parameters'",
            ));
        }
    }
}

fn fill(
    scope: Option<u16>,
    body: &mut Body,
    objects: &[Object],
    used: &mut [bool],
    missing: &mut Vec<Missing>,
) {
    let mut wanted = Vec::new();
    for field in &mut body.fields {
        adopt(field, scope, objects);
        refer(field, body.table, &mut wanted);
    }
    let mut unknown = Vec::new();
    while let Some((name, owner, table)) = wanted.pop() {
        if body.objects.contains_key(&name) || unknown.contains(&name) {
            continue;
        }
        let find = |in_scope: bool, exact: bool| {
            (0..objects.len()).find(|at| {
                let object = &objects[*at];
                (object.scope == scope) == in_scope
                    && if exact {
                        object.is_named(&name, &owner)
                    } else {
                        object.mentions(&name, &owner)
                    }
            })
        };
        let found = find(true, true)
            .or_else(|| find(true, false))
            .or_else(|| find(false, true))
            .or_else(|| find(false, false));
        match found {
            Some(at) => {
                used[at] = true;
                let mut fields = objects[at].fields.clone();
                for field in &mut fields {
                    adopt(field, scope, objects);
                    refer(field, objects[at].number, &mut wanted);
                }
                body.objects.insert(name, fields);
            }
            None => {
                missing.push((table, name.clone(), 0));
                unknown.push(name);
            }
        }
    }
    for name in unknown {
        let fields = body
            .fields
            .iter_mut()
            .chain(body.objects.values_mut().flatten());
        for field in fields {
            forget(&mut field.kind, &name);
        }
    }
}

/// An object without a type name is described by the table of its own name.
fn adopt(field: &mut Field, scope: Option<u16>, objects: &[Object]) {
    let innermost = innermost(&mut field.kind);
    if *innermost == TypeName::Object
        && objects.iter().any(|object| {
            object.scope == scope
                && (object.is_named(&field.name, &field.name)
                    || object.mentions(&field.name, &field.name))
        })
    {
        *innermost = TypeName::Named(field.name.clone());
    }
}

fn innermost(kind: &mut TypeName) -> &mut TypeName {
    match kind {
        TypeName::Array(item) | TypeName::Map(item) => innermost(item),
        kind => kind,
    }
}

/// Notes the object type that a field refers to, with the name of the field.
fn refer(field: &mut Field, table: u32, wanted: &mut Vec<(String, String, u32)>) {
    if let Some(name) = field.kind.object_name() {
        wanted.push((name.to_owned(), field.name.clone(), table));
    }
}

/// An object that no table describes has free members.
fn forget(kind: &mut TypeName, name: &str) {
    match kind {
        TypeName::Named(own) if own == name => *kind = TypeName::Object,
        TypeName::Array(item) | TypeName::Map(item) => forget(item, name),
        _ => {}
    }
}
