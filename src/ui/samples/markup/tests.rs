//! What the markup holds, and that no text of a file becomes markup.

use super::*;

fn column(name: &str, kind: ColumnKind, labels: &[&str]) -> ColumnView {
    let counts = Counts {
        bins: (1..=labels.len() as u64).collect(),
        above: 2,
        ..Counts::default()
    };
    ColumnView {
        name: name.into(),
        kind,
        edges: (0..=labels.len()).map(|edge| edge as f64).collect(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        real: Some(counts.clone()),
        synthetic: counts,
        overlap: Some(0.5),
    }
}

#[test]
fn no_text_of_a_file_becomes_markup() {
    let evil = "<img src=x onerror=alert(1)>\"'";
    let all = [
        columns(&[
            column(evil, ColumnKind::Number, &[evil]),
            column(evil, ColumnKind::Category, &[evil]),
        ]),
        matrix(evil, &[evil.to_owned()], &[Some(1.0)], 1.0),
        scatter(&Scatter {
            x: evil.into(),
            y: evil.into(),
            x_range: (0.0, 1.0),
            y_range: (0.0, 1.0),
            x_ends: (evil.into(), evil.into()),
            y_ends: (evil.into(), evil.into()),
            real: Vec::new(),
            synthetic: Vec::new(),
            outside: 0,
        }),
    ];
    for markup in all {
        assert!(
            !markup.contains("<img") && !markup.contains("\"'"),
            "{markup}"
        );
        assert!(markup.contains("&lt;img"), "{markup}");
    }
}

#[test]
fn a_histogram_says_its_ends_its_shares_and_what_lies_outside() {
    let markup = columns(&[column("x", ColumnKind::Number, &["-1 to 0", "0 to 1.5"])]);
    assert!(
        markup.contains("<span>-1</span><span>1.5</span>"),
        "{markup}"
    );
    assert!(
        markup.contains("-1 to 0: real 20.0 %, synthetic 20.0 %"),
        "{markup}"
    );
    assert!(
        markup.contains("Synthetic, of 5: 2 above the real range"),
        "{markup}"
    );
    assert!(markup.contains("50.0 % alike"), "{markup}");
}

#[test]
fn points_lie_inside_of_the_frame_and_others_are_said() {
    let markup = scatter(&Scatter {
        x: "a".into(),
        y: "b".into(),
        x_range: (0.0, 10.0),
        y_range: (0.0, 1.0),
        x_ends: ("0".into(), "10".into()),
        y_ends: ("0".into(), "1".into()),
        real: vec![(0.0, 0.0), (10.0, 1.0)],
        synthetic: vec![(11.0, 0.5)],
        outside: 1,
    });
    assert!(
        markup.contains("d=\"M6.0 314.0h0M314.0 6.0h0\""),
        "{markup}"
    );
    assert!(
        markup.contains("1 of the synthetic points lie outside"),
        "{markup}"
    );
}

#[test]
fn absent_correlations_stay_absent() {
    let names = ["a".to_owned(), "b".to_owned()];
    let markup = matrix(
        "m",
        &names,
        &[Some(1.0), None, Some(-0.5), Some(-0.001)],
        1.0,
    );
    assert!(markup.contains("–") && markup.contains("−0.50"), "{markup}");
    assert!(markup.contains("style=\"--tint:0%\">0.00"), "{markup}");
}
