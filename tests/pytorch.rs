//! The PyTorch trainer, trained for real through the dashboard where torch is installed.
//!
//! `NASHBOARD_PYTHON` names an interpreter that has torch, where `python3` has not.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::path::Path;
use std::process::Command;

use common::{Site, skipped, wait};
use serde_json::json;

#[test]
fn the_pytorch_trainer_trains_through_the_dashboard() {
    let python = std::env::var("NASHBOARD_PYTHON").unwrap_or_else(|_| "python3".into());
    let torch = Command::new(&python).args(["-c", "import torch"]).output();
    if !torch.is_ok_and(|torch| torch.status.success()) {
        skipped(&format!("{python} has no torch"));
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("trainers/train_gan.py");
    let config = format!(
        "[[trainer]]\nname = \"pytorch\"\ncommand = [{python:?}, {script:?}, \"--data\", \"{{data}}\", \"--epochs\", \"{{epochs}}\"]\n"
    );
    let site = Site::with_config(&[], &config);
    let rows: String = (0..300)
        .map(|row| {
            format!(
                "{},{:.3},{}\n",
                row % 17,
                f64::from(row) / 7.0,
                ["a", "b"][row as usize % 2]
            )
        })
        .collect();
    std::fs::write(
        site.folder.path().join("data/small.csv"),
        format!("x,y,kind\n{rows}"),
    )
    .unwrap();
    let order = json!({"data_source": site.source(), "trainer": "pytorch", "epochs": 20});
    let (status, started) = site.post("/api/start_training", &order);
    assert_eq!(status, 200, "{started}");
    let run = started["run_id"].as_str().unwrap();
    let status = wait(|| {
        let status = site.status();
        (status["status"] != "running").then_some(status)
    })
    .expect("it never ended");
    assert_eq!(status["status"], "completed", "{status}");
    assert_eq!(
        (&status["epoch"], &status["total_epochs"]),
        (&json!(20), &json!(20))
    );
    for value in [
        "generator_loss",
        "discriminator_loss",
        "real_scores",
        "fake_scores",
    ] {
        assert!(status[value].is_number(), "{value}: {status}");
    }
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    assert_eq!(detail["samples"][0]["name"], "step-000020.csv");
}
