//! The commands and their flags.

use std::io::{self, BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use nashboard::reader::{Lines, Reader, Reading};
use nashboard::recorder::{self, Echo};
use nashboard::server::{self, Access, Config, Fresh, Guard, Server, TerminalOrder, prepare};
use nashboard::{serve, trainer};

/// Trains GANs and shows the training live in a browser.
#[derive(Parser)]
#[command(
    version,
    propagate_version = true,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the dashboard (this is what happens without a command)
    Serve(ServeArgs),
    /// Train the built-in GAN on a CSV file, printing progress
    Train(trainer::TrainArgs),
    /// Draw synthetic rows from a trained generator
    Sample(trainer::SampleArgs),
    /// Run any command as a recorded run; its output also shows here
    Run(RunArgs),
    /// Print every stored point of a run
    Export(ExportArgs),
    /// Say what Nashboard understands in a trainer's output
    Parse(ParseArgs),
    /// Record the run of a folder; the dashboard starts this
    #[command(hide = true)]
    Record {
        /// Folder with a run.json
        run_dir: PathBuf,
    },
}

/// Open files that the server asks for: more than it takes connections by default, with room for runs and the index.
const FILES_MOST: u64 = 16_384;

#[derive(Args)]
struct ServeArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// Configuration file [default: Leptos.toml, where there is one]
    #[arg(long)]
    config: Option<PathBuf>,
    /// Folder of the data sources, before that of the configuration
    #[arg(long)]
    data: Option<PathBuf>,
    /// Folder of the runs, before that of the configuration
    #[arg(long)]
    runs: Option<PathBuf>,
}

#[derive(Args)]
struct RunArgs {
    /// What the run is called in the history [default: the script, or the program]
    #[arg(long)]
    name: Option<String>,
    /// File that the command trains on; it gets the path as NASHBOARD_DATA
    #[arg(long)]
    data: Option<PathBuf>,
    /// Folder of the runs, before that of the configuration
    #[arg(long)]
    runs: Option<PathBuf>,
    /// Configuration file [default: Leptos.toml, where there is one]
    #[arg(long)]
    config: Option<PathBuf>,
    /// The command and its arguments, after --
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

#[derive(Args)]
struct ExportArgs {
    /// Id of the run, as in 20250824-181433-a1b2
    run_id: String,
    /// Rows with commas between, or JSON
    #[arg(long, value_parser = ["csv", "json"])]
    format: String,
    /// Folder of the runs, before that of the configuration
    #[arg(long)]
    runs: Option<PathBuf>,
    /// Configuration file [default: Leptos.toml, where there is one]
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Args)]
struct ParseArgs {
    /// File with a trainer's output; - or nothing for standard input
    file: Option<PathBuf>,
    /// One JSON object for each line that states something
    #[arg(long)]
    json: bool,
}

impl Cli {
    /// Does what was asked, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(args) => serve(args),
            Command::Train(args) => Ok(ExitCode::from(trainer::train(args)?.exit_code())),
            Command::Sample(args) => {
                trainer::sample(args)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Run(args) => run(args),
            Command::Export(args) => while_read(export(args)),
            Command::Parse(args) => while_read(parse(&args)),
            Command::Record { run_dir } => {
                recorder::record(&run_dir, Echo::Silent)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    let (file, config) = configuration(args.config, args.data, args.runs)?;
    allow_files();
    serve::share_heaps();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Rendering goes as deep as a page is nested.
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.addr).await.with_context(|| {
            format!("cannot listen on {}; name another address with --addr, or --addr 127.0.0.1:0 for a free port", args.addr)
        })?;
        let address = listener.local_addr()?;
        let is_open = Guard::new(address, &config.access.hosts).is_open();
        let (runs, root) = (config.runs.clone(), config.access.path.clone());
        let server = tokio::task::spawn_blocking(|| Server::open(config)).await??;
        let (access, fresh) = match is_open {
            true => Access::open(&runs).map(|(access, fresh)| (Some(access), fresh))?,
            false => (None, None),
        };
        greet(address, &root, access.is_some().then_some(&runs), fresh)?;
        serve::run(listener, server, &file, access, told_to_end()).await
    })?;
    // Threads that follow runs wait for them; they hold nothing that must be closed.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// Says that the server is ready, and where. Tokens that were made just now are shown with
/// it, and never again; `runs` has those that are known where they are asked for.
fn greet(
    address: SocketAddr,
    root: &str,
    runs: Option<&PathBuf>,
    fresh: Option<Fresh>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let url = format!("http://{}{root}", reachable(address));
    match (fresh, runs) {
        (Some(fresh), _) => {
            writeln!(out, "Nashboard is ready: {url}/?token={}", fresh.operator)?;
            writeln!(
                out,
                "For those who only look: {url}/?token={}\n\
                 These are shown this once; whoever has the first can start processes.",
                fresh.viewer
            )?;
        }
        (None, Some(runs)) => {
            let file = Access::file(runs);
            writeln!(out, "Nashboard is ready: {url}")?;
            writeln!(
                out,
                "It takes the tokens that were shown when they were made; delete {} to have new ones.",
                file.display()
            )?;
        }
        (None, None) => writeln!(out, "Nashboard is ready: {url}")?,
    }
    out.flush()
}

/// `address` as others can call it: of all addresses, the one of the way out.
fn reachable(address: SocketAddr) -> SocketAddr {
    let (any, elsewhere) = match address {
        SocketAddr::V4(_) => ("0.0.0.0:0", "192.0.2.1:9"),
        SocketAddr::V6(_) => ("[::]:0", "[2001:db8::1]:9"),
    };
    if !address.ip().is_unspecified() {
        return address;
    }
    // Nothing is sent: the system only says from where it would be.
    let found = std::net::UdpSocket::bind(any)
        .and_then(|socket| socket.connect(elsewhere).and_then(|()| socket.local_addr()));
    let loopback: std::net::IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    let ip = found.map_or(loopback, |found| found.ip());
    SocketAddr::new(ip, address.port())
}

/// Raises the limit of open files as far as the system lets this user: each connection is one, and the usual 1024 are soon
/// used up.
fn allow_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        let wanted = hard.min(FILES_MOST).max(soft);
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard)
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// The configuration and its file; one that was named must be there.
fn configuration(
    named: Option<PathBuf>,
    data: Option<PathBuf>,
    runs: Option<PathBuf>,
) -> anyhow::Result<(PathBuf, Config)> {
    let required = named.is_some();
    let file = named.unwrap_or_else(|| PathBuf::from("Leptos.toml"));
    let config = Config::load(&file, required, data, runs)?;
    Ok((file, config))
}

/// Becomes the recorder of a new run, and ends as its command does.
fn run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let (_, config) = configuration(args.config, None, args.runs)?;
    let order = TerminalOrder {
        name: args.name,
        data: args.data,
        command: args.command,
    };
    let folder = prepare(&config, &order)?;
    let ending = recorder::record(&folder, Echo::Terminal)?;
    let lost = ending.report.lost_bytes;
    if lost > 0 {
        eprintln!(
            "nashboard: {lost} bytes of output could be neither recorded nor shown; make room on the disk of {}",
            folder.display()
        );
    }
    Ok(ExitCode::from(u8::try_from(ending.status).unwrap_or(1)))
}

fn export(args: ExportArgs) -> anyhow::Result<ExitCode> {
    let (_, config) = configuration(args.config, None, args.runs)?;
    let format = server::export::Format::named(&args.format).context("no such format")?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    server::export::by_id(&config, &args.run_id, format, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Resolves when the terminal or the system tells the server to end. Runs go on.
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

fn parse(args: &ParseArgs) -> anyhow::Result<ExitCode> {
    let mut input: Box<dyn BufRead> = match args.file.as_deref() {
        Some(path) if path.as_os_str() != "-" => Box::new(io::BufReader::new(
            std::fs::File::open(path).with_context(|| format!("cannot read {}", path.display()))?,
        )),
        _ => Box::new(io::stdin().lock()),
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    let (mut lines, mut reader, mut number) = (Lines::default(), Reader::default(), 0u64);
    let name = args.file.as_deref().unwrap_or(Path::new("-")).display();
    loop {
        let buffer = input
            .fill_buf()
            .with_context(|| format!("cannot read {name}; name a file with a trainer's output"))?;
        if buffer.is_empty() {
            break;
        }
        let all = buffer.len();
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let piece = &buffer[..end.unwrap_or(buffer.len())];
        let taken = piece.len() + usize::from(end.is_some());
        let mut ended = Vec::new();
        lines.push(piece, end.is_some(), |line| ended.push(line));
        input.consume(taken);
        for line in ended {
            number += 1;
            tell(
                &mut output,
                number,
                &reader.read(&line.text, None),
                args.json,
            )?;
        }
        if taken == all {
            // More may come late: what was understood so far is shown meanwhile.
            output.flush()?;
        }
    }
    if let Some(line) = lines.finish() {
        tell(
            &mut output,
            number + 1,
            &reader.read(&line.text, None),
            args.json,
        )?;
    }
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The end of a command that only prints: a reader that closes its output early, as `head` does, has all it wants.
fn while_read(ended: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        let source = cause.downcast_ref::<io::Error>();
        source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    match ended {
        Err(error) if error.chain().any(closed) => Ok(ExitCode::SUCCESS),
        ended => ended,
    }
}

/// Writes what a line states, if anything.
fn tell(out: &mut impl Write, line: u64, reading: &Reading, json: bool) -> io::Result<()> {
    if reading.is_empty() {
        return Ok(());
    }
    let stated = reading.stated(line);
    if json {
        return writeln!(out, "{}", serde_json::Value::Object(stated));
    }
    let words: Vec<String> = stated
        .iter()
        .filter(|(name, _)| *name != "line")
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    writeln!(out, "line {line}: {}", words.join(", "))
}
