//! What is not a metric, and what looks like one.

/// Words of a name that make its number a setting, an address or a clock, never a metric.
const NEVER: &[&str] = &[
    "eta",
    "remaining",
    "elapsed",
    "pid",
    "tid",
    "ip",
    "port",
    "seed",
    "version",
    "v_num",
    "line",
    "rank",
    "host",
    "uid",
    "timestamp",
    "ts",
    "date",
    "device",
    "cuda",
    "status",
    "code",
    "thread",
    "threads",
    "workers",
    "worker",
    "size",
    "params",
    "parameters",
    "count",
    "year",
    "gpu",
    "gpus",
];

/// Last words of the names of settings.
const KNOBS: &[&str] = &[
    "weight",
    "weights",
    "coef",
    "coeff",
    "lambda",
    "factor",
    "interval",
    "every",
    "freq",
    "frequency",
    "threshold",
    "warmup",
    "type",
];

/// Parts of a name that speak of training.
const TRAINING: &[&str] = &[
    "loss",
    "losses",
    "err",
    "fid",
    "kid",
    "psnr",
    "ssim",
    "lpips",
    "ppl",
    "acc",
    "accuracy",
    "kimg",
    "gp",
    "penalty",
    "wasserstein",
    "emd",
    "inception",
    "lr",
    "learning",
    "grad",
    "gradient",
    "psnr",
    "pesq",
    "precision",
    "recall",
    "mse",
    "mae",
    "rmse",
    "kl",
    "gan",
    "adv",
    "cycle",
    "idt",
    "auc",
    "divergence",
    "score",
    "step/sec",
    "global_step/sec",
    "swd",
    "d_real",
    "d_fake",
    "scaler",
    "nll",
    "elbo",
];

/// Parts of a name that speak of training once a run has begun to count.
const RUNNING: &[&str] = &[
    "time",
    "speed",
    "ips",
    "sec",
    "sec/idx",
    "iters/sec",
    "image/sec",
    "memory",
    "cost",
    "error",
];

/// Words that join a sentence: no name goes across them.
const JOINTS: &[&str] = &[
    "at",
    "of",
    "for",
    "with",
    "and",
    "the",
    "in",
    "on",
    "to",
    "from",
    "by",
    "debug",
    "warning",
    "then",
    "after",
    "is",
    "was",
    "new",
    "current",
    "saved",
    "has",
    "n/a",
    "none",
    "null",
    "sec",
    "secs",
    "seconds",
    "s",
    "ms",
    "it/s",
    "s/it",
    "images/s",
    "samples/s",
    "samples/sec",
];

fn any(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
}

/// Whether the number called `name` is a setting, an address, a clock or the like.
pub fn never(name: &str) -> bool {
    any(NEVER, name)
        || parts(name)
            .last()
            .is_some_and(|last| any(NEVER, last) || any(KNOBS, last))
        || parts(name).next() == Some("lambda")
}

/// Whether `name` speaks of training by itself.
pub fn of_training(name: &str) -> bool {
    measure(name)
        || any(TRAINING, name)
        || parts(name).any(|part| {
            any(TRAINING, part) || part.len() > 4 && (ends(part, "loss") || ends(part, "Loss"))
        })
}

fn ends(text: &str, end: &str) -> bool {
    text.strip_suffix(end).is_some()
}

/// Whether `name` speaks of training where the run is known to count.
pub fn of_running(name: &str) -> bool {
    any(RUNNING, name) || parts(name).any(|part| any(RUNNING, part))
}

/// Whether `word` joins a sentence. A logger's INFO is written large; InfoGAN has a loss
/// that is called so.
pub fn joint(word: &str) -> bool {
    any(JOINTS, word) || word == "INFO"
}

/// Whether a name may begin behind the joint `word` with only blanks between.
pub fn parts_names(word: &str) -> bool {
    joint(word)
        && !any(
            &[
                "of", "for", "with", "in", "on", "to", "at", "from", "by", "new", "current",
            ],
            word,
        )
}

/// Whether `name` is one word for a loss, or ends with one.
pub fn is_loss(name: &str) -> bool {
    let last = name
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or(name);
    any(&["loss", "losses", "err", "error", "cost"], last)
}

/// Whether `word` is a unit of sizes and times, which no loss has.
pub fn unit(word: &str) -> bool {
    any(
        &[
            "mb",
            "gb",
            "kb",
            "mib",
            "gib",
            "m",
            "k",
            "million",
            "h",
            "params",
            "parameters",
            "s",
            "sec",
            "secs",
            "ms",
            "seconds",
            "minutes",
            "hours",
        ],
        word,
    )
}

/// Whether `name` is a loss or a measure of generated samples: no setting is called so.
pub fn measure(name: &str) -> bool {
    let loss = |part: &str| {
        part.as_bytes()
            .windows(4)
            .any(|four| four.eq_ignore_ascii_case(b"loss"))
    };
    let begins = |part: &str, with: &str| {
        part.get(..with.len())
            .is_some_and(|p| p.eq_ignore_ascii_case(with))
    };
    let has = |word: &str| parts(name).any(|part| part.eq_ignore_ascii_case(word));
    if name == "IS" || has("inception") && has("score") {
        return true;
    }
    parts(name).any(|part| {
        loss(part)
            || any(&["psnr", "ssim", "lpips", "swd"], part)
            || ["fid", "kid", "ppl"].iter().any(|with| {
                begins(part, with)
                    && part[with.len()..]
                        .bytes()
                        .next()
                        .is_none_or(|b| b.is_ascii_digit())
            })
    })
}

/// Whether `text` is a message of an error or a warning of Python, which quotes code.
pub fn python_message(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(colon) =
        memchr::memchr_iter(b':', bytes).find(|at| matches!(bytes.get(at + 1), None | Some(b' ')))
    else {
        return false;
    };
    let before = &text[..colon];
    let word = before.rsplit([' ', '\t']).next().unwrap_or(before);
    let camel = |end: &str| word.len() > end.len() && word.ends_with(end);
    let message = camel("Error") || camel("Exception") || camel("Interrupt");
    // `train.py:104: UserWarning: …` names the place first.
    let warned = before.contains(".py:") && {
        let behind = text.get(colon + 2..).unwrap_or("");
        behind
            .split(':')
            .next()
            .is_some_and(|kind| kind.ends_with("Warning") && behind.len() > kind.len())
    };
    message && word.starts_with(char::is_alphabetic) || warned
}

/// Whether `text` shows a transfer: its numbers are bytes.
pub fn transfer(text: &str) -> bool {
    ["B/s", "bytes/s", "bps"].into_iter().any(|unit| {
        text.find(unit).is_some_and(|at| {
            let before = text[..at].trim_end_matches(['k', 'K', 'M', 'G', 'i', ' ']);
            before.ends_with(|c: char| c.is_ascii_digit() || c == '?')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_never_metrics() {
        for name in [
            "batch_size",
            "Random Seed",
            "CUDA Version",
            "pid",
            "eta",
            "v_num",
            "gpu",
        ] {
            assert!(never(name), "{name}");
        }
        for name in ["lr", "time", "loss_kl", "kimg", "memory"] {
            assert!(!never(name), "{name}");
        }
    }

    #[test]
    fn messages_of_python() {
        assert!(python_message("RuntimeError: CUDA out of memory"));
        assert!(python_message("torch.cuda.OutOfMemoryError: Tried 5 MiB"));
        assert!(python_message("/a/b.py:104: UserWarning: lr: 5"));
        assert!(!python_message("Generator Error: 0.5"));
        assert!(!python_message("WARNING: loss: 0.5"));
    }

    #[test]
    fn transfers_state_bytes() {
        assert!(transfer("45%|██ | 12.3M/26.7M [00:01<00:02, 9.1MB/s]"));
        assert!(!transfer("12/26 [00:01<00:02, 9.1it/s, loss_B/s]"));
    }
}
