#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::StateMachine for QuickTestState {
    const INITIAL: Self = Self::Created;
    const STATES: &'static [Self] = &[
        Self::Created,
        Self::Running,
        Self::Completed,
        Self::Failed,
    ];
    const EDGES: &'static [::events_core::Edge<Self>] = &[
        ::events_core::Edge::on(
            Self::Created,
            <QuickTestStarted as ::events_core::Event>::TYPE,
            Self::Running,
        ),
        ::events_core::Edge::direct(Self::Running, Self::Completed),
        ::events_core::Edge::direct(Self::Running, Self::Failed),
        ::events_core::Edge::on(
            Self::Running,
            <QuickTestFailed as ::events_core::Event>::TYPE,
            Self::Failed,
        ),
        ::events_core::Edge::on(
            Self::Running,
            <QuickTestCompleted as ::events_core::Event>::TYPE,
            Self::Completed,
        ),
    ];
    fn name(self) -> &'static ::events_core::__private::core::primitive::str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Completed => "well done",
            Self::Failed => "failed",
        }
    }
}
#[allow(deprecated)]
const _: () = ::events_core::__private::core::assert!(
    ::events_core::__private::is_first(& [< QuickTestFailed as ::events_core::Event >
    ::DESCRIPTOR.event_type(), < QuickTestCompleted as ::events_core::Event >
    ::DESCRIPTOR.event_type()], 1usize),
    "the state `Running` already has a transition on an event of this type"
);
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::fmt::Display for QuickTestState {
    fn fmt(
        &self,
        f: &mut ::events_core::__private::core::fmt::Formatter<'_>,
    ) -> ::events_core::__private::core::fmt::Result {
        f.pad(::events_core::StateMachine::name(*self))
    }
}
