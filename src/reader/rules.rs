//! Applies the built-in rules to one line, one after the other.

use super::block::Block;
use super::draft::{Before, Candidate, Draft};
use super::words::meaning;
use super::{Reading, Rule, bar, brackets, call, counter, foreign, pair, scene, table};

/// Whether `text`, a line of a block, states a network's loss, so that the block is the
/// report of a trainer; a call's arguments never are.
pub fn reports(text: &str, block: &Block) -> bool {
    if matches!(block, Block::Open { call: true, .. }) || text.contains(['|', '│']) {
        return false;
    }
    let update = by_rules(text, Before::default()).update;
    let loss = update.generator_loss.or(update.discriminator_loss);
    let counted = update.epoch.is_some() || update.step.is_some();
    let dictionary = matches!(block, Block::Open { .. } | Block::Object { .. });
    loss.is_some() && (dictionary || counted)
}

/// Whether `text` tells where the run is.
pub fn counts(text: &str) -> bool {
    let update = by_rules(text, Before::default()).update;
    update.epoch.is_some() || update.step.is_some()
}

/// What the built-in rules find in a line.
pub fn by_rules(text: &str, before: Before) -> Reading {
    let mut draft = Draft::new(text, before);
    if foreign::is(&draft) {
        return Reading::default();
    }
    match bar::read(&mut draft) {
        bar::Of::Training => {}
        bar::Of::Transfer => return Reading::default(),
        bar::Of::Chore => {
            counter::read(&mut draft);
            return draft.epoch_alone();
        }
    }
    call::hide(&mut draft);
    brackets::leading(&mut draft);
    brackets::signed(&mut draft);
    counter::read(&mut draft);
    if draft.counted && draft.before.evaluation.is_some() && !is_evaluation(text) {
        // A new count ends the evaluation that a header above began.
        draft.before.evaluation = None;
    }
    match table::two_cells(text) {
        Some((name, value)) => {
            let meaning = meaning(&text[name.clone()]);
            draft.candidates.push(Candidate {
                aside: scene::evaluated(&text[name.clone()]) || draft.before.evaluation.is_some(),
                name: text[name].to_owned(),
                value,
                meaning,
                rule: Rule::Table,
                percent: false,
            });
        }
        None => pair::read(&mut draft),
    }
    draft.doubtful |= foreign::plans(&draft);
    brackets::unnamed(&mut draft);
    bar::late(&mut draft);
    draft.settle()
}

/// Whether `text` is itself the header of an evaluation.
pub fn is_evaluation(text: &str) -> bool {
    matches!(scene::header(text), Some((scene::Header::Evaluation, _)))
}
