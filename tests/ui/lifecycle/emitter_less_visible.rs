//! An emitter that is not seen where its life cycle is.


mod inner {
    use events_core::{Emitter, EntityEmitter, StateMachine};

    #[derive(Emitter)]
    #[emitter(entity_type = "quick_test")]
    struct Tests {
        emitter: EntityEmitter,
    }

    #[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
    #[state_machine(lifecycle(TestLife, emitter = Tests))]
    pub enum TestState {
        #[state(initial, to = Done)]
        Created,
        #[state(terminal)]
        Done,
    }
}

fn main() {

}
