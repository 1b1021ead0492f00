//! A multilayer perceptron: linear layers with a leaky rectifier between them.

use rand::Rng;

use super::activation::{leaky_relu, leaky_relu_backward};
use super::linear::Linear;
use super::{Matrix, Real};

/// A stack of linear layers; the last one's output is the network's, without an activation.
#[derive(Clone, Debug)]
pub struct Mlp<T> {
    layers: Vec<Linear<T>>,
}

/// What a forward pass leaves for the backward pass: the input of every layer.
pub struct Trace<T> {
    inputs: Vec<Matrix<T>>,
}

impl<T: Real> Mlp<T> {
    /// A network with freshly drawn weights; `widths` lists the input's, every hidden layer's and the output's width.
    pub fn new(widths: &[usize], rng: &mut impl Rng) -> Self {
        Self {
            layers: widths
                .windows(2)
                .map(|pair| Linear::new(pair[0], pair[1], rng))
                .collect(),
        }
    }

    /// The output for a batch, and what a backward pass needs.
    pub fn forward(&self, input: Matrix<T>) -> (Matrix<T>, Trace<T>) {
        let mut inputs = Vec::with_capacity(self.layers.len());
        let mut current = input;
        for (index, layer) in self.layers.iter().enumerate() {
            let mut output = layer.forward(&current);
            if index + 1 < self.layers.len() {
                leaky_relu(&mut output);
            }
            inputs.push(current);
            current = output;
        }
        (current, Trace { inputs })
    }

    /// Replaces all parameter gradients by those of the traced batch, given the loss's gradient by the output.
    pub fn parameter_gradients(&mut self, trace: &Trace<T>, gradient: Matrix<T>) {
        let mut gradient = gradient;
        for (index, (layer, input)) in self.layers.iter_mut().zip(&trace.inputs).enumerate().rev() {
            layer.parameter_gradients(input, &gradient);
            if index > 0 {
                gradient = layer.input_gradient(&gradient);
                leaky_relu_backward(input, &mut gradient);
            }
        }
    }

    /// The loss's gradient by the traced batch itself, given that by the output; parameter gradients stay untouched.
    pub fn input_gradient(&self, trace: &Trace<T>, gradient: Matrix<T>) -> Matrix<T> {
        let mut gradient = gradient;
        for (index, (layer, input)) in self.layers.iter().zip(&trace.inputs).enumerate().rev() {
            gradient = layer.input_gradient(&gradient);
            if index > 0 {
                leaky_relu_backward(input, &mut gradient);
            }
        }
        gradient
    }

    /// Weight and bias of every layer, from the first to the last.
    pub fn parameters(&self) -> impl Iterator<Item = &Matrix<T>> {
        self.layers
            .iter()
            .flat_map(|layer| [&layer.weight, &layer.bias])
    }

    /// The parameters in the order of [`parameters`](Self::parameters), to be changed.
    pub fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Matrix<T>> {
        self.layers
            .iter_mut()
            .flat_map(|layer| [&mut layer.weight, &mut layer.bias])
    }

    /// The parameters in the order of [`parameters`](Self::parameters), each with its gradient.
    pub fn parameters_with_gradients(
        &mut self,
    ) -> impl Iterator<Item = (&mut Matrix<T>, &Matrix<T>)> {
        self.layers.iter_mut().flat_map(|layer| {
            [
                (&mut layer.weight, &layer.weight_gradient),
                (&mut layer.bias, &layer.bias_gradient),
            ]
        })
    }
}
