//! The nearest miss: of what came, what comes closest to what was expected.

use super::{
    expectation::{Expect, Verdict},
    report::{Snapshot, indented, member},
};
use crate::{AnyEnvelope, EventType};

/// Says of the nearest miss what it lacks, in lines that each end in one; nothing, where nothing is near. What came before
/// `from` came too early.
pub(super) fn nearest(seen: &Snapshot, from: usize, expected: &dyn Expect) -> String {
    let of_the_type = seen.events.iter().enumerate().filter_map(|(index, event)| {
        let mut misses = misses(event, expected)?;
        if let Some(entity) = &seen.entity
            && entity != event.entity_id()
        {
            misses.push(format!("the entity is `{}`, expected `{entity}`", event.entity_id()));
        }
        if index < from {
            misses.push(format!("it came too early: #{from} was the last to match"));
        }
        Some((index, misses))
    });
    match of_the_type.min_by_key(|(_, misses)| misses.len()) {
        Some((index, misses)) => told(index, &misses),
        None => nearest_by_name(&seen.events, expected),
    }
}

/// What an event of the expected type lacks; one of another has nothing to be compared.
pub(super) fn misses(event: &AnyEnvelope, expected: &dyn Expect) -> Option<Vec<String>> {
    Some(match expected.judge(event)? {
        Verdict::Matches => Vec::new(),
        Verdict::Condition => vec!["the condition does not hold".to_owned()],
        Verdict::Guard { guard, fields } => {
            let values: Vec<String> = fields
                .iter()
                .filter_map(|field| member(event, json_name(field)).map(|value| format!("`{field}` is {value}")))
                .collect();
            let colon = if values.is_empty() { "" } else { ": " };
            vec![format!("`{guard}` does not hold{colon}{}", values.join(", "))]
        }
        Verdict::Differs(fields) if fields.is_empty() => vec!["the pattern does not match".to_owned()],
        Verdict::Differs(fields) => {
            let miss = |(field, pattern): (&str, &str)| match member(event, json_name(field)) {
                Some(value) => format!("`{field}` is {value}, expected `{pattern}`"),
                None => format!("`{field}` does not match `{pattern}`"),
            };
            fields.into_iter().map(miss).collect()
        }
    })
}

/// What serde calls a field, unless it is told otherwise.
fn json_name(field: &str) -> &str {
    field.strip_prefix("r#").unwrap_or(field)
}

fn told(index: usize, misses: &[String]) -> String {
    format!("nearest: #{}\n{}", index + 1, indented(misses))
}

/// What an event of another type lacks.
pub(super) fn other_type(event: &AnyEnvelope, expected: &EventType) -> String {
    if event.event_type() == expected {
        return format!("the type is `{expected}`, but the payload is of another Rust type");
    }
    format!("the type is `{}`, expected `{expected}`", event.event_type())
}

fn nearest_by_name(events: &[AnyEnvelope], expected: &dyn Expect) -> String {
    let name = expected.event_type().as_str();
    let distance = |(_, event): &(usize, &AnyEnvelope)| strsim::osa_distance(event.event_type().as_str(), name);
    let nearest = events.iter().enumerate().min_by_key(distance);
    // A third of the last segment: types of one entity have the rest in common.
    let far = expected.event_type().name().len().div_ceil(3);
    match nearest.filter(|nearest| distance(nearest) <= far) {
        None => String::new(),
        Some((index, event)) => told(index, &[other_type(event, expected.event_type())]),
    }
}
