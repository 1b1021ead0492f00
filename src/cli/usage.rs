//! What is said of a command line that asks for help, or that cannot be used.

use std::process::ExitCode;

use clap::error::ErrorKind;

/// Exit code of a wrong command line.
const WRONG_USAGE: u8 = 2;

/// Prints `answer`: help and version as they are, and what is wrong in one sentence, as all other errors.
pub fn usage(answer: &clap::Error) -> ExitCode {
    let is_wanted = matches!(
        answer.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_wanted {
        // A reader that closed its end has all it wants.
        let _ = answer.print();
        return ExitCode::SUCCESS;
    }
    eprintln!("nashboard: {}", sentence(&answer.render().to_string()));
    ExitCode::from(WRONG_USAGE)
}

/// What is wrong, of several lines in which the usage stands too.
fn sentence(text: &str) -> String {
    let of_it = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let words: Vec<&str> = of_it.flat_map(str::split_whitespace).collect();
    let words = words.join(" ");
    let what = words.strip_prefix("error: ").unwrap_or(&words);
    format!("{what}; --help tells what there is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_in_one_line_without_the_usage() {
        let text = "error: the following required arguments were not provided:\n  --data <FILE>\n  --epochs <N>\n\n\
                    Usage: nashboard train --data <FILE> --epochs <N>\n\nFor more information, try '--help'.\n";
        assert_eq!(
            sentence(text),
            "the following required arguments were not provided: --data <FILE> --epochs <N>; --help tells what there is"
        );
    }
}
