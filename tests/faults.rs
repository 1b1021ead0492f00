//! Kills servers and recorders at random moments, and counts what was printed: every line
//! is stored once and in order, whoever died.
//!
//! `NASHBOARD_FAULT_RUNS` sets how many runs (24 where it is not set), `NASHBOARD_FAULT_SEED`
//! repeats a course of events. `make faults` does it with 200 and shows the figures.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use common::{Site, agent, wait};
use nashboard::recorder::{Holder, read_lock};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Lines that a trainer prints: bursts, with a breath after each.
const LINES: u64 = 600;
const NUMBERED: &str = r#"
    n=0
    while [ $n -lt 600 ]; do
        for i in 0 1 2 3 4 5 6 7 8 9; do n=$((n+1)); echo "step $n/600 g_loss: $n"; done
        sleep 0.01
    done
"#;

/// Lives until somebody ends it.
const PATIENT: &str = r#"echo "step 1/600 g_loss: 1"; exec sleep 1000"#;

/// What is done to the runs while they train.
#[derive(Default, Debug)]
struct Deeds {
    servers_killed: u32,
    recorders_killed: u32,
    stops: u32,
}

/// What is wrong with the numbers of lines that should be 1, 2, 3 and so on.
#[derive(Default, Debug, PartialEq)]
struct Faults {
    lost: u64,
    doubled: u64,
    disordered: u64,
}

impl Faults {
    /// Those among `numbers`, where the last line was number `last`.
    fn among(numbers: &[u64], last: u64) -> Self {
        let mut times = BTreeMap::<u64, u64>::new();
        for number in numbers {
            *times.entry(*number).or_default() += 1;
        }
        Self {
            lost: (1..=last)
                .filter(|number| !times.contains_key(number))
                .count() as u64,
            doubled: times.values().map(|times| times - 1).sum(),
            disordered: numbers.windows(2).filter(|pair| pair[0] > pair[1]).count() as u64,
        }
    }

    fn add(&mut self, other: &Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.disordered += other.disordered;
    }
}

#[test]
fn faults_are_counted() {
    let faults = |lost, doubled, disordered| Faults {
        lost,
        doubled,
        disordered,
    };
    assert_eq!(Faults::among(&[1, 2, 3], 3), faults(0, 0, 0));
    assert_eq!(Faults::among(&[2, 1, 1, 4], 5), faults(2, 1, 1));
}

#[test]
fn whoever_dies_every_line_is_stored_once_and_in_order() {
    let from_environment = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let wanted = from_environment("NASHBOARD_FAULT_RUNS").unwrap_or(24) as usize;
    let seed = from_environment("NASHBOARD_FAULT_SEED").unwrap_or_else(|| rand::rng().random());
    println!("NASHBOARD_FAULT_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let trainers = [("numbered", NUMBERED), ("patient", PATIENT)];
    let mut site = Site::with_config(&trainers, "[limits]\nactive_runs = 6\n");
    let source = site.source();
    let mut deeds = Deeds::default();
    // One of each dies in any case; who dies besides is left to chance.
    site.run("patient");
    let killed = wait(|| kill_a_recorder(&site.runs(), &mut random).then_some(()));
    killed.expect("no recorder can be killed");
    deeds.recorders_killed += 1;
    site.wait_for("lost");
    site.run("numbered");
    site.crash_and_restart();
    deeds.servers_killed += 1;
    while folders(&site.runs()).len() < wanted {
        // Calls that a dying server never answers are part of the matter.
        for _ in 0..random.random_range(1..4) {
            let url = format!("{}/api/start_training", site.url);
            let order = json!({"data_source": source, "trainer": "numbered", "epochs": 1});
            std::thread::spawn(move || drop(agent().post(url).send_json(&order)));
        }
        pause(&mut random, 60);
        match random.random_range(0..10) {
            0..=4 => {
                deeds.servers_killed += 1;
                site.crash_and_restart();
            }
            5 => deeds.recorders_killed += u32::from(kill_a_recorder(&site.runs(), &mut random)),
            6 => {
                deeds.stops += 1;
                let url = format!("{}/api/stop_training", site.url);
                std::thread::spawn(move || drop(agent().post(url).send_json(json!({}))));
                pause(&mut random, 20);
                deeds.servers_killed += 1;
                site.crash_and_restart();
            }
            _ => {}
        }
        pause(&mut random, 250);
    }
    let over = wait(|| {
        let (_, list) = site.get("/api/runs?status=running,stopping");
        (list["total"] == 0).then_some(())
    });
    over.unwrap_or_else(|| panic!("some never end: {}", site.get("/api/runs?limit=1000").1));

    let told = told_lines(&site);
    let (_, list) = site.get("/api/runs?limit=1000");
    let runs = list["runs"].as_array().unwrap();
    assert_eq!(runs.len(), folders(&site.runs()).len());
    let mut ends = BTreeMap::<&str, u32>::new();
    let mut stored = 0;
    let mut faults = Faults::default();
    for run in runs {
        let id = run["run_id"].as_str().unwrap();
        let status = run["status"].as_str().unwrap();
        *ends.entry(status).or_default() += 1;
        // What the recorder wrote is the truth; the rest must say the same.
        let printed = printed(&site.runs().join(id));
        let events = told.get(id).cloned().unwrap_or_default();
        for (what, numbers) in [
            ("the log itself", &printed),
            ("the events", &events),
            ("the points", &points(&site, id)),
        ] {
            let found = Faults::among(numbers, printed.len() as u64);
            if found != Faults::default() {
                println!("{id}: {what}: {found:?}");
            }
            faults.add(&found);
        }
        match status {
            "completed" => assert_eq!(printed.len() as u64, LINES, "{id}"),
            "stopped" | "lost" => {}
            // A start that a dying server never saw through.
            other => panic!("{id} is {other}: {run}"),
        }
        stored += printed.len();
    }
    println!(
        "{} runs, {stored} lines, {deeds:?}, ends: {ends:?}",
        runs.len()
    );
    println!("{faults:?}");
    assert_eq!(faults, Faults::default());
    assert!(ends.contains_key("completed"), "nothing was tried");
    assert!(ends.contains_key("lost"), "no death of a recorder was told");
    assert!(deeds.servers_killed > 0 && deeds.recorders_killed > 0);
    let left = Command::new("pgrep").args(["-f", "step .n/600"]).output();
    let of_ours = |pid: &&str| {
        let place = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        String::from_utf8_lossy(&place).contains(site.runs().to_str().unwrap())
    };
    let left = String::from_utf8(left.unwrap().stdout).unwrap();
    assert_eq!(
        left.lines().filter(of_ours).count(),
        0,
        "trainers were left behind"
    );
}

fn pause(random: &mut StdRng, most: u64) {
    std::thread::sleep(Duration::from_millis(random.random_range(0..most)));
}

fn folders(runs: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let is_run = |path: &std::path::PathBuf| path.join("run.json").exists();
    let hidden =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().starts_with('.');
    entries
        .map(|entry| entry.path())
        .filter(|path| is_run(path) && !hidden(path))
        .collect()
}

fn kill_a_recorder(runs: &Path, random: &mut StdRng) -> bool {
    let mut alive = Vec::new();
    for folder in folders(runs) {
        if let Ok(Holder::Held(lock)) = read_lock(&folder) {
            alive.push(lock.recorder_pid);
        }
    }
    if alive.is_empty() {
        return false;
    }
    let pid = alive[random.random_range(0..alive.len())];
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
    killed.unwrap().success()
}

fn number(message: &str) -> u64 {
    let text = message
        .strip_prefix("step ")
        .and_then(|rest| rest.split('/').next());
    text.and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("not a line of the trainer: {message:?}"))
}

/// Numbers of the whole lines in a run's log.
fn printed(folder: &Path) -> Vec<u64> {
    let log = std::fs::read_to_string(folder.join("output.log")).unwrap_or_default();
    let whole = log
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole
        .filter_map(|line| {
            line.splitn(4, ' ')
                .nth(3)
                .map(|text| number(text.trim_end()))
        })
        .collect()
}

/// Numbers of the lines of each run, as the event stream replays them; ids only grow.
fn told_lines(site: &Site) -> BTreeMap<String, Vec<u64>> {
    let latest = site.events("/events", |events| events.len() == 1)[0].0;
    let events = site.events("/events?after=0", |events| {
        events.last().is_some_and(|(id, _)| *id == latest)
    });
    assert!(
        events.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "ids grow"
    );
    let mut told = BTreeMap::<String, Vec<u64>>::new();
    for (_, event) in &events {
        if event["type"] == "log_entry" {
            let run = event["run_id"].as_str().unwrap().to_owned();
            let message = event["data"]["message"].as_str().unwrap();
            told.entry(run).or_default().push(number(message));
        }
    }
    told
}

fn points(site: &Site, run: &str) -> Vec<u64> {
    let (_, series) = site.get(&format!(
        "/api/series?run_id={run}&metrics=generator_loss&max_points=20000"
    ));
    let points = series["series"][0]["points"].as_array().unwrap().iter();
    points
        .map(|point: &Value| point["value"].as_f64().unwrap() as u64)
        .collect()
}
