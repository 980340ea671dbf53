//! The life of a service in the Python system: thirteen states, begun again after its end.

use events_core::{AnyEnvelope, StateMachine};
use rust_fsm::state_machine;
use statig::{Outcome, blocking::State};

use crate::forms::{Forms, Handled, events, sealed};

events! { ToCreated = "service.created", ToPreparing = "service.preparing", ToPrepared = "service.prepared", ToDeploying = "service.deploying", ToDeployed = "service.deployed", ToStarting = "service.starting", ToRunning = "service.running", ToReady = "service.ready", ToStopping = "service.stopping", ToStopped = "service.stopped", ToDestroying = "service.destroying", ToDestroyed = "service.destroyed", ToError = "service.error" }

#[expect(unreachable_pub, reason = "rust-fsm asks for it")]
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    #[state(initial, on(ToPreparing => Preparing), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Created,
    #[state(on(ToPrepared => Prepared), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Preparing,
    #[state(on(ToDeploying => Deploying), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Prepared,
    #[state(on(ToDeployed => Deployed), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Deploying,
    #[state(on(ToStarting => Starting), on(ToStopping => Stopping), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Deployed,
    #[state(on(ToRunning => Running), on(ToError => Error), on(ToStopping => Stopping), on(ToDestroyed => Destroyed))]
    Starting,
    #[state(on(ToReady => Ready), on(ToStopping => Stopping), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Running,
    #[state(on(ToRunning => Running), on(ToStopping => Stopping), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Ready,
    #[state(on(ToStopped => Stopped), on(ToError => Error), on(ToDestroyed => Destroyed))]
    Stopping,
    #[state(on(ToStarting => Starting), on(ToDestroying => Destroying), on(ToDestroyed => Destroyed))]
    Stopped,
    #[state(on(ToDestroyed => Destroyed))]
    Destroying,
    #[state(on(ToCreated => Created))]
    Destroyed,
    #[state(on(ToStopping => Stopping), on(ToDestroying => Destroying), on(ToDestroyed => Destroyed))]
    Error,
}

use Service::{
    Created, Deployed, Deploying, Destroyed, Destroying, Error, Prepared, Preparing, Ready, Running, Starting, Stopped,
    Stopping,
};

/// What is written by hand where speed matters: a place for each pair of states.
const ALLOWED: [[bool; 13]; 13] = {
    let mut allowed = [[false; 13]; 13];
    let mut at = 0;
    while at < Service::EDGES.len() {
        allowed[Service::EDGES[at].from as usize][Service::EDGES[at].to as usize] = true;
        at += 1;
    }
    allowed
};

state_machine! {
    #[state_machine(input(crate::service::Service), state(crate::service::Service))]
    fsm(Created)

    Created => { Preparing => Preparing, Error => Error, Destroyed => Destroyed },
    Preparing => { Prepared => Prepared, Error => Error, Destroyed => Destroyed },
    Prepared => { Deploying => Deploying, Error => Error, Destroyed => Destroyed },
    Deploying => { Deployed => Deployed, Error => Error, Destroyed => Destroyed },
    Deployed => { Starting => Starting, Stopping => Stopping, Error => Error, Destroyed => Destroyed },
    Starting => { Running => Running, Error => Error, Stopping => Stopping, Destroyed => Destroyed },
    Running => { Ready => Ready, Stopping => Stopping, Error => Error, Destroyed => Destroyed },
    Ready => { Running => Running, Stopping => Stopping, Error => Error, Destroyed => Destroyed },
    Stopping => { Stopped => Stopped, Error => Error, Destroyed => Destroyed },
    Stopped => { Starting => Starting, Destroying => Destroying, Destroyed => Destroyed },
    Destroying(Destroyed) => Destroyed,
    Destroyed(Created) => Created,
    Error => { Stopping => Stopping, Destroying => Destroying, Destroyed => Destroyed }
}

impl State<Handled<Self>> for Service {
    fn call_handler(&mut self, _: &mut Handled<Self>, event: &Self, (): &mut ()) -> Outcome<Self> {
        let takes = match self {
            Created => matches!(event, Preparing | Error | Destroyed),
            Preparing => matches!(event, Prepared | Error | Destroyed),
            Prepared => matches!(event, Deploying | Error | Destroyed),
            Deploying => matches!(event, Deployed | Error | Destroyed),
            Deployed => matches!(event, Starting | Stopping | Error | Destroyed),
            Starting | Ready => matches!(event, Running | Error | Stopping | Destroyed),
            Running => matches!(event, Ready | Stopping | Error | Destroyed),
            Stopping => matches!(event, Stopped | Error | Destroyed),
            Stopped => matches!(event, Starting | Destroying | Destroyed),
            Destroying => matches!(event, Destroyed),
            Destroyed => matches!(event, Created),
            Error => matches!(event, Stopping | Destroying | Destroyed),
        };
        if takes { Outcome::Transition(*event) } else { Outcome::Super }
    }
}

impl Forms for Service {
    type Fsm = fsm::Impl;

    fn event(self) -> AnyEnvelope {
        match self {
            Created => sealed(ToCreated {}),
            Preparing => sealed(ToPreparing {}),
            Prepared => sealed(ToPrepared {}),
            Deploying => sealed(ToDeploying {}),
            Deployed => sealed(ToDeployed {}),
            Starting => sealed(ToStarting {}),
            Running => sealed(ToRunning {}),
            Ready => sealed(ToReady {}),
            Stopping => sealed(ToStopping {}),
            Stopped => sealed(ToStopped {}),
            Destroying => sealed(ToDestroying {}),
            Destroyed => sealed(ToDestroyed {}),
            Error => sealed(ToError {}),
        }
    }

    fn in_table(self, to: Self) -> bool {
        ALLOWED[self as usize][to as usize]
    }

    fn is_matched(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Created, Preparing | Error | Destroyed)
                | (Preparing, Prepared | Error | Destroyed)
                | (Prepared, Deploying | Error | Destroyed)
                | (Deploying, Deployed | Error | Destroyed)
                | (Deployed, Starting | Stopping | Error | Destroyed)
                | (Starting | Ready, Running | Error | Stopping | Destroyed)
                | (Running, Ready | Stopping | Error | Destroyed)
                | (Stopping, Stopped | Error | Destroyed)
                | (Stopped, Starting | Destroying | Destroyed)
                | (Destroying, Destroyed)
                | (Destroyed, Created)
                | (Error, Stopping | Destroying | Destroyed)
        )
    }

    #[cfg(bench_peers)]
    fn smlang() -> impl FnMut(Self) -> bool {
        let mut machine = sml::StateMachine::new(sml::Context);
        move |to| {
            let event = match to {
                Created => sml::Events::Created,
                Preparing => sml::Events::Preparing,
                Prepared => sml::Events::Prepared,
                Deploying => sml::Events::Deploying,
                Deployed => sml::Events::Deployed,
                Starting => sml::Events::Starting,
                Running => sml::Events::Running,
                Ready => sml::Events::Ready,
                Stopping => sml::Events::Stopping,
                Stopped => sml::Events::Stopped,
                Destroying => sml::Events::Destroying,
                Destroyed => sml::Events::Destroyed,
                Error => sml::Events::Error,
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
            Destroyed + Created = Created,
            *Created + Preparing = Preparing,
            Preparing + Prepared = Prepared,
            Prepared + Deploying = Deploying,
            Deploying + Deployed = Deployed,
            Deployed | Stopped + Starting = Starting,
            Starting | Ready + Running = Running,
            Running + Ready = Ready,
            Deployed | Starting | Running | Ready | Error + Stopping = Stopping,
            Stopping + Stopped = Stopped,
            Stopped | Error + Destroying = Destroying,
            Created | Preparing | Prepared | Deploying | Deployed | Starting | Running | Ready | Stopping | Stopped | Destroying | Error + Destroyed = Destroyed,
            Created | Preparing | Prepared | Deploying | Deployed | Starting | Running | Ready | Stopping + Error = Error,
        },
    }
}
