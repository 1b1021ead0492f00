//! The words by which a line tells that it speaks of training, of an evaluation, of a
//! chore, of settings, or of another time.

/// What one word tells of the words and numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    Training,
    /// They are of an evaluation.
    Evaluation,
    /// They are of another time: the best so far, what a file holds, what the run began
    /// with.
    Elsewhen,
    /// They are settings.
    Settings,
    /// `average`, which is of many lines where `over` or `of` stands behind it.
    Average,
    /// `moving`, before an average.
    Moving,
    Before,
}

/// The scene that `word` sets.
pub fn of(word: &str) -> Option<Scene> {
    const LONGEST: usize = 16;
    let mut folded = [0; LONGEST];
    let folded = folded.get_mut(..word.len())?;
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    Some(match &*folded {
        b"train" | b"training" => Scene::Training,
        b"val" | b"valid" | b"validation" | b"validate" | b"validated" | b"validating"
        | b"test" | b"tested" | b"testing" | b"eval" | b"evaluate" | b"evaluated"
        | b"evaluating" | b"evaluation" | b"holdout" | b"heldout" | b"inference" | b"sample"
        | b"dev" => Scene::Evaluation,
        b"best" | b"lowest" | b"highest" | b"previous" | b"initial" | b"initially"
        | b"baseline" | b"expected" | b"improved" | b"improvement" | b"ema" | b"loading"
        | b"loaded" | b"resume" | b"resuming" | b"resumed" | b"restoring" | b"restored"
        | b"continuing" => Scene::Elsewhen,
        b"config" | b"configs" | b"configuration" | b"cfg" | b"dictconfig" | b"args"
        | b"arguments" | b"argument" | b"argparse" | b"hparams" | b"hyperparams"
        | b"hyperparameters" | b"hyperparameter" | b"hyper-parameters" | b"options" | b"option"
        | b"settings" | b"setting" | b"parameters" | b"parameter" | b"flags" | b"env"
        | b"environment" => Scene::Settings,
        b"average" | b"avg" | b"mean" => Scene::Average,
        b"moving" | b"running" | b"rolling" => Scene::Moving,
        b"before" => Scene::Before,
        _ => return None,
    })
}

/// Beginnings of words in -ing for tasks that draw bars and train nothing.
const CHORES: &[&str] = &[
    "download",
    "fetch",
    "extract",
    "resolv",
    "install",
    "build",
    "prepar",
    "compil",
    "unpack",
    "upload",
    "collect",
    "cach",
    "generat",
    "sav",
    "process",
    "preprocess",
    "tokeniz",
    "read",
    "receiv",
    "count",
    "compress",
    "load",
    "sampl",
    "comput",
    "calculat",
    "predict",
    "encod",
    "render",
    "convert",
    "scann",
    "index",
    "infer",
    "writ",
    "check",
    "copy",
    "filter",
    "mapp",
    "interpolat",
    "creat",
];

/// Other words for such tasks.
const TASKS: &[&str] = &[
    "map",
    "filter",
    "download",
    "generate",
    "sample",
    "samples",
    "extract",
    "compute",
    "calculate",
    "preprocess",
    "predict",
    "inference",
    "sanity",
    "features",
    "fid",
    "inception",
    "extraction",
    "computation",
    "calculation",
    "preparation",
    "prediction",
    "generation",
    "activations",
];

/// Names that only settings have.
const SETTING_NAMES: &[&str] = &[
    "batch_size",
    "batchsize",
    "beta1",
    "beta2",
    "z_dim",
    "latent_dim",
    "seed",
    "num_workers",
    "input_height",
    "weight_decay",
    "image_size",
    "img_size",
];

fn any(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn begins(word: &str, with: &str) -> bool {
    word.get(..with.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// Whether `word` marks an evaluation.
pub fn evaluation(word: &str) -> bool {
    of(word) == Some(Scene::Evaluation)
}

/// Whether a part of `name` marks an evaluation.
pub fn evaluated(name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric())
        .any(|part| part.len() > 2 && (evaluation(part) || any(&["best", "lowest", "ema"], part)))
}

/// Whether `word` ends an evaluation's values.
pub fn training(word: &str) -> bool {
    of(word) == Some(Scene::Training)
}

/// Whether `word` names a task that draws bars and trains nothing.
pub fn chore(word: &str) -> bool {
    let ends = word
        .get(word.len().saturating_sub(3)..)
        .is_some_and(|end| end.eq_ignore_ascii_case("ing"));
    any(TASKS, word) || ends && CHORES.iter().any(|chore| begins(word, chore))
}

/// Whether settings stand behind `word`.
pub fn settings(word: &str) -> bool {
    of(word) == Some(Scene::Settings)
}

/// Whether only settings are called `word`.
pub fn setting_name(word: &str) -> bool {
    any(SETTING_NAMES, word)
}

/// Whether a counter behind `word` is a plan or a reference, not where the run is.
pub fn planned(word: &str) -> bool {
    any(
        &[
            "from", "to", "until", "every", "per", "each", "max", "total", "num", "number", "last",
            "warmup", "best", "resume", "start", "next", "save", "decay", "skip", "lr",
        ],
        word,
    )
}

/// Whether `word` before a counter says nothing about it.
pub fn adjective(word: &str) -> bool {
    any(&["global", "train", "training", "current", "the"], word)
}

/// Whether `word` tells of a file that is about to be written: trainers are careless
/// with the names of counters there.
pub fn saving(word: &str) -> bool {
    word.eq_ignore_ascii_case("saving")
}

/// Words that headers of an evaluation consist of, besides those that mark it.
const HEADING: &[&str] = &[
    "results",
    "result",
    "set",
    "loss",
    "losses",
    "metrics",
    "scores",
    "phase",
    "mode",
    "on",
    "the",
    "at",
    "of",
    "for",
    "in",
    "after",
    "epoch",
    "step",
    "iteration",
    "iter",
    "running",
    "run",
    "start",
    "starting",
    "begin",
    "data",
    "dataset",
    "model",
    "gan",
    "info",
    "summary",
    "so",
    "far",
    "split",
];

/// What a line that is a header begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    Evaluation,
    Training,
    Settings,
}

/// What the header `text` begins, with the word that says so; `None` where it is none:
/// a header consists of few words, and of numbers only behind a counter's word.
pub fn header(text: &str) -> Option<(Header, &str)> {
    const LONGEST: usize = 100;
    const MOST_WORDS: usize = 8;
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let (mut evaluation, mut training, mut settings) = (None, None, None);
    let (mut words, mut unknown) = (0, 0);
    let mut before = "";
    let cut = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
    for word in text.split(cut).map(|word| word.trim_matches(['-', '_'])) {
        if word.is_empty() {
            continue;
        }
        words += 1;
        if words > MOST_WORDS {
            return None;
        }
        let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
        if number(word) {
            let total = number(before) && text.contains('/');
            if !(total || any(&["epoch", "step", "iteration", "iter"], before)) {
                return None;
            }
        } else if self::evaluation(word) || any(&["best"], word) {
            evaluation = evaluation.or(Some(word));
        } else if self::training(word) {
            training = Some(word);
        } else if self::settings(word) {
            settings = Some(word);
        } else if settings.is_some() && !any(&["value", "values", "default"], word) {
            return None;
        } else if !any(HEADING, word) {
            unknown += 1;
        }
        before = word;
    }
    if let Some(word) = settings {
        let framed = text.ends_with([':', '-', '=', '*', '|', '{']);
        return (unknown <= 2 && (framed || words <= 2)).then_some((Header::Settings, word));
    }
    if unknown > 0 {
        return None;
    }
    let evaluation = evaluation.map(|word| (Header::Evaluation, word));
    evaluation.or(training.map(|word| (Header::Training, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_made_of_few_words() {
        for (text, expected) in [
            ("Validation:", Header::Evaluation),
            ("=== Evaluation ===", Header::Evaluation),
            ("Test results", Header::Evaluation),
            ("Validation results: epoch 2", Header::Evaluation),
            ("Best epoch", Header::Evaluation),
            ("Training:", Header::Training),
            ("Hyperparameters:", Header::Settings),
            (
                "----------------- Options ---------------",
                Header::Settings,
            ),
            ("| Parameter | Value |", Header::Settings),
        ] {
            assert_eq!(header(text).map(|found| found.0), Some(expected), "{text}");
        }
        for text in [
            "Saving options to opt.txt",
            "Testing the new build of the generator",
            "Epoch 1/2",
            "test 3: 12",
        ] {
            assert_eq!(header(text), None, "{text}");
        }
    }
}
