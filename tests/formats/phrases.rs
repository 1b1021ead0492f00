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
