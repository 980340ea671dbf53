//! Assertions, where the usual names mean something else and traits are in the way.

#![cfg(test)]

#[expect(unused_imports, reason = "the macros ask for none of the names")]
use self::shadow::*;

/// The names, to be imported all at once.
mod shadow {
    #![allow(
        dead_code,
        unused_imports,
        unused_macros,
        clippy::new_ret_no_self,
        clippy::wrong_self_convention,
        reason = "the names are there to be in the way"
    )]

    macro_rules! structs {
        ($($name:ident)*) => {$(
            pub(super) struct $name;
        )*};
    }

    structs! { Result Option String Some None Ok Err Vec Box Fn Iterator Recorder Expectation Verdict Envelope }

    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod events {}
    pub(super) mod events_core {}
    pub(super) mod testing {}

    macro_rules! assert {
        ($($any:tt)*) => {};
    }
    macro_rules! panic {
        ($($any:tt)*) => {};
    }
    macro_rules! stringify {
        ($($any:tt)*) => {};
    }
    macro_rules! matches {
        ($($any:tt)*) => {};
    }
    pub(super) use {assert, matches, panic, stringify};

    /// Methods that take what they are called on, of every type.
    pub(super) trait Taking: ::std::marker::Sized {
        fn new(self) {}
        fn snapshot(self) {}
        fn differs(self) {}
    }
    impl<T> Taking for T {}
}

/// Something was seen.
#[derive(::events::Event, ::std::clone::Clone, ::std::fmt::Debug, ::serde::Serialize)]
#[event_type("thing.seen")]
#[event(crate = ::events)]
struct Seen {
    /// Called like a local of the macros.
    event: u8,
    /// Called like another.
    seen: ::std::option::Option<u8>,
}

fn recorded() -> ::events::testing::Recorder {
    let recorder = ::events::testing::Recorder::new();
    for event in 0..2 {
        let envelope = ::events::Event::for_entity(Seen { event, seen: ::std::option::Option::Some(event) }, "t");
        let told = ::events::Observer::on_event(&recorder, &envelope.unwrap().erase());
        told.unwrap();
    }
    recorder
}

#[test]
fn assertions_mean_what_they_say() {
    let recorder = recorded();
    let event = 1;
    let first = ::events::testing::assert_emitted!(recorder, Seen);
    ::std::assert_eq!(first.event, 0);
    let second = ::events::testing::assert_emitted_once!(recorder, Seen { event: found, .. } if *found == event);
    ::std::assert_eq!(second.seen, ::std::option::Option::Some(1));
    ::events::testing::assert_emitted!(&recorder, Seen { event, seen: ::std::option::Option::Some(_) } if *event == 1);
    ::events::testing::assert_not_emitted!(recorder, Seen { seen: ::std::option::Option::None, .. });
    ::events::testing::assert_emitted_in_order!(recorder, [Seen { event: 0, .. }, Seen { event, .. } if *event > 0]);
    ::events::testing::assert_emitted_exactly!(recorder, [Seen, Seen { .. }]);
}

#[test]
#[should_panic(expected = "no event matches `Seen { event, seen: ::std::option::Option::None } if *event == 1`")]
fn assertions_fail() {
    ::events::testing::assert_emitted!(recorded(), Seen { event, seen: ::std::option::Option::None } if *event == 1);
}
