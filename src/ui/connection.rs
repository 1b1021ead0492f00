//! Whether the page still hears the server, a badge for each channel.

use leptos::prelude::*;

use super::Live;
use crate::event::Channel;
use crate::run::{Link, format};

/// The badges. All channels come over one stream, so that a browser's six connections to
/// a server suffice for many tabs: they share its state, and each counts its own events.
#[component]
pub fn Connection(live: Live) -> impl IntoView {
    let link = Memo::new(move |_| live.link());
    let badges = Channel::ALL.map(|channel| {
        let title = move || {
            live.traffic.with(|traffic| {
                let heard = traffic.heard(channel);
                let count = format::count(heard.events);
                match &heard.last {
                    Some(last) => {
                        format!("{count} events since the page was opened, the last of {last}")
                    }
                    None => "No event since the page was opened".into(),
                }
            })
        };
        view! {
            <li
                class="badge"
                data-channel=channel.name()
                data-state=move || link.get().name()
                title=title
            >
                <span class="dot"></span>
                {label(channel)}
                <span class="state">{move || word(link.get())}</span>
            </li>
        }
    });
    view! {
        <ul class="badges" aria-label="Connection to the server" aria-live="polite">
            {badges.collect_view()}
        </ul>
    }
}

fn label(channel: Channel) -> &'static str {
    match channel {
        Channel::Training => "Training",
        Channel::Progress => "Progress",
        Channel::Logs => "Logs",
    }
}

fn word(link: Link) -> &'static str {
    match link {
        Link::Connecting => "Connecting",
        Link::Connected => "Connected",
        Link::Disconnected => "Disconnected",
    }
}
