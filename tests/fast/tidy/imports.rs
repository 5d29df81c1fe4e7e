//! Builds the graph of imports between the files of `src`: which file names an item that
//! another one defines. Tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Path of a module behind `crate`, such as `["report", "json"]`.
type Module = Vec<String>;

/// Files by their path in `src`, such as `report/json.rs`, and those that each one uses.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The graph of the files of `src`.
pub(super) fn graph(files: &[PathBuf]) -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    graph_of(files.iter().map(|file| {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy();
        (name.into_owned(), std::fs::read_to_string(file).unwrap())
    }))
}

/// The graph of these files: names in `src` and texts.
pub(super) fn graph_of(files: impl IntoIterator<Item = (String, String)>) -> Graph {
    let sources: BTreeMap<Module, Source> = files
        .into_iter()
        .filter(|(name, _)| !name.contains("tests") && name != "main.rs")
        .map(|(name, text)| (module_of(&name), Source::read(name, &text)))
        .collect();
    let tree = Tree(sources);
    let mut graph = Graph::new();
    for (module, source) in &tree.0 {
        let uses = graph.entry(source.name.clone()).or_default();
        for path in source.paths() {
            tree.resolve(module, &path, uses);
        }
        uses.remove(&source.name);
    }
    graph
}

/// Every circle of the graph, as the shortest way from a file back to itself.
pub(super) fn circles(graph: &Graph) -> Vec<String> {
    let mut found: BTreeMap<BTreeSet<&str>, String> = BTreeMap::new();
    for (from, uses) in graph {
        for to in uses {
            if let Some(back) = way(graph, to, from) {
                let round = format!("{from} -> {}", back.join(" -> "));
                found.entry(back.into_iter().collect()).or_insert(round);
            }
        }
    }
    found.into_values().collect()
}

/// The shortest way from one file to another, both named.
pub(super) fn way<'a>(graph: &'a Graph, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut ways = vec![vec![from]];
    let mut met = BTreeSet::from([from]);
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        let last = way[way.len() - 1];
        if last == to {
            return Some(way);
        }
        for next in graph.get(last).into_iter().flatten() {
            if met.insert(next) {
                ways.push(way.iter().copied().chain([next.as_str()]).collect());
            }
        }
        at += 1;
    }
    None
}

fn module_of(name: &str) -> Module {
    let inside = name.trim_end_matches(".rs").trim_end_matches("/mod");
    match inside {
        "lib" | "main" => Vec::new(),
        inside => inside.split('/').map(str::to_owned).collect(),
    }
}

/// What a file says of others.
struct Source {
    name: String,
    /// Paths that it imports, with the name that each gets; `*` for all.
    imports: Vec<(String, Vec<String>)>,
    /// Which of them it only hands on.
    hands_on: Vec<bool>,
    /// Paths of two names and more in its code.
    inline: Vec<Vec<String>>,
}

impl Source {
    fn read(name: String, text: &str) -> Self {
        let words = words(text);
        let mut source = Self {
            name,
            imports: Vec::new(),
            hands_on: Vec::new(),
            inline: Vec::new(),
        };
        let mut at = 0;
        while at < words.len() {
            if words[at] == "use" && words[at + 1] != "<" {
                let is_public = at > 0 && (words[at - 1] == "pub" || words[at - 1] == ")");
                at = source.tree(&words, at + 1, &[]);
                source.hands_on.resize(source.imports.len(), is_public);
            } else if is_name(&words[at]) && words.get(at + 1).is_some_and(|next| next == "::") {
                let mut path = vec![words[at].clone()];
                while at + 2 < words.len() && words[at + 1] == "::" && is_name(&words[at + 2]) {
                    path.push(words[at + 2].clone());
                    at += 2;
                }
                source.inline.push(path);
                at += 1;
            } else {
                at += 1;
            }
        }
        source
    }

    /// Reads a tree of imports behind `before`; gives where it ends.
    fn tree(&mut self, words: &[String], mut at: usize, before: &[String]) -> usize {
        let mut path = before.to_vec();
        loop {
            match words[at].as_str() {
                "{" => {
                    at += 1;
                    while words[at] != "}" {
                        if words[at] == "," {
                            at += 1;
                        } else {
                            at = self.tree(words, at, &path);
                        }
                    }
                    return at + 1;
                }
                "::" => at += 1,
                "as" => {
                    self.imports.push((words[at + 1].clone(), path));
                    return at + 2;
                }
                "," | ";" | "}" => {
                    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                        path.pop();
                    }
                    let name = path.last().cloned().unwrap_or_default();
                    self.imports.push((name, path));
                    return at;
                }
                word => {
                    path.push(word.to_owned());
                    at += 1;
                }
            }
        }
    }

    fn import(&self, name: &str) -> Option<&Vec<String>> {
        let found = self.imports.iter().find(|(known, _)| known == name);
        found.map(|(_, path)| path)
    }

    /// Every path that counts: what it hands on to others from modules below it does not.
    fn paths(&self) -> Vec<Vec<String>> {
        let is_outer = |path: &[String]| {
            path.first()
                .is_some_and(|first| first == "crate" || first == "super")
        };
        let imports = self.imports.iter().zip(&self.hands_on);
        imports
            .filter(|((_, path), hands_on)| !**hands_on || is_outer(path))
            .map(|((_, path), _)| path.clone())
            .chain(self.inline.iter().cloned())
            .collect()
    }
}

struct Tree(BTreeMap<Module, Source>);

impl Tree {
    fn child(&self, module: &[String], name: &str) -> Option<Module> {
        let child: Module = module.iter().cloned().chain([name.to_owned()]).collect();
        self.0.contains_key(&child).then_some(child)
    }

    /// Adds the file that defines what `path` names in `module`. A module by itself
    /// counts where something of it is named.
    fn resolve(&self, module: &[String], path: &[String], uses: &mut BTreeSet<String>) {
        let mut here = module.to_vec();
        let mut rest = path;
        match rest[0].as_str() {
            "crate" => {
                here.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|first| first == "super") {
                    here.pop();
                    rest = &rest[1..];
                }
            }
            first if self.child(&here, first).is_some() => {}
            first => {
                // A name of a module that was imported, or nothing of this crate.
                let import = self.0[module].import(first);
                if let Some(import) = import.filter(|import| import[0] != first && rest.len() > 1) {
                    let full: Vec<String> = import.iter().chain(&rest[1..]).cloned().collect();
                    self.resolve(module, &full, uses);
                }
                return;
            }
        }
        while let Some(child) = rest.first().and_then(|name| self.child(&here, name)) {
            here = child;
            rest = &rest[1..];
        }
        let (Some(item), Some(source)) = (rest.first(), self.0.get(&here)) else {
            return;
        };
        match source.import(item) {
            Some(import) if here != module => {
                if import[0] == "crate" {
                    uses.insert(source.name.clone());
                }
                let full: Vec<String> = import.iter().chain(&rest[1..]).cloned().collect();
                self.resolve(&here, &full, uses);
            }
            _ => drop(uses.insert(source.name.clone())),
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The words of a source up to its tests, without comments and literals.
fn words(text: &str) -> Vec<String> {
    let code: Vec<char> = text.split("#[cfg(test)]").next().unwrap().chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    let find = |from: usize, wanted: &str| {
        let wanted: Vec<char> = wanted.chars().collect();
        (from..code.len())
            .find(|at| code[*at..].starts_with(&wanted))
            .map_or(code.len(), |found| found + wanted.len())
    };
    while at < code.len() {
        match code[at] {
            '/' if code.get(at + 1) == Some(&'/') => at = find(at, "\n"),
            '"' => {
                at += 1;
                while code.get(at).is_some_and(|c| *c != '"') {
                    at += 1 + usize::from(code[at] == '\\');
                }
                at += 1;
            }
            '\'' if code.get(at + 1) == Some(&'\\') => at = find(at + 3, "'"),
            '\'' if code.get(at + 2) == Some(&'\'') => at += 3,
            ':' if code.get(at + 1) == Some(&':') => {
                words.push("::".to_owned());
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let rest = code[at..].iter();
                let word: String = rest
                    .take_while(|c| c.is_alphanumeric() || **c == '_')
                    .collect();
                at += word.chars().count();
                let hashes = code[at..].iter().take_while(|c| **c == '#').count();
                if word.ends_with('r') && code.get(at + hashes) == Some(&'"') {
                    at = find(at + hashes + 1, &format!("\"{}", "#".repeat(hashes)));
                } else {
                    words.push(word);
                }
            }
            c if c.is_whitespace() => at += 1,
            c => {
                words.push(c.to_string());
                at += 1;
            }
        }
    }
    words
}
