//! A panel that takes files: by a button, and by dropping them anywhere on it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::icon::{Icon, Sign};
use super::live::Desk;
use super::message::Message;
use super::sources::address;
use super::viewer::barred;
use super::{Hydrated, browser};

/// The panel around `children`. A file that arrived is selected at once.
#[component]
pub fn Upload(desk: Desk, children: Children) -> impl IntoView {
    let Hydrated(hydrated) = expect_context();
    let barred = barred();
    let upload = Action::new_local(|file: &browser::File| browser::upload(file.clone()));
    let busy = upload.pending();
    let message = RwSignal::new(None);
    // Whether a file hangs over the panel. Leaving a child counts as leaving the panel to
    // the browser, but is followed at once by entering another one.
    let over = RwSignal::new(false);

    let navigate = use_navigate();
    let send = move |mut files: Vec<browser::File>| {
        let obstacle = match files.len() {
            0 => return,
            _ if barred.is_some() => barred,
            _ if busy.get_untracked() => {
                Some("Another file is still on its way: wait for it, and drop this one again.")
            }
            1 => None,
            _ => Some("Files are taken one at a time: drop them one after the other."),
        };
        message.set(obstacle.map(str::to_owned));
        if let (None, Some(file)) = (obstacle, files.pop()) {
            upload.dispatch_local(file);
        }
    };
    Effect::new(move |_| match upload.value().get() {
        Some(Ok(source)) => {
            desk.sources.refetch();
            let to = desk
                .pinned
                .with_untracked(|run| address(source.id.as_str(), run.as_deref()));
            let stay = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&to, stay);
        }
        Some(Err(error)) => message.set(Some(error.to_string())),
        None => {}
    });

    view! {
        <section
            class="panel"
            class:over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                send(browser::dropped_files(&event));
            }
        >
            {children()}
            <Message text=message />
            <label class="button upload" class:busy=busy title=barred>
                <input
                    type="file"
                    accept=".csv,text/csv"
                    data-testid="upload"
                    class="unseen"
                    disabled=move || !hydrated.get() || barred.is_some() || busy.get()
                    on:change=move |event| send(browser::chosen_file(&event).into_iter().collect())
                />
                <Icon sign=Sign::Upload />
                {move || if busy.get() { "Uploading…" } else { "Upload CSV, or drop it here" }}
            </label>
        </section>
    }
    .into_any()
}
