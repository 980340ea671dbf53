/**Begins in `State`.

| from | on | to |
|---|---|---|
| `State` | `Go<u8>` | `Running` |
| `Running` | `step::Failed` if `Self::may_retry` | `State` |
| `Running` | `step::Failed` | `End` |
| `Running` | after `90s` | `State` |
| `Running` |  | `State` |

```mermaid
stateDiagram-v2
    state "State" as s0
    state "End" as s2
    [*] --> s0
    s0 --> Running : Go#60;u8#62;
    Running --> s0 : step#58;#58;Failed [Self#58;#58;may_retry]<br>after 90s
    Running --> s2 : step#58;#58;Failed
    Running --> s0
    s2 --> [*]
```*/
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::StateMachine for Run {
    type Context = Tries;
    const INITIAL: Self = Self::State;
    const STATES: &'static [Self] = &[Self::State, Self::Running, Self::End];
    const EDGES: &'static [::events_core::Edge<Self>] = &[
        ::events_core::Edge::on(
            Self::State,
            <Go<u8> as ::events_core::Event>::TYPE,
            Self::Running,
        ),
        ::events_core::Edge::on(
                Self::Running,
                <step::Failed as ::events_core::Event>::TYPE,
                Self::State,
            )
            .guarded("Self::may_retry"),
        ::events_core::Edge::on(
            Self::Running,
            <step::Failed as ::events_core::Event>::TYPE,
            Self::End,
        ),
        ::events_core::Edge::after(
            Self::Running,
            ::events_core::__private::core::time::Duration::from_secs(90u64),
            Self::State,
        ),
        ::events_core::Edge::direct(Self::Running, Self::State),
    ];
    fn name(self) -> &'static ::events_core::__private::core::primitive::str {
        match self {
            Self::State => "state",
            Self::Running => "running",
            Self::End => "end",
        }
    }
    #[inline]
    fn can_transition_to(
        self,
        to: Self,
    ) -> ::events_core::__private::core::primitive::bool {
        let row: ::events_core::__private::core::primitive::u64 = match self {
            Self::State => 2,
            Self::Running => 5,
            Self::End => 0,
        };
        let bit: ::events_core::__private::core::primitive::u32 = match to {
            Self::State => 0,
            Self::Running => 1,
            Self::End => 2,
        };
        row >> bit & 1 == 1
    }
    #[allow(unused_variables)]
    fn holds(
        edge: ::events_core::__private::core::primitive::usize,
        payload: &dyn ::events_core::__private::core::any::Any,
        context: &Tries,
    ) -> ::events_core::__private::core::primitive::bool {
        match edge {
            1 => {
                match payload.downcast_ref::<step::Failed>() {
                    ::events_core::__private::core::option::Option::Some(event) => {
                        Self::may_retry(event, context)
                    }
                    ::events_core::__private::core::option::Option::None => false,
                }
            }
            _ => true,
        }
    }
    #[allow(unused_variables)]
    fn on_exit(transition: &::events_core::Transition<Self>, context: &mut Tries) {
        match transition.from {
            Self::State => Self::left(transition, context),
            _ => {}
        }
    }
    #[allow(unused_variables)]
    fn on_entry(transition: &::events_core::Transition<Self>, context: &mut Tries) {
        match transition.to {
            Self::End => note(transition, context),
            _ => {}
        }
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::fmt::Display for Run {
    fn fmt(
        &self,
        f: &mut ::events_core::__private::core::fmt::Formatter<'_>,
    ) -> ::events_core::__private::core::fmt::Result {
        ::events_core::__private::show_state(self, f)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::__private::core::str::FromStr for Run {
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
