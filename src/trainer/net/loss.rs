//! The logistic loss of both players, computed from logits.

use super::Real;

/// The mean cross entropy between the probabilities σ(logit) and one common `target` in 0..=1, written so that no
/// logit overflows; `gradient` receives its derivative by each logit.
///
/// With target 1 on generated rows it is the non-saturating generator loss of Goodfellow et al. 2014
/// (<https://arxiv.org/abs/1406.2661>).
pub fn cross_entropy<T: Real>(logits: &[T], target: f64, gradient: &mut [T]) -> f64 {
    let count = logits.len() as f64;
    let mut total = 0.0;
    for (slot, &logit) in gradient.iter_mut().zip(logits) {
        let logit = logit.as_f64();
        total += logit.max(0.0) - target * logit + (-logit.abs()).exp().ln_1p();
        *slot = T::from_f64((sigmoid(logit) - target) / count);
    }
    total / count
}

/// The mean probability σ(logit).
pub fn mean_probability<T: Real>(logits: &[T]) -> f64 {
    logits
        .iter()
        .map(|logit| sigmoid(logit.as_f64()))
        .sum::<f64>()
        / logits.len() as f64
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_the_binary_cross_entropy() {
        for target in [0.0, 0.9, 1.0] {
            for logit in [-3.0f64, -0.1, 0.0, 2.5] {
                let p = sigmoid(logit);
                let expected = -target * p.ln() - (1.0 - target) * (1.0 - p).ln();
                assert!((cross_entropy(&[logit], target, &mut [0.0]) - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let logits = [-2.0, 0.3, 1.7];
        for target in [0.0, 0.9, 1.0] {
            let mut gradient = [0.0; 3];
            cross_entropy(&logits, target, &mut gradient);
            for index in 0..3 {
                let at = |delta: f64| {
                    let mut moved = logits;
                    moved[index] += delta;
                    cross_entropy(&moved, target, &mut [0.0; 3])
                };
                let numeric = (at(1e-6) - at(-1e-6)) / 2e-6;
                assert!((gradient[index] - numeric).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn huge_logits_stay_finite() {
        let mut gradient = [0.0f32; 2];
        let loss = cross_entropy(&[1e4, -1e4], 1.0, &mut gradient);
        assert_eq!(loss, 5e3);
        assert_eq!(gradient, [0.0, -0.5]);
    }
}
