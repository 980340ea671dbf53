//! A factory that makes no observer.

use events_config::ObserverRegistry;

fn main() {
    let _registry = ObserverRegistry::new().with("number", |(): ()| 3);
}
