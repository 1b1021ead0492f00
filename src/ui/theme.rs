//! The choice of light or dark.

use leptos::prelude::*;

use super::browser;
use super::icon::{Icon, Sign};

/// What can be chosen: value, words, sign. The empty value leaves it to the system.
const CHOICES: [(&str, &str, Sign); 3] = [
    ("", "As the system", Sign::System),
    ("light", "Light", Sign::Light),
    ("dark", "Dark", Sign::Dark),
];

/// Three radio buttons that look like one switch.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(theme) = browser::stored_theme() {
            chosen.set(theme);
        }
    });
    let choose = move |value: &'static str| {
        chosen.set(value.to_owned());
        match value {
            "" => browser::forget_theme(),
            theme => browser::set_theme(theme),
        }
    };
    // One key leads from each to the next.
    let next = move || {
        let here = chosen.with(|chosen| CHOICES.iter().position(|choice| choice.0 == chosen));
        CHOICES[here.map_or(0, |here| (here + 1) % CHOICES.len())].0
    };
    let choices = CHOICES.map(|(value, words, sign)| {
        view! {
            <label title=words>
                <input
                    type="radio"
                    name="theme"
                    value=value
                    aria-label=words
                    data-command=format!("Theme: {words}")
                    data-key=move || (next() == value).then_some("t")
                    prop:checked=move || chosen.with(|chosen| chosen == value)
                    on:change=move |_| choose(value)
                />
                <Icon sign />
            </label>
        }
    });
    view! {
        <fieldset class="switch">
            <legend class="unseen">"Theme"</legend>
            {choices.collect_view()}
        </fieldset>
    }
}
