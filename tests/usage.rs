//! What a run asks of the machine, and what it draws meanwhile, as those are told who ask for it.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use common::{Site, agent, wait};
use serde_json::{Value, json};

/// Works in a child of its own until its folder holds the word to end.
const BUSY: &str = r#"
(while [ ! -e $NASHBOARD_RUN_DIR/end ]; do i=$((i+1)); done) &
echo "Epoch 1/2 Generator Loss: 1"
wait
"#;

/// Draws when it is told to.
const PAINTER: &str = r#"
cd $NASHBOARD_RUN_DIR/samples
echo "Epoch 1/2 Generator Loss: 1"
while [ ! -e ../draw ]; do sleep 0.05; done
printf 'a,b\n1,2\n' > step-000001.csv
while [ ! -e ../end ]; do sleep 0.05; done
"#;

/// What a driver's tool prints of two cards, again and again; it leaves its process id in `place`.
fn cards(place: &Path) {
    fs::create_dir(place).unwrap();
    let tool = place.join("nvidia-smi");
    let script = format!(
        "#!/bin/sh\necho $$ > {}/pid\nwhile :; do\necho '0, NVIDIA H100 80GB HBM3, 87, 1024, 81559'\n\
         echo '1, NVIDIA H100 80GB HBM3, [N/A], 0, 81559'\nsleep 0.2\ndone\n",
        place.display()
    );
    fs::write(&tool, script).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
}

fn lines(site: &Site, path: &str) -> impl Iterator<Item = String> + use<> {
    let answer = agent().get(format!("{}{path}", site.url)).call().unwrap();
    assert_eq!(answer.status(), 200);
    let lines = BufReader::new(answer.into_body().into_reader()).lines();
    lines.map(|line| line.expect("the stream broke"))
}

#[test]
fn what_a_run_uses_is_measured_while_it_is_active() {
    let site = Site::start(&[("busy", BUSY)]);
    let tools = site.folder.path().join("tools");
    cards(&tools);
    let run = site.run("busy");
    let usage = || site.get(&format!("/api/usage?run_id={run}")).1;
    let measured = wait(|| {
        let usage = usage();
        let is_whole = usage["cpu_percent"]
            .as_f64()
            .is_some_and(|percent| percent > 1.0);
        (is_whole && usage["gpus"] != json!([])).then_some(usage)
    });
    let measured = measured.unwrap_or_else(|| panic!("not measured: {}", usage()));
    // The shell, and the part of it that works.
    assert_eq!(measured["processes"], 2, "{measured}");
    let memory = measured["memory_bytes"].as_u64().unwrap();
    let total = measured["memory_total_bytes"].as_u64().unwrap();
    assert!((1..total).contains(&memory), "{measured}");
    assert!(measured["processors"].as_u64().unwrap() >= 1);
    let card = json!({
        "index": 0, "name": "NVIDIA H100 80GB HBM3", "percent": 87.0,
        "memory_bytes": 1024_u64 << 20, "memory_total_bytes": 81_559_u64 << 20,
    });
    assert_eq!(measured["gpus"][0], card);
    assert_eq!(measured["gpus"][1]["percent"], Value::Null);

    // Who asks for it hears it at once, and who does not never.
    let mut heard = lines(&site, &format!("/events?channels=usage&run_id={run}"));
    assert!(heard.any(|line| line == "event: usage"));
    let told = heard.next().unwrap();
    let told: Value = serde_json::from_str(told.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(
        (&told["type"], &told["run_id"]),
        (&json!("usage"), &json!(run))
    );
    assert!(told["data"]["memory_bytes"].as_u64().unwrap() > 0);
    let mut others = lines(&site, "/events");

    fs::write(site.runs().join(&run).join("end"), "").unwrap();
    site.wait_for("completed");
    let unasked = others.find(|line| line.starts_with("event: ") || line.contains("completed"));
    assert!(unasked.unwrap().contains("completed"));
    assert!(
        wait(|| usage().is_null().then_some(())).is_some(),
        "it is over"
    );
    let pid = fs::read_to_string(tools.join("pid")).unwrap();
    let place = format!("/proc/{}", pid.trim());
    assert!(
        wait(|| (!Path::new(&place).exists()).then_some(())).is_some(),
        "the tool goes on"
    );
    assert_eq!(site.get("/api/usage?run_id=nobody").0, 404);
}

#[test]
fn what_is_drawn_is_told_to_those_who_ask_for_it() {
    let site = Site::start(&[("painter", PAINTER)]);
    let run = site.run("painter");
    let folder = site.runs().join(&run);
    let mut heard = lines(&site, "/events?channels=training,samples");
    let mut others = lines(&site, "/events");
    let samples = || site.detail(&run)["samples"].as_array().unwrap().len();
    // Once the folder is watched, and again when something is in it.
    assert!(heard.any(|line| line == "event: samples_changed"));
    assert_eq!(samples(), 0);
    fs::write(folder.join("draw"), "").unwrap();
    assert!(heard.any(|line| line == "event: samples_changed"));
    assert_eq!(samples(), 1);
    fs::write(folder.join("end"), "").unwrap();
    let unasked = others.find(|line| line.starts_with("event: ") || line.contains("completed"));
    assert!(unasked.unwrap().contains("completed"));
}
