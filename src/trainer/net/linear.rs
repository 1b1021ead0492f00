//! A fully connected layer.

use rand::Rng;

use super::{Matrix, Real};

/// The affine map `x · weight + bias` with the gradients of its parameters.
#[derive(Clone, Debug)]
pub struct Linear<T> {
    /// inputs × outputs.
    pub weight: Matrix<T>,
    /// 1 × outputs.
    pub bias: Matrix<T>,
    pub weight_gradient: Matrix<T>,
    pub bias_gradient: Matrix<T>,
}

impl<T: Real> Linear<T> {
    /// A layer whose weights are uniform within ±√(6 / inputs) (He et al. 2015, "Delving Deep into Rectifiers",
    /// <https://arxiv.org/abs/1502.01852>) and whose biases are zero.
    pub fn new(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Self {
        let bound = (6.0 / inputs as f64).sqrt();
        let mut layer = Self {
            weight: Matrix::zeros(inputs, outputs),
            bias: Matrix::zeros(1, outputs),
            weight_gradient: Matrix::zeros(inputs, outputs),
            bias_gradient: Matrix::zeros(1, outputs),
        };
        for weight in layer.weight.values_mut() {
            *weight = T::from_f64(rng.random_range(-bound..bound));
        }
        layer
    }

    /// The layer's output, batch × outputs, for a batch × inputs matrix.
    pub fn forward(&self, input: &Matrix<T>) -> Matrix<T> {
        let mut output = Matrix::zeros(input.rows(), self.weight.columns());
        for row in 0..output.rows() {
            output.row_mut(row).copy_from_slice(self.bias.values());
        }
        output.add_product(input.plain(), self.weight.plain());
        output
    }

    /// Replaces the parameters' gradients by those of the batch `input`, given the loss's gradient by the output.
    pub fn parameter_gradients(&mut self, input: &Matrix<T>, gradient: &Matrix<T>) {
        self.weight_gradient.values_mut().fill(T::zero());
        self.weight_gradient
            .add_product(input.transposed(), gradient.plain());
        let bias_gradient = self.bias_gradient.values_mut();
        bias_gradient.fill(T::zero());
        for row in 0..gradient.rows() {
            for (sum, &value) in bias_gradient.iter_mut().zip(gradient.row(row)) {
                *sum += value;
            }
        }
    }

    /// The loss's gradient by the layer's input, given that by its output.
    pub fn input_gradient(&self, gradient: &Matrix<T>) -> Matrix<T> {
        let mut result = Matrix::zeros(gradient.rows(), self.weight.rows());
        result.add_product(gradient.plain(), self.weight.transposed());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trainer::net::gradient_check::assert_gradients;
    use crate::trainer::random::{Purpose, stream};

    #[test]
    fn gradients_agree_with_finite_differences() {
        let rng = &mut stream(1, Purpose::Weights);
        let mut layer = Linear::<f64>::new(5, 3, rng);
        let input = Linear::new(4, 5, rng).weight;
        let slopes = Linear::new(4, 3, rng).weight;
        // A loss that weighs every output, so that its gradient by the output is `slopes`.
        let loss = |layer: &Linear<f64>, input: &Matrix<f64>| -> f64 {
            layer
                .forward(input)
                .values()
                .iter()
                .zip(slopes.values())
                .map(|(a, b)| a * b)
                .sum()
        };
        layer.parameter_gradients(&input, &slopes);
        let gradients = vec![
            layer.weight_gradient.clone(),
            layer.bias_gradient.clone(),
            layer.input_gradient(&slopes),
        ];
        assert_gradients(gradients, |tensor, index, delta| {
            let (mut layer, mut input) = (layer.clone(), input.clone());
            [&mut layer.weight, &mut layer.bias, &mut input][tensor].values_mut()[index] += delta;
            loss(&layer, &input)
        });
    }
}
