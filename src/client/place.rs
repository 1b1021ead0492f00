//! Where and when the viewer is: the clock, and times in the viewer's zone and manner.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// Seconds since 1970 by the browser's clock.
pub fn now() -> f64 {
    Date::now() / 1000.0
}

/// An RFC 3339 time as the viewer writes it, to the minute; `None` where it is not a time.
pub fn local_time(utc: &str) -> Option<String> {
    let date = Date::new(&JsValue::from_str(utc));
    if date.get_time().is_nan() {
        return None;
    }
    let options = Object::new();
    for (key, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    // No locale named: the browser's own.
    let format = Intl::DateTimeFormat::new(&Array::new(), &options).format();
    format.call1(&JsValue::UNDEFINED, &date).ok()?.as_string()
}
