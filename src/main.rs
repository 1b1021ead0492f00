//! The command line: parse, run, exit code.

use std::process::ExitCode;

use clap::Parser;

mod cli;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // One sentence: what was wrong, where, and what to do.
            eprintln!("nashboard: {error:#}");
            ExitCode::FAILURE
        }
    }
}
