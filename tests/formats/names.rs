//! Names under which trainers state losses and scores, beyond the plain ones.

use super::*;

#[test]
fn scores_by_the_names_of_losses() {
    let scores = json!({"epoch":1,"total_epochs":50,"generator_loss":4.2,"discriminator_loss":1.96,"real_score":0.73,"fake_score":0.21});
    four(
        "Epoch [1/50], d_loss: 1.96, g_loss: 4.2 D real: 0.73, D fake: 0.21",
        scores.clone(),
    );
    four(
        "Epoch [1/50] | D loss: 1.96 | G loss: 4.2 | D(real): 0.73 | D(fake): 0.21",
        scores.clone(),
    );
    four(
        "Epoch [1/50] D_loss=1.96 G_loss=4.2 D_real_prob=0.73 D_fake_prob=0.21",
        scores,
    );
    each(&[
        ("Epoch 1 D(real): 0.9 D(G(z)): 0.1", "e1 r0.9 f0.1"),
        (
            "Epoch 1 D(x): 0.9 D(G(z)): 0.4183 , 0.3502",
            "e1 r0.9 f0.4183",
        ),
        // Parts of the loss.
        (
            "Epoch 1 d_loss: 0.94 g_loss: 4.2 D real: 0.73, D fake: 0.21",
            "e1 g4.2 d0.94",
        ),
        (
            "Epoch 1 d_loss: 0.47 g_loss: 4.2 D real: 0.73, D fake: 0.21",
            "e1 g4.2 d0.47",
        ),
        (
            "Epoch 1 d_loss: 1.9 g_loss: 4.2 D_real: 0.73, D_fake: 0.21, gp: 0.1",
            "e1 g4.2 d1.9",
        ),
        (
            "Epoch 1 d_loss: -2.5 g_loss: 4.2 D_real: 3.1, D_fake: 0.6",
            "e1 g4.2 d-2.5",
        ),
    ]);
}

#[test]
fn the_adversarial_network_holds_the_generator() {
    each(&[
        (
            "3: [D loss: 0.7, acc: 0.5]  [A loss: 1.2, acc: 0.1]",
            "s3 g1.2 d0.7",
        ),
        (
            "3: [D loss: 0.7] [G loss: 0.4] [A loss: 1.2]",
            "s3 g0.4 d0.7",
        ),
    ]);
}

#[test]
fn networks_in_other_languages() {
    each(&[
        ("Epoch 1 Pérdida del generador: 0.5", "e1 g0.5"),
        ("Epoch 1 生成器損失: 0.5 識別器損失: 0.6", "e1 g0.5 d0.6"),
        ("Epoch 1 생성자 손실: 0.5, 판별자 손실: 0.6", "e1 g0.5 d0.6"),
    ]);
}

#[test]
fn networks_in_objects_of_metrics() {
    each(&[
        (
            r#"{"step":100,"metrics":{"G":{"loss":0.51},"D":{"loss":0.61}}}"#,
            "s100 g0.51 d0.61",
        ),
        (r#"{"epoch":3,"epochs":50,"g_loss":0.5}"#, "e3/50 g0.5"),
    ]);
}
