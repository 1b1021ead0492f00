//! The command line that starts a trainer, and what is filled into it.

use std::collections::BTreeMap;
use std::path::Path;

/// Where a trainer's command line comes from.
pub enum CommandLine {
    /// This program's own `train`, with a flag for each parameter.
    Embedded,
    /// A list from the configuration, with places to fill in.
    Listed(Vec<String>),
}

/// What fills the places of a command line.
pub struct Filling<'a> {
    pub data: &'a Path,
    pub run_dir: &'a Path,
    pub epochs: u64,
    /// The checkpoint to go on from; only the embedded trainer does.
    pub resume: Option<&'a Path>,
    /// Checked parameters, by name.
    pub parameters: &'a BTreeMap<String, String>,
}

impl CommandLine {
    /// Program and arguments of a run. `program` is this program.
    pub fn fill(&self, program: &Path, filling: &Filling<'_>) -> Vec<String> {
        let data = filling.data.to_string_lossy();
        match self {
            Self::Embedded => {
                let mut command = vec![
                    program.to_string_lossy().into_owned(),
                    "train".into(),
                    format!("--data={data}"),
                    format!("--epochs={}", filling.epochs),
                ];
                command.extend(
                    filling
                        .parameters
                        .iter()
                        .map(|(name, value)| format!("--{}={value}", name.replace('_', "-"))),
                );
                let resume = filling.resume.map(Path::display);
                command.extend(resume.map(|path| format!("--resume={path}")));
                command
            }
            Self::Listed(parts) => parts
                .iter()
                .map(|part| {
                    let values = [
                        ("{data}", data.as_ref()),
                        ("{epochs}", &filling.epochs.to_string()),
                        ("{run_dir}", &filling.run_dir.to_string_lossy()),
                    ];
                    filled(part, &values)
                })
                .collect(),
        }
    }
}

/// `part` with values in the places of their names. What a value holds is left as it is, be it a name of another.
fn filled(part: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find('{') {
        text += &rest[..at];
        rest = &rest[at..];
        let found = values.iter().find(|(name, _)| rest.starts_with(name));
        let (name, value) = found.copied().unwrap_or(("{", "{"));
        text += value;
        rest = &rest[name.len()..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_holds_is_no_name() {
        let values = [("{data}", "y{epochs}.csv"), ("{epochs}", "7")];
        assert_eq!(
            filled("--in={data} {epochs}{", &values),
            "--in=y{epochs}.csv 7{"
        );
        assert_eq!(filled("{a: {data}}", &values), "{a: y{epochs}.csv}");
    }

    #[test]
    fn places_are_filled_in_and_never_split() {
        let parts = ["sh", "{data}", "-e={epochs}"].map(str::to_owned);
        let command = CommandLine::Listed(parts.into()).fill(
            Path::new("/bin/nashboard"),
            &Filling {
                data: Path::new("/d/a b; rm.csv"),
                run_dir: Path::new("/r"),
                epochs: 7,
                resume: None,
                parameters: &BTreeMap::new(),
            },
        );
        assert_eq!(command, ["sh", "/d/a b; rm.csv", "-e=7"]);
    }

    #[test]
    fn parameters_become_flags_of_the_embedded_trainer() {
        let command = CommandLine::Embedded.fill(
            Path::new("nashboard"),
            &Filling {
                data: Path::new("d.csv"),
                run_dir: Path::new("r"),
                epochs: 3,
                resume: Some(Path::new("r/c.safetensors")),
                parameters: &BTreeMap::from([("batch_size".into(), "64".into())]),
            },
        );
        assert_eq!(
            command[1..],
            [
                "train",
                "--data=d.csv",
                "--epochs=3",
                "--batch-size=64",
                "--resume=r/c.safetensors"
            ]
        );
    }
}
