//! Lines that say more than a name before a number: when it was, of what kind the network is.

use super::*;

#[test]
fn a_counter_between_a_name_and_its_number() {
    each(&[
        ("discriminator loss at step 100: 0.65", "s100 d0.65"),
        ("Generator loss after epoch 3: 0.5", "e3 g0.5"),
        ("Generator loss for epoch 3/20: 0.51", "e3/20 g0.51"),
        ("D loss @ step 100: 0.65", "s100 d0.65"),
        ("Discriminator loss after 100 steps: 0.65", "s100 d0.65"),
        ("G loss (epoch 3): 0.51", "e3 g0.51"),
        ("Epoch 7 G loss over epoch: 0.5", "e7 g0.5"),
        // Of another time, of a plan, of something else.
        ("best G loss at epoch 3: 0.5", ""),
        ("Saving the generator at step 100: 5 files", ""),
    ]);
    says(
        "FID at epoch 3: 22.1",
        json!({"epoch":3,"other":{"FID":22.1}}),
    );
    says(
        "Inception score (Step: 2000, 50000 generated images): 8.12",
        json!({"step":2000,"other":{"Inception score":8.12}}),
    );
}

#[test]
fn a_remark_between_a_network_and_its_loss() {
    each(&[
        (
            "Epoch 0: Step 200: Generator (U-Net) loss: 5.2, Discriminator loss: 0.3",
            "e0 s200 g5.2 d0.3",
        ),
        ("Epoch 0: Discriminator (PatchGAN) loss: 0.3", "e0 d0.3"),
        ("Epoch 1 Generator loss (adv+L1): 5.2", "e1 g5.2"),
        (
            "Epoch 23 Generator's loss: 0.5, Discriminator's loss: 0.6",
            "e23 g0.5 d0.6",
        ),
        (
            "Epoch 43 G  loss :   0.5   D  loss :   0.6",
            "e43 g0.5 d0.6",
        ),
        // A part of the loss is not the loss.
        ("Epoch 1 Generator (adversarial) part loss: 5.2", "e1"),
        ("Epoch 1 Generator loss (adv): 5.2", "e1"),
    ]);
}

#[test]
fn where_a_logger_was_called() {
    for line in [
        "2024-01-02 10:30:00 [INFO] src.trainer:88 - Epoch 2 g_loss 0.5",
        "main:42: Epoch 2 g_loss 0.5",
        "INFO:train_gan:88:Epoch 2 g_loss 0.5",
        "[train_gan:88] Epoch 2 g_loss 0.5",
        "(gan_trainer:305) INFO: Epoch 2 g_loss 0.5",
    ] {
        says(line, json!({"epoch":2,"generator_loss":0.5}));
    }
}

#[test]
fn durations_and_devices_are_no_scene() {
    for line in [
        "Epoch 2 data loading: 0.01s g_loss: 0.5",
        "Epoch 2 | Loading: 0.01 | G loss: 0.5",
        "Epoch 2 inference time 0.1 g_loss 0.5",
        "Epoch 2 sample saved to x.png, g_loss 0.5",
        "Epoch 2 dev cuda:0 g_loss 0.5",
    ] {
        four(line, json!({"epoch":2,"generator_loss":0.5}));
    }
    each(&[
        ("Time taken for epoch: 23.456 secs", ""),
        (
            "Epoch 3/50 ━━━━━━━ 450/1000 0:00:12 < 0:00:15 36.1 it/s G: 0.5 D: 0.6",
            "e3/50 s450/1000 g0.5 d0.6",
        ),
        // Here they are of another time.
        ("loading checkpoint g_loss: 0.5", ""),
    ]);
    assert_eq!(
        stated(&[
            "Epoch 1",
            "Time taken for epoch: 23.456 secs",
            "Time for epoch: 12.3s"
        ]),
        [json!({"epoch":1})]
    );
}

#[test]
fn settings_are_told_from_counters() {
    silent(&["# epoch :  50", "# iteration :  10000", " * Epoch    : 200"]);
    run(&[
        ("Epoch    : 1", "e1"),
        ("Step     : 100", "s100"),
        ("Epoch    : 2", "e2"),
    ]);
    run(&[
        ("Config:", ""),
        ("batch_size = 4", ""),
        (
            "2023/01/02 10:31:00 - mmengine - INFO - Iter(train) [ 200/800002]  loss_disc_fake: 0.35  loss: 1.2",
            "s200/800002",
        ),
    ]);
    run(&[
        ("Settings", ""),
        ("lr = 0.1", ""),
        ("Iter 100: cycle loss 0.5 identity loss 0.4", "s100"),
    ]);
}

#[test]
fn counters_in_further_forms() {
    each(&[
        (
            "[1/50][0/938] loss_D_A: 0.2 loss_D_B: 0.3 loss_G_A: 0.4 loss_G_B: 0.5",
            "e1/50 s0/938",
        ),
        ("[1/50] Iters: 100 | G_A: 0.2 Loss_D_A: 0.3", "e1/50 s100"),
        (
            "Epoch 3: |          | 450/? [00:12<00:00, 36.1it/s, v_num=0, g_loss=0.5]",
            "e3 s450 g0.5",
        ),
        ("[     100] loss G : 4.8 loss D : 1.2", "s100 g4.8 d1.2"),
        (
            "[gpu01] 2024-01-02 10:00:00,123 (trainer:305) INFO: 3epoch:train:1-57batch: generator_loss=0.5, discriminator_loss=0.6",
            "e3 g0.5 d0.6",
        ),
        (
            "2/1000epoch started. Estimated time to finish: 3 hours",
            "e2/1000",
        ),
        (
            "Epoch->[  1/50] Progress->[3/938] Loss_D: 0.5 Loss_G: 0.6",
            "e1/50 g0.6 d0.5",
        ),
        (
            "[Iteration] 100 time: 42.9 [Loss] gen_loss: 0.5",
            "s100 g0.5",
        ),
        (
            "Epoch [ 0/50]    1 time: 0.63s, d_loss: 0.5",
            "e0/50 s1 d0.5",
        ),
        (
            "0 (5, 1) [D loss: (1.1)(R 0.4, F 0.4, G 0.4)] [G loss: 1.6]",
            "s0 g1.6 d1.1",
        ),
        ("Epoch: [1 | 50] g_loss: 0.5", "e1/50 g0.5"),
        ("[3, 200] g_loss: 0.5 d_loss: 0.6", "e3 s200 g0.5 d0.6"),
        // A list, a size, an address of something.
        ("[3, 200] boxes found in 0.5 s", ""),
        ("[100] processes", ""),
        ("450/? [00:12<00:00, 36.1it/s] Downloading data", "s450"),
    ]);
    run(&[
        ("Epoch 1 d_loss: 0.5", "e1 d0.5"),
        (
            "Elapsed: [0:00:10]  batch: 20  d_loss: 0.5  g_loss: 0.6",
            "s20 g0.6 d0.5",
        ),
        ("batch: 20 files written", ""),
    ]);
}

#[test]
fn an_inception_score_by_its_two_letters() {
    let both = |text| says(text, json!({"epoch":3,"other":{"FID":30.2,"IS":3.3}}));
    both("Epoch 3 FID: 30.2 IS: 3.3");
    both("Epoch 3 | FID=30.2, IS=3.3");
    says("IS: 4.52 ± 0.12", json!({"other":{"IS":4.52}}));
    says(
        "Inception Score: 4.5",
        json!({"other":{"Inception Score":4.5}}),
    );
    // The word is none.
    says(
        "Epoch 3 the loss is 3.3",
        json!({"epoch":3,"other":{"loss":3.3}}),
    );
}
