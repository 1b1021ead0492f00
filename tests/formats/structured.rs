//! JSON, tables, bars and other lines with a form of their own.

use super::*;

#[test]
fn structured_lines() {
    four(
        "level=info msg=\"step done\" epoch=2 step=30 g_loss=0.5 d_loss=0.25",
        json!({"epoch":2,"step":30,"generator_loss":0.5,"discriminator_loss":0.25}),
    );
    four(
        "INFO {\"epoch\": 2, \"g_loss\": 0.5}",
        json!({"epoch":2,"generator_loss":0.5}),
    );
    says(
        "{\"epoch\": 2, \"total_epochs\": 9, \"loss\": {\"G\": 0.5, \"D\": NaN}, \"lr\": \"0.25\", \"time\": \"10:30\"}",
        json!({"epoch":2,"total_epochs":9,"generator_loss":0.5,"discriminator_loss":"NaN","other":{"lr":0.25}}),
    );
}

#[test]
fn tables() {
    let row = json!({"epoch":3,"generator_loss":0.5,"discriminator_loss":0.25});
    for (header, line) in [
        ("epoch,g_loss,d_loss", "3,0.5,0.25"),
        ("epoch\tg_loss\td_loss", "3\t0.5\t0.25"),
        ("| Epoch | G loss | D loss |", "|     3 |    0.5 |   0.25 |"),
        ("┃ epoch ┃ g_loss ┃ d_loss ┃", "│ 3     │ 0.5    │ 0.25   │"),
        ("   epoch  g_loss  d_loss", "0      3     0.5    0.25"),
    ] {
        assert_eq!(
            stated(&[header, "----------", line, "done"]),
            std::slice::from_ref(&row),
            "{header}"
        );
    }
    let cells = stated(&[
        "+--------+------+",
        "| g_loss | 0.5  |",
        "| d_loss | 0.25 |",
    ]);
    assert_eq!(
        cells,
        [
            json!({"generator_loss":0.5}),
            json!({"discriminator_loss":0.25})
        ]
    );
}

#[test]
fn json_within_json() {
    each(&[
        (
            r#"{"level": "info", "data": {"epoch": 1, "g_loss": 0.5}}"#,
            "e1 g0.5",
        ),
        (
            r#"{"step": 9, "metrics/d_loss": 0.4, "metrics/g_loss": 0.5}"#,
            "s9 g0.5 d0.4",
        ),
        (
            r#"{"time": "10:30", "message": "Epoch 2/9 g_loss: 0.5"}"#,
            "e2/9 g0.5",
        ),
        (r#"{"epoch": "4/200", "loss_G": "0.5"}"#, "e4/200 g0.5"),
        (r#"{"name": "g_loss", "value": 0.5, "step": 3}"#, "s3 g0.5"),
        (r#"{"config": {"epoch": 5, "g_loss": 1.0}}"#, ""),
        (r#"{"best": {"epoch": 3, "g_loss": 0.3}, "epoch": 5}"#, "e5"),
        (r#"{"progress": 0.5, "epoch": 1}"#, "e1"),
        (r#"{"jsonrpc":"2.0","id":1,"result":{"epoch":3}}"#, ""),
    ]);
}

#[test]
fn tables_with_odd_cells() {
    run(&[
        (
            "epoch     train_loss  valid_loss  gen_loss  disc_loss  time",
            "",
        ),
        (
            "0         0.541231    #na#        0.7125    0.5125     00:12",
            "e0 g0.7125 d0.5125",
        ),
        (
            "1         0.521231    0.44        0.7025    0.5025     12.3s  *",
            "e1 g0.7025 d0.5025",
        ),
        ("5 6 7 8 9 10", ""),
        ("# epoch g_loss d_loss", ""),
        ("1 0.5 0.4", "e1 g0.5 d0.4"),
        (",epoch,g_loss,d_loss", ""),
        ("0,1,0.5,0.4", "e1 g0.5 d0.4"),
        ("1,2,3,4", ""),
        ("| Epoch | Step | G loss | D loss |", ""),
        ("|     1 |  200 |   0.51 |   0.41 |", "e1 s200 g0.51 d0.41"),
        ("|     1 |  val |   0.91 |   0.81 |", ""),
    ]);
}

#[test]
fn bars_of_many_programs() {
    each(&[
        (
            "Epochs:  10%|█  | 2/20 [01:00<09:00, 30.0s/it, g_loss=0.5]",
            "e2/20 g0.5 p10",
        ),
        (
            " 10%|█  | 2/20 [01:00<09:00, 30.0s/epoch, G=0.5, D=0.4]",
            "e2/20 g0.5 d0.4 p10",
        ),
        (
            "3/20:  45%|████▌ | 45/100 [00:12<00:15, 3.6it/s, G=0.5, D=0.4]",
            "e3/20 s45/100 g0.5 d0.4 p45",
        ),
        (
            "Epoch 3 |████████▌     | 450/938 [48%] in 12.3s (8.1/s, eta: 13s)",
            "e3 s450/938 p48",
        ),
        (
            " 45% (450 of 1000) |#####     | Elapsed Time: 0:00:12",
            "s450/1000 p45",
        ),
        (
            "Epoch 3: [#########...........] 45/100 g_loss=0.5",
            "e3 s45/100 g0.5",
        ),
        (
            "Epoch 3/20 : |█████-----| 45.00% [45/100 00:12<00:15 g_loss=0.5]",
            "e3/20 s45/100 g0.5 p45",
        ),
        (
            "Epoch 3/20 ━━━━━╸━━━━━  45% 45/100 0:00:12 0:00:15 g=0.5 d=0.4",
            "e3/20 s45/100 g0.5 d0.4 p45",
        ),
        ("Epoch 3 [938/938] 100% g_loss 0.5", "e3 s938/938 g0.5 p100"),
    ]);
    for chore in [
        "Validation DataLoader 0",
        "Sanity Checking DataLoader 0",
        "Testing",
        "Evaluating",
        "Computing FID",
        "Sampling",
        "Preprocessing",
        "Generate samples",
        "Extract features",
        "val",
        "test 3",
        "inference",
    ] {
        each(&[(
            &format!("{chore}:  50%|█████     | 10/20 [00:05<00:05, 10.0it/s, g_loss=0.9]"),
            "",
        )]);
    }
    each(&[(
        "Epoch 3 [val]:  50%|███  | 5/10 [00:00<00:00, 12.1it/s, g_loss=0.9]",
        "e3",
    )]);
}
