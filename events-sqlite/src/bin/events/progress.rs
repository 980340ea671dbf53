//! How far long work has come: on standard error, and only where that is a terminal.

use std::{borrow::Cow, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const EVENTS: &str = "{msg} {wide_bar} {human_pos}/{human_len} events, {eta} left";
const BYTES: &str = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes}, {eta} left";
const SPINNER: &str = "{spinner} {msg} {elapsed}";

/// Of so many events.
pub(crate) fn events(what: impl Into<Cow<'static, str>>, total: u64) -> ProgressBar {
    bar(ProgressBar::new(total), EVENTS, what)
}

/// Of so many bytes.
pub(crate) fn bytes(what: impl Into<Cow<'static, str>>, total: u64) -> ProgressBar {
    bar(ProgressBar::new(total), BYTES, what)
}

/// Of what nobody knows how long it takes.
pub(crate) fn spinner(what: impl Into<Cow<'static, str>>) -> ProgressBar {
    let spinner = bar(ProgressBar::new_spinner(), SPINNER, what);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

fn bar(bar: ProgressBar, template: &str, what: impl Into<Cow<'static, str>>) -> ProgressBar {
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(what)
}
