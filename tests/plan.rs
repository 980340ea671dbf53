//! What a plan says is what happens.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use events_core::{
    AnyEnvelope, Envelope, EventBus, EventType, Observer, ObserverResult, Pattern, PlanVerdict, Subscription, pattern,
};
use proptest::prelude::*;

use crate::domain::{Log, QuickTestEvent, QuickTestFailed, QuickTestStep, ServiceReady, quick_test};

/// Wants the events of one entity type.
struct Choosy(&'static str, String, Log<String>);

impl Observer for Choosy {
    fn is_interested(&self, event_type: &EventType) -> bool {
        event_type.entity_type() == self.0
    }

    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        self.2.push(self.1.clone());
        Ok(())
    }
}

/// What is subscribed: a priority, a pattern, an entity, a limit, whether it is on, and the kind of observer.
type Wish = (i32, usize, bool, Option<usize>, bool, u8);

const PATTERNS: [Option<Pattern>; 5] = [
    None,
    Some(pattern!("quick_test.*")),
    Some(pattern!("*.failed")),
    Some(pattern!("service.>")),
    Some(pattern!(">")),
];

fn subscribe(bus: &EventBus, name: String, wish: &Wish, log: &Log<String>) -> Subscription {
    let (priority, pattern, entity, take, enabled, kind) = *wish;
    let mut builder = bus.subscription().priority(priority).name(name.clone());
    if let Some(pattern) = &PATTERNS[pattern] {
        builder = builder.pattern(pattern.clone());
    }
    if entity {
        builder = builder.entity("test-001");
    }
    if let Some(take) = take {
        builder = builder.take(take);
    }
    let seen = log.clone();
    let subscription = match kind {
        0 => builder.subscribe(move |_: &AnyEnvelope| seen.push(name.clone())),
        1 => builder.subscribe(move |_: &Envelope<QuickTestStep>| seen.push(name.clone())),
        2 => builder.subscribe(move |_: &Envelope<QuickTestFailed>| seen.push(name.clone())),
        3 => builder.subscribe(move |_: &QuickTestEvent| seen.push(name.clone())),
        4 => builder.observe(Choosy("quick_test", name, seen)),
        _ => builder.observe(Choosy("service", name, seen)),
    };
    subscription.set_enabled(enabled);
    subscription
}

/// Emits an event and asks who was told, before and after asking the plan.
fn agree(bus: &EventBus, log: &Log<String>) -> Result<(), TestCaseError> {
    let names = |plan: events_core::Plan| plan.told().map(|step| step.observer().to_owned()).collect::<Vec<_>>();
    let tests = quick_test(bus);
    let planned = names(bus.plan::<QuickTestStep>());
    tests.emit_step(1).unwrap().into_result().unwrap();
    prop_assert_eq!(log.take(), planned);
    let planned = names(bus.plan::<QuickTestFailed>());
    tests.emit_failed("no").unwrap().into_result().unwrap();
    prop_assert_eq!(log.take(), planned);
    Ok(())
}

proptest! {
    /// All events are of the one entity, so nobody is passed by for another.
    #[test]
    fn the_plan_names_those_who_are_told_in_their_order(
        wishes in prop::collection::vec(
            (-2..3, 0..PATTERNS.len(), any::<bool>(), prop::option::of(0_usize..4), any::<bool>(), 0_u8..6),
            0..12,
        ),
        gone in any::<prop::sample::Index>(),
    ) {
        let (bus, log) = (EventBus::new(), Log::new());
        let mut subscriptions: Vec<_> = wishes
            .iter()
            .enumerate()
            .map(|(n, wish)| subscribe(&bus, n.to_string(), wish, &log))
            .collect();
        agree(&bus, &log)?;
        agree(&bus, &log)?;
        if !subscriptions.is_empty() {
            drop(subscriptions.swap_remove(gone.index(subscriptions.len())));
        }
        agree(&bus, &log)?;
    }
}

#[test]
fn the_plan_says_why_somebody_is_not_told() {
    let (bus, log) = (EventBus::new(), Log::new());
    let off = bus.subscription().name("off").subscribe(|_: &AnyEnvelope| ());
    off.set_enabled(false);
    let _subscriptions = [
        bus.subscription().name("pattern").pattern(pattern!("service.*")).subscribe(|_: &AnyEnvelope| ()),
        bus.subscription()
            .name("patterns")
            .pattern(pattern!("service.*"))
            .pattern(pattern!("*.failed"))
            .subscribe(|_: &AnyEnvelope| ()),
        bus.subscription().name("type").subscribe(|_: &Envelope<ServiceReady>| ()),
        bus.subscription().name("observer").observe(Choosy("service", String::new(), log)),
        bus.subscription().name("told").entity("e").filter(|_| true).take(3).subscribe(|_: &AnyEnvelope| ()),
    ];
    let plan = bus.plan::<QuickTestStep>();
    let verdicts: Vec<_> = plan.steps().iter().map(|step| (step.observer(), step.verdict().clone())).collect();
    assert_eq!(
        verdicts,
        [
            ("off", PlanVerdict::SwitchedOff),
            ("pattern", PlanVerdict::Patterns(vec![pattern!("service.*")])),
            ("patterns", PlanVerdict::Patterns(vec![pattern!("service.*"), pattern!("*.failed")])),
            ("type", PlanVerdict::NotInterested),
            ("observer", PlanVerdict::NotInterested),
            ("told", PlanVerdict::Told),
        ]
    );
    let [told] = &plan.told().collect::<Vec<_>>()[..] else { panic!("one is told") };
    assert_eq!(told.entity_id().unwrap().as_str(), "e");
    assert!(told.has_filter());
    assert_eq!(told.remaining(), Some(3));
    assert_eq!(plan.steps()[2].to_string(), "patterns: not told, its patterns are service.* and *.failed");
    assert_eq!(
        bus.plan::<QuickTestFailed>().steps()[2].to_string(),
        "patterns: priority 0, matches service.* or *.failed"
    );
}

/// Panics when asked, as long as it is told to.
struct Undecided(Arc<AtomicBool>);

impl Observer for Undecided {
    fn is_interested(&self, _: &EventType) -> bool {
        assert!(!self.0.load(SeqCst), "cannot decide");
        true
    }

    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        Ok(())
    }
}

#[test]
fn an_observer_that_cannot_decide_is_planned_to_fail_and_fails() {
    let (bus, undecided) = (EventBus::new(), Arc::new(AtomicBool::new(true)));
    let _subscription = bus.observe(Undecided(Arc::clone(&undecided)));
    let verdict = |bus: &EventBus| bus.plan::<QuickTestStep>().steps()[0].verdict().clone();
    assert_eq!(verdict(&bus), PlanVerdict::Undecided("cannot decide".into()));
    assert_eq!(bus.plan::<QuickTestStep>().told().count(), 0);
    assert_eq!(quick_test(&bus).emit_step(1).unwrap().failures().len(), 1);
    undecided.store(false, SeqCst);
    assert_eq!(verdict(&bus), PlanVerdict::Told);
    assert!(quick_test(&bus).emit_step(1).unwrap().failures().is_empty());
}

#[test]
fn the_plan_leaves_out_who_took_its_last_event() {
    let (bus, log) = (EventBus::new(), Log::new());
    let (inner, seen) = (bus.clone(), log.clone());
    bus.subscription()
        .take(2)
        .subscribe(move |_: &AnyEnvelope| seen.push(inner.plan::<QuickTestStep>().told().count()))
        .detach();
    (0..2).for_each(|n| assert!(quick_test(&bus).emit_step(n).unwrap().is_delivered()));
    assert_eq!(log.take(), [1, 0]);
}
