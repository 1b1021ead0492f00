//! Starting a run once more with the same settings.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::{Page, shell};
use crate::api::StartTraining;
use crate::run::Manifest;
use crate::ui::Hydrated;
use crate::ui::copy::CopyButton;
use crate::ui::icon::{Icon, Sign};
use crate::ui::viewer::barred;

/// The trainer of a run that was started by `nashboard run`.
const TERMINAL: &str = "terminal";

/// Starts the same once more, where that can be done from here.
#[component]
pub fn Again(page: Page, message: RwSignal<Option<String>>) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let start = ServerAction::<StartTraining>::new();
    let starting = start.pending();
    let manifest = page.detail.with_untracked(|detail| detail.manifest.clone());
    let order = order(&manifest);
    let never = order.as_ref().err().copied();
    let order = StoredValue::new(order.ok());
    let barred = barred();
    let obstacle = move || match never {
        _ if barred.is_some() => barred.map(str::to_owned),
        Some(reason) => Some(format!("Start again: {reason}")),
        None if page.status.get().is_active() => Some("Start again: it is still active.".into()),
        None => None,
    };
    let press = move |_| {
        if let Some(order) = order.get_value() {
            message.set(None);
            start.dispatch(order);
        }
    };
    watch_on(start, message);
    let terminal = manifest.trainer == TERMINAL && !manifest.command.is_empty();
    let by_hand = terminal.then(|| {
        let line = format!("nashboard run -- {}", shell::line(&manifest.command));
        let copied = line.clone();
        view! {
            <div class="command">
                <code data-testid="by-hand">{line}</code>
                <CopyButton label="Copy the command" small=true text=move || Some(copied.clone()) />
            </div>
        }
    });
    view! {
        <button
            type="button"
            class="button"
            data-testid="again"
            data-command="Start again with the same settings"
            title=obstacle
            aria-describedby="again-reason"
            disabled=move || !hydrated.get() || starting.get() || obstacle().is_some()
            on:click=press
        >
            <Icon sign=Sign::Again />
            "Start again with the same settings"
        </button>
        <div id="again-reason" class="reason muted" data-testid="again-reason" hidden=move || obstacle().is_none()>
            {obstacle}
            {by_hand}
        </div>
    }
    .into_any()
}

/// Goes to where a run is watched that was started, or says why it was not.
pub fn watch_on(start: ServerAction<StartTraining>, message: RwSignal<Option<String>>) {
    let navigate = use_navigate();
    Effect::new(move |_| match start.value().get() {
        Some(Ok(_)) => navigate("/", NavigateOptions::default()),
        Some(Err(error)) => message.set(Some(error.to_string())),
        None => {}
    });
}

/// The call that starts the same once more, or why there is none.
pub fn order(manifest: &Manifest) -> Result<StartTraining, &'static str> {
    if manifest.trainer == TERMINAL {
        return Err("it was started in a terminal. Start it there, in its folder:");
    }
    if manifest.trainer.is_empty() {
        return Err("nobody knows how it was started, since its run.json cannot be read.");
    }
    let Some(data) = &manifest.data else {
        return Err("it was started without a data source of the dashboard.");
    };
    // A run without a name of its own goes by its id, which the next has not.
    let named = manifest.name != manifest.id.as_str() && !manifest.name.is_empty();
    Ok(StartTraining {
        data_source: data.source.clone(),
        trainer: Some(manifest.trainer.clone()),
        epochs: manifest.epochs.and_then(|epochs| epochs.try_into().ok()),
        name: named.then(|| manifest.name.clone()),
        parameters: Some(manifest.parameters.clone()),
        resume: manifest.resumed_from.as_ref().map(ToString::to_string),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunId;
    use crate::run::DataFingerprint;

    fn manifest(trainer: &str, name: &str) -> Manifest {
        let json = serde_json::json!({
            "format": 1,
            "id": "20250824-181433-a1b2",
            "name": name,
            "trainer": trainer,
            "command": ["sh", "-c", "true"],
            "working_directory": "/",
            "parameters": {"seed": 7},
            "epochs": 5,
            "started_at": "2025-08-24T18:14:33Z",
        });
        Manifest {
            data: Some(DataFingerprint {
                source: "penguins".into(),
                name: "penguins.csv".into(),
                rows: Some(344),
                columns: Some(7),
                bytes: 13_478,
                sha256: "00".into(),
            }),
            ..serde_json::from_value(json).unwrap()
        }
    }

    #[test]
    fn the_same_is_asked_for_again() {
        let order = order(&manifest("embedded", "first")).unwrap();
        assert_eq!(order.data_source, "penguins");
        assert_eq!(order.trainer.as_deref(), Some("embedded"));
        assert_eq!(
            (order.epochs, order.name.as_deref()),
            (Some(5), Some("first"))
        );
        assert_eq!(order.parameters.unwrap()["seed"], 7);
        assert_eq!(order.resume, None);
    }

    #[test]
    fn an_id_is_no_name_for_the_next_run() {
        let manifest = manifest("embedded", "20250824-181433-a1b2");
        assert!(RunId::parse(&manifest.name).is_some());
        assert_eq!(order(&manifest).unwrap().name, None);
    }

    #[test]
    fn what_cannot_be_started_from_here_says_why() {
        assert!(
            order(&manifest(TERMINAL, "x"))
                .unwrap_err()
                .contains("terminal")
        );
        assert!(order(&manifest("", "x")).unwrap_err().contains("run.json"));
        let without = Manifest {
            data: None,
            ..manifest("embedded", "x")
        };
        assert!(order(&without).unwrap_err().contains("data source"));
    }
}
