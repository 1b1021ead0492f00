//! The pages whose code a browser fetches only when somebody opens them.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{compare, history, reading, run_page};

/// Declares the route to a page. Only where the program is built in parts (the feature `split`, as in a
/// release) its code is a file of its own; elsewhere it comes with the rest.
macro_rules! apart {
    ($route:ident, $name:ident, $load:ident, $page:expr) => {
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                #[cfg(feature = "ssr")]
                super::start::announce(stringify!($name));
                $name().await
            }

            // The browser takes over the server's HTML in one go: the code has to be there before.
            #[cfg(feature = "split")]
            async fn preload() {
                $load().await;
            }
        }

        #[cfg_attr(feature = "split", lazy)]
        async fn $name() -> AnyView {
            $page().into_any()
        }
    };
}

apart!(
    Compare,
    compare_page,
    __preload_compare_page,
    compare::ComparePage
);
apart!(
    History,
    history_page,
    __preload_history_page,
    history::HistoryPage
);
apart!(
    Reading,
    reading_page,
    __preload_reading_page,
    reading::ReadingPage
);
apart!(Run, run_page, __preload_run_page, run_page::RunPage);
