//! One line: coloured, escaped, and no wider than allowed.

use std::fmt::Write;

use anstyle::{Reset, Style};
use unicode_width::UnicodeWidthChar;

use crate::text::CUT;

/// A line being written.
#[derive(Debug)]
pub struct Line {
    text: String,
    color: bool,
    max: Option<usize>,
    columns: usize,
    /// Where the mark goes if the line is cut: behind the last character that leaves a column for it.
    cut_at: usize,
    is_full: bool,
}

impl Line {
    /// A line with or without colours, of so many columns at most.
    pub fn new(color: bool, max: Option<usize>) -> Self {
        Self { text: String::new(), color, max, columns: 0, cut_at: 0, is_full: false }
    }

    /// Text that is known to be harmless.
    pub fn push(&mut self, style: Style, text: &str) {
        self.styled(style, |line| text.chars().for_each(|c| line.push_char(c)));
    }

    /// Any text, escaped.
    pub fn push_escaped(&mut self, style: Style, text: &str) {
        self.styled(style, |line| text.chars().for_each(|c| line.escape(c)));
    }

    /// Any text, as one word: in quotes where it has more.
    pub fn push_word(&mut self, style: Style, text: &str) {
        let is_word = |c: char| !c.is_whitespace() && !matches!(c, '=' | '"' | '\\' | '\'') && !is_harmful(c);
        if !text.is_empty() && text.chars().all(is_word) {
            return self.push(style, text);
        }
        self.styled(style, |line| {
            line.push_char('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    line.push_char('\\');
                }
                line.escape(c);
            }
            line.push_char('"');
        });
    }

    /// So many spaces.
    pub fn pad(&mut self, spaces: usize) {
        (0..spaces).for_each(|_| self.push_char(' '));
    }

    /// The line with its end.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn styled(&mut self, style: Style, write: impl FnOnce(&mut Self)) {
        let is_styled = self.color && !style.is_plain() && !self.is_full;
        // Writing to a string does not fail.
        if is_styled {
            let _ = write!(self.text, "{style}");
        }
        write(self);
        if is_styled && !self.is_full {
            let _ = write!(self.text, "{style:#}");
        }
    }

    fn escape(&mut self, c: char) {
        if is_harmful(c) {
            c.escape_default().for_each(|c| self.push_char(c));
        } else {
            self.push_char(c);
        }
    }

    fn push_char(&mut self, c: char) {
        if self.is_full {
            return;
        }
        let columns = self.columns + c.width().unwrap_or(0);
        match self.max {
            Some(max) if columns > max => self.cut(),
            max => {
                self.text.push(c);
                self.columns = columns;
                if max.is_none_or(|max| columns < max) {
                    self.cut_at = self.text.len();
                }
            }
        }
    }

    fn cut(&mut self) {
        self.is_full = true;
        self.text.truncate(self.cut_at);
        if self.max != Some(0) {
            self.text.push_str(CUT);
        }
        if self.color {
            let _ = write!(self.text, "{Reset}");
        }
    }
}

/// How many columns a text takes once it is escaped.
pub fn columns(text: &str) -> usize {
    let width = |c: char| if is_harmful(c) { c.escape_default().len() } else { c.width().unwrap_or(0) };
    text.chars().map(width).sum()
}

/// What could move the cursor, change the terminal, end the line, or show text in another order than it has.
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
