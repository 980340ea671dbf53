/**Begins in `Created`.

| from | on | to |
|---|---|---|
| `Created` | `QuickTestStarted` | `Running` |
| `Running` |  | `Completed` |
| `Running` |  | `Failed` |
| `Running` | `QuickTestFailed` | `Failed` |
| `Running` | `QuickTestCompleted` | `Completed` |

```mermaid
stateDiagram-v2
    [*] --> Created
    Created --> Running : QuickTestStarted
    Running --> Completed
    Running --> Failed
    Running --> Failed : QuickTestFailed
    Running --> Completed : QuickTestCompleted
    Completed --> [*]
    Failed --> [*]
```*/
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::StateMachine for QuickTestState {
    type Context = ();
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
    #[inline]
    fn can_transition_to(
        self,
        to: Self,
    ) -> ::events_core::__private::core::primitive::bool {
        let row: ::events_core::__private::core::primitive::u64 = match self {
            Self::Created => 2,
            Self::Running => 12,
            Self::Completed => 0,
            Self::Failed => 0,
        };
        let bit: ::events_core::__private::core::primitive::u32 = match to {
            Self::Created => 0,
            Self::Running => 1,
            Self::Completed => 2,
            Self::Failed => 3,
        };
        row >> bit & 1 == 1
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
