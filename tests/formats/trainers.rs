//! Made-up lines in the form of public trainers.

use super::*;

#[test]
fn the_embedded_trainer() {
    says(
        "Epoch 1/10 Generator Loss: 1.2345 Discriminator Loss: 0.8765 Real Scores: 0.8 Fake Scores: 0.2",
        json!({"epoch":1,"total_epochs":10,"generator_loss":1.2345,"discriminator_loss":0.8765,"real_score":0.8,"fake_score":0.2}),
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
