//! What the derives generate, formatted, in `snapshots/`: representative inputs, and what becomes of mistakes.
//!
//! After a change run `UPDATE_EXPECT=1 cargo test -p events-derive` and read the difference.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_quote};

fn check(derive: fn(&DeriveInput) -> TokenStream, input: &DeriveInput, expected: &ExpectFile) {
    let tokens = derive(input);
    let file = syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"));
    expected.assert_eq(&prettyplease::unparse(&file));
}

macro_rules! snapshots {
    ($($name:ident: $derive:path { $($input:tt)* })*) => {$(
        #[test]
        fn $name() {
            let expected = expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/", stringify!($name), ".rs")];
            check($derive, &parse_quote!($($input)*), &expected);
        }
    )*};
}

snapshots! {
    event: crate::event::derive {
        /// A quick test ended well.
        #[event_type("quick_test.completed")]
        #[event(emitter = QuickTestEmitter, validate = QuickTestCompleted::check, version = 2)]
        pub struct QuickTestCompleted {
            /// The test's name, for people.
            pub test_name: String,
            pub success_rate: f64,
            #[event(default = vec!["quick".to_owned()])]
            pub tags: Vec<String>,
            #[event(now, skip_id)]
            pub end_time: DateTime<Utc>,
        }
    }

    event_without_fields: crate::event::derive {
        #[event_type("quick_test.stopped")]
        struct Stopped;
    }

    event_with_unique_ids: crate::event::derive {
        #[event_type("my_test.ticked")]
        #[event(identity = unique, entity_type = "custom_test", crate = renamed::events)]
        pub(crate) struct Ticked {
            r#type: u8,
        }
    }

    event_with_a_window: crate::event::derive {
        #[event_type("service.beat")]
        #[event(dedup(window = "5m", count = 500))]
        struct Beat;
    }

    event_of_a_life: crate::event::derive {
        #[event_type("quick_test.started")]
        #[event(emitter = QuickTestEmitter, lifecycle = QuickTestLife)]
        pub struct QuickTestStarted {
            pub test_name: String,
            #[event(default)]
            pub tags: Vec<String>,
        }
    }

    event_with_an_older_version: crate::event::derive {
        #[event_type("quick_test.started")]
        #[event(version = 2, upcast_from = QuickTestStartedV1)]
        pub struct QuickTestStarted {
            pub test_name: String,
        }
    }

    event_with_an_older_version_and_parameters: crate::event::derive {
        #[event_type("sample.measured")]
        #[event(emitter = Samples, version = 2, upcast_from = MeasuredV1<T>)]
        pub struct Measured<T> {
            pub values: Vec<T>,
        }
    }

    event_with_parameters: crate::event::derive {
        #[event_type("sample.measured")]
        #[event(emitter = Samples)]
        pub struct Measured<T: Clone = u8, const N: usize = 1> where T: Default {
            pub values: [T; N],
            #[event(default)]
            pub note: Option<String>,
        }
    }

    event_with_serde_attributes: crate::event::derive {
        #[event_type("quick_test.started")]
        #[serde(rename_all = "camelCase")]
        struct Started {
            test_name: String,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            tags: Vec<String>,
            #[serde(with = "in_words")]
            flag: bool,
            #[serde(skip)]
            unseen: u8,
        }
    }

    event_with_mistakes: crate::event::derive {
        #[event_type("quick_test.Started")]
        #[event(emitter = QuickTestEmitter, colour = "red", versoin = 2)]
        struct Started {
            tags: HashSet<String>,
            #[event(nwo)]
            start_time: DateTime<Utc>,
        }
    }

    event_data: crate::event_data::derive {
        pub struct Results {
            pub packets_sent: u32,
            pub success_rate: f64,
        }
    }

    event_data_of_an_enum: crate::event_data::derive {
        #[serde(rename_all = "snake_case")]
        enum Outcome<T> {
            Passed,
            Failed(String),
            Measured { value: T, unit: Option<String> },
            Span(u32, u32),
        }
    }

    emitter: crate::emitter::derive {
        #[emitter(entity_type = "quick_test")]
        pub struct QuickTestEmitter {
            emitter: EntityEmitter,
            packets: Cell<u32>,
        }
    }

    event_enum: crate::event_enum::derive {
        /// Everything that can happen to a quick test.
        pub enum QuickTestEvent {
            /// It began to run.
            Started(QuickTestStarted),
            Failed(QuickTestFailed),
        }
    }

    state_machine: crate::state_machine::derive {
        pub enum QuickTestState {
            #[state(initial, on(QuickTestStarted => Running))]
            Created,
            #[state(to = [Completed, Failed], on(QuickTestFailed => Failed), on(QuickTestCompleted => Completed))]
            Running,
            #[state(terminal, name = "well done")]
            Completed,
            #[state(terminal)]
            Failed,
        }
    }

    state_machine_with_a_life: crate::state_machine::derive {
        #[state_machine(lifecycle(QuickTestLife, emitter = QuickTestEmitter))]
        pub enum QuickTestState {
            /// Not begun.
            #[state(initial, on(QuickTestStarted => Running))]
            Created,
            #[state(to = Created)]
            Running,
        }
    }
    state_machine_with_rules: crate::state_machine::derive {
        #[state_machine(context = Tries)]
        enum Run {
            #[state(initial, on(Go<u8> => Running), exit = Self::left)]
            State,
            #[state(on(step::Failed => State, if = Self::may_retry), on(step::Failed => End), timeout("90s" => State), to = State)]
            Running,
            #[state(terminal, entry = note)]
            End,
        }
    }

    state_machine_with_mistakes: crate::state_machine::derive {
        enum QuickTestState {
            #[state(initial, on(QuickTestStarted => Runing))]
            Created,
            Running,
            #[state(initial, terminal)]
            Completed,
        }
    }
}
