//! Knows the lines that are no trainer's report: commands, settings, code and recipes.

use super::draft::Draft;
use super::token::Kind;
use super::words::{Meaning, Word, meaning};
use super::{number, scene};

/// Words with which lines of code, of queries and of shells begin.
const CODE: &[&str] = &[
    "const", "let", "var", "def", "return", "import", "export", "assert", "if", "elif", "while",
    "SELECT", "CREATE", "ALTER", "UPDATE", "DELETE", "INSERT", "diff", "commit", "sudo", "alias",
];

/// Marks before lines of shells, of patches and of comments in code.
const MARKS: &[&str] = &["$ ", "+ ", "// ", ">>> ", "@@ ", "-  ", "# $", "/*", "%% "];

/// Instructions of a recipe for an image.
const RECIPE: &[&str] = &[
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "ARG",
    "CMD",
    "LABEL",
    "EXPOSE",
    "ENTRYPOINT",
    "WORKDIR",
    "USER",
    "VOLUME",
    "SHELL",
    "HEALTHCHECK",
    "ONBUILD",
];

/// Tokens in which a head of settings is looked for.
const NEAR: usize = 16;

/// Whether the line of `draft` is a command, a setting, code or a step of a recipe.
pub fn is(draft: &Draft) -> bool {
    let text = draft.text.trim_start();
    let marked = matches!(
        text.as_bytes().first(),
        Some(b'$' | b'+' | b'/' | b'>' | b'@' | b'-' | b'#' | b'%')
    );
    marked && MARKS.iter().any(|mark| text.starts_with(mark))
        || CODE.contains(&draft.word(0)) && !draft.is(1, ':')
        || prompt(draft.text)
        || compiler(draft.text)
        || command(draft)
        || recipe(draft)
        || draft.settings && head(draft)
}

/// `user@host:~/gan$ python3 …`
fn prompt(text: &str) -> bool {
    memchr::memchr(b'$', text.as_bytes()).is_some_and(|at| {
        let before = &text[..at];
        text[at..].starts_with("$ ") && !before.contains(' ') && before.contains(['@', '~', '/'])
    })
}

/// `step.c:12:5: error: …`, which quotes code.
fn compiler(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|at| {
        let behind = &bytes[at..];
        [&b": error:"[..], b": warning:", b": note:"]
            .iter()
            .any(|word| behind.starts_with(word))
            && text[..at].ends_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether the line calls a program: it has a flag, or an interpreter with its script.
fn command(draft: &Draft) -> bool {
    let flag = |at: usize| {
        let word = draft.slice(at + 2);
        draft.is(at + 1, '-')
            && draft.glued(at + 1)
            && draft.glued(at + 2)
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && !draft.is(at + 3, ':')
            && (at == 0
                || !draft.glued(at)
                || matches!(draft.kind(at - 1), Kind::Mark('[' | '\'' | '"' | '`')))
    };
    let starts = |word: &str| matches!(word, "python" | "python3" | "torchrun" | "accelerate");
    (0..draft.tokens.len()).any(|at| match draft.kind(at) {
        Kind::Mark('-') => flag(at),
        Kind::Word if starts(draft.slice(at)) => draft.text.contains(".py"),
        _ => false,
    })
}

/// `Step 1/9 : FROM ubuntu:22.04`, `#5 [2/9] RUN pip install`.
fn recipe(draft: &Draft) -> bool {
    (1..draft.tokens.len().min(12)).any(|at| {
        RECIPE.contains(&draft.word(at))
            && matches!(draft.kind(at - 1), Kind::Mark(':' | ']') | Kind::Number)
            && draft.tokens[..at]
                .iter()
                .any(|token| token.kind == Kind::Number)
    })
}

/// `Config: epoch=100 step=5`, `DictConfig {'epoch': 200}`, `args | epoch: 100`.
fn head(draft: &Draft) -> bool {
    for at in 0..draft.tokens.len().min(NEAR) {
        let word = draft.word(at);
        // What has begun to report goes on to.
        if !word.is_empty() && counts(word) && !draft.word(at + 1).is_empty() {
            return false;
        }
        if !scene::settings(word) {
            continue;
        }
        let behind = draft.kind(at + 1);
        let arrow = draft.is(at + 1, '-') && draft.is(at + 2, '>');
        let apart = draft.gap(at + 1).len() > 1 && !draft.word(at + 1).is_empty();
        if matches!(behind, Kind::Mark(':' | '{' | '|' | '(')) || arrow || apart {
            let reported = draft.tokens[..at]
                .windows(2)
                .enumerate()
                .any(|(i, pair)| counts(draft.word(i)) && pair[1].kind != Kind::Word);
            return !reported;
        }
    }
    false
}

fn counts(word: &str) -> bool {
    matches!(meaning(word), Some(Meaning::Word(Word::Epoch | Word::Step)))
}

/// Whether the counters of the line are settings: it names what only settings have, or
/// says how often something is done, and no network's loss stands in it.
pub fn plans(draft: &Draft) -> bool {
    let last = draft.tokens.len().saturating_sub(1);
    let update = &draft.reading.update;
    let total = (update.total_epochs, update.total_steps) != (None, None);
    if draft.is(0, '(') && draft.is(last, ')') && !draft.before.trained && !total {
        return true;
    }
    for at in 0..draft.tokens.len() {
        let word = draft.word(at);
        if draft.kind(at) == Kind::Used {
            // `Epoch 3 | Batchsize: 32 | Steps: 100` says first where the run is.
            let epoch = draft.slice(at).eq_ignore_ascii_case("epoch");
            if epoch && number::count(draft.slice(at + 1)).is_some() {
                return false;
            }
        } else if scene::setting_name(word)
            || word == "every"
            || word.eq_ignore_ascii_case("batch") && draft.word(at + 1).eq_ignore_ascii_case("size")
        {
            return true;
        }
    }
    false
}
