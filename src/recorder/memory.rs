//! Counts how often the system has killed a process to regain memory.

use std::fs;
use std::path::Path;

/// Kills in the recorder's own control group where that counts them, else in the whole system.
pub(super) fn kills() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"));
    let file = own.map(|own| Path::new("/sys/fs/cgroup").join(own).join("memory.events"));
    let counted = file.and_then(|file| count(&fs::read_to_string(file).ok()?));
    counted.or_else(|| count(&fs::read_to_string("/proc/vmstat").ok()?))
}

/// The value of the line `oom_kill VALUE`.
fn count(text: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
    value?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_counters_are_read() {
        assert_eq!(
            count("low 0\noom 3\noom_kill 2\noom_group_kill 1\n"),
            Some(2)
        );
        assert_eq!(count("oom 3\n"), None);
    }
}
