//! What the server refuses, with which status, and that nothing happens then.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::io::{Read, Write};

use common::{CSV, Site, agent};
use serde_json::{Value, json};

#[test]
fn a_start_names_what_is_wrong_with_it() {
    let site = Site::start(&[("true", "true")]);
    let source = site.source();
    for (order, expected) in [
        (json!({"data_source": "nothing"}), 404),
        (json!({"data_source": "../Leptos.toml"}), 404),
        (json!({"data_source": "/etc/passwd"}), 404),
        (json!({"data_source": "a\0b"}), 404),
        (json!({"data_source": source, "trainer": "nobody"}), 404),
        (json!({"data_source": source, "epochs": 0}), 422),
        (json!({"data_source": source, "epochs": -3}), 422),
        (json!({"data_source": source, "epochs": 1_000_001}), 422),
        (json!({"data_source": source, "epochs": "many"}), 422),
        (
            json!({"data_source": source, "parameters": {"batch_size": 1}}),
            422,
        ),
        (
            json!({"data_source": source, "parameters": {"rm": "-rf"}}),
            422,
        ),
        (
            json!({"data_source": source, "trainer": "true", "parameters": {"seed": 1}}),
            422,
        ),
        (json!({}), 422),
    ] {
        let (status, answer) = site.post("/api/start_training", &order);
        assert_eq!(status, expected, "{order}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(
            message.len() > 10 && answer["error"]["code"].is_string(),
            "{answer}"
        );
    }
    assert_eq!(site.status()["status"], "idle");
}

#[test]
fn data_that_cannot_be_trained_on_is_refused() {
    let site = Site::start(&[]);
    let data = site.folder.path().join("data");
    let wide = format!("{0}\n{0}\n{0}\n", ["1"; 10_000].join(",")).into_bytes();
    for (name, text) in [
        ("empty.csv", &b""[..]),
        ("header.csv", b"a,b\n"),
        ("ragged.csv", b"a,b\n1,2\n3\n"),
        ("latin.csv", b"a,b\nM\xfcller,1\nx,2\n"),
        ("wide.csv", &wide),
    ] {
        std::fs::write(data.join(name), text).unwrap();
        let sources = site.get("/api/data_sources").1;
        let sources = sources.as_array().unwrap();
        let id = sources
            .iter()
            .find(|source| source["name"] == name)
            .unwrap()["id"]
            .clone();
        let (status, answer) = site.post("/api/start_training", &json!({"data_source": id}));
        assert_eq!(status, 422, "{name}: {answer}");
    }
    let order = json!({"data_source": site.source(), "parameters": {"sequence": 4}});
    let (status, answer) = site.post("/api/start_training", &order);
    assert_eq!(status, 422, "four rows: {answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("shorter --sequence"), "{message}");
    assert_eq!(site.status()["status"], "idle");
}

#[test]
fn a_call_by_another_method_is_refused_in_the_form_of_all_errors() {
    let site = Site::start(&[]);
    for answer in [
        site.get("/api/start_training"),
        site.get("/api/upload_csv"),
        site.post("/api/runs", &json!({})),
        site.post("/api/export", &json!({})),
    ] {
        assert_eq!(answer.0, 405, "{}", answer.1);
        assert!(answer.1["error"]["message"].is_string(), "{}", answer.1);
    }
    for path in ["/", "/healthz", "/api/runs", "/api/data_sources"] {
        let answer = agent().head(format!("{}{path}", site.url)).call().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}

#[test]
fn a_missing_program_is_told_at_once() {
    let site = Site::with_config(
        &[],
        "[[trainer]]\nname = 'gone'\ncommand = ['no-such-program-here']\n",
    );
    let order = json!({"data_source": site.source(), "trainer": "gone"});
    let (status, answer) = site.post("/api/start_training", &order);
    assert_eq!(status, 422, "{answer}");
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("no-such-program-here")
    );
    site.wait_for("failed");
}

#[test]
fn ids_are_never_paths() {
    let site = Site::start(&[]);
    std::os::unix::fs::symlink("/etc", site.folder.path().join("data/etc")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", site.folder.path().join("data/link.csv")).unwrap();
    let sources = site.get("/api/data_sources").1;
    assert_eq!(sources.as_array().unwrap().len(), 1, "{sources}");
    for id in [
        "..%2FLeptos.toml",
        "%2Fetc%2Fpasswd",
        "small.csv",
        "a%00b",
        "link.csv",
        "",
    ] {
        assert_eq!(
            site.get(&format!("/api/preview_csv?source={id}")).0,
            404,
            "{id}"
        );
        for call in ["training_status", "run", "series", "log", "view"] {
            if !id.is_empty() {
                assert_eq!(
                    site.get(&format!("/api/{call}?run_id={id}")).0,
                    404,
                    "{call} {id}"
                );
            }
        }
    }
    assert_eq!(site.get("/api/no_such_call").0, 404);
}

#[test]
fn a_page_about_what_is_not_there_says_so_by_its_status() {
    let site = Site::start(&[("honest", common::HONEST)]);
    let run = site.finished("honest");
    let source = site.source();
    let status = |path: &str| {
        let answer = agent().get(format!("{}{path}", site.url)).call();
        answer.unwrap().status().as_u16()
    };
    for path in ["/", "/runs", "/reading", "/compare"] {
        assert_eq!(status(path), 200, "{path}");
    }
    for path in [
        format!("/runs/{run}"),
        format!("/?run={run}"),
        format!("/?source={source}"),
        format!("/reading?run_id={run}"),
    ] {
        assert_eq!(status(&path), 200, "{path}");
    }
    for path in [
        "/runs/20200101-000000-none",
        "/runs/..%2f..%2fLeptos.toml",
        "/runs/%00",
        "/runs/%ff",
        "/?run=..%2f..",
        "/?source=..%2fLeptos.toml",
        "/?source=none",
        "/reading?run_id=..%2f..",
        "/nothing/here",
    ] {
        assert_eq!(status(path), 404, "{path}");
    }
    assert_eq!(status(&format!("/compare?runs={run},..%2fx")), 404);
}

#[test]
fn other_sites_are_kept_out() {
    let site = Site::start(&[]);
    let address = site.url.trim_start_matches("http://");
    let ask = |host: &str, origin: Option<&str>| -> u16 {
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        let origin = origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
        write!(
            socket,
            "POST /api/stop_training HTTP/1.1\r\nHost: {host}\r\n{origin}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
        )
        .unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        text[9..12].parse().unwrap()
    };
    assert_eq!(ask(address, None), 409);
    assert_eq!(ask(address, Some(&site.url)), 409);
    assert_eq!(ask("evil.example", None), 403);
    assert_eq!(ask(address, Some("http://evil.example")), 403);
    assert_eq!(ask(address, Some("null")), 403);
}

#[test]
fn uploads_are_checked_and_never_overwrite() {
    let site = Site::with_config(&[], "[limits]\nupload_bytes = 2000\n");
    let upload = |name: &str, content: &[u8]| upload(&site.url, name, content);
    let (status, answer) = upload("new data.csv", CSV.as_bytes());
    assert_eq!(status, 200, "{answer}");
    let id = answer["id"].as_str().unwrap();
    assert_eq!(
        site.get(&format!("/api/preview_csv?source={id}")).1["rows"],
        4
    );
    assert_eq!(upload("new data.csv", b"a,b\n1,2\n").0, 409);
    assert_eq!(upload("big.csv", &b"1,2\n".repeat(1000)).0, 413);
    assert_eq!(
        upload("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").0,
        415
    );
    assert_eq!(upload("notes.txt", b"a,b\n1,2\n").0, 415);
    let (status, answer) = upload("ragged.csv", b"a,b\n1,2\n3\n");
    assert_eq!(status, 422);
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("ine 3"),
        "{answer}"
    );
    assert_eq!(upload("../../escape.csv", CSV.as_bytes()).0, 200);
    assert!(site.folder.path().join("data/uploads/escape.csv").exists());
    let names: Vec<_> = std::fs::read_dir(site.folder.path().join("data/uploads"))
        .unwrap()
        .collect();
    assert_eq!(
        names.len(),
        2,
        "a refused upload leaves nothing behind: {names:?}"
    );
}

fn upload(url: &str, name: &str, content: &[u8]) -> (u16, Value) {
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let response = agent()
        .post(format!("{url}/api/upload_csv"))
        .header("Content-Type", "multipart/form-data; boundary=x")
        .send(&body[..])
        .unwrap();
    let status = response.status().as_u16();
    let text = response.into_body().read_to_string().unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

#[test]
fn who_sends_all_before_reading_hears_why_it_was_refused() {
    let site = Site::start(&[]);
    assert_eq!(upload(&site.url, "there.csv", CSV.as_bytes()).0, 200);
    let host = site.url.trim_start_matches("http://");
    // More than the system keeps of what nobody reads.
    let rows = b"1,2\n".repeat(8 << 20);
    let form = |name: &str| {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        [head.as_bytes(), b"a,b\n", &rows, b"\r\n--x--\r\n"].concat()
    };
    let multipart = "multipart/form-data; boundary=x";
    for (path, kind, body, expected) in [
        ("/api/upload_csv", multipart, form("there.csv"), 409),
        ("/api/upload_csv", multipart, form("there.txt"), 415),
        ("/api/edit_run", "application/json", rows.clone(), 413),
        ("/api/none", "application/json", rows.clone(), 404),
    ] {
        let mut socket = std::net::TcpStream::connect(host).unwrap();
        let length = body.len();
        write!(socket, "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n").unwrap();
        socket
            .write_all(&body)
            .unwrap_or_else(|error| panic!("{path} {expected}: {error}"));
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected} ")),
            "{path}: {answer}"
        );
    }
    // And who only says that it will be too much is not waited for.
    let mut socket = std::net::TcpStream::connect(host).unwrap();
    write!(socket, "POST /api/edit_run HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n{{").unwrap();
    let mut start = [0; 12];
    socket.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
}

#[test]
fn a_port_that_is_taken_is_a_clear_error() {
    let site = Site::start(&[]);
    let address = site.url.trim_start_matches("http://");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_nashboard"))
        .args(["serve", "--addr", address, "--runs"])
        .arg(site.folder.path().join("other"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains(address) && errors.contains("--addr"),
        "{errors}"
    );
}

#[test]
fn an_upload_that_is_trained_on_stays() {
    let site = Site::start(&[("long", "echo \"Epoch 1/2 Generator Loss: 1\"; sleep 600")]);
    let uploads = site.folder.path().join("data/uploads");
    std::fs::create_dir(&uploads).unwrap();
    std::fs::write(uploads.join("mine.csv"), CSV).unwrap();
    let sources = site.get("/api/data_sources").1;
    let id = |name: &str| {
        let found = sources
            .as_array()
            .unwrap()
            .iter()
            .find(|source| source["name"] == name);
        found.unwrap()["id"].clone()
    };
    let (mine, bundled) = (id("uploads/mine.csv"), id("small.csv"));
    let delete = |id: &Value| site.post("/api/delete_source", &json!({"source": id}));
    assert_eq!(delete(&bundled).0, 409);
    assert_eq!(delete(&json!("../small.csv")).0, 404);
    let order = json!({"data_source": mine, "trainer": "long"});
    let (status, started) = site.post("/api/start_training", &order);
    assert_eq!(status, 200, "{started}");
    let (status, refused) = delete(&mine);
    assert_eq!(status, 409, "{refused}");
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .contains("active on it")
    );
    let run = started["run_id"].as_str().unwrap();
    site.post("/api/stop_training", &json!({"run_id": run}));
    site.over(run);
    let (status, deleted) = delete(&mine);
    assert_eq!(
        (status, &deleted["name"]),
        (200, &json!("uploads/mine.csv"))
    );
    assert_eq!(site.detail(run)["data_state"], "gone");
    assert_eq!(
        site.post("/api/restore_source", &json!({"source": mine})).0,
        200
    );
    assert_eq!(site.detail(run)["data_state"], "same");
    assert_eq!(
        site.post("/api/restore_source", &json!({"source": mine})).0,
        404
    );
}
