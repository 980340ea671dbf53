//! Values that are text: ids, event types, patterns. They are found, compared and read as the text is.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use events_core::{EntityId, EventId};

#[test]
fn a_map_by_entity_is_asked_with_text() {
    let ordered = BTreeMap::from([(EntityId::from("b"), 2), (EntityId::from_static("a"), 1)]);
    assert_eq!((ordered.get("a"), ordered.get("b"), ordered.get("c")), (Some(&1), Some(&2), None));
    let hashed = HashMap::from([(EntityId::from("b"), 2), (EntityId::from_static("a"), 1)]);
    assert_eq!((hashed.get("a"), hashed.get("b"), hashed.get("c")), (Some(&1), Some(&2), None));
}

#[test]
fn an_entity_id_is_made_of_every_form_of_text() {
    let text = String::from("a");
    for id in [
        EntityId::from("a"),
        EntityId::from(&text),
        EntityId::from(text.clone()),
        EntityId::from(Cow::Borrowed("a")),
        EntityId::from(Cow::Owned::<str>(text.clone())),
        EntityId::from(Arc::from("a")),
    ] {
        assert_eq!(id, "a");
    }
    let event: EventId = "8c2631ea-6c62-8e67-b6e4-6789242ade93".parse().unwrap();
    assert_eq!(EntityId::from(event), "8c2631ea-6c62-8e67-b6e4-6789242ade93");
}
