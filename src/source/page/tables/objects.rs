//! Gives each body the object tables of its own scope: pages repeat and renumber the
//! same nested table under each status.

use super::role::is_of_captions;
use crate::contract::{Body, Contract, Field, Finding, MAX_LEAST, MAX_PLACES, TypeName};
use crate::source::page::vocabulary::{fold, is_name};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    fn is_named(&self, name: &str) -> bool {
        is_named(&self.caption, name)
    }

    fn mentions(&self, name: &str) -> bool {
        mentions(&self.caption, name)
    }

    /// The name of the type of a row that has none itself.
    fn type_name(&self, row: &str) -> String {
        if is_name(&self.caption) && !self.is_named(row) {
            self.caption.clone()
        } else {
            row.to_owned()
        }
    }

    /// Whether its rows state what those of `other` do.
    fn states_as(&self, other: &Self) -> bool {
        let digests = |object: &Self| -> Vec<String> {
            let fields = object.fields.iter();
            fields.map(Field::digest).collect()
        };
        digests(self) == digests(other)
    }
}

/// Whether the caption is this name, and nothing else.
///
/// `outer.inner` is a table of the member `inner`. Spaces and underscores change no name,
/// nor does the word for an object behind it.
pub(super) fn is_named(caption: &str, name: &str) -> bool {
    let (caption, name) = (fold(caption), fold(name));
    let plain = |text: &str| {
        let text = text.replace([' ', '_'], "");
        let objects = ["对象", "object", "objects"];
        let rest = objects.iter().find_map(|word| text.strip_suffix(word));
        rest.filter(|rest| !rest.is_empty())
            .map_or(text.clone(), str::to_owned)
    };
    caption.rsplit('.').next() == Some(&name) || plain(&caption) == plain(&name)
}

/// Whether the caption has that name among other words. A word that captions are made of
/// is a name only in front: `description field`, but not `lid description`.
pub(super) fn mentions(caption: &str, name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut words = caption.split(|c| !is_of_name(c));
    let mut words = words.by_ref().filter(|word| !word.is_empty());
    let is_first = words.next() == Some(name);
    is_first || !is_of_captions(name) && words.any(|word| word == name)
}

/// Table and row.
pub(super) type Key = (u32, u32);

/// The numbers of the tables that rows refer to.
pub(super) type References = BTreeMap<Key, Vec<u32>>;

/// A row that no table was given to, and that may mean one.
struct Childless {
    key: (u32, u32),
    name: String,
    kind: TypeName,
}

/// Attaches the tables; what is missing, ambiguous or unused is a finding.
pub(super) fn attach(
    contract: &mut Contract,
    objects: &[Object],
    references: &References,
    lines: &dyn Fn(u32) -> usize,
) {
    let mut findings = Vec::new();
    let mut attaching = Attaching {
        objects,
        references,
        used: vec![false; objects.len()],
        holds: vec![BTreeSet::new(); objects.len()],
        missing: Vec::new(),
        slips: Vec::new(),
        rivals: BTreeMap::new(),
    };
    for (scope, body) in contract.bodies_mut() {
        attaching.fill(scope, body);
        if body.unfolds_beyond(MAX_PLACES) {
            findings.push(Finding::new(
                lines(body.table),
                format!(
                    "the objects of Table {} make more than {MAX_PLACES} rows where they hold each other",
                    body.table
                ),
                "any object was accepted in place of each of them",
                "document the objects in fewer levels",
            ));
            body.objects.clear();
            for kind in body.fields.iter_mut().map(|field| &mut field.kind) {
                if let kind @ TypeName::Named(_) = kind.innermost_mut() {
                    *kind = TypeName::Object;
                }
            }
        }
        if body.least_size() > MAX_LEAST {
            findings.push(Finding::new(
                lines(body.table),
                format!(
                    "the minima of Table {} and its objects make every body larger than {} MiB",
                    body.table,
                    MAX_LEAST >> 20
                ),
                "the minima of lengths and of numbers of items are not part of the contract",
                "mend the minima in the page's copy",
            ));
            body.without_minima();
        }
    }
    let mut childless = Vec::new();
    contract.for_each_field(|field| {
        if field.kind.object_name().is_none() {
            let key = (field.source.table, field.source.row);
            let (name, kind) = (field.name.clone(), field.kind.clone());
            childless.push(Childless { key, name, kind });
        }
    });
    findings.extend(attaching.findings(&childless, lines));
    contract.findings.extend(findings);
}

/// How well a table fits a row, and by what.
#[derive(Clone, Copy)]
enum Fit {
    /// The row gives its number, and its caption is the row's type.
    ReferredAndNamed,
    /// The row gives its number.
    Referred,
    /// Its caption is a name, and it stands in the section (or not).
    Named(By, bool),
    /// Its caption has a name among other words, likewise.
    Mentions(By, bool),
}

/// The name that a caption is compared with.
#[derive(Clone, Copy)]
enum By {
    /// That of the row's type.
    Type,
    /// That of the row.
    Row,
}

/// From the best to the worst. What stands in another section is taken for a type alone.
const FITS: [Fit; 10] = [
    Fit::ReferredAndNamed,
    Fit::Named(By::Type, true),
    Fit::Referred,
    Fit::Named(By::Row, true),
    Fit::Mentions(By::Type, true),
    Fit::Mentions(By::Row, true),
    Fit::Named(By::Type, false),
    Fit::Named(By::Row, false),
    Fit::Mentions(By::Type, false),
    Fit::Mentions(By::Row, false),
];

/// The object types of a body by name, as indices of tables.
type Types = BTreeMap<String, usize>;

struct Attaching<'a> {
    objects: &'a [Object],
    references: &'a References,
    used: Vec<bool>,
    /// By table: those that its rows took for their own names.
    holds: Vec<BTreeSet<usize>>,
    /// Types without a table: the number of the table that refers to them, and the name.
    missing: Vec<(u32, String)>,
    /// Rows that give the number of their own table: the line, the row, the table that was
    /// taken.
    slips: Vec<(usize, String, Option<u32>)>,
    /// Tables that fit as well as the one that was taken, and the rows that took that.
    rivals: BTreeMap<(usize, usize), Vec<String>>,
}

impl Attaching<'_> {
    fn fill(&mut self, scope: Option<u16>, body: &mut Body) {
        let mut types = Types::new();
        let mut open = VecDeque::new();
        let mut unknown = BTreeSet::new();
        let fields = &mut body.fields;
        self.resolve(scope, None, fields, &mut types, &mut open, &mut unknown);
        while let Some(name) = open.pop_front() {
            let at = types[&name];
            let mut fields = self.objects[at].fields.clone();
            let of = Some(at);
            self.resolve(scope, of, &mut fields, &mut types, &mut open, &mut unknown);
            body.objects.insert(name, fields);
        }
    }

    /// Gives the object types of `fields`, the rows of the table `of`, their tables; those
    /// seen first go into `open`.
    fn resolve(
        &mut self,
        scope: Option<u16>,
        of: Option<usize>,
        fields: &mut [Field],
        types: &mut Types,
        open: &mut VecDeque<String>,
        unknown: &mut BTreeSet<String>,
    ) {
        for field in fields {
            let kind = field.kind.innermost();
            // What an array holds may be told by a table alone.
            let is_of_any = *kind == TypeName::Any && field.kind != TypeName::Any;
            if !is_of_any && !matches!(kind, TypeName::Named(_) | TypeName::Object) {
                continue;
            }
            let named = kind.object_name().map(str::to_owned);
            let Some(at) = self.find(scope, of, named.as_deref(), field) else {
                if let Some(name) = named {
                    // An object that no table describes has free members.
                    *field.kind.innermost_mut() = TypeName::Object;
                    if unknown.insert(name.clone()) {
                        self.missing.push((field.source.table, name));
                    }
                }
                continue;
            };
            self.used[at] = true;
            let mut name = named.unwrap_or_else(|| self.objects[at].type_name(&field.name));
            // Two tables of one name are two types.
            while types.get(&name).is_some_and(|other| *other != at) {
                name = format!("{name}_{}", self.objects[at].number);
            }
            *field.kind.innermost_mut() = TypeName::Named(name.clone());
            if types.insert(name.clone(), at).is_none() {
                open.push_back(name);
            }
        }
    }

    /// Whether a table holds another, by the names of rows.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            open.extend(self.holds[at].iter().filter(|next| seen.insert(**next)));
        }
        false
    }

    /// The table that fits a row of the table `of` best, and notes those that fit as well
    /// and differ.
    ///
    /// Of tables that fit alike the first behind the row is taken: pages describe what a
    /// row holds below it. By its own name no row has a table that it stands in itself.
    fn find(
        &mut self,
        scope: Option<u16>,
        of: Option<usize>,
        named: Option<&str>,
        field: &Field,
    ) -> Option<usize> {
        let key = (field.source.table, field.source.row);
        let referred = self.references.get(&key).and_then(|numbers| {
            let is_object = |number: &&u32| self.objects.iter().any(|it| it.number == **number);
            numbers.iter().find(is_object).copied()
        });
        // A row that gives the number of its own table means another one, to which no row
        // refers, unless its type is that table's.
        let is_own = |at: usize| of == Some(at) && named.is_none_or(|it| it == field.name);
        let is_slip = of.is_some_and(|of| is_own(of) && referred == Some(self.objects[of].number));
        let row = || format!("{} ({})", field.source, field.name);
        let is_referred_to = |at: usize| {
            let number = self.objects[at].number;
            self.references.values().flatten().any(|it| *it == number)
        };
        let fits = |at: &usize, fit: Fit| {
            let object = &self.objects[*at];
            let is_referred = referred == Some(object.number) && !is_own(*at);
            let name = |by: By| match by {
                By::Type => named,
                By::Row => Some(field.name.as_str()),
            };
            let stands =
                |inside: bool| (object.scope == scope) == inside && (inside || named.is_some());
            let is_of_row = match fit {
                Fit::Named(By::Row, _) | Fit::Mentions(By::Row, _) => true,
                Fit::Named(By::Type, _) | Fit::Mentions(By::Type, _) => {
                    named == Some(field.name.as_str())
                }
                Fit::ReferredAndNamed | Fit::Referred => false,
            };
            if is_of_row && of.is_some_and(|of| self.reaches(*at, of)) {
                return false;
            }
            if is_slip && is_referred_to(*at) {
                return false;
            }
            match fit {
                Fit::ReferredAndNamed => {
                    is_referred && named.is_some_and(|name| object.is_named(name))
                }
                Fit::Referred => is_referred,
                Fit::Named(by, inside) => {
                    stands(inside) && name(by).is_some_and(|name| object.is_named(name))
                }
                Fit::Mentions(by, inside) => {
                    stands(inside) && name(by).is_some_and(|name| object.mentions(name))
                }
            }
        };
        for fit in FITS {
            let fitting: Vec<usize> = (0..self.objects.len()).filter(|at| fits(at, fit)).collect();
            let is_behind = |at: &&usize| self.objects[**at].line > field.source.line;
            let behind = fitting.iter().find(is_behind);
            let Some(taken) = behind.or(fitting.first()).copied() else {
                continue;
            };
            if is_slip {
                let taken = Some(self.objects[taken].number);
                self.slips.push((field.source.line, row(), taken));
            }
            let differs = |at: &usize| !self.objects[*at].states_as(&self.objects[taken]);
            let rivals: Vec<usize> = fitting.into_iter().filter(differs).collect();
            if let Some(of) = of {
                self.holds[of].insert(taken);
            }
            for other in rivals {
                let rows = self.rivals.entry((taken, other)).or_default();
                if !rows.contains(&row()) {
                    rows.push(row());
                }
            }
            return Some(taken);
        }
        if is_slip {
            self.slips.push((field.source.line, row(), None));
        }
        None
    }

    /// What is told of an unused table that a row may mean, whose type has no members.
    fn meant_by(&self, object: &Object, childless: &[Childless]) -> Option<String> {
        let refers = |row: &&Childless| {
            let numbers = self.references.get(&row.key);
            numbers.is_some_and(|numbers| numbers.contains(&object.number))
        };
        let names = |row: &&Childless| object.is_named(&row.name) || object.mentions(&row.name);
        let mut rows = childless.iter();
        let row = rows.clone().find(refers).or_else(|| rows.find(names))?;
        let ((table, number), name) = (row.key, &row.name);
        let but = match &row.kind {
            TypeName::Any => "does not say whether it is an object or an array".to_owned(),
            kind => format!("is '{kind}', which has no members"),
        };
        Some(format!(
            "Table {table}, row {number} ({name}) refers to Table {}, and {but}",
            object.number
        ))
    }

    /// Marks the tables below an unused one: that those are unused follows from it.
    fn use_below(&mut self, at: usize) {
        let (missing, rivals) = (self.missing.clone(), self.rivals.clone());
        let mut below = Body {
            table: self.objects[at].number,
            fields: self.objects[at].fields.clone(),
            ..Body::default()
        };
        self.fill(self.objects[at].scope, &mut below);
        (self.missing, self.rivals) = (missing, rivals);
    }

    fn findings(mut self, childless: &[Childless], lines: &dyn Fn(u32) -> usize) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (table, name) in std::mem::take(&mut self.missing) {
            findings.push(Finding::new(
                lines(table),
                format!("Table {table} refers to '{name}', which no table describes"),
                "any object was accepted there",
                "add the table with the caption of that name",
            ));
        }
        for (line, row, taken) in std::mem::take(&mut self.slips) {
            findings.push(Finding::new(
                line,
                format!("{row} refers to the table in which it stands"),
                match taken {
                    Some(table) => format!("Table {table} was taken, whose caption has its name"),
                    None => "any object was accepted there".to_owned(),
                },
                "write the number of the table of its members",
            ));
        }
        let of_a_row = self.used.clone();
        for ((taken, other), rows) in std::mem::take(&mut self.rivals) {
            let (taken, rival) = (&self.objects[taken], &self.objects[other]);
            // A table of another caption that some row has for itself is no riddle.
            if of_a_row[other] && fold(&taken.caption) != fold(&rival.caption) {
                continue;
            }
            self.used[other] = true;
            findings.push(Finding::new(
                rival.line,
                format!(
                    "Table {} ('{}', line {}) and Table {} ('{}', line {}) may both be meant by {}, and differ",
                    taken.number,
                    taken.caption,
                    taken.line,
                    rival.number,
                    rival.caption,
                    rival.line,
                    rows.join(", ")
                ),
                format!("Table {} was taken", taken.number),
                "write 'see Table N' into the description of each of these rows, or give each table a name of its own",
            ));
        }
        for at in 0..self.objects.len() {
            if self.used[at] {
                continue;
            }
            self.use_below(at);
            let object = &self.objects[at];
            let (number, caption) = (object.number, &object.caption);
            let (what, assumed, remedy) = match self.meant_by(object, childless) {
                Some(what) => (
                    what,
                    format!("Table {number} is not part of the contract"),
                    "write 'X object' or 'Array of X objects' into the Type cell of that row",
                ),
                None => (
                    format!("nothing refers to Table {number}, '{caption}'"),
                    "it is not part of the contract".to_owned(),
                    "name it in a Type cell ('X object') or a description ('see Table N'), or give it a caption such as 'Request body parameters'",
                ),
            };
            findings.push(Finding::new(object.line, what, assumed, remedy));
        }
        findings
    }
}
