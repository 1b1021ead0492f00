//! The document around the application.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use super::start::Start;
use super::{App, END, viewer};
use crate::api::{at, root};

/// The whole HTML document, for the server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-root=Some(root()).filter(|root| !root.is_empty())>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content="GAN training, live in the browser" />
                <link rel="icon" type="image/svg+xml" href=at("/favicon.svg") />
                // Before the first paint, so that no other theme flashes up.
                <script src=at("/theme.js")></script>
                // Painted when it is whole: what is painted half-way moves when the rest arrives.
                <link rel="expect" href=format!("#{END}") blocking="render" />
                <AutoReload options=options.clone() />
                <Start options />
                <MetaTags />
            </head>
            <body data-only-looks=viewer::barred().is_some()>
                <App />
            </body>
        </html>
    }
}
