//! A real server on a free port, with folders of its own and trainers written in shell.

#![allow(dead_code)] // Each test file uses a part of it.

pub mod disk;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything may take before a test gives up. Nothing is asserted about time.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A data source that can be trained on.
pub const CSV: &str = "x,y,kind\n1,2.5,a\n2,3.5,b\n3,4.5,a\n4,5.5,b\n";

/// A trainer of three reports.
pub const HONEST: &str = r#"
for e in 1 2 3; do
  echo "Epoch $e/3 Generator Loss: 1.$e Discriminator Loss: 0.$e"
done
"#;

pub struct Site {
    pub folder: tempfile::TempDir,
    pub url: String,
    server: Child,
    /// Kept open: a server whose output nobody reads would stop at a full pipe.
    output: BufReader<ChildStdout>,
}

impl Site {
    /// A server whose configuration lists `trainers`: pairs of a name and a shell script.
    pub fn start(trainers: &[(&str, &str)]) -> Self {
        Self::with_config(trainers, "")
    }

    /// The same with lines of configuration before the trainers.
    pub fn with_config(trainers: &[(&str, &str)], config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("small.csv"), CSV).unwrap();
        let mut text = config.to_owned();
        for (name, script) in trainers {
            text += &format!(
                "\n[[trainer]]\nname = {name:?}\ncommand = ['sh', '-c', '''{script}''']\nstop_grace_seconds = 2\n"
            );
        }
        std::fs::write(folder.path().join("Leptos.toml"), text).unwrap();
        let (server, output, url) = launch(folder.path(), "127.0.0.1:0");
        Self {
            folder,
            url,
            server,
            output,
        }
    }

    /// Kills the server at once, as a crash does, and starts it again on the same port.
    pub fn crash_and_restart(&mut self) {
        self.crash();
        self.restart();
    }

    /// Starts the server again on the same port, once it was killed.
    pub fn restart(&mut self) {
        let address = self.url.trim_start_matches("http://").to_owned();
        // A client that called meanwhile may have been given this very port for its own end.
        let (server, output, url) = wait(|| try_launch(self.folder.path(), &address))
            .unwrap_or_else(|| panic!("the server does not come back at {address}"));
        (self.server, self.output, self.url) = (server, output, url);
    }

    /// Ends the server as a service manager does.
    pub fn end(&mut self) {
        let pid = self.server.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.unwrap().success());
        self.server.wait().unwrap();
    }

    pub fn crash(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }

    pub fn runs(&self) -> PathBuf {
        self.folder.path().join("runs")
    }

    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    /// Status and JSON of a GET.
    pub fn get(&self, path: &str) -> (u16, Value) {
        answer(agent().get(format!("{}{path}", self.url)).call())
    }

    /// Status and JSON of a POST.
    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(agent().post(format!("{}{path}", self.url)).send_json(body))
    }

    /// The id of the data source `small.csv`.
    pub fn source(&self) -> String {
        let (status, sources) = self.get("/api/data_sources");
        assert_eq!(status, 200, "{sources}");
        let sources = sources.as_array().unwrap();
        let small = sources
            .iter()
            .find(|source| source["name"] == "small.csv")
            .unwrap();
        small["id"].as_str().unwrap().to_owned()
    }

    /// Starts a run of `trainer`, and gives its id.
    pub fn run(&self, trainer: &str) -> String {
        let order = json!({"data_source": self.source(), "trainer": trainer, "epochs": 5});
        let (status, started) = self.post("/api/start_training", &order);
        assert_eq!(status, 200, "{started}");
        assert_eq!(started["status"], "running");
        assert!(started["pid"].as_i64().unwrap() > 1, "{started}");
        started["run_id"].as_str().unwrap().to_owned()
    }

    /// Runs `trainer` to its end, and gives the run's id.
    pub fn finished(&self, trainer: &str) -> String {
        let run = self.run(trainer);
        self.over(&run);
        run
    }

    /// Waits for the end of `run`, and gives its last status.
    pub fn over(&self, run: &str) -> String {
        wait(|| {
            let status = self.detail(run)["status"].as_str()?.to_owned();
            (status != "running" && status != "stopping").then_some(status)
        })
        .unwrap_or_else(|| panic!("it does not end: {}", self.detail(run)))
    }

    /// What `/api/run` says of `run`.
    pub fn detail(&self, run: &str) -> Value {
        self.get(&format!("/api/run?run_id={run}")).1
    }

    /// All that is asked about a run, without the numbers of events.
    pub fn told(&self, run: &str) -> Vec<Value> {
        ["training_status?", "run?", "series?", "log?limit=5000&"]
            .map(|call| {
                let (status, mut answer) = self.get(&format!("/api/{call}run_id={run}"));
                assert_eq!(status, 200, "{answer}");
                answer.as_object_mut().unwrap().remove("as_of");
                answer
            })
            .to_vec()
    }

    /// Takes the index away, once the server was killed.
    pub fn remove_index(&self) {
        let part = |ending| self.runs().join(format!("index.sqlite{ending}"));
        std::fs::remove_file(part("")).unwrap();
        // A server that ended in order leaves none of these.
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(part(ending));
        }
    }

    pub fn status(&self) -> Value {
        self.get("/api/training_status").1
    }

    /// Waits until the latest run has the status `wanted`.
    pub fn wait_for(&self, wanted: &str) -> Value {
        wait(|| Some(self.status()).filter(|status| status["status"] == wanted))
            .unwrap_or_else(|| panic!("never {wanted}: {}", self.status()))
    }

    /// Events of `path` as pairs of id and object, until `enough` of them came.
    pub fn events(
        &self,
        path: &str,
        enough: impl Fn(&[(u64, Value)]) -> bool,
    ) -> Vec<(u64, Value)> {
        self.events_with(path, &[], enough)
    }

    /// The same with headers.
    pub fn events_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        enough: impl Fn(&[(u64, Value)]) -> bool,
    ) -> Vec<(u64, Value)> {
        let mut request = agent().get(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.call().unwrap();
        assert_eq!(response.status(), 200);
        let mut lines = BufReader::new(response.into_body().into_reader()).lines();
        let (mut events, mut id) = (Vec::new(), 0);
        while !enough(&events) {
            let line = lines
                .next()
                .expect("the stream ended")
                .expect("the stream broke");
            if let Some(text) = line.strip_prefix("id: ") {
                id = text.parse().unwrap();
            } else if let Some(text) = line.strip_prefix("data: ") {
                events.push((id, serde_json::from_str(text).unwrap()));
            }
        }
        events
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        // No recorder of a test outlives it.
        for entry in std::fs::read_dir(self.runs())
            .into_iter()
            .flatten()
            .flatten()
        {
            if let Ok(nashboard::recorder::Holder::Held(lock)) =
                nashboard::recorder::read_lock(&entry.path())
            {
                for pid in lock
                    .child_pid
                    .map(|pid| -pid)
                    .into_iter()
                    .chain([lock.recorder_pid])
                {
                    let _ = Command::new("kill")
                        .arg("-9")
                        .arg("--")
                        .arg(pid.to_string())
                        .status();
                }
            }
        }
    }
}

/// Asks again until there is an answer, or the deadline is over.
pub fn wait<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + DEADLINE;
    while Instant::now() < deadline {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// Copies a folder into another, with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(done.unwrap().success());
}

/// Writes past the capture of the test runner, which shows nothing of a test that passes.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Says that a test passes without having tested anything.
pub fn skipped(why: &str) {
    tell(&format!("SKIPPED: {why}; nothing was tested"));
}

/// A client that takes error statuses as answers and waits no longer than a test may.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(DEADLINE))
        .build()
        .into()
}

fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    let response = response.unwrap();
    let status = response.status().as_u16();
    let mut text = String::new();
    response
        .into_body()
        .into_reader()
        .read_to_string(&mut text)
        .unwrap();
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

fn launch(folder: &Path, address: &str) -> (Child, BufReader<ChildStdout>, String) {
    try_launch(folder, address).expect("the server does not start")
}

/// A server at `address`, or `None` where it ends at once.
fn try_launch(folder: &Path, address: &str) -> Option<(Child, BufReader<ChildStdout>, String)> {
    // Another build can be put to the same test.
    let program = std::env::var_os("NASHBOARD_PROGRAM");
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_nashboard").into());
    // Programs that a test puts there go before those of the machine.
    let mut path = folder.join("tools").into_os_string();
    path.extend([":".into(), std::env::var_os("PATH").unwrap_or_default()]);
    let mut server = Command::new(program)
        .env("PATH", path)
        .args(["serve", "--addr", address, "--config"])
        .arg(folder.join("Leptos.toml"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let Some(at) = line.find("http://") else {
        server.wait().unwrap();
        return None;
    };
    let url = line[at..].trim().to_owned();
    Some((server, output, url))
}
