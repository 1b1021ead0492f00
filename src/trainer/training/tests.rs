//! The training loop on small data: what it prints, writes, repeats and takes up again.

use std::cell::Cell;
use std::f64::consts::TAU;
use std::fs;
use std::path::Path;

use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::trainer::random::{Purpose, stream};
use crate::trainer::state::Settings;

/// Rows of eight normal distributions on a circle, with a category and gaps in a third and fourth column.
fn write_data(path: &Path, rows: usize, mixed: bool) {
    let mut rng = stream(1, Purpose::Weights);
    let mut text = String::from(if mixed { "x,y,side,gaps\n" } else { "x,y\n" });
    for row in 0..rows {
        let angle = (row % 8) as f64 * TAU / 8.0;
        let noise: [f64; 2] = std::array::from_fn(|_| StandardNormal.sample(&mut rng));
        let (x, y) = (
            2.0 * angle.cos() + SPREAD * noise[0],
            2.0 * angle.sin() + SPREAD * noise[1],
        );
        text += &format!("{x:.4},{y:.4}");
        if mixed {
            let gaps = if row % 3 == 0 {
                "NA".to_owned()
            } else {
                (row * row % 97).to_string()
            };
            text += &format!(",{},{gaps}", if x > 0.0 { "right" } else { "left" });
        }
        text.push('\n');
    }
    fs::write(path, text).unwrap();
}

const SPREAD: f64 = 0.1;

fn args(folder: &Path, out: &str, epochs: u64) -> TrainArgs {
    TrainArgs {
        data: folder.join("data.csv"),
        epochs,
        batch_size: Some(64),
        learning_rate: None,
        discriminator_learning_rate: None,
        generator_width: None,
        discriminator_width: None,
        sequence: None,
        types: Vec::new(),
        seed: None,
        report_every: None,
        sample_every: None,
        checkpoint_every: None,
        out: folder.join(out),
        resume: None,
    }
}

/// Prepares a training and goes through it.
fn train_until(
    args: &TrainArgs,
    out: &mut impl Write,
    signal: impl Fn() -> i32,
) -> Result<Outcome, TrainError> {
    go_on(Session::prepare(args, out)?, args, out, signal)
}

/// Trains, and gives what was printed but for the pace, which no two trainings share.
fn run(args: &TrainArgs) -> (Outcome, String) {
    let mut out = Vec::new();
    let outcome = train_until(args, &mut out, || 0).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("Speed at epoch "));
    (outcome, lines.map(|line| format!("{line}\n")).collect())
}

/// Every file below `folder` with its bytes, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for kind in ["samples", "checkpoints"] {
        for entry in fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            files.push((
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read(&path).unwrap(),
            ));
        }
    }
    files.sort();
    files
}

#[test]
fn same_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 100, true);
    let [first, second] = ["a", "b"].map(|out| args(folder.path(), out, 3));
    let third = TrainArgs {
        seed: Some(1),
        ..args(folder.path(), "c", 3)
    };
    let lines =
        [&first, &second, &third].map(|args| run(args).1.replace(args.out.to_str().unwrap(), ""));
    assert_eq!(lines[0], lines[1]);
    assert_ne!(lines[0], lines[2]);
    assert!(files(&first.out) == files(&second.out), "the files differ");
    assert!(
        files(&first.out) != files(&third.out),
        "the files are the same"
    );
}

#[test]
fn resuming_in_the_middle_of_an_epoch_equals_never_having_stopped() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 200, true);
    let whole = args(folder.path(), "whole", 5);
    let (outcome, whole_lines) = run(&whole);
    assert_eq!(outcome, Outcome::Finished);

    let parts = args(folder.path(), "parts", 5);
    let steps = Cell::new(0);
    // Four steps an epoch: the tenth is in the middle of the third.
    let stop = || {
        steps.set(steps.get() + 1);
        if steps.get() == 10 { 15 } else { 0 }
    };
    let mut lines = Vec::new();
    let outcome = train_until(&parts, &mut lines, stop).unwrap();
    assert_eq!(outcome, Outcome::Interrupted { signal: 15 });
    assert_eq!(outcome.exit_code(), 143);
    let checkpoint = parts.out.join("checkpoints/interrupted.safetensors");
    let rest = TrainArgs {
        resume: Some(checkpoint.clone()),
        ..parts.clone()
    };
    lines.extend(run(&rest).1.into_bytes());
    fs::remove_file(checkpoint).unwrap();

    let epochs = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with("Epoch"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        epochs(&String::from_utf8(lines).unwrap()),
        epochs(&whole_lines)
    );
    assert!(files(&whole.out) == files(&parts.out), "the files differ");
}

#[test]
fn what_was_trained_is_kept_where_nobody_listens_any_more() {
    /// Hears what comes until an epoch, and is gone then.
    struct Leaving(&'static str);
    impl Write for Leaving {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let text = String::from_utf8_lossy(bytes);
            match text.contains(self.0) {
                true => Err(std::io::ErrorKind::BrokenPipe.into()),
                false => Ok(bytes.len()),
            }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 100, true);
    let args = TrainArgs {
        report_every: Some(1),
        ..args(folder.path(), "out", 9)
    };
    let ended = train_until(&args, &mut Leaving("3/9"), || 0);
    assert!(matches!(ended, Err(TrainError::Print(_))));
    let kept = args.out.join("checkpoints/epoch-000003.safetensors");
    assert!(kept.exists());
}

#[test]
fn first_last_and_every_nth_epoch_are_reported_in_the_promised_form() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 16, false);
    let (_, text) = run(&TrainArgs {
        report_every: Some(4),
        ..args(folder.path(), "out", 10)
    });
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("Epoch "))
        .collect();
    let starts: Vec<_> = lines
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(starts, ["1/10", "4/10", "8/10", "10/10"]);
    for line in lines {
        let words: Vec<_> = line.split(' ').collect();
        let labels = [&words[2..4], &words[5..7], &words[8..10], &words[11..13]]
            .map(|label| label.join(" "));
        assert_eq!(
            labels,
            [
                "Generator Loss:",
                "Discriminator Loss:",
                "Real Scores:",
                "Fake Scores:"
            ]
        );
        for value in [words[4], words[7], words[10], words[13]] {
            assert!(
                value.parse::<f64>().unwrap() > 0.0 && value.split_once('.').unwrap().1.len() == 4
            );
        }
    }
    let samples = fs::read_dir(folder.path().join("out/samples"))
        .unwrap()
        .count();
    assert_eq!(samples, 10);
}

#[test]
fn quality_and_speed_are_told_on_lines_of_their_own_and_the_best_checkpoint_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 120, true);
    let args = TrainArgs {
        sample_every: Some(2),
        checkpoint_every: Some(3),
        ..args(folder.path(), "out", 8)
    };
    let mut out = Vec::new();
    train_until(&args, &mut out, || 0).unwrap();
    let text = String::from_utf8(out).unwrap();
    let values = |start: &str| -> Vec<Vec<f64>> {
        let lines = text.lines().filter(|line| line.starts_with(start));
        let numbers = |line: &str| {
            line.split(' ')
                .filter_map(|word| word.parse().ok())
                .collect()
        };
        lines.map(numbers).collect()
    };
    let quality = values("Quality at epoch ");
    assert_eq!(quality.len(), 4);
    for shares in quality {
        assert_eq!(shares.len(), 3, "shapes, pairs and copies");
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
    }
    let speeds = values("Speed at epoch ");
    assert!(!speeds.is_empty());
    for speed in speeds {
        assert_eq!(speed.len(), 1);
        assert!(speed[0] > 0.0);
    }
    let names: Vec<String> = files(&args.out).into_iter().map(|(name, _)| name).collect();
    let checkpoints: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_suffix(".safetensors"))
        .collect();
    assert_eq!(
        checkpoints,
        ["best", "epoch-000003", "epoch-000006", "epoch-000008"]
    );
}

#[test]
fn sequences_are_learnt_in_windows_and_their_course_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("day;rate;volume\n");
    for row in 0..300 {
        let rate = 2.0 + (f64::from(row) / 25.0).sin();
        text += &format!(
            "2020-{:02}-{:02};{rate:.3};{}\n",
            1 + row / 28,
            1 + row % 28,
            row * 37 % 50
        );
    }
    fs::write(folder.path().join("data.csv"), text).unwrap();
    let args = TrainArgs {
        sequence: Some(6),
        ..args(folder.path(), "out", 3)
    };
    let (_, text) = run(&args);
    assert!(text.contains("in windows of 6, 2 of 3 columns"), "{text}");
    assert_eq!(text.matches("Course at epoch ").count(), 3);
    let sample = fs::read_to_string(args.out.join("samples/step-000003.csv")).unwrap();
    assert_eq!(sample.lines().count(), 301);
    let mut lines = sample.lines().skip(1);
    assert!(lines.all(|line| line.starts_with("202") && line.matches(';').count() == 2));
    // Within a window the rate goes on, from one to the next it may jump.
    let rates: Vec<f64> = sample
        .lines()
        .skip(1)
        .map(|line| line.split(';').nth(1).unwrap().parse().unwrap())
        .collect();
    let steps = rates.chunks_exact(6).flat_map(|window| window.windows(2));
    assert!(
        steps
            .into_iter()
            .all(|pair| (pair[1] - pair[0]).abs() < 0.1)
    );
    let resumed = TrainArgs {
        resume: Some(args.out.join("checkpoints/epoch-000003.safetensors")),
        sequence: Some(7),
        epochs: 4,
        ..args
    };
    let problem = train_until(&resumed, &mut Vec::new(), || 0)
        .unwrap_err()
        .to_string();
    assert!(problem.contains("its sequence is 6"), "{problem}");
}

#[test]
fn numbers_of_full_precision_and_of_every_size_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = stream(2, Purpose::Weights);
    let mut text = String::from("precise,tiny,account\n");
    for row in 0..300u64 {
        let noise: f64 = StandardNormal.sample(&mut rng);
        let (precise, tiny) = (100.0 + 50.0 * noise, 10f64.powf(8.0 * noise - 12.0));
        let account = 123_456_789_012_345_600 + row % 40;
        text += &format!("{precise},{tiny:.2e},{account}\n");
    }
    fs::write(folder.path().join("data.csv"), text).unwrap();
    let args = args(folder.path(), "out", 2);
    run(&args);
    let sample = fs::read_to_string(args.out.join("samples/step-000002.csv")).unwrap();
    let column = |place: usize| -> Vec<&str> {
        let rows = sample.lines().skip(1);
        rows.map(|row| row.split(',').nth(place).unwrap()).collect()
    };
    let numbers = |place| {
        column(place)
            .into_iter()
            .map(|cell| cell.parse::<f64>().unwrap())
    };
    let beyond = |limit: f64| numbers(0).filter(|number| *number > limit).count();
    assert!((100..200).contains(&beyond(100.0)) && beyond(150.0) > 20);
    assert!(numbers(1).all(|number| number > 0.0));
    let small = numbers(1).filter(|number| *number < 1e-16).count();
    assert!((60..130).contains(&small), "{small}");
    let known = |cell: &&str| cell.starts_with("1234567890123456") && cell.len() == 18;
    assert!(column(2).iter().all(known));
}

#[test]
fn a_checkpoint_is_resumed_only_where_it_fits() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 50, false);
    run(&args(folder.path(), "out", 2));
    let resume = Some(
        folder
            .path()
            .join("out/checkpoints/epoch-000002.safetensors"),
    );
    let more = TrainArgs {
        resume,
        ..args(folder.path(), "more", 3)
    };
    let problem = |args: TrainArgs| {
        train_until(&args, &mut Vec::new(), || 0)
            .unwrap_err()
            .to_string()
    };
    assert!(
        problem(TrainArgs {
            epochs: 2,
            ..more.clone()
        })
        .contains("2 epochs already")
    );
    assert!(
        problem(TrainArgs {
            seed: Some(5),
            ..more.clone()
        })
        .contains("leave --seed out")
    );
    assert!(
        problem(TrainArgs {
            batch_size: Some(9),
            ..more.clone()
        })
        .contains("leave --batch-size out")
    );
    write_data(&folder.path().join("other.csv"), 51, false);
    assert!(
        problem(TrainArgs {
            data: folder.path().join("other.csv"),
            ..more.clone()
        })
        .contains("other data")
    );
    assert_eq!(run(&more).0, Outcome::Finished);
    // Another folder has a best of its own.
    assert!(more.out.join("checkpoints/best.safetensors").exists());
}

#[test]
fn resuming_changes_the_rates_that_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let begun = |discriminator_learning_rate| TrainArgs {
        learning_rate: Some(0.002),
        discriminator_learning_rate,
        ..args(folder.path(), "out", 2)
    };
    let lower = TrainArgs {
        learning_rate: Some(0.001),
        ..begun(None)
    };
    for (before, after) in [(None, 0.001), (Some(0.0005), 0.0005)] {
        let settings = Settings::new(&begun(before), 50);
        let rates = settings.resumed(&lower).unwrap().rates;
        assert_eq!((rates.generator, rates.discriminator), (0.001, after));
    }
}

#[test]
fn tiny_files_can_be_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    for rows in 2..7 {
        write_data(&folder.path().join("data.csv"), rows, true);
        assert_eq!(
            run(&TrainArgs {
                batch_size: Some(2),
                ..args(folder.path(), "out", 2)
            })
            .0,
            Outcome::Finished
        );
    }
}

#[test]
fn eight_gaussians_are_all_learnt() {
    let folder = tempfile::tempdir().unwrap();
    write_data(&folder.path().join("data.csv"), 4096, false);
    let args = TrainArgs {
        batch_size: Some(128),
        learning_rate: Some(3e-3),
        sample_every: Some(100),
        ..args(folder.path(), "out", 100)
    };
    run(&args);
    let text = fs::read_to_string(args.out.join("samples/step-000100.csv")).unwrap();
    let mut modes = [0usize; 8];
    for line in text.lines().skip(1) {
        let (x, y) = line.split_once(',').unwrap();
        let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
        let mode = (y.atan2(x) * 8.0 / TAU).round().rem_euclid(8.0);
        let angle = mode * TAU / 8.0;
        // Of rows spread evenly over the circle, half would come so near.
        if (x - 2.0 * angle.cos()).hypot(y - 2.0 * angle.sin()) < 4.0 * SPREAD {
            modes[mode as usize] += 1;
        }
    }
    let share = |rows: usize| rows as f64 / 2000.0;
    let all_there = modes.iter().all(|&rows| share(rows) >= 0.05);
    assert!(all_there, "some mode is missing: {modes:?}");
    let near = share(modes.iter().sum());
    assert!(
        near > 0.8,
        "only {near} of the rows are near a mode: {modes:?}"
    );
}
