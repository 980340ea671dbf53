//! Blocking iteration.

use super::{EventStream, StreamItem, WithLosses};

/// What comes out of a stream, blocking between items: over an [`EventStream`] its events, over [`WithLosses`] its gaps as well.
#[derive(Debug)]
pub struct StreamIter<'s, S>(pub(super) &'s S);

/// As [`StreamIter`], and owns the stream: dropping it closes the stream.
#[derive(Debug)]
pub struct StreamIntoIter<S>(S);

macro_rules! blocking {
    ($stream:ident, $item:ty) => {
        impl<T> Iterator for StreamIter<'_, $stream<T>> {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                self.0.recv()
            }
        }

        impl<T> Iterator for StreamIntoIter<$stream<T>> {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                self.0.recv()
            }
        }

        impl<'s, T> IntoIterator for &'s $stream<T> {
            type Item = $item;
            type IntoIter = StreamIter<'s, $stream<T>>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl<T> IntoIterator for $stream<T> {
            type Item = $item;
            type IntoIter = StreamIntoIter<Self>;

            fn into_iter(self) -> Self::IntoIter {
                StreamIntoIter(self)
            }
        }
    };
}

blocking!(EventStream, T);
blocking!(WithLosses, StreamItem<T>);
