//! What a log makes of itself, however it is cut.

use super::*;
use proptest::prelude::*;

fn digest() -> Digest {
    let run_id = RunId::parse("20250824-181433-a1b2").unwrap();
    Digest::new(run_id, None, Memory::default())
}

fn entry(stream: &str, tag: &str, text: &str) -> String {
    format!("2025-08-24T18:14:33.734935123Z {stream} {tag} {text}\n")
}

fn lines(events: &[Event]) -> Vec<(u64, String, Option<u64>)> {
    let entry = |event: &Event| match event {
        Event::LogEntry { data, .. } => Some((data.line, data.message.clone(), data.replaces)),
        _ => None,
    };
    events.iter().filter_map(entry).collect()
}

#[test]
fn a_long_message_says_how_much_it_leaves_out() {
    let line = Line {
        text: "é".repeat(5000),
        cut_bytes: 7,
        overwrites: false,
        colours: Vec::new(),
    };
    assert!(message(&line).ends_with("(2007 more bytes in the log file)"));
}

#[test]
fn states_of_a_bar_replace_those_of_their_own_stream() {
    let mut digest = digest();
    let log = [
        entry("stderr", "P", "10%\r"),
        entry("stdout", "F", "between"),
        entry("stderr", "P", "20%\r"),
        entry("stderr", "F", ""),
        entry("stderr", "F", "done"),
    ];
    let events = digest.take(log.concat().as_bytes());
    let expected = [
        (1, "10%", None),
        (2, "between", None),
        (3, "20%", Some(1)),
        (4, "done", None),
    ];
    assert_eq!(
        lines(&events),
        expected.map(|(line, text, replaces)| (line, text.to_owned(), replaces))
    );
}

#[test]
fn what_is_no_entry_is_counted_and_harms_nothing() {
    let mut digest = digest();
    let log = format!("garbage\n{}\0\0\0\n", entry("stdout", "F", "Epoch 1/2"));
    assert_eq!(lines(&digest.take(log.as_bytes())).len(), 1);
    assert_eq!(digest.memory.strange, 2);
}

#[test]
fn a_trainer_that_names_metrics_without_end_gets_no_more_than_a_bounded_number() {
    let mut digest = digest();
    let log: String = (0..3 * METRICS_MOST)
        .map(|n| {
            entry(
                "stdout",
                "F",
                &format!("Epoch 1/2 g_loss: 1.5 metric_{n}: 2.5"),
            )
        })
        .collect();
    let events = digest.take(log.as_bytes());
    let mut names = BTreeSet::new();
    for event in &events {
        if let Event::TrainingUpdate { data, .. } = event {
            names.extend(data.metrics().map(|(name, _)| name.to_owned()));
            assert!(
                data.generator_loss.is_some(),
                "what is known stays: {data:?}"
            );
        }
    }
    assert_eq!(names.len(), METRICS_MOST);
    assert_eq!(digest.take_sources().len(), METRICS_MOST);
    let told = digest.memory.complaints().concat();
    assert!(told.contains("2001 values"), "{told}");
}

proptest! {
    /// However a log is cut, and however often the reader dies between, the events are the same.
    #[test]
    fn cuts_and_restarts_change_nothing(
        texts in prop::collection::vec(("[ab\r]{0,6}|Epoch [1-9]/9 g_loss: [0-9]", any::<bool>(), any::<bool>()), 1..30),
        cuts in prop::collection::vec(0usize..30, 0..4),
    ) {
        let entries: Vec<String> = texts
            .iter()
            .map(|(text, stderr, partial)| {
                let stream = if *stderr { "stderr" } else { "stdout" };
                entry(stream, if *partial { "P" } else { "F" }, text)
            })
            .collect();
        let mut whole = digest();
        let mut expected = whole.take(entries.concat().as_bytes());
        expected.extend(whole.finish());
        let (mut events, mut memory) = (Vec::new(), Memory::default());
        let mut from = 0;
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(entries.len())).collect();
        cuts.sort_unstable();
        for cut in cuts.into_iter().chain([entries.len()]) {
            let run_id = RunId::parse("20250824-181433-a1b2").unwrap();
            let mut part = Digest::new(run_id, None, memory);
            events.extend(part.take(entries[from..cut].concat().as_bytes()));
            if cut == entries.len() {
                events.extend(part.finish());
            }
            let kept = serde_json::to_string(&part.memory).unwrap();
            memory = serde_json::from_str(&kept).unwrap();
            from = cut;
        }
        prop_assert_eq!(events, expected);
    }
}
