//! Two small tables beside each other.

#![allow(clippy::unwrap_used)]

use super::*;
use std::io::Write;

fn table(content: &str) -> Table {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    Table::read(file.path()).unwrap()
}

const REAL: &str = "n,t,k,only\n0,2020-01-01,a,1\n10,2020-01-02,b,2\n5,2020-01-03,a,3\n";

#[test]
fn both_sides_are_counted_in_the_bins_of_the_real_one() {
    let (real, synthetic) = (
        table(REAL),
        table("t,n,k,strange\n2020-01-01,0,a,1\nsoon,12,c,1\n2019-12-31,-3,,1\n"),
    );
    let found = likeness(Some(&real), &synthetic, &Axes::default()).unwrap();
    let names: Vec<&str> = found.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["t", "n", "k"]);
    let [time, number, word] = &found.columns[..] else {
        panic!("{names:?}");
    };
    assert_eq!(time.kind, ColumnKind::Time);
    let counts = &time.synthetic;
    assert_eq!((counts.bins[0], counts.below, counts.other), (1, 1, 1));
    assert_eq!(number.edges.first(), Some(&-0.5));
    assert_eq!(number.labels.len(), 11);
    let counts = &number.synthetic;
    assert_eq!((counts.bins[0], counts.below, counts.above), (1, 1, 1));
    assert_eq!(word.labels, ["a", "b"]);
    assert_eq!(word.real.as_ref().unwrap().bins, [2, 1]);
    assert_eq!((word.synthetic.other, word.synthetic.missing), (1, 1));
    // A third of the real values are 0, and of the others too.
    assert!((number.overlap.unwrap() - 1.0 / 3.0).abs() < 1e-12);
    let notes = found.notes.join(" ");
    assert!(
        notes.contains("“strange”") && notes.contains("“only”"),
        "{notes}"
    );
}

#[test]
fn the_bins_do_not_move_with_the_sample() {
    let real = table(REAL);
    let edges = |text: &str| {
        let found = likeness(Some(&real), &table(text), &Axes::default()).unwrap();
        found.columns[0].edges.clone()
    };
    assert_eq!(edges("n,k\n1,a\n"), edges("n,k\n-500,a\n500,b\n"));
}

#[test]
fn without_real_data_the_sample_stands_alone() {
    let found = likeness(None, &table("n,m\n1,2\n2,4\n3,7\n"), &Axes::default()).unwrap();
    assert_eq!(found.columns.len(), 2);
    assert!(
        found
            .columns
            .iter()
            .all(|c| c.real.is_none() && c.overlap.is_none())
    );
    let scatter = found.scatter.unwrap();
    assert_eq!((scatter.real.len(), scatter.synthetic.len()), (0, 3));
    assert_eq!(scatter.x_range, (1.0, 3.0));
}

#[test]
fn correlations_of_both_sides_stand_in_the_same_order() {
    let (real, synthetic) = (table("a,b\n1,1\n2,2\n3,3\n"), table("b,a\n3,1\n2,2\n1,3\n"));
    let found = likeness(Some(&real), &synthetic, &Axes::default()).unwrap();
    let correlations = found.correlations.unwrap();
    assert_eq!(correlations.columns, ["b", "a"]);
    assert!((correlations.real.unwrap()[1].unwrap() - 1.0).abs() < 1e-12);
    assert!((correlations.synthetic[1].unwrap() + 1.0).abs() < 1e-12);
}

#[test]
fn axes_are_chosen_by_name_and_points_outside_are_counted() {
    let (real, synthetic) = (table(REAL), table("n,k,only\n1,a,2\n99,b,2\n"));
    let axes = Axes {
        x: Some("only".into()),
        y: Some("n".into()),
    };
    let scatter = likeness(Some(&real), &synthetic, &axes)
        .unwrap()
        .scatter
        .unwrap();
    assert_eq!(scatter.synthetic, [(2.0, 1.0), (2.0, 99.0)]);
    assert_eq!((scatter.y_range, scatter.outside), ((0.0, 10.0), 1));
    for strange in ["k", "nothing"] {
        let axes = Axes {
            x: Some(strange.into()),
            y: None,
        };
        let error = likeness(Some(&real), &synthetic, &axes).err().unwrap();
        assert!(error.contains(strange), "{error}");
    }
}

#[test]
fn a_scatter_plot_has_a_bounded_number_of_points() {
    let rows: String = (0..9_000).map(|row| format!("{row},{row}\n")).collect();
    let found = likeness(None, &table(&format!("a,b\n{rows}")), &Axes::default()).unwrap();
    assert_eq!(found.scatter.unwrap().synthetic.len(), 1_800);
}
