//! The vocabulary against upstream's: `vocabulary.json` is what PANTHER's modules define, read from their source.
//!
//! Each class has its event, each parameter its field, each state and transition its like; what is there beside is listed here.

mod machines;
mod upstream;

use std::collections::{BTreeMap, BTreeSet};

use events_core::{Event, EventBus, EventDescriptor, EventEnum, EventType, FieldDescriptor};
use events_panther::{
    EVENTS, assertion::*, environment::*, experiment::*, metrics::*, plugin::*, service::*, step::*, test::*,
};

use self::upstream::{Class, Parameter, class_name, domains, snake_case};

/// An event as the descriptor tells of it, with the name of its struct.
type Told = (&'static str, &'static EventDescriptor);

/// Declares the events of each domain, and compares them with the domain's enum.
macro_rules! vocabulary {
    ($($domain:literal, $enumeration:ty: [$($event:ident),* $(,)?];)*) => {
        /// All events by domain, as written below.
        fn ours() -> BTreeMap<&'static str, Vec<Told>> {
            BTreeMap::from([$(($domain, vec![$((stringify!($event), $event::DESCRIPTOR)),*])),*])
        }

        #[test]
        fn the_enum_of_each_domain_has_all_its_events() {
            $(assert_eq!(types_of(<$enumeration>::TYPES), types_listed(&ours()[$domain]), "the events of {}", $domain);)*
        }
    };
}

vocabulary! {
    "experiment", ExperimentEvent: [
        ExperimentInitialized, ExperimentPluginLoadingStarted, ExperimentPluginLoadingCompleted, ExperimentPluginLoadingFailed,
        ExperimentTestInitializationStarted, ExperimentTestCasesInitialized, ExperimentExecutionStarted,
        ExperimentExecutionCompleted, ExperimentExecutionFailed, ExperimentFinishedEarly, ExperimentCompleted,
        ExperimentFailed, ExperimentServiceFailure,
    ];
    "test", TestEvent: [
        TestCreated, TestSetupStarted, TestServiceSetupStarted, TestSetupCompleted, TestSetupFailed,
        TestEnvironmentSetupStarted, TestEnvironmentSetupCompleted, TestEnvironmentSetupFailed, TestDeploymentStarted,
        TestDeploymentCompleted, TestDeploymentFailed, TestExecutionStarted, TestStepStarted, TestStepCompleted,
        TestStepFailed, TestAssertionsStarted, TestAssertionChecked, TestAssertionsCompleted, TestAssertionsFailed,
        TestExecutionCompleted, TestExecutionFailed, TestTeardownStarted, TestTeardownCompleted, TestCompleted, TestFailed,
        TestResult, EnhancedResult,
    ];
    "service", ServiceEvent: [
        ServiceCreated, ServicePreparationStarted, ServicePreparationCompleted, ServicePreparationFailed,
        CommandGenerationStarted, CommandGenerated, CommandModified, DockerBuildStarted, DockerBuildCompleted,
        DockerBuildFailed, ConfigGenerated, ServiceDeploymentStarted, ServiceDeploymentCompleted, ServiceDeploymentFailed,
        ServiceDestroyRequested, ServiceDestroyed, ServiceStartRequested, ServiceStarted, ServiceReady,
        ServiceHealthCheckPassed, ServiceHealthCheckFailed, ServiceStopRequested, ServiceStopped, ServiceError,
        ServiceTestResults, TesterAnalysisStarted, TesterAnalysisCompleted,
    ];
    "environment", EnvironmentEvent: [
        EnvironmentCreated, EnvironmentInitializationStarted, EnvironmentInitializationCompleted,
        EnvironmentInitializationFailed, EnvironmentSetupStarted, EnvironmentSetupCompleted, EnvironmentSetupFailed,
        EnvironmentReady, EnvironmentTeardownStarted, EnvironmentTeardownCompleted, EnvironmentTeardownFailed,
        EnvironmentDestroyRequested, EnvironmentDestroyed, EnvironmentDeploymentStarted, EnvironmentDeploymentCompleted,
        EnvironmentDeploymentFailed, EnvironmentError, EnvironmentResource, EnvironmentConfiguration, EnvironmentMonitoring,
        NetworkSetupStarted, NetworkSetupCompleted, NetworkSetupFailed, NetworkTeardownStarted, NetworkTeardownCompleted,
        ExecutionEnvironmentSetupStarted, ExecutionEnvironmentSetupCompleted, ExecutionEnvironmentResourceMonitoring,
        ExecutionEnvironmentLimitExceeded, OutputCollectionStarted, OutputCollected, OutputsCollected,
        OutputCollectionCompleted,
    ];
    "step", StepEvent: [
        StepExecutionStarted, StepExecutionCompleted, StepExecutionFailed, StepProgress, StepUnsupported, StepSkipped,
    ];
    "assertion", AssertionEvent: [
        AssertionsValidationStarted, AssertionsValidationCompleted, AssertionProgress, AssertionResult, AssertionError,
        AssertionUnknown,
    ];
    "metrics", MetricsEvent: [MetricCollected, ResourceMetric, TimingMetric, CounterMetric, MetricsSummary];
    "plugin", PluginEvent: [
        PluginLoadingStarted, PluginLoadingCompleted, PluginLoadingFailed, PluginLoaded, PluginInitialized, PluginStarted,
        PluginStopped, PluginError, PluginServiceCreated, PluginServiceStarted, PluginServiceStopped, ServiceManagerCreated,
    ];
}

/// Events that upstream has not: where one of its states has no event that leads there.
const OURS: &[&str] = &[
    "EnvironmentDestroyRequested",
    "ExperimentTestInitializationStarted",
    "ServiceDestroyRequested",
    "ServiceStartRequested",
    "ServiceStopRequested",
    "TestServiceSetupStarted",
];

/// Events whose class has the type of another one upstream, and their types here.
const REPLACED: &[(&str, &str)] = &[
    ("CommandGenerated", "service.command_generated"),
    ("CommandGenerationStarted", "service.command_generation_started"),
    ("CommandModified", "service.command_modified"),
    ("ConfigGenerated", "service.config_generated"),
    ("DockerBuildCompleted", "service.docker_build_completed"),
    ("DockerBuildFailed", "service.docker_build_failed"),
    ("DockerBuildStarted", "service.docker_build_started"),
    ("EnhancedResult", "test.enhanced_result"),
    ("PluginLoaded", "plugin.loaded"),
    ("ServiceManagerCreated", "plugin.service_manager_created"),
    ("TestResult", "test.result"),
    ("TesterAnalysisCompleted", "service.tester_analysis_completed"),
    ("TesterAnalysisStarted", "service.tester_analysis_started"),
];

/// Types that upstream's enums name, and that no class of it has.
const UNUSED: &[&str] = &["plugin.environment_created", "plugin.environment_destroyed", "plugin.environment_ready"];

/// Parameters of the emit methods that have a default upstream, an empty one: what the events are told for.
const TOLD: &[&str] = &[
    "assertion_passed",
    "error_message",
    "failed_count",
    "passed_count",
    "progress_message",
    "reason",
    "skip_reason",
    "total_count",
];

fn types_of(types: &[EventType]) -> BTreeSet<&str> {
    types.iter().map(EventType::as_str).collect()
}

fn types_listed(events: &[Told]) -> BTreeSet<&'static str> {
    events.iter().map(|(_, event)| event.event_type().as_str()).collect()
}

/// The event of a class of upstream's.
fn event_of(domain: &str, class: &Class) -> Told {
    let name = class_name(class);
    *ours()[domain].iter().find(|(struct_name, _)| *struct_name == name).unwrap_or_else(|| panic!("no event `{name}`"))
}

#[test]
fn each_class_has_its_event_and_nothing_else_is_there() {
    let mut upstreams = BTreeSet::new();
    for (domain, upstream) in domains() {
        for class in upstream.concrete() {
            upstreams.insert(event_of(domain, class).0.to_owned());
        }
    }
    let all: BTreeSet<String> = ours().values().flatten().map(|(name, _)| (*name).to_owned()).collect();
    let beside: Vec<&str> = all.difference(&upstreams).map(String::as_str).collect();
    assert_eq!(beside, OURS);
    assert_eq!(all.len(), ours().values().map(Vec::len).sum::<usize>(), "one is listed twice");
    assert_eq!((upstreams.len(), all.len()), (123, 129));
}

#[test]
fn each_event_has_upstreams_type() {
    let mut replaced = Vec::new();
    for (domain, upstream) in domains() {
        let mut unused: BTreeSet<String> = upstream.types(domain).into_values().collect();
        for class in upstream.concrete() {
            let (name, event) = event_of(domain, class);
            let event_type = event.event_type().as_str();
            let of_upstream = match &class.event_type {
                Some(member) => upstream.types(domain).get(member).cloned(),
                None => Some(format!("{domain}.{}", snake_case(&name.replace("Environment", "")))),
            };
            match of_upstream {
                Some(of_upstream) if of_upstream == event_type => drop(unused.remove(event_type)),
                _ => replaced.push((name, event_type)),
            }
        }
        let unused: Vec<&str> = unused.iter().map(String::as_str).collect();
        assert_eq!(unused, if domain == "plugin" { UNUSED } else { &[] }, "types of {domain} without an event");
    }
    replaced.sort_unstable();
    assert_eq!(replaced, REPLACED);
}

#[test]
fn each_event_has_upstreams_parameters() {
    for (domain, upstream) in domains() {
        for class in upstream.concrete() {
            let (name, event) = event_of(domain, class);
            assert!(!event.docs().is_empty(), "{name} says nothing of itself");
            let parameters: Vec<&Parameter> = class.fields(domain).collect();
            let fields: Vec<&str> = event.fields().iter().map(FieldDescriptor::name).collect();
            let expected: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            assert_eq!(fields, expected, "the fields of {name}");
            for (field, parameter) in event.fields().iter().zip(parameters) {
                let place = format!("{name}::{}", field.name());
                let empty = parameter.default.as_deref().is_some_and(|default| default != "None");
                let told = empty && TOLD.contains(&field.name());
                assert_eq!(field.is_filled(), parameter.default.is_some() && !told, "whether {place} is optional");
                let optional = field.type_name().starts_with("Option<");
                assert_eq!(optional, parameter.default.as_deref() == Some("None"), "whether {place} is an `Option`");
                assert!(parameter.fits(field.type_name()), "{place}: {} as {}", parameter.ty, field.type_name());
                assert!(!field.docs().is_empty(), "{place} says nothing of itself");
            }
        }
    }
}

/// What upstream's base classes take beside entity, type and data, each event that is one has.
#[test]
fn the_base_classes_are_the_enums() {
    let of_domain = |domain: &str| types_listed(&ours()[domain]);
    let bases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::from([
        ("ExperimentEvent", of_domain("experiment")),
        ("TestEvent", of_domain("test")),
        ("ServiceEvent", of_domain("service")),
        ("EnvironmentEvent", of_domain("environment")),
        ("NetworkEnvironmentEvent", types_of(NetworkEnvironmentEvent::TYPES)),
        ("ExecutionEnvironmentEvent", types_of(ExecutionEnvironmentEvent::TYPES)),
        ("StepEvent", of_domain("step")),
        ("AssertionEvent", of_domain("assertion")),
        ("MetricsEvent", of_domain("metrics")),
        ("PluginEvent", of_domain("plugin")),
    ]);
    let mut found = BTreeSet::new();
    for (domain, upstream) in domains() {
        let id = format!("{}_id", if domain == "metrics" { "metric" } else { domain });
        for class in upstream.bases() {
            let types = &bases[class.name.as_str()];
            found.insert(class.name.clone());
            for parameter in &class.params {
                if [id.as_str(), "name", "event_type", "data"].contains(&parameter.name.as_str()) {
                    continue;
                }
                for (name, event) in &ours()[domain] {
                    if types.contains(event.event_type().as_str()) {
                        let has = event.fields().iter().any(|field| field.name() == parameter.name);
                        assert!(has, "{name} has no `{}`, which {} has", parameter.name, class.name);
                    }
                }
            }
        }
    }
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), bases.keys().copied().collect::<Vec<_>>());
    let inner = [types_of(NetworkEnvironmentEvent::TYPES), types_of(ExecutionEnvironmentEvent::TYPES)];
    assert!(inner.iter().all(|types| types.is_subset(&bases["EnvironmentEvent"])));
}

#[test]
fn all_types_can_be_read() {
    let registered: BTreeSet<&str> = EVENTS.event_types().map(EventType::as_str).collect();
    for (name, event) in ours().values().flatten() {
        assert!(registered.contains(event.event_type().as_str()), "{name} is not registered");
    }
    // Two for each of the four machines.
    assert_eq!(registered.len(), 129 + 8);
}

/// The defaults that are not empty are upstream's: each is emitted once, and read.
#[test]
fn the_defaults_are_upstreams() {
    let bus = EventBus::builder().history(100).build();
    let environment = EnvironmentEmitter::new(&bus, "environment-1");
    let ids = [
        environment.emit_initialization_started("lab", "loopback"),
        environment.emit_teardown_started("lab", "loopback"),
        environment.emit_deployment_failed("lab", "loopback", "no port"),
        environment.emit_error("lab", "loopback", "no port"),
        environment.emit_monitoring("lab", "loopback", "sockets", 1_u32.into()),
        environment.emit_network_teardown_started("lab", "loopback"),
        environment.emit_execution_limit_exceeded("lab", "loopback"),
        StepEmitter::new(&bus, "step-1").emit_execution_failed("handshake", "no answer"),
        AssertionEmitter::new(&bus, "assertion-1").emit_result("received", true),
        AssertionEmitter::new(&bus, "assertion-1").emit_error("received", "no answer"),
        MetricsEmitter::new(&bus, "test-1").emit_counter("packets", 1),
        TestEmitter::new(&bus, "test-1").emit_enhanced_result("trace", "handshake", true),
        PluginEmitter::new(&bus, "quic").emit_stopped("quic", "protocol"),
        PluginEmitter::new(&bus, "quic").emit_error("quic", "protocol", "no library"),
        PluginEmitter::new(&bus, "quic").emit_service_stopped("quic", "protocol", "server-1", "server"),
    ];
    for id in ids {
        id.unwrap().into_result().unwrap();
    }
    let found: BTreeSet<(String, String, String)> = bus
        .history()
        .events()
        .iter()
        .flat_map(|event| {
            let json: serde_json::Value = serde_json::from_str(&event.to_json().unwrap()).unwrap();
            let defaults = event.descriptor().fields().iter().filter(|field| field.is_filled());
            let values = defaults.map(|field| (field.name().to_owned(), json["data"][field.name()].to_string()));
            values.map(|(name, value)| (event.event_type().to_string(), name, value)).collect::<Vec<_>>()
        })
        .filter(|(_, _, value)| value != "null")
        .collect();
    let mut expected = BTreeSet::new();
    for (domain, upstream) in domains() {
        for class in upstream.concrete() {
            let (_, event) = event_of(domain, class);
            for parameter in class.fields(domain).filter(|parameter| !TOLD.contains(&parameter.name.as_str())) {
                if let Some(json) = parameter.default_as_json() {
                    expected.insert((event.event_type().to_string(), parameter.name.clone(), json));
                }
            }
        }
    }
    assert_eq!(found, expected);
}
