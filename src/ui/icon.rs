//! Signs drawn in one stroke each, on a grid of 16 by 16.

use leptos::prelude::*;

use crate::event::Status;

/// What a sign says. It never says it alone: words stand beside it or label it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Idle,
    Running,
    Stopping,
    Completed,
    Failed,
    Stopped,
    Lost,
    Warning,
    Close,
    Upload,
    File,
    Down,
    Up,
    Edit,
    Copy,
    Again,
    Delete,
    Compare,
    Light,
    Dark,
    System,
    Table,
    Picture,
    Save,
    Expand,
    Pin,
    Open,
    Earlier,
    Later,
    Search,
}

impl Sign {
    /// The sign of a run's status.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Idle => Self::Idle,
            Status::Running => Self::Running,
            Status::Stopping => Self::Stopping,
            Status::Completed => Self::Completed,
            Status::Failed => Self::Failed,
            Status::Stopped => Self::Stopped,
            Status::Lost => Self::Lost,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Idle => "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6.5 6v4M9.5 6v4",
            Self::Running => "M4.5 2.5v11l9-5.5z",
            Self::Stopping => "M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
            Self::Completed => "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M5 8.2l2.2 2.2L11 6",
            Self::Failed => "M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M6 6l4 4M10 6l-4 4",
            Self::Stopped => "M3.5 3.5h9v9h-9z",
            Self::Lost => "M5.2 5.6a2.8 2.8 0 1 1 4.2 2.5c-.9.5-1.4 1-1.4 1.9M8 12.9v.2",
            Self::Warning => "M8 2L14.5 13.5h-13zM8 6.5v3.2M8 11.7v.1",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Upload => "M8 10.5V2.5M4.8 5.7L8 2.5l3.2 3.2M2.5 10.5v3h11v-3",
            Self::File => "M4 1.8h5L12.5 5.3V14.2H4zM9 1.8V5.3h3.5",
            Self::Down => "M8 2.5v10M4 8.8L8 12.8l4-4",
            Self::Up => "M8 13.5v-10M4 7.2L8 3.2l4 4",
            Self::Edit => "M3 13l.7-3.2L11 2.5l2.5 2.5l-7.3 7.3zM9.5 4l2.5 2.5",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Again => "M13.5 3v3.5H10M13.2 6.5A5.5 5.5 0 1 0 13.5 9",
            Self::Delete => "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4",
            Self::Compare => "M2 13.5h12M2 11c3 0 3.5-7 6-7s3 5 6 5M2 5c3 0 4 4 6 4s3-5 6-5",
            Self::Light => {
                "M5 8a3 3 0 1 0 6 0a3 3 0 1 0-6 0M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
            }
            Self::Dark => "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
            Self::Table => "M2 3h12v10H2zM2 6.5h12M2 9.8h12M6.5 6.5V13",
            Self::Picture => "M2 3h12v10H2zM2 11l3.5-3.5l3 3l2-2l3.5 3M9.8 6h.1",
            Self::Save => "M8 2.5v8M4.8 7.3L8 10.5l3.2-3.2M2.5 10.5v3h11v-3",
            Self::Expand => "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9",
            Self::Pin => "M5.5 2h5M6.2 2v4.2L4 8.8h8L9.8 6.2V2M8 8.8v5.2",
            Self::Search => "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M10.3 10.3L14 14",
            Self::Earlier => "M10 3.5L5.5 8L10 12.5",
            Self::Later | Self::Open => "M6 3.5L10.5 8L6 12.5",
            Self::System => "M2 3h12v8H2zM5.5 13.5h5M8 11v2.5",
        }
    }
}

/// A sign in the colour of the text around it; hidden from screen readers.
#[component]
pub fn Icon(sign: Sign) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=sign.path() />
        </svg>
    }
}

/// The two players on their way to an equilibrium.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="logo-ground" width="32" height="32" rx="7" />
            <path class="logo-generator" d="M4 9C12 9 13 16 28 16" />
            <path class="logo-discriminator" d="M4 23C12 23 13 16 28 16" />
        </svg>
    }
}
