//! The published samples, and the examples of the specification, are kept as they are: decoded, stored, and read again.

use std::{collections::BTreeMap, fs, path::Path};

use events_core::wire::{Decoder, RawEnvelope};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One document of the conformance suite.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sample {
    context_attributes: Attributes,
    data: String,
}

#[derive(Deserialize)]
struct Attributes {
    specversion: String,
    r#type: String,
    id: String,
    source: String,
    time: Option<String>,
    datacontenttype: Option<String>,
    #[serde(rename = "Extensions", default)]
    extensions: BTreeMap<String, String>,
}

impl Sample {
    /// Structured mode: data that is JSON as JSON, other data as text or, where `binary`, as bytes in base64.
    fn structured(self, binary: bool) -> Map<String, Value> {
        let Attributes { specversion, r#type, id, source, time, datacontenttype, extensions } = self.context_attributes;
        let content_type = datacontenttype.as_deref().unwrap_or("application/json");
        let data = if binary {
            ("data_base64", base64(self.data.as_bytes()).into())
        } else if content_type.starts_with("application/json") {
            ("data", serde_json::from_str(&self.data).unwrap())
        } else {
            ("data", self.data.into())
        };
        let known = [
            ("specversion", Some(specversion)),
            ("type", Some(r#type)),
            ("id", Some(id)),
            ("source", Some(source)),
            ("time", time),
            ("datacontenttype", datacontenttype),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let attributes = known.chain(extensions).map(|(name, value)| (name, value.into()));
        attributes.chain([(data.0.to_owned(), data.1)]).collect()
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits = three.iter().chain([&0; 2]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        let digit = move |at: usize| char::from(DIGITS[bits >> (18 - 6 * at) & 63]);
        (0..4).map(move |at| if at <= three.len() { digit(at) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[test]
fn base64_is_that_of_the_rfc() {
    let encoded = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
    assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
}

/// Reads the events, keeps them in a file, one a line, and reads those again.
#[track_caller]
fn survive(name: &str, texts: &[String]) -> Vec<RawEnvelope> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let events: Vec<RawEnvelope> = texts.iter().map(|text| text.parse().expect(text)).collect();
    let lines: Vec<&str> = events.iter().map(RawEnvelope::as_json).collect();
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    let stored = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    let again: Vec<RawEnvelope> = stored.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(again.iter().map(RawEnvelope::as_json).collect::<Vec<_>>(), texts);
    assert_eq!(again, events);
    let batch = Decoder::new().batch(format!("[\n{}\n]", texts.join(" ,\t"))).unwrap();
    assert_eq!(batch, events);
    assert_eq!(serde_json::to_string(&batch).unwrap(), format!("[{}]", texts.join(",")));
    again
}

#[test]
fn the_samples_of_the_conformance_suite_survive() {
    let files = [
        ("0.3", include_str!("../vectors/cloudevents/conformance/v03.yaml"), 1),
        ("0.3", include_str!("../vectors/cloudevents/conformance/v03_minimum.yaml"), 6),
        ("1.0", include_str!("../vectors/cloudevents/conformance/v1.yaml"), 2),
        ("1.0", include_str!("../vectors/cloudevents/conformance/v1_minimum.yaml"), 6),
    ];
    for (version, yaml, count) in files {
        for binary in [false, true] {
            let samples: Vec<Sample> = serde_saphyr::from_multiple(yaml).unwrap();
            assert_eq!(samples.len(), count);
            let events: Vec<_> = samples.into_iter().map(|sample| sample.structured(binary)).collect();
            let texts: Vec<String> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
            for (read, event) in survive(&format!("samples-{version}-{count}-{binary}"), &texts).iter().zip(&events) {
                for (name, value) in event.iter().filter(|(name, _)| *name != "data") {
                    assert_eq!(read.attribute(name).as_deref(), value.as_str(), "{name}");
                }
                assert_eq!(read.attribute("specversion").as_deref(), Some(version));
                let data = read.data().map(|data| serde_json::from_str(data).unwrap());
                assert_eq!(data.as_ref(), event.get("data"));
                assert_eq!(read.data().is_none(), binary);
            }
        }
    }
}

/// The events of the JSON format, §3.2, in the notation that the specification has (its bytes are left out there).
fn examples() -> Vec<String> {
    let event = |id: &str, rest: &str| {
        format!(
            "{{    \"specversion\" : \"1.0\",    \"type\" : \"com.example.someevent\",    \"source\" : \"/mycontext\",\
             \"id\" : \"{id}\", \"time\" : \"2018-04-05T17:31:00Z\", \"comexampleextension1\" : \"value\",\
             \"comexampleothervalue\" : 5,    {rest}}}"
        )
    };
    vec![
        event("A234-1234-1234", r#""datacontenttype" : "application/vnd.apache.thrift.binary", "data_base64" : "Zm9vYg==""#),
        event("B234-1234-1234", r#""unsetextension": null, "datacontenttype" : "application/xml", "data" : "<much wow=\"xml\"/>""#),
        event(
            "C234-1234-1234",
            r#""subject": null, "datacontenttype" : "application/json",
                "data" : { "appinfoA" : "abc", "appinfoB" : 123, "appinfoC" : true }"#,
        )
        .replace('\n', ""),
        event("C234-1234-1234", r#""subject": null, "datacontenttype" : "application/json", "data" : 1.5"#),
        event("D234-1234-1234", r#""subject": null, "data" : "I'm just a string""#),
        r#"{ "specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext", "id" : "D234-1234-1234", "data_base64" : "eyAieHl6IjogMTIzIH0=" }"#.to_owned(),
    ]
}

#[test]
fn the_examples_of_the_specification_survive() {
    let read = survive("examples", &examples());
    let of = |name: &str| read.iter().map(|event| event.attribute(name).map(String::from)).collect::<Vec<_>>();
    let all = |value: &str| vec![Some(value.to_owned()); 5];
    assert_eq!(of("comexampleothervalue")[..5], all("5"));
    assert_eq!(of("comexampleextension1")[..5], all("value"));
    assert_eq!(of("unsetextension"), vec![None; 6], "what is null is not there");
    assert!(read.iter().all(|event| event.subject().is_none()));
    assert_eq!(
        read.iter().map(|event| event.time().is_some()).collect::<Vec<_>>(),
        [true, true, true, true, true, false]
    );
    let data: Vec<Option<Value>> =
        read.iter().map(|event| event.data().map(|data| serde_json::from_str(data).unwrap())).collect();
    assert_eq!(
        data,
        [
            None,
            Some(json!("<much wow=\"xml\"/>")),
            Some(json!({"appinfoA": "abc", "appinfoB": 123, "appinfoC": true})),
            Some(json!(1.5)),
            Some(json!("I'm just a string")),
            None,
        ]
    );
    assert_eq!(of("data_base64")[5].as_deref(), Some("eyAieHl6IjogMTIzIH0="));
    // Of those examples none is one of ours, and none has an id to verify.
    assert!(read.iter().all(|event| event.event_id().is_none() && event.verify().is_ok()));
}

/// The JSON format, §4.3: two events, and none.
#[test]
fn the_batches_of_the_specification_survive() {
    let events = examples();
    let (first, second) =
        (&events[0].replace("/mycontext", "/mycontext/4"), &events[2].replace("/mycontext", "/mycontext/9"));
    let batch = Decoder::new().batch(format!("[\n  {first},\r\n  {second}\n]\n")).unwrap();
    assert_eq!(batch.iter().map(RawEnvelope::as_json).collect::<Vec<_>>(), [first, second]);
    assert_eq!(batch.iter().map(RawEnvelope::source).collect::<Vec<_>>(), ["/mycontext/4", "/mycontext/9"]);
    assert_eq!(Decoder::new().batch("[]").unwrap(), []);
}
