//! What the style sheet says about a chart: colours, the font, and the size of a pixel.

use plotters::style::RGBAColor;

use crate::event::number;

/// Colours, font and pixels of a chart.
#[derive(Clone, Debug)]
pub struct Look {
    /// The colours of the lines, in order; an eleventh line is the first again, paler.
    pub series: [RGBAColor; Self::COLOURS],
    pub grid: RGBAColor,
    pub axis: RGBAColor,
    /// The colour of labels.
    pub label: RGBAColor,
    /// What the chart lies on.
    pub surface: RGBAColor,
    /// A list of font families, as in CSS.
    pub font: String,
    /// Units of the surface in a CSS pixel.
    pub css_pixel: f64,
    /// Units of the surface in a pixel of the screen: hairlines lie on whole ones.
    pub device_pixel: i32,
}

/// How strong the colours are that occur a second time, and of what stands back.
const AGAIN: f64 = 0.55;
const BACK: f64 = 0.15;

impl Look {
    /// Colours that lines have before they come again.
    pub const COLOURS: usize = 10;

    /// How strong the colour of the line `index` is.
    pub fn strength(index: usize) -> f64 {
        if index < Self::COLOURS { 1.0 } else { AGAIN }
    }

    /// The colour of the line `index`; one that stands back leaves the view to another.
    pub(super) fn line(&self, index: usize, back: bool) -> RGBAColor {
        let RGBAColor(red, green, blue, alpha) = self.series[index % self.series.len()];
        let back = if back { BACK } else { 1.0 };
        RGBAColor(red, green, blue, alpha * Self::strength(index) * back)
    }

    /// Whether the chart lies on a ground that is nearer to black than to white.
    pub fn is_dark(&self) -> bool {
        let RGBAColor(red, green, blue, _) = self.surface;
        [red, green, blue].into_iter().map(u32::from).sum::<u32>() < 3 * 128
    }

    /// A length given in CSS pixels, in units of the surface.
    pub(super) fn units(&self, css_pixels: f64) -> i32 {
        (css_pixels * self.css_pixel).round() as i32
    }

    /// The start of the screen's pixel that holds `place`.
    pub(super) fn snap(&self, place: f64) -> i32 {
        let pixel = f64::from(self.device_pixel.max(1));
        ((place / pixel).floor() * pixel) as i32
    }
}

/// The colour written as a canvas writes it: `#rrggbb`, or `rgba(r, g, b, a)`.
pub fn colour(css: &str) -> Option<RGBAColor> {
    if let Some(digits) = css.strip_prefix('#') {
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        // The short form has a digit of each colour, which counts twice.
        let digit = |place: u32| (number >> (4 * place) & 0xf) as u8 * 0x11;
        return match digits.len() {
            6 => Some(RGBAColor(red, green, blue, 1.0)),
            3 => Some(RGBAColor(digit(2), digit(1), digit(0), 1.0)),
            _ => None,
        };
    }
    let parts = css
        .strip_prefix("rgba(")
        .or_else(|| css.strip_prefix("rgb("))?;
    let mut parts = parts.strip_suffix(')')?.split(',').map(str::trim);
    let mut channel = || parts.next()?.parse().ok();
    let (red, green, blue) = (channel()?, channel()?, channel()?);
    let alpha = parts.next().map_or(Some(1.0), number)?;
    Some(RGBAColor(red, green, blue, alpha))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_a_canvas_writes_them() {
        assert_eq!(colour("#2a6fdb"), Some(RGBAColor(0x2a, 0x6f, 0xdb, 1.0)));
        assert_eq!(colour("#f0a"), Some(RGBAColor(0xff, 0, 0xaa, 1.0)));
        assert_eq!(
            colour("rgba(10, 20, 30, 0.5)"),
            Some(RGBAColor(10, 20, 30, 0.5))
        );
        assert_eq!(colour("rgb(10, 20, 30)"), Some(RGBAColor(10, 20, 30, 1.0)));
        for wrong in [
            "",
            "#ff",
            "#äöü",
            "red",
            "rgba(1, 2)",
            "rgba(1, 2, 300, 1)",
            "#12345g",
        ] {
            assert_eq!(colour(wrong), None, "{wrong}");
        }
    }
}
