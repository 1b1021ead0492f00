//! The Adam optimiser.

use super::{Matrix, Real};

/// Decay of the first moment; 0.5 rather than 0.9 for adversarial training, as in DCGAN
/// (Radford et al. 2016, <https://arxiv.org/abs/1511.06434>).
const BETA_1: f64 = 0.5;
/// Decay of the second moment.
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Adam (Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>) over a fixed list of parameters.
#[derive(Clone, Debug)]
pub struct Adam<T> {
    pub first_moments: Vec<Matrix<T>>,
    pub second_moments: Vec<Matrix<T>>,
    /// Updates made so far.
    pub updates: u64,
}

impl<T: Real> Adam<T> {
    /// An optimiser for parameters of the given shapes, in that order.
    pub fn new<'a>(parameters: impl Iterator<Item = &'a Matrix<T>>) -> Self {
        let first_moments: Vec<_> = parameters
            .map(|matrix| Matrix::zeros(matrix.rows(), matrix.columns()))
            .collect();
        Self {
            second_moments: first_moments.clone(),
            first_moments,
            updates: 0,
        }
    }

    /// Moves every parameter, given in the order of [`new`](Self::new) with its gradient, one step downhill.
    pub fn update<'a>(
        &mut self,
        parameters: impl Iterator<Item = (&'a mut Matrix<T>, &'a Matrix<T>)>,
        learning_rate: f64,
    ) {
        self.updates += 1;
        let updates = self.updates as f64;
        let correction = (1.0 - BETA_2.powf(updates)).sqrt();
        let rate = T::from_f64(learning_rate * correction / (1.0 - BETA_1.powf(updates)));
        let epsilon = T::from_f64(EPSILON * correction);
        let (keep_1, keep_2) = (T::from_f64(BETA_1), T::from_f64(BETA_2));
        let (add_1, add_2) = (T::one() - keep_1, T::one() - keep_2);
        let moments = self.first_moments.iter_mut().zip(&mut self.second_moments);
        for ((parameter, gradient), (first, second)) in parameters.zip(moments) {
            let values = parameter.values_mut().iter_mut().zip(gradient.values());
            let moments = first.values_mut().iter_mut().zip(second.values_mut());
            for ((value, &slope), (first, second)) in values.zip(moments) {
                *first = keep_1 * *first + add_1 * slope;
                *second = keep_2 * *second + add_2 * slope * slope;
                *value -= rate * *first / (second.sqrt() + epsilon);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(values: &[f64]) -> Matrix<f64> {
        Matrix::from_values(1, values.len(), values.to_vec()).unwrap()
    }

    #[test]
    fn first_step_has_the_length_of_the_learning_rate_whatever_the_slope() {
        let mut parameter = matrix(&[1.0, 1.0, 1.0]);
        let mut adam = Adam::new([&parameter].into_iter());
        adam.update(
            [(&mut parameter, &matrix(&[1e-3, -40.0, 0.0]))].into_iter(),
            0.1,
        );
        for (value, expected) in parameter.values().iter().zip([0.9, 1.1, 1.0]) {
            assert!((value - expected).abs() < 1e-5, "{value} is not {expected}");
        }
    }

    #[test]
    fn a_quadratic_is_minimised() {
        let mut parameter = matrix(&[3.0, -2.0]);
        let mut adam = Adam::new([&parameter].into_iter());
        for _ in 0..2000 {
            let gradient = matrix(&[
                2.0 * (parameter.values()[0] - 1.0),
                20.0 * parameter.values()[1],
            ]);
            adam.update([(&mut parameter, &gradient)].into_iter(), 0.01);
        }
        assert!((parameter.values()[0] - 1.0).abs() < 1e-3 && parameter.values()[1].abs() < 1e-3);
    }
}
