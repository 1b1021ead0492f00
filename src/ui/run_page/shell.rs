//! A command as a line that can be pasted into a shell.

use std::borrow::Cow;

/// Words that a shell takes for its own where a command's name is expected.
const RESERVED: [&str; 17] = [
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
    "select", "then", "time", "until", "while",
];

/// `words` as a line that a POSIX shell takes apart into the same words.
pub fn line(words: &[String]) -> String {
    let quoted = words.iter().enumerate().map(|(at, word)| {
        // A shell would take a first word with `=` for an assignment.
        let special = at == 0 && (word.contains('=') || RESERVED.contains(&word.as_str()));
        quoted(word, special)
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// `word` without quotes where it means itself, unless it `must` have them.
fn quoted(word: &str, must: bool) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+=:,./@%".contains(&byte);
    if !must && !word.is_empty() && word.bytes().all(plain) {
        return Cow::Borrowed(word);
    }
    // Within single quotes all but the quote itself stands for itself.
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> String {
        line(
            &words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn plain_words_stay_plain() {
        assert_eq!(
            of(&["python3", "train.py", "--lr=2e-4", "a/b:c,d@e%f+g"]),
            "python3 train.py --lr=2e-4 a/b:c,d@e%f+g"
        );
    }

    #[test]
    fn whatever_a_shell_would_read_is_quoted() {
        assert_eq!(
            of(&["echo", "two words", "", "$HOME", "~", "*"]),
            "echo 'two words' '' '$HOME' '~' '*'"
        );
        assert_eq!(of(&["sh", "-c", "it's\n$(x)"]), "sh -c 'it'\\''s\n$(x)'");
        assert_eq!(of(&["A=1", "b=2"]), "'A=1' b=2");
        assert_eq!(of(&["time", "if"]), "'time' if");
    }

    #[test]
    fn a_shell_reads_the_same_words() {
        let words = [
            "printf", "%s|", "a'b", "\"c\"", "\\d", "e;f", "g\th", "ü", "#i", "", "-",
        ];
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg(of(&words))
            .output();
        let printed = String::from_utf8(output.unwrap().stdout).unwrap();
        let wanted: String = words[2..].iter().map(|word| format!("{word}|")).collect();
        assert_eq!(printed, wanted);
    }
}
