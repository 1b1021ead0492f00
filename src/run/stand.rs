//! How the two networks stand to each other, in a sentence that is true of the last reports.

use super::{LOSSES, Point, SeriesSet};
use crate::event::TrainingUpdate;

/// Reports that are looked at, of each metric: the last fifth, between these bounds. With fewer than the least nothing is
/// said, and only so many of the most tell that a training stands still.
const LEAST: usize = 10;
const LAST: usize = 50;

/// Mean scores beyond these on either side: the discriminator tells nearly all samples apart. What the generator learns
/// from vanishes then (Arjovsky and Bottou, *Towards Principled Methods for Training GANs*, 2017).
const SURE: (f64, f64) = (0.1, 0.9);

/// Mean scores as near to each other as this are told apart by nobody. Where the generator's samples are those of the
/// data, the best discriminator gives both ½ (Goodfellow et al., *Generative Adversarial Nets*, 2014).
const ALIKE: f64 = 0.05;

/// Discriminator's losses that are so many times the generator's count as balanced. At the equilibrium of the cross-entropy
/// losses of Goodfellow et al. it is 2 where the discriminator's two parts are summed, and 1 where they are averaged: within a
/// factor of 2 of either. A rule of thumb, as the two before: what matters is whether it stays so.
pub const BALANCED: (f64, f64) = (0.5, 4.0);

/// From here on it does not matter how many times one loss is the other.
const MANY: f64 = 100.0;

/// What the last reports say of the two networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// One sentence for people.
    pub words: String,
    /// Whether there is something to be done about it, if it stays so.
    pub alarms: bool,
}

/// How the networks of a run stand to each other by its losses and, where they are probabilities, by its scores. It
/// cannot say whether the generator makes always the same: neither tells that.
pub fn stand(series: &SeriesSet) -> Stand {
    let last = |name| {
        let series = series.0.get(name);
        series.map_or(&[][..], |series| series.last(lately(series.reported)))
    };
    let [generator, discriminator, real, fake] = TrainingUpdate::METRICS.map(last);
    let ends_broken =
        |points: &[Point]| points.last().is_some_and(|last| !last.value.0.is_finite());
    if ends_broken(generator) || ends_broken(discriminator) {
        return alarm("A loss is no longer a number: the training has diverged.".into());
    }
    let still = |name: &str| {
        let points = series
            .0
            .get(name)
            .map_or(&[][..], |series| series.last(LAST));
        points.len() == LAST && points.iter().all(|point| point.value == points[0].value)
    };
    if LOSSES.into_iter().all(still) {
        return alarm(format!(
            "Neither loss has changed over the last {LAST} reports: the training may stand still."
        ));
    }
    let scores = mean(real).zip(mean(fake));
    let losses = mean(generator).zip(mean(discriminator));
    let is_negative = |points: &[Point]| points.iter().any(|it| it.value.0 < 0.0);
    let is_score =
        |points: &[Point]| !is_negative(points) && !points.iter().any(|it| it.value.0 > 1.0);
    match (scores, losses) {
        (Some((real_mean, fake_mean)), _) if is_score(real) && is_score(fake) => {
            by_scores(real_mean, fake_mean)
        }
        (_, Some(losses)) if !is_negative(generator) && !is_negative(discriminator) => {
            by_losses(losses)
        }
        (None, None) => calm("Too few reports yet to say how the two networks stand.".into()),
        _ => calm(
            "Losses below zero or scores beyond 1, as those of a Wasserstein GAN, do not tell which network is ahead."
                .into(),
        ),
    }
}

/// How many of so many reports are the last ones.
fn lately(reported: u64) -> usize {
    usize::try_from(reported / 5)
        .unwrap_or(LAST)
        .clamp(LEAST, LAST)
}

fn by_scores(real: f64, fake: f64) -> Stand {
    let means = format!("D(x) {real:.2}, D(G(z)) {fake:.2} lately");
    if real >= SURE.1 && fake <= SURE.0 {
        alarm(format!(
            "{means}: the discriminator is sure of nearly all samples, and the generator learns little."
        ))
    } else if fake > real + ALIKE {
        alarm(format!(
            "{means}: the discriminator takes synthetic samples for real rather than real ones."
        ))
    } else if (real - fake).abs() <= ALIKE {
        calm(format!(
            "{means}: the discriminator does not tell real from synthetic, as at the equilibrium or before it has learnt."
        ))
    } else {
        calm(format!(
            "{means}: the discriminator tells some samples apart, and the generator can learn from it."
        ))
    }
}

fn by_losses((generator, discriminator): (f64, f64)) -> Stand {
    if generator == 0.0 && discriminator == 0.0 {
        return calm(
            "Both losses are zero lately: neither network has anything left to learn from.".into(),
        );
    }
    let ratio = discriminator / generator;
    let times = |ratio: f64| match ratio <= MANY {
        true => format!("{ratio:.1} times"),
        false => format!("more than {MANY} times"),
    };
    let (ahead, other, by) = if ratio > BALANCED.1 {
        ("generator", "discriminator", times(ratio))
    } else if ratio < BALANCED.0 {
        ("discriminator", "generator", times(1.0 / ratio))
    } else {
        return calm(format!(
            "The discriminator's loss is {ratio:.1} times the generator's lately: neither network is far ahead."
        ));
    };
    calm(format!(
        "The {other}'s loss is {by} the {ahead}'s lately: the {ahead} is ahead."
    ))
}

fn calm(words: String) -> Stand {
    Stand {
        words,
        alarms: false,
    }
}

fn alarm(words: String) -> Stand {
    Stand {
        words,
        alarms: true,
    }
}

/// The mean of what is a number, where that is enough.
fn mean(points: &[Point]) -> Option<f64> {
    let finite = points.iter().map(|point| point.value.0);
    let finite: Vec<f64> = finite.filter(|value| value.is_finite()).collect();
    // Each by its part, since the sum of large losses is no number.
    let count = finite.len() as f64;
    (finite.len() >= LEAST).then(|| finite.iter().map(|value| value / count).sum())
}

#[cfg(test)]
mod tests;
