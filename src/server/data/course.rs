//! Whether the values of a column go one way from row to row.

/// The way that the values went so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course<T> {
    last: Option<T>,
    rose: bool,
    fell: bool,
}

/// One way, with or without steps in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl<T: PartialOrd + Copy> Course<T> {
    pub fn new() -> Self {
        Self {
            last: None,
            rose: false,
            fell: false,
        }
    }

    pub fn add(&mut self, value: T) {
        if let Some(last) = self.last {
            self.rose |= value > last;
            self.fell |= value < last;
        }
        self.last = Some(value);
    }

    /// The one direction, or `None` where the values turned or never moved.
    pub fn direction(&self) -> Option<Direction> {
        match (self.rose, self.fell) {
            (true, false) => Some(Direction::Ascending),
            (false, true) => Some(Direction::Descending),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_turn_ends_the_direction() {
        let direction = |values: &[i32]| {
            let mut course = Course::new();
            values.iter().for_each(|&value| course.add(value));
            course.direction()
        };
        assert_eq!(direction(&[1, 1, 2]), Some(Direction::Ascending));
        assert_eq!(direction(&[3, 2, 2]), Some(Direction::Descending));
        assert_eq!(direction(&[1, 2, 1]), None);
        assert_eq!(direction(&[1, 1]), None);
        assert_eq!(direction(&[]), None);
    }
}
