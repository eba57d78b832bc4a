//! Failed attempts: each one of an address makes the next refusal come later.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::network::network_of;

/// Pause before the answer to a first failed attempt; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Time after which the failures of an address are forgotten.
const MEMORY: Duration = Duration::from_mins(15);
/// Most addresses remembered: some 400 KB.
const MAX_ADDRESSES: usize = 4_096;

/// The failed attempts of each address.
///
/// Only the answers to wrong keys wait: a right one is never refused for the mistakes of others behind the same proxy. No guess
/// finds 256 bits; the pauses keep floods of guesses from costing much.
#[derive(Debug)]
pub struct FailedAttempts {
    most: usize,
    by_address: Mutex<HashMap<IpAddr, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Default for FailedAttempts {
    fn default() -> Self {
        Self::new(MAX_ADDRESSES)
    }
}

impl FailedAttempts {
    fn new(most: usize) -> Self {
        Self {
            most,
            by_address: Mutex::default(),
        }
    }

    /// Notes a failed attempt, and returns the pause before its answer.
    pub fn note(&self, address: IpAddr, now: Instant) -> Duration {
        let address = network_of(address);
        let mut failures = self
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= self.most && !failures.contains_key(&address) {
            make_room(&mut failures, now);
        }
        let noted = failures.entry(address).or_insert(Failures {
            count: 0,
            last: now,
        });
        // Somebody who mistypes a key each morning never waits long.
        if noted.is_forgotten(now) {
            noted.count = 0;
        }
        noted.count = noted.count.saturating_add(1);
        noted.last = now;
        pause(noted.count)
    }
}

impl Failures {
    fn is_forgotten(self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= MEMORY
    }
}

/// Returns the pause after so many failures, at least one.
fn pause(count: u32) -> Duration {
    let doublings = count.saturating_sub(1);
    let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

/// Makes room for an address: of those that are forgotten, else of the one that has failed longest ago.
fn make_room(failures: &mut HashMap<IpAddr, Failures>, now: Instant) {
    let before = failures.len();
    failures.retain(|_, noted| !noted.is_forgotten(now));
    if failures.len() < before {
        return;
    }
    let oldest = failures.iter().min_by_key(|(_, noted)| noted.last);
    if let Some(address) = oldest.map(|(address, _)| *address) {
        failures.remove(&address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn each_failure_of_an_address_waits_longer_up_to_a_bound() {
        let (attempts, now) = (FailedAttempts::default(), Instant::now());
        let pauses: Vec<Duration> = (0..40)
            .map(|_| attempts.note(address("192.0.2.1"), now))
            .collect();
        assert_eq!(pauses[0], FIRST_PAUSE);
        assert_eq!(pauses[1], 2 * FIRST_PAUSE);
        assert!(pauses.is_sorted());
        assert_eq!(pauses[39], LONGEST_PAUSE);
        // Others do not pay for it.
        assert_eq!(attempts.note(address("192.0.2.2"), now), FIRST_PAUSE);
        // Forgotten in the end.
        assert_eq!(
            attempts.note(address("192.0.2.1"), now + MEMORY),
            FIRST_PAUSE
        );
    }

    #[test]
    fn the_addresses_of_one_client_count_as_one() {
        let (attempts, now) = (FailedAttempts::default(), Instant::now());
        attempts.note(address("2001:db8:1:2::1"), now);
        assert_eq!(
            attempts.note(address("2001:db8:1:2:ffff::2"), now),
            2 * FIRST_PAUSE
        );
        assert_eq!(attempts.note(address("2001:db8:1:3::1"), now), FIRST_PAUSE);
        // An address of IPv4 as a socket of IPv6 shows it.
        attempts.note(address("::ffff:192.0.2.1"), now);
        assert_eq!(attempts.note(address("192.0.2.1"), now), 2 * FIRST_PAUSE);
        assert_eq!(attempts.note(address("192.0.2.2"), now), FIRST_PAUSE);
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (attempts, now) = (FailedAttempts::new(2), Instant::now());
        for (seconds, text) in [(0, "192.0.2.1"), (1, "192.0.2.2"), (2, "192.0.2.3")] {
            attempts.note(address(text), now + Duration::from_secs(seconds));
        }
        let by_address = attempts.by_address.lock().expect("no panic");
        assert_eq!(by_address.len(), 2);
        assert!(
            !by_address.contains_key(&address("192.0.2.1")),
            "the oldest"
        );
    }
}
