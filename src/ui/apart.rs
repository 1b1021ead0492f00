//! The pages whose code a browser fetches only when somebody opens them.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{compare, history, reading, run_page};

/// Declares the route to a page. Only where the program is built in parts (the feature `split`, as in a
/// release) its code is a file of its own; elsewhere it comes with the rest.
macro_rules! apart {
    ($route:ident, $name:ident, $page:expr) => {
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                $name().await
            }
        }

        #[cfg_attr(feature = "split", lazy)]
        async fn $name() -> AnyView {
            $page().into_any()
        }
    };
}

apart!(Compare, compare_page, compare::ComparePage);
apart!(History, history_page, history::HistoryPage);
apart!(Reading, reading_page, reading::ReadingPage);
apart!(Run, run_page, run_page::RunPage);
