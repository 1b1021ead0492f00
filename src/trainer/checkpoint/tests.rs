//! What is written comes back, and what is no checkpoint is refused.

use super::*;
use crate::trainer::data::{Cells, Column, Number, Spelling, Table};
use crate::trainer::encoding::{Encoded, Encoding, MOST_WIDTH};
use crate::trainer::gan::{MOST_PACKED, Players};
use crate::trainer::parameters as p;
use crate::trainer::state::{Progress, Settings};

fn checkpoint() -> Checkpoint {
    let cells = (0..40).map(|n| Number::Value(f64::from(n) / 3.0)).collect();
    let cells = Cells::Numbers {
        cells,
        markers: vec!["NA".into()],
        spelling: Spelling::Decimal {
            precision: 3,
            decimals: 3,
            comma: false,
        },
    };
    let table = Table {
        columns: vec![Column {
            told: false,
            name: "x".into(),
            cells,
        }],
        rows: 40,
        separator: b',',
    };
    let Encoded {
        encoding,
        rows,
        uniques,
        ..
    } = Encoding::fit(table, 1).unwrap();
    let rates = Players {
        generator: 1e-3,
        discriminator: 1e-3,
    };
    let settings = Settings {
        seed: 9,
        batch_size: 8,
        pack: 4,
        widths: Players {
            generator: 16,
            discriminator: 16,
        },
        rates,
    };
    let mut checkpoint = Checkpoint::fresh(State::new(settings, 40, encoding), uniques);
    let real = rows.batch(&[0, 5, 10, 15]);
    checkpoint.sums = checkpoint
        .gan
        .step(&real, rates, &mut stream(9, Purpose::Step(0)));
    checkpoint.state.progress = Progress {
        epochs: 0,
        steps: 1,
        total_steps: 1,
    };
    checkpoint
}

fn saved() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    checkpoint().save(&path).unwrap();
    fs::read(path).unwrap()
}

fn problem(bytes: &[u8]) -> String {
    Checkpoint::parse(bytes)
        .err()
        .expect("the checkpoint is refused")
}

#[test]
fn everything_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a"), folder.path().join("b"));
    checkpoint().save(&first).unwrap();
    let mut loaded = Checkpoint::load(&first).unwrap();
    assert_eq!(loaded.sums, checkpoint().sums);
    assert_eq!(loaded.state.encoding, checkpoint().state.encoding);
    assert_eq!(loaded.uniques.len(), 40);
    loaded.save(&second).unwrap();
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    let good = saved();
    for length in [0, 7, 8, 100, good.len() / 2, good.len() - 1] {
        assert!(
            problem(&good[..length]).contains("not a whole safetensors file"),
            "{length} bytes"
        );
    }
    assert!(problem(b"x,y\n1,2\n3,4\n5,6\n7,8\n").contains("not a whole safetensors file"));
    let foreign = safetensors::serialize(Vec::<(String, TensorView)>::new(), None).unwrap();
    assert!(problem(&foreign).contains("another program"));
    let mut nan = good.clone();
    let end = nan.len();
    nan[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(problem(&nan).contains("not a finite number"));
}

#[test]
fn another_version_and_wrong_settings_are_refused() {
    let replaced = |from: &str, to: &str| {
        let text: Vec<u8> = saved();
        let place = text
            .windows(from.len())
            .position(|window| window == from.as_bytes())
            .unwrap();
        let mut changed = text.clone();
        changed[place..place + from.len()].copy_from_slice(to.as_bytes());
        problem(&changed)
    };
    assert!(replaced(r#"\"version\":2"#, r#"\"version\":7"#).contains("version 7"));
    assert!(replaced(r#"\"pack\":4"#, r#"\"pack\":9"#).contains("out of range"));
    assert!(replaced(r#"\"pack\":4"#, r#"\"pack\":2"#).contains("another shape"));
    assert!(replaced(r#"\"rows\":40"#, r#"\"rows\":-4"#).contains("damaged"));
}

#[test]
fn the_greatest_networks_that_can_be_asked_for_can_be_read_again() {
    let weights = |input: usize, hidden: f64, output: usize| {
        let hidden = hidden as u64;
        hidden * (input as u64 + hidden + output as u64)
    };
    // Each with its moments, and the generator with its average. Noise, biases and rows come on top.
    let generator = 4 * weights(0, p::GENERATOR_WIDTH.most, MOST_WIDTH);
    let discriminator = 3 * weights(MOST_PACKED * MOST_WIDTH, p::DISCRIMINATOR_WIDTH.most, 1);
    let bytes = size_of::<f32>() as u64 * (generator + discriminator);
    assert!(bytes + bytes / 4 < MOST_BYTES, "{bytes}");
}
