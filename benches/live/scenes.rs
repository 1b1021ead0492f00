//! The scenes: one client, a flood, thousands of clients, a start.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::clients::{Clients, Seen};
use crate::common::Site;
use crate::report::{Table, figure, memory, quantile};
use crate::side::{Kind, Side};

/// Lines of the flood, each of which is three events.
const FLOOD: u64 = 100_000;
/// Lines of the highest rate that is tried for long.
const RATE: u64 = 60_000;
const BOTH: [Kind; 2] = [Kind::Nashboard, Kind::Bare];

/// What one server did in one scene.
struct Outcome {
    /// Sorted, in milliseconds.
    delays: Vec<f64>,
    delivered: u64,
    lost: u64,
    doubled: u64,
    /// From the first line's write until the last client had the last line.
    seconds: f64,
    /// Shares of one core while the child printed.
    processor: f64,
    /// Megabytes before there was a client, and at most.
    idle: f64,
    most: f64,
    stored: Option<u64>,
    stored_after: f64,
}

impl Outcome {
    fn millis(&self, share: f64) -> f64 {
        quantile(&self.delays, share)
    }
}

/// Lets `arguments` print to so many clients and silent ones.
fn watch(kind: Kind, path: &str, arguments: &str, count: (usize, usize)) -> Outcome {
    let lines: u64 = arguments.split(' ').nth(1).unwrap().parse().unwrap();
    let side = Side::start(kind, arguments);
    let idle = side.memory("VmRSS");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let clients = Clients::connect(side.address(), path, count, lines).await;
        // Those that were just connected cost no more.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (used, begun) = (side.processor(), Instant::now());
        let run = std::thread::scope(|scope| scope.spawn(|| side.begin()).join()).unwrap();
        clients.finish().await;
        let processor = (side.processor() - used) / begun.elapsed().as_secs_f64();
        let most = side.memory("VmHWM");
        let seen: &Seen = &clients.seen;
        let seconds = (seen.last.get().saturating_sub(seen.first.get())) as f64 / 1e9;
        let stored = run.and_then(|run| side.stored(&run));
        let stored_after = (crate::child::now().saturating_sub(seen.first.get())) as f64 / 1e9;
        let mut delays = seen.delays.take();
        delays.sort_by(f64::total_cmp);
        Outcome {
            delays,
            delivered: seen.delivered.get(),
            lost: seen.lost.get(),
            doubled: seen.doubled.get(),
            seconds,
            processor,
            idle,
            most,
            stored,
            stored_after,
        }
    })
}

/// A row that compares the two, where less is better; `target` is the ratio that is to be kept.
fn compare(table: &mut Table, what: &str, unit: &str, values: [f64; 2], target: Option<f64>) {
    let ratio = values[0] / values[1];
    table.row(vec![
        what.to_owned(),
        format!("{} {unit}", figure(values[0])),
        format!("{} {unit}", figure(values[1])),
        figure(ratio),
        target.map_or_else(String::new, |most| format!("≤ {most} ×")),
        met(target.map(|most| ratio <= most)),
    ]);
}

/// A row of ours alone, with its target in words.
fn alone(table: &mut Table, what: &str, values: [String; 2], target: &str, is_met: Option<bool>) {
    let [ours, bare] = values;
    table.row(vec![
        what.to_owned(),
        ours,
        bare,
        String::new(),
        target.to_owned(),
        met(is_met),
    ]);
}

fn met(is_met: Option<bool>) -> String {
    match is_met {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "",
    }
    .to_owned()
}

/// From the child's write to one client's read.
pub fn latency(table: &mut Table) {
    // Turn and turn about, so that what else the machine does meets both.
    let mut delays = [Vec::new(), Vec::new()];
    for _ in 0..3 {
        for (at, kind) in BOTH.into_iter().enumerate() {
            let outcome = watch(kind, "/events/logs", "paced 500 100", (1, 0));
            assert_eq!(outcome.lost, 0);
            delays[at].extend(outcome.delays);
        }
    }
    delays
        .iter_mut()
        .for_each(|delays| delays.sort_by(f64::total_cmp));
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let values = [0, 1].map(|at| quantile(&delays[at], share));
        compare(
            table,
            &format!("child's write → client, {name}"),
            "ms",
            values,
            Some(3.0),
        );
    }
}

/// So many lines flat out.
pub fn flood(table: &mut Table) {
    let arguments = format!("flood {FLOOD}");
    let [ours, bare] = BOTH.map(|kind| watch(kind, "/events/logs", &arguments, (1, 0)));
    let what = format!("{FLOOD} lines flat out, all at the client");
    let seconds = [ours.seconds, bare.seconds];
    alone(
        table,
        &what,
        seconds.map(|value| format!("{} s", figure(value))),
        "≤ 1.5 s",
        Some(seconds[0] <= 1.5),
    );
    let stored = ours.stored.unwrap_or_default();
    let (told, kept) = (
        format!("{} s, {stored} stored", figure(ours.stored_after)),
        stored == FLOOD && ours.stored_after <= 1.5,
    );
    alone(
        table,
        "  and stored, as a call tells",
        [told, "stores none".into()],
        "≤ 1.5 s, all",
        Some(kept),
    );
    losses(table, [&ours, &bare]);
    let all = watch(Kind::Nashboard, "/events", &arguments, (1, 0));
    let rate = 3.0 * FLOOD as f64 / all.seconds;
    let told = format!("{} events/s, {} lines lost", figure(rate), all.lost);
    alone(
        table,
        "  three events a line, end to end",
        [told, String::new()],
        "none lost",
        Some(all.lost == 0),
    );
}

/// What clients of Nashboard, which comes first, and of the bare server missed or got twice.
fn losses(table: &mut Table, sides: [&Outcome; 2]) {
    alone(
        table,
        "  lost / doubled",
        sides.map(|side| format!("{} / {}", side.lost, side.doubled)),
        "0 / 0",
        Some(sides[0].lost + sides[0].doubled == 0),
    );
}

/// Many lines a second for long: whether the client stays with them.
pub fn rate(table: &mut Table) {
    let arguments = format!("paced {RATE} 10000");
    let [ours, bare] = BOTH.map(|kind| watch(kind, "/events/logs", &arguments, (1, 0)));
    let p99 = [ours.millis(0.99), bare.millis(0.99)];
    compare(table, "10,000 lines/s for 6 s, p99", "ms", p99, None);
    losses(table, [&ours, &bare]);
}

/// Ten events a second to more and more clients, one of which never reads.
pub fn clients(table: &mut Table) {
    for count in [100, 1_000, 5_000, 10_000] {
        let [ours, bare] = BOTH.map(|kind| watch(kind, "/events/logs", "paced 100 10", (count, 1)));
        let target = (count == 5_000).then_some(1.5);
        let what = format!("{count} clients, 10 events/s: p50");
        compare(
            table,
            &what,
            "ms",
            [ours.millis(0.5), bare.millis(0.5)],
            None,
        );
        compare(
            table,
            "  p99",
            "ms",
            [ours.millis(0.99), bare.millis(0.99)],
            target,
        );
        let processor = [100.0 * ours.processor, 100.0 * bare.processor];
        compare(table, "  of a core", "%", processor, target);
        compare(
            table,
            "  memory of the server",
            "MB",
            [ours.most, bare.most],
            target,
        );
        let each = [&ours, &bare].map(|side| 1024.0 * (side.most - side.idle) / count as f64);
        compare(table, "  memory a client", "KB", each, None);
        let told = [&ours, &bare]
            .map(|side| format!("{} / {} / {}", side.delivered, side.lost, side.doubled));
        let whole = ours.lost + ours.doubled == 0;
        alone(
            table,
            "  delivered / lost / doubled",
            told,
            "none lost",
            Some(whole),
        );
    }
}

/// From the start of the process to its first answer, and what it takes when nothing happens.
pub fn start(table: &mut Table) {
    let mut site = Site::start(&[]);
    let mut took = |path: &str| {
        let times = (0..9).map(|_| {
            site.crash();
            let begun = Instant::now();
            site.restart();
            assert!(answers(&site.url, path));
            begun.elapsed().as_secs_f64() * 1e3
        });
        let mut times: Vec<f64> = times.collect();
        times.sort_by(f64::total_cmp);
        quantile(&times, 0.5)
    };
    let (health, page) = (took("/healthz"), took("/"));
    for (what, value) in [("start → first 200", health), ("start → first page", page)] {
        let told = [format!("{} ms", figure(value)), String::new()];
        alone(table, what, told, "≤ 50 ms", Some(value <= 50.0));
    }
    site.crash();
    site.restart();
    std::thread::sleep(Duration::from_secs(2));
    let idle = memory(site.pid(), "VmRSS");
    assert!(answers(&site.url, "/"));
    std::thread::sleep(Duration::from_secs(12));
    let seen = memory(site.pid(), "VmRSS");
    for (what, value) in [
        ("idle memory", idle),
        ("  after a page was asked for", seen),
    ] {
        let told = [format!("{} MB", figure(value)), String::new()];
        alone(table, what, told, "≤ 20 MB", Some(value <= 20.0));
    }
}

/// Whether a GET is answered by 200: a plain one, since a client of its own would take longer than the server.
fn answers(url: &str, path: &str) -> bool {
    use std::io::{Read, Write};
    let address = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    &answer == b"HTTP/1.1 200"
}
