//! A disk that is full stops nothing but recording, and the state says so.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use common::disk::Disk;
use common::{Site, wait};
use serde_json::json;

#[test]
fn a_training_can_be_stopped_on_a_full_disk() {
    let script = r#"
        echo "Epoch 1/2 Generator Loss: 1.5"
        while :; do seq -f 'a line that needs room on the disk, number %.0f' 1 10000; sleep 0.05; done
    "#;
    let elsewhere = tempfile::tempdir().unwrap();
    let place = elsewhere.path().join("small");
    // Once there is room, it holds all that the trainer prints and the index of it.
    let Some(disk) = Disk::mount(&place, 64) else {
        return;
    };
    let site = Site::with_config(&[("floods", script)], &format!("runs = {place:?}\n"));
    let ballast = place.join("ballast");
    std::fs::write(&ballast, vec![0; 56 << 20]).unwrap();
    let run = site.run("floods");
    wait(|| {
        let status = site.status();
        let message = status["message"].as_str().unwrap_or_default();
        message.contains("is full").then_some(())
    })
    .unwrap_or_else(|| panic!("nothing is said: {}", site.status()));
    let (status, answer) = site.post("/api/stop_training", &json!({"run_id": run}));
    assert_eq!(status, 200, "{answer}");
    // The trainer ends though nothing can be written down; that follows when there is room.
    wait(|| {
        let held = nashboard::recorder::read_lock(&place.join(&run)).unwrap();
        (held == nashboard::recorder::Holder::Free).then_some(())
    })
    .expect("the recorder goes on");
    std::fs::remove_file(ballast).unwrap();
    site.wait_for("stopped");
    drop(site);
    drop(disk);
}

#[test]
fn a_full_disk_stops_nothing_but_recording() {
    let elsewhere = tempfile::tempdir().unwrap();
    let flooded = elsewhere.path().join("flooded");
    let script = format!(
        r#"
        echo "Epoch 1/2 Generator Loss: 1.5"
        seq -f 'a line that needs room on the disk, number %.0f' 1 200000
        : > {flooded:?}
        until [ -e "$NASHBOARD_RUN_DIR/../go" ]; do sleep 0.05; done
        echo "Epoch 2/2 Generator Loss: 0.5"
    "#
    );
    let place = elsewhere.path().join("small");
    // Once there is room, it holds all that the trainer prints and the index of it.
    let Some(disk) = Disk::mount(&place, 64) else {
        return;
    };
    let runs = format!("runs = {place:?}\n");
    let site = Site::with_config(&[("floods", &script)], &runs);
    let ballast = place.join("ballast");
    std::fs::write(&ballast, vec![0; 56 << 20]).unwrap();
    let run = site.run("floods");
    let status = wait(|| {
        let status = site.status();
        let message = status["message"].as_str().unwrap_or_default();
        message.contains("is full").then(|| status.clone())
    })
    .unwrap_or_else(|| panic!("nothing is said: {}", site.status()));
    assert_eq!(status["status"], "running");
    let told = site.events("/events", |events| events.len() == 1);
    let message = told[0].1["data"]["message"].as_str().unwrap();
    assert!(message.contains("is full"), "{message}");

    // Room again: the trainer goes on, and what was lost is counted. Not before it has said all: a quick one would
    // find the room with most of it still to say.
    wait(|| flooded.exists().then_some(())).expect("nobody waits for the disk");
    std::fs::remove_file(ballast).unwrap();
    std::fs::write(place.join("go"), "").unwrap();
    site.wait_for("completed");
    // That it is over is known before the rest of its output is read.
    let status = wait(|| Some(site.status()).filter(|status| status["generator_loss"] == 0.5))
        .unwrap_or_else(|| panic!("its end is never read: {}", site.status()));
    assert_eq!(status["status"], "completed", "{status}");
    let message = status["message"].as_str().unwrap();
    assert!(message.contains("were not kept"), "{message}");
    let is_whole =
        |message: &serde_json::Value| message.as_str().is_some_and(|it| it.ends_with("not kept."));
    wait(|| is_whole(&site.status()["message"]).then_some(())).expect("it is read on for ever");
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    let lost = detail["ended"]["lost_bytes"].as_u64().unwrap();
    assert!(lost > 1 << 20, "{lost}");
    let (_, notice) = site.get(&format!(
        "/api/log?run_id={run}&query=bytes%20not%20recorded"
    ));
    assert!(notice["matching"].as_u64().unwrap() >= 1, "{notice}");
    assert_eq!(site.post("/api/delete_run", &json!({"run_id": run})).0, 200);
    drop(site);
    drop(disk);
}
