//! The browser's side: the event stream, files, what the browser remembers, and the canvas.

pub mod canvas;
mod feed;
mod file;
mod place;
mod theme;

pub use feed::Feed;
pub use file::{chosen_file, dropped_file, upload};
pub use place::{local_time, now};
pub use theme::{forget_theme, set_theme, stored_theme};
pub use web_sys::File;
