//! What makes a page that is open all day easy on its user: keys, a palette of commands, words that come and go.

mod dialogue;
mod help;
mod keys;
mod palette;
mod tab;
mod toast;

pub use keys::{Keys, Opened, Over};
pub use tab::show_in_tab;
pub use toast::{Shelf, Toasts};
