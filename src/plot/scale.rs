//! How values become heights: evenly, or by their power of ten.

/// The scale of the vertical axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    #[default]
    Linear,
    Log,
}

impl Scale {
    /// The value in the units of this scale. On a log scale zero lies infinitely deep, and so
    /// does for a drawing what is below it.
    pub fn apply(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log if value.is_nan() => value,
            Self::Log if value > 0.0 => value.log10(),
            Self::Log => f64::NEG_INFINITY,
        }
    }

    /// Whether a finite `value` has no place on this scale.
    pub fn lacks(self, value: f64) -> bool {
        self == Self::Log && value.is_finite() && value <= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_scale_counts_powers_of_ten() {
        assert_eq!(Scale::Log.apply(1000.0), 3.0);
        assert_eq!(Scale::Log.apply(0.0), f64::NEG_INFINITY);
        assert_eq!(Scale::Log.apply(-5.0), f64::NEG_INFINITY);
        assert!(Scale::Log.apply(f64::NAN).is_nan());
        assert!(Scale::Log.lacks(0.0) && !Scale::Log.lacks(f64::NAN) && !Scale::Linear.lacks(-1.0));
    }
}
