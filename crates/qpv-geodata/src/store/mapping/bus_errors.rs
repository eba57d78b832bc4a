//! The survival of a program whose mapped file is cut while it is read.
//!
//! The system then ends the program with SIGBUS, whatever else it serves. Within the files mapped here, the lost page is
//! read as zeros instead, and counted: whoever answers compares [`lost_pages`] before and after, and drops the answer.

#![expect(
    unsafe_code,
    reason = "signal handlers and mappings are the system's own interface"
)]

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};

/// The most files mapped at once under this guard: a country's parcels are some three hundred.
const SLOTS: usize = 4096;

/// The place of a mapped file in memory. A start of zero is a free slot.
struct Slot {
    start: AtomicUsize,
    end: AtomicUsize,
}

static SLOTS_TAKEN: [Slot; SLOTS] = [const {
    Slot {
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
    }
}; SLOTS];
static LOST_PAGES: AtomicUsize = AtomicUsize::new(0);
static INSTALLED: OnceLock<Option<Installed>> = OnceLock::new();

struct Installed {
    page_bytes: usize,
    /// The action before, which still holds elsewhere.
    before: libc::sigaction,
}

/// Returns the pages of mapped files that were gone when they were read, since the program started.
#[must_use]
pub fn lost_pages() -> usize {
    LOST_PAGES.load(Ordering::Relaxed)
}

/// The guard over a mapped range.
#[derive(Debug)]
pub(super) struct Guard(usize);

impl Guard {
    /// Guards a range of memory; `None` when the system or the number of files does not allow it.
    pub(super) fn over(bytes: &[u8]) -> Option<Self> {
        INSTALLED.get_or_init(install).as_ref()?;
        let range = bytes.as_ptr_range();
        let (start, end) = (range.start.addr(), range.end.addr());
        let slot = SLOTS_TAKEN.iter().position(|slot| {
            // Until its end is written, a slot with a start holds nothing.
            let taken = slot
                .start
                .compare_exchange(0, start, Ordering::AcqRel, Ordering::Relaxed);
            taken.is_ok()
        })?;
        SLOTS_TAKEN[slot].end.store(end, Ordering::Release);
        Some(Self(slot))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let slot = &SLOTS_TAKEN[self.0];
        slot.end.store(0, Ordering::Release);
        slot.start.store(0, Ordering::Release);
    }
}

fn is_guarded(address: usize) -> bool {
    SLOTS_TAKEN.iter().any(|slot| {
        slot.start.load(Ordering::Acquire) <= address && address < slot.end.load(Ordering::Acquire)
    })
}

fn install() -> Option<Installed> {
    // SAFETY: plain calls with pointers to values that live as long as they do; zeros are a valid `sigaction`.
    unsafe {
        let page_bytes = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).ok()?;
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = on_bus_error;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        let mut before: libc::sigaction = MaybeUninit::zeroed().assume_init();
        (libc::sigaction(libc::SIGBUS, &raw const action, &raw mut before) == 0)
            .then_some(Installed { page_bytes, before })
    }
}

/// Puts a page of zeros where a guarded file has none left; leaves every other fault to what handled it before.
extern "C" fn on_bus_error(_: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // The fault may come before the handler is noted: it is then raised again, and finds it.
    let Some(Some(installed)) = INSTALLED.get() else {
        return;
    };
    // SAFETY: the system gives a valid `info` to a handler with SA_SIGINFO. The page lies in a file mapped for reading
    // only, whose memory nobody writes, and `mmap` and `sigaction` may be called in a handler (`signal-safety(7)`).
    unsafe {
        let address = (*info).si_addr().addr();
        if is_guarded(address) {
            let page = address & !(installed.page_bytes - 1);
            let mapped = libc::mmap(
                ptr::with_exposed_provenance_mut(page),
                installed.page_bytes,
                libc::PROT_READ,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            );
            if mapped != libc::MAP_FAILED {
                LOST_PAGES.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
        libc::sigaction(libc::SIGBUS, &raw const installed.before, ptr::null_mut());
    }
}
