//! Whether who looks at the page may change anything: with a viewer's token nobody does.

use leptos::prelude::*;

/// Why no control that changes something can be used here.
const ONLY_LOOKS: &str = "You came with the link for those who only look: starting and changing is for those who have the other one.";

/// Put into the context of a page for a viewer.
#[derive(Clone, Copy, Debug)]
pub struct OnlyLooks;

/// What stands in the way of every change, if anything does. It is the same as long as the page is open.
pub fn barred() -> Option<&'static str> {
    use_context::<OnlyLooks>().map(|OnlyLooks| ONLY_LOOKS)
}

/// Takes over in the browser what the server knew of who asked, as the document tells it.
pub fn remember() {
    #[cfg(feature = "hydrate")]
    if document()
        .body()
        .is_some_and(|body| body.has_attribute("data-only-looks"))
    {
        provide_context(OnlyLooks);
    }
}
