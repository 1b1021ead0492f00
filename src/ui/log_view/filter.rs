//! Which lines of a log are shown.

/// What a line has to hold to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in the line; empty for any.
    pub query: String,
    pub levels: Levels,
}

impl Filter {
    /// Whether every line is shown.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// How urgent a line has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Levels {
    #[default]
    All,
    NoDebug,
    Urgent,
    Errors,
}

impl Levels {
    /// All choices, in the order in which the page offers them.
    pub const ALL: [Self; 4] = [Self::All, Self::NoDebug, Self::Urgent, Self::Errors];

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All levels",
            Self::NoDebug => "Without debug",
            Self::Urgent => "Warnings and errors",
            Self::Errors => "Errors",
        }
    }

    /// The levels as a call takes them; `None` for all.
    pub fn asked(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::NoDebug => Some("info,warning,error"),
            Self::Urgent => Some("warning,error"),
            Self::Errors => Some("error"),
        }
    }

    /// The choice that stands under this label.
    pub fn labelled(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|levels| levels.label() == label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Level;

    #[test]
    fn every_choice_is_of_known_levels() {
        let known = [Level::Debug, Level::Info, Level::Warning, Level::Error].map(Level::name);
        for levels in Levels::ALL {
            assert_eq!(Levels::labelled(levels.label()), Some(levels));
            for name in levels
                .asked()
                .into_iter()
                .flat_map(|names| names.split(','))
            {
                assert!(known.contains(&name), "{name}");
            }
        }
    }
}
