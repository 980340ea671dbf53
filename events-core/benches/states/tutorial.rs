//! The tutorial's machine of four states, begun again after its end.

use events_core::{AnyEnvelope, StateMachine};
use rust_fsm::state_machine;
use statig::{Outcome, blocking::State};

use crate::forms::{Forms, Handled, events, sealed};

events! { ToCreated = "quick_test.created", ToRunning = "quick_test.started", ToCompleted = "quick_test.completed", ToFailed = "quick_test.failed" }

#[expect(unreachable_pub, reason = "rust-fsm asks for it")]
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuickTest {
    #[state(initial, on(ToRunning => Running))]
    Created,
    #[state(on(ToCompleted => Completed), on(ToFailed => Failed))]
    Running,
    #[state(on(ToCreated => Created))]
    Completed,
    #[state(on(ToCreated => Created))]
    Failed,
}

use QuickTest::{Completed, Created, Failed, Running};

/// What is written by hand where speed matters: a place for each pair of states.
const ALLOWED: [[bool; 4]; 4] = {
    let mut allowed = [[false; 4]; 4];
    let mut at = 0;
    while at < QuickTest::EDGES.len() {
        allowed[QuickTest::EDGES[at].from as usize][QuickTest::EDGES[at].to as usize] = true;
        at += 1;
    }
    allowed
};

state_machine! {
    #[state_machine(input(crate::tutorial::QuickTest), state(crate::tutorial::QuickTest))]
    fsm(Created)

    Created(Running) => Running,
    Running => { Completed => Completed, Failed => Failed },
    Completed(Created) => Created,
    Failed(Created) => Created
}

impl State<Handled<Self>> for QuickTest {
    fn call_handler(&mut self, _: &mut Handled<Self>, event: &Self, (): &mut ()) -> Outcome<Self> {
        let takes = match self {
            Created => matches!(event, Running),
            Running => matches!(event, Completed | Failed),
            Completed | Failed => matches!(event, Created),
        };
        if takes { Outcome::Transition(*event) } else { Outcome::Super }
    }
}

impl Forms for QuickTest {
    type Fsm = fsm::Impl;

    fn event(self) -> AnyEnvelope {
        match self {
            Created => sealed(ToCreated {}),
            Running => sealed(ToRunning {}),
            Completed => sealed(ToCompleted {}),
            Failed => sealed(ToFailed {}),
        }
    }

    fn in_table(self, to: Self) -> bool {
        ALLOWED[self as usize][to as usize]
    }

    fn is_matched(self, to: Self) -> bool {
        matches!((self, to), (Created, Running) | (Running, Completed | Failed) | (Completed | Failed, Created))
    }

    #[cfg(bench_peers)]
    fn smlang() -> impl FnMut(Self) -> bool {
        let mut machine = sml::StateMachine::new(sml::Context);
        move |to| {
            let event = match to {
                Created => sml::Events::Created,
                Running => sml::Events::Running,
                Completed => sml::Events::Completed,
                Failed => sml::Events::Failed,
            };
            machine.process_event(event).is_ok()
        }
    }
}

#[cfg(bench_peers)]
mod sml {
    pub(super) struct Context;

    impl StateMachineContext for Context {}

    smlang::statemachine! {
        transitions: {
            Completed | Failed + Created = Created,
            *Created + Running = Running,
            Running + Completed = Completed,
            Running + Failed = Failed,
        },
    }
}
