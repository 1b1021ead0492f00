//! `nashboard parse`: what is understood in a trainer's output, line by line.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use nashboard::reader::{Lines, Reader, Reading};

use super::ParseArgs;

/// Reads a file, or standard input, to its end.
pub fn parse(args: &ParseArgs) -> anyhow::Result<ExitCode> {
    let mut input: Box<dyn BufRead> = match args.file.as_deref() {
        Some(path) if path.as_os_str() != "-" => Box::new(io::BufReader::new(
            std::fs::File::open(path).map_err(|error| unreadable(path, &error))?,
        )),
        _ => Box::new(io::stdin().lock()),
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    let (mut lines, mut reader, mut number) = (Lines::default(), Reader::default(), 0u64);
    loop {
        let buffer = input
            .fill_buf()
            .map_err(|error| unreadable(args.file.as_deref().unwrap_or(Path::new("-")), &error))?;
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

fn unreadable(file: &Path, error: &io::Error) -> anyhow::Error {
    anyhow::anyhow!(
        "cannot read {}: {error}; name a file with a trainer's output",
        file.display()
    )
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
