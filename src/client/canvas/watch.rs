//! Watches what changes a canvas' look from outside: its size, the screen, the theme, and whether
//! it is in sight.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, EventTarget, IntersectionObserver, IntersectionObserverInit, MediaQueryList,
    MutationObserver, MutationObserverInit, ResizeObserver,
};

/// Calls its function on every change, until it is dropped.
pub(super) struct Watch {
    changed: Closure<dyn FnMut()>,
    size: ResizeObserver,
    sight: IntersectionObserver,
    theme: MutationObserver,
    /// What tells of a change by an event, with the event's name.
    sources: Vec<(EventTarget, &'static str)>,
}

impl Watch {
    /// Calls `changed` when the size of `element`, the pixels of the screen or the theme of
    /// the page change, and when it comes into sight. The theme is the system's, or what the root's `data-theme` says.
    pub(super) fn new(element: &Element, changed: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("a canvas needs a window")?;
        let changed = Closure::<dyn FnMut()>::new(changed);
        let callback = changed.as_ref().unchecked_ref();

        let size = ResizeObserver::new(callback)?;
        size.observe(element);

        let near = IntersectionObserverInit::new();
        near.set_root_margin("100px");
        let sight = IntersectionObserver::new_with_options(callback, &near)?;
        sight.observe(element);

        let theme = MutationObserver::new(callback)?;
        if let Some(root) = window
            .document()
            .and_then(|document| document.document_element())
        {
            let which = MutationObserverInit::new();
            which.set_attribute_filter(
                &[JsValue::from_str("data-theme")]
                    .into_iter()
                    .collect::<js_sys::Array>(),
            );
            theme.observe_with_options(&root, &which)?;
        }

        let scheme: Option<MediaQueryList> = window.match_media("(prefers-color-scheme: dark)")?;
        let mut sources: Vec<(EventTarget, &'static str)> = vec![(window.into(), "resize")];
        sources.extend(scheme.map(|scheme| (scheme.into(), "change")));
        for (source, event) in &sources {
            source.add_event_listener_with_callback(event, callback)?;
        }
        Ok(Self {
            changed,
            size,
            sight,
            theme,
            sources,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.size.disconnect();
        self.sight.disconnect();
        self.theme.disconnect();
        let callback = self.changed.as_ref().unchecked_ref();
        for (source, event) in &self.sources {
            // A listener that cannot be removed calls a function that has nothing to do.
            let _ = source.remove_event_listener_with_callback(event, callback);
        }
    }
}
