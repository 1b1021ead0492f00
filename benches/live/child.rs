//! The trainer of the bench: prints numbered lines that say when they were written.

use std::io::Write;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long it stays after its last line, so that what it cost can still be read.
const AFTERWARDS: Duration = Duration::from_millis(1500);

/// `paced LINES RATE` or `flood LINES`.
pub fn run(args: &[String]) {
    let lines: u64 = args[1].parse().expect("lines");
    let between = match args[0].as_str() {
        "paced" => Some(Duration::from_secs_f64(
            1.0 / args[2].parse::<f64>().expect("a rate"),
        )),
        _ => None,
    };
    let mut out = std::io::stdout().lock();
    let begun = Instant::now();
    for number in 1..=lines {
        if let Some(between) = between {
            let due = begun + between * number as u32;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        let line = line(number, lines);
        // Each line by a write of its own, as a trainer does that is not to hold its output back.
        if out.write_all(line.as_bytes()).is_err() {
            return;
        }
        let _ = out.flush();
    }
    std::thread::sleep(AFTERWARDS);
}

fn line(number: u64, lines: u64) -> String {
    let loss = 0.7 + (number % 89) as f64 / 97.0;
    format!(
        "Epoch {number}/{lines} Generator Loss: {loss:.4} Discriminator Loss: 1.3391 @{number}.{}@\n",
        now()
    )
}

/// Nanoseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock").as_nanos() as u64
}
