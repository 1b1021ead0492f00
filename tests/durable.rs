//! What outlives what: indexes, logs and folders that are lost, damaged or read by two.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{HONEST, Site, copy, wait};
use serde_json::{Value, json};

fn nashboard(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nashboard"));
    command.args(arguments);
    command
}

/// The folder of a run of long ago that a recorder could begin, or has recorded.
fn folder(site: &Site, id: &str, command: &[&str]) -> PathBuf {
    let folder = site.runs().join(id);
    std::fs::create_dir_all(&folder).unwrap();
    let manifest = json!({
        "format": 1, "id": id, "name": id, "trainer": "elsewhere", "command": command,
        "working_directory": "/", "started_at": "2020-01-01T00:00:00Z",
    });
    std::fs::write(folder.join("run.json"), manifest.to_string()).unwrap();
    folder
}

#[test]
fn a_folder_of_runs_has_one_server() {
    let site = Site::start(&[("honest", HONEST)]);
    let second = nashboard(&["serve", "--addr", "127.0.0.1:0", "--config"])
        .arg(site.folder.path().join("Leptos.toml"))
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let why = String::from_utf8(second.stderr).unwrap();
    let last = why.lines().last().unwrap_or_default();
    assert!(last.contains("serves the runs in"), "{why}");
    assert!(second.stdout.is_empty(), "it was never ready");
    // The first goes on, and a recorder that it started keeps the folder from nobody.
    let run = site.finished("honest");
    assert_eq!(site.detail(&run)["state"]["lines"], 3);
}

#[test]
fn an_index_that_cannot_be_used_is_made_anew() {
    let mut site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    let before = site.told(&run);
    let file = site.runs().join("index.sqlite");
    let other_format = |file: &Path| {
        let index = rusqlite::Connection::open(file).unwrap();
        index.pragma_update(None, "user_version", 99).unwrap();
    };
    let no_database = |file: &Path| std::fs::write(file, "x".repeat(10_000)).unwrap();
    let torn = |file: &Path| {
        let whole = std::fs::read(file).unwrap();
        let torn: Vec<u8> = whole[..100].iter().copied().chain([0xff; 8092]).collect();
        std::fs::write(file, torn).unwrap();
    };
    for (name, spoil) in [
        ("another format", &other_format as &dyn Fn(&Path)),
        ("no database", &no_database),
        ("torn", &torn),
    ] {
        site.crash();
        // What is in it is in one file.
        let index = rusqlite::Connection::open(&file).unwrap();
        index.pragma_update(None, "journal_mode", "DELETE").unwrap();
        drop(index);
        spoil(&file);
        site.restart();
        assert_eq!(site.told(&run), before, "{name}");
    }
}

#[test]
fn a_run_is_over_though_the_index_cannot_be_told() {
    let script = r#"
        echo "Epoch 1/2 Generator Loss: 1.5"
        until [ -e "$NASHBOARD_RUN_DIR/go" ]; do sleep 0.05; done
        echo "Epoch 2/2 Generator Loss: 0.5"
        exit 3
    "#;
    let site = Site::start(&[("waits", script)]);
    let run = site.run("waits");
    let first = |status: Value| (status["generator_loss"] == 1.5).then_some(());
    wait(|| first(site.status())).expect("nothing is read");
    // Whoever else writes to the index keeps all others from it.
    let index = rusqlite::Connection::open(site.runs().join("index.sqlite")).unwrap();
    index.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::fs::write(site.runs().join(&run).join("go"), "").unwrap();
    let status = site.wait_for("failed");
    assert_eq!(
        status["generator_loss"], 1.5,
        "the rest was not kept from it"
    );
    let message = status["message"].as_str().unwrap();
    assert!(message.contains("exit code 3"), "{message}");
    assert!(message.contains("cannot be stored"), "{message}");
    let listed = |filter: &str| site.get(&format!("/api/runs?status={filter}")).1["runs"].clone();
    assert_eq!(listed("failed")[0]["status"], "failed");
    assert_eq!(listed("running"), json!([]));
    assert_eq!(site.get("/api/view").1["active"], json!([]));
    assert_eq!(site.detail(&run)["ended"]["exit_code"], 3);
    let told = site.events("/events", |events| !events.is_empty());
    assert_eq!(told[0].1["data"]["status"], "failed", "{told:?}");
    assert_eq!(site.post("/api/stop_training", &json!({})).0, 409);
    drop(index);
    // Then it is told all, once.
    let message = wait(|| {
        let status = site.status();
        (status["generator_loss"] == 0.5).then(|| status["message"].clone())
    });
    let message = message.expect("the rest is never read");
    assert!(
        message.as_str().unwrap().contains("Last line: Epoch 2/2"),
        "{message}"
    );
    let told = site.events("/events?after=0", |events| {
        events
            .iter()
            .any(|(_, event)| event["data"]["status"] == "failed")
    });
    let lines = told
        .iter()
        .filter(|(_, event)| event["type"] == "log_entry");
    assert_eq!(lines.count(), 2, "it is told behind what was printed");
}

#[test]
fn a_number_of_an_index_that_is_gone_is_known_to_be_none_of_the_new_one() {
    let mut site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    let all = site.events("/events?after=0", |events| {
        events
            .iter()
            .any(|(_, event)| event["data"]["status"] == "completed")
    });
    let stale = all[all.len() / 2].0;
    // Within one index, a number brings what comes after it.
    let rest = site.events(&format!("/events?after={stale}"), |events| {
        !events.is_empty()
    });
    assert_eq!(rest[0], all[all.len() / 2 + 1]);
    site.crash();
    site.remove_index();
    site.restart();
    let (id, greeting) = site
        .events(&format!("/events?after={stale}"), |events| {
            !events.is_empty()
        })
        .remove(0);
    assert!(id > all.last().unwrap().0, "{id} might be an old one");
    assert_eq!(greeting["data"]["anew"], true, "{greeting}");
    assert_eq!(greeting["run_id"], run.as_str());
    let again = site.events("/events?after=0", |events| events.len() == all.len());
    // No index ever gave so low a number.
    let low = site.events("/events?after=7", |events| events.len() == all.len());
    assert_eq!(low, again);
    let words = |events: &[(u64, Value)]| -> Vec<Value> {
        events.iter().map(|(_, event)| event.clone()).collect()
    };
    assert_eq!(words(&again), words(&all), "the beginning is the beginning");
}

#[test]
fn a_log_that_is_shorter_than_the_index_says_is_read_again() {
    let script = r#"
        seq -f 'old %g' 1 5
        until [ -e "$NASHBOARD_RUN_DIR/go" ]; do sleep 0.05; done
        seq -f 'new %g' 1 3
        until [ -e "$NASHBOARD_RUN_DIR/end" ]; do sleep 0.05; done
    "#;
    let mut site = Site::start(&[("patient", script)]);
    let run = site.run("patient");
    let messages = |site: &Site| -> Vec<String> {
        let (_, page) = site.get(&format!("/api/log?run_id={run}"));
        let lines = page["lines"].as_array().unwrap().iter();
        lines
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    };
    let folder = site.runs().join(&run);
    wait(|| (messages(&site).len() == 5).then_some(())).expect("the first lines");
    site.crash();
    // The machine lost the last three lines of the log, though not those of the index.
    let log = std::fs::read_to_string(folder.join("output.log")).unwrap();
    let kept: String = log.split_inclusive('\n').take(2).collect();
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(folder.join("output.log"));
    file.unwrap().set_len(kept.len() as u64).unwrap();
    site.restart();
    wait(|| (messages(&site).len() == 2).then_some(())).expect("it is not read again");
    assert_eq!(site.detail(&run)["status"], "running");
    std::fs::write(folder.join("go"), "").unwrap();
    wait(|| (messages(&site).len() == 5).then_some(())).expect("the new lines");
    assert_eq!(
        messages(&site),
        ["old 1", "old 2", "new 1", "new 2", "new 3"]
    );
    std::fs::write(folder.join("end"), "").unwrap();
    assert_eq!(site.over(&run), "completed");
}

#[test]
fn a_folder_that_cannot_be_read_harms_no_other() {
    let mut site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    site.crash();
    site.remove_index();
    // Newer than the others, so that it is read before them.
    let wrong = "20990101-000000-aaaa";
    let spoilt = folder(&site, wrong, &["true"]);
    std::fs::create_dir(spoilt.join("output.log")).unwrap();
    std::fs::write(spoilt.join("lock"), "{}").unwrap();
    let unlocked = "20990101-000001-aaaa";
    // Somebody holds the lock, and does not say who.
    let lock = folder(&site, unlocked, &["true"]).join("lock");
    std::fs::write(&lock, "garbage").unwrap();
    let held = std::fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    site.restart();
    // While it is tried, a run from a terminal is found and can be stopped.
    let mut long = nashboard(&["run", "--runs"])
        .arg(site.runs())
        .args(["--", "sh", "-c", "echo on; exec sleep 1000"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait(|| {
        let (status, _) = site.post("/api/stop_training", &json!({}));
        (status == 200).then_some(())
    })
    .expect("it cannot be stopped");
    assert_eq!(long.wait().unwrap().code(), Some(130));
    assert_eq!(site.over(&run), "completed");
    for (id, reason) in [
        (wrong, "output.log cannot be read"),
        (unlocked, "lock cannot be read"),
    ] {
        assert_eq!(site.over(id), "lost");
        let damage = site.detail(id)["damage"].to_string();
        assert!(damage.contains(reason), "{damage}");
        assert!(!damage.contains(site.runs().to_str().unwrap()), "{damage}");
    }
}

#[test]
fn a_recorder_that_comes_late_is_followed() {
    let site = Site::start(&[]);
    let id = "20200101-000000-late";
    let script = r#"echo one; until [ -e "$NASHBOARD_RUN_DIR/end" ]; do sleep 0.05; done"#;
    let place = folder(&site, id, &["sh", "-c", script]);
    wait(|| (site.detail(id)["status"] == "lost").then_some(())).expect("nobody records it yet");
    let mut recorder = nashboard(&["record"]).arg(&place).spawn().unwrap();
    wait(|| {
        let now = site.detail(id);
        (now["status"] == "running" && now["state"]["lines"] == 1).then_some(())
    })
    .unwrap_or_else(|| panic!("it stays lost: {}", site.detail(id)));
    std::fs::write(place.join("end"), "").unwrap();
    recorder.wait().unwrap();
    assert_eq!(site.over(id), "completed");
}

#[test]
fn a_log_is_read_by_the_pattern_that_it_was_started_with() {
    let mut site = Site::start(&[("honest", "echo 'at 7 it is 0.25'")]);
    let file = site.folder.path().join("Leptos.toml");
    let plain = std::fs::read_to_string(&file).unwrap();
    let patterned = format!("{plain}pattern = '(?P<epoch>\\d+) it is (?P<generator_loss>\\S+)'\n");
    std::fs::write(&file, patterned).unwrap();
    site.crash_and_restart();
    let run = site.finished("honest");
    let before = site.told(&run);
    assert_eq!(before[0]["generator_loss"], 0.25, "{}", before[0]);
    site.crash();
    std::fs::write(&file, plain).unwrap();
    site.remove_index();
    site.restart();
    assert_eq!(site.told(&run), before);
    let exported = site.get(&format!("/api/export?run_id={run}&format=json")).1;
    assert_eq!(exported["points"][0]["value"], 0.25, "{exported}");
}

#[test]
fn a_stop_that_never_reached_the_recorder_is_no_failure() {
    let mut site = Site::start(&[("wrong", "exit 3")]);
    let run = site.finished("wrong");
    assert_eq!(site.over(&run), "failed");
    site.crash();
    std::fs::write(site.runs().join(&run).join("stop.json"), "{}").unwrap();
    site.remove_index();
    site.restart();
    assert_eq!(site.over(&run), "stopped");
}

#[test]
fn a_stop_is_told_apart_from_a_signal_of_somebody_else() {
    let site = Site::start(&[("long", "echo on; exec sleep 1000")]);
    let pid = |run: &str| {
        let text = std::fs::read_to_string(site.runs().join(run).join("lock")).unwrap();
        let lock: Value = serde_json::from_str(&text).unwrap();
        lock["recorder_pid"].to_string()
    };
    let first = site.run("long");
    assert_eq!(site.post("/api/stop_training", &json!({})).0, 200);
    assert_eq!(site.over(&first), "stopped");
    let second = site.run("long");
    let sent = Command::new("kill").args(["-TERM", &pid(&second)]).status();
    assert!(sent.unwrap().success());
    assert_eq!(site.over(&second), "stopped");
    let by = |run: &str| site.detail(run)["ended"]["asked_by"].clone();
    assert_eq!(
        (by(&first), by(&second)),
        (json!("dashboard"), json!("signal"))
    );
}

#[test]
fn a_run_can_be_deleted_copied_in_and_deleted_again() {
    let site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&site.runs().join(&run), elsewhere.path());
    let delete = || site.post("/api/delete_run", &json!({"run_id": run}));
    assert_eq!(delete().0, 200);
    copy(&elsewhere.path().join(&run), &site.runs());
    wait(|| (site.detail(&run)["status"] == "completed").then_some(())).expect("it is back");
    // Beside it, the deleted one cannot come back.
    let (status, answer) = site.post("/api/restore_run", &json!({"run_id": run}));
    assert_eq!(status, 409, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("the deleted one cannot come back"),
        "{message}"
    );
    let (status, answer) = delete();
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = site.post("/api/restore_run", &json!({"run_id": run}));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(site.detail(&run)["state"]["lines"], 3);
}

#[test]
fn a_long_run_is_restored_while_it_is_still_being_erased() {
    let script = r#"awk 'BEGIN { for (n = 1; n <= 40000; n++) printf "Epoch %d/40000 Generator Loss: 0.%d\n", n, n }'"#;
    let site = Site::start(&[("long", script)]);
    let run = site.finished("long");
    let before = site.told(&run);
    assert_eq!(before[1]["state"]["lines"], 40_000);
    for _ in 0..2 {
        assert_eq!(site.post("/api/delete_run", &json!({"run_id": run})).0, 200);
        let (status, answer) = site.post("/api/restore_run", &json!({"run_id": run}));
        assert_eq!(status, 200, "{answer}");
        assert_eq!(site.told(&run), before);
    }
    // Nothing of what was erased is replayed, and nothing twice.
    let latest = site.events("/events", |events| events.len() == 1)[0].0;
    let logs = site.events("/events/logs?after=0", |events| events.len() == 40_000);
    assert!(logs.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(logs.last().unwrap().0 <= latest);
    let lines: Vec<u64> = logs
        .iter()
        .map(|(_, event)| event["data"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, (1..=40_000).collect::<Vec<u64>>());
}

#[test]
fn a_command_is_recorded_while_no_dashboard_runs() {
    let mut site = Site::start(&[]);
    site.crash();
    let run = |script: &str| {
        let mut command = nashboard(&["run", "--runs"]);
        command.arg(site.runs()).args(["--", "sh", "-c", script]);
        command.output().unwrap()
    };
    let ended = run("echo 'Epoch 1/1 g_loss: 0.5'; kill -SEGV $$");
    assert_eq!(ended.status.code(), Some(128 + 11));
    assert_eq!(ended.stdout, b"Epoch 1/1 g_loss: 0.5\n");
    assert_eq!(run("exit 0").status.code(), Some(0));
    site.restart();
    let (_, list) = site.get("/api/runs?sort=started_at");
    let statuses: Vec<&Value> = list["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| &run["status"])
        .collect();
    assert_eq!(statuses, ["failed", "completed"]);
    assert_eq!(list["runs"][0]["generator_loss"], 0.5);
}

#[test]
fn a_recorder_in_a_terminal_is_not_halted() {
    use std::os::unix::process::CommandExt;
    let mut site = Site::start(&[]);
    site.crash();
    let script = r#"echo > "$NASHBOARD_RUN_DIR/../ready"; until [ -e "$NASHBOARD_RUN_DIR/../go" ]; do sleep 0.05; done"#;
    // Only a group whose parent is in another of the same session can be halted.
    let mut recorder = nashboard(&["run", "--runs"])
        .arg(site.runs())
        .args(["--", "sh", "-c", script])
        .process_group(0)
        .spawn()
        .unwrap();
    wait(|| site.runs().join("ready").exists().then_some(())).expect("it never began");
    let sent = Command::new("kill")
        .args(["-TSTP", &recorder.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    std::fs::write(site.runs().join("go"), "").unwrap();
    let ended = wait(|| recorder.try_wait().unwrap());
    recorder.kill().unwrap();
    assert_eq!(ended.expect("it was halted").code(), Some(0));
    site.restart();
}

#[test]
fn a_damaged_run_is_exported_as_far_as_it_can_be_read() {
    let site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    let path = format!("/api/export?run_id={run}&format=json");
    let whole = site.get(&path).1;
    std::fs::write(site.runs().join(&run).join("run.json"), "{").unwrap();
    let (status, damaged) = site.get(&path);
    assert_eq!(status, 200, "{damaged}");
    assert_eq!(damaged["points"], whole["points"]);
    assert_eq!(damaged["run"]["id"], run.as_str());
}

#[test]
fn what_cannot_be_asked_is_refused_in_one_form() {
    let site = Site::start(&[]);
    for (path, status, code) in [
        ("/events?after=x", 400, "bad_request"),
        ("/events/logs?after=-1", 400, "bad_request"),
        (
            "/api/export?run_id=20200101-000000-none",
            400,
            "bad_request",
        ),
        ("/api/sample", 400, "bad_request"),
        (
            "/api/export?run_id=20200101-000000-none&format=csv",
            404,
            "not_found",
        ),
    ] {
        let (told, answer) = site.get(path);
        assert_eq!(
            (told, &answer["error"]["code"]),
            (status, &json!(code)),
            "{path}: {answer}"
        );
    }
}

#[test]
fn twenty_runs_are_compared_and_no_more() {
    let mut site = Site::start(&[]);
    site.crash();
    let ids: Vec<String> = (10..31).map(|n| format!("20200101-0000{n}-many")).collect();
    for id in &ids {
        let place = folder(&site, id, &["true"]);
        std::fs::write(
            place.join("output.log"),
            "2020-01-01T00:00:00.5Z stdout F loss: 1\n",
        )
        .unwrap();
        std::fs::write(place.join("lock"), "{}").unwrap();
    }
    site.restart();
    wait(|| (site.get("/api/runs").1["total"] == 21).then_some(())).expect("all are read");
    let compare = |ids: &[String]| site.get(&format!("/api/compare?run_ids={}", ids.join(",")));
    assert_eq!(compare(&ids[..20]).0, 200);
    let (status, answer) = compare(&ids);
    assert_eq!(
        (status, &answer["error"]["code"]),
        (422, &json!("invalid")),
        "{answer}"
    );
}
