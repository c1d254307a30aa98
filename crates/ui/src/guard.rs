//! Looks at HTML before the sanitiser does, and refuses what would cost it too much: the sanitiser
//! is quadratic in nesting, and HTML's repair rules can turn few bytes into many elements.

use std::fmt::Write as _;

/// Bytes of HTML that are cleaned at once.
pub(crate) const HTML_BYTES_MAX: usize = 256 * 1024;

pub(crate) fn check(html: &str) -> Result<(), String> {
    let mut why = String::new();
    if html.len() > HTML_BYTES_MAX {
        let _ = write!(
            why,
            "This text is longer than {} KiB, so it is not shown.",
            HTML_BYTES_MAX / 1024
        );
        return Err(why);
    }
    Ok(())
}
