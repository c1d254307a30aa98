//! How many requests are under way: in all, and to each host. It forgets hosts nobody asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

/// Counts requests under way.
pub(super) struct Gate {
    all: Semaphore,
    per_host: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Gate {
    pub(super) fn new(all: usize, per_host: usize) -> Gate {
        Gate { all: Semaphore::new(all), per_host, hosts: Mutex::default() }
    }

    /// Stands in line at a host. The line is left by dropping the place, with a permit or without.
    pub(super) fn place(&self, host: &str) -> Place<'_> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let line = hosts
            .entry(host.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(self.per_host)))
            .clone();
        Place { gate: self, host: host.to_owned(), line }
    }
}

/// A place in the line of a host.
pub(super) struct Place<'a> {
    gate: &'a Gate,
    host: String,
    line: Arc<Semaphore>,
}

impl Place<'_> {
    /// Waits for its turn, at the host first: waiting there must not hold up other hosts.
    pub(super) async fn turn(
        &self,
    ) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), AcquireError> {
        let at_host = self.line.acquire().await?;
        Ok((at_host, self.gate.all.acquire().await?))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut hosts = self.gate.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        // The map and this place: lines are only joined under the lock, so nobody else comes.
        if Arc::strong_count(&self.line) <= 2 {
            hosts.remove(&self.host);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_has_its_own_line_and_is_forgotten() {
        let gate = Gate::new(3, 1);
        let (one, two, other) = (gate.place("a"), gate.place("a"), gate.place("b"));
        let turn = one.turn().await.unwrap();
        assert!(two.line.try_acquire().is_err(), "one at a time at one host");
        let _other = other.turn().await.unwrap();
        assert_eq!(gate.all.available_permits(), 1);
        drop(turn);
        drop(one);
        assert!(two.turn().await.is_ok());
        drop(two);
        assert_eq!(gate.hosts.lock().unwrap().len(), 1, "only b is left");
    }
}
