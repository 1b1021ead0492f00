//! What of a client's file name is kept.

use std::path::Path;

use super::DataError;
use super::folder::is_csv;

/// The longest file name that is kept, in bytes.
const MAX_NAME: usize = 120;

/// The name under which a file is kept that a client calls `name`.
pub(super) fn clean(name: &str) -> Result<String, DataError> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|letter| is_visible(*letter)).collect();
    // A leading dot would hide the file.
    let visible = visible.trim().trim_start_matches(['.', ' ']);
    let not_csv = |reason: &str| DataError::NotCsv {
        reason: reason.into(),
    };
    if !is_csv(Path::new(visible)) {
        return Err(not_csv(
            "its name does not end in .csv with something before it",
        ));
    }
    let (stem, extension) = visible.split_at(visible.len() - ".csv".len());
    let room = MAX_NAME - extension.len();
    let kept = stem
        .char_indices()
        .take_while(|(at, letter)| at + letter.len_utf8() <= room);
    let kept: String = kept.map(|(_, letter)| letter).collect();
    Ok(kept + extension)
}

/// Whether a character shows: neither a control nor one that only steers the text.
fn is_visible(letter: char) -> bool {
    let steering = matches!(letter,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    !letter.is_control() && !steering
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_cleaned() {
        for (given, kept) in [
            ("x.csv", "x.csv"),
            ("../../etc/X.CSV", "X.CSV"),
            (".. .x.csv", "x.csv"),
            ("a\0b\n\u{202E}c.csv", "abc.csv"),
            ("données 1.csv", "données 1.csv"),
        ] {
            assert_eq!(clean(given).unwrap(), kept);
        }
        for wrong in ["", ".csv", "..csv", "x.txt", "x.csv/", "csv", "x.csv.exe"] {
            assert!(
                matches!(clean(wrong), Err(DataError::NotCsv { .. })),
                "{wrong:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_kept_name_is_one_short_visible_part(name in "\\PC{0,200}(\\.csv)?") {
            if let Ok(kept) = clean(&name) {
                prop_assert!(kept.len() <= MAX_NAME && is_csv(Path::new(&kept)));
                prop_assert!(!kept.starts_with('.') && !kept.contains(['/', '\\', '\0']));
                prop_assert_eq!(Path::new(&kept).components().count(), 1);
            }
        }
    }
}
