//! How much is read of what others wrote.

use core::{iter::Enumerate, slice};

use super::DecodeError;

/// What a text may be at most, before anything is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) bytes: usize,
    pub(super) depth: usize,
    pub(super) members: usize,
}

/// `serde_json` reads no deeper.
pub(super) const MAX_DEPTH: usize = 127;

/// Places in a text are kept in 32 bits.
pub(super) const MAX_BYTES: usize = u32::MAX as usize;

impl Limits {
    pub(super) const DEFAULT: Self = Self { bytes: 1024 * 1024, depth: 64, members: 65_536 };
    /// What the format and the parser bear.
    pub(super) const MAX: Self = Self { bytes: MAX_BYTES, depth: MAX_DEPTH, members: usize::MAX };

    pub(super) fn check(&self, text: &[u8]) -> Result<(), DecodeError> {
        if text.len() > self.bytes {
            return Err(DecodeError::TooLarge { bytes: text.len(), limit: self.bytes });
        }
        // Brackets and commas inside of text count here too: most texts are within the limits all the same, and are counted
        // many bytes at a time.
        let opened = count(text, |byte| matches!(byte, b'{' | b'['));
        if opened <= self.depth && opened + count(text, |byte| byte == b',') <= self.members {
            return Ok(());
        }
        self.walk(text)
    }

    fn walk(&self, text: &[u8]) -> Result<(), DecodeError> {
        let (mut depth, mut members) = (0, 0);
        let mut bytes = text.iter().enumerate();
        while let Some((offset, byte)) = bytes.next() {
            match byte {
                b'"' => skip_text(&mut bytes),
                b'{' | b'[' => {
                    (depth, members) = (depth + 1, members + 1);
                    if depth > self.depth {
                        return Err(DecodeError::TooDeep { limit: self.depth, offset });
                    }
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                b',' => members += 1,
                _ => continue,
            }
            if members > self.members {
                return Err(DecodeError::TooManyMembers { limit: self.members, offset });
            }
        }
        Ok(())
    }
}

fn count(text: &[u8], counted: impl Fn(u8) -> bool) -> usize {
    // Chunks whose count fits a byte: the compiler adds many bytes in one instruction.
    text.chunks(255).map(|chunk| usize::from(chunk.iter().map(|&byte| u8::from(counted(byte))).sum::<u8>())).sum()
}

/// Goes on behind the quotation mark that ends a text.
fn skip_text(bytes: &mut Enumerate<slice::Iter<'_, u8>>) {
    while let Some((_, byte)) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::{DecodeError, Limits};

    const SMALL: Limits = Limits { bytes: 1000, depth: 2, members: 3 };

    #[test]
    fn what_stands_in_text_does_not_count() {
        assert!(SMALL.check(br#"{"a":"[[[[,,,,\"{{{{"}"#).is_ok());
        assert!(
            SMALL
                .check(br#""\\",[[[]]]"#)
                .is_err_and(|error| matches!(error, DecodeError::TooDeep { limit: 2, offset: 7 }))
        );
    }

    #[test]
    fn members_and_elements_count_together() {
        assert!(SMALL.check(b"[1,2,3]").is_ok());
        let error = SMALL.check(b"[1,2,3,4]").unwrap_err();
        assert!(matches!(error, DecodeError::TooManyMembers { limit: 3, offset: 6 }), "{error:?}");
        assert!(SMALL.check(format!("[{}]", "\",\",".repeat(3)).as_bytes()).is_err());
    }

    #[test]
    fn many_of_one_byte_are_counted_right() {
        let many = Limits { members: 1000, ..SMALL };
        assert!(many.check(",".repeat(1000).as_bytes()).is_ok());
        assert!(Limits { bytes: 2000, ..many }.check(",".repeat(1001).as_bytes()).is_err());
    }
}
