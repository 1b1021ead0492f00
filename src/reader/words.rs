//! The names under which trainers state the things that every GAN has.

/// A thing that every GAN trainer may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Epoch,
    TotalEpochs,
    Step,
    TotalSteps,
    GeneratorLoss,
    DiscriminatorLoss,
    RealScores,
    FakeScores,
    Progress,
}

/// Each word with its spellings, lower-case, letters and digits only (see [`fold`]).
const SPELLINGS: &[(Word, &[&str])] = &[
    (Word::Epoch, &["epoch"]),
    (Word::TotalEpochs, &["totalepochs"]),
    (Word::Step, &["step", "iteration", "iter"]),
    (Word::TotalSteps, &["totalsteps"]),
    (
        Word::GeneratorLoss,
        &[
            "generatorloss",
            "gloss",
            "lossg",
            "genloss",
            "lossgenerator",
            "lossgen",
        ],
    ),
    (
        Word::DiscriminatorLoss,
        &[
            "discriminatorloss",
            "dloss",
            "lossd",
            "discloss",
            "lossdiscriminator",
            "lossdisc",
        ],
    ),
    (Word::RealScores, &["realscores", "realscore", "d(x)", "dx"]),
    (
        Word::FakeScores,
        &[
            "fakescores",
            "fakescore",
            "syntheticscores",
            "syntheticscore",
            "d(g(z))",
            "dgz",
        ],
    ),
    (Word::Progress, &["progress", "progresspercent"]),
];

/// The word that `name` spells, whatever its case, spaces, hyphens and underscores.
pub fn word(name: &str) -> Option<Word> {
    let folded = fold(name);
    SPELLINGS
        .iter()
        .find(|(_, spellings)| spellings.contains(&folded.as_str()))
        .map(|(word, _)| *word)
}

/// `name` in lower case without what separates its parts.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word() {
        for name in [
            "Generator Loss",
            "generator_loss",
            "G_loss",
            "Loss_G",
            "gen-loss",
        ] {
            assert_eq!(word(name), Some(Word::GeneratorLoss), "{name}");
        }
        assert_eq!(word("D(G(z))"), Some(Word::FakeScores));
        assert_eq!(word("learning_rate"), None);
    }
}
