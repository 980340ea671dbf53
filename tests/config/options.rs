//! Options, read into the type of their factory: strictly, and alike from every format.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use events_config::{ConfigErrors, ObserverConfig, ObserverRegistry};
use events_core::{AnyEnvelope, EventBus};
use serde::{Deserialize, de::DeserializeOwned};

/// A kind `it` whose factory takes a `T`, and what it took last.
fn taking<T: DeserializeOwned + Send + 'static>() -> (ObserverRegistry, Arc<Mutex<Option<T>>>) {
    let taken = Arc::new(Mutex::new(None));
    let last = Arc::clone(&taken);
    let registry = ObserverRegistry::new().with("it", move |options: T| {
        *last.lock().unwrap() = Some(options);
        |_: &AnyEnvelope| {}
    });
    (registry, taken)
}

/// Insists that options are read from TOML and from YAML as they should be.
#[track_caller]
fn reads<T: DeserializeOwned + Debug + PartialEq + Send + 'static>(toml: &str, yaml: &str, expected: &T) {
    let (registry, taken) = taking::<T>();
    let toml = format!("[[observer]]\nkind = \"it\"\n[observer.options]\n{toml}\n");
    let yaml = format!("observer:\n  - kind: it\n    options: {yaml}\n");
    for config in [ObserverConfig::from_toml(&toml, &registry), ObserverConfig::from_yaml(&yaml, &registry)] {
        drop(config.unwrap().attach(&EventBus::new()).unwrap());
        assert_eq!(taken.lock().unwrap().take().as_ref(), Some(expected));
    }
}

/// The messages of a refusal, each with line and column.
#[track_caller]
fn refusals<T: DeserializeOwned + Send + 'static>(options: &str) -> Vec<String> {
    let text = format!("[[observer]]\nkind = \"it\"\n[observer.options]\n{options}\n");
    told(&ObserverConfig::from_toml(&text, &taking::<T>().0).unwrap_err())
}

fn told(errors: &ConfigErrors) -> Vec<String> {
    let place = |n: Option<usize>| n.unwrap();
    errors.errors().iter().map(|e| format!("{}:{} {}", place(e.line()), place(e.column()), e.kind())).collect()
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Everything {
    flag: bool,
    small: i8,
    large: u64,
    float: f64,
    not_finite: f32,
    letter: char,
    text: String,
    time: Option<DateTime<Utc>>,
    absent: Option<u8>,
    list: Vec<Inner>,
    pair: (u8, String),
    table: BTreeMap<Level, u16>,
    numbered: BTreeMap<u16, bool>,
    wrapped: Wrapped,
    target: Target,
    targets: Vec<Target>,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Inner {
    n: i128,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Wrapped(u8);

#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
enum Level {
    Info,
    Warning,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Target {
    #[default]
    Stderr,
    File(String),
    Socket {
        port: u16,
    },
    Both(u8, u8),
}

#[test]
fn every_type_of_serde_is_read_alike_from_toml_and_yaml() {
    let expected = Everything {
        flag: true,
        small: -8,
        large: 9_000_000_000_000_000_000,
        float: 3.0,
        not_finite: f32::INFINITY,
        letter: 'é',
        text: "no".into(),
        time: Some("2024-05-01T12:00:00Z".parse().unwrap()),
        absent: None,
        list: vec![Inner { n: -1 }, Inner { n: 0xff }],
        pair: (1, "one".into()),
        table: BTreeMap::from([(Level::Info, 1), (Level::Warning, 2)]),
        numbered: BTreeMap::from([(80, true), (443, false)]),
        wrapped: Wrapped(7),
        target: Target::File("a.log".into()),
        targets: vec![Target::Stderr, Target::Socket { port: 80 }, Target::Both(1, 2)],
    };
    reads(
        "flag = true\nsmall = -8\nlarge = 9_000_000_000_000_000_000\nfloat = 3\nnot_finite = inf\nletter = 'é'\n\
         text = 'no'\ntime = 2024-05-01T12:00:00Z\nlist = [{ n = -1 }, { n = 0xff }]\npair = [1, 'one']\n\
         table = { info = 1, warning = 2 }\nnumbered = { 80 = true, 443 = false }\nwrapped = 7\ntarget.file = 'a.log'\n\
         targets = ['stderr', { socket = { port = 80 } }, { both = [1, 2] }]",
        "{flag: true, small: -8, large: 9000000000000000000, float: 3, not_finite: .inf, letter: é,\n\
         \x20     text: no, time: 2024-05-01T12:00:00Z, absent: ~, list: [{n: -1}, {n: 0xff}], pair: [1, one],\n\
         \x20     table: {info: 1, warning: 2}, numbered: {80: true, 443: false}, wrapped: 7, target: {file: a.log},\n\
         \x20     targets: [stderr, {socket: {port: 80}}, {both: [1, 2]}]}",
        &expected,
    );
}

#[test]
fn options_that_are_left_out_are_an_empty_table() {
    reads("", "", &Everything::default());
    reads("", "", &());
    reads("", "{}", &BTreeMap::<String, u8>::new());
    assert_eq!(refusals::<()>("a = 1\nb = 2"), ["4:1 unknown key `a`", "5:1 unknown key `b`"]);
}

#[test]
fn a_refusal_stands_where_the_value_stands() {
    for (options, expected) in [
        ("flag = 1", "4:8 invalid option of `it`: expected a boolean, found integer `1`"),
        ("small = 300", "4:9 invalid option of `it`: expected i8, found integer `300`"),
        ("list = [{ n = 1 }, { n = 'x' }]", "4:26 invalid option of `it`: expected i128, found string \"x\""),
        ("list = [{ n = 1 }, {}]", "4:20 `it` needs the option `n`"),
        ("list = [{ n = 1 }, { n = 1, m = 2 }]", "4:29 unknown key `m`; did you mean `n`?"),
        ("pair = [1, 'one', 2]", "4:8 invalid option of `it`: expected 2 elements, found 3"),
        ("pair = [1]", "4:8 invalid option of `it`: invalid length 1, expected a tuple of size 2"),
        (
            "table = { info = 1, debug = 2 }",
            "4:21 invalid option of `it`: unknown value `debug`; expected one of `info`, `warning`",
        ),
        ("numbered = { 80 = true, web = true }", "4:25 invalid option of `it`: expected u16, found string \"web\""),
        ("wrapped = 256", "4:11 invalid option of `it`: expected u8, found integer `256`"),
        ("time = 'soon'", "4:8 invalid option of `it`: input contains invalid characters"),
        (
            "target = 'stdrr'",
            "4:10 invalid option of `it`: unknown value `stdrr`; did you mean `stderr`? expected one of `stderr`, `file`, `socket`, `both`",
        ),
        ("target.socket.prt = 1", "4:15 unknown key `prt`; did you mean `port`?"),
        (
            "target = { file = 'a', both = [1, 2] }",
            "4:10 invalid option of `it`: expected a string, or a table with one key, found map",
        ),
        ("target = 3", "4:10 invalid option of `it`: expected enum Target, found integer `3`"),
    ] {
        let told = refusals::<Everything>(options);
        assert_eq!(told, [expected], "{options}");
    }
}

#[test]
fn what_serde_buffers_is_read_too() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Flattened {
        name: String,
        #[serde(flatten)]
        limits: Limits,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Limits {
        least: i8,
        most: f64,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "to", rename_all = "snake_case")]
    enum Tagged {
        File { path: String },
    }

    let expected = Flattened {
        name: "a".into(),
        limits: Limits { least: -1, most: 2.5 },
        rest: BTreeMap::from([("more".into(), 3)]),
    };
    reads("name = 'a'\nleast = -1\nmost = 2.5\nmore = 3", "{name: a, least: -1, most: 2.5, more: 3}", &expected);
    reads("to = 'file'\npath = 'a'", "{to: file, path: a}", &Tagged::File { path: "a".into() });
    assert_eq!(
        refusals::<Flattened>("name = 'a'\nleast = true\nmost = 2.5"),
        ["3:1 invalid option of `it`: expected i8, found boolean `true`"]
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denying {
    #[serde(alias = "address")]
    _url: String,
}

#[test]
fn keys_are_refused_whether_the_type_asks_for_that_or_not() {
    #[derive(Debug, Deserialize)]
    struct Lenient {
        #[serde(alias = "address")]
        _url: String,
    }
    for told in [refusals::<Denying>("address = ''\nadress = ''"), refusals::<Lenient>("address = ''\nadress = ''")] {
        assert_eq!(told, ["5:1 unknown key `adress`; did you mean `address`?"]);
    }
    assert_eq!(
        refusals::<Lenient>("b = 1\nc = 2\n_url = 3"),
        [
            "4:1 unknown key `b`",
            "5:1 unknown key `c`",
            "6:8 invalid option of `it`: expected a string, found integer `3`"
        ]
    );
}

#[test]
fn the_message_of_a_type_of_ones_own_is_told() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Https;

    impl TryFrom<String> for Https {
        type Error = String;

        fn try_from(url: String) -> Result<Self, String> {
            if url.starts_with("https:") { Ok(Self) } else { Err(format!("{url} is not https")) }
        }
    }

    #[derive(Debug, Deserialize)]
    struct Hooks {
        _urls: Vec<Https>,
    }
    assert_eq!(
        refusals::<Hooks>("_urls = [\n  'https://a',\n  'http://b',\n]"),
        ["6:3 invalid option of `it`: http://b is not https"]
    );
}
