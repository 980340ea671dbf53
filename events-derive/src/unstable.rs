//! Types whose values are equal and yet written differently: they would give equal events different ids.

use syn::{Type, spanned::Spanned as _};

use crate::{ctxt::Ctxt, types};

/// Refuses such a type; `otherwise` says what can be done if it has to be.
pub(crate) fn check(cx: &Ctxt, ty: &Type, otherwise: &str) {
    check_unordered(cx, ty, otherwise);
    check_zone(cx, ty, otherwise);
}

/// `HashSet<T>`, `FxHashSet<T>`: iterates, and so serializes, in another order each time.
fn check_unordered(cx: &Ctxt, ty: &Type, otherwise: &str) {
    let hashed = |name: &str| name.ends_with("HashSet") || name == "BinaryHeap";
    let found = types::find(ty, &mut |segment| hashed(&segment.ident.to_string()).then_some(segment));
    if let Some(segment) = found {
        cx.error(
            segment.span(),
            format_args!(
                "a `{}` has no fixed order, so equal events would get different ids; use `BTreeSet`, or {otherwise}",
                segment.ident
            ),
        );
    }
}

/// `DateTime<Local>`: the same moment in two zones is two texts.
fn check_zone(cx: &Ctxt, ty: &Type, otherwise: &str) {
    let found = types::find(ty, &mut |segment| {
        let zone = (segment.ident == "DateTime").then(|| types::argument(segment)).flatten();
        zone.filter(|zone| *zone == "Local" || *zone == "FixedOffset")
    });
    if let Some(zone) = found {
        cx.error(
            zone.span(),
            format_args!(
                "the same moment has another text in each zone, so equal events would get different ids; \
                 use `DateTime<Utc>` instead of `DateTime<{zone}>`, or {otherwise}"
            ),
        );
    }
}
