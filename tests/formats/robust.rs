//! Lines of any kind cost little and do no harm.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

use std::time::Duration;

use nashboard::reader::Reader;
use nix::sys::resource::{UsageWho, getrusage};

/// What this thread has computed so far, whatever else the machine does.
fn computed() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    [usage.user_time(), usage.system_time()]
        .iter()
        .map(|time| Duration::from_micros((1_000_000 * time.tv_sec() + time.tv_usec()) as u64))
        .sum()
}

#[test]
fn a_long_line_costs_linear_time() {
    for unit in [
        "a:",
        "1,",
        "[",
        "(",
        "x(",
        "'",
        "1-a",
        "=[=",
        "d_loss ",
        "epoch ",
        "\"a\" ",
        "|1%",
        "nan",
        "１２ é",
    ] {
        let cost = |bytes: usize| {
            let line = unit.repeat(bytes / unit.len());
            let before = computed();
            Reader::default().read(&line, None);
            computed() - before
        };
        // So long that what a line of any length costs is nothing beside it.
        let mut bytes = 60_000;
        let mut short = cost(bytes);
        while short < Duration::from_millis(30) {
            bytes *= 2;
            short = cost(bytes);
        }
        let long = cost(8 * bytes);
        // Eight times as much by the length, 64 times by its square.
        assert!(long < 24 * short, "{unit}: {short:?}, then {long:?}");
    }
}

mod any_text {
    use super::*;
    use nashboard::reader::Lines;
    use proptest::prelude::*;

    /// Texts of the words and marks that the rules look for.
    fn words() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "epoch",
            "step",
            "Loss_D",
            "d_loss",
            "G",
            "D(G(z))",
            "tensor(",
            "[",
            "]",
            "(",
            ")",
            ":",
            "=",
            "/",
            "1",
            "0.5",
            "-",
            "%",
            "|",
            "█",
            "nan",
            "-inf",
            "{",
            "}",
            "'",
            "\"",
            ",",
            " ",
            "  ",
            "\t",
            "e",
            "é",
            "轮次",
            "numpy",
            "<",
            "is",
            "kimg",
            "#",
            "it",
            "0:01",
            "Val",
            "best",
            "Config",
            "loss",
            "generator_loss",
            "--",
            "python",
            ".py",
            "Validation:",
            "\n",
            "—",
            "1e5",
            "it [",
            "━━",
            "[####..]",
            ">",
            "\\",
        ]);
        prop::collection::vec(parts, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn is_read_without_a_panic(lines in prop::collection::vec(prop_oneof![words(), any::<String>()], 1..4)) {
            let mut reader = Reader::default();
            for line in &lines {
                let reading = reader.read(line, None);
                for found in &reading.found {
                    prop_assert!(line.get(found.start..found.end).is_some_and(|value| !value.is_empty()));
                }
                let kept = serde_json::to_string(&reader).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Reader>(&kept).unwrap(), &reader);
                let mut names: Vec<&str> = reading.update.metrics().map(|(name, _)| name).collect();
                let all = names.len();
                names.sort_unstable();
                names.dedup();
                prop_assert_eq!(names.len(), all);
                reader.place(reading.update);
            }
        }

        #[test]
        fn bytes_become_lines(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut lines = Lines::default();
            lines.push(&bytes, true, |line| { Reader::default().read(&line.text, None); });
        }
    }
}
