//! The file `output.log`: whole entries only, and an account of what a full disk cost.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::{io, path::Path};

use super::log::{now, parse_entry};

pub(super) struct Output {
    file: File,
    /// End of the last whole entry.
    end: u64,
    /// Bytes of the child's output that were not recorded.
    pub lost: u64,
    /// Those of them that the log does not mention yet.
    unreported: u64,
    reason: String,
}

impl Output {
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut create = OpenOptions::new();
        let file = create.create(true).truncate(false).write(true).open(path)?;
        let (end, reason) = (file.metadata()?.len(), String::new());
        Ok(Self {
            file,
            end,
            lost: 0,
            unreported: 0,
            reason,
        })
    }

    /// Why what comes is not recorded at present.
    pub fn obstacle(&self) -> Option<&str> {
        (self.unreported > 0).then_some(self.reason.as_str())
    }

    /// Appends entries, after a word on earlier losses; what finds no room is counted as lost.
    pub fn append(&mut self, entries: &[u8]) {
        if self.unreported > 0 {
            let (time, bytes, reason) = (now(), self.unreported, &self.reason);
            let notice =
                format!("{time} stderr F nashboard: {bytes} bytes not recorded: {reason}\n");
            if self.write(notice.as_bytes()) == notice.len() {
                self.unreported = 0;
            }
        }
        let kept = if self.unreported > 0 {
            0
        } else {
            self.write(entries)
        };
        let dropped = entries[kept..].split_inclusive(|byte| *byte == b'\n');
        for entry in dropped.filter_map(parse_entry) {
            self.lost += entry.source_len() as u64;
            self.unreported += entry.source_len() as u64;
        }
    }

    /// Writes as many whole entries as there is room for, and returns their length.
    fn write(&mut self, entries: &[u8]) -> usize {
        let mut kept = entries.len();
        if let Err(error) = self.file.write_all_at(entries, self.end) {
            self.reason = error.to_string();
            // What a short write tore is cut off; should that fail, the next write covers it.
            let length = self.file.metadata().map_or(0, |file| file.len());
            let written = kept.min(length.saturating_sub(self.end) as usize);
            let last = entries[..written].iter().rposition(|byte| *byte == b'\n');
            kept = last.map_or(0, |at| at + 1);
            let _ = self.file.set_len(self.end + kept as u64);
        }
        self.end += kept as u64;
        kept
    }
}
