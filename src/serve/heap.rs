//! What the allocator keeps back of the memory that is given back to it.

/// Lets all threads share few heaps. Call it before there are any.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code)]
pub fn share() {
    /// By default the GNU C library makes up to eight for each core, and each keeps room for what its busiest hour
    /// needed: on two cores, with ten runs and two hundred clients, that was more than half of the server's memory.
    /// With two of them the threads wait for each other where much is read at once, with six they hardly do.
    const HEAPS: i32 = 6;
    // SAFETY: mallopt takes two numbers and no pointer, and changes a parameter of the allocator under its own lock. A
    // parameter that it does not take changes nothing.
    unsafe {
        nix::libc::mallopt(nix::libc::M_ARENA_MAX, HEAPS);
    }
}

/// Other C libraries have no such heaps.
#[cfg(not(target_env = "gnu"))]
pub fn share() {}
