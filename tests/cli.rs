//! The command line as a user meets it: output, errors in one sentence, exit codes.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

fn nashboard(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nashboard"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn exit_codes_tell_usage_from_failure() {
    for (args, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["train", "--help"], 0),
        (&["parse", "--version"], 0),
        (&["no-such-command"], 2),
        (&["train"], 2),
        (&["train", "--data", "x.csv", "--epochs", "0"], 2),
        (&["train", "--data", "x.csv", "--epochs", "-1"], 2),
        (&["train", "--data", "x.csv", "--epochs", "many"], 2),
        (&["run", "--data", "/no/such.csv", "--", "true"], 1),
        (&["export", "none", "--format", "csv"], 1),
        (
            &[
                "train",
                "--data",
                "/no/such.csv",
                "--epochs",
                "1",
                "--resume",
                "/no/such",
            ],
            1,
        ),
        (&["serve", "--runs", "/proc/none"], 1),
        (&["serve", "--addr", "nonsense"], 2),
        (&["train", "--data", "/no/such.csv", "--epochs", "1"], 1),
        (&["sample", "--checkpoint", "/no/such", "--rows", "1"], 1),
        (&["parse", "/no/such.log"], 1),
        (&["parse", "/"], 1),
        (&["serve", "--addr", "192.0.2.1:0"], 1),
        (&["serve", "--config", "/no/such.toml"], 1),
    ] {
        let output = nashboard(args, b"");
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            text(&output.stderr)
        );
        if code > 0 {
            let errors = text(&output.stderr);
            assert_eq!(errors.lines().count(), 1, "{errors}");
            assert!(errors.starts_with("nashboard: "), "{errors}");
            assert!(errors.contains("; "), "it says what to do: {errors}");
            assert!(
                errors.matches("os error").count() <= 1,
                "a cause is said once: {errors}"
            );
        }
    }
}

#[test]
fn a_command_is_of_the_version_of_the_whole() {
    let whole = text(&nashboard(&["--version"], b"").stdout);
    for command in ["serve", "train", "sample", "run", "export", "parse"] {
        assert_eq!(text(&nashboard(&[command, "--version"], b"").stdout), whole);
    }
}

#[test]
fn parse_states_what_each_line_states() {
    let input = b"Epoch 1/10 Generator Loss: -1e-3 Discriminator Loss: nan\r\nnothing\nProgress: 50%\r{\"epoch\": 2, \"lr\": 0.1}";
    let output = nashboard(&["parse", "--json"], input);
    let lines: Vec<serde_json::Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            serde_json::json!({"line": 1, "epoch": 1, "total_epochs": 10,
                               "generator_loss": -0.001, "discriminator_loss": "NaN"}),
            serde_json::json!({"line": 3, "progress_percent": 50.0}),
            serde_json::json!({"line": 4, "epoch": 2, "other": {"lr": 0.1}}),
        ]
    );
}

#[test]
fn parse_tells_what_it_has_read_while_more_is_to_come() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nashboard"))
        .args(["parse", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for epoch in 1..=2 {
        writeln!(input, "Epoch {epoch} g_loss: 0.5").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains(&format!("\"epoch\":{epoch}")), "{line}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("train.log");
    std::fs::write(&log, "Epoch 1 g_loss: 0.5\n").unwrap();
    let run = "20250824-181433-abcd";
    std::fs::create_dir(folder.path().join(run)).unwrap();
    let (log, runs) = (log.to_str().unwrap(), folder.path().to_str().unwrap());
    let (closed, output) = std::io::pipe().unwrap();
    drop(closed);
    let status = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nashboard"));
        let command = command.args(args).stdout(output.try_clone().unwrap());
        let ended = command.stderr(Stdio::piped()).output().unwrap();
        (ended.status.code(), text(&ended.stderr))
    };
    let fine = (Some(0), String::new());
    assert_eq!(status(&["parse", log]), fine);
    assert_eq!(
        status(&["export", run, "--format", "csv", "--runs", runs]),
        fine
    );
    // The end of a training says that all is done, so it has to be heard.
    let out = folder.path().join("out");
    let data = folder.path().join("t.csv");
    std::fs::write(&data, "x,y\n1,2\n3,4\n5,6\n").unwrap();
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let (code, errors) = status(&["train", "--data", data, "--epochs", "2", "--out", out]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("keep its reader open"), "{errors}");
}

#[test]
fn numbers_that_count_are_learnt_where_there_is_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("t.csv");
    std::fs::write(&data, "x,y\n1,2\n3,4\n5,6\n").unwrap();
    let out = folder.path().join("out");
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let output = nashboard(
        &["train", "--data", data, "--epochs", "2", "--out", out],
        b"",
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("Epoch 2/2 Generator Loss: "));
}

#[test]
fn rows_come_out_in_the_columns_of_the_training_data() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.csv");
    let rows: String = (0..100)
        .map(|row| format!("{row},{},{}\n", row % 7, ["no", "yes"][row % 2]))
        .collect();
    std::fs::write(&data, format!("a,b,c\n{rows}")).unwrap();
    let out = folder.path().join("out");
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let train = |seed: &str| {
        let args = [
            "train", "--data", data, "--epochs", "3", "--out", out, "--seed", seed,
        ];
        let output = nashboard(&args, b"");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        printed
            .lines()
            .filter(|line| line.starts_with("Epoch"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let losses = train("7");
    assert!(
        losses.len() >= 2 && losses[0].starts_with("Epoch 1/3 Generator Loss: "),
        "{losses:?}"
    );
    assert_eq!(losses, train("7"), "the same seed gives the same losses");
    assert_ne!(losses, train("8"));
    let checkpoint = format!("{out}/checkpoints/epoch-000003.safetensors");
    let sample = nashboard(
        &["sample", "--checkpoint", &checkpoint, "--rows", "20"],
        b"",
    );
    let dash = [
        "sample",
        "--checkpoint",
        &checkpoint,
        "--rows",
        "20",
        "--out",
        "-",
    ];
    assert_eq!(nashboard(&dash, b"").stdout, sample.stdout);
    let sample = text(&sample.stdout);
    assert_eq!(sample.lines().count(), 21);
    assert_eq!(sample.lines().next(), Some("a,b,c"));
    for row in sample.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        assert!(
            cells[0].parse::<i64>().is_ok() && cells[1].parse::<i64>().is_ok(),
            "{row}"
        );
        assert!(["no", "yes"].contains(&cells[2]), "{row}");
    }
}

#[test]
fn rows_can_be_asked_for_on_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.csv");
    let rows: String = (0..120)
        .map(|row| format!("{},{}\n", row * 7 % 50, ["rain", "sun", "snow"][row % 3]))
        .collect();
    std::fs::write(&data, format!("t,weather\n{rows}")).unwrap();
    let out = folder.path().join("out");
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let trained = nashboard(
        &["train", "--data", data, "--epochs", "2", "--out", out],
        b"",
    );
    assert!(trained.status.success(), "{}", text(&trained.stderr));
    let checkpoint = format!("{out}/checkpoints/best.safetensors");
    let sample = |condition: &str| {
        let args = [
            "sample",
            "--checkpoint",
            &checkpoint,
            "--rows",
            "9",
            "--where",
            condition,
        ];
        nashboard(&args, b"")
    };
    let snow = sample("weather=snow");
    assert!(snow.status.success(), "{}", text(&snow.stderr));
    let rows = text(&snow.stdout);
    assert_eq!(rows.lines().count(), 10);
    assert!(
        rows.lines().skip(1).all(|row| row.ends_with(",snow")),
        "{rows}"
    );
    for (condition, code, words) in [
        ("colour=red", 1, "no column \"colour\""),
        ("t>1000", 1, "only 0 of 9 rows"),
        ("t>warm", 2, "no number"),
    ] {
        let refused = sample(condition);
        assert_eq!(refused.status.code(), Some(code), "{condition}");
        let errors = text(&refused.stderr);
        assert!(errors.contains(words), "{errors}");
    }
    let wrong = nashboard(
        &[
            "train",
            "--data",
            data,
            "--epochs",
            "2",
            "--type",
            "weather=number",
        ],
        b"",
    );
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text(&wrong.stderr).contains("\"rain\""),
        "{}",
        text(&wrong.stderr)
    );
}
