//! Places rows that a page prints in the table of their parent: by the column that names
//! the parent, else as the page's own example has them. And tells maps, whose table has a
//! row for the key and one for the value, from objects of two members.

use super::Builder;
use super::objects::Key;
use super::shown::{Members, by_name, objects, structure};
use crate::contract::{Body, Field, Finding, Source, TypeName};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

fn key(field: &Field) -> Key {
    (field.source.table, field.source.row)
}

impl Builder {
    /// Gives every row the level that it is of; rows of a name that their table has
    /// already, and that no example places elsewhere, are told.
    pub(super) fn nest(&mut self) {
        let doubles = std::mem::take(&mut self.doubles);
        let mut nesting = Nesting {
            parents: &self.parents,
            doubles: &doubles,
            placed: BTreeSet::new(),
            findings: Vec::new(),
        };
        for (scope, body) in self.contract.bodies_mut() {
            let shown = self.shown.bodies(scope);
            nesting.maps(body, &shown, &self.dictionaries);
            nesting.body(body, &shown);
        }
        let Nesting {
            placed, findings, ..
        } = nesting;
        self.contract.findings.extend(findings);
        for double in doubles.iter().filter(|it| !placed.contains(&key(it))) {
            self.find(
                double.source.line,
                format!(
                    "{}: '{}' stands in this table twice",
                    double.source, double.name
                ),
                "the first row counts",
                "keep one of the rows",
            );
        }
    }
}

struct Nesting<'a> {
    /// The names of the parents of rows, where a column gives them.
    parents: &'a BTreeMap<Key, String>,
    /// Rows of a name that their table has already.
    doubles: &'a [Field],
    /// Those of them that were placed.
    placed: BTreeSet<Key>,
    findings: Vec<Finding>,
}

impl Nesting<'_> {
    fn body(&mut self, body: &mut Body, shown: &[&Value]) {
        if body.whole().is_some() {
            return;
        }
        let types: Vec<String> = body.objects.keys().cloned().collect();
        let named = by_name(shown);
        let fields = std::mem::take(&mut body.fields);
        body.fields = self.level(body, fields, &objects(shown));
        for name in types {
            let tops = tops(body, &named, &name);
            let fields = body.objects.insert(name.clone(), Vec::new());
            let fields = self.level(body, fields.unwrap_or_default(), &tops);
            body.objects.insert(name, fields);
        }
    }

    /// The rows of a level, those of members of others moved into objects of their own.
    /// `tops` are the objects of this level in the examples.
    fn level(&mut self, body: &mut Body, fields: Vec<Field>, tops: &[&Members]) -> Vec<Field> {
        let mut rows = self.with_parents(fields, tops);
        for double in self.doubles.iter().filter(|_| !tops.is_empty()) {
            let of_table = |row: &Field| row.source.table == double.source.table;
            let is_behind = |row: &Field| of_table(row) && key(row) > key(double);
            if rows.iter().any(of_table) {
                let at = rows.iter().position(is_behind).unwrap_or(rows.len());
                rows.insert(at, double.clone());
            }
        }
        let parent = |row: &Field| self.parents.get(&key(row));
        let mut levels = Levels::of(&rows, tops);
        if rows.iter().any(|row| parent(row).is_some()) {
            let find = |name: &String| {
                let mut rows = rows.iter();
                rows.position(|row| row.name == *name && parent(row).is_none())
            };
            let told = rows.iter().map(|row| parent(row).and_then(find));
            levels.parents = told.collect();
            levels.lost = vec![false; rows.len()];
        }
        let is_double = |row: &Field| self.doubles.iter().any(|it| key(it) == key(row));
        let mut kept = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let is_placed = levels.parents[at].is_some();
            if levels.lost[at] {
                kept.push(None);
                continue;
            }
            if is_double(row) && is_placed {
                self.placed.insert(key(row));
            }
            kept.push((is_placed || !is_double(row)).then(|| row.clone()));
        }
        self.tell(&rows, &levels.parents);
        self.tell_lost(rows.iter().zip(&levels.lost));
        levels.build(body, &mut kept, None)
    }

    /// Adds a row for each parent that a column names and no row describes.
    fn with_parents(&mut self, mut fields: Vec<Field>, tops: &[&Members]) -> Vec<Field> {
        let keys: Vec<Key> = fields.iter().map(key).collect();
        for member in keys {
            let Some(parent) = self.parents.get(&member) else {
                continue;
            };
            let is_parent =
                |field: &Field| field.name == *parent && !self.parents.contains_key(&key(field));
            if fields.iter().any(is_parent) {
                continue;
            }
            let values: Vec<&Value> = tops.iter().filter_map(|top| top.get(parent)).collect();
            let at = fields.iter().position(|field| key(field) == member);
            let at = at.unwrap_or_default();
            let source = Source {
                row: 0,
                ..fields[at].source.clone()
            };
            let kind = structure(&values);
            if kind.is_none() {
                let what = format!(
                    "{source} has members of '{parent}' and no row that says whether it is an object or an array"
                );
                let finding = Finding::new(
                    source.line,
                    what,
                    "it was read as an object",
                    "add its row, with its type, to the page's copy",
                );
                self.findings.push(finding.could_be_false());
            }
            let kind = kind.unwrap_or(TypeName::Object);
            fields.insert(at, Field::new(parent, kind, source));
        }
        fields
    }

    /// Tells which rows the example alone places.
    fn tell(&mut self, rows: &[Field], parents: &[Option<usize>]) {
        let mut told: BTreeMap<usize, Vec<&Field>> = BTreeMap::new();
        for (row, parent) in rows.iter().zip(parents) {
            if let Some(parent) = parent.filter(|_| !self.parents.contains_key(&key(row))) {
                told.entry(parent).or_default().push(row);
            }
        }
        for (parent, members) in told {
            let names: Vec<&str> = members.iter().map(|it| it.name.as_str()).collect();
            let finding = Finding::new(
                members[0].source.line,
                format!(
                    "Table {} does not say that '{}' are members of '{}'",
                    members[0].source.table,
                    names.join("', '"),
                    rows[parent].name
                ),
                "they were read as such: so the example has them, or the rows around them",
                "if the example is wrong, mend it; else give the members a table of their own, and their parent 'see Table N'",
            );
            self.findings.push(finding.could_be_false());
        }
    }

    /// Tells which rows may be of any level.
    fn tell_lost<'f>(&mut self, rows: impl Iterator<Item = (&'f Field, &'f bool)>) {
        let lost = rows.filter_map(|(row, lost)| lost.then_some(row));
        let lost: Vec<&Field> = lost.collect();
        let Some(first) = lost.first() else {
            return;
        };
        let names = lost
            .iter()
            .map(|row| format!("{} ({})", row.source, row.name));
        let what = format!(
            "no example has {}, and they may be members of other rows",
            names.collect::<Vec<_>>().join(", ")
        );
        self.findings.push(Finding::new(
            first.source.line,
            what,
            "they are not part of the contract",
            "give the members a table of their own, and their parent 'see Table N'",
        ));
    }

    /// A dictionary whose table has a row for the key and one for the value is a map,
    /// unless the example shows an object with these two members.
    fn maps(&mut self, body: &mut Body, shown: &[&Value], dictionaries: &BTreeSet<Key>) {
        let value_of = |rows: &[Field]| match rows {
            [one, other] if one.name.eq_ignore_ascii_case("key") => {
                let is_value = other.name.eq_ignore_ascii_case("value");
                is_value.then(|| other.kind.clone())
            }
            _ => None,
        };
        let values: BTreeMap<String, TypeName> = body
            .objects
            .iter()
            .filter_map(|(name, rows)| Some((name.clone(), value_of(rows)?)))
            .collect();
        let (mut left, shown) = (BTreeSet::new(), by_name(shown));
        let Body {
            fields, objects, ..
        } = &mut *body;
        for field in fields.iter_mut().chain(objects.values_mut().flatten()) {
            let Some(value) = field.kind.object_name().and_then(|name| values.get(name)) else {
                continue;
            };
            let examples = shown.get(field.name.as_str());
            let mut examples = examples.into_iter().flatten().peekable();
            let is_object =
                |value: &&Value| value.get("key").is_some() || value.get("value").is_some();
            let is_shown = examples.peek().is_some();
            let is_plain = matches!(field.kind, TypeName::Named(_));
            if !is_plain || !dictionaries.contains(&key(field)) || examples.any(is_object) {
                continue;
            }
            if !is_shown {
                let finding = Finding::new(
                    field.source.line,
                    format!(
                        "{} ({}) is a dictionary, and its table has the rows 'key' and 'value'",
                        field.source, field.name
                    ),
                    "it was read as a map of such values",
                    "if it is an object with these two members, write Object into its Type cell",
                );
                self.findings.push(finding.could_be_false());
            }
            left.extend(field.kind.object_name().map(str::to_owned));
            field.kind = TypeName::Map(Box::new(value.clone()));
        }
        let used: BTreeSet<String> = fields
            .iter()
            .chain(objects.values().flatten())
            .filter_map(|field| field.kind.object_name().map(str::to_owned))
            .collect();
        let is_left = |name: &String| left.contains(name) && !used.contains(name);
        for row in objects
            .iter()
            .filter(|(name, _)| is_left(name))
            .flat_map(|(_, rows)| rows)
        {
            let what = format!("{} ({}) is of the entries of a map", row.source, row.name);
            let note = Finding::new(row.source.line, what, "it is no row of its own", "");
            self.findings.push(note.note());
        }
        objects.retain(|name, _| !is_left(name));
    }
}

/// The objects of a type in the examples.
fn tops<'v>(
    body: &Body,
    named: &BTreeMap<&'v str, Vec<&'v Value>>,
    name: &str,
) -> Vec<&'v Members> {
    let rows = body.fields.iter().chain(body.objects.values().flatten());
    let of = rows.filter(|row| row.kind.object_name() == Some(name));
    let is_map = |row: &&Field| !matches!(row.kind, TypeName::Map(_));
    of.filter(is_map)
        .filter_map(|row| named.get(row.name.as_str()))
        .flat_map(|values| objects(values))
        .collect()
}

/// By row of a level: the row that it is a member of.
struct Levels {
    parents: Vec<Option<usize>>,
    /// By row: whether the example shows an array behind its name.
    are_arrays: Vec<bool>,
    /// By row: whether nothing says of which level it is.
    lost: Vec<bool>,
}

impl Levels {
    fn of(rows: &[Field], tops: &[&Members]) -> Self {
        let values: Vec<&Value> = tops.iter().flat_map(|top| top.values()).collect();
        let mut named = by_name(&values);
        for (name, value) in tops.iter().copied().flatten() {
            named.entry(name).or_default().push(value);
        }
        let shown = |row: &Field| named.get(row.name.as_str()).map_or(&[][..], Vec::as_slice);
        let mut levels = Self {
            parents: vec![None; rows.len()],
            lost: vec![false; rows.len()],
            are_arrays: rows
                .iter()
                .map(|row| matches!(structure(shown(row)), Some(TypeName::Array(_))))
                .collect(),
        };
        // Of two rows of one name the first is of the level, where the example has it there.
        let is_top: Vec<bool> = (0..rows.len())
            .map(|at| {
                let name = &rows[at].name;
                let is_first = rows[..at].iter().all(|row| row.name != *name);
                is_first && tops.iter().any(|top| top.contains_key(name))
            })
            .collect();
        if is_top.iter().all(|it| *it) {
            return levels;
        }
        let members = |row: &Field| -> BTreeSet<&str> {
            let held = objects(shown(row)).into_iter();
            let held = held.filter(|_| may_hold(&row.kind)).flat_map(Members::keys);
            held.map(String::as_str).collect()
        };
        let holders: Vec<BTreeSet<&str>> = rows.iter().map(members).collect();
        for at in (0..rows.len()).filter(|at| !is_top[*at]) {
            let name = &rows[at].name;
            let holds = |other: &usize| *other != at && holders[*other].contains(name.as_str());
            // Pages print members behind their parent, and some in front of it.
            let before = (0..at).rev().find(holds);
            levels.parents[at] = before.or_else(|| (at + 1..rows.len()).find(holds));
        }
        levels.drop_unheld(&is_top);
        levels.keep_one_of_a_name(rows);
        if levels.parents.iter().any(Option::is_some) {
            // Beside a row that may have members, and that no example shows with any,
            // nobody knows where they end.
            let is_open = |at: usize| may_hold(&rows[at].kind) && holders[at].is_empty();
            let is_first = |at: usize| rows[..at].iter().all(|row| row.name != rows[at].name);
            for stretch in levels.unplaced(&is_top) {
                let beside = stretch.start.saturating_sub(1)..rows.len().min(stretch.end + 1);
                if beside.clone().any(is_open) {
                    stretch.for_each(|at| levels.lost[at] = is_first(at));
                }
            }
            levels.follow(&is_top);
        }
        levels.keep_one_of_a_name(rows);
        levels
    }

    /// A row whose parents do not lead to one of the level was misplaced.
    fn drop_unheld(&mut self, is_top: &[bool]) {
        let leads = |at: usize| {
            let mut around = std::iter::successors(Some(at), |at| self.parents[*at]);
            // Longer than the table is a circle.
            around.by_ref().take(is_top.len()).any(|at| is_top[at])
        };
        let held: Vec<bool> = (0..is_top.len()).map(leads).collect();
        for (parent, held) in self.parents.iter_mut().zip(held) {
            *parent = parent.filter(|_| held);
        }
    }

    /// No object has two members of one name: the first counts.
    fn keep_one_of_a_name(&mut self, rows: &[Field]) {
        let mut seen = BTreeSet::new();
        for (row, parent) in rows.iter().zip(&mut self.parents) {
            let is_new = |parent: &usize| seen.insert((*parent, row.name.as_str()));
            *parent = parent.filter(is_new);
        }
    }

    /// The stretches of rows that no example has.
    fn unplaced(&self, is_top: &[bool]) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for at in (0..is_top.len()).filter(|at| !is_top[*at] && self.parents[*at].is_none()) {
            match stretches.last_mut() {
                Some(last) if last.end == at => last.end += 1,
                _ => stretches.push(at..at + 1),
            }
        }
        stretches
    }

    /// A row that no example has stands where the rows on both sides of it stand.
    fn follow(&mut self, is_top: &[bool]) {
        for at in 1..self.parents.len() {
            let is_placed = |at: &usize| is_top[*at] || self.parents[*at].is_some();
            if is_placed(&at) || self.lost[at] {
                continue;
            }
            let before = match self.parents.contains(&Some(at - 1)) {
                true => Some(at - 1),
                false => self.parents[at - 1],
            };
            let next = (at + 1..self.parents.len()).find(is_placed);
            // Behind the last one two levels may have ended.
            let is_outer = |parent: &usize| self.parents[*parent].is_none();
            let behind = next.map_or(before.filter(is_outer), |next| self.parents[next]);
            if before == behind {
                self.parents[at] = before;
            }
        }
    }

    /// The rows of the members of `of`, each with its own in an object of the body.
    fn build(&self, body: &mut Body, rows: &mut [Option<Field>], of: Option<usize>) -> Vec<Field> {
        let mut built = Vec::new();
        for at in (0..rows.len()).filter(|at| self.parents[*at] == of) {
            let Some(mut field) = rows[at].take() else {
                continue;
            };
            let members = self.build(body, rows, Some(at));
            if !members.is_empty() {
                let mut name = field.name.clone();
                while body.objects.contains_key(&name) {
                    name = format!("{name}_{}", field.source.table);
                }
                if field.kind == TypeName::Any && self.are_arrays[at] {
                    field.kind = TypeName::Array(Box::new(TypeName::Any));
                }
                *field.kind.innermost_mut() = TypeName::Named(name.clone());
                body.objects.insert(name, members);
            }
            built.push(field);
        }
        built
    }
}

/// Whether a row of the type may be an object whose members no table lists.
fn may_hold(kind: &TypeName) -> bool {
    match kind {
        TypeName::Object | TypeName::Any => true,
        TypeName::Array(item) => may_hold(item),
        _ => false,
    }
}
