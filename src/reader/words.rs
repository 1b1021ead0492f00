//! The names under which trainers state the things that every GAN has.
//!
//! A name is cut into parts (`loss_G`, `lossG`, `G loss` all are *loss* and *g*), and
//! the parts decide: a part that is neither a network, nor a word for a loss, nor empty
//! of meaning makes the name one of a component, which is a metric of its own.

use super::parts::Parts;

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

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Word(Word),
    /// A loss of the generator or the discriminator over a whole epoch.
    Mean(Word),
    /// A network's name alone, such as `G` or `Gen`: its loss, where nothing speaks
    /// against it.
    Bare(Word),
    /// `D_real` or `D_fake`: a score for some trainers, a loss for others.
    Either(Word),
    /// A counter's word that is also an ordinary one: `batch`, `it`, `steps`.
    Weak(Word),
}

/// The meaning of one part of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Generator,
    Discriminator,
    Loss,
    Total,
    Neutral,
    Mean,
    Out,
    Real,
    Fake,
    Other,
}

fn part(text: &[u8]) -> Part {
    match text {
        b"g" | b"gen" | b"gener" | b"generator" | b"netg" => Part::Generator,
        b"d" | b"dis" | b"disc" | b"discr" | b"dscr" | b"discrim" | b"discriminator" | b"netd"
        | b"critic" | b"crit" => Part::Discriminator,
        b"loss" | b"losses" | b"err" | b"error" | b"cost" | b"l" => Part::Loss,
        b"total" | b"tot" | b"all" => Part::Total,
        b"train" | b"training" | b"trn" | b"current" | b"curr" | b"cur" | b"batch" | b"step"
        | b"the" | b"net" | b"network" | b"model" | b"value" => Part::Neutral,
        b"avg" | b"average" | b"ave" | b"mean" | b"epoch" => Part::Mean,
        b"score" | b"scores" | b"logit" | b"logits" | b"output" | b"outputs" | b"out" | b"pred"
        | b"prob" | b"probability" | b"validity" => Part::Out,
        b"real" => Part::Real,
        b"fake" | b"synthetic" | b"generated" => Part::Fake,
        _ => Part::Other,
    }
}

/// What `name` means, whatever its case and whatever joins its parts.
pub fn meaning(name: &str) -> Option<Meaning> {
    let Some(parts) = Parts::of(name) else {
        return foreign(name).map(Meaning::Word);
    };
    if let Some(known) = whole(parts.all()) {
        return Some(known);
    }
    let (mut generator, mut discriminator, mut loss, mut total) = (0, 0, 0, 0);
    let (mut mean, mut out, mut real, mut fake) = (0, 0, 0, 0);
    let (mut out_first, mut neutral) = (false, 0);
    for text in parts.iter() {
        match glued(text) {
            Some(Part::Generator) => (generator, loss) = (generator + 1, loss + 1),
            Some(_) => (discriminator, loss) = (discriminator + 1, loss + 1),
            None => match part(text) {
                Part::Generator => generator += 1,
                Part::Discriminator => discriminator += 1,
                Part::Loss => loss += 1,
                Part::Total => total += 1,
                Part::Neutral => neutral += 1,
                Part::Mean => mean += 1,
                Part::Out => {
                    out += 1;
                    out_first |= discriminator == 0;
                }
                Part::Real => real += 1,
                Part::Fake => fake += 1,
                Part::Other => return None,
            },
        }
    }
    let word = match (generator, discriminator, real, fake) {
        (1, 0, 0, 0) => Word::GeneratorLoss,
        (0, 1, 0, 0) => Word::DiscriminatorLoss,
        (0, 0 | 1, 1, 0) => Word::RealScores,
        (0, 0 | 1, 0, 1) => Word::FakeScores,
        _ => return None,
    };
    match word {
        Word::GeneratorLoss | Word::DiscriminatorLoss if out > 0 => None,
        Word::GeneratorLoss | Word::DiscriminatorLoss if loss + total > 0 => match mean {
            0 => Some(Meaning::Word(word)),
            _ => Some(Meaning::Mean(word)),
        },
        Word::GeneratorLoss | Word::DiscriminatorLoss => (parts.count == 1
            || parts.count == 2 && neutral == 1 && trains(name))
        .then_some(Meaning::Bare(word)),
        _ if loss + total > 0 => None,
        // "d_out_real" is what some trainers call the loss on real samples.
        _ if out > 0 => {
            let judged = |p: &[u8]| p.starts_with(b"score") || p.starts_with(b"prob");
            (discriminator == 0 || out_first || parts.iter().any(judged))
                .then_some(Meaning::Word(word))
        }
        // `D(real)` is what the network says of real samples.
        _ if discriminator == 1 && parts.count == 2 && name.contains('(') => {
            Some(Meaning::Word(word))
        }
        _ => (discriminator == 1 && parts.count == 2).then_some(Meaning::Either(word)),
    }
}

/// Whether `name` is a network's behind a word for training: `train G`, but not `G step`.
fn trains(name: &str) -> bool {
    let first = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
    first.is_some_and(|first| {
        ["train", "training", "trn", "current", "curr", "cur"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(first))
    })
}

/// The network of a part that is glued to its word for a loss: `gloss`, `errd`.
fn glued(text: &[u8]) -> Option<Part> {
    let network = [&b"loss"[..], b"err"]
        .into_iter()
        .find_map(|loss| text.strip_prefix(loss).or_else(|| text.strip_suffix(loss)))?;
    Some(part(network)).filter(|p| matches!(p, Part::Generator | Part::Discriminator))
}

/// Names that mean something as a whole.
fn whole(all: &[u8]) -> Option<Meaning> {
    use Meaning::{Weak, Word as Plain};
    Some(match all {
        b"epoch" | b"epochidx" | b"trainepoch" | b"currentepoch" | b"epochtrain" => {
            Plain(Word::Epoch)
        }
        b"ep" | b"epochs" => Weak(Word::Epoch),
        b"totalepochs" | b"numepochs" | b"maxepochs" | b"nepochs" | b"epochstotal" => {
            Plain(Word::TotalEpochs)
        }
        b"step" | b"iteration" | b"iter" | b"itr" | b"globalstep" | b"globaliter"
        | b"trainstep" | b"globaliteration" | b"trainingstep" | b"gstep" | b"dstep"
        | b"genstep" | b"itertrain" | b"curiter" | b"currentiter" | b"globalsteps"
        | b"batchidx" | b"trainiteration" | b"trainingiteration" | b"trainiter" => {
            Plain(Word::Step)
        }
        b"batch" | b"it" | b"steps" | b"iters" | b"iterations" | b"batches" | b"stp" => {
            Weak(Word::Step)
        }
        b"totalsteps" | b"maxsteps" | b"numsteps" | b"totaliters" | b"totaliterations"
        | b"maxiters" => Plain(Word::TotalSteps),
        b"progress" | b"progresspercent" => Plain(Word::Progress),
        b"dx" => Plain(Word::RealScores),
        b"avgdx" | b"meandx" => Meaning::Mean(Word::RealScores),
        b"avgdgz" | b"meandgz" => Meaning::Mean(Word::FakeScores),
        b"dgz" | b"dgz1" | b"dgx" => Plain(Word::FakeScores),
        _ => return None,
    })
}

/// Names in other scripts and languages than English.
fn foreign(name: &str) -> Option<Word> {
    Some(match name.trim() {
        "生成器损失"
        | "生成器loss"
        | "生成损失"
        | "生成器損失"
        | "生成器の損失"
        | "생성자 손실"
        | "생성기 손실"
        | "Pérdida del generador"
        | "Perte du générateur"
        | "Потери генератора" => Word::GeneratorLoss,
        "判别器损失"
        | "鉴别器损失"
        | "判别损失"
        | "識別器損失"
        | "識別器の損失"
        | "판별자 손실"
        | "판별기 손실"
        | "Pérdida del discriminador"
        | "Perte du discriminateur"
        | "Потери дискриминатора" => Word::DiscriminatorLoss,
        "轮次" | "轮数" | "エポック" | "эпоха" | "Эпоха" | "época" | "Época" | "époque"
        | "Époque" | "에포크" => Word::Epoch,
        "步数" | "迭代次数" | "ステップ" => Word::Step,
        _ => return None,
    })
}

/// Whether `meaning` is that of a counter.
pub fn counts(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Word(Word::Epoch | Word::Step) | Meaning::Weak(_)
    )
}

/// The word that `name` spells where it stands as a key of its own.
pub fn word(name: &str) -> Option<Word> {
    match meaning(name)? {
        Meaning::Word(word) | Meaning::Weak(word) => Some(word),
        Meaning::Mean(_) | Meaning::Bare(_) | Meaning::Either(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_loss() {
        for name in [
            "Generator Loss",
            "generator_loss",
            "G_loss",
            "Loss_G",
            "gen-loss",
            "lossG",
            "errG",
            "GLoss",
            "gloss",
            "loss netG",
            "Gen Loss Total",
            "train/generator_loss",
            "G_total",
            "l_g_total",
            "gen_total_loss",
            "Loss(G)",
            "loss.gen",
            "losses/G",
            "Generator error",
        ] {
            assert_eq!(word(name), Some(Word::GeneratorLoss), "{name}");
        }
        for name in [
            "critic loss",
            "dis/loss",
            "discrim_loss",
            "D_loss",
            "train disc cost",
            "lossD",
        ] {
            assert_eq!(word(name), Some(Word::DiscriminatorLoss), "{name}");
        }
    }

    #[test]
    fn a_component_is_not_the_total() {
        for name in [
            "d_loss_real",
            "G_GAN",
            "loss_G_L1",
            "G_A",
            "adv_loss_G",
            "loss_0",
            "g_loss_u",
            "val_g_loss",
            "l_g_pix",
            "D_Fake_loss",
            "learning_rate",
            "loss",
            "loss_disc_fake_g",
            "Dr",
            "lr_G",
            "d_out_real",
            "time",
            "D_G_z2",
            "ema_g_loss",
            "best G loss",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
    }

    #[test]
    fn spellings_of_a_score() {
        for name in [
            "D(x)",
            "D_x",
            "real_score",
            "Real Scores",
            "out_d_real",
            "Loss/scores/real",
        ] {
            let expected = (name != "Loss/scores/real").then_some(Word::RealScores);
            assert_eq!(word(name), expected, "{name}");
        }
        for name in [
            "D(G(z))",
            "D_G_z1",
            "fake score",
            "synthetic_scores",
            "out_d_fake",
        ] {
            assert_eq!(word(name), Some(Word::FakeScores), "{name}");
        }
        assert_eq!(meaning("D_real"), Some(Meaning::Either(Word::RealScores)));
        assert_eq!(meaning("D_Fake"), Some(Meaning::Either(Word::FakeScores)));
    }

    #[test]
    fn counters_and_their_kin() {
        assert_eq!(word("Global Step"), Some(Word::Step));
        assert_eq!(word("max_epochs"), Some(Word::TotalEpochs));
        assert_eq!(meaning("steps"), Some(Meaning::Weak(Word::Step)));
        assert_eq!(meaning("G"), Some(Meaning::Bare(Word::GeneratorLoss)));
        assert_eq!(
            meaning("epoch_g_loss"),
            Some(Meaning::Mean(Word::GeneratorLoss))
        );
    }
}
