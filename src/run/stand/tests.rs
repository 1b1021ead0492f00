//! What is said of runs of every kind.

use super::*;
use crate::event::{TrainingUpdate, Value};
use proptest::prelude::*;

/// A run that reports so often what `report` says: losses of G and D, and scores of real and synthetic samples.
fn run(reports: u64, report: impl Fn(u64) -> [Option<f64>; 4]) -> Stand {
    let mut series = SeriesSet::default();
    for epoch in 1..=reports {
        let [generator_loss, discriminator_loss, real_scores, fake_scores] =
            report(epoch).map(|value| value.map(Value));
        let update = TrainingUpdate {
            epoch: Some(epoch),
            generator_loss,
            discriminator_loss,
            real_scores,
            fake_scores,
            ..TrainingUpdate::default()
        };
        series.push(&update, "2025-08-24T18:14:33Z");
    }
    stand(&series)
}

/// Losses that change a little, and these scores.
fn scored(real: f64, fake: f64) -> Stand {
    run(60, |epoch| {
        let loss = 0.7 + epoch as f64 / 1000.0;
        [Some(loss), Some(loss), Some(real), Some(fake)]
    })
}

#[test]
fn scores_tell_who_is_ahead() {
    let sure = scored(0.98, 0.03);
    assert!(
        sure.alarms && sure.words.contains("sure of nearly all"),
        "{sure:?}"
    );
    assert!(
        sure.words.starts_with("D(x) 0.98, D(G(z)) 0.03"),
        "{sure:?}"
    );
    let fooled = scored(0.3, 0.6);
    assert!(
        fooled.alarms && fooled.words.contains("takes synthetic"),
        "{fooled:?}"
    );
    let alike = scored(0.51, 0.49);
    assert!(
        !alike.alarms && alike.words.contains("not tell real from synthetic"),
        "{alike:?}"
    );
    let learning = scored(0.7, 0.3);
    assert!(
        !learning.alarms && learning.words.contains("tells some"),
        "{learning:?}"
    );
}

#[test]
fn only_the_last_reports_count() {
    let turned = run(200, |epoch| {
        let (real, fake) = if epoch <= 150 {
            (0.6, 0.4)
        } else {
            (0.99, 0.01)
        };
        [Some(epoch as f64), None, Some(real), Some(fake)]
    });
    assert!(turned.words.starts_with("D(x) 0.99"), "{turned:?}");
}

#[test]
fn losses_tell_it_where_there_are_no_scores() {
    let by = |generator: f64, discriminator: f64| {
        let run = run(60, |epoch| {
            let drift = 1.0 + epoch as f64 / 1e4;
            [
                Some(generator * drift),
                Some(discriminator * drift),
                None,
                None,
            ]
        });
        run.words
    };
    assert!(by(0.7, 0.7).contains("neither"));
    assert!(by(4.0, 0.1).contains("40.0 times"));
    assert!(by(4.0, 0.1).ends_with("the discriminator is ahead."));
    assert!(by(0.1, 1.0).ends_with("the generator is ahead."));
    assert!(by(4.0, 0.0).contains("more than 100 times"));
    assert!(by(-3.0, 1.0).contains("Wasserstein"));
}

#[test]
fn what_diverges_or_stands_still_goes_before_all() {
    let broken = run(60, |epoch| {
        let loss = if epoch == 60 { f64::NAN } else { 0.5 };
        [Some(loss), Some(0.5), Some(0.7), Some(0.3)]
    });
    assert!(
        broken.alarms && broken.words.contains("diverged"),
        "{broken:?}"
    );
    let still = run(60, |_| [Some(0.69), Some(0.69), Some(0.5), Some(0.5)]);
    assert!(
        still.alarms && still.words.contains("Neither loss"),
        "{still:?}"
    );
}

#[test]
fn a_critic_whose_scores_are_no_probabilities_is_not_judged_by_them() {
    let critic = run(60, |epoch| {
        [
            Some(epoch as f64),
            Some(-4.0 - epoch as f64),
            Some(35.0),
            Some(-12.0),
        ]
    });
    assert!(critic.words.contains("Wasserstein"), "{critic:?}");
}

#[test]
fn little_says_nothing() {
    let few = run(9, |_| [Some(0.1), Some(9.0), Some(0.99), Some(0.01)]);
    assert!(!few.alarms && few.words.starts_with("Too few"), "{few:?}");
}

proptest! {
    /// Whatever is reported, a sentence is said of it.
    #[test]
    fn any_run_has_a_sentence(
        values in prop::collection::vec(prop::array::uniform4(prop::option::of(any::<f64>())), 0..80),
    ) {
        let said = run(values.len() as u64, |epoch| values[epoch as usize - 1]);
        prop_assert!(said.words.ends_with('.') && said.words.len() < 140);
    }
}
