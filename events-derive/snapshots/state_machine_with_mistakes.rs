::core::compile_error! {
    "a machine begins in one state, found a second `initial`"
}
::core::compile_error! {
    "first one here"
}
::core::compile_error! {
    "nothing leads out of the state `Running`; mark it with `#[state(terminal)]`, or say what follows, e.g. `#[state(to = [Next])]`"
}
::core::compile_error! {
    "unknown state `Runing`; did you mean `Running`? expected one of `Created`, `Running`, `Completed`"
}
#[automatically_derived]
#[allow(deprecated)]
impl ::events_core::StateMachine for QuickTestState {
    type Context = ();
    const INITIAL: Self = Self::Created;
    const STATES: &'static [Self] = &[];
    const EDGES: &'static [::events_core::Edge<Self>] = &[];
    fn name(self) -> &'static ::events_core::__private::core::primitive::str {
        ""
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
