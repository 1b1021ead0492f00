//! The commands and their flags.

use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use nashboard::reader::{Lines, Reader, Reading};
use nashboard::recorder::{self, Echo};
use nashboard::server::{Config, Server};
use nashboard::{serve, trainer};

/// Trains GANs and shows the training live in a browser.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
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
    /// Say what Nashboard understands in a trainer's output
    Parse(ParseArgs),
    /// Record the run of a folder; the dashboard starts this
    #[command(hide = true)]
    Record {
        /// Folder with a run.json
        run_dir: PathBuf,
    },
}

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
            Command::Parse(args) => parse(&args),
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
        .with_target(false)
        .init();
    let required = args.config.is_some();
    let file = args.config.unwrap_or_else(|| PathBuf::from("Leptos.toml"));
    let config = Config::load(&file, required, args.data, args.runs)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.addr).await.with_context(|| {
            format!("cannot listen on {}; name another address with --addr, or --addr 127.0.0.1:0 for a free port", args.addr)
        })?;
        let address = listener.local_addr()?;
        nashboard::server::guard(address).map_err(anyhow::Error::msg)?;
        let server = tokio::task::spawn_blocking(|| Server::open(config)).await??;
        println!("Nashboard is ready: http://{address}");
        io::stdout().flush()?;
        serve::run(listener, server, &file, told_to_end()).await
    })?;
    // Threads that follow runs wait for them; they hold nothing that must be closed.
    runtime.shutdown_background();
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
    let (mut lines, reader, mut number) = (Lines::default(), Reader::default(), 0u64);
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
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
