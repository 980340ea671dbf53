//! Versions of events, of which the older ones are seen by fewer, on their way out, generic, or written by a macro.

use ::std::{
    clone::Clone,
    cmp::{Eq, PartialEq},
    fmt::Debug,
    marker::{Send, Sync},
    vec::Vec,
};

/// What is shown to all.
pub mod shown {
    use super::{Clone, Debug, Eq, PartialEq, Send, Sync, Vec};

    mod older {
        #[derive(::events::Event, Debug, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type("version.measured")]
        #[event(crate = ::events)]
        pub(super) struct Measured {
            pub(super) value: u8,
        }
    }

    /// Called as its older version.
    #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
    #[event_type("version.measured")]
    #[event(emitter = VersionEmitter, version = 2, upcast_from = older::Measured, crate = ::events)]
    pub struct Measured {
        /// Each.
        pub values: Vec<u8>,
    }

    impl ::events::Upcast for older::Measured {
        type To = Measured;

        fn upcast(self) -> Measured {
            Measured { values: ::std::vec![self.value] }
        }
    }

    #[derive(::events::Event, Debug, ::serde::Serialize, ::serde::Deserialize)]
    #[event_type("version.generic")]
    #[event(version = 4, crate = ::events)]
    struct GenericV4<T> {
        value: T,
    }

    /// With a parameter, which the older version has too.
    #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
    #[event_type("version.generic")]
    #[event(emitter = VersionEmitter, version = 5, upcast_from = GenericV4<T>, crate = ::events)]
    pub struct Generic<T> {
        /// Each.
        pub values: Vec<T>,
    }

    impl<T> ::events::Upcast for GenericV4<T>
    where
        T: ::serde::Serialize + ::serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        type To = Generic<T>;

        fn upcast(self) -> Generic<T> {
            Generic { values: ::std::vec![self.value] }
        }
    }

    /// Emits the newest.
    #[derive(::events::Emitter, Debug)]
    #[emitter(entity_type = "version", crate = ::events)]
    pub struct VersionEmitter(::events::EntityEmitter);
}

/// Not for new code.
#[deprecated = "use the newest"]
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("version.old")]
#[event(crate = ::events)]
pub struct OldV1;

/// Not for new code either.
#[deprecated = "use another"]
#[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
#[event_type("version.old")]
#[event(version = 2, upcast_from = OldV1, crate = ::events)]
pub struct Old;

#[allow(deprecated, reason = "old becomes old")]
impl ::events::Upcast for OldV1 {
    type To = Old;

    fn upcast(self) -> Old {
        Old
    }
}

macro_rules! versions {
    ($event_type:literal: $older:ident -> $newer:ident $number:literal from $path:ty) => {
        /// The older one.
        #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($event_type)]
        #[event(crate = ::events)]
        pub struct $older;

        /// The newer one.
        #[derive(::events::Event, Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[event_type($event_type)]
        #[event(version = $number, upcast_from = $path, crate = ::events)]
        pub struct $newer;

        impl ::events::Upcast for $path {
            type To = $newer;

            fn upcast(self) -> $newer {
                $newer
            }
        }
    };
}

versions! { "version.written": WrittenV1 -> Written 2 from WrittenV1 }

#[cfg(test)]
mod tests {
    use ::events::{Event, EventBus};
    use ::serde_json::json;
    use ::std::prelude::rust_2024::*;
    use ::std::{assert, assert_eq, vec};

    use super::{
        Written,
        shown::{Generic, Measured, VersionEmitter},
    };

    #[test]
    fn older_versions_are_read() {
        assert_eq!(Measured::from_older(1, json!({ "value": 1 })).unwrap().values, [1]);
        assert_eq!(Generic::<String>::from_older(4, json!({ "value": "x" })).unwrap().values, ["x".to_owned()]);
        assert_eq!((Generic::<u8>::OLDEST_VERSION, Generic::<u8>::VERSION), (4, 5));
        assert_eq!(Written::from_older(1, json!(null)).unwrap(), Written);
    }

    #[test]
    fn the_newest_is_emitted() {
        let emitter = VersionEmitter::new(&EventBus::new(), "v");
        assert!(emitter.emit_measured(vec![1]).unwrap().is_delivered());
        assert!(emitter.emit_generic(vec![1]).unwrap().is_delivered());
    }
}
