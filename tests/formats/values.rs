//! Numbers, counters and names, as lines join them.

use super::*;

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
fn counters_without_a_word_or_a_joint() {
    each(&[
        (
            "[epoch   0, it  10] g_loss = 0.6, d_loss = 1.3",
            "e0 s10 g0.6 d1.3",
        ),
        (
            "Epoch 3, Batch 12: Generator loss 0.9, Discriminator loss 0.5",
            "e3 s12 g0.9 d0.5",
        ),
        ("Ep 3 | It 100 | D 0.5 | G 0.9", "e3 s100 g0.9 d0.5"),
        (
            "Epoch: [ 3/100] [  12] time: 1.2, d_loss: 0.5, g_loss: 0.9",
            "e3/100 s12 g0.9 d0.5",
        ),
        (
            "[0/25][12/?]\tLoss_D: 0.5\tLoss_G: 0.9",
            "e0/25 s12 g0.9 d0.5",
        ),
        (
            "I0824 18:14:33.12 139 writer.py:48] [100] d_loss=1.6, g_loss=1.9",
            "s100 g1.9 d1.6",
        ),
        ("2: vae loss: 0.5 - discr loss: 1.25", "s2 d1.25"),
        ("3/20 - 12/938 - G 0.5 - D 0.4", "e3/20 s12/938 g0.5 d0.4"),
        (
            "Batch 99 [l_image_dis] 1.386 [l_gen] 1.412. Took  3.45",
            "s99 g1.412",
        ),
        (">4, d1[0.566] d2[0.520] g[82.266]", "s4 g82.266"),
        ("[12/2000] errD 0.4 errG 0.5", "s12/2000 g0.5 d0.4"),
        ("Epoch 3 D step 2/5 d_loss 0.4", "e3 d0.4"),
        (
            "critic iter 2/5 iteration 100/1000 gen loss 0.4",
            "s100/1000 g0.4",
        ),
        ("epoch 0 is 1970-01-01", ""),
        ("[2/4] Building generator (G: 3.5) ...", ""),
        ("\"step\": [0, 100]", ""),
    ]);
    each(&[
        (
            "epoch 3 iteration100, G Loss: 0.5, D Loss: 0.4",
            "e3 s100 g0.5 d0.4",
        ),
        ("saved epoch3 to disk", ""),
    ]);
    run(&[
        ("Epoch 3", "e3"),
        ("[3/20] D loss: 0.5 G loss: 0.75", "g0.75 d0.5"),
        ("[4/938] D loss: 0.5 G loss: 0.75", "s4/938 g0.75 d0.5"),
    ]);
    run(&[
        ("Epoch 3/20", "e3/20"),
        ("[100/938] D loss: 0.5 G loss: 0.75", "s100/938 g0.75 d0.5"),
        ("Iteration 50", "s50"),
        ("D: -0.125", "d-0.125"),
        ("Learning rates:", ""),
        ("  G: 0.0002", ""),
        ("Losses:", ""),
        ("  G: 0.5", "g0.5"),
    ]);
}

#[test]
fn what_a_bare_name_stands_under() {
    each(&[
        (
            "Epoch 5: learning rates: generator 0.0002, discriminator 0.0004",
            "e5",
        ),
        ("Epoch 5 grad norm: G 1.23 D 0.45", "e5"),
        ("Epoch 5 | grad norms | G: 1.23 | D: 0.45", "e5"),
        ("Epoch 5 weights: G=1.0, D=0.5", "e5"),
        (
            "step 100 lr G 0.0002 D 0.0004 loss G 0.71 D 0.61",
            "s100 g0.71 d0.61",
        ),
        (
            "Epoch 1 [D] loss: 0.5 acc: 0.7 [G] loss: 0.9",
            "e1 g0.9 d0.5",
        ),
        ("Epoch 1 D: loss=0.5 acc=0.7 | G: loss=0.9", "e1 g0.9 d0.5"),
        (
            "Epoch 1 | Discriminator - loss: 0.5, acc: 0.7 | Generator - loss: 0.9",
            "e1 g0.9 d0.5",
        ),
        ("train G: 0.5 D: 0.4", "g0.5 d0.4"),
        ("Current losses G: 0.5 D: 0.4", "g0.5 d0.4"),
        ("A: 1.5 C: 2.5 G: 3.5 D: 4.5", ""),
        ("step 100: actor_loss 0.5 critic_loss 0.4", "s100"),
    ]);
}

#[test]
fn lists_and_expressions_state_no_value() {
    each(&[
        ("Epoch 1 G_loss: 0.5, 0.6", "e1"),
        ("GEN Loss: [0.71] [0.69]", ""),
        ("DIS Loss: 0.66 0.71", ""),
        ("Epoch 1 D: 0.7 / 0.5 | G: 1.2", "e1 g1.2"),
        ("Epoch 1 g_loss: 0.5 vs 0.6", "e1"),
        ("lossD, lossG: 0.4, 0.5", "g0.5 d0.4"),
        ("D,G loss = 0.4,0.5", "g0.5 d0.4"),
        ("loss_gen / loss_disc: 0.5 / 0.4", "g0.5 d0.4"),
        ("Gen/Dis Loss: 0.9/0.5", "g0.9 d0.5"),
        ("Epoch 1 D(x) - D(G(z)): 0.3", "e1"),
        ("Epoch 1 d_loss - g_loss: 0.3", "e1"),
        ("Epoch 1 g_loss+d_loss: 0.9", "e1"),
        ("Epoch 1 100*g_loss: 50.1", "e1"),
        ("Epoch 1 std of g_loss: 0.2", "e1"),
        ("g_loss = 0.5 * (a + b)", ""),
        ("D_loss: 1.#INF", ""),
        ("D_loss := 0.4 G_loss ==> 0.5", "g0.5 d0.4"),
        ("Generator loss ..... 0.5", "g0.5"),
        ("* G loss 0.5 * D loss 0.4", "g0.5 d0.4"),
    ]);
}

#[test]
fn what_stands_before_a_name() {
    for before in [
        "12:34:56",
        "2024-01-05 12:34:56",
        "12.5s",
        "1.2it/s",
        "45%",
        "INFO",
        "GAN",
        "trainer",
        "my_run",
        "gpu0",
        "train_3",
        "100th iteration",
        "Mem 12/24 GB",
    ] {
        each(&[(&format!("{before} g_loss 0.5 d_loss 0.4"), "g0.5 d0.4")]);
    }
    each(&[
        (
            "[0101 12:00:31 @monitor.py:440] GAN_loss/d_loss: 0.69",
            "d0.69",
        ),
        ("student G loss 0.5 coarse_gen_loss: 0.5", ""),
    ]);
    says(
        "[Epoch 0/200] [G loss: 0.5] [info loss: 1.25]",
        json!({"epoch":0,"total_epochs":200,"generator_loss":0.5,"other":{"info loss":1.25}}),
    );
    silent(&["[INFO: train.py: 229]: ", "[train:88] done"]);
}
