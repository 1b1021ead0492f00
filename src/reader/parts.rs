//! Cuts a name into its parts: `loss_G`, `lossG` and `G loss` all are *loss* and *g*.

/// Bytes of the longest name that is looked at.
const LONGEST: usize = 64;
/// Parts of a name that are looked at.
const MOST_PARTS: usize = 8;

/// A name's parts, in lower case: cut at what is no letter or digit, and where a capital
/// follows a small letter or begins a word.
pub struct Parts {
    folded: [u8; LONGEST],
    ends: [usize; MOST_PARTS],
    pub count: usize,
}

impl Parts {
    pub fn of(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        if bytes.is_empty() || bytes.len() > LONGEST || !name.is_ascii() {
            return None;
        }
        let mut parts = Self {
            folded: [0; LONGEST],
            ends: [0; MOST_PARTS],
            count: 0,
        };
        let (mut length, mut begun) = (0, 0);
        for (at, byte) in bytes.iter().enumerate() {
            let before = at.checked_sub(1).map_or(0, |i| bytes[i]);
            let after = bytes.get(at + 1).copied().unwrap_or(0);
            let new_word = byte.is_ascii_uppercase()
                && (before.is_ascii_lowercase()
                    || (before.is_ascii_uppercase() && after.is_ascii_lowercase()));
            if (new_word || !byte.is_ascii_alphanumeric()) && length > begun {
                parts.end(length)?;
                begun = length;
            }
            if byte.is_ascii_alphanumeric() {
                parts.folded[length] = byte.to_ascii_lowercase();
                length += 1;
            }
        }
        if length > begun {
            parts.end(length)?;
        }
        (parts.count > 0).then_some(parts)
    }

    fn end(&mut self, length: usize) -> Option<()> {
        *self.ends.get_mut(self.count)? = length;
        self.count += 1;
        Some(())
    }

    pub fn all(&self) -> &[u8] {
        &self.folded[..self.ends[self.count - 1]]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(|i| {
            let begin = i.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.folded[begin..self.ends[i]]
        })
    }
}
