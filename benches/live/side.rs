//! The two servers that are measured: ours, and the bare one; each with its child.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use nashboard::recorder::{Holder, read_lock};

use crate::common::{Site, agent};
use crate::report::{memory, processor};

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Nashboard,
    Bare,
}

/// A server that runs, and is told to start its child.
pub enum Side {
    Nashboard(Box<Site>),
    /// With its output, which has to stay open.
    Bare {
        server: Child,
        _output: BufReader<ChildStdout>,
        url: String,
    },
}

impl Side {
    /// A server whose child will be `live child ARGUMENTS`.
    pub fn start(kind: Kind, arguments: &str) -> Self {
        let program = std::env::current_exe().unwrap();
        if kind == Kind::Nashboard {
            let script = format!("exec {} child {arguments}", program.display());
            return Self::Nashboard(Box::new(Site::start(&[("child", &script)])));
        }
        let mut server = Command::new(program)
            .arg("bare")
            .args(arguments.split(' '))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let url = line[line.find("http://").unwrap()..].trim().to_owned();
        Self::Bare {
            server,
            _output: output,
            url,
        }
    }

    pub fn address(&self) -> &str {
        match self {
            Self::Nashboard(site) => site.url.trim_start_matches("http://"),
            Self::Bare { url, .. } => url.trim_start_matches("http://"),
        }
    }

    fn pid(&self) -> u32 {
        match self {
            Self::Nashboard(site) => site.pid(),
            Self::Bare { server, .. } => server.id(),
        }
    }

    /// Lets the child begin. Ours says what the run is called.
    pub fn begin(&self) -> Option<String> {
        match self {
            Self::Nashboard(site) => Some(site.run("child")),
            Self::Bare { url, .. } => {
                agent().get(format!("{url}/start")).call().unwrap();
                None
            }
        }
    }

    /// Seconds of a processor that the server and what it records with have used.
    pub fn processor(&self) -> f64 {
        let recorder = match self {
            Self::Nashboard(site) => recorder(site),
            Self::Bare { .. } => None,
        };
        processor(self.pid()) + recorder.map_or(0.0, processor)
    }

    /// Megabytes: `VmRSS` or `VmHWM`.
    pub fn memory(&self, what: &str) -> f64 {
        memory(self.pid(), what)
    }

    /// Lines of a run that the server has in store; a bare one has none.
    pub fn stored(&self, run: &str) -> Option<u64> {
        match self {
            Self::Nashboard(site) => {
                site.get(&format!("/api/log?run_id={run}&limit=1")).1["total"].as_u64()
            }
            Self::Bare { .. } => None,
        }
    }
}

/// The process that records the run.
fn recorder(site: &Site) -> Option<u32> {
    let runs = std::fs::read_dir(site.runs())
        .into_iter()
        .flatten()
        .flatten();
    runs.filter_map(|run| match read_lock(&run.path()) {
        Ok(Holder::Held(lock)) => u32::try_from(lock.recorder_pid).ok(),
        _ => None,
    })
    .next()
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Self::Bare { server, .. } = self {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
