/**Begins in `Created`.

| from | on | to |
|---|---|---|
| `Created` | `QuickTestStarted` | `Running` |
| `Running` |  | `Created` |

```mermaid
stateDiagram-v2
    [*] --> Created
    Created --> Running : QuickTestStarted
    Running --> Created
```*/
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::StateMachine for QuickTestState {
    type Context = ();
    const INITIAL: Self = Self::Created;
    const STATES: &'static [Self] = &[Self::Created, Self::Running];
    const EDGES: &'static [::events_core::Edge<Self>] = &[
        ::events_core::Edge::on(
            Self::Created,
            <QuickTestStarted as ::events_core::Event>::TYPE,
            Self::Running,
        ),
        ::events_core::Edge::direct(Self::Running, Self::Created),
    ];
    fn name(self) -> &'static ::events_core::__private::core::primitive::str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
        }
    }
    #[inline]
    fn can_transition_to(
        self,
        to: Self,
    ) -> ::events_core::__private::core::primitive::bool {
        let row: ::events_core::__private::core::primitive::u64 = match self {
            Self::Created => 2,
            Self::Running => 1,
        };
        let bit: ::events_core::__private::core::primitive::u32 = match to {
            Self::Created => 0,
            Self::Running => 1,
        };
        row >> bit & 1 == 1
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::fmt::Display for QuickTestState {
    fn fmt(
        &self,
        f: &mut ::events_core::__private::core::fmt::Formatter<'_>,
    ) -> ::events_core::__private::core::fmt::Result {
        ::events_core::__private::show_state(self, f)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::str::FromStr for QuickTestState {
    type Err = ::events_core::UnknownState;
    fn from_str(
        text: &::events_core::__private::core::primitive::str,
    ) -> ::events_core::__private::core::result::Result<
        Self,
        ::events_core::UnknownState,
    > {
        ::events_core::__private::state_named(text)
    }
}
/**A `QuickTestEmitter` whose type says in which state of `QuickTestState` its entity is: `QuickTestLife<quick_test_life::Created>` in the beginning.

What the state does not allow does not compile. Every event that is emitted leads to the next state, whatever its receipt says; one that nobody could be told of does not.*/
#[must_use = "the next event is emitted through it, and its `receipt()` says what became of this one"]
#[allow(deprecated)]
pub struct QuickTestLife<__State: ::events_core::__private::LifeState>(
    ::events_core::__private::Lifecycle<__State>,
);
/// The states of the life cycle, each a type.
pub mod quick_test_life {
    /**`QuickTestState::Created` as a type.

Not begun.*/
    pub struct Created;
    ///`QuickTestState::Running` as a type.
    pub struct Running;
}
#[allow(deprecated)]
const _: () = {
    use ::events_core::__private as __events;
    #[automatically_derived]
    impl __events::LifeState for quick_test_life::Created {
        type Machine = QuickTestState;
        type Emitter = QuickTestEmitter;
        const STATE: Self::Machine = Self::Machine::Created;
    }
    #[automatically_derived]
    impl __events::core::fmt::Debug for quick_test_life::Created {
        fn fmt(
            &self,
            f: &mut __events::core::fmt::Formatter<'_>,
        ) -> __events::core::fmt::Result {
            f.write_str("Created")
        }
    }
    #[automatically_derived]
    impl __events::EmittedIn<quick_test_life::Created> for QuickTestStarted {
        type Next = quick_test_life::Running;
    }
    #[automatically_derived]
    impl __events::LifeState for quick_test_life::Running {
        type Machine = QuickTestState;
        type Emitter = QuickTestEmitter;
        const STATE: Self::Machine = Self::Machine::Running;
    }
    #[automatically_derived]
    impl __events::core::fmt::Debug for quick_test_life::Running {
        fn fmt(
            &self,
            f: &mut __events::core::fmt::Formatter<'_>,
        ) -> __events::core::fmt::Result {
            f.write_str("Running")
        }
    }
    #[automatically_derived]
    impl __events::Follows<quick_test_life::Running> for quick_test_life::Created {}
    #[automatically_derived]
    impl QuickTestLife<quick_test_life::Created> {
        /// In the initial state, with an emitter of its own for the entity: one that derives `Emitter`. Another is made
        /// first, and the life cycle of it (`From`).
        ///
        /// An empty id is reported by every emit.
        pub fn new<__Id>(bus: &__events::EventBus, entity_id: __Id) -> Self
        where
            QuickTestEmitter: __events::MadeFor<__Id>,
        {
            Self(__events::Lifecycle::new(__events::MadeFor::made_for(bus, entity_id)))
        }
    }
    #[automatically_derived]
    impl __events::core::convert::From<QuickTestEmitter>
    for QuickTestLife<quick_test_life::Created> {
        fn from(emitter: QuickTestEmitter) -> Self {
            Self(__events::Lifecycle::new(emitter))
        }
    }
    #[automatically_derived]
    impl<__State: __events::LifeState> QuickTestLife<__State> {
        /// Emits one of the state's events, now. No field is filled in: the payload goes out as it is.
        ///
        /// # Errors
        ///
        /// The event is invalid or cannot be encoded, and nobody was told: the life cycle is in the error, in the state
        /// it was in.
        pub fn emit<__E: __events::EmittedIn<__State>>(
            self,
            event: __E,
        ) -> __events::Result<QuickTestLife<__E::Next>, __events::NotEmitted<Self>> {
            self.__emit::<__E, _>(|emitter| __events::Emitter::emit(emitter, event))
        }
        /// Goes to a state without an event, as `#[state(to = …)]` allows.
        pub fn transition_to<__To: __events::Follows<__State>>(
            self,
            _: __To,
        ) -> QuickTestLife<__To> {
            QuickTestLife(__events::Lifecycle::transition_to(self.0))
        }
        /// The present state.
        pub fn state(&self) -> __State::Machine {
            <__State as __events::LifeState>::STATE
        }
        /// What became of the last event that was emitted through the life cycle.
        pub fn receipt(&self) -> __events::core::option::Option<&__events::Receipt> {
            __events::Lifecycle::receipt(&self.0)
        }
        /// The emitter, for events that belong to no state. Nothing that is emitted through it changes the state.
        pub fn emitter(&self) -> &__State::Emitter {
            __events::Lifecycle::emitter(&self.0)
        }
        /// The emitter by itself: the state is forgotten.
        pub fn into_emitter(self) -> __State::Emitter {
            __events::Lifecycle::into_emitter(self.0)
        }
        #[doc(hidden)]
        pub fn __emit<__E, __F>(
            self,
            emit: __F,
        ) -> __events::Result<QuickTestLife<__E::Next>, __events::NotEmitted<Self>>
        where
            __E: __events::EmittedIn<__State>,
            __F: __events::core::ops::FnOnce(
                &__State::Emitter,
            ) -> __events::Result<__events::Receipt, __events::EmitError>,
        {
            __events::Lifecycle::emit::<
                __E,
                _,
                _,
            >(self.0, emit, QuickTestLife, QuickTestLife)
        }
    }
    #[automatically_derived]
    impl<__State: __events::LifeState> __events::core::fmt::Debug
    for QuickTestLife<__State> {
        fn fmt(
            &self,
            f: &mut __events::core::fmt::Formatter<'_>,
        ) -> __events::core::fmt::Result {
            __events::Lifecycle::fmt_as(&self.0, "QuickTestLife", f)
        }
    }
};
