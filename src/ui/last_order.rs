//! With what the last training was started here, kept by the browser for the next.

use serde::{Deserialize, Serialize};

use super::browser;
use super::parameters::Typed;

/// Under which name the browser keeps it.
const KEPT_AS: &str = "last-order";

/// What the fields of the form said; data is chosen anew, and a name is for one run.
#[derive(Serialize, Deserialize)]
pub struct LastOrder {
    pub trainer: Option<String>,
    pub epochs: String,
    pub typed: Typed,
}

impl LastOrder {
    /// The one that the browser keeps.
    pub fn recall() -> Option<Self> {
        serde_json::from_slice(browser::recall(KEPT_AS)?.as_bytes()).ok()
    }

    pub fn keep(&self) {
        // It is made of texts alone, which have a form in JSON.
        if let Ok(text) = serde_json::to_string(self) {
            browser::keep(KEPT_AS, &text);
        }
    }
}
