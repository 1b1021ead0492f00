//! The call that tries out how lines are read.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::trying;
use crate::run::LineReading;

/// What each line of `text` states, where the values stand, and which rule found them;
/// `pattern` is tried first, as that of a trainer in the configuration is. Nothing is stored.
#[server(name = ReadLines, prefix = "/api", endpoint = "read_lines", input = Json, output = Json)]
pub async fn read_lines(
    text: String,
    pattern: Option<String>,
) -> Result<Vec<LineReading>, ApiError> {
    trying(move |_| crate::server::read_lines(&text, pattern.as_deref())).await
}
