//! Lines out of bytes, none longer than what is allowed.

use std::io::{self, BufRead, Read as _, Seek, SeekFrom};

/// Reads lines, and counts them and their bytes.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    most: usize,
    line: Vec<u8>,
    /// Whether `line` is a whole one, which makes room for the next.
    given: bool,
    /// How many bytes of a line were left out that is too long.
    skipped: u64,
    /// The line in `line`, from 1, and where it begins.
    number: u64,
    offset: u64,
}

/// What was found. Line breaks are no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A line, which is in [`Lines::line`].
    Line,
    /// One that is too long. It was left out.
    TooLong,
    /// The end. Asked again, it goes on if there is more by then.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R, most: usize) -> Self {
        Self { input, most, line: Vec::new(), given: false, skipped: 0, number: 1, offset: 0 }
    }

    /// The longest line, in bytes.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    pub(super) const fn limit(&mut self, most: usize) {
        self.most = most;
    }

    /// Goes to the next line.
    pub(super) fn advance(&mut self) -> io::Result<Found> {
        if self.given {
            self.offset += self.bytes();
            self.number += 1;
            self.clear();
        }
        loop {
            if self.line.len() > self.most {
                // Its line break is still to come.
                self.skipped += self.line.len() as u64;
                self.line.clear();
            }
            // One byte more than there is room for tells that the line is too long.
            let room = (self.most - self.line.len()) as u64;
            if self.input.by_ref().take(room.saturating_add(1)).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(Found::End);
            }
            if self.line.last() == Some(&b'\n') {
                self.given = true;
                return Ok(if self.skipped == 0 { Found::Line } else { Found::TooLong });
            }
        }
    }

    /// The line that was found last, or at the end what there is without a line break.
    pub(super) fn line(&self) -> &[u8] {
        self.line.strip_suffix(b"\n").unwrap_or(&self.line)
    }

    /// Its number, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Where it begins, in bytes.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the last line break stands that was found, the byte behind it.
    pub(super) const fn end(&self) -> u64 {
        if self.given { self.offset + self.bytes() } else { self.offset }
    }

    /// How many bytes there are behind the last line break.
    pub(super) const fn torn(&self) -> u64 {
        if self.given { 0 } else { self.bytes() }
    }

    const fn bytes(&self) -> u64 {
        self.skipped + self.line.len() as u64
    }

    fn clear(&mut self) {
        self.line.clear();
        self.skipped = 0;
        self.given = false;
    }
}

impl<R: BufRead + Seek> Lines<R> {
    /// Goes back behind the last line break.
    pub(super) fn retreat(&mut self) -> io::Result<()> {
        if self.torn() > 0 {
            self.input.seek(SeekFrom::Start(self.offset))?;
            self.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All lines of a text of which so many bytes can be read at a time, with their numbers and places.
    fn lines(text: &str, most: usize, at_a_time: usize) -> Vec<(Found, u64, u64, String)> {
        let mut lines = Lines::new(io::BufReader::with_capacity(at_a_time, text.as_bytes()), most);
        let mut all = Vec::new();
        loop {
            let found = lines.advance().unwrap();
            let text =
                if found == Found::TooLong { String::new() } else { String::from_utf8(lines.line().into()).unwrap() };
            all.push((found, lines.number(), lines.offset(), text));
            if found == Found::End {
                assert_eq!(lines.advance().unwrap(), Found::End, "it stays at the end");
                return all;
            }
        }
    }

    #[test]
    fn lines_are_found_with_their_places() {
        let text = "ab\n\nabcdef\nabcdefgh\nabcdefghijklmnopqrstuvwxyz\nabc\nto";
        for at_a_time in 1..70 {
            let found = lines(text, 6, at_a_time);
            let expected = [
                (Found::Line, 1, 0, "ab"),
                (Found::Line, 2, 3, ""),
                (Found::Line, 3, 4, "abcdef"),
                (Found::TooLong, 4, 11, ""),
                (Found::TooLong, 5, 20, ""),
                (Found::Line, 6, 47, "abc"),
                (Found::End, 7, 51, "to"),
            ];
            assert_eq!(found, expected.map(|(found, number, offset, text)| (found, number, offset, text.to_owned())));
        }
    }

    #[test]
    fn a_line_goes_on_where_the_input_ended() {
        let mut input = io::Cursor::new(Vec::from(*b"one\ntw"));
        let mut lines = Lines::new(&mut input, 100);
        assert_eq!((lines.advance().unwrap(), lines.torn()), (Found::Line, 0));
        assert_eq!((lines.advance().unwrap(), lines.torn(), lines.line()), (Found::End, 2, &b"tw"[..]));
        lines.input.get_mut().extend_from_slice(b"o\nthree\nfo");
        assert_eq!((lines.advance().unwrap(), lines.line(), lines.number()), (Found::Line, &b"two"[..], 2));
        assert_eq!((lines.advance().unwrap(), lines.offset()), (Found::Line, 8));
        assert_eq!((lines.advance().unwrap(), lines.torn(), lines.line()), (Found::End, 2, &b"fo"[..]));
        // What was written of a line is cut off, and another written in its place.
        lines.retreat().unwrap();
        lines.input.get_mut().truncate(14);
        lines.input.get_mut().extend_from_slice(b"five\n");
        assert_eq!((lines.advance().unwrap(), lines.line(), lines.offset()), (Found::Line, &b"five"[..], 14));
    }
}
