//! What all that make up the load share.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Value;

use crate::common::Site;

/// The server's place, and what was counted.
pub struct World {
    pub url: String,
    pub data: PathBuf,
    /// Runs that are active, as far as is known.
    pub active: Mutex<Vec<String>>,
    pub visits: AtomicU64,
    pub delivered: AtomicU64,
    /// Lines that a client did not get though it was there, or came back for them.
    pub lost: AtomicU64,
    pub doubled: AtomicU64,
    /// Requests that were answered by an error where none was due.
    pub refused: AtomicU64,
    pub uploads: AtomicU64,
    over: AtomicBool,
}

impl World {
    pub fn new(site: &Site) -> Self {
        Self {
            url: site.url.clone(),
            data: site.folder.path().join("data"),
            active: Mutex::default(),
            visits: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            doubled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            uploads: AtomicU64::new(0),
            over: AtomicBool::new(false),
        }
    }

    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn count(&self, counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Ordering::Relaxed);
    }

    /// The JSON of an answer; `None` while the server is away. An error is counted and told.
    pub fn call(
        &self,
        request: impl FnOnce() -> Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Option<Value> {
        let mut answer = request().ok()?;
        let body: Value = answer.body_mut().read_json().ok()?;
        if answer.status() != 200 {
            eprintln!("refused: {} {body}", answer.status());
            self.count(&self.refused, 1);
            return None;
        }
        Some(body)
    }
}

/// Numbers that look random, the same in each load.
pub struct Chance(pub u64);

impl Chance {
    /// A number below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}
