//! A training goes on from where a run ended, in a run of its own.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use common::{HONEST, Site};
use serde_json::{Value, json};

/// The epochs of all points of `run`.
fn epochs(site: &Site, run: &str) -> Vec<u64> {
    let (_, series) = site.get(&format!("/api/series?run_id={run}&metrics=generator_loss"));
    let points = series["series"][0]["points"].as_array().unwrap();
    points
        .iter()
        .map(|point| point["epoch"].as_u64().unwrap())
        .collect()
}

fn start(site: &Site, order: Value) -> (u16, Value) {
    let mut all =
        json!({"data_source": site.source(), "parameters": {"report_every": 1, "seed": 7}});
    for (key, value) in order.as_object().unwrap() {
        all[key] = value.clone();
    }
    site.post("/api/start_training", &all)
}

#[test]
fn a_training_goes_on_where_it_ended() {
    let site = Site::start(&[("honest", HONEST)]);
    let (status, started) = start(&site, json!({"epochs": 3}));
    assert_eq!(status, 200, "{started}");
    let first = started["run_id"].as_str().unwrap().to_owned();
    assert_eq!(site.over(&first), "completed");
    assert_eq!(site.detail(&first)["goes_on_from"], 3);

    let (status, started) = start(&site, json!({"epochs": 5, "resume": first}));
    assert_eq!(status, 200, "{started}");
    let second = started["run_id"].as_str().unwrap().to_owned();
    assert_eq!(site.over(&second), "completed", "{}", site.detail(&second));
    assert_eq!(epochs(&site, &second), [4, 5]);
    let detail = site.detail(&second);
    assert_eq!(detail["manifest"]["resumed_from"], first.as_str());
    assert_eq!(detail["goes_on_from"], 5);
    // It needs the first no more, also after it has moved.
    assert_eq!(
        site.post("/api/delete_run", &json!({"run_id": first})).0,
        200
    );
    assert!(
        site.runs()
            .join(&second)
            .join("resumed.safetensors")
            .is_file()
    );

    // And what would not go on is not started.
    let message = |order: Value, expected: u16| {
        let (status, answer) = start(&site, order);
        assert_eq!(status, expected, "{answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    assert!(message(json!({"epochs": 9, "resume": first}), 404).contains("no run"));
    assert!(message(json!({"epochs": 9, "resume": "../x"}), 404).contains("no run"));
    assert!(message(json!({"epochs": 5, "resume": second}), 422).contains("epoch 5 already"));
    for (name, value) in [("seed", 8), ("batch_size", 2), ("sequence", 2)] {
        let other = json!({"epochs": 9, "resume": second, "parameters": {name: value}});
        let message = message(other, 422);
        assert!(
            message.contains(name) && message.contains("leave it out"),
            "{message}"
        );
    }
    let other = json!({"epochs": 9, "resume": second, "trainer": "honest", "parameters": {}});
    assert!(message(other, 422).contains("embedded trainer"));
    let honest = site.finished("honest");
    assert!(message(json!({"epochs": 9, "resume": honest}), 422).contains("no checkpoint"));
    let data = site.folder.path().join("data/small.csv");
    let grown = std::fs::read_to_string(&data).unwrap() + "9,9.5,a\n";
    std::fs::write(&data, grown).unwrap();
    assert!(message(json!({"epochs": 9, "resume": second}), 422).contains("very data"));
    let runs = site.get("/api/runs").1;
    assert_eq!(runs["total"], 2, "{runs}");
}

#[test]
fn a_stopped_training_goes_on_from_the_very_step() {
    let site = Site::start(&[]);
    let (status, started) = start(&site, json!({"epochs": 1_000_000}));
    assert_eq!(status, 200, "{started}");
    let first = started["run_id"].as_str().unwrap().to_owned();
    assert!(
        site.detail(&first)["goes_on_from"].is_null(),
        "it is active"
    );
    let (status, answer) = start(&site, json!({"epochs": 1_000_000, "resume": first}));
    assert_eq!(status, 409, "{answer}");
    common::wait(|| (site.status()["epoch"].as_u64()? > 3).then_some(()))
        .expect("it does not train");
    assert_eq!(site.post("/api/stop_training", &json!({})).0, 200);
    assert_eq!(site.over(&first), "stopped");
    let trained = site.detail(&first)["goes_on_from"].as_u64().unwrap();
    let last = *epochs(&site, &first).last().unwrap();
    assert!(
        trained == last || trained == last + 1,
        "{trained} after {last}"
    );

    let (status, started) = start(&site, json!({"epochs": trained + 2, "resume": first}));
    assert_eq!(status, 200, "{started}");
    let second = started["run_id"].as_str().unwrap().to_owned();
    assert_eq!(site.over(&second), "completed", "{}", site.detail(&second));
    assert_eq!(epochs(&site, &second), [trained + 1, trained + 2]);
}
