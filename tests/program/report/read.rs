//! Reads every format back, by parsers and types that the writers do not share.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Cases by verdict, without verdicts that none has.
pub(crate) type Counts = BTreeMap<String, usize>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct Json {
    pub(crate) format: String,
    pub(crate) tool_version: String,
    pub(crate) target: String,
    pub(crate) base_url: Option<String>,
    pub(crate) started_at: String,
    pub(crate) ended_at: String,
    pub(crate) suite: JsonSuite,
    pub(crate) seed: u64,
    pub(crate) strict: bool,
    pub(crate) plan: JsonPlan,
    pub(crate) verdict: String,
    pub(crate) headline: String,
    pub(crate) exit_code: u8,
    pub(crate) stopped: Option<String>,
    pub(crate) totals: JsonTotals,
    pub(crate) operations: Vec<JsonOperation>,
    pub(crate) unjudged: Vec<JsonUnjudged>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonSuite {
    pub(crate) name: String,
    pub(crate) digest: String,
    pub(crate) commit: Option<String>,
    #[serde(default)]
    pub(crate) left_out: Vec<JsonUnjudged>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonUnjudged {
    pub(crate) name: String,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonOperation {
    pub(crate) operation: String,
    pub(crate) verdict: String,
    pub(crate) totals: JsonTotals,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) corrections: Vec<JsonCorrection>,
    pub(crate) plan: JsonOperationPlan,
    pub(crate) cases: Vec<JsonCase>,
    pub(crate) weaknesses: Vec<String>,
    pub(crate) clauses: Vec<JsonClause>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonOperationPlan {
    pub(crate) digest: String,
    pub(crate) items: Vec<JsonPlanned>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonCorrection {
    pub(crate) clause: String,
    pub(crate) source_says: String,
    pub(crate) holds: String,
    pub(crate) reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonPlan {
    pub(crate) digest: String,
    pub(crate) shard: Option<JsonShard>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonPlanned {
    pub(crate) id: String,
    pub(crate) summary: String,
    pub(crate) clause: String,
    pub(crate) expect: Vec<u16>,
    pub(crate) requests: u32,
    pub(crate) skipped: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonShard {
    pub(crate) index: u32,
    pub(crate) count: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JsonTotals {
    pub(crate) pass: usize,
    pub(crate) note: usize,
    pub(crate) known: usize,
    pub(crate) skipped: usize,
    pub(crate) fail: usize,
    pub(crate) inconclusive: usize,
    pub(crate) error: usize,
    pub(crate) requests: u64,
    pub(crate) retries: u64,
    pub(crate) elapsed_ms: u64,
    pub(crate) unchecked_statements: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonCase {
    pub(crate) id: String,
    pub(crate) summary: String,
    pub(crate) clause: String,
    pub(crate) expect: Vec<u16>,
    pub(crate) verdict: String,
    pub(crate) reason: Option<String>,
    pub(crate) requests: u64,
    pub(crate) elapsed_ms: u64,
    pub(crate) differences: Vec<JsonDifference>,
    pub(crate) unlisted_differences: u64,
    pub(crate) accepted: Option<JsonAccepted>,
    pub(crate) gate: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonAccepted {
    pub(crate) reason: String,
    pub(crate) until: String,
    pub(crate) accepted: String,
    pub(crate) ticket: Option<String>,
    pub(crate) ends_soon: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonDifference {
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) basis: String,
    pub(crate) clause: String,
    pub(crate) source: String,
    pub(crate) pointer: String,
    pub(crate) documented: String,
    pub(crate) observed: String,
    pub(crate) count: u64,
    pub(crate) reply: String,
    pub(crate) curl: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "strict reading names every member")]
pub(crate) struct JsonClause {
    pub(crate) id: String,
    pub(crate) statement: String,
    pub(crate) source: String,
    pub(crate) reading: Option<String>,
    pub(crate) verdict: String,
    pub(crate) observations: u64,
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) unchecked: bool,
}

impl Json {
    pub(crate) fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

impl JsonTotals {
    pub(crate) fn counts(&self) -> Counts {
        counts([
            ("pass", self.pass),
            ("note", self.note),
            ("known", self.known),
            ("skipped", self.skipped),
            ("fail", self.fail),
            ("inconclusive", self.inconclusive),
            ("error", self.error),
        ])
    }
}

pub(crate) fn counts<'a>(pairs: impl IntoIterator<Item = (&'a str, usize)>) -> Counts {
    let mut counts = Counts::new();
    for (name, count) in pairs {
        *counts.entry(name.to_owned()).or_default() += count;
    }
    counts.retain(|_, count| *count > 0);
    counts
}

/// A test case as a pipeline sees it.
#[derive(Debug)]
pub(crate) struct JunitCase {
    pub(crate) suite: String,
    pub(crate) name: String,
    /// `failure`, `error`, `skipped`, or nothing.
    pub(crate) outcome: Option<String>,
    pub(crate) properties: BTreeMap<String, String>,
}

/// The cases, and the element names in document order.
pub(crate) fn junit(text: &str) -> (Vec<JunitCase>, Vec<String>) {
    let document =
        roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let named = |node: &roxmltree::Node<'_, '_>, name: &str| {
        node.attribute(name).unwrap_or_default().to_owned()
    };
    let mut cases = Vec::new();
    for suite in document
        .root_element()
        .children()
        .filter(roxmltree::Node::is_element)
    {
        let of_suite: Vec<_> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .collect();
        for case in &of_suite {
            cases.push(JunitCase {
                suite: named(&suite, "name"),
                name: named(case, "name"),
                outcome: case
                    .children()
                    .find(|node| {
                        let name = node.tag_name().name();
                        node.is_element() && !["properties", "system-out"].contains(&name)
                    })
                    .map(|node| node.tag_name().name().to_owned()),
                properties: case
                    .descendants()
                    .filter(|node| node.has_tag_name("property"))
                    .map(|node| (named(&node, "name"), named(&node, "value")))
                    .collect(),
            });
        }
        // The attributes are what most pipelines count by.
        for (attribute, element) in [
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let count = suite
                .descendants()
                .filter(|node| node.has_tag_name(element))
                .count();
            assert_eq!(named(&suite, attribute), count.to_string());
        }
        assert_eq!(named(&suite, "tests"), of_suite.len().to_string());
    }
    assert_eq!(
        named(&document.root_element(), "tests"),
        cases.len().to_string()
    );
    let elements = document
        .descendants()
        .filter(roxmltree::Node::is_element)
        .map(|node| node.tag_name().name().to_owned())
        .collect();
    (cases, elements)
}

/// Markdown as rendered.
#[derive(Debug, Default)]
pub(crate) struct Markdown {
    /// Tables as rows of cells, heads included.
    pub(crate) tables: Vec<Vec<Vec<String>>>,
    /// Elements in order, without text.
    pub(crate) structure: Vec<String>,
    /// Text outside code.
    pub(crate) prose: String,
}

pub(crate) fn markdown(text: &str) -> Markdown {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let mut read = Markdown::default();
    let mut in_block = false;
    let mut cell = None;
    for event in Parser::new_ext(text, Options::all()) {
        match &event {
            Event::Start(Tag::Table(_)) => read.tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                read.tables.last_mut().unwrap().push(Vec::new());
            }
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => {
                let row = read.tables.last_mut().unwrap().last_mut().unwrap();
                row.push(cell.take().unwrap());
            }
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            _ => {}
        }
        match event {
            Event::Text(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(&text);
                }
                if !in_block {
                    read.prose.push_str(&text);
                }
            }
            Event::Code(text) => {
                read.prose.push('\u{fffc}');
                if let Some(cell) = &mut cell {
                    cell.push_str(&text);
                }
            }
            Event::Start(Tag::CodeBlock(_)) => read.structure.push("code block".into()),
            Event::Start(tag) => read.structure.push(format!("{tag:?}")),
            Event::End(_) => {}
            other => read.structure.push(format!("{other:?}")),
        }
    }
    read
}

/// HTML as a browser takes it apart.
#[derive(Debug, Default)]
pub(crate) struct Html {
    /// Start tags in order.
    pub(crate) tags: Vec<String>,
    /// Attributes by name with every value.
    pub(crate) attributes: Vec<(String, String)>,
    /// Id, or else class, of the section of a tile, its name and number.
    pub(crate) tiles: Vec<(String, String, usize)>,
}

pub(crate) fn html(text: &str) -> Html {
    use html5gum::{Token, Tokenizer};
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut read = Html::default();
    let (mut section, mut inside, mut number) = (String::new(), String::new(), 0);
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                inside = utf8(&tag.name);
                for (name, value) in &tag.attributes {
                    if inside == "section" && matches!(&name[..], b"id" | b"class") {
                        section = utf8(value);
                    }
                    read.attributes.push((utf8(name), utf8(value)));
                }
                read.tags.push(inside.clone());
            }
            Token::EndTag(_) => inside.clear(),
            Token::String(text) if inside == "b" => number = utf8(&text).parse().unwrap_or(0),
            Token::String(text)
                if inside == "span"
                    && read
                        .tags
                        .ends_with(&["li".into(), "b".into(), "span".into()]) =>
            {
                read.tiles.push((section.clone(), utf8(&text), number));
            }
            Token::Error(error) => panic!("{error:?}: {text}"),
            _ => {}
        }
    }
    read
}
