//! Groups blocks into a [`Page`]: which section and status a table stands in,
//! which caption belongs to it, where the examples and the status list are.

use super::called::{Called, Half, method_and_path};
use super::table::{Column, Row, Section, Table};
use super::vocabulary::{self as words, fold};
use super::{Block, BlockKind, Example, Located, Page, StatusLine};
use crate::contract::{DocumentKind, Finding};
use std::collections::BTreeSet;

/// What a page lacks to be an API page.
pub(super) struct Missing {
    /// Where it would stand, if that is known.
    pub line: Option<usize>,
    /// What is missing.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// Most tables that are read: no operation needs more.
const MAX_TABLES: usize = 300;
/// Most rows of all tables together.
const MAX_ROWS: usize = 10_000;
/// Most findings that are kept: nobody reads more.
const MAX_FINDINGS: usize = 1_000;

/// Assembles the page.
pub(super) fn page(blocks: Vec<Block>) -> Result<Page, Missing> {
    let mut outline = Outline::default();
    for block in blocks {
        outline.block(block);
    }
    outline.finish()
}

#[derive(Default)]
struct Outline {
    title: Option<Located>,
    uris: Vec<Located>,
    /// Whether the first URI stands under the heading of the URI.
    is_headed: bool,
    /// A method, or a path, that stands alone under that heading.
    half: Option<Half>,
    /// Whether a heading speaks of a reply or of its statuses.
    speaks_of_reply: bool,
    section: Option<Section>,
    /// The first line of a literal block that is a whole message of HTTP.
    message: Option<Located>,
    /// Whether the status headings are those of examples.
    in_examples: bool,
    caption: Option<Located>,
    /// The line directly in front, where it may label a table.
    label: Option<Located>,
    tables: Vec<Table>,
    /// Those that neither a caption nor a label names.
    unnamed: Vec<usize>,
    /// Rows of all tables so far.
    rows: usize,
    examples: Vec<Example>,
    /// The table that a line below the heading of the reply names, and that line.
    reply: Option<(u32, usize)>,
    statuses: Vec<StatusLine>,
    findings: Vec<Finding>,
    /// The status heading that nothing stood under yet.
    awaited: Option<Located>,
    /// Whether there were more tables than are read.
    is_over: bool,
    /// The line of the last row of the status list, where nothing stands behind it.
    ends_in_statuses: Option<usize>,
}

impl Outline {
    fn section(&self) -> Section {
        self.section.unwrap_or(Section::Other)
    }

    fn block(&mut self, block: Block) {
        match block.kind {
            BlockKind::Finding(finding) if self.findings.len() < MAX_FINDINGS => {
                self.findings.push(finding);
            }
            BlockKind::Finding(_) => {}
            BlockKind::Grid(..) if self.tables.len() >= MAX_TABLES || self.rows >= MAX_ROWS => {
                if !self.is_over {
                    self.is_over = true;
                    self.findings.push(Finding::new(
                        block.line,
                        format!("more than {MAX_TABLES} tables, or {MAX_ROWS} rows"),
                        "the further ones were not read",
                        "save one operation a page",
                    ));
                }
            }
            BlockKind::Text(text) => {
                // A lone '|' is the beginning of a row that was cut off.
                if text.contains(char::is_alphanumeric) {
                    self.ends_in_statuses = None;
                }
                self.text(text, block.line);
            }
            BlockKind::Code(text) => {
                self.ends_in_statuses = None;
                self.code(text, block.line);
            }
            BlockKind::Grid(columns, rows) => {
                self.rows += rows.len();
                self.grid(columns, rows, block.line);
            }
        }
    }

    fn text(&mut self, text: String, line: usize) {
        self.label = None;
        let text = words::without_sign(&text).to_owned();
        let line_text = Located { text, line };
        let text = line_text.text.as_str();
        if matches!(self.section(), Section::Response(_)) {
            let told = words::table_of_the_reply(text).map(|number| (number, line));
            self.reply = self.reply.or(told);
        }
        let is_status = words::status_heading(text).is_some()
            || words::is_status_heading(text) && self.heads_statuses();
        if is_status || words::heading(text).is_some() {
            self.check_awaited();
        } else if words::caption(text).is_none() {
            // 'None' or 'No Content': it is said that there is no table.
            self.awaited = None;
        }
        if let Some(section) = words::heading(text) {
            self.speaks_of_reply |= section.is_of_a_reply() || section == Section::Statuses;
            let section = self.section().then(section);
            self.section = Some(section);
            self.in_examples = matches!(
                section,
                Section::ExampleRequest | Section::ExampleResponse(_)
            );
            self.caption = None;
        } else if let Some(status) = words::status_heading(text) {
            self.section = Some(if self.in_examples {
                Section::ExampleResponse(Some(status))
            } else {
                // Those never have a body (RFC 9110 section 15).
                let is_bare = crate::status::has_no_body(status);
                self.awaited = Some(line_text.clone()).filter(|_| !is_bare);
                Section::Response(Some(status))
            });
        } else if is_status {
            self.findings.push(Finding::new(
                line,
                format!("'{text}' names no status code"),
                "what stands below it is not part of the contract",
                "write a code between 100 and 599",
            ));
            self.section = Some(Section::NoStatus);
            self.caption = None;
        } else if let Some(status) = self.stated_status(text) {
            self.statuses.push(StatusLine {
                status,
                meaning: String::new(),
                line,
            });
        } else if method_and_path(text).is_some() {
            if self.section() == Section::ExampleRequest {
                self.example(line_text);
            } else {
                self.uri(line_text);
            }
        } else if let Some(half) = self.half_of_uri(text) {
            self.half(half, line);
        } else if self.goes_on(&line_text) {
            self.example(line_text);
        } else if let Some((_, caption)) = words::caption(text) {
            // 'Table 1 describes the parameters.' is a sentence.
            if !words::is_about_a_table(&caption) {
                self.caption = Some(line_text);
            }
        } else if self.title.is_none() && !is_furniture(text) {
            self.title = Some(line_text);
        } else if words::labels_a_table(text) {
            self.label = Some(line_text);
        }
    }

    fn uri(&mut self, line: Located) {
        self.is_headed |= self.uris.is_empty() && self.section() == Section::Uri;
        self.uris.push(line);
    }

    fn half_of_uri(&self, text: &str) -> Option<Half> {
        let is_here = self.section() == Section::Uri;
        is_here.then(|| Half::read(text)).flatten()
    }

    /// A method and a path in lines of their own, in either order.
    fn half(&mut self, half: Half, line: usize) {
        let text = match (self.half.take(), half) {
            (Some(Half::Method(method)), Half::Path(path))
            | (Some(Half::Path(path)), Half::Method(method)) => format!("{method} {path}"),
            (_, half) => {
                self.half = Some(half);
                return;
            }
        };
        self.uri(Located { text, line });
    }

    /// The status of a line of prose in the list of statuses.
    fn stated_status(&self, text: &str) -> Option<u16> {
        let is_here = self.section() == Section::Statuses;
        let status = words::stated_status(text).filter(|_| is_here)?;
        let is_known = self.statuses.iter().any(|line| line.status == status);
        (!is_known).then_some(status)
    }

    /// Whether anything on the page is about a reply.
    fn has_reply(&self) -> bool {
        let mut tables = self.tables.iter();
        !self.statuses.is_empty() || tables.any(|table| table.section.is_of_a_reply())
    }

    /// Whether a line stands directly below the line of an example of a request.
    fn goes_on(&self, line: &Located) -> bool {
        let ends = |example: &Example| example.line + example.text.lines().count();
        let last = self.examples.last().filter(|example| example.is_request);
        self.section() == Section::ExampleRequest
            && last.is_some_and(|example| ends(example) == line.line)
    }

    /// Adds a line of an example of a request, in renderings that do not mark literal text.
    fn example(&mut self, line: Located) {
        if self.goes_on(&line)
            && let Some(last) = self.examples.last_mut()
        {
            last.text.push('\n');
            last.text.push_str(&line.text);
            return;
        }
        self.examples.push(Example {
            is_request: true,
            status: None,
            text: line.text,
            line: line.line,
        });
    }

    /// Whether status headings stand in this part of the page.
    fn heads_statuses(&self) -> bool {
        let section = self.section();
        section.is_of_a_reply() || matches!(section, Section::ExampleResponse(_))
    }

    /// A status heading without a table, which pages of statuses without a body do not have.
    fn check_awaited(&mut self) {
        if let Some(heading) = self.awaited.take() {
            self.findings.push(Finding::new(
                heading.line,
                format!("nothing stands under '{}'", heading.text),
                "the status was read as one without a documented body",
                "if its table is missing from the saved page, save the whole page",
            ));
        }
    }

    fn code(&mut self, text: String, line: usize) {
        self.label = None;
        let first = text.trim().lines().next().unwrap_or_default();
        if first.trim_end().ends_with("HTTP/1.1") && self.message.is_none() {
            let text = first.trim().to_owned();
            self.message = Some(Located { text, line });
        }
        if method_and_path(first).is_some() && self.section() == Section::Uri {
            self.uri(Located {
                text: first.trim().to_owned(),
                line,
            });
            return;
        }
        let status = match self.section() {
            Section::ExampleResponse(status) => status,
            _ => None,
        };
        if matches!(
            self.section(),
            Section::ExampleRequest | Section::ExampleResponse(_)
        ) {
            let is_request = self.section() == Section::ExampleRequest;
            self.examples.push(Example {
                is_request,
                status,
                text,
                line,
            });
        }
    }

    fn grid(&mut self, columns: Vec<Column>, rows: Vec<Row>, line: usize) {
        let (caption, label) = (self.caption.take(), self.label.take());
        self.awaited = None;
        if columns.first() == Some(&Column::Status) {
            self.ends_in_statuses = rows.last().map(|row| row.line);
            self.status_rows(rows);
            return;
        }
        if !columns.contains(&Column::Name) {
            self.findings.push(Finding::new(
                line,
                "a table without a Parameter column",
                "it was not read",
                "if it documents parameters, head the column of their names Parameter",
            ));
            return;
        }
        let printed = caption.and_then(|caption| words::caption(&caption.text));
        let is_numbered = printed.is_some();
        if !is_numbered && label.is_none() {
            self.unnamed.push(self.tables.len());
        }
        let label = label.map(|label| (0, label.text));
        let (number, words) = printed.or(label).unwrap_or_default();
        self.tables.push(Table {
            number,
            is_numbered,
            caption: words,
            section: match self.section() {
                // What describes an example describes what it is one of.
                Section::ExampleRequest => Section::Request,
                Section::ExampleResponse(status) => Section::Response(status),
                section => section,
            },
            columns,
            rows,
            line,
        });
    }

    fn status_rows(&mut self, rows: Vec<Row>) {
        for row in rows {
            let meaning = row
                .description
                .iter()
                .map(|paragraph| paragraph.text.as_str())
                .collect::<Vec<_>>()
                .join(" ");
            match status_cell(&row.name) {
                Some(status) => self.statuses.push(StatusLine {
                    status,
                    meaning,
                    line: row.line,
                }),
                None => self.findings.push(Finding::new(
                    row.line,
                    format!("'{}' in the status list is no status code", row.name),
                    "the line was not read",
                    "write a code between 100 and 599",
                )),
            }
        }
    }

    /// Gives each table without a printed number its position, where no other has that.
    fn number_tables(&mut self) {
        let printed = self.tables.iter().filter(|table| table.is_numbered);
        let mut taken: BTreeSet<u32> = printed.map(|table| table.number).collect();
        let count = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        let mut further = taken.last().copied().unwrap_or_default().max(count);
        for (position, table) in (1..).zip(&mut self.tables) {
            if table.is_numbered {
                continue;
            }
            table.number = position;
            if !taken.insert(position) {
                further = further.saturating_add(1);
                table.number = further;
            }
        }
        for table in self.unnamed.iter().map(|at| &self.tables[*at]) {
            self.findings.push(Finding::new(
                table.line,
                "a table without a caption",
                format!("it was numbered {}", table.number),
                "write 'Table N …' in front of it",
            ));
        }
    }

    fn finish(mut self) -> Result<Page, Missing> {
        self.check_awaited();
        self.number_tables();
        if let Some(message) = self.message.take().filter(|_| self.uris.is_empty()) {
            return Err(Missing {
                line: Some(message.line),
                what: format!(
                    "'{}' is the first line of a whole message, and no line 'METHOD /path' stands alone: pages that show their operation so, as those of XML do, are not read",
                    message.text
                ),
                remedy: "where its bodies are JSON, write 'METHOD /path' below a heading 'URI', and name its parameters in tables of Parameter, Type and Description".into(),
            });
        }
        if self.uris.is_empty() {
            return Err(Missing {
                line: None,
                what: "no line 'METHOD /path' (such as 'GET /v1/items') was found, so this is no API reference page, or its URI is cut off".into(),
                remedy: "save the whole page, from its title to its list of status codes".into(),
            });
        }
        let uri = self.uris.remove(0);
        let called = Called::read(&uri.text);
        let told = called.iter().flat_map(|called| called.findings(uri.line));
        self.findings.extend(told);
        for other in self.uris.drain(..) {
            if other.text != uri.text {
                self.findings.push(Finding::new(
                    other.line,
                    format!("a second URI, '{}'", other.text),
                    format!("the page describes '{}'", uri.text),
                    "keep one operation a page",
                ));
            }
        }
        if !self.is_headed && !self.has_reply() {
            return Err(Missing {
                line: Some(uri.line),
                what: format!(
                    "'{}' stands under no heading 'URI', and {}",
                    uri.text,
                    match self.speaks_of_reply {
                        true => "what stands below the headings of a reply is no table of parameters or statuses",
                        false => "nothing is said of a status or a reply: the page documents no operation of its own",
                    }
                ),
                remedy: "save the page of the operation; if this is one, write the heading 'URI' in front of this line".into(),
            });
        }
        if self.tables.is_empty() && self.statuses.is_empty() && !self.speaks_of_reply {
            return Err(Missing {
                line: Some(uri.line),
                what: "the page has a URI but neither a parameter table nor a list of status codes"
                    .into(),
                remedy: "save the whole page; a table is known by its header row (Parameter, Type, Description)".into(),
            });
        }
        if let Some(line) = self.ends_in_statuses {
            self.findings.push(Finding::new(
                line,
                "the page ends in its list of status codes",
                "the list was read as whole",
                "nothing needs to be decided unless the saved page is cut off",
            ));
        }
        Ok(Page {
            kind: DocumentKind::default(),
            edition: None,
            title: self.title.map(|title| title.text).unwrap_or_default(),
            uri,
            tables: self.tables,
            examples: self.examples,
            reply: self.reply,
            statuses: self.statuses,
            speaks_of_reply: self.speaks_of_reply,
            findings: self.findings,
        })
    }
}

/// `200`, `200 OK`
fn status_cell(cell: &str) -> Option<u16> {
    let cell = cell.trim();
    let digits = cell.len() - cell.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    words::status(&cell[..digits])
}

/// Breadcrumbs and dates in front of the title.
fn is_furniture(text: &str) -> bool {
    let folded = fold(text);
    [
        "help center",
        "帮助中心",
        "updated on",
        "view pdf",
        "查看pdf",
        "share",
        "分享",
    ]
    .iter()
    .any(|start| folded.starts_with(start))
        || folded.contains("更新时间")
}
