//! The browser's side: the event stream, files, what the browser remembers, and the canvas.

mod address;
mod awake;
mod bell;
pub mod canvas;
mod clipboard;
mod commands;
mod feed;
mod file;
mod memory;
mod place;
mod sample;
mod save;
mod screen;
mod tab;
mod theme;
mod wire;

pub use address::{page_address, path_and_place, query, rewrite_address};
pub use bell::Bell;
pub use canvas::save_picture;
pub use clipboard::copy;
pub use commands::{Command, commands, has_dialogue, is_typing, step_to_chart};
pub use feed::{Feed, Kept};
pub use file::{chosen_file, dropped_files, upload};
pub use memory::{keep, recall};
pub use place::{local_time, now};
pub use sample::fetch_text;
pub use save::save_text;
pub use screen::turn_full_screen;
pub use tab::set_icon;
pub use theme::{forget_theme, set_theme, stored_theme};
pub use web_sys::File;
