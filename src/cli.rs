//! The commands and their flags.

mod parse;
mod serve;
mod usage;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use nashboard::recorder::{self, Echo};
use nashboard::server::{self, Config, TerminalOrder, prepare};
use nashboard::trainer;

pub use usage::usage;

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
    /// Print every reported point of a run, also those that a resumed trainer made again
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
    /// What the command line asks for.
    ///
    /// # Errors
    /// With what is to be printed instead: help, the version, or what is wrong.
    pub fn from_args() -> Result<Self, clap::Error> {
        // A subcommand is of the same version as all of it, and by the same name.
        let command = Self::command().mut_subcommands(|command| command.display_name("nashboard"));
        // A number below zero is a wrong number, and no flag.
        let negative =
            |command: clap::Command| command.mut_args(|it| it.allow_negative_numbers(true));
        let command = command
            .mut_subcommand("train", negative)
            .mut_subcommand("sample", negative);
        Self::from_arg_matches(&command.try_get_matches()?)
    }

    /// Does what was asked, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(args) => serve::serve(args),
            Command::Train(args) => Ok(ExitCode::from(trainer::train(args)?.exit_code())),
            Command::Sample(args) => {
                trainer::sample(args)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Run(args) => run(args),
            Command::Export(args) => while_read(export(args)),
            Command::Parse(args) => while_read(parse::parse(&args)),
            Command::Record { run_dir } => {
                recorder::record(&run_dir, Echo::Silent)?;
                Ok(ExitCode::SUCCESS)
            }
        }
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
