//! The fields for what a trainer lets itself be told, made from what it declares.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value as Json;

use crate::event::number;
use crate::run::{ParameterKind, ParameterSpec};

/// What was typed in, by the parameter's name.
pub type Typed = BTreeMap<String, String>;

/// A field for each of `specs`. The browser itself checks the ranges before it submits.
#[component]
pub fn Parameters(specs: Vec<ParameterSpec>, typed: RwSignal<Typed>) -> impl IntoView {
    let fields = specs.into_iter().map(|spec| {
        let id = format!("parameter-{}", spec.name);
        let help = format!("{id}-help");
        let step = match spec.kind {
            ParameterKind::Integer => "1",
            ParameterKind::Number => "any",
        };
        let name = spec.name.clone();
        let value = move || typed.with(|typed| typed.get(&name).cloned().unwrap_or_default());
        let name = spec.name;
        let note = move |event| {
            let text = event_target_value(&event);
            typed.update(|typed| {
                typed.insert(name.clone(), text);
            });
        };
        view! {
            <div class="field">
                <label for=id.clone()>{spec.label}</label>
                <input
                    id=id
                    type="number"
                    inputmode="decimal"
                    min=spec.min
                    max=spec.max
                    step=step
                    placeholder=spec.default
                    aria-describedby=help.clone()
                    prop:value=value
                    on:input=note
                />
                <small id=help>
                    {spec.help} " "
                    <span class="range">{format!("{} to {}", spec.min, spec.max)}</span>
                </small>
            </div>
        }
    });
    // What holds from the last time is in sight.
    let open = typed.with_untracked(|typed| typed.values().any(|text| !text.trim().is_empty()));
    view! {
        <details class="parameters" open=open>
            <summary>"Parameters"</summary>
            {fields.collect_view()}
        </details>
    }
}

/// The parameters of a call; what was left empty is not asked for.
pub fn asked(specs: &[ParameterSpec], typed: &Typed) -> BTreeMap<String, Json> {
    let filled = specs.iter().filter_map(|spec| {
        let text = typed.get(&spec.name)?.trim();
        let number = match spec.kind {
            ParameterKind::Integer => text.parse::<i64>().ok().map(Json::from),
            ParameterKind::Number => number(text).map(Json::from),
        };
        // The server refuses what is no number, and says so better than silence here would.
        let value = number.unwrap_or_else(|| Json::from(text));
        (!text.is_empty()).then(|| (spec.name.clone(), value))
    });
    filled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_filled_fields_are_asked_for() {
        let spec = |name: &str, kind| ParameterSpec {
            name: name.into(),
            label: String::new(),
            help: String::new(),
            kind,
            min: 0.0,
            max: 1.0,
            default: String::new(),
        };
        let specs = [
            spec("batch_size", ParameterKind::Integer),
            spec("learning_rate", ParameterKind::Number),
            spec("seed", ParameterKind::Integer),
            spec("width", ParameterKind::Integer),
        ];
        let typed = [
            ("batch_size", " 64 "),
            ("learning_rate", "2e-4"),
            ("seed", ""),
            ("width", "wide"),
            ("other", "1"),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into();
        let asked = asked(&specs, &typed);
        assert_eq!(
            json!(asked),
            json!({"batch_size": 64, "learning_rate": 2e-4, "width": "wide"})
        );
    }
}
