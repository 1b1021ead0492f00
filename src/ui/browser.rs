//! What the page asks of the browser. The server has none: there nothing happens, and
//! nothing is known.

use super::Live;

#[cfg(feature = "hydrate")]
pub use crate::client::{
    Command, File, chosen_file, commands, copy, dropped_files, fetch_text, forget_theme,
    has_dialogue, is_typing, keep, local_time, now, page_address, path_and_place, query, recall,
    rewrite_address, save_picture, save_text, set_icon, set_theme, step_to_chart, stored_theme,
    turn_full_screen, upload,
};

/// Keeps `live` up to date as long as the present owner lives: with the run that it shows
/// where `pinned`, else with the latest. `renumbered` is called where the view has to be
/// fetched again, `data_changed` where files of the data folder came, changed or went.
#[cfg(feature = "hydrate")]
pub fn follow(
    live: Live,
    pinned: bool,
    renumbered: impl FnOnce() + 'static,
    data_changed: Option<Box<dyn Fn()>>,
) {
    use leptos::prelude::{StoredValue, WithUntracked};
    let shown = live.view.with_untracked(|view| view.state.run_id.clone());
    let only = shown.filter(|_| pinned);
    // Its owner drops it, and that closes the stream.
    let kept = crate::client::Kept {
        view: live.view,
        traffic: live.traffic,
        usage: live.usage,
        drawn: live.drawn,
    };
    StoredValue::new_local(crate::client::Feed::open(
        kept,
        only,
        renumbered,
        data_changed,
    ));
}

/// Calls `ring` after runs changed, at most once a second, as long as the present owner lives.
#[cfg(feature = "hydrate")]
pub fn on_news(ring: impl Fn() + 'static) {
    use leptos::prelude::StoredValue;
    StoredValue::new_local(crate::client::Bell::hang(ring));
}

#[cfg(not(feature = "hydrate"))]
pub use absent::*;

#[cfg(not(feature = "hydrate"))]
mod absent {
    use leptos::ev::{DragEvent, Event};
    use leptos::web_sys::{Element, HtmlCanvasElement};

    use super::Live;
    use crate::api::{ApiError, ErrorCode};
    use crate::data::DataSource;

    /// No file ever comes to be on the server.
    #[derive(Clone)]
    pub enum File {}

    pub fn follow(
        _: Live,
        _pinned: bool,
        _renumbered: impl FnOnce() + 'static,
        _data_changed: Option<Box<dyn Fn()>>,
    ) {
    }

    pub fn on_news(_: impl Fn() + 'static) {}

    pub fn chosen_file(_: &Event) -> Option<File> {
        None
    }

    pub fn dropped_files(_: &DragEvent) -> Vec<File> {
        Vec::new()
    }

    pub async fn upload(file: File) -> Result<DataSource, ApiError> {
        match file {}
    }

    pub async fn copy(_: String) -> bool {
        false
    }

    pub fn page_address() -> Option<String> {
        None
    }

    pub async fn fetch_text(_: String) -> Result<String, ApiError> {
        Err(ApiError::new(
            ErrorCode::Unreachable,
            "Only a browser fetches this.",
        ))
    }

    pub fn now() -> f64 {
        0.0
    }

    pub fn local_time(_: &str) -> Option<String> {
        None
    }

    pub fn recall(_: &str) -> Option<String> {
        None
    }

    pub fn keep(_: &str, _: &str) {}

    pub fn save_text(_name: &str, _kind: &str, _text: &str) {}

    pub fn save_picture(_title: &str, _: &HtmlCanvasElement, _lines: &[(usize, String)]) {}

    pub fn turn_full_screen(_inside: &Element, _of: &str) {}

    /// No element of a page is there to be pressed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Command {
        pub name: String,
        pub key: Option<String>,
        pub enabled: bool,
    }

    impl Command {
        pub fn give(&self) {}

        pub fn reason(&self) -> Option<String> {
            None
        }
    }

    pub fn commands() -> Vec<Command> {
        Vec::new()
    }

    pub fn step_to_chart(_forward: bool) -> bool {
        false
    }

    pub fn has_dialogue() -> bool {
        false
    }

    pub fn is_typing() -> bool {
        false
    }

    pub fn set_icon(_: Option<&str>) {}

    pub fn query() -> String {
        String::new()
    }

    pub fn rewrite_address(_: &str) {}

    pub fn path_and_place() -> (String, String) {
        Default::default()
    }

    pub fn stored_theme() -> Option<String> {
        None
    }

    pub fn set_theme(_: &str) {}

    pub fn forget_theme() {}
}
