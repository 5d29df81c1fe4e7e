//! Reads saved HTML: the tokens of html5ever, a bounded stack of open elements, and
//! the tables, paragraphs, lists and literal blocks that they make.
//!
//! Built on the tokenizer and not on a document tree: what a page documents stands
//! in the order of its source, tokens carry their lines, and neither deep nesting
//! nor a page of noise can exhaust stack or memory. End tags that HTML lets authors
//! leave out are implied. Navigation, scripts, styles and hidden elements are ignored.

mod element;
mod frame;

use super::vocabulary::Link;
use super::{Block, BlockKind};
use crate::contract::Finding;
use element::{Open, closed_by, is_block, is_hidden, is_ignored, is_void, raw_text};
use frame::{Cell, Frame, Item, Shape, Table, finish_table, outline_items};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// Deepest nesting that is told apart; browsers flatten what is deeper, too.
const MAX_DEPTH: usize = 512;
/// Bytes that are handed to the tokenizer at once.
const CHUNK: usize = 64 * 1024;
/// Most paragraphs and literal blocks that are read.
const MAX_ITEMS: usize = 200_000;
/// Words that may stand inside one tag or comment. A tag of more attributes would
/// cost the square of their number.
const MAX_WORDS: usize = 60_000;

/// Whether the source is a saved page or a piece of one.
pub(super) fn looks_like(source: &str) -> bool {
    let rest = without_anchors(source);
    let head: String = rest.chars().take(2_000).collect::<String>().to_lowercase();
    let opens = |name: &str| {
        head.strip_prefix('<')
            .and_then(|head| head.strip_prefix(name))
            .is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/')
            })
    };
    head.starts_with("<!doctype html")
        || head.starts_with("<?xml")
        || [
            "html", "head", "body", "meta", "title", "link", "style", "script", "main", "article",
            "section", "header", "nav", "div", "h1", "h2", "h3", "h4", "table", "p",
        ]
        .iter()
        .any(|name| opens(name))
        || head.contains("<body")
}

/// The source without the comments, and the anchors of links, that it begins with.
pub(super) fn without_anchors(source: &str) -> &str {
    let mut rest = source.trim_start_matches('\u{feff}').trim_start();
    loop {
        let behind = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|(_, behind)| behind)
        } else if rest.starts_with("<a ") {
            rest.split_once('>')
                .map(|(_, behind)| behind.strip_prefix("</a>").unwrap_or(behind))
        } else {
            None
        };
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => return rest,
        }
    }
}

/// Splits the source into blocks.
pub(super) fn blocks(source: &str) -> Vec<Block> {
    // HTML ends a line at a lone carriage return, editors do not: places are for editors.
    let spaced;
    let source = if source.contains('\r') {
        spaced = source.replace("\r\n", "\n").replace('\r', " ");
        spaced.as_str()
    } else {
        source
    };
    let sink = Sink(RefCell::new(Reader::default()));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut words = 0;
    for chunk in chunks(source) {
        let before = tokenizer.sink.0.borrow().tokens;
        queue.push_back(StrTendril::from_slice(chunk));
        while !matches!(
            tokenizer.feed(&queue),
            html5ever::interface::TokenizerResult::Done
        ) {}
        let mut reader = tokenizer.sink.0.borrow_mut();
        if reader.tokens == before {
            words += chunk.bytes().filter(u8::is_ascii_whitespace).count();
        } else {
            words = 0;
        }
        if words > MAX_WORDS {
            let line = reader.line;
            reader.find(
                line,
                "a tag or comment that does not end",
                "nothing behind it was read",
                "save the page again",
            );
            break;
        }
    }
    tokenizer.end();
    let last = source.lines().count().max(1);
    tokenizer.sink.0.into_inner().finish(last)
}

/// Pieces of about [`CHUNK`] bytes that end between characters.
fn chunks(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = source;
    std::iter::from_fn(move || {
        let mut end = rest.len().min(CHUNK);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (chunk, behind) = rest.split_at(end);
        rest = behind;
        (!chunk.is_empty()).then_some(chunk)
    })
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        reader.tokens += 1;
        reader.line = usize::try_from(line).unwrap_or(usize::MAX);
        match token {
            Token::TagToken(tag) => match tag.kind {
                TagKind::StartTag => {
                    if let Some(kind) = raw_text(&tag.name) {
                        reader.start(&tag);
                        return TokenSinkResult::RawData(kind);
                    }
                    reader.start(&tag);
                }
                TagKind::EndTag => reader.end(&tag.name),
            },
            Token::CharacterTokens(text) => reader.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// A paragraph under way.
#[derive(Default)]
struct Text {
    line: usize,
    text: String,
}

#[derive(Default)]
struct Reader {
    tokens: u64,
    line: usize,
    stack: Vec<Open>,
    /// Elements beyond the depth bound.
    beyond: usize,
    /// Open `p` elements, so that looking for one costs nothing where there is none.
    paragraphs: usize,
    /// Depth of the ignored element that everything stands in.
    ignored: Option<usize>,
    text: Text,
    link: Option<Link>,
    /// Whether the next paragraph is the first of a list item.
    bullet: bool,
    code: Option<Text>,
    root: Vec<Item>,
    /// Paragraphs and literal blocks so far.
    count: usize,
    tables: Vec<Table>,
}

impl Reader {
    fn find(&mut self, line: usize, what: &str, assumed: &str, remedy: &str) {
        let finding = Finding::new(line, what, assumed, remedy);
        self.items().push(Item::Finding(finding));
    }

    /// Where content goes: the open cell or caption, else in front of the table.
    fn items(&mut self) -> &mut Vec<Item> {
        for table in self.tables.iter_mut().rev() {
            match &mut table.frame {
                Frame::Cell(cell) => return &mut cell.items,
                Frame::Caption(items) => return items,
                Frame::Between => {}
            }
        }
        &mut self.root
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        for closed in closed_by(name) {
            if *closed != "p" || self.paragraphs > 0 {
                self.close(closed);
            }
        }
        if self.ignored.is_some() {
            if !is_void(name) {
                self.push(tag);
            }
            return;
        }
        if name == "br" {
            match &mut self.code {
                Some(code) => code.text.push('\n'),
                None => self.flush(),
            }
            return;
        }
        if is_block(name) {
            self.flush();
        }
        if is_void(name) {
            return;
        }
        let depth = self.stack.len();
        self.push(tag);
        if self.stack.len() == depth {
            return;
        }
        if is_ignored(name) || is_hidden(tag) {
            self.ignored = Some(depth);
            return;
        }
        self.open(tag);
    }

    fn push(&mut self, tag: &Tag) {
        if self.stack.len() >= MAX_DEPTH {
            if self.beyond == 0 {
                let line = self.line;
                self.find(
                    line,
                    "elements nested deeper than any page needs",
                    "what stands inside was read as text",
                    "save the page again",
                );
            }
            self.beyond += 1;
            return;
        }
        self.paragraphs += usize::from(&*tag.name == "p");
        self.stack.push(Open {
            name: tag.name.clone(),
        });
    }

    /// What an element begins, once it is on the stack.
    fn open(&mut self, tag: &Tag) {
        let line = self.line;
        match &*tag.name {
            "table" => self.tables.push(Table::new(line)),
            "caption" => {
                if let Some(table) = self.tables.last_mut() {
                    table.frame = Frame::Caption(Vec::new());
                }
            }
            "thead" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_head = true;
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.begin_row(line);
                }
            }
            name @ ("td" | "th") => {
                if let Some(table) = self.tables.last_mut() {
                    table.begin_row_if_none(line);
                    table.frame = Frame::Cell(Cell::new(line, name == "th", tag));
                }
            }
            "li" => self.bullet = true,
            // A power is no further digit.
            "sup" => self.text("^"),
            "pre" => self.code = Some(Text::default()),
            "a" => {
                let start = self.text.text.len();
                self.link = element::target(tag).map(|target| Link { start, target });
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.beyond > 0 && !matches!(name, "table" | "tr" | "td" | "th") {
            self.beyond -= 1;
            return;
        }
        if name == "br" {
            self.flush();
        } else {
            self.close(name);
        }
    }

    /// Closes the innermost open element of this name in scope, and what is inside it.
    fn close(&mut self, name: &str) {
        let found = self
            .stack
            .iter()
            .rposition(|open| &*open.name == name || element::bounds(&open.name, name));
        let Some(at) = found.filter(|at| &*self.stack[*at].name == name) else {
            return;
        };
        while self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else {
            return;
        };
        self.beyond = 0;
        self.paragraphs -= usize::from(&*open.name == "p");
        if let Some(depth) = self.ignored {
            if self.stack.len() == depth {
                self.ignored = None;
            }
            return;
        }
        if &*open.name == "pre" {
            self.end_code();
        } else if is_block(&open.name) {
            self.flush_as(Shape::of(&open.name));
        }
        match &*open.name {
            "li" => self.bullet = false,
            "a" => {
                let note = self.link.take().and_then(|link| link.note(&self.text.text));
                self.text.text.extend(note);
            }
            "thead" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_head = false;
                }
            }
            "caption" => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_caption();
                }
            }
            "td" | "th" => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_cell();
                }
            }
            "table" => {
                if let Some(table) = self.tables.pop() {
                    let items = finish_table(table);
                    self.items().extend(items);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.ignored.is_some() {
            return;
        }
        // The tokenizer has counted the lines of the text by now.
        let mut line = self.line - text.matches('\n').count().min(self.line);
        let (paragraph, is_literal) = match &mut self.code {
            Some(code) => (code, true),
            None => (&mut self.text, false),
        };
        if is_literal {
            if paragraph.text.is_empty() {
                paragraph.line = line;
            }
            paragraph.text.push_str(text);
            return;
        }
        for c in text.chars() {
            line += usize::from(c == '\n');
            if c.is_whitespace() {
                if !paragraph.text.is_empty() && !paragraph.text.ends_with(' ') {
                    paragraph.text.push(' ');
                }
            } else if !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}') {
                if paragraph.text.is_empty() {
                    paragraph.line = line;
                }
                paragraph.text.push(c);
            }
        }
    }

    fn flush(&mut self) {
        self.flush_as(Shape::Plain);
    }

    fn flush_as(&mut self, shape: Shape) {
        let Text { line, text } = std::mem::take(&mut self.text);
        let text = text.trim_end();
        if !text.is_empty() {
            let shape = if self.bullet { Shape::Bullet } else { shape };
            self.bullet = false;
            let text = text.to_owned();
            self.keep(line, Item::Text { line, text, shape });
        }
    }

    fn end_code(&mut self) {
        if let Some(Text { line, text }) = self.code.take()
            && !text.trim().is_empty()
        {
            self.keep(line, Item::Code { line, text });
        }
    }

    /// Keeps an item, up to the bound.
    fn keep(&mut self, line: usize, item: Item) {
        self.count += 1;
        if self.count <= MAX_ITEMS {
            self.items().push(item);
        } else if self.count == MAX_ITEMS + 1 {
            self.find(
                line,
                "more paragraphs than any page needs",
                "the further ones were not read",
                "save the page of one operation alone",
            );
        }
    }

    /// The blocks of a source whose last line is `last`.
    fn finish(mut self, last: usize) -> Vec<Block> {
        let cut = !self.tables.is_empty();
        // Behind a line feed at the end, the tokenizer counts a line more.
        let line = self.line.min(last);
        while !self.stack.is_empty() {
            self.pop();
        }
        self.flush();
        let mut blocks = outline_items(self.root);
        if cut {
            blocks.push(Block {
                line,
                kind: BlockKind::Finding(Finding::new(
                    line,
                    "the page ends inside a table",
                    "what was there was read",
                    "save the whole page",
                )),
            });
        }
        blocks
    }
}

#[cfg(test)]
mod tests;
