//! Samples beside the data that a run was trained on, asked for by calls; and news of the data folder.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};

use common::{CSV, Site, agent};
use serde_json::json;

/// Draws what the data source holds, at two steps.
const DRAW: &str = "mkdir -p $NASHBOARD_RUN_DIR/samples; cd $NASHBOARD_RUN_DIR/samples
cp $NASHBOARD_DATA step-000001.csv
printf \"x,y,kind\\n1,2.5,a\\n99,3.5,c\\n,4,\\n\" > step-000002.csv
echo \"Epoch 1/1 Generator Loss: 1\"";

#[test]
fn a_sample_is_counted_in_the_bins_of_the_data() {
    let site = Site::start(&[("drawing", DRAW)]);
    let run = site.run("drawing");
    site.wait_for("completed");
    let view = |name: &str, rest: &str| {
        site.get(&format!("/api/sample_view?run_id={run}&name={name}{rest}"))
    };

    let (status, same) = view("step-000001.csv", "");
    assert_eq!(status, 200, "{same}");
    assert_eq!(same["state"], "same");
    assert_eq!(same["real"], same["synthetic"]);
    assert_eq!(same["real"]["rows"], 4);
    for column in same["columns"].as_array().unwrap() {
        assert_eq!(column["real"], column["synthetic"], "{column}");
        assert_eq!(column["overlap"], 1.0, "{column}");
    }
    assert_eq!(
        same["correlations"]["real"],
        same["correlations"]["synthetic"]
    );

    let (_, other) = view("step-000002.csv", "");
    let columns = |answer: &serde_json::Value| answer["columns"].as_array().unwrap().clone();
    for (one, two) in columns(&same).iter().zip(columns(&other)) {
        assert_eq!(one["edges"], two["edges"]);
        assert_eq!(one["labels"], two["labels"]);
    }
    let x = &columns(&other)[0]["synthetic"];
    assert_eq!((&x["above"], &x["missing"]), (&json!(1), &json!(1)), "{x}");
    let kind = &columns(&other)[2];
    assert_eq!(kind["labels"], json!(["a", "b"]));
    assert_eq!(kind["synthetic"]["other"], 1);
    assert_eq!(other["scatter"]["outside"], 1);

    assert_eq!(view("step-000002.csv", "&x=y&y=x").1["scatter"]["x"], "y");
    assert_eq!(view("step-000002.csv", "&x=kind").0, 422);
    assert_eq!(view("step-000003.csv", "").0, 404);
    assert_eq!(view("..%2Frun.json", "").0, 404);
    let stranger = site.get("/api/sample_view?run_id=nobody&name=step-000001.csv");
    assert_eq!(stranger.0, 404);
}

#[test]
fn data_that_changed_or_went_since_are_told() {
    let site = Site::start(&[("drawing", DRAW)]);
    let run = site.run("drawing");
    site.wait_for("completed");
    let data = site.folder.path().join("data/small.csv");
    let state = || {
        let detail = site.get(&format!("/api/run?run_id={run}")).1;
        let call = format!("/api/sample_view?run_id={run}&name=step-000001.csv");
        let (status, view) = site.get(&call);
        assert_eq!(status, 200, "{view}");
        assert_eq!(view["state"], detail["data_state"]);
        (view["state"].as_str().unwrap().to_owned(), view)
    };
    assert_eq!(state().0, "same");
    // As many bytes as before: only the content tells.
    fs::write(&data, CSV.replace("5.5", "7.5")).unwrap();
    let (told, view) = state();
    assert_eq!(told, "changed");
    assert!(view["notes"][0].as_str().unwrap().contains("has changed"));
    fs::write(&data, CSV).unwrap();
    assert_eq!(state().0, "same");
    fs::remove_file(&data).unwrap();
    let (told, view) = state();
    assert_eq!((told.as_str(), &view["real"]), ("gone", &json!(null)));
    assert_eq!(view["columns"][0]["real"], json!(null));
}

#[test]
fn a_half_written_sample_is_an_error_with_its_place() {
    let script = "mkdir -p $NASHBOARD_RUN_DIR/samples
printf \"x,y\\n1,2\\n3\" > $NASHBOARD_RUN_DIR/samples/step-1.csv; : > $NASHBOARD_RUN_DIR/samples/step-2.csv";
    let site = Site::start(&[("half", script)]);
    let run = site.run("half");
    site.wait_for("completed");
    for (name, words) in [("step-1.csv", "Line 3"), ("step-2.csv", "empty")] {
        let (status, answer) = site.get(&format!("/api/sample_view?run_id={run}&name={name}"));
        assert_eq!(status, 422, "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
    }
}

#[test]
fn news_of_the_data_folder_reach_those_who_ask_for_them() {
    let site = Site::start(&[("quick", "echo \"Epoch 1/1 Generator Loss: 1\"")]);
    let listen = |channels: &str| {
        let url = format!("{}/events?channels={channels}", site.url);
        let answer = agent().get(url).call().unwrap();
        assert_eq!(answer.status(), 200);
        BufReader::new(answer.into_body().into_reader()).lines()
    };
    let (mut both, mut runs) = (listen("training,data"), listen("training"));
    fs::write(site.folder.path().join("data/new.csv"), "a,b\n1,2\n3,4\n").unwrap();
    let heard = both.find(|line| line.as_ref().unwrap() == "event: data_changed");
    assert!(heard.is_some());
    let mut list = listen("training,list");
    let run = site.run("quick");
    site.wait_for("completed");
    let edit = serde_json::json!({"run_id": run, "name": "other"});
    assert_eq!(site.post("/api/edit_run", &edit).0, 200);
    let heard = list.find(|line| line.as_ref().unwrap() == "event: list_changed");
    assert!(heard.is_some());
    // Who did not ask hears the events of a run that comes later, and nothing before.
    site.run("quick");
    let first = runs.find(|line| {
        let line = line.as_ref().unwrap();
        line.starts_with("event: data") || line.contains("Epoch") || line.contains("running")
    });
    assert!(!first.unwrap().unwrap().starts_with("event: data"));
    let (status, refused) = site.get("/events?channels=training,nothing");
    assert_eq!(status, 422, "{refused}");
}

#[test]
fn the_preview_checks_an_order_book_and_maps_what_is_missing() {
    let site = Site::start(&[]);
    let mut text = "time,bid_price_1,ask_price_1,bid_size_1,gap\n".to_owned();
    for row in 1..=100 {
        let ask = if row == 40 || row == 77 { 99.0 } else { 101.0 };
        let gap = if row > 50 { "" } else { "1" };
        text += &format!("{row},100,{ask},5,{gap}\n");
    }
    fs::write(site.folder.path().join("data/book.csv"), text).unwrap();
    let sources = site.get("/api/data_sources").1;
    let sources = sources.as_array().unwrap();
    let id = sources
        .iter()
        .find(|source| source["name"] == "book.csv")
        .unwrap()["id"]
        .clone();
    let call = format!("/api/preview_csv?source={}", id.as_str().unwrap());
    let preview = site.get(&call).1;
    assert_eq!(preview["kind"], "order_book");
    let checks = preview["book"]["checks"].as_array().unwrap();
    assert_eq!(
        checks[0],
        json!({"rule": "bid_below_ask", "rows": 100, "broken": 2, "first": [40, 77]})
    );
    assert_eq!(checks[1]["rule"], "sizes_not_negative");
    let map = &preview["missing_map"];
    assert_eq!(map["lacking"].as_array().unwrap().len(), 1);
    assert_eq!(map["lacking"][0][0], 4);
    let counts: Vec<u64> = serde_json::from_value(map["lacking"][0][1].clone()).unwrap();
    assert_eq!(counts.iter().sum::<u64>(), 50);
    assert_eq!(preview["distributions"][0]["column"], 0);
    assert_eq!(
        preview["correlations"]["columns"].as_array().unwrap().len(),
        5
    );
}
