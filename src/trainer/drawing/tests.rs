//! Drawn rows: their shares, their relations, and that they repeat.

use super::*;
use crate::trainer::data::{self, Column, Number, Spelling, Table};
use crate::trainer::encoding::Encoded;
use crate::trainer::gan::Players;
use crate::trainer::random::{Purpose, stream};

/// An untrained generator, and an encoding of a category that a number depends on.
fn untrained() -> (Gan<f32>, Encoding) {
    let rows = 400;
    let numbers = (0..rows).map(|row| f64::from(row % 4) * 100.0 + f64::from(row * 37 % 90));
    let columns = vec![
        data::Cells::Texts {
            codes: (0..rows).map(|row| (row % 4) as u32).collect(),
            texts: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        },
        data::Cells::Numbers {
            cells: numbers.map(Number::Value).collect(),
            markers: Vec::new(),
            spelling: Spelling::Decimal {
                precision: 0,
                decimals: 0,
                comma: false,
            },
        },
    ];
    let columns = columns.into_iter().map(|cells| Column {
        told: false,
        name: String::new(),
        cells,
    });
    let table = Table {
        columns: columns.collect(),
        rows: rows as usize,
        separator: b',',
    };
    let Encoded { encoding, .. } = Encoding::fit(table, 1).unwrap();
    let widths = Players {
        generator: 32,
        discriminator: 32,
    };
    let gan = Gan::new(
        encoding.blocks(),
        1,
        widths,
        &mut stream(0, Purpose::Weights),
    );
    (gan, encoding)
}

#[test]
fn drawn_rows_have_the_shares_of_the_data() {
    let (gan, encoding) = untrained();
    let drawn = draw(&gan, &encoding, 400, &mut stream(0, Purpose::Rows(0)));
    for choice in 0..4 {
        let count = drawn[0]
            .choices
            .iter()
            .filter(|drawn| **drawn == choice)
            .count();
        assert!(
            (60..=140).contains(&count),
            "choice {choice} has {count} of 400 rows"
        );
    }
    let mut numbers = drawn[1].numbers.clone();
    numbers.sort_by(f64::total_cmp);
    assert!(
        (numbers[200] - 195.0).abs() < 40.0,
        "the median is {}",
        numbers[200]
    );
    assert!(numbers[0] >= 0.0 && numbers[399] <= 389.0);
}

#[test]
fn what_depends_on_each_other_is_drawn_so_where_the_generator_can() {
    let (gan, encoding) = untrained();
    assert_eq!(encoding.joints().len(), 1);
    let drawn = draw(&gan, &encoding, 400, &mut stream(0, Purpose::Rows(0)));
    let pairs = drawn[0].choices.iter().zip(&drawn[1].numbers);
    let fits = pairs
        .filter(|(choice, number)| (**number / 100.0) as u16 == **choice)
        .count();
    // A quarter would, if the two had nothing to do with each other.
    assert!(fits > 200, "{fits} of 400 rows fit");
}

#[test]
fn a_draw_repeats_with_its_random_numbers() {
    let (gan, encoding) = untrained();
    let draw = |chunk| draw(&gan, &encoding, 50, &mut stream(3, Purpose::Rows(chunk)));
    assert_eq!(draw(0), draw(0));
    assert_ne!(draw(0), draw(1));
}
