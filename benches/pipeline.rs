//! How fast a trainer's output goes its way: pipe to log, log to index, index to client.
//!
//! Everything is measured on real processes and files. Figures of one machine say little;
//! the ratios compare two things in the same minutes on the same machine.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A bench stops where it cannot measure.

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "report/mod.rs"]
mod report;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use common::{Site, agent};
use report::{Table, figure, memory};
use serde_json::json;

/// Computes for some seconds and prints five thousand lines a second, as a chatty trainer does.
const CHATTY: &str = r#"BEGIN {
    for (n = 1; n <= 15000; n++) {
        x = 0; for (i = 0; i < 1500; i++) x += sin(i + n);
        printf "Epoch %d/15000 Generator Loss: %.4f Discriminator Loss: %.4f\n", n, x, -x; fflush();
    }
}"#;

/// Lines of the flood that the recorder has to drain.
const FLOOD: u64 = 3_000_000;
/// Lines of the long log, each of which is three events: more than a million.
const LONG: u64 = 350_000;
/// Runs of the index that is made anew, and lines of each.
const RUNS: u64 = 1000;
const LINES: u64 = 200;
/// Folders of the history that is listed.
const LISTED: u64 = 5000;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    flood();
    chatty();
    long_log();
    rebuild();
    list();
    let mut table = Table::new("pipeline", &["what", "figure"]);
    for row in ROWS.lock().unwrap().drain(..) {
        table.row(row);
    }
    table.finish();
}

/// What was measured so far.
static ROWS: Mutex<Vec<Vec<String>>> = Mutex::new(Vec::new());

/// Lines a second that the recorder drains from a command that does nothing but print.
fn flood() {
    let script = format!(
        "seq -f 'Epoch %.0f/{FLOOD} Generator Loss: 0.5 Discriminator Loss: 1.5' 1 {FLOOD}"
    );
    let (recorded, redirected) = recorded_and_redirected(&["sh", "-c", &script]);
    report("recorder drains", FLOOD as f64 / recorded, "lines/s");
    report("the same into a file", FLOOD as f64 / redirected, "lines/s");
}

/// What recording costs a trainer that computes and prints.
fn chatty() {
    let mut ratios: Vec<f64> = (0..7)
        .map(|_| {
            let (recorded, redirected) = recorded_and_redirected(&["awk", CHATTY]);
            recorded / redirected
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    report(
        "chatty trainer, recorded / redirected: median",
        ratios[3],
        "",
    );
    report("  least", ratios[0], "");
    report("  most", ratios[6], "");
}

/// Seconds that a command runs recorded, and with its output redirected to a file.
fn recorded_and_redirected(command: &[&str]) -> (f64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let order = json!({"command": command});
    std::fs::write(folder.path().join("run.json"), order.to_string()).unwrap();
    let begun = Instant::now();
    let recorded = Command::new(env!("CARGO_BIN_EXE_nashboard"))
        .arg("record")
        .arg(folder.path())
        .status();
    let with = begun.elapsed();
    assert!(recorded.unwrap().success());
    let file = File::create(folder.path().join("plain")).unwrap();
    let begun = Instant::now();
    let redirected = Command::new(command[0])
        .args(&command[1..])
        .stdout(Stdio::from(file))
        .status();
    let without = begun.elapsed();
    assert!(redirected.unwrap().success());
    (with.as_secs_f64(), without.as_secs_f64())
}

/// Events a second from a long log to the index, and from the index to a client.
fn long_log() {
    let mut site = Site::start(&[]);
    site.crash();
    folder(&site.runs(), 0, LONG);
    let seconds = restarted(&mut site, 1);
    let latest = site.events("/events", |events| events.len() == 1)[0].0;
    let before = memory(site.pid(), "VmHWM");
    let begun = Instant::now();
    let told = count(&site, "/events?after=0", latest);
    let replay = begun.elapsed().as_secs_f64();
    assert!(told >= 3 * LONG, "{told} events");
    report("log to index", told as f64 / seconds, "events/s");
    report("index to client", told as f64 / replay, "events/s");
    report(&format!("replay of {told} events"), replay, "s");
    report("the server's memory at most, before it", before, "MB");
    report("  and after it", memory(site.pid(), "VmHWM"), "MB");
    let run = site.get("/api/runs").1["runs"][0]["run_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (what, path) in [
        ("first look at its page", format!("/runs/{run}")),
        ("points of all metrics", format!("/api/series?run_id={run}")),
        (
            "last page of its log",
            format!(
                "/api/log?run_id={run}&latest=true&limit=200&offset={}",
                LONG - 200
            ),
        ),
        (
            "search through its log",
            format!("/api/log?run_id={run}&query=9999%2F"),
        ),
    ] {
        answer(&site, what, &path);
    }
}

/// Seconds until an index is made anew from many runs.
fn rebuild() {
    let mut site = Site::start(&[]);
    site.crash();
    for number in 0..RUNS {
        folder(&site.runs(), number, LINES);
    }
    let seconds = restarted(&mut site, RUNS);
    report(
        &format!("index made anew from {RUNS} runs of {LINES} lines"),
        seconds,
        "s",
    );
}

/// How quickly a long history answers.
fn list() {
    let mut site = Site::start(&[]);
    site.crash();
    for number in 0..LISTED {
        folder(&site.runs(), number, 3);
    }
    restarted(&mut site, LISTED);
    for (what, path) in [
        ("first 100 of 5,000 runs", "/api/runs?limit=100"),
        (
            "sorted by loss, from the middle",
            "/api/runs?sort=generator_loss&offset=2500&limit=100",
        ),
        ("searched", "/api/runs?query=bench%2077"),
        ("the page of the history", "/runs"),
    ] {
        answer(&site, what, path);
    }
    site.crash();
    let begun = Instant::now();
    site.restart();
    report(
        "start over 5,000 runs that are known",
        begun.elapsed().as_secs_f64(),
        "s",
    );
}

/// Starts the server on an empty index, and waits until it has read `runs` of them.
fn restarted(site: &mut Site, runs: u64) -> f64 {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(site.runs().join(format!("index.sqlite{ending}")));
    }
    let begun = Instant::now();
    site.restart();
    loop {
        let (_, list) = site.get("/api/runs?limit=1");
        if list["total"] == runs && list["reading"].is_null() {
            return begun.elapsed().as_secs_f64();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The median time of five answers.
fn answer(site: &Site, what: &str, path: &str) {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            let response = agent().get(format!("{}{path}", site.url)).call().unwrap();
            response
                .into_body()
                .with_config()
                .limit(1 << 30)
                .read_to_vec()
                .unwrap();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    report(what, times[2], "ms");
}

/// Events of a stream until the one of number `last`.
fn count(site: &Site, path: &str, last: u64) -> u64 {
    use std::io::BufRead;
    let patient = ureq::Agent::config_builder().timeout_global(None).build();
    let agent: ureq::Agent = patient.into();
    let response = agent.get(format!("{}{path}", site.url)).call().unwrap();
    let lines = std::io::BufReader::new(response.into_body().into_reader()).lines();
    let mut told = 0;
    let last = format!("id: {last}");
    for line in lines {
        let line = line.unwrap();
        told += u64::from(line.starts_with("id: "));
        if line == last {
            return told;
        }
    }
    panic!("the stream ended");
}

/// The folder of a run that is over, with a log of `lines` reports.
fn folder(runs: &Path, number: u64, lines: u64) {
    let id = format!("20250101-000000-{number:04}");
    let path = runs.join(&id);
    std::fs::create_dir(&path).unwrap();
    let manifest = json!({
        "format": 1, "id": id, "name": format!("bench {number}"), "trainer": "bench",
        "command": ["true"], "working_directory": "/", "started_at": "2025-01-01T00:00:00Z",
    });
    std::fs::write(path.join("run.json"), manifest.to_string()).unwrap();
    let mut log = BufWriter::new(File::create(path.join("output.log")).unwrap());
    for line in 1..=lines {
        let loss = (number * 31 + line) as f64 / 1e4;
        writeln!(
            log,
            "2025-01-01T00:00:00.{line:09}Z stdout F Epoch {line}/{lines} Generator Loss: {loss:.4} \
             Discriminator Loss: 1.2345 Real Scores: 0.8 Fake Scores: 0.2"
        )
        .unwrap();
    }
    log.flush().unwrap();
    std::fs::write(path.join("lock"), "{\"recorder_pid\":1}").unwrap();
    let end = json!({"exit_code": 0, "signal": null, "ended_at": "2025-01-01T00:01:00Z",
                     "asked_by": null, "peak_memory_bytes": 1, "lost_bytes": 0, "error": null});
    std::fs::write(path.join("exit.json"), end.to_string()).unwrap();
}

fn report(what: &str, value: f64, unit: &str) {
    println!("{what:<60} {:>12} {unit}", figure(value));
    let row = vec![what.to_owned(), format!("{} {unit}", figure(value))];
    ROWS.lock().unwrap().push(row);
}
