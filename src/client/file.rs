//! Files that the user gives: chosen, dropped, sent to the server.

use gloo_net::http::Request;
use leptos::ev::{DragEvent, Event};
use leptos::prelude::event_target;
use web_sys::{File, FormData, HtmlInputElement};

use crate::api::{ApiError, ErrorCode, at};
use crate::data::DataSource;

/// The file chosen in the input that `event` comes from. The input is emptied, so that
/// the same file can be chosen again after it was corrected.
pub fn chosen_file(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event_target(event);
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

/// The files that were dropped.
pub fn dropped_files(event: &DragEvent) -> Vec<File> {
    let files = event.data_transfer().and_then(|data| data.files());
    let files = files.into_iter();
    files
        .flat_map(|files| (0..files.length()).filter_map(move |at| files.get(at)))
        .collect()
}

/// Sends a CSV file; the server adds it to the data sources.
pub async fn upload(file: File) -> Result<DataSource, ApiError> {
    let failed = |what: &str| ApiError::new(ErrorCode::Internal, format!("The file {what}."));
    let form = FormData::new().map_err(|_| failed("cannot be sent by this browser"))?;
    form.append_with_blob("file", &file)
        .map_err(|_| failed("cannot be sent by this browser"))?;
    let request = Request::post(&at("/api/upload_csv"))
        .body(form)
        .map_err(|_| failed("cannot be sent by this browser"))?;
    let answer = request.send().await.map_err(|_| {
        ApiError::new(
            ErrorCode::Unreachable,
            "The upload broke off: the server does not answer, or the file changed meanwhile.",
        )
    })?;
    if answer.ok() {
        return answer
            .json()
            .await
            .map_err(|_| failed("was sent, but the answer cannot be read; reload the page"));
    }
    let status = answer.status();
    let told = answer.json::<ApiError>().await;
    Err(told.unwrap_or_else(|_| failed(&format!("was refused with status {status}"))))
}
