//! Runs from start to end over HTTP, with real trainers: a shell script each.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::io::{Read, Write};

use common::{Site, wait};
use serde_json::{Value, json};

/// Three reports, as the embedded trainer prints them.
const HONEST: &str = r#"
for e in 1 2 3; do
  echo "Epoch $e/3 Generator Loss: 1.$e Discriminator Loss: 0.$e Real Scores: 0.8 Fake Scores: 0.2"
done
echo "a warning" >&2
"#;

#[test]
fn before_the_first_run_nothing_is_invented() {
    let site = Site::start(&[]);
    let status = site.status();
    assert_eq!(status["status"], "idle");
    for (key, value) in status.as_object().unwrap() {
        assert!(key == "status" || value.is_null(), "{key} is {value}");
    }
    assert_eq!(site.get("/healthz").0, 200);
    assert_eq!(site.get("/api/runs").1, json!({"total": 0, "runs": []}));
    let greeting = site.events("/events", |events| events.len() == 1);
    assert_eq!(greeting[0].1["data"]["status"], "idle");
}

#[test]
fn who_asks_for_it_gets_several_events_in_one_message() {
    let site = Site::start(&[("honest", HONEST)]);
    site.run("honest");
    site.wait_for("completed");
    let single = site.events("/events?after=0", is_over);
    let messages = site.events("/events?after=0&batch=true", |messages| {
        !messages.is_empty()
    });
    let (id, pairs) = &messages[0];
    let pairs: Vec<(u64, Value)> = serde_json::from_value(pairs.clone()).unwrap();
    assert_eq!(pairs, single);
    assert_eq!(*id, single.last().unwrap().0);
}

#[test]
fn a_run_is_told_by_status_events_series_and_log() {
    let site = Site::start(&[("honest", HONEST)]);
    let run = site.run("honest");
    let status = site.wait_for("completed");
    assert_eq!(status["epoch"], 3);
    assert_eq!(status["total_epochs"], 3);
    assert_eq!(status["progress_percent"], 100.0);
    assert_eq!(status["generator_loss"], 1.3);
    assert_eq!(status["real_scores"], 0.8);

    let events = site.events("/events?after=0", is_over);
    let ids: Vec<u64> = events.iter().map(|(id, _)| *id).collect();
    assert_eq!(
        ids,
        (ids[0]..).take(ids.len()).collect::<Vec<_>>(),
        "ids grow by one"
    );
    let of = |kind: &str| -> Vec<Value> {
        events
            .iter()
            .map(|(_, event)| event.clone())
            .filter(|event| event["type"] == kind)
            .collect()
    };
    let updates = of("training_update");
    assert_eq!(updates.len(), 3);
    assert_eq!(
        updates[0]["data"],
        json!({"epoch": 1, "total_epochs": 3, "generator_loss": 1.1, "discriminator_loss": 0.1,
               "real_scores": 0.8, "fake_scores": 0.2})
    );
    assert!(
        events
            .iter()
            .all(|(_, event)| event["run_id"] == run.as_str())
    );
    assert_eq!(of("progress").len(), 3);
    let mut streams: Vec<String> = of("log_entry")
        .iter()
        .map(|event| event["data"]["stream"].to_string())
        .collect();
    streams.sort();
    assert_eq!(
        streams,
        ["\"stderr\"", "\"stdout\"", "\"stdout\"", "\"stdout\""]
    );
    let statuses = of("status_update");
    assert_eq!(statuses.len(), 2);

    let (_, series) = site.get(&format!(
        "/api/series?run_id={run}&metrics=generator_loss,nothing"
    ));
    let losses: Vec<f64> = series["series"][0]["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["value"].as_f64().unwrap())
        .collect();
    assert_eq!(losses, [1.1, 1.2, 1.3]);
    assert_eq!(series["series"][1]["points"], json!([]));

    let (_, log) = site.get(&format!("/api/log?run_id={run}&after=2&limit=10"));
    assert_eq!(log["total"], 4);
    assert_eq!(log["lines"].as_array().unwrap().len(), 2);
    assert_eq!(log["lines"][0]["line"], 3);

    let (_, runs) = site.get("/api/runs?status=completed&query=small");
    assert_eq!(runs["total"], 1);
    assert_eq!(runs["runs"][0]["run_id"], run.as_str());
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    assert_eq!(detail["ended"]["exit_code"], 0);
    assert_eq!(detail["manifest"]["data"]["rows"], 4);
    assert_eq!(
        detail["manifest"]["data"]["sha256"].as_str().unwrap().len(),
        64
    );
}

#[test]
fn what_a_trainer_does_not_state_stays_null_and_nan_is_said() {
    let script = r#"echo "Epoch 2"; echo '{"generator_loss": NaN, "lr": 0.1}'"#;
    let site = Site::start(&[("sparse", script)]);
    site.run("sparse");
    let status = site.wait_for("completed");
    assert_eq!(status["epoch"], 2);
    assert_eq!(status["generator_loss"], "NaN");
    for absent in [
        "total_epochs",
        "progress_percent",
        "discriminator_loss",
        "real_scores",
        "fake_scores",
    ] {
        assert!(status[absent].is_null(), "{absent} is {}", status[absent]);
    }
    let events = site.events("/events/training?after=0", is_over);
    let last = &events[events.len() - 2].1["data"];
    assert_eq!(
        *last,
        json!({"epoch": 2, "generator_loss": "NaN", "other": {"lr": 0.1}})
    );
}

#[test]
fn a_resumed_trainer_replaces_what_it_redoes() {
    let script =
        r#"for e in 1 2 3 4 5 6 3 4 5 6 7; do echo "Epoch $e/7 g_loss: $e lr: 0.$e"; done"#;
    let site = Site::start(&[("resumed", script)]);
    let run = site.run("resumed");
    site.wait_for("completed");
    let (_, series) = site.get(&format!("/api/series?run_id={run}"));
    for metric in series["series"].as_array().unwrap() {
        let epochs: Vec<u64> = metric["points"]
            .as_array()
            .unwrap()
            .iter()
            .map(|point| point["epoch"].as_u64().unwrap())
            .collect();
        assert_eq!(epochs, [1, 2, 3, 4, 5, 6, 7], "{metric}");
    }
    let updates = site.events("/events/training?after=0", is_over);
    assert_eq!(updates.len(), 2 + 11, "the events keep all of them");
}

#[test]
fn a_stop_is_repeatable_and_never_a_failure() {
    let script = r#"trap "" INT; echo "Epoch 1/9"; while :; do sleep 0.1; done"#;
    let site = Site::start(&[("stubborn", script)]);
    assert_eq!(site.post("/api/stop_training", &json!({})).0, 409);
    let run = site.run("stubborn");
    let second = json!({"data_source": site.source(), "trainer": "stubborn"});
    let (status, refusal) = site.post("/api/start_training", &second);
    assert_eq!(
        (status, &refusal["error"]["code"]),
        (409, &json!("conflict")),
        "{refusal}"
    );
    for _ in 0..2 {
        let (status, stopped) = site.post("/api/stop_training", &json!({}));
        assert_eq!(status, 200, "{stopped}");
        assert!(["stopping", "stopped"].contains(&stopped["status"].as_str().unwrap()));
    }
    let status = site.wait_for("stopped");
    assert_eq!(status["run_id"], run.as_str());
    let again = site.post("/api/stop_training", &json!({"run_id": run}));
    assert_eq!((again.0, &again.1["status"]), (200, &json!("stopped")));
}

#[test]
fn other_ends_are_failures_that_say_why() {
    let site = Site::start(&[
        ("killed", "echo last words; kill -9 $$"),
        ("wrong", "echo 'ValueError: no such column' >&2; exit 3"),
        ("missing", "true"),
    ]);
    for (trainer, words) in [
        ("killed", ["SIGKILL", "last words"]),
        ("wrong", ["exit code 3", "no such column"]),
    ] {
        let run = site.run(trainer);
        let status = site.wait_for("failed");
        assert_eq!(status["run_id"], run.as_str());
        let message = status["message"].as_str().unwrap();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn grandchildren_end_with_the_run() {
    let script = r#"sleep 1000 & echo "child $!"; wait"#;
    let site = Site::start(&[("family", script)]);
    let run = site.run("family");
    let grandchild = wait(|| {
        let log = site.get(&format!("/api/log?run_id={run}")).1;
        let line = log["lines"][0]["message"].as_str()?.to_owned();
        line.strip_prefix("child ").map(str::to_owned)
    })
    .unwrap();
    site.post("/api/stop_training", &json!({}));
    site.wait_for("stopped");
    let alive = std::path::Path::new("/proc").join(grandchild).exists();
    assert!(!alive, "the grandchild outlived its run");
}

#[test]
fn a_run_whose_recorder_was_killed_is_lost_and_leaves_nobody_behind() {
    // Silent, deaf to a closed pipe, and with a child in a session of its own.
    let script = r#"
        trap "" PIPE INT TERM
        setsid sleep 1000 &
        echo "child $! of $$"
        while :; do sleep 0.1; done
    "#;
    let site = Site::start(&[("silent", script), ("honest", HONEST)]);
    let run = site.run("silent");
    let pids: Vec<String> = wait(|| {
        let log = site.get(&format!("/api/log?run_id={run}")).1;
        let words = log["lines"][0]["message"].as_str()?.to_owned();
        let (child, trainer) = words.strip_prefix("child ")?.split_once(" of ")?;
        Some(vec![child.to_owned(), trainer.to_owned()])
    })
    .unwrap();
    let lock = nashboard::recorder::read_lock(&site.runs().join(&run)).unwrap();
    let nashboard::recorder::Holder::Held(lock) = lock else {
        panic!("nobody records: {lock:?}");
    };
    let killed = std::process::Command::new("kill")
        .args(["-9", &lock.recorder_pid.to_string()])
        .status();
    assert!(killed.unwrap().success());
    let status = site.wait_for("lost");
    assert_eq!(status["run_id"], run.as_str());
    let message = status["message"].as_str().unwrap();
    assert!(message.contains("left behind"), "{message}");
    for pid in pids {
        let process = std::path::Path::new("/proc").join(&pid);
        // One that has ended may wait for its new parent to notice.
        let state = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
        assert!(
            state.is_empty() || state.contains(") Z "),
            "{pid} is alive: {state}"
        );
    }
    let (refused, answer) = site.post("/api/stop_training", &json!({}));
    assert_eq!(refused, 409, "{answer}");
    site.run("honest");
    site.wait_for("completed");
}

#[test]
fn a_killed_server_finds_its_run_again_without_gap_or_double() {
    // After each hundred it waits for a word, so that it lives and has more to say whenever the server is killed.
    let script = r#"
        for e in $(seq 1 400); do
            echo "Epoch $e/400 Generator Loss: $e"
            sleep 0.01
            case $e in *00) until [ -e "$NASHBOARD_RUN_DIR/after-$e" ]; do sleep 0.05; done;; esac
        done
    "#;
    let mut site = Site::start(&[("long", script)]);
    let run = site.run("long");
    let before = site.events("/events?after=0", |events| events.len() >= 60);
    let folder = site.runs().join(&run);
    let logged = || folder.join("output.log").metadata().unwrap().len();
    for hundred in 1..=3 {
        site.crash();
        let seen = logged();
        std::fs::write(folder.join(format!("after-{hundred}00")), "").unwrap();
        wait(|| (logged() > seen).then_some(())).expect("nothing is printed without a server");
        site.restart();
        let status = site.status();
        assert_eq!(status["run_id"], run.as_str());
        assert_eq!(status["status"], "running", "{status}");
    }
    std::fs::write(folder.join("after-400"), "").unwrap();
    site.wait_for("completed");
    let after = site.events("/events?after=0", is_over);
    assert_eq!(before[..], after[..before.len()], "what was told stays");
    let epochs: Vec<u64> = after
        .iter()
        .filter(|(_, event)| event["type"] == "training_update")
        .map(|(_, event)| event["data"]["epoch"].as_u64().unwrap())
        .collect();
    assert_eq!(epochs, (1..=400).collect::<Vec<_>>());
    let lines: Vec<u64> = after
        .iter()
        .filter(|(_, event)| event["type"] == "log_entry")
        .map(|(_, event)| event["data"]["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, (1..=400).collect::<Vec<_>>());
}

#[test]
fn a_returning_client_gets_what_it_missed_and_only_that() {
    let site = Site::start(&[("honest", HONEST)]);
    site.run("honest");
    site.wait_for("completed");
    let all = site.events("/events?after=0", is_over);
    for seen in [1, 4, all.len() - 1] {
        let rest = all.len() - seen;
        let id = all[seen - 1].0;
        let by_url = site.events(&format!("/events?after={id}"), |events| {
            events.len() == rest
        });
        assert_eq!(by_url[..], all[seen..]);
        let header = id.to_string();
        let by_header =
            site.events_with("/events?after=0", &[("Last-Event-ID", &header)], |events| {
                events.len() == rest
            });
        assert_eq!(by_header[..], all[seen..]);
    }
    let logs = site.events("/events/logs?after=0", |events| events.len() == 4);
    assert!(logs.iter().all(|(_, event)| event["type"] == "log_entry"));
    let chosen = site.events("/events?channels=progress&after=0", |events| {
        events.len() == 3
    });
    assert!(chosen.iter().all(|(_, event)| event["type"] == "progress"));
    assert_eq!(site.get("/events?channels=nonsense").0, 422);
    assert_eq!(site.get("/events?run_id=../..").0, 404);
}

#[test]
fn a_client_that_never_reads_slows_nobody_and_costs_no_memory() {
    const LINES: u64 = 10_000;
    const CHARACTERS: u64 = 3900;
    let script = format!(
        r"seq -f 'line %g' 1 {LINES} | sed s/$/$(head -c {CHARACTERS} /dev/zero | tr '\0' x)/"
    );
    let site = Site::start(&[("flood", &script)]);
    let flooded = || {
        let run = site.run("flood");
        site.wait_for("completed");
        run
    };
    // After one of these the server holds what it always holds.
    flooded();
    let before = memory(&site);
    let address = site.url.trim_start_matches("http://");
    let mut deaf = std::net::TcpStream::connect(address).unwrap();
    write!(deaf, "GET /events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut first = [0; 12];
    deaf.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let run = flooded();
    let grown = memory(&site).saturating_sub(before);
    let missed = LINES * CHARACTERS;
    assert!(grown < missed / 2, "{grown} bytes more for {missed} unread");
    let path = format!("/events/logs?run_id={run}&after=0");
    let events = site.events(&path, |events| events.len() as u64 == LINES);
    let lines = events
        .iter()
        .map(|(_, event)| event["data"]["line"].as_u64().unwrap());
    assert!(lines.eq(1..=LINES));
    let log = std::fs::read(site.runs().join(run).join("output.log")).unwrap();
    let ends = log.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(ends as u64, LINES);
    drop(deaf);
}

/// Bytes that the server holds in memory.
fn memory(site: &Site) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", site.pid())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = resident.unwrap().trim().trim_end_matches(" kB");
    1024 * kibibytes.parse::<u64>().unwrap()
}

#[test]
fn an_index_that_was_deleted_is_made_anew_from_the_folders() {
    let mut site = Site::start(&[("honest", HONEST)]);
    site.run("honest");
    site.wait_for("completed");
    let told = |events: Vec<(u64, Value)>| -> Vec<Value> {
        let metrics = events
            .into_iter()
            .filter(|(_, event)| event["type"] != "status_update");
        metrics.map(|(_, event)| event).collect()
    };
    let before = told(site.events("/events?after=0", is_over));
    site.crash();
    site.remove_index();
    site.restart();
    site.wait_for("completed");
    assert_eq!(told(site.events("/events?after=0", is_over)), before);
}

#[test]
fn the_embedded_trainer_is_a_trainer_like_others() {
    let site = Site::start(&[]);
    let mut csv = String::from("x,y,kind\n");
    for row in 0..200 {
        csv += &format!(
            "{},{:.3},{}\n",
            row % 17,
            (row as f64 / 9.0).sin(),
            ["a", "b", "c"][row % 3]
        );
    }
    std::fs::write(site.folder.path().join("data/small.csv"), csv).unwrap();
    let order = json!({"data_source": site.source(), "epochs": 4,
                       "parameters": {"batch_size": 50, "report_every": 2, "sample_every": 2, "seed": 7}});
    let (status, started) = site.post("/api/start_training", &order);
    assert_eq!(status, 200, "{started}");
    let run = started["run_id"].as_str().unwrap();
    let status = site.wait_for("completed");
    assert_eq!(status["epoch"], 4);
    for score in ["real_scores", "fake_scores"] {
        let score = status[score].as_f64().unwrap();
        assert!(score > 0.0 && score < 1.0, "{status}");
    }
    let folder = site.runs().join(run);
    let count = |name: &str| std::fs::read_dir(folder.join(name)).unwrap().count();
    assert_eq!(count("samples"), 2);
    // One for each epoch, a fifth of four being less than one, and the best.
    assert_eq!(count("checkpoints"), 5);
    let sample = std::fs::read_to_string(folder.join("samples/step-000004.csv")).unwrap();
    assert!(sample.starts_with("x,y,kind\n"), "{sample}");
    // What the trainer says of quality and speed is read as metrics.
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    let metrics = detail["metrics"].as_array().unwrap();
    for metric in ["shapes", "pairs", "copies", "steps_per_second"] {
        assert!(
            metrics.contains(&json!(metric)),
            "{metric} is not in {metrics:?}"
        );
    }
}

#[test]
fn synthetic_rows_of_a_finished_run_can_be_downloaded_by_count() {
    let site = Site::start(&[("silent", "true")]);
    let csv: String = (0..60)
        .map(|row| format!("{},{}\n", row * row, ["a", "b"][row % 2]))
        .collect();
    std::fs::write(
        site.folder.path().join("data/small.csv"),
        format!("n,kind\n{csv}"),
    )
    .unwrap();
    let order = json!({"data_source": site.source(), "epochs": 2});
    let (_, started) = site.post("/api/start_training", &order);
    let run = started["run_id"].as_str().unwrap();
    site.wait_for("completed");
    assert_eq!(site.get(&format!("/api/run?run_id={run}")).1["draws"], true);
    let rows = |query: &str| site.get(&format!("/api/synthetic_rows?run_id={run}&{query}"));
    let (status, text) = rows("rows=25&seed=3");
    assert_eq!(status, 200, "{text}");
    let lines: Vec<&str> = text.as_str().unwrap().lines().collect();
    assert_eq!((lines[0], lines.len()), ("n,kind", 26));
    assert_eq!(rows("rows=25&seed=3").1, text);
    assert_ne!(rows("rows=25&seed=4").1, text);
    for wrong in ["rows=0", "rows=1000001"] {
        assert_eq!(rows(wrong).0, 422, "{wrong}");
    }
    // A checkpoint that is none is refused with the reason.
    let folder = site.runs().join(run).join("checkpoints");
    std::fs::write(folder.join("best.safetensors"), "nothing").unwrap();
    let (status, error) = rows("rows=5");
    assert_eq!(status, 422);
    let message = error["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("not a whole safetensors file"),
        "{message}"
    );
    // Another trainer leaves none.
    let silent = site.run("silent");
    site.wait_for("completed");
    assert_eq!(
        site.get(&format!("/api/synthetic_rows?run_id={silent}&rows=5"))
            .0,
        409
    );
    assert_eq!(
        site.get("/api/synthetic_rows?run_id=20200101-000000-aaaa&rows=5")
            .0,
        404
    );
}

#[test]
fn rows_are_drawn_for_two_at_once_and_the_place_comes_free() {
    let site = Site::with_config(&[], "[limits]\nunread_seconds = 3600\n");
    // Rows so long that all of them never fit between the server and a client that does not read.
    let csv: String = (0..60)
        .map(|row| format!("{row},{}\n", ["a", "b"][row % 2].repeat(200)))
        .collect();
    let file = site.folder.path().join("data/small.csv");
    std::fs::write(file, format!("n,kind\n{csv}")).unwrap();
    let order = json!({"data_source": site.source(), "epochs": 1});
    let (_, started) = site.post("/api/start_training", &order);
    let run = started["run_id"].as_str().unwrap();
    site.wait_for("completed");
    let address = site.url.trim_start_matches("http://");
    let deaf = [1, 2].map(|seed| {
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        let path = format!("/api/synthetic_rows?run_id={run}&rows=1000000&seed={seed}");
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut first = [0; 12];
        socket.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        socket
    });
    let third = || site.get(&format!("/api/synthetic_rows?run_id={run}&rows=5"));
    let (status, answer) = third();
    assert_eq!(status, 409, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("being drawn already"), "{message}");
    drop(deaf);
    wait(|| (third().0 == 200).then_some(())).expect("no place came free");
}

fn is_over(events: &[(u64, Value)]) -> bool {
    events.last().is_some_and(|(_, event)| {
        let status = event["data"]["status"].as_str().unwrap_or_default();
        event["type"] == "status_update" && !["idle", "running", "stopping"].contains(&status)
    })
}
