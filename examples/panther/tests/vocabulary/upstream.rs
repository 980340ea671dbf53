//! What PANTHER defines, as read from its source.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// One domain.
#[derive(Deserialize)]
pub(crate) struct Domain {
    event_types: Vec<Types>,
    events: Vec<Class>,
    /// By the enum's name: the shown name of each state.
    states: BTreeMap<String, BTreeMap<String, String>>,
    /// `ServiceState.CREATED`
    initial: Option<String>,
    /// By the manager's name: the states that can follow each.
    transitions: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// An enum of types.
#[derive(Deserialize)]
struct Types {
    #[serde(rename = "enum")]
    name: String,
    members: BTreeMap<String, String>,
}

/// A class of events.
#[derive(Deserialize)]
pub(crate) struct Class {
    #[serde(rename = "class")]
    pub(crate) name: String,
    /// `TestEventType.CREATED`
    pub(crate) event_type: Option<String>,
    doc: String,
    pub(crate) params: Vec<Parameter>,
}

/// A parameter of a class's constructor.
#[derive(Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// As Python writes it; nothing, where the parameter is required.
    pub(crate) default: Option<String>,
}

/// All domains, by name.
pub(crate) fn domains() -> impl Iterator<Item = (&'static str, &'static Domain)> {
    static DOMAINS: LazyLock<BTreeMap<String, Domain>> =
        LazyLock::new(|| serde_json::from_str(include_str!("../vocabulary.json")).unwrap());
    DOMAINS.iter().map(|(name, domain)| (name.as_str(), domain))
}

/// The name of a class as ours are called: `TestCreatedEvent` is `TestCreated`.
pub(crate) fn class_name(class: &Class) -> &str {
    class.name.strip_suffix("Event").unwrap()
}

/// `SetupStarted` as `setup_started`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

impl Domain {
    /// The classes of which there are events.
    pub(crate) fn concrete(&self) -> impl Iterator<Item = &Class> {
        self.events.iter().filter(|class| !class.is_base())
    }

    /// The classes of which there are none.
    pub(crate) fn bases(&self) -> impl Iterator<Item = &Class> {
        self.events.iter().filter(|class| class.is_base())
    }

    /// The types of the domain, by the names of their members: `TestEventType.CREATED` is `test.created`.
    pub(crate) fn types(&self, domain: &str) -> BTreeMap<String, String> {
        let of_enum = |types: &Types| {
            let named =
                |(member, value): (&String, &String)| (format!("{}.{member}", types.name), format!("{domain}.{value}"));
            types.members.iter().map(named).collect::<Vec<_>>()
        };
        self.event_types.iter().flat_map(of_enum).collect()
    }

    /// The shown names of the states, by their own; none, where the domain has no machine.
    pub(crate) fn states(&self) -> Option<&BTreeMap<String, String>> {
        self.states.values().next().filter(|states| !states.is_empty())
    }

    /// The shown name of the state that a machine begins in.
    pub(crate) fn initial(&self) -> Option<&str> {
        let (_, member) = self.initial.as_deref()?.split_once('.')?;
        Some(self.states()?[member].as_str())
    }

    /// All transitions, from and to, by the shown names.
    pub(crate) fn transitions(&self) -> Vec<(&str, &str)> {
        let Some(states) = self.states() else { return Vec::new() };
        let shown = |member: &String| states[member].as_str();
        let rows = self.transitions.values().flatten();
        rows.flat_map(|(from, following)| following.iter().map(move |to| (shown(from), shown(to)))).collect()
    }
}

impl Class {
    fn is_base(&self) -> bool {
        self.doc.contains("Base class for")
    }

    /// The parameters that are fields: all but the id of the entity.
    pub(crate) fn fields(&self, domain: &str) -> impl Iterator<Item = &Parameter> {
        let id = format!("{domain}_id");
        self.params.iter().filter(move |parameter| parameter.name != id)
    }
}

impl Parameter {
    /// Whether a type of ours holds what upstream's holds.
    pub(crate) fn fits(&self, ours: &str) -> bool {
        let inner =
            |text: &str, prefix: &str, end: char| Some(text.strip_prefix(prefix)?.strip_suffix(end)?.to_owned());
        let theirs = inner(&self.ty, "Optional[", ']').unwrap_or_else(|| self.ty.clone());
        let ours = inner(ours, "Option<", '>').unwrap_or_else(|| ours.to_owned());
        let fitting: &[&str] = match theirs.as_str() {
            "str" => &["String", "DateTime<Utc>"],
            "int" => &["u16", "u32", "u64", "i32"],
            "float" => &["f64"],
            "bool" => &["bool"],
            "list" | "List[str]" => &["Vec<String>"],
            "List[int]" => &["Vec<u16>"],
            "List[Dict[str, Any]]" => &["Vec<Details>"],
            "Dict[str, bool]" => &["BTreeMap<String, bool>"],
            "Dict[str, str]" => &["BTreeMap<String, String>"],
            "Dict[str, Dict[str, Any]]" => &["BTreeMap<String, Details>"],
            "Dict[str, Any]" => {
                &["Details", "ResourceLimits", "BTreeMap<String, bool>", "BTreeMap<String, MetricValue>"]
            }
            "Any" => &["Value", "MetricValue", "f64"],
            other => panic!("a type that nobody thought of: {other}"),
        };
        fitting.contains(&ours.as_str())
    }

    /// The default in JSON, where there is one and it is not `None`.
    pub(crate) fn default_as_json(&self) -> Option<String> {
        match self.default.as_deref()? {
            "None" => None,
            "True" => Some("true".to_owned()),
            "False" => Some("false".to_owned()),
            other => Some(other.replace('\'', "\"")),
        }
    }
}
