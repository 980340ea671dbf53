//! A string that is either a literal of the program or shared: cheap to clone in both cases, constructible in `const`; what the
//! types that hold one have in common; one that is put together in `const`; and one that grows to a limit.

use alloc::{string::String, sync::Arc};
use core::{
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};

#[derive(Clone)]
pub(crate) enum Text {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Text {
    pub(crate) const fn from_static(text: &'static str) -> Self {
        Self::Static(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Shared(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Shared(text.into())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self::Shared(text)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// What a value that is a text in some form has of that text: how it compares, orders, hashes, is shown and written. By `as_str`.
macro_rules! as_text {
    ($name:ident) => {
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<::core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// How a value that may be any text is made of one. Its one field is a [`Text`].
macro_rules! from_any_text {
    ($name:ident) => {
        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        from_any_text!($name: &str, ::alloc::string::String, ::alloc::sync::Arc<str>);

        impl From<&::alloc::string::String> for $name {
            fn from(text: &::alloc::string::String) -> Self {
                text.as_str().into()
            }
        }

        impl From<::alloc::borrow::Cow<'_, str>> for $name {
            fn from(text: ::alloc::borrow::Cow<'_, str>) -> Self {
                match text {
                    ::alloc::borrow::Cow::Borrowed(text) => text.into(),
                    ::alloc::borrow::Cow::Owned(text) => text.into(),
                }
            }
        }

        impl From<::uuid::Uuid> for $name {
            fn from(id: ::uuid::Uuid) -> Self {
                (&*id.hyphenated().encode_lower(&mut ::uuid::Uuid::encode_buffer())).into()
            }
        }

        impl From<$crate::EventId> for $name {
            fn from(id: $crate::EventId) -> Self {
                (*id.as_uuid()).into()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::alloc::string::String::deserialize(deserializer).map(Self::from)
            }
        }
    };
    ($name:ident: $($text:ty),*) => {$(
        impl From<$text> for $name {
            fn from(text: $text) -> Self {
                Self(text.into())
            }
        }
    )*};
}

/// How a value with a grammar is read from text: by its [`FromStr`](core::str::FromStr).
macro_rules! from_checked_text {
    ($name:ident) => {
        impl TryFrom<&str> for $name {
            type Error = <Self as ::core::str::FromStr>::Err;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::alloc::string::String::deserialize(deserializer)?.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {as_text, from_any_text, from_checked_text};

/// Text that is put together in `const` context; what does not fit is cut off.
pub(crate) struct ConstText {
    bytes: [u8; 1024],
    len: usize,
    cut: bool,
}

impl ConstText {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 1024], len: 0, cut: false }
    }

    pub(crate) const fn with(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self.cut = self.cut || at < text.len();
        self
    }

    /// A number in decimal digits.
    pub(crate) const fn with_number(self, number: u32) -> Self {
        let mut digits = [0; 10];
        let (mut at, mut rest) = (digits.len(), number);
        loop {
            at -= 1;
            digits[at] = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        match str::from_utf8(digits.split_at(at).1) {
            Ok(digits) => self.with(digits),
            Err(_) => self,
        }
    }

    /// The text, as much of it as there was room for.
    pub(crate) const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a text that is too long to be told",
        }
    }

    /// The text; a compile error in `const` context, if there was no room for it.
    #[cfg(feature = "std")]
    pub(crate) const fn whole(&self) -> &str {
        assert!(!self.cut, "a name of more than 1024 bytes");
        self.as_str()
    }
}

/// Compares strings in `const` context, from their ends: names that belong together begin alike, and the compiler counts the steps.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = a.len();
    while at > 0 {
        at -= 1;
        if a[at] != b[at] {
            return false;
        }
    }
    true
}

/// Stands where text was cut off.
pub(crate) const CUT: &str = "…";

/// Text that grows to a limit: whatever writes more is told to stop.
pub(crate) struct Bounded {
    text: String,
    limit: usize,
}

impl Bounded {
    /// Empty, for at most so many bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit }
    }

    /// The text, cut and marked if it is longer.
    #[cfg(any(feature = "console", feature = "json"))]
    pub(crate) fn cut(text: &str, limit: usize) -> String {
        let mut cut = Self::new(limit);
        let written = fmt::Write::write_str(&mut cut, text);
        cut.finish(written)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, marked if the writing stopped before its end.
    pub(crate) fn finish(mut self, written: fmt::Result) -> String {
        if written.is_err() {
            self.text.push_str(CUT);
        }
        self.text
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.limit - self.text.len();
        if text.len() <= left {
            self.text.push_str(text);
            return Ok(());
        }
        let end = (0..=left).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        self.text.push_str(&text[..end]);
        // Nothing more fits, however short.
        self.limit = self.text.len();
        Err(fmt::Error)
    }
}
