//! What the page in sight offers to keys and to the palette: elements that say so themselves.
//!
//! An element with `data-command` is a command of that name, and `data-key` is the key that gives it. Thus a
//! page's commands are always those that one sees, and what is disabled there is disabled here.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// A command of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub name: String,
    pub key: Option<String>,
    /// Whether it can be given now.
    pub enabled: bool,
    element: HtmlElement,
}

/// Charts, for the keys that go from one to the next.
const CHARTS: &str = ".chart .chart-pointer";

/// The commands of the page in the order of the page, and its charts.
pub fn commands() -> Vec<Command> {
    let stated = all("[data-command]").into_iter().filter_map(|element| {
        Some(Command {
            name: element.get_attribute("data-command")?,
            key: element.get_attribute("data-key"),
            enabled: !element.has_attribute("disabled"),
            element,
        })
    });
    let charts = all(CHARTS).into_iter().filter_map(|element| {
        let figure = element.closest("figure").ok()??;
        let title = figure.query_selector(".chart-title").ok()??;
        Some(Command {
            name: format!("Chart: {}", title.text_content()?),
            key: None,
            enabled: true,
            element,
        })
    });
    stated.chain(charts).collect()
}

impl Command {
    /// Why it cannot be given, where its element says so.
    pub fn reason(&self) -> Option<String> {
        let of = self.element.get_attribute("aria-describedby");
        let said = of.and_then(|id| document().get_element_by_id(&id)?.text_content());
        let reason = said.or_else(|| self.element.get_attribute("title"))?;
        let reason = reason.trim();
        (!self.enabled && !reason.is_empty()).then(|| reason.to_owned())
    }

    /// Does what a hand would do: a field gets the focus, all else is pressed.
    pub fn give(&self) {
        let field = self.element.dyn_ref::<HtmlInputElement>();
        let is_field = field.is_some_and(|field| field.type_() != "radio");
        let is_chart = self.element.get_attribute("role").as_deref() == Some("application");
        if is_field || is_chart {
            reach(&self.element);
        } else {
            self.element.click();
        }
    }
}

/// Gives the focus to the next chart, or to the one before; whether there is any.
pub fn step_to_chart(forward: bool) -> bool {
    let charts = all(CHARTS);
    let focused = document().active_element();
    let here = charts
        .iter()
        .position(|chart| focused.as_ref() == Some(chart.as_ref()));
    let next = match (here, forward) {
        (None, true) => 0,
        (None, false) => charts.len().saturating_sub(1),
        (Some(here), true) => (here + 1).min(charts.len() - 1),
        (Some(here), false) => here.saturating_sub(1),
    };
    charts.get(next).map(reach).is_some()
}

/// Whether keys go to a field now, or to a dialogue.
pub fn is_typing() -> bool {
    let Some(element) = document().active_element() else {
        return false;
    };
    let kind = element
        .dyn_ref::<HtmlInputElement>()
        .map(HtmlInputElement::type_);
    let field = matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT")
        || kind.is_some_and(|kind| kind != "radio" && kind != "checkbox" && kind != "range");
    field || has_dialogue()
}

/// Whether a dialogue lies over the page.
pub fn has_dialogue() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

fn reach(element: &HtmlElement) {
    element.scroll_into_view_with_bool(false);
    // What has no focus to take was scrolled to all the same.
    let _ = element.focus();
}

/// The elements that `selector` finds, as far as they are in the page to be seen.
fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    let elements = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    elements
        .filter(|element: &HtmlElement| !is_hidden(element))
        .collect()
}

fn is_hidden(element: &Element) -> bool {
    element.get_client_rects().length() == 0
}
