//! Pictures of a comparison as markup: one string costs the browser less code than a view of parts.
//!
//! Every text of a file goes through [`escaped`]; all else is numbers.

use std::fmt::Write;

use crate::run::{ColumnKind, ColumnView, Counts, Scatter, format};

/// Size of a histogram in its own units; the page stretches it.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 72.0;
/// Size of a scatter plot, and its margin, which keeps dots of the edge whole.
const SIDE: f64 = 320.0;
const MARGIN: f64 = 6.0;

/// `text` as it may stand in markup and in its attributes.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// All columns, each with its picture and the same in numbers.
pub fn columns(columns: &[ColumnView]) -> String {
    let mut out = String::new();
    for column in columns {
        let name = escaped(&column.name);
        let _ = write!(
            out,
            "<figure class=\"likeness\" data-testid=\"column\"><figcaption>\
             <span class=\"name\" title=\"{name}\">{name}</span>{}</figcaption>",
            column.overlap.map_or(String::new(), |overlap| format!(
                "<span class=\"muted\">{} alike</span>",
                percent(overlap)
            ))
        );
        match column.kind {
            ColumnKind::Category => categories(&mut out, column),
            _ => histogram(&mut out, column),
        }
        let _ = write!(out, "<p class=\"muted\">{}</p>", besides(column));
        twin(&mut out, column, &name);
        out.push_str("</figure>");
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The share of a bin, 0 where there is no value at all.
fn share(counts: &Counts, at: usize) -> f64 {
    let all = counts.values().max(1) as f64;
    counts.bins.get(at).map_or(0.0, |count| *count as f64 / all)
}

/// The real values as an area, the synthetic ones as a line over it.
fn histogram(out: &mut String, column: &ColumnView) {
    let bins = column.labels.len();
    if bins == 0 {
        out.push_str("<p class=\"muted\">No value to draw.</p>");
        return;
    }
    let sides = [column.real.as_ref(), Some(&column.synthetic)];
    let heights = sides.into_iter().flatten();
    let tallest = heights
        .flat_map(|counts| (0..bins).map(|at| share(counts, at)))
        .fold(1e-9, f64::max);
    let width = WIDTH / bins as f64;
    let outline = |counts: &Counts| {
        let mut path = format!("M0 {HEIGHT}");
        for at in 0..bins {
            let y = HEIGHT - (HEIGHT - 2.0) * share(counts, at) / tallest;
            let _ = write!(path, "V{y:.1}H{:.1}", width * (at + 1) as f64);
        }
        let _ = write!(path, "V{HEIGHT}");
        path
    };
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Histogram of {}\">",
        escaped(&column.name)
    );
    if let Some(real) = &column.real {
        let _ = write!(out, "<path class=\"real\" d=\"{}\"/>", outline(real));
    }
    let _ = write!(
        out,
        "<path class=\"synthetic\" d=\"{}\"/>",
        outline(&column.synthetic)
    );
    for (at, label) in column.labels.iter().enumerate() {
        let real = column.real.as_ref().map_or(String::new(), |real| {
            format!("real {}, ", percent(share(real, at)))
        });
        let _ = write!(
            out,
            "<rect class=\"spot\" x=\"{:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\"><title>{}: {real}synthetic {}</title></rect>",
            width * at as f64,
            escaped(label),
            percent(share(&column.synthetic, at)),
        );
    }
    let ends = |label: Option<&String>, last: bool| {
        let label = label.map_or("", String::as_str);
        let part = match (label.split_once(" to "), last) {
            (Some((low, _)), false) => low,
            (Some((_, high)), true) => high,
            (None, _) => label,
        };
        escaped(part)
    };
    let _ = write!(
        out,
        "</svg><div class=\"ends\"><span>{}</span><span>{}</span></div>",
        ends(column.labels.first(), false),
        ends(column.labels.last(), true)
    );
}

/// Two bars a category.
fn categories(out: &mut String, column: &ColumnView) {
    out.push_str("<ul class=\"bars\">");
    for (at, label) in column.labels.iter().enumerate() {
        let synthetic = share(&column.synthetic, at);
        let real = column.real.as_ref().map(|real| share(real, at));
        let bar = |class: &str, y: u32, share: f64| {
            let width = share * 100.0;
            format!("<rect class=\"{class}\" y=\"{y}\" width=\"{width:.2}\" height=\"5\"/>")
        };
        let label = escaped(label);
        let _ = write!(
            out,
            "<li><span class=\"name\" title=\"{label}\">{label}</span>\
             <svg viewBox=\"0 0 100 11\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{}{}</svg>\
             <span class=\"muted\">{}{}</span></li>",
            real.map_or(String::new(), |real| bar("real", 0, real)),
            bar("synthetic", 6, synthetic),
            real.map_or(String::new(), |real| format!("{} · ", percent(real))),
            percent(synthetic),
        );
    }
    out.push_str("</ul>");
}

/// What of the sample has no place in the bins.
fn besides(column: &ColumnView) -> String {
    let counts = &column.synthetic;
    let of = counts.values() + counts.missing;
    let other = match column.kind {
        ColumnKind::Category => "in other categories",
        _ => "not to be read as such",
    };
    let parts: Vec<String> = [
        (counts.below, "below the real range"),
        (counts.above, "above the real range"),
        (counts.other, other),
        (counts.missing, "missing"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", format::count(count)))
    .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("Synthetic, of {}: {}", format::count(of), parts.join(", ")),
    }
}

/// One of the counts.
type Part = fn(&Counts) -> u64;

/// The same in numbers.
fn twin(out: &mut String, column: &ColumnView, name: &str) {
    let _ = write!(
        out,
        "<div class=\"twin scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{name} in numbers\"><table><thead><tr>\
         <th scope=\"col\">Values</th><th scope=\"col\" class=\"number\">Real</th>\
         <th scope=\"col\" class=\"number\">Synthetic</th></tr></thead><tbody>"
    );
    let mut row = |label: &str, real: Option<u64>, synthetic: u64| {
        let real = real.map_or("–".to_owned(), format::count);
        let _ = write!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{real}</td><td class=\"number\">{}</td></tr>",
            escaped(label),
            format::count(synthetic)
        );
    };
    let real = column.real.as_ref();
    for (at, label) in column.labels.iter().enumerate() {
        let synthetic = column.synthetic.bins.get(at).copied().unwrap_or(0);
        row(
            label,
            real.and_then(|real| real.bins.get(at).copied()),
            synthetic,
        );
    }
    let rest: [(&str, Part); 4] = [
        ("below", |counts| counts.below),
        ("above", |counts| counts.above),
        ("other", |counts| counts.other),
        ("missing", |counts| counts.missing),
    ];
    for (label, of) in rest {
        let (real, synthetic) = (real.map(of), of(&column.synthetic));
        if synthetic > 0 || real.is_some_and(|real| real > 0) {
            row(label, real, synthetic);
        }
    }
    out.push_str("</tbody></table></div>");
}

/// A matrix of correlations (or of their differences, which reach from -2 to 2) as a table whose
/// cells are tinted: it is read as numbers as well.
pub fn matrix(title: &str, columns: &[String], values: &[Option<f64>], reach: f64) -> String {
    let mut out = format!(
        "<figure class=\"matrix\" data-testid=\"matrix\"><figcaption>{}</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><thead><tr><td></td>",
        escaped(title)
    );
    for (at, name) in columns.iter().enumerate() {
        let _ = write!(
            out,
            "<th scope=\"col\"><abbr title=\"{0}\" aria-label=\"{0}\">{1}</abbr></th>",
            escaped(name),
            at + 1
        );
    }
    out.push_str("</tr></thead><tbody>");
    for (at, name) in columns.iter().enumerate() {
        let name = escaped(name);
        let _ = write!(
            out,
            "<tr><th scope=\"row\" title=\"{name}\"><span>{}</span> {name}</th>",
            at + 1
        );
        let row = values.iter().skip(at * columns.len()).take(columns.len());
        for value in row {
            match value {
                Some(value) => {
                    // Stronger, and text on it would be too faint in the dark.
                    let tint = (value.abs() / reach).min(1.0) * 45.0;
                    let sign = if *value < 0.0 { "minus" } else { "plus" };
                    let _ = write!(
                        out,
                        "<td class=\"{sign}\" style=\"--tint:{tint:.0}%\">{}</td>",
                        hundredths(*value)
                    );
                }
                None => out.push_str("<td class=\"muted\">–</td>"),
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></figure>");
    out
}

/// Two decimals with a true minus sign, and no sign for what rounds to zero.
fn hundredths(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    match value < 0.0 && text != "0.00" {
        true => format!("−{text}"),
        false => text,
    }
}

/// Points of both sides over one frame.
pub fn scatter(scatter: &Scatter) -> String {
    let place = |value: f64, (low, high): (f64, f64)| match high > low {
        true => (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0),
        false => 0.5,
    };
    let inner = SIDE - 2.0 * MARGIN;
    let dots = |points: &[(f64, f64)]| {
        let mut path = String::with_capacity(points.len() * 16);
        for (x, y) in points {
            let (x, y) = (place(*x, scatter.x_range), place(*y, scatter.y_range));
            if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) {
                let (x, y) = (MARGIN + inner * x, MARGIN + inner * (1.0 - y));
                let _ = write!(path, "M{x:.1} {y:.1}h0");
            }
        }
        path
    };
    let outside = match scatter.outside {
        0 => String::new(),
        count => format!(
            " {} of the synthetic points lie outside of the frame.",
            format::count(count)
        ),
    };
    let (x, y) = (escaped(&scatter.x), escaped(&scatter.y));
    let ends = |ends: &(String, String)| format!("{} to {}", escaped(&ends.0), escaped(&ends.1));
    format!(
        "<figure class=\"scatter\" data-testid=\"scatter\" data-real=\"{}\" data-synthetic=\"{}\">\
         <svg viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" aria-label=\"{y} over {x}\">\
         <path class=\"real\" d=\"{}\"/><path class=\"synthetic\" d=\"{}\"/></svg>\
         <figcaption class=\"muted\">Across: {x}, {}. Up: {y}, {}. {} real and {} synthetic points.{outside}</figcaption></figure>",
        scatter.real.len(),
        scatter.synthetic.len(),
        dots(&scatter.real),
        dots(&scatter.synthetic),
        ends(&scatter.x_ends),
        ends(&scatter.y_ends),
        format::count(scatter.real.len() as u64),
        format::count(scatter.synthetic.len() as u64),
    )
}

#[cfg(test)]
mod tests;
