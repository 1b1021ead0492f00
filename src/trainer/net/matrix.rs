//! A dense row-major matrix and its product.

use super::Real;

/// `rows` × `columns` numbers, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T> {
    rows: usize,
    columns: usize,
    values: Vec<T>,
}

/// A matrix as an operand: as it lies in memory, or transposed without being copied.
#[derive(Clone, Copy)]
pub struct Operand<'a, T> {
    rows: usize,
    columns: usize,
    row_stride: isize,
    column_stride: isize,
    values: &'a [T],
}

impl<T: Real> Matrix<T> {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            values: vec![T::zero(); rows * columns],
        }
    }

    /// Takes `values`, row after row; `None` unless there are `rows * columns` of them.
    pub fn from_values(rows: usize, columns: usize, values: Vec<T>) -> Option<Self> {
        (rows.checked_mul(columns) == Some(values.len())).then_some(Self {
            rows,
            columns,
            values,
        })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn values(&self) -> &[T] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    pub fn row(&self, row: usize) -> &[T] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        &mut self.values[row * self.columns..(row + 1) * self.columns]
    }

    /// The same numbers with `pack` consecutive rows side by side in each row; `pack` divides the number of rows.
    pub fn packed(self, pack: usize) -> Self {
        assert_eq!(self.rows % pack, 0, "the pack size divides the rows");
        Self {
            rows: self.rows / pack,
            columns: self.columns * pack,
            values: self.values,
        }
    }

    /// The reverse of [`packed`](Self::packed).
    pub fn unpacked(self, pack: usize) -> Self {
        assert_eq!(self.columns % pack, 0, "the pack size divides the columns");
        Self {
            rows: self.rows * pack,
            columns: self.columns / pack,
            values: self.values,
        }
    }

    /// This matrix with the rows of `below` after its own; both are equally wide.
    pub fn stacked(&self, below: &Self) -> Self {
        assert_eq!(
            self.columns, below.columns,
            "stacked matrices are equally wide"
        );
        let values = [self.values.as_slice(), below.values.as_slice()].concat();
        Self {
            rows: self.rows + below.rows,
            columns: self.columns,
            values,
        }
    }

    /// This matrix as an operand.
    pub fn plain(&self) -> Operand<'_, T> {
        Operand {
            rows: self.rows,
            columns: self.columns,
            row_stride: self.columns as isize,
            column_stride: 1,
            values: &self.values,
        }
    }

    /// The transpose of this matrix as an operand.
    pub fn transposed(&self) -> Operand<'_, T> {
        Operand {
            rows: self.columns,
            columns: self.rows,
            row_stride: 1,
            column_stride: self.columns as isize,
            values: &self.values,
        }
    }

    /// Adds the product `left · right` to this matrix; the shapes must fit.
    #[allow(unsafe_code)]
    pub fn add_product(&mut self, left: Operand<'_, T>, right: Operand<'_, T>) {
        assert_eq!(
            (self.rows, self.columns),
            (left.rows, right.columns),
            "the product has the result's shape"
        );
        assert_eq!(
            left.columns, right.rows,
            "the inner sizes of a product agree"
        );
        // SAFETY: gemm reads `left` at r * row_stride + c * column_stride for every r < rows and c < columns, `right`
        // likewise, and reads and writes `self` at r * columns + c. Operands are made by `plain` and `transposed`
        // only, from a matrix whose `values` hold exactly rows * columns numbers (every constructor sees to that and
        // the fields are private), with strides under which these indices run over 0..rows * columns. The two
        // assertions make the sizes passed here those of all three matrices. `self` is borrowed mutably, so that the
        // operands cannot overlap it. `T` is `f32` or `f64`, which gemm supports.
        unsafe {
            gemm::gemm(
                self.rows,
                self.columns,
                left.columns,
                self.values.as_mut_ptr(),
                1,
                self.columns as isize,
                true,
                left.values.as_ptr(),
                left.column_stride,
                left.row_stride,
                right.values.as_ptr(),
                right.column_stride,
                right.row_stride,
                T::one(),
                T::one(),
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(rows: usize, columns: usize) -> impl Strategy<Value = Matrix<f64>> {
        prop::collection::vec(-3.0..3.0, rows * columns)
            .prop_map(move |values| Matrix::from_values(rows, columns, values).unwrap())
    }

    fn flipped(matrix: &Matrix<f64>) -> Matrix<f64> {
        let mut result = Matrix::zeros(matrix.columns, matrix.rows);
        for row in 0..matrix.rows {
            for column in 0..matrix.columns {
                result.row_mut(column)[row] = matrix.row(row)[column];
            }
        }
        result
    }

    proptest! {
        #[test]
        fn product_is_the_sum_over_the_inner_index(
            (left, right, start) in (0usize..9, 0usize..9, 0usize..9)
                .prop_flat_map(|(m, k, n)| (numbers(m, k), numbers(k, n), numbers(m, n)))
        ) {
            let mut plain = start.clone();
            plain.add_product(left.plain(), right.plain());
            for row in 0..start.rows {
                for column in 0..start.columns {
                    let inner: f64 = (0..left.columns).map(|i| left.row(row)[i] * right.row(i)[column]).sum();
                    prop_assert!((plain.row(row)[column] - start.row(row)[column] - inner).abs() < 1e-12);
                }
            }
            let mut transposed = start.clone();
            transposed.add_product(flipped(&left).transposed(), flipped(&right).transposed());
            for (a, b) in plain.values.iter().zip(&transposed.values) {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn packing_lays_rows_side_by_side() {
        let matrix = Matrix::from_values(4, 2, (0..8).map(f64::from).collect()).unwrap();
        let packed = matrix.clone().packed(2);
        assert_eq!((packed.rows(), packed.columns()), (2, 4));
        assert_eq!(packed.row(1), [4.0, 5.0, 6.0, 7.0]);
        assert_eq!(packed.unpacked(2), matrix);
    }

    #[test]
    #[should_panic(expected = "inner sizes")]
    fn product_of_misfitting_shapes_is_refused() {
        let mut result = Matrix::<f64>::zeros(2, 2);
        result.add_product(Matrix::zeros(2, 3).plain(), Matrix::zeros(4, 2).plain());
    }
}
