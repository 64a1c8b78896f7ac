//! Markdown as blocks and spans: plain data, from which the window builds its
//! own elements. HTML within it stays text, and where links and pictures point
//! is told and never followed.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Align, Block, TextRun};

/// The most that is read as Markdown, in bytes; more is shown as text.
pub const MOST_MARKDOWN: usize = 512 * 1024;

/// Deeper nesting than people write is flattened: the window draws recursively.
const DEEPEST: usize = 12;

/// Reads Markdown (CommonMark with tables, strikethrough and task lists). What
/// lies beyond [`MOST_MARKDOWN`] is left out.
pub fn markdown(text: &str) -> Vec<Block> {
    let text = &text[..text.floor_char_boundary(MOST_MARKDOWN)];
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, options) {
        reader.event(event);
    }
    reader.end()
}

/// A block that is being read, with what its children are put into.
enum Open {
    Quote(Vec<Block>),
    List(Option<u64>, Vec<Vec<Block>>),
    Item(Vec<Block>),
}

#[derive(Default)]
struct Reader {
    done: Vec<Block>,
    open: Vec<Open>,
    spans: Vec<TextRun>,
    look: Look,
    /// Text of a code or HTML block, while there is one.
    verbatim: Option<String>,
    language: String,
    table: Option<Table>,
    /// Openings beyond the deepest level: their ends are to be passed over.
    skipped: usize,
}

/// How the text that comes looks; counted, as each can be nested in itself.
#[derive(Default)]
struct Look {
    strong: u32,
    emphasis: u32,
    strike: u32,
    links: Vec<String>,
    images: u32,
    task: Option<bool>,
}

#[derive(Default)]
struct Table {
    aligns: Vec<Align>,
    head: Vec<Vec<TextRun>>,
    rows: Vec<Vec<Vec<TextRun>>>,
    row: Vec<Vec<TextRun>>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.finish(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                match &mut self.verbatim {
                    Some(verbatim) => verbatim.push_str(&text),
                    None => self.span(&text, false),
                }
            }
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.span(&text, true);
            }
            Event::FootnoteReference(name) => self.span(&format!("[{name}]"), false),
            Event::SoftBreak => self.span(" ", false),
            Event::HardBreak => self.span("\n", false),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => self.look.task = Some(done),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.open(Open::Quote(Vec::new())),
            Tag::List(start) => self.open(Open::List(start, Vec::new())),
            Tag::Item => self.open(Open::Item(Vec::new())),
            Tag::CodeBlock(kind) => {
                self.flush();
                self.verbatim = Some(String::new());
                self.language = match kind {
                    CodeBlockKind::Fenced(info) => info
                        .split([' ', ',', '{'])
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
            }
            Tag::HtmlBlock => {
                self.flush();
                self.verbatim = Some(String::new());
            }
            Tag::Table(aligns) => {
                self.flush();
                self.table = Some(Table {
                    aligns: aligns.into_iter().map(align).collect(),
                    ..Table::default()
                });
            }
            Tag::Strong => self.look.strong += 1,
            Tag::Emphasis => self.look.emphasis += 1,
            Tag::Strikethrough => self.look.strike += 1,
            Tag::Link { dest_url, .. } => self.look.links.push(dest_url.into_string()),
            Tag::Image { .. } => self.look.images += 1,
            _ => {}
        }
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(level) => {
                let spans = std::mem::take(&mut self.spans);
                let level = heading(level);
                self.block(Block::Heading { level, spans });
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => self.shut(),
            TagEnd::CodeBlock => {
                let language = std::mem::take(&mut self.language);
                let text = self.verbatim.take().unwrap_or_default();
                self.block(Block::Code { language, text });
            }
            TagEnd::HtmlBlock => {
                let text = self.verbatim.take().unwrap_or_default();
                self.block(Block::Html { text });
            }
            TagEnd::TableCell => {
                let spans = std::mem::take(&mut self.spans);
                if let Some(table) = &mut self.table {
                    table.row.push(spans);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.head = std::mem::take(&mut table.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push(row);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.block(Block::Table {
                        aligns: table.aligns,
                        head: table.head,
                        rows: table.rows,
                    });
                }
            }
            TagEnd::Strong => self.look.strong = self.look.strong.saturating_sub(1),
            TagEnd::Emphasis => self.look.emphasis = self.look.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.look.strike = self.look.strike.saturating_sub(1),
            TagEnd::Link => {
                self.look.links.pop();
            }
            TagEnd::Image => self.look.images = self.look.images.saturating_sub(1),
            _ => {}
        }
    }

    fn span(&mut self, text: &str, code: bool) {
        let span = TextRun {
            text: text.to_owned(),
            strong: self.look.strong > 0,
            emphasis: self.look.emphasis > 0,
            strike: self.look.strike > 0,
            code,
            link: self.look.links.last().cloned(),
            image: self.look.images > 0,
            task: self.look.task.take(),
        };
        match self.spans.last_mut() {
            Some(last) if span.task.is_none() && alike(last, &span) => last.text.push_str(text),
            _ => self.spans.push(span),
        }
    }

    /// Ends the paragraph that is being read, if there is one.
    fn flush(&mut self) {
        if !self.spans.is_empty() && self.table.is_none() {
            let spans = std::mem::take(&mut self.spans);
            self.block(Block::Paragraph { spans });
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.last_mut() {
            Some(Open::Quote(blocks) | Open::Item(blocks)) => blocks.push(block),
            Some(Open::List(_, items)) => items.push(vec![block]),
            None => self.done.push(block),
        }
    }

    fn open(&mut self, open: Open) {
        self.flush();
        if self.open.len() >= DEEPEST {
            self.skipped += 1;
        } else {
            self.open.push(open);
        }
    }

    fn shut(&mut self) {
        self.flush();
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match self.open.pop() {
            Some(Open::Quote(blocks)) => self.block(Block::Quote { blocks }),
            Some(Open::List(start, items)) => self.block(Block::List { start, items }),
            Some(Open::Item(blocks)) => match self.open.last_mut() {
                Some(Open::List(_, items)) => items.push(blocks),
                _ => blocks.into_iter().for_each(|block| self.block(block)),
            },
            None => {}
        }
    }

    fn end(mut self) -> Vec<Block> {
        self.flush();
        while !self.open.is_empty() {
            self.shut();
        }
        self.done
    }
}

fn alike(a: &TextRun, b: &TextRun) -> bool {
    (a.strong, a.emphasis, a.strike, a.code, a.image)
        == (b.strong, b.emphasis, b.strike, b.code, b.image)
        && a.link == b.link
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

fn heading(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> TextRun {
        TextRun {
            text: text.into(),
            ..TextRun::default()
        }
    }

    fn paragraph(spans: Vec<TextRun>) -> Block {
        Block::Paragraph { spans }
    }

    #[test]
    fn blocks_and_spans_are_plain_data() {
        let blocks = markdown("# Week 1\n\nRead **this** and `that`.\n\n- one\n- two\n");
        let strong = TextRun {
            strong: true,
            ..span("this")
        };
        let code = TextRun {
            code: true,
            ..span("that")
        };
        assert_eq!(
            blocks,
            [
                Block::Heading {
                    level: 1,
                    spans: vec![span("Week 1")]
                },
                paragraph(vec![span("Read "), strong, span(" and "), code, span(".")]),
                Block::List {
                    start: None,
                    items: vec![
                        vec![paragraph(vec![span("one")])],
                        vec![paragraph(vec![span("two")])]
                    ]
                },
            ]
        );
    }

    #[test]
    fn html_stays_text_and_pictures_stay_words() {
        let blocks = markdown("<script>alert(1)</script>\n\n![a cat](http://x/y.png) <b>x</b>\n");
        let image = TextRun {
            image: true,
            ..span("a cat")
        };
        assert_eq!(
            blocks,
            [
                Block::Html {
                    text: "<script>alert(1)</script>\n".into()
                },
                paragraph(vec![image, span(" <b>x</b>")]),
            ]
        );
    }

    #[test]
    fn where_a_link_points_is_told() {
        let link = TextRun {
            link: Some("javascript:alert(1)".into()),
            ..span("click")
        };
        assert_eq!(
            markdown("[click](javascript:alert(1))"),
            [paragraph(vec![link])]
        );
    }

    #[test]
    fn a_table_has_its_cells() {
        let blocks = markdown("|a|b|\n|:-|-:|\n|1|2|\n");
        assert_eq!(
            blocks,
            [Block::Table {
                aligns: vec![Align::Left, Align::Right],
                head: vec![vec![span("a")], vec![span("b")]],
                rows: vec![vec![vec![span("1")], vec![span("2")]]],
            }]
        );
    }

    #[test]
    fn a_thousand_levels_are_flattened_and_nothing_is_lost() {
        let text = format!("{} deep", ">".repeat(1000));
        let blocks = markdown(&text);

        assert_eq!(depth(&blocks), DEEPEST);
        assert!(format!("{blocks:?}").contains("deep"));
    }

    fn depth(blocks: &[Block]) -> usize {
        let of = |block: &Block| match block {
            Block::Quote { blocks } => 1 + depth(blocks),
            _ => 0,
        };
        blocks.iter().map(of).max().unwrap_or(0)
    }
}
