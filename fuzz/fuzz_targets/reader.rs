//! Any bytes as a trainer's output: nothing panics, what is found stands in the line, and a reader that was
//! kept as JSON between two lines goes on as if it had not been.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nashboard::reader::{Lines, Pattern, Reader};
use std::sync::LazyLock;

static PATTERN: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?P<epoch>\d+)\s*\|\s*(?P<generator_loss>\S+)(\s+(?P<odd_one>\S+))?")
        .expect("a pattern")
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else {
        return;
    };
    // Pieces as a pipe gives them; their length must change nothing but where lines without an end are cut.
    let size = usize::from(choice >> 1) + 1;
    let pattern = (choice & 1 == 1).then(|| &*PATTERN);
    let (mut lines, mut reader) = (Lines::default(), Reader::default());
    let mut whole = Vec::new();
    for part in text.split_inclusive(|byte| *byte == b'\n') {
        let (part, ended) = match part.split_last() {
            Some((b'\n', rest)) => (rest, true),
            _ => (part, false),
        };
        let pieces = part.len().div_ceil(size).max(1);
        for number in 0..pieces {
            let piece = &part[number * size..part.len().min((number + 1) * size)];
            lines.push(piece, ended && number + 1 == pieces, |line| {
                whole.push(line)
            });
        }
    }
    whole.extend(lines.finish());
    for line in whole {
        for colour in &line.colours {
            assert!(
                line.text
                    .get(colour.start as usize..colour.end as usize)
                    .is_some()
            );
        }
        let reading = reader.read(&line.text, pattern);
        for found in &reading.found {
            assert!(line.text.get(found.start..found.end).is_some());
        }
        assert!(
            reading
                .progress_percent
                .is_none_or(|percent| (0.0..=100.0).contains(&percent))
        );
        reader.place(reading.update);
        let kept = serde_json::to_string(&reader).expect("JSON");
        let back: Reader = serde_json::from_str(&kept).expect("a reader");
        assert_eq!(back, reader);
        reader = back;
    }
});
