//! What programs print that train nothing.

use super::*;

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
fn commands_recipes_and_code() {
    silent(&[
        "+ python3 main.py --epoch 200 --step 10",
        "$ python train.py --epoch 200",
        "user@host:~/gan$ python train.py --epoch 200",
        "python train.py epoch=200 g_loss=0.5",
        "Command line: train.py --epoch=200 --g_loss=0.5",
        "usage: train.py [-h] [--epoch 200] [--step 5]",
        "export EPOCH=200",
        "Step 1/9 : FROM ubuntu:22.04",
        "#8 [4/9] RUN pip install -r requirements.txt",
        "docker: step 3/20 done",
        "step 2 of 5: generating 3.5 GB of data",
        "ERROR: step 5 of pipeline failed with exit code 1",
        "step.c:12:5: error: expected ';' before 'epoch' (g_loss = 0.5)",
        "SELECT epoch, g_loss FROM runs WHERE epoch = 3",
        "CREATE TABLE runs (epoch INT, g_loss REAL DEFAULT 0.5);",
        "const epoch = 3;",
        "// step 3/20",
        ">>> epoch 3",
        "+    epoch: 300",
        "@@ -12,5 +12,6 @@ step 3",
        "chapter 3 step 2",
        "wandb: Syncing run epoch-200",
        "- epoch 3 of the data: 12 files",
    ]);
}
