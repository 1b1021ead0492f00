//! The log of a run: any bytes that are read as one, and one that is written from any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nashboard::reader::{Lines, Reader};
use nashboard::recorder::log::{LONGEST_TEXT, LogWriter, Stream, parse_entry};

fuzz_target!(|data: &[u8]| {
    match data.split_first() {
        Some((b'w', data)) => write(data),
        _ => read(data),
    }
});

/// A log from elsewhere, with all that the server makes of it.
fn read(log: &[u8]) {
    let mut reader = Reader::default();
    let mut streams = [Lines::default(), Lines::default()];
    for line in log.split(|byte| *byte == b'\n') {
        let Some(entry) = parse_entry(line) else {
            continue;
        };
        assert!(entry.time.ends_with('Z'));
        assert!(entry.text.len() < line.len());
        assert_eq!(parse_entry(&[line, b"\n"].concat()), Some(entry));
        let mut whole = Vec::new();
        streams[usize::from(entry.stream == Stream::Stderr)].push(
            entry.text,
            !entry.partial,
            |line| whole.push(line),
        );
        for line in whole {
            let update = reader.read(&line.text, None).update;
            reader.place(update);
        }
    }
}

/// However two streams are cut and fall silent, their log gives back their bytes.
fn write(mut data: &[u8]) {
    let mut log = Vec::new();
    let mut writers = [Stream::Stdout, Stream::Stderr].map(LogWriter::new);
    let mut said = [Vec::new(), Vec::new()];
    while let [choice, length, rest @ ..] = data {
        let at = usize::from(choice & 1);
        let (chunk, rest) = rest.split_at(rest.len().min(usize::from(*length)));
        // Long lines are cut: one byte of the input stands for many.
        let many = if choice & 2 == 2 { 256 } else { 1 };
        let chunk = chunk.repeat(many);
        writers[at].push(&chunk, &mut log);
        said[at].extend_from_slice(&chunk);
        if choice & 4 == 4 {
            writers[at].flush(&mut log);
        }
        data = rest;
    }
    for writer in &mut writers {
        writer.flush(&mut log);
    }
    let mut found = [Vec::new(), Vec::new()];
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        let entry = parse_entry(line).expect("an entry");
        assert!(entry.text.len() <= LONGEST_TEXT + 1);
        let bytes = &mut found[usize::from(entry.stream == Stream::Stderr)];
        let before = bytes.len();
        bytes.extend_from_slice(entry.text);
        if !entry.partial {
            bytes.push(b'\n');
        }
        assert_eq!(bytes.len() - before, entry.source_len());
    }
    assert_eq!(found, said);
}
