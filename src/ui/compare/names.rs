//! What runs and metrics are called on the page.

use crate::run::Compared;

/// The names of `runs`, in their order. Those that share one are told apart by the end of their ids.
pub fn names(runs: &[Compared]) -> Vec<String> {
    let name = |run: &Compared| {
        let same = runs.iter().filter(|other| other.row.name == run.row.name);
        let id = run.row.run_id.as_str();
        match same.count() > 1 && run.row.name != id {
            true => format!("{} ({})", run.row.name, id.rsplit('-').next().unwrap_or(id)),
            false => run.row.name.clone(),
        }
    };
    runs.iter().map(name).collect()
}

/// A metric as people call it; others by the trainer's own name.
pub fn title(metric: &str) -> String {
    match metric {
        "generator_loss" => "Generator loss".into(),
        "discriminator_loss" => "Discriminator loss".into(),
        "real_scores" => "D(x) of real samples".into(),
        "fake_scores" => "D(G(z)) of synthetic samples".into(),
        other => other.into(),
    }
}
