//! The history over HTTP: folders that come, go and are damaged; changes; what is taken out of it.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::path::Path;
use std::process::Command;
use std::thread;

use common::{HONEST, Site, agent, copy, wait};
use serde_json::{Value, json};

fn text(site: &Site, path: &str) -> String {
    let response = agent().get(format!("{}{path}", site.url)).call().unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.into_body().read_to_string().unwrap()
}

fn ids(site: &Site, query: &str) -> Vec<String> {
    let (status, list) = site.get(&format!("/api/runs{query}"));
    assert_eq!(status, 200, "{list}");
    let id = |row: &Value| row["run_id"].as_str().unwrap().to_owned();
    list["runs"].as_array().unwrap().iter().map(id).collect()
}

#[test]
fn names_tags_and_notes_are_kept_in_the_folder() {
    let mut site = Site::start(&[("honest", HONEST), ("long", "echo on; sleep 1000")]);
    let run = site.finished("honest");
    let edit =
        json!({"run_id": run, "name": " best ", "tags": ["gan", "a,b", "gan"], "notes": "n\nm"});
    let (status, row) = site.post("/api/edit_run", &edit);
    assert_eq!(status, 200, "{row}");
    assert_eq!(row["name"], "best");
    assert_eq!(row["tags"], json!(["gan", "a b"]));
    let (_, row) = site.post("/api/edit_run", &json!({"run_id": run, "notes": ""}));
    assert_eq!((&row["name"], &row["notes"]), (&json!("best"), &json!("")));
    assert_eq!(ids(&site, "?query=BEST"), [run.as_str()]);
    assert_eq!(ids(&site, "?query=a%20b"), [run.as_str()]);
    assert!(ids(&site, "?query=worst").is_empty());

    let active = site.run("long");
    let refused = site.post("/api/edit_run", &json!({"run_id": active, "name": "x"}));
    assert_eq!(refused.0, 409, "{}", refused.1);
    assert_eq!(
        site.post("/api/delete_run", &json!({"run_id": active})).0,
        409
    );
    assert_eq!(
        site.post("/api/edit_run", &json!({"run_id": "../x"})).0,
        404
    );
    assert_eq!(
        site.post("/api/edit_run", &json!({"run_id": run, "name": " "}))
            .0,
        422
    );

    // The index is a view: without it, the names are still there.
    site.crash();
    site.remove_index();
    site.crash_and_restart();
    assert_eq!(ids(&site, "?query=best"), [run.as_str()]);
}

#[test]
fn metrics_come_with_the_runs_and_sort_them() {
    let site = Site::start(&[
        (
            "better",
            "echo 'Epoch 1/2 fid: 9.5'; echo 'Epoch 2/2 fid: 4.25'",
        ),
        ("worse", "echo 'Epoch 1/2 fid: 30 lr: 0.1'"),
        ("broken", "echo 'Epoch 1/2 fid: nan'"),
        ("mute", "echo nothing"),
    ]);
    let [better, worse, broken, mute] =
        ["better", "worse", "broken", "mute"].map(|trainer| site.finished(trainer));
    let (_, list) = site.get("/api/runs?metrics=fid,lr&sort=metric:fid");
    assert_eq!(list["metrics"], json!(["fid", "lr"]));
    let told: Vec<_> = list["runs"].as_array().unwrap().iter().collect();
    let told = told.iter().map(|row| (&row["run_id"], &row["metrics"]));
    // What never had a number comes last, the newest first.
    let expected = [
        (json!(better), json!({"fid": 4.25})),
        (json!(worse), json!({"fid": 30.0, "lr": 0.1})),
        (json!(mute), json!(null)),
        (json!(broken), json!({"fid": "NaN"})),
    ];
    let expected = expected.iter().map(|(run, metrics)| (run, metrics));
    assert!(told.eq(expected), "{list}");
    assert_eq!(
        ids(&site, "?sort=-metric:fid&query=worse"),
        [worse.as_str()]
    );
    assert_eq!(ids(&site, "?sort=-metric:fid")[0], worse);
    // The best value may have been an earlier one.
    let (_, list) = site.get("/api/runs?metrics=fid:lowest,fid:highest&sort=-metric:fid:highest");
    let told: Vec<_> = list["runs"].as_array().unwrap().iter().collect();
    let told: Vec<_> = told
        .iter()
        .map(|row| (&row["run_id"], &row["metrics"]))
        .collect();
    let best = json!({"fid:lowest": 4.25, "fid:highest": 9.5});
    assert_eq!(told[1], (&json!(better), &best), "{list}");
    assert_eq!(
        told[3],
        (&json!(broken), &json!(null)),
        "what is no number is none: {list}"
    );
    assert_eq!(
        ids(&site, "?sort=metric:fid:lowest")[..2],
        [better.as_str(), worse.as_str()]
    );
    // Names are words in the question, never a part of it.
    assert_eq!(ids(&site, "?sort=metric:%27)%20--").len(), 4);
    let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
    let many = many.join(",");
    assert_eq!(site.get(&format!("/api/runs?metrics={many}")).0, 422);
}

#[test]
fn a_deleted_run_can_be_restored_as_it_was() {
    let site = Site::start(&[("honest", HONEST)]);
    let (kept, run) = (site.finished("honest"), site.finished("honest"));
    let before = site.told(&run);
    let (status, deleted) = site.post("/api/delete_run", &json!({"run_id": run}));
    assert_eq!(status, 200, "{deleted}");
    assert_eq!(ids(&site, ""), [kept.as_str()]);
    assert_eq!(site.get(&format!("/api/run?run_id={run}")).0, 404);
    assert_eq!(site.post("/api/delete_run", &json!({"run_id": run})).0, 404);
    let (status, deleted) = site.get("/api/deleted_runs");
    assert_eq!(status, 200, "{deleted}");
    let expected = json!([{"run_id": run, "name": before[1]["manifest"]["name"], "days_left": 7}]);
    assert_eq!(deleted, expected);
    let (status, restored) = site.post("/api/restore_run", &json!({"run_id": run}));
    assert_eq!(status, 200, "{restored}");
    assert_eq!(site.get("/api/deleted_runs").1, json!([]));
    assert_eq!(site.told(&run), before);
    assert_eq!(ids(&site, ""), [run.as_str(), kept.as_str()]);
    for wrong in [run.as_str(), "..", "20000101-000000-none"] {
        let again = site.post("/api/restore_run", &json!({"run_id": wrong}));
        assert_eq!(again.0, 404, "{wrong}: {}", again.1);
    }
}

#[test]
fn an_index_that_was_deleted_gives_the_same_answers_again() {
    let mut site = Site::start(&[
        ("honest", HONEST),
        (
            "wrong",
            "echo 'Epoch 1/2 G_loss: nan'; echo 'ValueError: no' >&2; exit 3",
        ),
        (
            "bar",
            r"printf '10%%\r20%%\r30%%\n'; printf '\033[31mred\033[0m\n'",
        ),
    ]);
    let runs = ["honest", "wrong", "bar"].map(|trainer| site.finished(trainer));
    let before: Vec<_> = runs.iter().map(|run| site.told(run)).collect();
    site.crash();
    site.remove_index();
    site.crash_and_restart();
    for (run, before) in runs.iter().zip(before) {
        assert_eq!(site.told(run), before);
    }
}

#[test]
fn a_folder_that_is_copied_in_appears_and_one_that_is_taken_away_goes() {
    let site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    let elsewhere = tempfile::tempdir().unwrap();
    let before = site.told(&run);
    copy(&site.runs().join(&run), elsewhere.path());
    std::fs::remove_dir_all(site.runs().join(&run)).unwrap();
    wait(|| ids(&site, "").is_empty().then_some(())).expect("it is still listed");
    copy(&elsewhere.path().join(&run), &site.runs());
    wait(|| (!ids(&site, "").is_empty()).then_some(())).expect("it never appeared");
    assert_eq!(site.told(&run), before);
}

#[test]
fn a_damaged_folder_says_what_is_wrong_and_harms_no_other() {
    let mut site = Site::start(&[("honest", HONEST)]);
    let run = site.finished("honest");
    site.crash();
    let whole = site.runs().join(&run);
    let damage = |number: u32, spoil: &dyn Fn(&Path)| {
        let id = format!("20200101-00000{number}-aaaa");
        let folder = site.runs().join(&id);
        copy(&whole, &folder);
        let manifest = std::fs::read_to_string(folder.join("run.json")).unwrap();
        std::fs::write(folder.join("run.json"), manifest.replace(&run, &id)).unwrap();
        spoil(&folder);
        id
    };
    let log = |folder: &Path| std::fs::read(folder.join("output.log")).unwrap();
    let cases = [
        (
            damage(1, &|folder| {
                std::fs::write(folder.join("run.json"), "{").unwrap()
            }),
            "completed",
            "run.json cannot be read",
        ),
        (
            damage(2, &|folder| {
                std::fs::remove_file(folder.join("run.json")).unwrap()
            }),
            "completed",
            "run.json is missing",
        ),
        (
            damage(3, &|folder| {
                let bytes = log(folder);
                std::fs::write(folder.join("output.log"), &bytes[..bytes.len() - 7]).unwrap();
            }),
            "completed",
            "in the middle of an entry",
        ),
        (
            damage(4, &|folder| {
                let bytes = [b"\0\0garbage\n".as_slice(), &log(folder)].concat();
                std::fs::write(folder.join("output.log"), bytes).unwrap();
            }),
            "completed",
            "1 lines that are no entries",
        ),
        (
            damage(5, &|folder| {
                std::fs::remove_file(folder.join("output.log")).unwrap()
            }),
            "completed",
            "output.log is missing",
        ),
        (
            damage(6, &|folder| {
                std::fs::write(folder.join("exit.json"), "nonsense").unwrap()
            }),
            "lost",
            "exit.json cannot be read",
        ),
        (
            damage(7, &|folder| {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    let _ = std::fs::remove_file(&path);
                    let _ = std::fs::remove_dir_all(&path);
                }
            }),
            "lost",
            "run.json is missing",
        ),
    ];
    site.crash_and_restart();
    assert_eq!(ids(&site, "").len(), cases.len() + 1);
    for (id, status, reason) in cases {
        let (_, detail) = site.get(&format!("/api/run?run_id={id}"));
        assert_eq!(detail["status"], status, "{detail}");
        let damage = detail["damage"].as_str().unwrap_or_default();
        assert!(damage.contains(reason), "{id}: {damage:?}");
    }
    let (_, whole) = site.get(&format!("/api/run?run_id={run}"));
    assert!(whole["damage"].is_null(), "{whole}");
    assert_eq!(whole["status"], "completed");
}

#[test]
fn runs_are_compared_side_by_side() {
    let site = Site::start(&[("honest", HONEST)]);
    let runs = [site.finished("honest"), site.finished("honest")];
    let (status, both) = site.get(&format!("/api/compare?run_ids={},{}", runs[1], runs[0]));
    assert_eq!(status, 200, "{both}");
    let order: Vec<&Value> = both["runs"].as_array().unwrap().iter().collect();
    assert_eq!(order[0]["row"]["run_id"], runs[1].as_str());
    let points = order[1]["series"]["generator_loss"]["points"].as_array();
    assert_eq!(points.unwrap().len(), 3);
    for (query, status) in [
        (runs[0].clone(), 422),
        (format!("{0},{0}", runs[0]), 422),
        (format!("{},20000101-000000-none", runs[0]), 404),
    ] {
        let answer = site.get(&format!("/api/compare?run_ids={query}"));
        assert_eq!(answer.0, status, "{query}: {}", answer.1);
    }
}

#[test]
fn the_log_is_searched_filtered_and_paged() {
    let script = r#"
        printf ' 10%%\r 50%%\r100%%\n'
        seq -f 'line %g' 1 50
        echo 'WARNING: low memory'
        echo 'RuntimeError: CUDA' >&2
    "#;
    let site = Site::start(&[("chatty", script)]);
    let run = site.finished("chatty");
    let log = |query: &str| {
        let (status, page) = site.get(&format!("/api/log?run_id={run}{query}"));
        assert_eq!(status, 200, "{page}");
        page
    };
    let messages = |page: &Value| -> Vec<String> {
        let lines = page["lines"].as_array().unwrap().iter();
        lines
            .map(|line| line["message"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = log("");
    assert_eq!((&all["total"], &all["matching"]), (&json!(55), &json!(55)));
    let bars: Vec<_> = all["lines"].as_array().unwrap().iter().take(3).collect();
    assert_eq!(bars[1]["replaces"], bars[0]["line"]);
    let latest = log("&latest=true&limit=3");
    assert_eq!(latest["matching"], 53);
    assert_eq!(messages(&latest), ["100%", "line 1", "line 2"]);
    let deep = log("&latest=true&offset=50&limit=2");
    assert_eq!(messages(&deep)[0], "line 50");
    let found = log("&query=LINE%204");
    assert_eq!(found["matching"], 11);
    assert_eq!(messages(&found)[1], "line 40");
    let urgent = log("&level=warning,error");
    assert_eq!(urgent["matching"], 2);
    assert_eq!(
        site.get(&format!("/api/log?run_id={run}&level=loud")).0,
        422
    );
}

#[test]
fn points_log_and_samples_can_be_downloaded() {
    let script = r#"
        printf ' 10%%\r100%%\n'
        echo 'Epoch 1/1 Generator Loss: 0.5 lr: 1e-3'
        echo 'a,b' > "$NASHBOARD_RUN_DIR/samples/step-000001.csv"
    "#;
    let site = Site::start(&[("draws", script)]);
    let run = site.finished("draws");
    let csv = text(&site, &format!("/api/export?run_id={run}&format=csv"));
    assert!(
        csv.starts_with("metric,epoch,step,time,value\ngenerator_loss,1,,"),
        "{csv}"
    );
    let json: Value = serde_json::from_str(&text(
        &site,
        &format!("/api/export?run_id={run}&format=json"),
    ))
    .unwrap();
    assert_eq!(json["points"][0]["value"], 0.5);
    let log = text(&site, &format!("/api/log_file?run_id={run}"));
    assert!(log.starts_with(" 10%\r100%\nEpoch 1/1"), "{log:?}");
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    assert_eq!(detail["samples"][0]["kind"], "csv");
    let sample = format!("/api/sample?run_id={run}&name=step-000001.csv");
    assert_eq!(text(&site, &sample), "a,b\n");
    for (path, status) in [
        (format!("/api/sample?run_id={run}&name=../run.json"), 404),
        (
            format!("/api/sample?run_id={run}&name=%2Fetc%2Fpasswd"),
            404,
        ),
        (format!("/api/export?run_id={run}&format=xml"), 422),
        ("/api/export?run_id=../..&format=csv".to_owned(), 404),
        ("/api/log_file?run_id=..%2F..".to_owned(), 404),
    ] {
        assert_eq!(site.get(&path).0, status, "{path}");
    }
    let exported = Command::new(env!("CARGO_BIN_EXE_nashboard"))
        .args(["export", &run, "--format", "csv", "--runs"])
        .arg(site.runs())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(exported.stdout).unwrap(), csv);
}

#[test]
fn a_command_in_a_terminal_is_recorded_and_shown_live() {
    let site = Site::start(&[]);
    let nashboard = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nashboard"));
        command.args(["run", "--runs"]).arg(site.runs());
        command.args(arguments);
        command
    };
    let data = site.folder.path().join("data/small.csv");
    let script = r#"echo "Epoch 1/2 g_loss: 1.5 of $NASHBOARD_DATA"; echo oops >&2; exit 7"#;
    let ended = nashboard(&[
        "--name",
        "by hand",
        "--data",
        data.to_str().unwrap(),
        "--",
        "sh",
        "-c",
        script,
    ])
    .output()
    .unwrap();
    assert_eq!(ended.status.code(), Some(7));
    let printed = String::from_utf8(ended.stdout).unwrap();
    assert!(printed.contains("small.csv"), "{printed}");
    assert_eq!(ended.stderr, b"oops\n");
    let status = site.wait_for("failed");
    assert_eq!(status["generator_loss"], 1.5);
    let run = status["run_id"].as_str().unwrap();
    let (_, detail) = site.get(&format!("/api/run?run_id={run}"));
    assert_eq!(detail["manifest"]["name"], "by hand");
    assert_eq!(detail["manifest"]["data"]["rows"], 4);

    let mut long = nashboard(&["--", "sh", "-c", "echo 'Epoch 1/9'; exec sleep 1000"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = wait(|| {
        let status = site.status();
        (status["status"] == "running" && status["epoch"] == 1).then_some(status)
    })
    .expect("it never appeared");
    assert_ne!(status["run_id"], run);
    site.post("/api/stop_training", &json!({}));
    site.wait_for("stopped");
    assert_eq!(long.wait().unwrap().code(), Some(130));

    let tensor = site.folder.path().join("images.npy");
    std::fs::write(&tensor, b"\x93NUMPY\0\xff").unwrap();
    let tensor = tensor.to_str().unwrap();
    let ended = nashboard(&["--data", tensor, "--", "true"])
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(0));
    let last = wait(|| {
        let newest = site.get("/api/runs?limit=1").1["runs"][0].clone();
        (newest["data_source"] == tensor).then_some(newest)
    });
    let last = last.expect("the run on a file that is no CSV");
    let (_, detail) = site.get(&format!(
        "/api/run?run_id={}",
        last["run_id"].as_str().unwrap()
    ));
    let data = &detail["manifest"]["data"];
    assert_eq!((&data["rows"], &data["bytes"]), (&json!(null), &json!(8)));
    assert_eq!(data["sha256"].as_str().unwrap().len(), 64);

    let wrong = nashboard(&["--data", "/nowhere.csv", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(nashboard(&[]).output().unwrap().status.code(), Some(2));
    let missing = nashboard(&["--", "no-such-program"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(127));
}

#[test]
fn a_silent_trainer_is_said_to_be_silent_and_goes_on() {
    // The second word is the beginning of a line that never ends.
    let script = "echo one; sleep 3; printf two; exec sleep 1000";
    let mut site = Site::with_config(&[("quiet", script)], "[limits]\nstall_seconds = 1\n");
    site.run("quiet");
    let says = |words: &str| {
        wait(|| {
            let status = site.status();
            let message = status["message"].as_str().unwrap_or_default().to_owned();
            assert_eq!(status["status"], "running", "{status}");
            message.contains(words).then_some(())
        })
        .unwrap_or_else(|| panic!("never {words:?}: {}", site.status()));
    };
    says("Nothing was printed for");
    says("prints again");
    says("Nothing was printed for");
    let events = site.events("/events/training?after=0", |events| events.len() >= 4);
    let stalled: Vec<bool> = events
        .iter()
        .map(|(_, event)| event["data"]["stalled"] == true)
        .collect();
    assert_eq!(stalled[..4], [false, true, false, true]);
    // What was told is told once, also by the next server.
    site.crash_and_restart();
    let again = site.events("/events/training?after=0", |events| events.len() >= 4);
    assert_eq!(again, events[..4]);
    assert_eq!(
        site.events("/events", |events| events.len() == 1)[0].0,
        events[3].0
    );
}

#[test]
fn pages_that_are_asked_for_at_once_are_all_answered() {
    let site = Site::start(&[("quick", "echo \"Epoch 1/1 Generator Loss: 1\"")]);
    let runs = [(); 3].map(|()| site.finished("quick"));
    let pages: Vec<String> = runs
        .iter()
        .map(|run| format!("{}/runs/{run}", site.url))
        .chain([format!("{}/", site.url)])
        .collect();
    thread::scope(|scope| {
        for reader in 0..40 {
            let pages = &pages;
            scope.spawn(move || {
                for turn in 0..6 {
                    let page = &pages[(reader + turn) % pages.len()];
                    let mut answer = agent().get(page).call().unwrap();
                    assert_eq!(answer.status(), 200);
                    let text = answer.body_mut().read_to_string().unwrap();
                    assert!(text.contains("Completed") || text.contains("completed"));
                }
            });
        }
    });
}

#[test]
fn an_answer_with_points_is_bounded() {
    let site = Site::start(&[("quick", "echo \"Epoch 1/1 Generator Loss: 1\"")]);
    let run = site.finished("quick");
    let twice = "generator_loss,generator_loss, generator_loss";
    let (status, answer) = site.get(&format!(
        "/api/series?run_id={run}&metrics={}",
        twice.replace(' ', "%20")
    ));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["series"].as_array().unwrap().len(), 1);
    let many: Vec<String> = (0..1001).map(|number| format!("m{number}")).collect();
    let path = format!("/api/series?run_id={run}&metrics={}", many.join(","));
    assert_eq!(site.get(&path).0, 422);
}

#[test]
fn ranks_that_report_in_turn_cost_little_more_than_one() {
    // Each report of the second stands one step before that of the first.
    let two = "i=2; while [ $i -lt 12000 ]; do echo \"step $i g_loss: 0.5\"; echo \"step $((i-1)) g_loss: 0.6\"; i=$((i+1)); done";
    let one = "i=2; while [ $i -lt 23998 ]; do echo \"step $i g_loss: 0.5\"; i=$((i+1)); done";
    let site = Site::start(&[("one", one), ("two", two)]);
    let cost = |trainer: &str| {
        let before = computed(&site);
        let run = site.finished(trainer);
        let path = format!("/api/series?run_id={run}&metrics=generator_loss");
        let (_, answer) = site.get(&path);
        assert_eq!(answer["series"][0]["total"], 23_996);
        computed(&site) - before
    };
    let (one, two) = (cost("one"), cost("two"));
    // Were the other's reports looked through at each, it would be thousands of times as much.
    assert!(two < 5 * one, "{two} ticks for two ranks, {one} for one");
}

/// What the server has computed so far, in ticks of the system, whatever else the machine does.
fn computed(site: &Site) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", site.pid())).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_second_phase_stands_beside_the_first() {
    let phases = "for phase in 1 2; do for e in 1 2 3 4 5 6 7 8; do echo \"Epoch $e/8 Generator Loss: $phase.$e\"; done; done";
    let mut site = Site::start(&[("phases", phases)]);
    let run = site.finished("phases");
    let total = |site: &Site| {
        let (_, answer) = site.get(&format!("/api/series?run_id={run}&metrics=generator_loss"));
        answer["series"][0]["total"].clone()
    };
    assert_eq!(total(&site), 16);
    site.end();
    site.remove_index();
    site.restart();
    site.over(&run);
    assert_eq!(total(&site), 16);
}

/// A page is rendered on several threads: what may not leave one of them would break it now and then.
#[test]
fn pages_are_whole_however_many_ask_for_them() {
    let site = Site::start(&[("honest", HONEST)]);
    let (one, two) = (site.finished("honest"), site.finished("honest"));
    let source = site.source();
    let pages = [
        format!("/?source={source}"),
        "/runs".into(),
        "/reading".into(),
        format!("/runs/{one}"),
        format!("/compare?runs={one},{two}"),
    ];
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for page in pages.iter().cycle().take(100) {
                    let answer = agent().get(format!("{}{page}", site.url)).call().unwrap();
                    let text = answer.into_body().read_to_string();
                    let text = text.unwrap_or_else(|error| panic!("{page}: {error}"));
                    assert!(text.contains("</body>"), "{page}: {}", text.len());
                }
            });
        }
    });
}
