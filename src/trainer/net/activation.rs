//! The activation between layers.

use super::{Matrix, Real};

/// Slope of the leaky rectifier below zero, as in DCGAN (Radford et al. 2016, <https://arxiv.org/abs/1511.06434>).
const LEAK: f64 = 0.2;

/// Applies the leaky rectifier to every value.
pub fn leaky_relu<T: Real>(values: &mut Matrix<T>) {
    let leak = T::from_f64(LEAK);
    for value in values.values_mut() {
        *value = value.max(leak * *value);
    }
}

/// Turns the gradient by the rectifier's output into that by its input. The output suffices to tell, since the
/// rectifier keeps signs.
pub fn leaky_relu_backward<T: Real>(output: &Matrix<T>, gradient: &mut Matrix<T>) {
    let leak = T::from_f64(LEAK);
    for (slot, &value) in gradient.values_mut().iter_mut().zip(output.values()) {
        *slot *= if value > T::zero() { T::one() } else { leak };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let at = |value: f64| {
            let mut values = Matrix::from_values(1, 1, vec![value]).unwrap();
            leaky_relu(&mut values);
            values
        };
        for value in [-2.0, -0.1, 0.3, 5.0] {
            let mut gradient = Matrix::from_values(1, 1, vec![1.0]).unwrap();
            leaky_relu_backward(&at(value), &mut gradient);
            let numeric = (at(value + 1e-6).values()[0] - at(value - 1e-6).values()[0]) / 2e-6;
            assert!((gradient.values()[0] - numeric).abs() < 1e-8);
        }
    }
}
