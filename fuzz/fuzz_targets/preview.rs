//! Any file as a CSV: its preview is made or refused, and says of itself what is so.

#![no_main]

use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nashboard::data::{DataSource, SourceId};
use nashboard::server::data::{PreviewLimits, preview, trainable};

static FOLDER: LazyLock<tempfile::TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a folder"));
static FILE: LazyLock<PathBuf> = LazyLock::new(|| FOLDER.path().join("fuzzed.csv"));

fuzz_target!(|data: &[u8]| {
    let Some((choice, text)) = data.split_first() else {
        return;
    };
    let mut file = std::fs::File::create(&*FILE).expect("a file");
    file.write_all(text).expect("room");
    let source = DataSource {
        id: SourceId::new("fuzzed"),
        name: "fuzzed.csv".into(),
        bytes: text.len() as u64,
        modified_at: "2025-08-24T18:14:33Z".into(),
        rows: None,
    };
    // Small limits, so that files of a few bytes reach what lies behind them.
    let limits = match choice & 1 {
        0 => PreviewLimits::default(),
        _ => PreviewLimits {
            bytes: 64,
            rows: 1 + u64::from(choice >> 4),
            columns: 1 + usize::from(choice >> 1 & 7),
            counted_bytes: 32,
        },
    };
    if let Ok(preview) = preview(source, &FILE, &limits) {
        assert!(preview.columns.len() <= limits.columns);
        assert!(
            preview
                .head
                .iter()
                .all(|row| row.len() <= preview.columns.len())
        );
        assert!(preview.head.len() as u64 <= preview.rows);
        for column in &preview.columns {
            assert!(column.missing <= preview.rows);
        }
        let text = serde_json::to_string(&preview).expect("JSON");
        let _: serde_json::Value = serde_json::from_str(&text).expect("JSON of its own");
    }
    let _ = trainable(&FILE);
});
