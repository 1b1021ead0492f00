//! A training on disk: one safetensors file from which it goes on exactly, or rows are sampled.
//!
//! The file's metadata has a single key, `nashboard-gan`, with a JSON object: the `version` of the layout, then
//! `settings`, `progress`, `best` (the score of the best checkpoint so far), `rows` of the data and the `encoding` of its
//! columns. The tensors, all `F32`, are the weights and biases `generator.N`, `average.N` (the generator with averaged
//! weights, which draws the rows) and `discriminator.N`, and Adam's moments `generator.first.N`, `generator.second.N`,
//! `discriminator.first.N` and `discriminator.second.N`. N counts weight (inputs × outputs) and bias (1 × outputs) of each
//! layer from the input on. `sums` (`F64`) holds the metrics of an unfinished epoch, summed over its steps, and `uniques`
//! (`U64`, sorted) the fingerprints of rows of the data that must not be drawn again. A safetensors reader for Python opens
//! it as well.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::error::TrainError;
use super::gan::{Gan, Metrics};
use super::net::Matrix;
use super::output::write_atomically;
use super::random::{Purpose, stream};
use super::state::{State, VERSION};

pub(super) const KEY: &str = "nashboard-gan";
/// Largest file that is read. Networks of the greatest widths on the widest encoding stay below.
pub(super) const MOST_BYTES: u64 = 2 << 30;

/// All that a training needs to go on, but for its data.
pub struct Checkpoint {
    pub state: State,
    /// Metrics of the unfinished epoch, summed over its steps.
    pub sums: Metrics,
    pub gan: Gan<f32>,
    /// Fingerprints of rows that must not be drawn again, sorted.
    pub uniques: Vec<u64>,
}

impl Checkpoint {
    /// A training that has not begun, with the weights that the seed gives.
    pub fn fresh(state: State, uniques: Vec<u64>) -> Self {
        let gan = Gan::new(
            state.encoding.blocks(),
            state.settings.pack,
            state.settings.widths,
            &mut stream(state.settings.seed, Purpose::Weights),
        );
        Self {
            state,
            sums: Metrics::default(),
            gan,
            uniques,
        }
    }

    /// Writes the checkpoint to `path`, which holds either what it held or all of it.
    pub fn save(&mut self, path: &Path) -> Result<(), TrainError> {
        let unfit = |problem: String| TrainError::checkpoint(path, problem);
        let state = serde_json::to_string(&self.state).map_err(|error| unfit(error.to_string()))?;
        let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
        self.for_each_tensor(|name, matrix| {
            let bytes = matrix
                .values()
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            tensors.push((
                name,
                Dtype::F32,
                vec![matrix.rows(), matrix.columns()],
                bytes,
            ));
            Ok(())
        })
        .map_err(unfit)?;
        let sums = self
            .sums
            .to_array()
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        tensors.push(("sums".to_owned(), Dtype::F64, vec![4], sums));
        let count = self.uniques.len();
        let uniques = self
            .uniques
            .iter()
            .flat_map(|row| row.to_le_bytes())
            .collect();
        tensors.push(("uniques".to_owned(), Dtype::U64, vec![count], uniques));
        let views = tensors
            .iter()
            .map(|(name, kind, shape, bytes)| {
                Ok((name, TensorView::new(*kind, shape.clone(), bytes)?))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
        // A single key, because the order of several would change from one run to the next.
        let metadata = HashMap::from([(KEY.to_owned(), state)]);
        let file = views.and_then(|views| safetensors::serialize(views, Some(metadata)));
        let file = file.map_err(|error| unfit(error.to_string()))?;
        write_atomically(path, |out| out.write_all(&file))
    }

    /// Reads a checkpoint that [`save`](Self::save) wrote; anything else is refused. A path of `-` is standard input.
    pub fn load(path: &Path) -> Result<Self, TrainError> {
        let reading = || TrainError::reading(path);
        let (input, shown): (Box<dyn Read>, _) = match path.as_os_str() == "-" {
            true => (Box::new(std::io::stdin()), Path::new("on standard input")),
            false => (Box::new(fs::File::open(path).map_err(reading())?), path),
        };
        let mut bytes = Vec::new();
        let mut input = input.take(MOST_BYTES + 1);
        input.read_to_end(&mut bytes).map_err(reading())?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(TrainError::checkpoint(
                shown,
                "it is larger than any checkpoint; give one that a training wrote",
            ));
        }
        Self::parse(&bytes).map_err(|problem| TrainError::checkpoint(shown, problem))
    }

    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let damaged = |what: &str| format!("it is damaged: {what}; use another one");
        let unreadable = |error| {
            format!("it is not a whole safetensors file ({error}); give one that a training wrote")
        };
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let json = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY)).ok_or_else(|| {
            "it is a safetensors file of another program; give one that a Nashboard training wrote".to_owned()
        })?;
        let version = |json| serde_json::from_str::<Version>(json).map(|outer| outer.version);
        match version(json) {
            Ok(VERSION) => {}
            Ok(other) => {
                return Err(format!(
                    "it has version {other}, and this program reads version {VERSION}"
                ));
            }
            Err(error) => return Err(damaged(&error.to_string())),
        }
        let state: State =
            serde_json::from_str(json).map_err(|error| damaged(&error.to_string()))?;
        if !state.is_sound() {
            return Err(damaged("a setting is out of range"));
        }
        let sums = tensors
            .tensor("sums")
            .ok()
            .filter(|view| view.dtype() == Dtype::F64 && view.shape() == [4]);
        let sums: Vec<f64> = numbers(
            sums.ok_or_else(|| damaged("the sums are missing"))?.data(),
            f64::from_le_bytes,
        );
        let uniques = tensors
            .tensor("uniques")
            .ok()
            .filter(|view| view.dtype() == Dtype::U64);
        let uniques = uniques.ok_or_else(|| damaged("the fingerprints of rows are missing"))?;
        let uniques: Vec<u64> = numbers(uniques.data(), u64::from_le_bytes);
        if !uniques.is_sorted() {
            return Err(damaged("the fingerprints of rows are not sorted"));
        }
        let mut checkpoint = Self::fresh(state, uniques);
        checkpoint.sums = Metrics::from_array(std::array::from_fn(|place| {
            sums.get(place).copied().unwrap_or(0.0)
        }));
        checkpoint.gan.generator_adam.updates = checkpoint.state.progress.total_steps;
        checkpoint.gan.discriminator_adam.updates = checkpoint.state.progress.total_steps;
        checkpoint.for_each_tensor(|name, matrix| {
            let view = tensors
                .tensor(&name)
                .map_err(|_| damaged(&format!("{name} is missing")))?;
            if view.dtype() != Dtype::F32 || view.shape() != [matrix.rows(), matrix.columns()] {
                return Err(damaged(&format!("{name} has another shape")));
            }
            let values = numbers(view.data(), f32::from_le_bytes);
            if !values.iter().all(|value| value.is_finite()) {
                return Err(damaged(&format!(
                    "{name} holds a value that is not a finite number"
                )));
            }
            matrix.values_mut().copy_from_slice(&values);
            Ok(())
        })?;
        Ok(checkpoint)
    }

    /// Visits every tensor with its name; saving and loading share it, so that they cannot disagree.
    fn for_each_tensor(
        &mut self,
        mut visit: impl FnMut(String, &mut Matrix<f32>) -> Result<(), String>,
    ) -> Result<(), String> {
        let gan = &mut self.gan;
        let groups: [(&str, Vec<&mut Matrix<f32>>); 7] = [
            ("generator", gan.generator.parameters_mut().collect()),
            ("average", gan.average.parameters_mut().collect()),
            (
                "discriminator",
                gan.discriminator.parameters_mut().collect(),
            ),
            (
                "generator.first",
                gan.generator_adam.first_moments.iter_mut().collect(),
            ),
            (
                "generator.second",
                gan.generator_adam.second_moments.iter_mut().collect(),
            ),
            (
                "discriminator.first",
                gan.discriminator_adam.first_moments.iter_mut().collect(),
            ),
            (
                "discriminator.second",
                gan.discriminator_adam.second_moments.iter_mut().collect(),
            ),
        ];
        for (group, matrices) in groups {
            for (place, matrix) in matrices.into_iter().enumerate() {
                visit(format!("{group}.{place}"), matrix)?;
            }
        }
        Ok(())
    }
}

/// The one field that every version of the layout has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

fn numbers<T, const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&chunk| read(chunk))
        .collect()
}

#[cfg(test)]
mod tests;
