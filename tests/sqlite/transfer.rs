//! Export and import.

use events_sqlite::{LogError, Query};

use super::{Place, positions, sampled};

#[test]
fn an_import_is_the_export_again() {
    let (one, two) = (Place::new(), Place::new());
    let (log, copy) = (one.log(), two.log());
    log.append_batch((0..2500).map(|n| sampled(&format!("probe-{}", n % 3), n))).unwrap();
    let mut lines = Vec::new();
    assert_eq!(log.export(Query::all(), &mut lines).unwrap(), 2500);
    copy.append(sampled("probe-0", 0)).unwrap();
    let imported = copy.import(&lines[..]).unwrap();
    assert_eq!((imported.appended, imported.duplicates), (2499, 1));
    let mut again = Vec::new();
    copy.export(Query::all(), &mut again).unwrap();
    // The first event was made here, at another time.
    let rest = |lines: &[u8]| lines.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::to_vec).collect::<Vec<_>>();
    assert_eq!(rest(&again), rest(&lines));
    assert_eq!(log.export(Query::all().entity("probe-1").newest(2), Vec::new()).unwrap(), 2);
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let place = Place::new();
    let log = place.log();
    let line = sampled("a", 1).to_json().unwrap();
    let text = format!("{line}\r\n\n  \n{{\"specversion\":\"1.0\"}}\n");
    let error = log.import(text.as_bytes()).unwrap_err();
    assert!(matches!(error, LogError::Line { line: 4, .. }), "{error}");
    assert!(error.to_string().starts_with("line 4 cannot be read: at byte 0: the member `id`"), "{error}");
    assert_eq!(positions(&log, Query::all()), [1], "the lines before are there");
    assert_eq!(log.import(line.as_bytes()).unwrap().duplicates, 1);
    assert!(matches!(log.import(&b"\n\xff\n"[..]), Err(LogError::Line { line: 2, .. })));
}
