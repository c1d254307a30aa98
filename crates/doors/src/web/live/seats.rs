//! How many connections follow live pages, in all and by whom. A seat is given back when it is dropped.

use model::{AccountId, limit};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who holds a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    Person(AccountId),
    /// Somebody who is not signed in, by the address they come from.
    Address(Option<IpAddr>),
}

impl Holder {
    /// Somebody at an address. A network of IPv6 counts as one: it is what one subscriber gets.
    pub(super) fn at(address: Option<IpAddr>) -> Holder {
        Holder::Address(address.map(|address| match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
            address => address,
        }))
    }

    fn max(self) -> usize {
        match self {
            Holder::Person(_) => limit::LIVE_PER_PERSON,
            Holder::Address(_) => limit::LIVE_PER_ADDRESS,
        }
    }
}

/// All seats of a node.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<Holder, usize>>>);

/// A taken seat.
pub(super) struct Seat {
    seats: Seats,
    holder: Holder,
}

impl Seats {
    fn taken(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a seat, if there is one for this holder.
    pub(super) fn take(&self, holder: Holder) -> Option<Seat> {
        let mut taken = self.taken();
        let own = taken.get(&holder).copied().unwrap_or(0);
        let all: usize = taken.values().sum();
        if own >= holder.max() || all >= limit::LIVE_CONNECTIONS_MAX {
            return None;
        }
        taken.insert(holder, own + 1);
        Some(Seat { seats: self.clone(), holder })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        match taken.get_mut(&self.holder) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;
    use model::Moment;

    fn person(number: u8) -> Holder {
        Holder::Person(AccountId::new(Moment(1), [number; model::id::RANDOM_BYTES]))
    }

    #[test]
    fn one_holder_does_not_take_the_seats_of_others() {
        let seats = Seats::default();
        let mut held: Vec<Seat> =
            (0..limit::LIVE_PER_PERSON).map(|_| seats.take(person(1)).expect("a seat")).collect();
        assert!(seats.take(person(1)).is_none());
        held.push(seats.take(person(2)).expect("a seat of somebody else"));
        drop(held);
        assert!(seats.take(person(1)).is_some(), "they were given back");
        assert!(seats.taken().is_empty(), "and nothing is remembered");
    }

    #[test]
    fn a_network_of_one_subscriber_is_one_address() {
        let at = |text: &str| Holder::at(Some(text.parse().expect("an address")));
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }
}
