//! The rate of each client: a bucket of a minute's requests, which fills again all the time.
//!
//! It is the generic cell rate algorithm: of each client one moment is kept, the one at which its bucket is full again. The
//! number of clients is bounded: those whose buckets are full again are forgotten, and when all places are taken, those that
//! owe least.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::key::KeyId;
use crate::network::network_of;

/// Time in which an empty bucket fills.
pub const RATE_WINDOW: Duration = Duration::from_mins(1);
/// Most clients remembered: some 5 MB.
const MAX_CLIENTS: usize = 65_536;

/// Requests that each client may send in [`RATE_WINDOW`], on average and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestRate(NonZeroU32);

/// The reason why a text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rate: give the requests of a client in a minute, 1 to {max}, or `none`", max = RequestRate::MAX)]
pub struct RequestRateError(String);

impl RequestRate {
    /// Most requests in a minute: beyond it, no limit is meant.
    pub const MAX: u32 = 10_000_000;

    /// Creates the rate of so many requests in a minute, from 1 to [`Self::MAX`].
    #[must_use]
    pub fn per_minute(requests: u32) -> Option<Self> {
        NonZeroU32::new(requests)
            .filter(|requests| requests.get() <= Self::MAX)
            .map(Self)
    }

    /// Returns the requests in a minute.
    #[must_use]
    pub fn requests(self) -> u32 {
        self.0.get()
    }

    /// Returns the time in which so many requests come back.
    fn time_of(self, requests: u32) -> Duration {
        RATE_WINDOW.saturating_mul(requests) / self.0.get()
    }
}

impl FromStr for RequestRate {
    type Err = RequestRateError;

    fn from_str(text: &str) -> Result<Self, RequestRateError> {
        let requests = text.trim().parse().ok();
        requests
            .and_then(Self::per_minute)
            .ok_or_else(|| RequestRateError(text.to_owned()))
    }
}

/// A client that has a bucket of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateClient {
    /// Whoever has this key, by itself or by a session.
    Key(KeyId),
    /// A user that the proxy in front has named, by the hash of the name.
    User(u64),
    /// Whoever asks from this address or, by IPv6, from its network.
    Network(IpAddr),
}

/// The state of a client's bucket after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateState {
    /// Requests that may still be sent at once.
    pub remaining: u32,
    /// Time until the bucket is full.
    pub full_in: Duration,
}

/// The decision on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateVerdict {
    /// It may be answered.
    Admitted(RateState),
    /// It comes too soon, and has cost nothing.
    Refused {
        /// The bucket as it is.
        state: RateState,
        /// Time after which the same request is admitted.
        retry_in: Duration,
    },
}

impl RateVerdict {
    /// Returns the state of the bucket.
    #[must_use]
    pub fn state(self) -> RateState {
        match self {
            Self::Admitted(state) | Self::Refused { state, .. } => state,
        }
    }
}

/// The buckets of all clients.
#[derive(Debug)]
pub struct RateLimiter {
    rate: RequestRate,
    most: usize,
    hasher: std::hash::RandomState,
    /// The moment at which the bucket of each client is full.
    full_at: Mutex<HashMap<RateClient, Instant>>,
}

impl RateLimiter {
    /// Creates full buckets for this rate.
    #[must_use]
    pub fn new(rate: RequestRate) -> Self {
        Self::with_most_clients(rate, MAX_CLIENTS)
    }

    fn with_most_clients(rate: RequestRate, most: usize) -> Self {
        Self {
            rate,
            most,
            hasher: std::hash::RandomState::new(),
            full_at: Mutex::default(),
        }
    }

    /// Returns the rate.
    #[must_use]
    pub fn rate(&self) -> RequestRate {
        self.rate
    }

    /// Returns the client of a name that the proxy in front gives.
    #[must_use]
    pub fn user(&self, name: &str) -> RateClient {
        // By a secret hash: names have any length, and nobody finds a second one with the bucket of another.
        RateClient::User(self.hasher.hash_one(name))
    }

    /// Takes the requests that a request counts for out of a bucket, if they are there.
    pub fn take(&self, client: RateClient, requests: u32, now: Instant) -> RateVerdict {
        let client = match client {
            RateClient::Network(address) => RateClient::Network(network_of(address)),
            client => client,
        };
        // One that counts for more than a full bucket holds could never be sent.
        let cost = self.rate.time_of(requests.min(self.rate.requests()));
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let owed = all.get(&client).map_or(Duration::ZERO, |full_at| {
            full_at.saturating_duration_since(now)
        });
        let owed_after = owed + cost;
        if owed_after > RATE_WINDOW {
            return RateVerdict::Refused {
                state: self.state(owed),
                retry_in: owed_after.saturating_sub(RATE_WINDOW),
            };
        }
        if all.len() >= self.most && !all.contains_key(&client) {
            make_room(&mut all, now);
        }
        all.insert(client, now + owed_after);
        RateVerdict::Admitted(self.state(owed_after))
    }

    fn state(&self, owed: Duration) -> RateState {
        let left = RATE_WINDOW.saturating_sub(owed);
        let remaining = left.as_nanos() * u128::from(self.rate.requests()) / RATE_WINDOW.as_nanos();
        RateState {
            // At most the rate, which has 32 bits.
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            full_in: owed,
        }
    }
}

/// Makes room for clients: of those with full buckets, else of the half that owes least and loses least by being forgotten.
fn make_room(full_at: &mut HashMap<RateClient, Instant>, now: Instant) {
    let before = full_at.len();
    full_at.retain(|_, moment| *moment > now);
    if full_at.len() < before {
        return;
    }
    let mut moments: Vec<Instant> = full_at.values().copied().collect();
    let middle = moments.len() / 2;
    // Half at once, so that a flood of addresses does not sort all of them for each one.
    let (_, median, _) = moments.select_nth_unstable(middle);
    full_at.retain(|_, moment| *moment > *median);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(requests: u32) -> RequestRate {
        RequestRate::per_minute(requests).expect("a rate")
    }

    fn network(text: &str) -> RateClient {
        RateClient::Network(text.parse().expect("an address"))
    }

    fn is_admitted(verdict: RateVerdict) -> bool {
        matches!(verdict, RateVerdict::Admitted(_))
    }

    #[test]
    fn a_minute_of_requests_may_come_at_once_and_then_at_the_rate() {
        let (limiter, start) = (RateLimiter::new(rate(60)), Instant::now());
        let client = network("192.0.2.1");
        for sent in 1..=60 {
            let state = limiter.take(client, 1, start).state();
            assert_eq!(state.remaining, 60 - sent);
            assert_eq!(state.full_in, Duration::from_secs(sent.into()));
        }
        let RateVerdict::Refused { state, retry_in } = limiter.take(client, 1, start) else {
            panic!("more than a minute's requests");
        };
        assert_eq!(state.remaining, 0);
        assert_eq!(retry_in, Duration::from_secs(1));
        // What was refused has cost nothing: one a second from here on.
        for second in 1..=100 {
            let now = start + Duration::from_secs(second);
            assert!(is_admitted(limiter.take(client, 1, now)), "{second}");
            assert!(!is_admitted(limiter.take(client, 1, now)), "{second}");
        }
        // Others do not pay for it.
        assert!(is_admitted(limiter.take(network("192.0.2.2"), 1, start)));
    }

    #[test]
    fn heavy_requests_count_for_more_and_never_for_more_than_a_bucket() {
        let (limiter, start) = (RateLimiter::new(rate(10)), Instant::now());
        let client = limiter.user("Anne");
        assert_eq!(limiter.take(client, 4, start).state().remaining, 6);
        // Fewer than it counts for are left, but a light one passes.
        assert!(!is_admitted(limiter.take(client, 7, start)));
        assert_eq!(limiter.take(client, 1, start).state().remaining, 5);
        assert!(is_admitted(limiter.take(
            client,
            u32::MAX,
            start + RATE_WINDOW
        )));
        assert_ne!(client, limiter.user("anne"));
    }

    #[test]
    fn the_addresses_of_one_client_share_a_bucket() {
        let (limiter, now) = (RateLimiter::new(rate(10)), Instant::now());
        for (address, remaining) in [
            ("2001:db8:1:2::1", 9),
            ("2001:db8:1:2:ffff::2", 8),
            ("2001:db8:1:3::1", 9),
            ("192.0.2.1", 9),
            ("::ffff:192.0.2.1", 8),
        ] {
            let state = limiter.take(network(address), 1, now).state();
            assert_eq!(state.remaining, remaining, "{address}");
        }
    }

    #[test]
    fn many_addresses_fill_no_memory_and_give_back_no_empty_bucket() {
        let (limiter, now) = (
            RateLimiter::with_most_clients(rate(10), 100),
            Instant::now(),
        );
        let greedy = network("192.0.2.1");
        limiter.take(greedy, 10, now);
        for number in 0..10_000_u32 {
            let address = RateClient::Network(IpAddr::V4((0x0a00_0000 + number).into()));
            limiter.take(address, 1, now);
            let known = limiter.full_at.lock().expect("no panic").len();
            assert!(known <= 100, "{known}");
        }
        // Whoever owes most is the last to be forgotten.
        assert!(!is_admitted(limiter.take(greedy, 1, now)));
    }

    #[test]
    fn a_rate_is_a_number_of_requests() {
        assert_eq!("600".parse(), Ok(rate(600)));
        for text in ["0", "-1", "1/s", "", "10000001", "99999999999"] {
            assert!(text.parse::<RequestRate>().is_err(), "{text}");
        }
    }
}
