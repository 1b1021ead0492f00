//! Bounds of what the server takes on, as `[limits]` of the configuration states them.

use std::time::Duration;

use serde::Deserialize;

use super::ServerError;
use crate::run::EPOCHS_MOST;

/// Bounds of what the server takes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Runs that may be active at the same time.
    pub active_runs: usize,
    /// Bytes of an upload.
    pub upload_bytes: u64,
    /// Epochs that may be asked for.
    pub epochs: u64,
    /// Seconds without output after which a run is said to be silent; 0 says it never.
    pub stall_seconds: u64,
    /// Days that the folder of a deleted run is kept.
    pub deleted_days: u64,
    /// Connections at the same time.
    pub connections: u32,
    /// Connections of one client address at the same time.
    pub connections_per_client: usize,
    /// Event streams of one client address at the same time.
    pub streams_per_client: usize,
    /// Downloads at the same time; each holds a thread.
    pub downloads: usize,
    /// Costly requests of one client address in a second; twice as many may come at once.
    pub costly_per_second: u32,
    /// Bytes of a call's body; uploads have a limit of their own.
    pub body_bytes: usize,
    /// Bytes of a request's headers.
    pub header_bytes: usize,
    /// Seconds that the headers of a request may take, and a connection may be idle before them.
    pub header_seconds: u64,
    /// Seconds that a client may pause in the middle of a body.
    pub body_seconds: u64,
    /// Seconds that a client may leave unread what is sent to it.
    pub unread_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_runs: 1,
            upload_bytes: 1 << 30,
            epochs: EPOCHS_MOST,
            stall_seconds: 300,
            deleted_days: 7,
            // All clients of this machine, and all behind a proxy on it, have one address.
            connections: 12_288,
            connections_per_client: 12_000,
            streams_per_client: 12_000,
            downloads: 32,
            costly_per_second: 100,
            body_bytes: 1 << 20,
            header_bytes: 32 << 10,
            header_seconds: 30,
            body_seconds: 30,
            unread_seconds: 60,
        }
    }
}

impl Limits {
    /// Refuses what would leave nothing to serve, or what no machine can keep.
    ///
    /// # Errors
    /// With the key, its value and the range.
    pub fn check(&self) -> Result<(), ServerError> {
        let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        for (key, value, least, most) in [
            ("connections", self.connections.into(), 1, 100_000),
            (
                "connections_per_client",
                size(self.connections_per_client),
                1,
                100_000,
            ),
            (
                "streams_per_client",
                size(self.streams_per_client),
                1,
                100_000,
            ),
            // Half of the threads that may block; calls need the others.
            ("downloads", size(self.downloads), 1, 256),
            (
                "costly_per_second",
                self.costly_per_second.into(),
                1,
                100_000,
            ),
            ("body_bytes", size(self.body_bytes), 1 << 10, 1 << 30),
            ("header_bytes", size(self.header_bytes), 1 << 10, 1 << 20),
            ("header_seconds", self.header_seconds, 1, 3600),
            ("body_seconds", self.body_seconds, 1, 3600),
            ("unread_seconds", self.unread_seconds, 1, 3600),
        ] {
            if !(least..=most).contains(&value) {
                return Err(ServerError::Config(format!(
                    "“{key}” in [limits] is {value}, but takes a number from {least} to {most}"
                )));
            }
        }
        Ok(())
    }

    pub fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    pub fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    pub fn unread_time(&self) -> Duration {
        Duration::from_secs(self.unread_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_limits_are_possible_ones() {
        Limits::default().check().unwrap();
    }

    #[test]
    fn an_impossible_limit_is_named_with_its_range() {
        let limits = Limits {
            header_bytes: 10,
            ..Limits::default()
        };
        let error = limits.check().unwrap_err().to_string();
        for word in ["header_bytes", " 10,", "1024"] {
            assert!(error.contains(word), "{error}");
        }
        for limits in [
            Limits {
                connections: 0,
                ..Limits::default()
            },
            Limits {
                downloads: 5000,
                ..Limits::default()
            },
            Limits {
                unread_seconds: 0,
                ..Limits::default()
            },
        ] {
            assert!(limits.check().is_err(), "{limits:?}");
        }
    }
}
