//! What the graphics cards of the machine do, as `nvidia-smi` tells where it is installed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::thread::on_thread;
use crate::run::Gpu;

/// The driver's own tool. It goes on telling: to begin costs it more than to tell.
const PROGRAM: &str = "nvidia-smi";
const ARGUMENTS: [&str; 3] = [
    "--query-gpu=index,name,utilization.gpu,memory.used,memory.total",
    "--format=csv,noheader,nounits",
    "--loop=2",
];
/// How long to wait before it is tried again where it is missing or has ended.
const PAUSE: Duration = Duration::from_secs(60);
/// What it told so long ago is no longer so.
const FRESH: Duration = Duration::from_secs(10);
/// Cards that are listed at most, and bytes of a line that are read.
const CARDS: usize = 64;
const LINE: u64 = 4096;

/// What each card was last told to do, and when.
type Told = Arc<Mutex<BTreeMap<u32, (Instant, Gpu)>>>;

/// The cards, as long as somebody wants to know.
#[derive(Default)]
pub struct Gpus {
    teller: Option<Child>,
    told: Told,
    /// When the teller may be started again.
    again: Option<Instant>,
}

impl Gpus {
    /// What the cards do at present; empty where nobody can tell, and at the first look.
    pub fn look(&mut self) -> Vec<Gpu> {
        let is_over = |teller: &mut Child| !matches!(teller.try_wait(), Ok(None));
        if self.teller.as_mut().is_some_and(is_over) {
            self.teller = None;
            self.again = Some(Instant::now() + PAUSE);
        }
        if self.teller.is_none() && self.again.is_none_or(|again| again <= Instant::now()) {
            self.teller = start(Arc::clone(&self.told));
            self.again = self.teller.is_none().then(|| Instant::now() + PAUSE);
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = told.values().filter(|(then, _)| then.elapsed() < FRESH);
        fresh.map(|(_, gpu)| gpu.clone()).collect()
    }

    /// Lets the teller go until the next look.
    pub fn leave(&mut self) {
        if let Some(mut teller) = self.teller.take() {
            // It may have ended by itself.
            let _ = teller.kill().and_then(|()| teller.wait());
        }
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl Drop for Gpus {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Starts the teller, and a thread that notes what it says. Where this process is killed, its pipe breaks and it ends.
fn start(told: Told) -> Option<Child> {
    let mut command = Command::new(PROGRAM);
    command
        .args(ARGUMENTS)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    // Most machines have none.
    let mut teller = command.stdout(Stdio::piped()).spawn().ok()?;
    let lines = teller.stdout.take()?;
    if on_thread("graphics cards".into(), move || note(lines, &told)).is_err() {
        let _ = teller.kill().and_then(|()| teller.wait());
        return None;
    }
    Some(teller)
}

fn note(lines: ChildStdout, told: &Told) {
    let (mut lines, mut line) = (BufReader::new(lines), Vec::new());
    loop {
        line.clear();
        match lines.by_ref().take(LINE).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            _ => return,
        }
        let Some(gpu) = card(&String::from_utf8_lossy(&line)) else {
            continue;
        };
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < CARDS || told.contains_key(&gpu.index) {
            told.insert(gpu.index, (Instant::now(), gpu));
        }
    }
}

/// A line: number, name, percent, and used and whole memory in MiB. What a card cannot tell is `[N/A]`.
fn card(line: &str) -> Option<Gpu> {
    let mut words = line.split(',').map(str::trim);
    let index = words.next()?.parse().ok()?;
    let name = words.next()?.to_owned();
    let mut number = || {
        words
            .next()?
            .parse::<f64>()
            .ok()
            .filter(|number| *number >= 0.0)
    };
    let percent = number();
    let mut bytes = || number().map(|mebibytes| (mebibytes * 1_048_576.0) as u64);
    Some(Gpu {
        index,
        name,
        percent,
        memory_bytes: bytes(),
        memory_total_bytes: bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_card_and_what_it_cannot_tell_is_absent() {
        let gpu = card("0, NVIDIA H100 80GB HBM3, 87, 11300, 81559\n").unwrap();
        assert_eq!((gpu.index, gpu.name.as_str()), (0, "NVIDIA H100 80GB HBM3"));
        assert_eq!(gpu.percent, Some(87.0));
        assert_eq!(gpu.memory_bytes, Some(11_300 << 20));
        assert_eq!(gpu.memory_total_bytes, Some(81_559 << 20));
        let gpu = card("3, Tesla, [N/A], [Not Supported], 100").unwrap();
        assert_eq!((gpu.percent, gpu.memory_bytes), (None, None));
        assert_eq!(gpu.memory_total_bytes, Some(100 << 20));
        assert_eq!(card("No devices were found"), None);
        assert_eq!(card(""), None);
    }
}
