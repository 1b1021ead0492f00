//! How fast lines are understood on one core, and what a line without an end costs.
//!
//! The text is made here: the layouts of many trainers in turn, with what other programs
//! print between them. Figures of one machine say little; the ratio says more.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A bench stops where it cannot measure.

#[path = "report/mod.rs"]
mod report;

use std::hint::black_box;
use std::time::Instant;

use nashboard::reader::{Lines, Reader};
use report::{Table, figure};

/// Lines that are read in one round.
const LINES: usize = 20_000;
/// Rounds, of which the fastest counts: the others were disturbed.
const ROUNDS: usize = 15;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let mut table = Table::new("reader", &["what", "figure"]);
    let mut report = |what: &str, value: f64, unit: &str| {
        table.row(vec![what.to_owned(), format!("{} {unit}", figure(value))]);
    };
    let text = mixed();
    let bytes = text.len();
    let lines = fastest(|| {
        let (mut lines, mut reader, mut stated) = (Lines::default(), Reader::default(), 0);
        for line in text.split(|byte| *byte == b'\n') {
            lines.push(line, true, |line| {
                let reading = reader.read(&line.text, None);
                stated += reading.found.len();
                reader.place(reading.update);
            });
        }
        black_box(stated);
    });
    report("lines read", LINES as f64 / lines, "lines/s");
    report("text read", bytes as f64 / lines / 1e6, "MB/s");
    for (name, unit) in [
        ("words", "lorem ipsum, "),
        ("numbers", "12 345 "),
        ("marks", "[(:="),
    ] {
        let read = |length: usize| {
            let line = unit.repeat(length / unit.len());
            fastest(|| {
                black_box(Reader::default().read(&line, None));
            })
        };
        let ratio = read(1_000_000) / (2.0 * read(500_000));
        report(&format!("1 MB of {name} to twice 0.5 MB"), ratio, "times");
    }
    table.finish();
}

/// Seconds of the fastest round.
fn fastest(mut round: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            round();
            begun.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min)
}

/// The text of many trainers and of other programs, a line each in turn.
fn mixed() -> Vec<u8> {
    let mut text = Vec::new();
    for n in 0..LINES {
        let (epoch, step) = (n / 900, n % 900);
        let (g, d) = (0.7 + (n % 89) as f64 / 97.0, 1.3 - (n % 71) as f64 / 83.0);
        let line = match n % 20 {
            0 => format!("Epoch {epoch}/300 Generator Loss: {g:.4} Discriminator Loss: {d:.4} Real Scores: 0.5312 Fake Scores: 0.4710"),
            1 => format!("[{epoch}/25][{step}/900] Loss_D: {d:.4} Loss_G: {g:.4} D(x): 0.6132 D(G(z)): 0.2211 / 0.1987"),
            2 => format!("[Epoch {epoch}/200] [Batch {step}/900] [D loss: {d:.6}] [G loss: {g:.6}]"),
            3 => format!("{}%|████      | {step}/900 [00:{:02}<01:10,  9.12it/s, d_loss={d:.3}, g_loss={g:.3}]", step / 9, n % 60),
            4 => format!("(epoch: {epoch}, iters: {step}, time: 0.353, data: 0.012) D_A: {d:.3} G_A: {g:.3} cycle_A: 1.204 idt_A: 0.611"),
            5 => format!("2025-08-24 18:14:{:02},123 INFO: [epoch: {epoch:3}, iter: {step:7}, lr:(1.000e-04,)] l_g_pix: 1.52e-01 l_g_gan: 2.51e-01 l_d_real: 5.0e-01", n % 60),
            6 => format!("{{\"epoch\": {epoch}, \"step\": {step}, \"g_loss\": {g:.5}, \"d_loss\": {d:.5}, \"lr\": 0.0002}}"),
            7 => format!("tick {epoch:<5} kimg {step:<8}.1 time 1m 09s  sec/tick 69.4    sec/kimg 17.25   maintenance 0.1    gpumem 9.50"),
            8 => format!("{step}/900 - 12s - loss: {d:.4} - g_loss: {g:.4} - d_loss: {d:.4} - 13ms/step"),
            9 => format!("I0824 18:14:33.{:06} 139 train.py:88] step = {step}, g_loss = {g:.5}, d_loss = {d:.5}", n),
            10 => format!("{{'loss': {d:.4}, 'grad_norm': 1.2039, 'learning_rate': 1.5e-05, 'epoch': {epoch}.31}}"),
            11 => format!("| {epoch:5} | {step:5} | {g:.4} | {d:.4} |"),
            12 => format!("step={step} epoch={epoch} train/gen_loss={g:.4} train/disc_loss={d:.4} gp=0.0912"),
            13 => format!("Saving checkpoint to runs/gan/epoch_{epoch}_step_{step}.pt"),
            14 => format!("192.168.0.{} - - [24/Aug/2025:18:14:33 +0000] \"GET /api/step/{step} HTTP/1.1\" 200 {n}", n % 250),
            15 => "  warnings.warn(\"the parameter 'pretrained' is deprecated, use 'weights' instead\")".to_owned(),
            16 => format!("2025-08-24 18:{:02}:11,101.25,101.75,{}.5,100.75,{n}", n % 60, 100 + n % 7),
            17 => "Using device: cuda, mixed precision, channels last".to_owned(),
            18 => format!("Validation: g_loss {g:.4}, d_loss {d:.4} (epoch {epoch})"),
            _ => String::new(),
        };
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    text.pop();
    text
}
