//! The machine that runs are started on.

use crate::run::Host;

/// What a run's manifest says of this machine.
pub fn present() -> Host {
    let system = nix::sys::utsname::uname().ok();
    let words = |word: &std::ffi::OsStr| word.to_string_lossy().into_owned();
    Host {
        name: system
            .as_ref()
            .map_or(String::new(), |system| words(system.nodename())),
        system: system.as_ref().map_or(String::new(), |system| {
            [system.sysname(), system.release(), system.machine()]
                .map(words)
                .join(" ")
        }),
        processors: std::thread::available_parallelism().map_or(1, |count| count.get() as u64),
        memory_bytes: memory(),
        nashboard: env!("CARGO_PKG_VERSION").into(),
    }
}

/// All memory of the machine.
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_machine_has_a_processor_and_memory() {
        let host = super::present();
        assert!(host.processors >= 1);
        assert!(host.memory_bytes.is_some_and(|bytes| bytes > 1 << 20));
        assert!(host.system.starts_with("Linux"), "{}", host.system);
    }
}
