//! Values of an evaluation, of another time or of settings, in a line and over lines.

use super::*;

#[test]
fn an_evaluation_is_not_the_training() {
    for line in [
        "Epoch 4 val_g_loss: 0.5 val_d_loss: 0.25",
        "Epoch 4 Validation: g_loss 0.5, d_loss 0.25",
        "Epoch 4 | Val | G loss: 0.5 | D loss: 0.25",
        "Epoch 4 test generator loss: 0.5, discriminator loss: 0.25",
        "{\"mode\": \"val\", \"epoch\": 4, \"g_loss\": 0.5}",
        "{\"epoch\": 4, \"eval_g_loss\": 0.5}",
    ] {
        four(line, json!({"epoch":4}));
    }
    four(
        "Epoch 4 train: g_loss 0.5 | val: g_loss 0.75",
        json!({"epoch":4,"generator_loss":0.5}),
    );
}

#[test]
fn words_of_an_evaluation() {
    each(&[
        ("Evaluate: g_loss 1.9, d_loss 1.8", ""),
        ("Holdout g_loss: 1.9", ""),
        ("Validated: G loss = 1.9", ""),
        ("Cross-val fold 2 g_loss: 1.9", ""),
        (r#"{"type": "val", "epoch": 3, "g_loss": 1.9}"#, "e3"),
        (r#"{"phase": "evaluate", "epoch": 3, "g_loss": 1.9}"#, "e3"),
        (
            r#"{"epoch": 3, "val": {"g_loss": 1.9}, "train": {"g_loss": 0.6}}"#,
            "e3 g0.6",
        ),
    ]);
}

#[test]
fn a_header_of_an_evaluation_reaches_over_lines() {
    run(&[
        ("Epoch 1/2", "e1/2"),
        ("g_loss: 0.6", "g0.6"),
        ("Validation:", ""),
        ("  g_loss: 1.9", ""),
        ("  d_loss: 1.8", ""),
        ("Training:", ""),
        ("  g_loss: 0.5", "g0.5"),
        ("=== Evaluation ===", ""),
        ("Generator loss 1.7", ""),
        ("Epoch 2/2", "e2/2"),
        ("g_loss: 0.4", "g0.4"),
        ("Test results", ""),
        ("G loss: 1.7", ""),
        ("", ""),
        ("G loss: 0.3", "g0.3"),
    ]);
}

#[test]
fn what_is_of_another_time() {
    each(&[
        ("Best: g_loss=0.25 at epoch 6", ""),
        ("Best model so far: epoch 6, g_loss 0.2512, d_loss 0.5", ""),
        (
            "Loaded checkpoint at epoch 12 (g_loss 0.45, d_loss 0.6)",
            "",
        ),
        (
            "Resuming: epoch 12, step 3400, G loss 0.91, D loss 0.31",
            "",
        ),
        ("Restored from step 5000: generator_loss=0.5", ""),
        ("Lowest generator loss: 0.2212 (epoch 7)", ""),
        ("Improved! g_loss: 0.5 -> 0.45", ""),
        ("Initial g_loss: 0.7 d_loss: 0.6", ""),
        ("Before training: g_loss 0.7", ""),
        ("Moving average: g_loss=0.55 d_loss=0.45", ""),
        ("Average over last 100 steps: G loss 0.55 D loss 0.45", ""),
        (
            "Epoch 4/9 g_loss: 0.5 d_loss: 0.4 (best g_loss: 0.3 @ epoch 2)",
            "e4/9 g0.5 d0.4",
        ),
        ("Epoch 4 g_loss: 0.5 (best 0.3) d_loss: 0.4", "e4 g0.5 d0.4"),
    ]);
}

#[test]
fn settings_in_a_line() {
    each(&[
        ("Config: epoch=100 step=5 lr=0.0002", ""),
        ("hparams: epoch=100, g_loss=bce", ""),
        ("args | epoch: 100 | step: 5", ""),
        ("Parameters: epoch 100, step 5, g_loss 0.5", ""),
        ("DictConfig {'epoch': 200, 'lr': 0.0002}", ""),
        ("lr=0.0002 epoch=100 batch=64 beta1=0.5", ""),
        ("steps: 25000, batch size: 64, lr: 0.0002", ""),
        ("iterations: 10000, lr: 0.0002", ""),
        ("lr step: 30", ""),
        ("Generator.loss = 0.5", ""),
        ("g_loss_weight: 1.0", ""),
        ("decay step: 30", ""),
        ("(epoch=200, batch=64)", ""),
        ("EPOCH=200", ""),
        ("Save every 1000 steps, step 0", ""),
        (r#"{"epochs": 200, "batch_size": 64, "steps": 10000}"#, ""),
        (r#"{"batch": 64, "lr": 0.0002, "z_dim": 100}"#, ""),
        (r#"{"event": "config", "num_epochs": 5, "step": 1000}"#, ""),
        (r#"{"epochs": 200, "epoch": 2, "g_loss": 0.5}"#, "e2 g0.5"),
        ("Epoch 3 | Batchsize: 32 | Steps: 100", "e3"),
        ("seed 42 epoch 3 g_loss 0.5", "e3 g0.5"),
    ]);
}

#[test]
fn settings_over_lines() {
    run(&[
        ("{'batch_size': 64,", ""),
        (" 'epoch': 25,", ""),
        (" 'step': 1000}", ""),
        ("Namespace(batch_size=64, epoch=200,", ""),
        ("          step=10, g_loss=0.5)", ""),
        ("----------------- Options ---------------", ""),
        (
            "                    epoch: 200        \t[default: latest]",
            "",
        ),
        ("                     step: 3", ""),
        ("----------------- End -------------------", ""),
        ("| Parameter | Value |", ""),
        ("+-----------+-------+", ""),
        ("| epoch     | 200   |", ""),
        ("| g_loss    | 1.0   |", ""),
        ("+-----------+-------+", ""),
        ("model:", ""),
        ("  generator:", ""),
        ("    step: 4", ""),
        ("Epoch 1 g_loss 0.5", "e1 g0.5"),
    ]);
    // A warning quotes a call that no line closes, and a dictionary may be the report.
    run(&[
        ("base.py:104: UserWarning: save the metadata", ""),
        ("  warnings.warn(", ""),
        (
            "Gen. (0.75) | Discrim. (-0.5):   1%|  | 5/500 [00:01<15:48,  1.9s/it]",
            "s5/500 g0.75 d-0.5 p1",
        ),
    ]);
    run(&[
        ("losses:", ""),
        ("  g_loss: 0.5", "g0.5"),
        ("  d_loss: 0.4", "d0.4"),
    ]);
    run(&[
        ("loss:", ""),
        ("  generator: 1.0", ""),
        ("  lambda_gp: 10.0", ""),
    ]);
    run(&[
        ("Epoch 3: {", "e3"),
        ("  'g_loss': 0.5,", "g0.5"),
        ("}", ""),
    ]);
    run(&[
        ("{", ""),
        ("  \"g_loss\": 0.5121,", "g0.5121"),
        ("  \"d_loss\": 0.4121", "d0.4121"),
        ("}", ""),
    ]);
}

#[test]
fn a_name_that_is_stated_twice_is_stated_once() {
    for line in [
        "Epoch 2/3 generator_loss: 0.5 generator_loss: 0.6",
        r#"{"mode": "val", "epoch": 2, "generator_loss": 0.9}"#,
        r#"{"epoch": 2, "epoch": 3, "real_scores": 0.9, "real_scores": 0.8}"#,
    ] {
        let mut reader = Reader::default();
        let update = reader.read(line, None).update;
        let mut names: Vec<&str> = update.metrics().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{line}");
        assert!(!update.other.contains_key("generator_loss"), "{line}");
    }
}
