//! What the reader makes of single formats: made-up lines in the form of public trainers,
//! and of programs that train nothing.

use nashboard::reader::Reader;
use serde_json::{Value as Json, json};

/// What each line states, without the lines that state nothing.
fn stated(lines: &[&str]) -> Vec<Json> {
    let mut reader = Reader::default();
    let mut records = Vec::new();
    for line in lines {
        let mut record = reader.read(line, None).stated(0);
        record.remove("line");
        if !record.is_empty() {
            records.push(Json::from(record));
        }
    }
    records
}

/// What `line` states by itself.
fn says(line: &str, expected: Json) {
    let records = stated(&[line]);
    assert_eq!(records.first().unwrap_or(&json!({})), &expected, "{line}");
}

/// What `line` states, whatever further metrics it has.
fn four(line: &str, expected: Json) {
    let mut record = stated(&[line]).pop().unwrap_or_default();
    if let Some(record) = record.as_object_mut() {
        record.remove("other");
    }
    assert_eq!(record, expected, "{line}");
}

fn silent(lines: &[&str]) {
    for line in lines {
        assert_eq!(stated(&[line]), [] as [Json; 0], "{line}");
    }
    assert_eq!(stated(lines), [] as [Json; 0]);
}

#[test]
fn the_embedded_trainer() {
    says(
        "Epoch 1/10 Generator Loss: 1.2345 Discriminator Loss: 0.8765 Real Scores: 0.8 Fake Scores: 0.2",
        json!({"epoch":1,"total_epochs":10,"generator_loss":1.2345,"discriminator_loss":0.8765,"real_score":0.8,"fake_score":0.2}),
    );
}

#[test]
fn every_form_of_a_number() {
    for (text, expected) in [
        ("-0.5", json!(-0.5)),
        ("1e-05", json!(1e-5)),
        ("+2.5E+3", json!(2500.0)),
        (".5", json!(0.5)),
        ("3.", json!(3.0)),
        ("1,234.5", json!(1234.5)),
        ("inf", json!("Infinity")),
        ("-Infinity", json!("-Infinity")),
        ("NaN", json!("NaN")),
        ("-nan", json!("NaN")),
        ("tensor(0.25, grad_fn=<MeanBackward0>)", json!(0.25)),
        ("tensor([0.25], device='cuda:0')", json!(0.25)),
        ("np.float32(0.25)", json!(0.25)),
        ("tf.Tensor(0.25, shape=(), dtype=float32)", json!(0.25)),
        (
            "<tf.Tensor: shape=(), dtype=float32, numpy=0.25>",
            json!(0.25),
        ),
        ("[0.25]", json!(0.25)),
        ("'0.25'", json!(0.25)),
    ] {
        four(
            &format!("Generator Loss: {text}"),
            json!({"generator_loss": expected}),
        );
    }
}

#[test]
fn what_is_no_value_is_left_out() {
    silent(&[
        "Generator Loss: n/a",
        "Generator Loss: 1.2.3",
        "Generator Loss: 5%",
        "Generator Loss: nano",
        "Generator Loss: 10:30",
        "Generator Loss: [0.5, 0.3]",
        "Generator Loss: 0,5",
        "g_loss = criterion(D(G(z)), torch.ones(64, 1)) * 0.5",
        "the epoch of 2024-01-02",
        "stepping 3/4 of the way",
        "Progress: 250%",
        "192.168.0.1 real estate",
    ]);
}

#[test]
fn counters() {
    for line in [
        "Epoch [3/20], Step [40/500]",
        "epoch 3/20 step 40/500",
        "Epoch: 3/20 | Iter: 40/500",
        "[Epoch 3/20] [Batch 40/500]",
        "Epoch: [3/20][ 40/500]",
        "(epoch 3 of 20, iteration 40 of 500)",
        "| epoch   3/20 |    40/  500 batches |",
        "Epoch 3/20: [40/500]",
        "Epoch #3/20 iter=40/500",
        "[rank0]: Epoch 3/20 Step 40/500",
        "I0824 18:14:33.123456 12345 train.cc:88] epoch 3/20, step 40/500",
        "2024-01-02 10:30:00,123 [INFO] train.py:88: Epoch 3/20, step 40/500",
        "轮次: 3/20 步数: 40/500",
    ] {
        four(
            line,
            json!({"epoch":3,"total_epochs":20,"step":40,"total_steps":500}),
        );
    }
    four(
        "Epoch(train)  [3][ 40/500]  lr: 1.0e-4  loss: 0.5",
        json!({"epoch":3,"step":40,"total_steps":500}),
    );
    four("Time for epoch 3 is 12.5 sec", json!({"epoch":3}));
    four(
        "Train Epoch: 3 [640/60000 (1%)]\tLoss: 0.69",
        json!({"epoch":3,"step":640,"total_steps":60000,"progress_percent":1.0}),
    );
}

#[test]
fn lightning() {
    says(
        "Epoch 3:  46%|████▌     | 12/26 [00:01<00:02,  9.10it/s, loss_g=0.71, loss_d=-0.25, v_num=0]",
        json!({"epoch":3,"step":12,"total_steps":26,"progress_percent":46.0,"generator_loss":0.71,"discriminator_loss":-0.25}),
    );
    says(
        "Epoch 3/9  ━━━━━━━━━━━━╸━━━━━━ 12/26 0:00:01 • 0:00:02 9.10it/s v_num: 0 g_loss: 0.71 d_loss: 0.25",
        json!({"epoch":3,"total_epochs":9,"step":12,"total_steps":26,"generator_loss":0.71,"discriminator_loss":0.25}),
    );
}

#[test]
fn hugging_face() {
    says(
        "{'loss': 0.5, 'learning_rate': 1e-05, 'epoch': 0.3}",
        json!({"other":{"loss":0.5,"learning_rate":1e-5,"epoch":0.3}}),
    );
    four(
        "{'g_loss': 0.5, 'd_loss': 0.25, 'epoch': 2.0}",
        json!({"epoch":2,"generator_loss":0.5,"discriminator_loss":0.25}),
    );
    four(
        "OrderedDict([('g_loss', 0.5), ('d_loss', 0.25)])",
        json!({"generator_loss":0.5,"discriminator_loss":0.25}),
    );
}

#[test]
fn keras() {
    says(
        " 12/118 ━━━━━━━━━━━━━━━━━━━━ 35s 334ms/step - d_loss: -10.5 - g_loss: 0.75",
        json!({"step":12,"total_steps":118,"generator_loss":0.75,"discriminator_loss":-10.5}),
    );
    silent(&[
        "1/1 [==============================] - 0s 15ms/step",
        "32/32 ━━━━━━━━━━━━━━━━━━━━ 0s 2ms/step",
    ]);
    four(
        "7 [D loss: 0.693, acc.: 50.00%] [G loss: 0.75]",
        json!({"step":7,"generator_loss":0.75,"discriminator_loss":0.693}),
    );
    four(
        ">3, 4/117, d1=0.717, d2=0.680 g=0.701",
        json!({"epoch":3,"step":4,"total_steps":117,"generator_loss":0.701}),
    );
    four(
        "Epoch 7/20\t d_loss=0.25\t g_loss=0.5",
        json!({"epoch":7,"total_epochs":20,"generator_loss":0.5,"discriminator_loss":0.25}),
    );
}

#[test]
fn stylegan() {
    says(
        "tick 2     kimg 8.1      time 1m 09s       sec/tick 69.4    sec/kimg 17.2    maintenance 0.1    cpumem 5.0    gpumem 9.5    augment 0.000",
        json!({"other":{"tick":2.0,"kimg":8.1,"sec/tick":69.4,"sec/kimg":17.2,"maintenance":0.1,"cpumem":5.0,"gpumem":9.5,"augment":0.0}}),
    );
    four(
        "d: 1.2345; g: 0.8; r1: 0.01; path: 0.0; mean path: 0.0; augment: 0.0000:   1%|  | 12/800 [00:10<10:00,  1.2it/s]",
        json!({"step":12,"total_steps":800,"progress_percent":1.0,"generator_loss":0.8,"discriminator_loss":1.2345}),
    );
    four(
        "G: 0.51 | D: 1.02 | GP: 3.1 | PL: 0.02 | CR: 0 | Q: 0",
        json!({"generator_loss":0.51,"discriminator_loss":1.02}),
    );
}

#[test]
fn basicsr() {
    says(
        "2024-01-02 10:30:00,123 INFO: [gan_x4..][epoch:  2, iter:   1,200, lr:(1.000e-04,)] [eta: 1 day, 2:03:04, time (data): 0.123 (0.002)] l_g_pix: 1.5e-01 l_g_gan: 2.5e-01 l_d_real: 5.0e-01 out_d_real: 1.5e+00 l_d_fake: 2.5e-01 out_d_fake: -5.0e-01",
        json!({"epoch":2,"step":1200,"real_score":1.5,"fake_score":-0.5,
            "other":{"lr":1e-4,"time (data)":0.123,"l_g_pix":0.15,"l_g_gan":0.25,"l_d_real":0.5,"l_d_fake":0.25}}),
    );
}

#[test]
fn inline_pairs() {
    for line in [
        "[Epoch 1/200] [Batch 3/938] [D loss: 0.5] [G loss: 1.25]",
        "Epoch 1/200 step 3/938 errD: 0.5 errG: 1.25",
        "epoch 1/200 iter 3/938 lossD=0.5 lossG=1.25",
        "[1/200][3/938] Loss_D: 0.5 Loss_G: 1.25",
        "[1/200][3/938]\tLoss_D: 0.5\tLoss_G: 1.25",
        "Epoch 1/200, Batch 3/938, Critic Loss: 0.5, Gen Loss: 1.25",
        "epoch 1/200 step 3/938 loss_d 0.5 loss_g 1.25",
        "Epoch: 1/200, iter: 3/938, D_loss = 0.5000, G_loss = 1.2500.",
        "Epoch [1/200] Batch [3/938] loss G: 1.25, D: 0.5",
        "Epoch [1/200] Batch [3/938] Loss D: 0.5 (0.61) Loss G: 1.25 (1.31)",
        "epoch=1/200 step=3/938 train/d_loss=0.5 train/g_loss=1.25",
        "Epoch 1/200 Iter 3/938 | Discriminator_loss -> 0.5 | Generator_loss -> 1.25",
        "轮次: 1/200 步数: 3/938 判别器损失: 0.5 生成器损失: 1.25",
        "训练中 Epoch 1/200 Step 3/938 d_loss: 0.5 g_loss: 1.25",
    ] {
        four(
            line,
            json!({"epoch":1,"total_epochs":200,"step":3,"total_steps":938,"generator_loss":1.25,"discriminator_loss":0.5}),
        );
    }
}

#[test]
fn other_layouts() {
    let both = |mut record: Json| {
        record["generator_loss"] = json!(1.25);
        record["discriminator_loss"] = json!(0.5);
        record
    };
    for (line, record) in [
        (
            "Train: [5/100][100/938]  eta 0:01:00 time 0.5 (0.5) loss_d 0.5 (0.61) loss_g 1.25 (1.1)",
            json!({"epoch":5,"total_epochs":100,"step":100,"total_steps":938}),
        ),
        (
            "===> Epoch[5](100/938): Loss_D: 0.5 Loss_G: 1.25",
            json!({"epoch":5,"step":100,"total_steps":938}),
        ),
        (
            "Epoch 5/100 100/938 loss_D=0.5, loss_G=1.25",
            json!({"epoch":5,"total_epochs":100,"step":100,"total_steps":938}),
        ),
        ("*** Epoch 5 *** d_loss 0.5 g_loss 1.25", json!({"epoch":5})),
        (
            "===> Epoch 5 Complete: Avg. D loss: 0.5 Avg. G loss: 1.25",
            json!({"epoch":5}),
        ),
        (
            "Epoch 5 of 20. Generator loss: 1.25. Discriminator loss: 0.5.",
            json!({"epoch":5,"total_epochs":20}),
        ),
        (
            "INFO:tensorflow:global_step = 100, generator_loss = 1.25, discriminator_loss = 0.5 (1.2 sec)",
            json!({"step":100}),
        ),
        (
            "Step #1000: generator_loss: 1.25, discriminator_loss: 0.5",
            json!({"step":1000}),
        ),
        ("{'D': 0.5, 'G': 1.25, 'step': 100}", json!({"step":100})),
        (
            "g_loss_epoch=1.25, d_loss_epoch=0.5, epoch=5",
            json!({"epoch":5}),
        ),
    ] {
        four(line, both(record));
    }
    four(
        "[5/100][7/938] D(x): 0.75 D(G(z)): 0.5/0.25",
        json!({"epoch":5,"total_epochs":100,"step":7,"total_steps":938,"real_score":0.75,"fake_score":0.5}),
    );
    says(
        "step 1000/25000: d_loss 0.5 real_acc 0.75 fake_acc 0.25",
        json!({"step":1000,"total_steps":25000,"discriminator_loss":0.5,"other":{"real_acc":0.75,"fake_acc":0.25}}),
    );
    says(
        "Best FID: 12.5 at epoch 5",
        json!({"other":{"Best FID":12.5}}),
    );
    says(
        "2024-01-02 10:30:00 | INFO | trainer:train:88 - Epoch 5 - d_loss: 0.5",
        json!({"epoch":5,"discriminator_loss":0.5}),
    );
    says("FID: 12.5", json!({"other":{"FID":12.5}}));
}

#[test]
fn srgan() {
    four(
        "[3/100] Loss_D: 0.5 Loss_G: 0.25 D(x): 0.75 D(G(z)): 0.5:  45%|████▌     | 12/26 [00:01<00:02,  9.1it/s]",
        json!({"epoch":3,"total_epochs":100,"step":12,"total_steps":26,"progress_percent":45.0,
            "generator_loss":0.25,"discriminator_loss":0.5,"real_score":0.75,"fake_score":0.5}),
    );
}

#[test]
fn sagan() {
    four(
        "Elapsed [0:01:02], G_step [10/1000], D_step[10/1000], d_out_real: 0.9, ave_gamma_l3: 0.01",
        json!({"step":10,"total_steps":1000}),
    );
}

#[test]
fn wasserstein() {
    says(
        "iter 199\ttrain disc cost\t-12.5\twasserstein distance\t12.25\ttrain gen cost\t0.5",
        json!({"step":199,"generator_loss":0.5,"discriminator_loss":-12.5,"other":{"wasserstein distance":12.25}}),
    );
    says(
        "Iteration 5/100 critic loss: -2.5 gp: 0.25 Wasserstein distance: 2.75",
        json!({"step":5,"total_steps":100,"discriminator_loss":-2.5,"other":{"gp":0.25,"Wasserstein distance":2.75}}),
    );
}

#[test]
fn components_keep_their_names() {
    says(
        "(epoch: 2, iters: 100, time: 0.5, data: 0.25) G_GAN: 0.75 G_L1: 10.5 D_real: 0.5 D_fake: 0.25",
        json!({"epoch":2,"step":100,"other":{"time":0.5,"data":0.25,"G_GAN":0.75,"G_L1":10.5,"D_real":0.5,"D_fake":0.25}}),
    );
    says(
        "epoch 3 d_loss: 0.5 d_loss_real: 0.25 d_loss_fake: 0.25 cycle G loss: 2.5",
        json!({"epoch":3,"discriminator_loss":0.5,"other":{"d_loss_real":0.25,"d_loss_fake":0.25,"cycle G loss":2.5}}),
    );
    says(
        "Epoch 1 lr G: 0.5 D: 0.25",
        json!({"epoch":1,"other":{"lr G":0.5,"lr D":0.25}}),
    );
}

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
fn bars_of_other_programs() {
    silent(&[
        "model.bin:  45%|████▌     | 12.3M/26.7M [00:01<00:02, 9.1MB/s]",
        "Downloading: 100%|██████████| 12/12 [00:01<00:00,  9.1it/s]",
        "Map: 100%|██████████| 1000/1000 [00:01<00:00, 900.00 examples/s]",
        "     ━━━━━━━━━━━━━━━━ 670.2/670.2 MB 1.2 MB/s eta 0:00:00",
        "    Building [=======>          ] 34/120: serde, syn(build)",
        "Receiving objects:  45% (123/456), 1.20 MiB | 3.00 MiB/s",
        "Progress: [ 12%] [#####.......................]",
        "[ 45%] Building CXX object src/CMakeFiles/gan.dir/step.cc.o",
        "[12/340] Linking CXX executable train",
        " 45% [=======>           ] 12,345      1.20M/s  eta 3s",
        "  50K .......... .......... .......... 45% 1.2M 3s",
    ]);
}

#[test]
fn logs_of_other_programs() {
    silent(&[
        "127.0.0.1 - - [25/Aug/2025:10:30:00 +0000] \"GET /api?epoch=3&g_loss=0.5 HTTP/1.1\" 200 1234",
        "| N/A   30C    P2   250W / 350W |  10240MiB / 24576MiB |     98%      Default |",
        "| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2     |",
        "Get:1 http://deb.debian.org/debian bookworm/main amd64 gcc 12.2.0-14 [34.5 MB]",
        "   Compiling regex v1.13.2",
        "error[E0502]: cannot borrow `loss` at src/train.rs:143:12",
        "train.c:34:12: warning: unused variable 'd_loss' [-Wunused-variable]",
        "added 123 packages, and audited 124 packages in 3s",
        "npm WARN deprecated step@1.2.3: use 4.5.6",
        "Step 3/10 : RUN pip install torch==2.1.0",
        "Step 2/5: Installing packages",
        "# Step 3: check for the prefix",
        "as described in step 7 below",
        "if step > 0:",
        "niter: 100",
        "iterations: 10000",
        "epochs: 200",
        "steps per epoch: 938",
        "Total steps: 10000",
        "batch: 64",
        "* implement Clone for Iter (#110)",
        "Generator: 12.5 MB, Discriminator: 3.5 MB",
        "Namespace(batch_size=64, epochs=200, lr=0.0002, g_loss=0.5)",
        "Adam(lr=0.001, betas=(0.5, 0.999))",
        "Saving checkpoint to runs/epoch=3-step=500-g_loss=0.25.ckpt",
        "Total params: 3,576,704",
        "{'batch_size': 64, 'lr': 0.0002, 'num_epochs': 5}",
        "rtt min/avg/max/mdev = 0.031/0.042/0.055/0.010 ms",
        "4 packets transmitted, 4 received, 0% packet loss, time 3004ms",
        "Random Seed: 999",
        "Starting training from epoch 5",
        "=> loaded checkpoint 'gan.pth' (epoch 10)",
        "number of epochs: 200",
        "Tue Nov 24 04:20:40 UTC 2026",
        "PID 1234 USER root %CPU 98.0 %MEM 1.5",
        "tests/test_gan.py ....                                     [ 45%]",
        "1-2-3 step 4.5 GiB",
    ]);
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
        let line = unit.repeat(1_000_000 / unit.len());
        let begun = std::time::Instant::now();
        Reader::default().read(&line, None);
        assert!(
            begun.elapsed().as_secs() < 5,
            "{unit}: {:?}",
            begun.elapsed()
        );
    }
}

mod any_text {
    use super::*;
    use nashboard::reader::Lines;
    use proptest::prelude::*;

    /// Texts of the words and marks that the rules look for.
    fn words() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "epoch", "step", "Loss_D", "d_loss", "G", "D(G(z))", "tensor(", "[", "]", "(", ")",
            ":", "=", "/", "1", "0.5", "-", "%", "|", "█", "nan", "-inf", "{", "}", "'", "\"", ",",
            " ", "  ", "\t", "e", "é", "轮次", "numpy", "<", "is", "kimg", "#", "it", "0:01",
            "Val", "—", "1e5", "it [", "━━", "[####..]", ">", "\\",
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
