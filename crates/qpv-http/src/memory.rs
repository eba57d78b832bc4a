//! Memory that goes back to the system.

/// Gives back the memory that was freed: the allocator keeps it for later otherwise, as much as the largest flood took.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "the allocator of the system is reached through C only"
)]
pub(crate) fn give_back() {
    // SAFETY: `malloc_trim` takes the allocator's own locks, may be called from any thread at any time, and touches only
    // memory that is free.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Does nothing: other allocators give memory back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back() {}
