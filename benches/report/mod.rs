//! A table of figures: on the screen, and as a section of the note where `NASHBOARD_BENCH_NOTE` names one.

#![allow(dead_code)] // Each bench uses a part of it.

use std::fs;

/// A table that grows row by row.
pub struct Table {
    section: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table for the part of the note between `<!-- SECTION -->` and `<!-- /SECTION -->`.
    pub fn new(section: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            section,
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row, and tells it at once: a bench takes minutes.
    pub fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.columns.len());
        eprintln!("  {}", cells.join("  ·  "));
        self.rows.push(cells);
    }

    /// Prints the table, and lays it into the note.
    pub fn finish(self) {
        let text = self.markdown();
        println!("{text}");
        let Some(note) = std::env::var_os("NASHBOARD_BENCH_NOTE") else {
            return;
        };
        let before = fs::read_to_string(&note).unwrap();
        let (open, close) = (
            format!("<!-- {} -->", self.section),
            format!("<!-- /{} -->", self.section),
        );
        let from = before
            .find(&open)
            .expect("a mark for this section in the note")
            + open.len();
        let to = from + before[from..].find(&close).expect("the mark of its end");
        let after = format!(
            "{}\n{}\n\n{text}{}",
            &before[..from],
            surroundings(),
            &before[to..]
        );
        fs::write(note, after).unwrap();
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let head: Vec<String> = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let rule: Vec<String> = (0..head.len())
            .map(|at| if at == 0 { "---" } else { "---:" }.to_owned())
            .collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        line(&head) + &line(&rule) + &rows
    }
}

/// When and on what the figures were taken.
fn surroundings() -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches(['\t', ' ', ':'])
        });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!(
        "Measured {date} on {cores} cores of {model}, Linux {}, load {load} when it was written.",
        kernel.trim()
    )
}

/// A number with as many digits as it deserves.
pub fn figure(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// What the system says of a process: `VmRSS` or `VmHWM`, in megabytes.
pub fn memory(pid: u32, what: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1024.0
}

/// Seconds of a processor that a process has used; 0 for one that is gone.
pub fn processor(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, which may hold blanks, ends at the last bracket; user and system time are fields 14 and 15.
    let fields: Vec<&str> = match stat.rfind(')') {
        Some(end) => stat[end + 2..].split(' ').collect(),
        None => return 0.0,
    };
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / 100.0
}

/// The value that `share` of the sorted values do not exceed.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted
        .get(at.saturating_sub(1))
        .copied()
        .unwrap_or(f64::NAN)
}
