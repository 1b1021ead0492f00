//! What the server does to those who ask too much, too slowly, or without a right to.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

mod common;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use common::{CSV, DEADLINE, Site, agent, wait};
use serde_json::{Value, json};

/// A connection to `url` that waits no longer than a test may.
fn connect(url: &str) -> TcpStream {
    let socket = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    socket.set_read_timeout(Some(DEADLINE)).unwrap();
    socket
}

/// All that the server answers to `text`, until it closes the connection.
fn say(url: &str, text: &str) -> String {
    hear(begin(url, text))
}

/// A connection on which `text` was said, and whose answer nobody has read yet.
fn begin(url: &str, text: &str) -> TcpStream {
    let mut socket = connect(url);
    socket.write_all(text.as_bytes()).unwrap();
    socket
}

/// All that comes until the server closes the connection, which it must do.
fn hear(mut socket: TcpStream) -> String {
    let mut answer = Vec::new();
    if let Err(error) = socket.read_to_end(&mut answer) {
        // A server that has not read all that was sent closes so.
        let closed = error.kind() == ErrorKind::ConnectionReset;
        assert!(closed, "the connection stays open: {error}");
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The answer to a request with these lines of headers besides the Host.
fn ask(site: &Site, line: &str, headers: &str, body: &str) -> String {
    let host = site.url.trim_start_matches("http://");
    say(
        &site.url,
        &format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn status(answer: &str) -> u16 {
    answer
        .get(9..12)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0)
}

#[test]
fn what_any_site_can_send_starts_nothing() {
    let site = Site::start(&[("true", "true")]);
    let order = json!({"data_source": site.source(), "trainer": "true"}).to_string();
    let json = "Content-Type: application/json\r\n";
    for (headers, expected) in [
        // A form or a script of another site.
        (
            "Content-Type: text/plain\r\nOrigin: http://evil.example\r\n",
            403,
        ),
        (
            "Content-Type: application/json\r\nOrigin: http://evil.example\r\n",
            403,
        ),
        ("Content-Type: application/json\r\nOrigin: null\r\n", 403),
        (
            "Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n",
            403,
        ),
        (
            "Content-Type: application/json\r\nSec-Fetch-Site: same-site\r\n",
            403,
        ),
        // A browser so old that it marks nothing still cannot send JSON to another site.
        ("Content-Type: text/plain\r\n", 415),
        ("Content-Type: application/x-www-form-urlencoded\r\n", 415),
        ("Content-Type: multipart/form-data; boundary=x\r\n", 415),
        ("", 415),
    ] {
        let answer = ask(&site, "POST /api/start_training", headers, &order);
        assert_eq!(status(&answer), expected, "{headers}: {answer}");
    }
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = ask(
            &site,
            &format!("{method} /api/start_training"),
            json,
            &order,
        );
        assert_eq!(status(&answer), 405, "{method}: {answer}");
        assert!(
            !answer.to_lowercase().contains("access-control"),
            "{answer}"
        );
    }
    assert_eq!(site.status()["status"], "idle");
    assert_eq!(
        status(&ask(&site, "POST /api/start_training", json, &order)),
        200
    );
}

#[test]
fn every_answer_bears_the_headers() {
    let site = Site::start(&[]);
    for path in [
        "/",
        "/runs",
        "/api/runs",
        "/api/nothing",
        "/healthz",
        "/no/such/page",
        "/api/run?run_id=x",
    ] {
        let answer = ask(&site, &format!("GET {path}"), "", "").to_lowercase();
        for header in [
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
            "x-frame-options: deny",
            "cross-origin-resource-policy: same-origin",
            "cross-origin-opener-policy: same-origin",
            "content-security-policy: default-src 'none'",
        ] {
            assert_eq!(
                answer.matches(header).count(),
                1,
                "{path} {header}: {answer}"
            );
        }
        let kept = answer.contains("cache-control: no-store");
        assert_eq!(kept, path.starts_with("/api"), "{path}: {answer}");
    }
    let refused = ask(&site, "GET /", "Origin: http://evil.example\r\n", "");
    assert!(refused.contains("x-frame-options"), "{refused}");
}

#[test]
fn a_page_keeps_its_headers_whatever_else_is_asked_for_meanwhile() {
    let mut site = Site::start(&[("honest", common::HONEST)]);
    let run = site.finished("honest");
    let files = site.folder.path().join("pkg");
    std::fs::create_dir_all(&files).unwrap();
    std::fs::write(files.join("nashboard.css"), "").unwrap();
    site.crash_and_restart();
    let get = |path: &str| {
        let answer = agent().get(format!("{}{path}", site.url)).call().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let over = std::sync::atomic::AtomicBool::new(false);
    let policies: Vec<(String, String)> = std::thread::scope(|scope| {
        let beside = ["/pkg/nashboard.css", "/pkg/nashboard.css", "/api/runs"];
        for path in beside {
            let (get, over) = (&get, &over);
            scope.spawn(move || {
                while !over.load(std::sync::atomic::Ordering::SeqCst) {
                    assert!(!get(path).contains("nonce-"), "{path} has that of a page");
                }
            });
        }
        let pages = ["/".to_owned(), format!("/runs/{run}"), "/runs".into()];
        let policies = pages
            .iter()
            .cycle()
            .take(150)
            .map(|page| (page.clone(), get(page)));
        let policies = policies.collect();
        over.store(true, std::sync::atomic::Ordering::SeqCst);
        policies
    });
    for (page, policy) in policies {
        assert!(
            policy.contains("script-src 'self' 'nonce-"),
            "{page}: {policy}"
        );
    }
}

#[test]
fn a_name_is_text_wherever_a_page_has_it() {
    const MARK: &str = "</title></script><meta name=planted>";
    let site = Site::start(&[("honest", common::HONEST)]);
    let started = |name: &str| {
        let order = json!({"data_source": site.source(), "trainer": "honest", "name": name});
        let (status, started) = site.post("/api/start_training", &order);
        assert_eq!(status, 200, "{started}");
        let run = started["run_id"].as_str().unwrap().to_owned();
        site.over(&run);
        run
    };
    let (one, other) = (started(MARK), started("other"));
    let edit = json!({"run_id": one, "tags": [MARK], "notes": MARK});
    assert_eq!(site.post("/api/edit_run", &edit).0, 200);
    let data = site.folder.path().join("data");
    std::fs::write(
        data.join("<meta name=planted>.csv"),
        format!("{MARK},b\n{MARK},1\n{MARK},2\n"),
    )
    .unwrap();
    let sources = site.get("/api/data_sources").1;
    let sources = sources.as_array().unwrap().iter();
    let ids: Vec<&str> = sources
        .map(|source| source["id"].as_str().unwrap())
        .collect();
    let mut pages = vec![
        "/".to_owned(),
        "/runs".into(),
        format!("/runs?query={}", "%3C/title%3E%3Cmeta%20name=planted%3E"),
        format!("/runs/{one}"),
        format!("/?run={one}"),
        format!("/compare?runs={one},{other}"),
        format!("/reading?run_id={one}"),
        "/runs/%3C%2Ftitle%3E%3Cmeta%20name=planted%3E".into(),
    ];
    pages.extend(ids.iter().map(|id| format!("/?source={id}")));
    let mut told = 0;
    for path in pages {
        let answer = agent().get(format!("{}{path}", site.url)).call();
        let html = answer.unwrap().into_body().read_to_string().unwrap();
        assert!(!html.contains("<meta name=planted>"), "{path}: {html}");
        told += usize::from(html.contains("&lt;meta name=planted&gt;"));
    }
    assert!(told >= 5, "the name is shown on {told} pages");
}

#[test]
fn a_page_names_the_scripts_that_may_run_anew_each_time() {
    let site = Site::start(&[]);
    let nonces: Vec<String> = ["/", "/", "/runs", "/no/such/page"]
        .into_iter()
        .map(|path| {
            let page = ask(&site, &format!("GET {path}"), "", "");
            let (head, body) = page.split_once("\r\n\r\n").unwrap();
            let nonce = head.split("'nonce-").nth(1).unwrap();
            let nonce = nonce.split('\'').next().unwrap().to_owned();
            assert!(nonce.len() >= 16, "{nonce}");
            for script in body.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                let fine = tag.contains(&format!("nonce=\"{nonce}\""))
                    || tag.contains("src=\"/theme.js\"");
                assert!(fine, "{path}: <script{tag}>");
            }
            nonce
        })
        .collect();
    for (at, nonce) in nonces.iter().enumerate() {
        assert!(!nonces[..at].contains(nonce), "{nonces:?}");
    }
}

#[test]
fn slow_and_large_requests_are_cut() {
    let site = Site::with_config(
        &[],
        "[limits]\nheader_seconds = 1\nbody_seconds = 1\nheader_bytes = 4096\nbody_bytes = 2000\n",
    );
    let host = site.url.trim_start_matches("http://");
    // Headers that never end.
    let endless = "GET / HTTP/1.1\r\nHost: x\r\n";
    let lenient = Site::with_config(&[], "[limits]\nheader_seconds = 3600\n");
    let mut waited_for = begin(&lenient.url, endless);
    for _ in 0..2 {
        let answer = say(&site.url, endless);
        assert!(answer.is_empty(), "{answer}");
    }
    // It is the limit asked for that cuts: where more is asked for, who came before both is still waited for.
    waited_for.set_nonblocking(true).unwrap();
    let heard = waited_for.read(&mut [0]).unwrap_err();
    assert_eq!(heard.kind(), ErrorKind::WouldBlock);
    // A body that never ends.
    let begun = format!(
        "POST /api/stop_training HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 10\r\n\r\n{{"
    );
    let answer = say(&site.url, &begun);
    assert_eq!(status(&answer), 408, "{answer}");
    assert!(answer.contains("too_slow"), "{answer}");
    let begun = format!(
        "POST /api/upload_csv HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"slow.csv\"\r\n\r\na,b\n1,2\n"
    );
    assert_eq!(status(&say(&site.url, &begun)), 408);
    let uploads = std::fs::read_dir(site.folder.path().join("data/uploads")).unwrap();
    assert_eq!(uploads.count(), 0, "it leaves nothing behind");
    // Headers and bodies that are too large.
    let many = format!("X-Many: {}\r\n", "x".repeat(5000));
    assert_eq!(status(&ask(&site, "GET /", &many, "")), 431);
    let many: String = (0..200).map(|at| format!("X-{at}: x\r\n")).collect();
    assert_eq!(status(&ask(&site, "GET /", &many, "")), 431);
    let large = json!({"text": "x".repeat(3000)});
    let (status, answer) = site.post("/api/read_lines", &large);
    assert_eq!(status, 413, "{answer}");
    assert!(
        answer["error"]["message"]
            .as_str()
            .unwrap()
            .contains("2000")
    );
}

#[test]
fn connections_and_streams_are_bounded_and_given_back() {
    let site = Site::with_config(
        &[],
        "[limits]\nconnections = 50\nconnections_per_client = 12\nstreams_per_client = 3\n",
    );
    let host = site.url.trim_start_matches("http://").to_owned();
    let stream = || {
        let mut socket = connect(&site.url);
        write!(socket, "GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut first = [0; 12];
        socket.read_exact(&mut first).unwrap();
        (socket, String::from_utf8_lossy(&first[9..]).into_owned())
    };
    let mut open: Vec<_> = (0..3).map(|_| stream()).collect();
    assert!(open.iter().all(|(_, status)| status == "200"));
    let (refused, status_of_fourth) = stream();
    assert_eq!(status_of_fourth, "429");
    drop(refused);
    open.pop();
    wait(|| Some(stream()).filter(|(_, status)| status == "200")).expect("no place came free");
    drop(open);

    // One that comes while the streams still have their places is turned away, and another takes its turn.
    let mut idle = Vec::new();
    let full = wait(|| {
        idle.push(connect(&site.url));
        let answer = ask(&site, "GET /healthz", "", "");
        Some(answer).filter(|answer| status(answer) == 503)
    });
    assert!(
        full.unwrap().contains("“connections_per_client”"),
        "it says which limit"
    );
    drop(idle);
    wait(|| (status(&ask(&site, "GET /healthz", "", "")) == 200).then_some(()))
        .expect("no place came free");
}

#[test]
fn connections_of_all_clients_together_are_bounded() {
    let site = Site::with_config(&[], "[limits]\nconnections = 5\n");
    let mut idle = Vec::new();
    let full = wait(|| {
        idle.push(connect(&site.url));
        let answer = ask(&site, "GET /healthz", "", "");
        Some(answer).filter(|answer| status(answer) == 503)
    });
    let full = full.expect("all are let in");
    assert!(full.contains("(5, “connections” in [limits]"), "{full}");
    drop(idle);
    wait(|| (status(&ask(&site, "GET /healthz", "", "")) == 200).then_some(()))
        .expect("no place came free");
}

#[test]
fn who_never_reads_is_cut_and_others_notice_nothing() {
    let site = Site::with_config(
        &[(
            "loud",
            "for i in $(seq 1 30); do head -c 1000000 /dev/zero | tr '\\0' x; echo; done",
        )],
        "[limits]\nunread_seconds = 1\ndownloads = 2\n",
    );
    let id = site.run("loud");
    site.wait_for("completed");
    let host = site.url.trim_start_matches("http://");
    let deaf: Vec<_> = (0..2)
        .map(|_| {
            let mut socket = connect(&site.url);
            write!(
                socket,
                "GET /api/log_file?run_id={id} HTTP/1.1\r\nHost: {host}\r\n\r\n"
            )
            .unwrap();
            // The answer has begun.
            socket.read_exact(&mut [0; 12]).unwrap();
            socket
        })
        .collect();
    let (status, answer) = site.get(&format!("/api/log_file?run_id={id}"));
    assert_eq!(status, 429, "{answer}");
    assert_eq!(site.get("/api/runs").0, 200);
    // Their places come free though they keep their connections.
    wait(|| (site.get(&format!("/api/log_file?run_id={id}")).0 == 200).then_some(()))
        .expect("they were not cut");
    for mut socket in deaf {
        let mut rest = Vec::new();
        match socket.read_to_end(&mut rest) {
            Ok(_) => assert!(rest.len() < 30_000_000, "{} bytes were sent", rest.len()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
}

/// A server that other machines could reach.
struct Open {
    folder: tempfile::TempDir,
    server: Child,
    lines: Vec<String>,
    port: u16,
}

impl Open {
    fn start(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("small.csv"), CSV).unwrap();
        std::fs::write(folder.path().join("Leptos.toml"), config).unwrap();
        Self::serve(folder)
    }

    fn serve(folder: tempfile::TempDir) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_nashboard"))
            .args(["serve", "--addr", "0.0.0.0:0", "--config"])
            .arg(folder.path().join("Leptos.toml"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let lines: Vec<String> = output.lines().take(2).map(Result::unwrap).collect();
        let port = lines[0].split(':').nth(3).unwrap();
        let port = port.split('/').next().unwrap().trim().parse().unwrap();
        Self {
            folder,
            server,
            lines,
            port,
        }
    }

    fn again(mut self) -> Self {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::serve(folder)
    }

    fn token(&self, line: usize) -> String {
        let (_, token) = self.lines[line].split_once("?token=").unwrap();
        token.trim().to_owned()
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn get(&self, path: &str, token: Option<&str>) -> (u16, Value) {
        let mut request = agent().get(format!("{}{path}", self.url()));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(request.call().unwrap())
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = agent().post(format!("{}{path}", self.url()));
        let request = request.header("Authorization", format!("Bearer {token}"));
        read(request.send_json(body).unwrap())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.into_body().read_to_string().unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

#[test]
fn another_machine_needs_a_token_and_its_role_decides() {
    let site = Open::start(
        "[[trainer]]\nname = 'tell'\ncommand = ['sh', '-c', 'env; cat /proc/self/cmdline /proc/$PPID/cmdline /proc/$PPID/environ | tr \"\\\\0\" \"\\\\n\"']\n",
    );
    let (operator, viewer) = (site.token(0), site.token(1));
    assert_ne!(operator, viewer);
    for path in [
        "/",
        "/runs",
        "/api/runs",
        "/events",
        "/theme.js",
        "/api/sample?run_id=x&name=y",
    ] {
        assert_eq!(site.get(path, None).0, 401, "{path}");
    }
    assert_eq!(site.get("/healthz", None).0, 200);
    for token in [&operator, &viewer] {
        assert_eq!(site.get("/api/runs", Some(token)).0, 200);
        assert_eq!(site.get("/", Some(token)).0, 200);
    }
    // A viewer's page shows nothing to press that would be refused.
    for (token, told) in [(&operator, false), (&viewer, true)] {
        let page = site.get("/", Some(token)).1.to_string();
        assert_eq!(page.contains("data-only-looks"), told);
        assert_eq!(page.contains("those who only look"), told, "{page}");
    }
    let text = json!({"text": "Epoch 3/9"});
    let (status, read) = site.post("/api/read_lines", &viewer, &text);
    assert_eq!(
        (status, &read[0]["found"][0]["key"]),
        (200, &json!("epoch"))
    );
    let source = site.get("/api/data_sources", Some(&viewer)).1[0]["id"].clone();
    let order = json!({"data_source": source, "trainer": "tell"});
    let (status, answer) = site.post("/api/start_training", &viewer, &order);
    assert_eq!(status, 403, "{answer}");
    assert_eq!(
        site.get("/api/training_status", Some(&viewer)).1["status"],
        "idle"
    );
    let (status, started) = site.post("/api/start_training", &operator, &order);
    assert_eq!(status, 200, "{started}");
    let ended = wait(|| {
        let status = site.get("/api/training_status", Some(&viewer)).1;
        (status["status"] == "completed").then_some(())
    });
    ended.expect("the trainer did not end");

    // Neither the trainer nor its recorder was told a token, and nothing on the disk tells one.
    let run = site
        .folder
        .path()
        .join("runs")
        .join(started["run_id"].as_str().unwrap());
    let told = std::fs::read_to_string(run.join("output.log")).unwrap();
    assert!(told.contains("NASHBOARD_RUN_DIR"), "{told}");
    let mut pending = vec![site.folder.path().to_owned()];
    let mut files = 0;
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        files += 1;
        let bytes = std::fs::read(&path).unwrap();
        for token in [&operator, &viewer] {
            let holds = bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes());
            assert!(!holds, "{} holds a token", path.display());
        }
    }
    assert!(files > 4, "{files}");
}

#[test]
fn tokens_are_shown_once_and_stay_valid() {
    let site = Open::start("");
    assert!(
        site.lines[0].starts_with("Nashboard is ready: http://"),
        "{:?}",
        site.lines
    );
    let operator = site.token(0);
    let site = site.again();
    assert!(!site.lines.concat().contains("token="), "{:?}", site.lines);
    assert!(site.lines[1].contains(".access.json"), "{:?}", site.lines);
    assert_eq!(site.get("/api/runs", Some(&operator)).0, 200);
    std::fs::remove_file(site.folder.path().join("runs/.access.json")).unwrap();
    let site = site.again();
    assert_eq!(site.get("/api/runs", Some(&operator)).0, 401);
    assert_eq!(site.get("/api/runs", Some(&site.token(0))).0, 200);
}

#[test]
fn guessing_is_slowed_down() {
    let site = Open::start("");
    let guess = || {
        let request = agent().get(format!("{}/api/runs", site.url()));
        let answer = request.header("Authorization", "Bearer guess").call();
        let answer = answer.unwrap();
        let wait = answer.headers().get("retry-after");
        let wait = wait.map(|wait| wait.to_str().unwrap().to_owned());
        (answer.status().as_u16(), wait)
    };
    for _ in 0..5 {
        assert_eq!(guess(), (401, None));
    }
    // The sixth is told to wait, and so is who does not, or comes again with a wrong one.
    assert_eq!(guess(), (429, Some("1".to_owned())));
    for _ in 0..2 {
        let (status, wait) = guess();
        assert_eq!(status, 429);
        assert!(wait.unwrap().parse::<u64>().unwrap() >= 1);
    }
    assert_eq!(site.get("/api/runs", Some(&site.token(0))).0, 200);
}

#[test]
fn a_foreign_name_is_refused_even_with_a_token() {
    let site = Open::start("[access]\nhosts = ['gan.example.org']\n");
    let token = site.token(0);
    let ask = |host: &str, more: &str| {
        let text = format!(
            "GET /api/runs HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{more}\r\n"
        );
        status(&say(&site.url(), &text))
    };
    assert_eq!(ask("gan.example.org", ""), 200);
    assert_eq!(
        ask("gan.example.org", "Origin: https://gan.example.org\r\n"),
        200
    );
    assert_eq!(
        ask("gan.example.org", "Origin: https://evil.example\r\n"),
        403
    );
    assert_eq!(ask("evil.example", ""), 403);
    assert_eq!(ask(&format!("evil.example:{}", site.port), ""), 403);
}

#[test]
fn a_server_for_this_machine_alone_asks_for_no_token() {
    let site = Site::start(&[]);
    assert_eq!(site.get("/api/runs").0, 200);
    assert!(!site.runs().join(".access.json").exists());
}

#[test]
fn parameters_are_arguments_and_nothing_else() {
    let site = Site::with_config(
        &[],
        "[[trainer]]\nname = 'say'\ncommand = ['sh', '-c', 'for word; do echo \"[$word]\"; done', 'sh', '{data}', '--epochs={epochs}']\n",
    );
    let name = "a b; $(touch hacked) `touch hacked` --data=x '\".csv";
    std::fs::write(site.folder.path().join("data").join(name), CSV).unwrap();
    let sources = site.get("/api/data_sources").1;
    let mut sources = sources.as_array().unwrap().iter();
    let source = sources.find(|source| source["name"] == name).unwrap()["id"].clone();
    for parameters in [
        json!({"batch_size": "64 --out=/tmp"}),
        json!({"batch_size": "$(touch hacked)"}),
        json!({"batch_size": ["64"]}),
        json!({"batch-size": 64}),
        json!({"out": "/tmp"}),
        json!({"learning_rate": 1e9}),
        json!({"seed": "NaN"}),
    ] {
        let order = json!({"data_source": source, "parameters": parameters});
        assert_eq!(
            site.post("/api/start_training", &order).0,
            422,
            "{parameters}"
        );
    }
    let order =
        json!({"data_source": source, "trainer": "say", "epochs": 3, "name": "$(touch hacked)"});
    let (status, started) = site.post("/api/start_training", &order);
    assert_eq!(status, 200, "{started}");
    site.wait_for("completed");
    let run = started["run_id"].as_str().unwrap();
    let lines = site.get(&format!("/api/log?run_id={run}")).1;
    let said: Vec<&str> = lines["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["message"].as_str().unwrap())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].ends_with(&format!("/data/{name}]")), "{said:?}");
    assert_eq!(said[1], "[--epochs=3]");
    assert!(!site.folder.path().join("hacked").exists());
}

#[test]
fn a_run_folder_from_elsewhere_shows_nothing_but_itself() {
    let site = Site::start(&[("true", "true")]);
    let own = site.run("true");
    site.wait_for("completed");
    let secret = site.folder.path().join("secret");
    let line = "2025-08-24T18:14:33.734935123Z stdout F Epoch 1/1 hidden_words: 0.5\n";
    std::fs::write(&secret, line.repeat(3)).unwrap();
    let manifest = std::fs::read_to_string(site.runs().join(&own).join("run.json")).unwrap();
    let touched = site.folder.path().join("touched");
    let link = |target: &std::path::Path, place: std::path::PathBuf| {
        std::os::unix::fs::symlink(target, place).unwrap();
    };
    // Links in place of its files, and a command that would show itself if it were ever run.
    let id = "20200101-000000-link";
    let folder = site.folder.path().join(id);
    for part in ["samples", "checkpoints"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    let mut told: Value = serde_json::from_str(&manifest).unwrap();
    told["id"] = json!(id);
    told["command"] = json!(["touch", touched]);
    std::fs::write(folder.join("run.json"), told.to_string()).unwrap();
    link(&secret, folder.join("output.log"));
    link(std::path::Path::new("/dev/zero"), folder.join("exit.json"));
    link(&secret, folder.join("samples/step.csv"));
    link(&secret, folder.join("checkpoints/best.safetensors"));
    std::fs::rename(&folder, site.runs().join(id)).unwrap();
    // A description that never ends, and one that never begins.
    let endless = site.runs().join("20200101-000001-long");
    std::fs::create_dir(&endless).unwrap();
    link(std::path::Path::new("/dev/zero"), endless.join("run.json"));
    let mute = site.runs().join("20200101-000002-mute");
    std::fs::create_dir(&mute).unwrap();
    let pipe = Command::new("mkfifo").arg(mute.join("run.json")).status();
    assert!(pipe.unwrap().success());

    let known = wait(|| {
        let total = site.get("/api/runs").1["total"].as_u64()?;
        (total == 4).then_some(())
    });
    known.expect("the folders did not appear");
    let all = wait(|| (site.get("/api/runs").1["reading"].is_null()).then_some(()));
    all.expect("they are read without end");
    for path in ["run", "view", "series", "log", "training_status"] {
        let (_, answer) = site.get(&format!("/api/{path}?run_id={id}"));
        assert!(
            !answer.to_string().contains("hidden_words"),
            "{path}: {answer}"
        );
    }
    for path in ["export?format=csv&", "export?format=json&", "log_file?"] {
        let (status, answer) = site.get(&format!("/api/{path}run_id={id}"));
        assert_eq!(status, 422, "{answer}");
        assert!(answer.to_string().contains("output.log"), "{answer}");
    }
    assert_eq!(
        site.get(&format!("/api/sample?run_id={id}&name=step.csv"))
            .0,
        404
    );
    let (status, answer) = site.get(&format!("/api/synthetic_rows?run_id={id}&rows=5"));
    assert_eq!(status, 409, "{answer}");
    assert!(!touched.exists());
}
