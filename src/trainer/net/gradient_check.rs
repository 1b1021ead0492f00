//! The comparison of computed gradients with finite differences, for tests.

use super::Matrix;

/// Half the distance of the two points of a difference.
const DELTA: f64 = 1e-6;

/// Asserts that `gradients` are those of `loss`, which is asked for its value with one number, the `index`-th of the
/// `tensor`-th matrix, moved by `delta`. Of large matrices, every so many numbers are checked.
pub fn assert_gradients(gradients: Vec<Matrix<f64>>, loss: impl Fn(usize, usize, f64) -> f64) {
    let mut checked = 0;
    for (tensor, gradient) in gradients.iter().enumerate() {
        let count = gradient.values().len();
        for index in (0..count).step_by(count.div_ceil(60)) {
            let numeric =
                (loss(tensor, index, DELTA) - loss(tensor, index, -DELTA)) / (2.0 * DELTA);
            let computed = gradient.values()[index];
            let tolerance = 1e-7 + 1e-5 * numeric.abs();
            assert!(
                (computed - numeric).abs() < tolerance,
                "gradient {index} of tensor {tensor} is {computed}, the difference quotient {numeric}"
            );
            checked += usize::from(numeric.abs() > 1e-6);
        }
    }
    assert!(checked > 0, "every gradient was zero, which proves nothing");
}
