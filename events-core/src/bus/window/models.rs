//! Lanes under the model checker: see `bus/models`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use chrono::DateTime;
use shuttle::thread;
use uuid::Uuid;

use super::{Admission, OwnLane, Plan, Window};
use crate::{EventId, bus::models::pause, sync::check};

fn window() -> Arc<Window> {
    Arc::new(Window::laid_out(Plan::of(2, 1, 1, 2), Duration::from_secs(60), (DateTime::UNIX_EPOCH, Duration::ZERO)))
}

fn id(n: u128) -> EventId {
    EventId::from_uuid(Uuid::from_u128(n))
}

fn admit<'l>(window: &Window, n: u128, lane: &'l OwnLane) -> Admission<'l> {
    window.admit(id(n), Duration::ZERO, Some(lane))
}

fn deliver(window: &Window, n: u128, lane: &OwnLane) {
    match admit(window, n, lane) {
        Admission::Fresh(ticket) => window.settle(id(n), ticket, true),
        Admission::Duplicate { .. } => panic!("{n} is fresh"),
    }
}

#[test]
fn what_is_under_way_stays_so_while_generations_turn() {
    check(|| {
        let (window, ends) = (window(), Arc::new(AtomicBool::new(false)));
        let (own, others) = (window.lane().unwrap(), window.lane().unwrap());
        let (guest, ending) = (Arc::clone(&window), Arc::clone(&ends));
        let (admitted, is_admitted) = shuttle::sync::mpsc::channel();
        let slow = thread::spawn(move || {
            let Admission::Fresh(ticket) = admit(&guest, 1, &own) else { panic!("it is fresh") };
            admitted.send(()).unwrap();
            pause();
            ending.store(true, SeqCst);
            guest.settle(id(1), ticket, true);
        });
        is_admitted.recv().unwrap();
        for n in 2..20 {
            deliver(&window, n, &others);
            match window.admit(id(1), Duration::ZERO, None) {
                Admission::Duplicate { pending: true, .. } => {}
                Admission::Duplicate { pending: false, .. } => assert!(ends.load(SeqCst)),
                Admission::Fresh(ticket) => {
                    assert!(ends.load(SeqCst));
                    window.settle(id(1), ticket, false);
                }
            }
        }
        slow.join().unwrap();
    });
}

#[test]
fn what_was_delivered_slowly_is_remembered() {
    check(|| {
        let window = window();
        let (own, others) = (window.lane().unwrap(), window.lane().unwrap());
        let guest = Arc::clone(&window);
        let slow = thread::spawn(move || {
            deliver(&guest, 1, &own);
            // Of the last two that were delivered, one: at most one more may come before it is asked for.
            assert!(matches!(admit(&guest, 1, &own), Admission::Duplicate { pending: false, .. }));
        });
        deliver(&window, 2, &others);
        slow.join().unwrap();
        assert!(matches!(admit(&window, 1, &others), Admission::Duplicate { pending: false, .. }));
        assert!(matches!(admit(&window, 2, &others), Admission::Duplicate { pending: false, .. }));
    });
}

#[test]
fn of_two_threads_one_of_which_fails_one_delivers_at_a_time() {
    check(|| {
        let (window, inside, admissions) = (window(), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let threads = [(); 2].map(|()| {
            let (window, inside, admissions) = (Arc::clone(&window), Arc::clone(&inside), Arc::clone(&admissions));
            let lane = window.lane().unwrap();
            thread::spawn(move || {
                for _ in 0..3 {
                    match admit(&window, 1, &lane) {
                        Admission::Fresh(ticket) => {
                            assert_eq!(inside.fetch_add(1, SeqCst), 0, "both deliver it");
                            pause();
                            inside.fetch_sub(1, SeqCst);
                            // The first one fails.
                            window.settle(id(1), ticket, admissions.fetch_add(1, SeqCst) > 0);
                        }
                        Admission::Duplicate { pending, .. } => {
                            assert!(pending || admissions.load(SeqCst) == 2, "final before its delivery ended");
                        }
                    }
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(admissions.load(SeqCst), 2, "one failure, one delivery");
        let lane = window.lane().unwrap();
        assert!(matches!(admit(&window, 1, &lane), Admission::Duplicate { pending: false, .. }));
    });
}
