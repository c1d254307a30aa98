//! Named points at which a test can stop the server dead. Without the feature `crash-points` they are nothing.

/// A named point. When the point is armed it says so on standard error and waits to be killed.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    if ARMED.get().is_some_and(|armed| armed == name) {
        eprintln!("crash point {name}");
        loop {
            std::thread::park();
        }
    }
}

/// A named point; nothing in a product build.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub fn point(_name: &str) {}

#[cfg(feature = "crash-points")]
static ARMED: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Arms one point for the life of the process.
#[cfg(feature = "crash-points")]
pub fn arm(name: String) {
    let _ = ARMED.set(name);
}
