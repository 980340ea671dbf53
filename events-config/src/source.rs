//! The text of a configuration, and where something stands in it.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

/// A part of a text, in bytes.
pub(crate) type Span = Range<usize>;

/// A configuration's text, and where it comes from.
#[derive(Debug)]
pub(crate) struct Source {
    path: Option<PathBuf>,
    /// What stands for the path in messages if there is none.
    stand_in: &'static str,
    text: String,
}

impl Source {
    /// Text that comes from no file; `stand_in` is what messages call it.
    pub(crate) fn text_only(stand_in: &'static str, text: &str) -> Self {
        Self { path: None, stand_in, text: text.to_owned() }
    }

    pub(crate) fn file(path: &Path, text: String) -> Self {
        Self { path: Some(path.to_owned()), stand_in: "", text }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The path, or what stands for it.
    pub(crate) fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| self.stand_in.to_owned(), |path| path.display().to_string())
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a place, in characters, both from 1.
    pub(crate) fn position(&self, at: usize) -> (usize, usize) {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The part as it can be shown: inside the text, on one line, between characters. The end of the text is that of its last
    /// line.
    pub(crate) fn shown(&self, span: &Span) -> Span {
        let last = self.text.trim_end_matches(['\n', '\r']).len();
        let boundary = |at: usize| (0..=at.min(last)).rev().find(|&at| self.text.is_char_boundary(at));
        let start = boundary(span.start).unwrap_or(0);
        let end = boundary(span.end).unwrap_or(0).max(start);
        let line = &self.text[start..end];
        start..start + line.find(['\n', '\r']).unwrap_or(line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let source = Source::text_only("<toml>", "a\nbé = 1\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (2, 1));
        assert_eq!(source.position(5), (2, 3));
        assert_eq!(source.position(source.text().len()), (3, 1));
    }

    #[test]
    fn what_is_shown_is_inside_the_text_and_on_one_line() {
        let source = Source::text_only("<toml>", "é\r\nx\n\n");
        assert_eq!(source.shown(&(1..9)), 0..2);
        assert_eq!(source.shown(&(4..9)), 4..5);
        assert_eq!(source.shown(&(7..9)), 5..5);
    }
}
