//! Those who are not looking are told by a command of the configuration.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{Site, wait};

/// Notes what it is told, a line an alert; it is started in the folder of the configuration.
const COMMAND: &str = r#"
[alert]
command = ["sh", "-c", 'echo "$NASHBOARD_EVENT|$NASHBOARD_RUN_ID|$NASHBOARD_RUN_NAME|$NASHBOARD_MESSAGE" >> told; ls "$NASHBOARD_RUN_DIR" >> folder']
"#;

/// Falls silent, goes on, and diverges twice.
const TROUBLED: &str = r#"
echo "Epoch 1/3 Generator Loss: 1"
while [ ! -e $NASHBOARD_RUN_DIR/go ]; do sleep 0.05; done
echo "Epoch 2/3 Generator Loss: nan"
echo "Epoch 3/3 Generator Loss: nan"
printf "out of luck\\0\n" >&2
exit 3
"#;

fn told(site: &Site) -> Vec<String> {
    let text = fs::read_to_string(site.folder.path().join("told")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn wait_for(site: &Site, count: usize) -> Vec<String> {
    let enough = || Some(told(site)).filter(|told| told.len() >= count);
    wait(enough).unwrap_or_else(|| panic!("told: {:?}", told(site)))
}

#[test]
fn silence_divergence_and_the_end_are_told_once_each() {
    let config = format!("{COMMAND}\n[limits]\nstall_seconds = 1\n");
    let mut site = Site::with_config(&[("troubled", TROUBLED)], &config);
    let run = site.run("troubled");
    let silent = wait_for(&site, 1).remove(0);
    let (head, message) = silent.rsplit_once('|').unwrap();
    assert_eq!(head, format!("silent|{run}|small"));
    assert!(message.starts_with("Nothing was printed for "), "{message}");
    // Another server takes the run up, and tells what happens from then on.
    site.crash_and_restart();
    fs::write(site.runs().join(&run).join("go"), "").unwrap();
    site.wait_for("failed");
    let all = wait_for(&site, 3);
    assert_eq!(
        all[1],
        format!("diverged|{run}|small|The generator loss is NaN in epoch 2.")
    );
    assert!(
        all[2].starts_with(&format!("failed|{run}|small|")),
        "{all:?}"
    );
    assert!(
        all[2].contains("code 3") && all[2].contains("out of luck"),
        "{all:?}"
    );
    let folder: PathBuf = site.folder.path().join("folder");
    assert!(fs::read_to_string(folder).unwrap().contains("output.log"));

    // What is only read anew has happened before: the next is that of the next run.
    site.end();
    site.remove_index();
    site.restart();
    assert!(
        wait(|| (site.get(&format!("/api/run?run_id={run}")).0 == 200).then_some(())).is_some()
    );
    let next = site.run("troubled");
    fs::write(site.runs().join(&next).join("go"), "").unwrap();
    site.over(&next);
    let more = wait(|| {
        told(&site)
            .into_iter()
            .find(|line| line.starts_with(&format!("failed|{next}")))
    });
    assert!(more.is_some());
    let of_first = told(&site)
        .iter()
        .filter(|line| line.contains(&run))
        .count();
    assert_eq!(of_first, 3, "{:?}", told(&site));
}

#[test]
fn an_end_while_no_server_is_there_is_told_by_the_next() {
    let mut site = Site::with_config(&[("troubled", TROUBLED)], COMMAND);
    let run = site.run("troubled");
    site.crash();
    let folder = site.runs().join(&run);
    fs::write(folder.join("go"), "").unwrap();
    wait(|| folder.join("exit.json").exists().then_some(())).expect("it does not end");
    site.restart();
    let all = wait_for(&site, 2);
    assert!(all[0].starts_with(&format!("diverged|{run}|")), "{all:?}");
    assert!(all[1].starts_with(&format!("failed|{run}|")), "{all:?}");
    // And by no other after that.
    site.end();
    site.restart();
    let next = site.run("troubled");
    fs::write(site.runs().join(&next).join("go"), "").unwrap();
    let all = wait_for(&site, 4);
    assert!(all[2..].iter().all(|line| line.contains(&next)), "{all:?}");
}

#[test]
fn what_is_not_asked_for_is_not_told_and_a_command_that_fails_hinders_nothing() {
    let config = "[alert]\ncommand = ['sh', '-c', 'echo $NASHBOARD_EVENT >> told; exit 1']\non = ['stopped', 'completed']\n";
    let site = Site::with_config(
        &[
            ("failing", "exit 1"),
            ("quick", "echo done"),
            ("long", "sleep 600"),
        ],
        config,
    );
    let failed = site.run("failing");
    site.over(&failed);
    let quick = site.run("quick");
    site.over(&quick);
    let long = site.run("long");
    assert_eq!(
        site.post("/api/stop_training", &serde_json::json!({"run_id": long}))
            .0,
        200
    );
    site.over(&long);
    assert_eq!(wait_for(&site, 2), ["completed", "stopped"]);
}
