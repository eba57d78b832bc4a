//! Sessions of browsers: a random token for each, of which only a hash is kept, in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::key::{KeyId, SECRET_BYTES};

/// Time that a session lasts: a working day, so that nobody signs in twice on one.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(12);
/// Most sessions at once: more than an administration has desks, and less than 2 MB of memory.
const MAX_SESSIONS: usize = 10_000;

/// The sessions of a service. They end with it.
pub struct Sessions {
    most: usize,
    by_hash: RwLock<HashMap<TokenHash, Session>>,
}

/// The SHA-256 of a session's token.
type TokenHash = [u8; 32];

#[derive(Clone, Copy)]
struct Session {
    key: KeyId,
    begun: Instant,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::new(MAX_SESSIONS)
    }
}

/// Neither tokens nor keys.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.read().len();
        f.debug_struct("Sessions").field("open", &open).finish()
    }
}

impl Sessions {
    fn new(most: usize) -> Self {
        Self {
            most,
            by_hash: RwLock::default(),
        }
    }

    /// Begins a session of a client that has shown this key, and returns its token, which is kept nowhere.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn begin(&self, key: KeyId, now: Instant) -> Result<String, getrandom::Error> {
        // As hard to guess as the key that it stands for.
        let mut token = [0; SECRET_BYTES];
        getrandom::fill(&mut token)?;
        let token = HEXLOWER.encode(&token);
        let mut sessions = self.write();
        if sessions.len() >= self.most {
            make_room(&mut sessions, key, now);
        }
        sessions.insert(hash_of(&token), Session { key, begun: now });
        Ok(token)
    }

    /// Returns the key that a session began with; `None` for one that has ended, or never was.
    #[must_use]
    pub fn key_of(&self, token: &str, now: Instant) -> Option<KeyId> {
        let hash = hash_of(token);
        let session = self.read().get(&hash).copied()?;
        (!session.is_over(now)).then_some(session.key)
    }

    /// Ends a session.
    pub fn end(&self, token: &str) {
        self.write().remove(&hash_of(token));
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<TokenHash, Session>> {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<TokenHash, Session>> {
        self.by_hash.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn is_over(self, now: Instant) -> bool {
        now.saturating_duration_since(self.begun) >= SESSION_LIFETIME
    }
}

fn hash_of(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// Makes room for a session of a key: of those that are over, else of the oldest of this key, so that one key cannot end the
/// sessions of the others, else of the oldest of all.
fn make_room(sessions: &mut HashMap<TokenHash, Session>, key: KeyId, now: Instant) {
    // Those that are over are only looked for here: until then they cost nothing but their place.
    let before = sessions.len();
    sessions.retain(|_, session| !session.is_over(now));
    if sessions.len() < before {
        return;
    }
    let oldest = sessions
        .iter()
        .min_by_key(|(_, session)| (session.key != key, session.begun));
    if let Some(hash) = oldest.map(|(hash, _)| *hash) {
        sessions.remove(&hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn key(id: &str) -> KeyId {
        id.parse().expect("12 digits")
    }

    #[test]
    fn a_session_lasts_for_its_time_or_until_it_is_ended() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let first = sessions.begin(key("00000000000a"), now).expect("random");
        let second = sessions.begin(key("00000000000b"), now).expect("random");
        assert_ne!(first, second);
        let last = now + SESSION_LIFETIME.saturating_sub(SECOND);
        assert_eq!(sessions.key_of(&first, last), Some(key("00000000000a")));
        assert_eq!(sessions.key_of(&second, last), Some(key("00000000000b")));
        assert_eq!(sessions.key_of(&first, now + SESSION_LIFETIME), None);
        sessions.end(&second);
        assert_eq!(sessions.key_of(&second, now), None);
        assert_eq!(sessions.key_of("", now), None);
    }

    #[test]
    fn neither_tokens_nor_their_number_fill_the_memory() {
        let (sessions, now) = (Sessions::new(3), Instant::now());
        let (a, b) = (key("00000000000a"), key("00000000000b"));
        let of_b = sessions.begin(b, now).expect("random");
        let of_a: Vec<String> = (1..=4)
            .map(|second| sessions.begin(a, now + second * SECOND).expect("random"))
            .collect();
        let later = now + 5 * SECOND;
        let open: Vec<bool> = of_a
            .iter()
            .map(|token| sessions.key_of(token, later).is_some())
            .collect();
        assert_eq!(open, [false, false, true, true], "its own oldest make room");
        assert_eq!(sessions.key_of(&of_b, later), Some(b));
        assert_eq!(sessions.read().len(), 3);
        let token = &of_a[3];
        let kept = format!("{sessions:?}");
        assert!(!kept.contains(token.as_str()), "{kept}");
        // All are over: they make room for new ones.
        sessions
            .begin(b, now + 2 * SESSION_LIFETIME)
            .expect("random");
        assert_eq!(sessions.read().len(), 1);
    }
}
