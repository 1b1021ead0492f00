//! Keeps ten runs going and uploads files, and compares in the end what was printed with what is known.

use std::time::Duration;

use nashboard::recorder::log::parse_entry;
use serde_json::{Value, json};

use crate::common::{Site, agent, wait};
use crate::world::{Chance, World};

/// Runs at the same time.
const RUNS: usize = 10;
/// Uploads that are kept in the data folder.
const KEPT: u64 = 20;

/// Starts a run where fewer are active, until the end; then stops all.
pub fn keep_running(world: &World) {
    let mut chance = Chance(7);
    let agent = agent();
    let active = || {
        let list = world.call(|| {
            agent
                .get(format!(
                    "{}/api/runs?status=running,stopping&limit=50",
                    world.url
                ))
                .call()
        })?;
        let runs: Vec<String> = list["runs"]
            .as_array()?
            .iter()
            .filter_map(|run| Some(run["run_id"].as_str()?.to_owned()))
            .collect();
        Some(runs)
    };
    while !world.is_over() {
        std::thread::sleep(Duration::from_millis(500));
        let Some(runs) = active() else { continue };
        let missing = RUNS.saturating_sub(runs.len());
        *world.active.lock().unwrap() = runs;
        for _ in 0..missing {
            let sources =
                world.call(|| agent.get(format!("{}/api/data_sources", world.url)).call());
            let small = |source: &&Value| source["name"] == "small.csv";
            let Some(source) = sources
                .as_ref()
                .and_then(|all| all.as_array()?.iter().find(small))
            else {
                break;
            };
            let trainer = ["short", "middle", "long"][chance.below(3) as usize];
            let order = json!({"data_source": source["id"], "trainer": trainer, "epochs": 5});
            // One that ended just now may still be counted: the next round starts the next.
            let _ = agent
                .post(format!("{}/api/start_training", world.url))
                .send_json(&order);
        }
    }
    wait(|| {
        let runs = active()?;
        for run in &runs {
            let _ = agent
                .post(format!("{}/api/stop_training", world.url))
                .send_json(json!({"run_id": run}));
        }
        runs.is_empty().then_some(())
    })
    .expect("all runs end");
}

/// Uploads a file each second and looks into it, and removes the oldest.
pub fn upload(world: &World) {
    let agent = agent();
    let rows: String = (0..5_000)
        .map(|row| format!("{row},{},kind {}\n", row as f64 / 7.0, row % 5))
        .collect();
    for number in 0.. {
        std::thread::sleep(Duration::from_secs(1));
        if world.is_over() {
            return;
        }
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"load-{number}.csv\"\r\n\r\nn,value,kind\n{rows}\r\n--x--\r\n"
        );
        let sent = agent
            .post(format!("{}/api/upload_csv", world.url))
            .header("content-type", "multipart/form-data; boundary=x")
            .send(&body);
        // A restart in the middle of it leaves nothing, or the whole file.
        let Some(source) = world.call(|| sent) else {
            continue;
        };
        world.count(&world.uploads, 1);
        let id = source["id"].as_str().unwrap_or_default();
        let preview = world.call(|| {
            agent
                .get(format!("{}/api/preview_csv?source={id}", world.url))
                .call()
        });
        if preview.is_some_and(|preview| preview["rows"] != 5_000) {
            world.count(&world.lost, 1);
        }
        if number >= KEPT {
            let _ = std::fs::remove_file(
                world
                    .data
                    .join(format!("uploads/load-{}.csv", number - KEPT)),
            );
        }
    }
}

/// Each run with the lines that its trainer printed.
fn logs(site: &Site) -> impl Iterator<Item = (String, u64)> {
    let folders = std::fs::read_dir(site.runs()).unwrap().flatten();
    folders.filter_map(|folder| {
        let log = std::fs::read(folder.path().join("output.log")).ok()?;
        let lines = log
            .split(|byte| *byte == b'\n')
            .filter_map(parse_entry)
            .filter(|entry| !entry.partial)
            .count();
        Some((folder.file_name().into_string().unwrap(), lines as u64))
    })
}

/// How many runs there are, the lines in their logs, and how many of those are not in the index.
pub fn compare_logs(site: &Site) -> (usize, u64, u64) {
    let (mut lines, mut missing) = (0, 0);
    let runs: Vec<(String, u64)> = logs(site).collect();
    for (run, printed) in &runs {
        let known = site.get(&format!("/api/log?run_id={run}&limit=1")).1["total"]
            .as_u64()
            .unwrap_or(0);
        // A line that was cut by the end of its trainer has no end, and is known all the same.
        lines += printed;
        missing += printed.saturating_sub(known);
        let lost = site.get(&format!("/api/run?run_id={run}")).1["ended"]["lost_bytes"].as_u64();
        // One that never ended is as bad as a line that is missing.
        missing += lost.unwrap_or(1);
    }
    (runs.len(), lines, missing)
}
