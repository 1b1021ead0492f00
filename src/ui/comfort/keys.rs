//! Single keys that give the commands of the page, and Ctrl+K for the palette of all of them.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::help::help;
use super::palette::palette;
use super::toast::Toasts;
use crate::ui::browser;

/// Under which name the browser keeps that single keys do nothing.
const KEPT_AS: &str = "keys";

/// What lies over the page, for whoever wants to open it.
#[derive(Clone, Copy)]
pub struct Over(pub RwSignal<Option<Opened>>);

/// What can lie over a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    Palette,
    Help,
}

/// What was typed while the palette was on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    pub text: String,
    /// Whether Enter came after it: then the first that is found is meant.
    pub is_entered: bool,
}

impl Early {
    fn hear(&mut self, key: &str) {
        match key {
            _ if self.is_entered => {}
            "Enter" => self.is_entered = true,
            "Backspace" => _ = self.text.pop(),
            _ if key.chars().count() == 1 => self.text.push_str(key),
            _ => {}
        }
    }
}

/// A key as it is printed on a keyboard: a capital letter is asked for with Shift.
pub(super) fn printed(key: &str) -> String {
    match key.chars().all(|letter| letter.is_uppercase()) {
        true => format!("Shift {key}"),
        false => key.to_owned(),
    }
}

/// Whether single keys act, as the browser keeps it.
pub(super) fn keys_act() -> bool {
    browser::recall(KEPT_AS).as_deref() != Some("off")
}

/// Lets single keys act from now on, or not.
pub(super) fn let_keys_act(act: bool) {
    browser::keep(KEPT_AS, if act { "on" } else { "off" });
}

/// Listens to keys; shows the palette and the list of keys when they are asked for.
#[component]
pub fn Keys(toasts: Toasts) -> impl IntoView {
    let Over(over) = expect_context();
    let shown = RwSignal::new(None::<ViewFn>);
    // What is typed while the palette is on its way is meant for it, and for no key of the page.
    let early = StoredValue::new(Early::default());
    // What opened another meanwhile has the say.
    let close = move |what: Opened| {
        over.try_update(|over| over.take_if(|over| *over == what));
    };
    let open = move |what: Opened| over.set(Some(what));
    Effect::new(move |_| {
        let Some(what) = over.get() else {
            return shown.set(None);
        };
        early.set_value(Early::default());
        // In a release their code comes when it is first asked for.
        spawn_local(async move {
            let view = match what {
                Opened::Palette => palette((move || close(what)).into(), early).await,
                Opened::Help => help((move || close(what)).into()).await,
            };
            if over.try_get_untracked() == Some(Some(what)) {
                shown.try_set(Some(view));
            }
        });
    });
    let key = move |event: KeyboardEvent| {
        let named = event.key();
        if (event.ctrl_key() || event.meta_key()) && named.eq_ignore_ascii_case("k") {
            event.prevent_default();
            open(Opened::Palette);
            return;
        }
        let other = event.ctrl_key() || event.meta_key() || event.alt_key();
        let opening = over.get_untracked().is_some() && !browser::has_dialogue();
        if opening && !other {
            if named == "Escape" {
                over.set(None);
            } else {
                early.update_value(|early| early.hear(&named));
            }
            event.prevent_default();
            return;
        }
        if other || event.default_prevented() || browser::is_typing() || !keys_act() {
            return;
        }
        if single(&named, toasts, open) {
            event.prevent_default();
        }
    };
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, key);
        on_cleanup(move || listener.remove());
    });
    view! {
        <button
            type="button"
            class="unseen"
            tabindex="-1"
            aria-hidden="true"
            data-command="Show all keys"
            data-key="?"
            on:click=move |_| open(Opened::Help)
        ></button>
        {move || shown.get().map(|view| view.run())}
    }
    .into_any()
}

/// Does what the key `named` stands for; whether it stands for anything.
fn single(named: &str, toasts: Toasts, open: impl Fn(Opened)) -> bool {
    match named {
        "?" => open(Opened::Help),
        "j" => return browser::step_to_chart(true),
        "k" => return browser::step_to_chart(false),
        named => {
            let commands = browser::commands();
            let Some(command) = commands
                .iter()
                .find(|command| command.key.as_deref() == Some(named))
            else {
                return false;
            };
            if command.enabled {
                command.give();
            } else {
                let reason = command.reason().map(|reason| format!(": {reason}"));
                let reason = reason.unwrap_or(".".into());
                toasts.say(format!("{} is not possible now{reason}", command.name));
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_early_ends_with_enter() {
        let mut early = Early::default();
        for key in [
            "s",
            "Shift",
            "o",
            "Backspace",
            "h",
            "Enter",
            "x",
            "Backspace",
        ] {
            early.hear(key);
        }
        assert_eq!((early.text.as_str(), early.is_entered), ("sh", true));
    }
}
