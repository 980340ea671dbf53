//! The test data of RFC 8785 (JCS): a text and its canonical text are one value, so they have one form here.

use serde_json::Value;

use super::json_item;

macro_rules! texts {
    ($($name:literal),*) => {
        [$((
            $name,
            include_str!(concat!("../vectors/jcs/input/", $name, ".json")),
            include_str!(concat!("../vectors/jcs/output/", $name, ".json")),
        )),*]
    };
}

const TEXTS: [(&str, &str, &str); 6] = texts!["arrays", "french", "structures", "unicode", "values", "weird"];

#[test]
fn a_text_and_its_canonical_text_have_the_same_bytes() {
    for (name, input, output) in TEXTS {
        assert_ne!(input, output, "{name}");
        assert_eq!(json_item(input), json_item(output), "{name}");
    }
}

#[test]
fn different_texts_have_different_bytes() {
    let mut items: Vec<_> = TEXTS.iter().map(|(_, input, _)| json_item(input)).collect();
    items.sort();
    items.dedup();
    assert_eq!(items.len(), TEXTS.len());
}

/// JCS sorts by UTF-16 units, the canonical form by the encoded key: the order of the members is not taken over.
#[test]
fn keys_are_sorted_by_their_encoding_and_not_by_utf16_units() {
    let (_, _, weird) = TEXTS[5];
    let keys: Vec<String> =
        serde_json::from_str::<Value>(weird).unwrap().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 9);
    let mut sorted = keys;
    sorted.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let bytes = super::from_hex(&json_item(weird));
    let at = |key: &String| {
        let text = [&[0x60 | u8::try_from(key.len()).unwrap()], key.as_bytes()].concat();
        bytes.windows(text.len()).position(|window| window == text).unwrap()
    };
    assert!(sorted.iter().map(at).is_sorted(), "{sorted:?}");
}
