//! The command line: parse, run, exit code.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    let cli = match cli::Cli::from_args() {
        Ok(cli) => cli,
        Err(answer) => return cli::usage(&answer),
    };
    match cli.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("nashboard: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error as one sentence: what was wrong, where, and what to do. A cause that the
/// error has named already is not named again, and all of it stands in one line.
fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence.split_whitespace().collect::<Vec<_>>().join(" ")
}
