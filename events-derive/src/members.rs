//! The native writing of named fields: keys encoded and sorted while compiling.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned as _};

use crate::serde_attr::SerdeField;

/// One named field to be written.
pub(crate) struct Member<'a> {
    /// The name in the JSON form.
    pub(crate) name: &'a str,
    pub(crate) ty: &'a Type,
    pub(crate) serde: &'a SerdeField,
    /// A reference to the value.
    pub(crate) value: TokenStream,
}

/// Text in canonical CBOR: the head of major type 3 with the length in bytes, then the bytes.
pub(crate) fn encoded_text(text: &str) -> Vec<u8> {
    let len = text.len();
    let mut bytes = Vec::with_capacity(len + 3);
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short @ 0..24), _) => bytes.push(0x60 | short),
        (Ok(short), _) => bytes.extend([0x78, short]),
        (_, Ok(medium)) => {
            bytes.push(0x79);
            bytes.extend(medium.to_be_bytes());
        }
        _ => {
            bytes.push(0x7a);
            bytes.extend(u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    bytes.extend(text.as_bytes());
    bytes
}

/// A byte string literal.
pub(crate) fn bytes(bytes: &[u8]) -> Literal {
    Literal::byte_string(bytes)
}

/// The names that the writing of a payload uses, brought into the scope of one function: written once instead of for each field.
pub(crate) fn payload_names(private: &TokenStream) -> TokenStream {
    quote!(use #private::{NoWay as _, Probe as __Probe, ViaSerde as _};)
}

/// The same for a value inside a payload.
pub(crate) fn names(private: &TokenStream) -> TokenStream {
    quote! {
        use #private::{
            CanonicalWriter as __Writer, EventData as __Data, Members as __Members, NoWay as _, Probe as __Probe, ViaSerde as _,
        };
    }
}

/// The head of a map of so many members.
fn map_head(len: usize) -> Vec<u8> {
    let mut head = encoded_text(&"\0".repeat(len));
    head.truncate(head.len() - len);
    head[0] += 0x40;
    head
}

/// Writes the members of a struct. In a payload (`top`) a member that is null is left out. Expands to:
///
/// ```ignore
/// __writer.__events_begin(2);
/// Probe(&self.config).__events_member(__writer, "\x66config");
/// Probe(&self.test_name).__events_member(__writer, "\x69test_name");
/// __writer.__events_end();
/// ```
///
/// and, inside a payload, where no member can be left out, to:
///
/// ```ignore
/// CanonicalWriter::raw(__writer, b"\xa2\x66config");
/// Probe(&self.config).__events_encode(__writer);
/// CanonicalWriter::raw(__writer, b"\x69test_name");
/// Probe(&self.test_name).__events_encode(__writer);
/// ```
pub(crate) fn write(top: bool, members: Vec<Member<'_>>) -> TokenStream {
    let mut members: Vec<_> = members.into_iter().filter(|member| !member.serde.skip).collect();
    // The order of the encoded keys: by length, then by bytes.
    members.sort_by_cached_key(|member| encoded_text(member.name));
    let declared = members.len();
    if top {
        let writes = members.iter().map(payload_member);
        return quote! {
            __writer.__events_begin(#declared);
            #(#writes)*
            __writer.__events_end();
        };
    }
    if declared > 0 && members.iter().all(|member| member.serde.skip_if.is_none()) {
        let writes = members.iter().enumerate().map(|(at, member)| {
            let mut key = if at == 0 { map_head(declared) } else { Vec::new() };
            key.extend(encoded_text(member.name));
            let (key, value) = (bytes(&key), written(member));
            quote!(__Writer::raw(__writer, #key); #value)
        });
        return quote!(#(#writes)*);
    }
    let writes = members.iter().map(|member| {
        let (key, value) = (bytes(&encoded_text(member.name)), written(member));
        let write = quote!(__Members::key(&mut __members, __writer, #key); #value);
        match (&member.serde.skip_if, &member.value) {
            (Some(skip_if), reference) => quote!(if !#skip_if(#reference) { #write }),
            (None, _) => write,
        }
    });
    quote! {
        let mut __members = __Members::begin(__writer, #declared);
        #(#writes)*
        __Members::end(__members, __writer);
    }
}

/// Whether the encoded key of a member of a payload can stand in a text literal: its head must be ASCII.
pub(crate) fn has_text_key(name: &str) -> bool {
    name.len() < 128
}

fn payload_member(member: &Member<'_>) -> TokenStream {
    let Member { name, ty, serde, value } = member;
    let key = String::from_utf8(encoded_text(name)).unwrap_or_default();
    let write = match &serde.with {
        None => {
            let span = ty.span().resolved_at(Span::call_site());
            quote_spanned!(span=> __Probe(#value).__events_member(__writer, #key);)
        }
        Some(path) => quote! {
            __writer.__events_member_with(#key, #value, |__value, __serializer| #path(__value, __serializer));
        },
    };
    match &serde.skip_if {
        Some(skip_if) => quote!(if #skip_if(#value) { __writer.__events_absent(); } else { #write }),
        None => write,
    }
}

fn written(member: &Member<'_>) -> TokenStream {
    let Member { ty, value, .. } = member;
    let Some(path) = &member.serde.with else { return field(ty, value) };
    quote! {
        __Writer::serialize_with(__writer, #value, |__value, __serializer| #path(__value, __serializer));
    }
}

/// One value, natively where its type has it, through serde otherwise. The error for a type with neither is on the type.
pub(crate) fn field(ty: &Type, value: &TokenStream) -> TokenStream {
    let span = ty.span().resolved_at(Span::call_site());
    quote_spanned!(span=> __Probe(#value).__events_encode(__writer);)
}

#[cfg(test)]
mod tests {
    use super::{encoded_text, map_head};

    #[test]
    fn heads_of_maps() {
        assert_eq!(map_head(3), [0xa3]);
        assert_eq!(map_head(24), [0xb8, 24]);
        assert_eq!(map_head(300), [0xb9, 1, 44]);
    }

    #[test]
    fn heads_are_shortest() {
        assert_eq!(encoded_text("a"), b"\x61a");
        for (len, head) in [
            (23, &[0x77][..]),
            (24, &[0x78, 24]),
            (255, &[0x78, 255]),
            (256, &[0x79, 1, 0]),
            (65_535, &[0x79, 255, 255]),
            (65_536, &[0x7a, 0, 1, 0, 0]),
        ] {
            assert_eq!(encoded_text(&"k".repeat(len))[..head.len()], *head, "{len}");
        }
    }
}
