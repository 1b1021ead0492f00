//! How a run ended, in words, and the last that it said where it did not end well.

use leptos::prelude::*;

use super::Page;
use crate::event::Status;
use crate::run::{EndReport, format};
use crate::ui::icon::{Icon, Sign};
use crate::ui::log_view::LineText;

/// The panel; nothing while the run is active.
#[component]
pub fn Ending(page: Page) -> impl IntoView {
    move || {
        let detail = page.detail.get();
        if detail.status.is_active() {
            return None;
        }
        let lines = detail.last_lines;
        let said = (!lines.is_empty()).then(|| {
            let rows: Vec<_> = lines
                .into_iter()
                .map(|entry| {
                    let level = entry.level.name();
                    view! {
                        <li class=level>
                            <LineText entry query="" />
                        </li>
                    }
                })
                .collect();
            view! {
                <h3>"Last lines"</h3>
                <ol class="last-lines" data-testid="last-lines" tabindex="0" aria-label="Last lines">
                    {rows}
                </ol>
            }
        });
        let told = told(detail.status, detail.ended.as_ref());
        let told: Vec<_> = told
            .into_iter()
            .map(|sentence| view! { <p>{sentence}</p> })
            .collect();
        Some(
            view! {
                <section class="panel ending" data-testid="ending" data-state=detail.status.name()>
                    <h2>
                        <Icon sign=Sign::of(detail.status) />
                        "How it ended"
                    </h2>
                    {detail.state.message.map(|message| view! { <p class="verdict">{message}</p> })}
                    {told}
                    {said}
                </section>
            }
            .into_any(),
        )
    }
}

/// What `report` tells, a sentence each.
fn told(status: Status, report: Option<&EndReport>) -> Vec<String> {
    let Some(report) = report else {
        return match status {
            Status::Lost => vec![
                "Nothing was written about the end: the recorder, or the whole machine, went first."
                    .into(),
            ],
            _ => Vec::new(),
        };
    };
    let mut told = Vec::new();
    match (&report.error, &report.signal, report.exit_code) {
        (Some(error), _, _) => told.push(format!("The command could not be started: {error}")),
        (None, Some(signal), _) => told.push(match meaning(signal) {
            Some(meaning) => format!("Ended by {signal}: {meaning}."),
            None => format!("Ended by {signal}."),
        }),
        (None, None, Some(code)) => told.push(match hint(code) {
            Some(hint) => format!("Exit code {code}: {hint}."),
            None => format!("Exit code {code}."),
        }),
        (None, None, None) => {}
    }
    match report.asked_by.as_deref() {
        Some("dashboard") => told.push("The end was asked for in the dashboard.".into()),
        Some("terminal") => told.push("The end was asked for in the terminal.".into()),
        Some("signal") => told.push("The end was asked for by a signal.".into()),
        Some(other) => told.push(format!("The end was asked for by {other}.")),
        None => {}
    }
    if report.out_of_memory {
        told.push(
            "The system killed one of its processes to regain memory: a smaller batch or model \
             needs less, or fewer programs beside it."
                .into(),
        );
    }
    if let Some(peak) = report.peak_memory_bytes {
        let peak = format::bytes(peak);
        told.push(format!("Its largest process had {peak} of memory."));
    }
    if report.lost_bytes > 0 {
        told.push(format!(
            "The disk was full: {} of its output are missing from the log.",
            format::bytes(report.lost_bytes)
        ));
    }
    told
}

/// What a signal says of the end of a process.
fn meaning(signal: &str) -> Option<&'static str> {
    Some(match signal {
        "SIGINT" => "interrupted, as by Ctrl+C",
        "SIGTERM" => "asked to end",
        "SIGKILL" => "ended at once, with no chance to tidy up",
        "SIGHUP" => "its terminal was closed",
        "SIGQUIT" => "asked to end and to leave a core dump",
        "SIGSEGV" | "SIGBUS" => {
            "it used memory that is not its own, a fault of the program or a library"
        }
        "SIGABRT" => "it ended itself, since something was found wrong inside",
        "SIGFPE" => "it calculated what has no result, a division by zero for instance",
        "SIGILL" => "it met an instruction that this processor does not know",
        "SIGPIPE" => "nobody read its output any more",
        "SIGXCPU" => "it used more processor time than allowed",
        _ => return None,
    })
}

/// What shells mean by an exit code.
fn hint(code: i32) -> Option<&'static str> {
    Some(match code {
        0 => "it ended by itself, and well",
        126 => "the command is there but may not be run",
        127 => "the command was not found",
        130 => "interrupted (SIGINT), as by Ctrl+C",
        137 => "a process of it was killed (SIGKILL)",
        139 => "a process of it used memory that is not its own (SIGSEGV)",
        143 => "a process of it was asked to end (SIGTERM)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(report: &EndReport) -> String {
        told(Status::Failed, Some(report)).join(" ")
    }

    #[test]
    fn a_killed_run_names_its_signal_and_its_memory() {
        let words = words(&EndReport {
            signal: Some("SIGKILL".into()),
            out_of_memory: true,
            peak_memory_bytes: Some(3 << 30),
            lost_bytes: 2048,
            ..EndReport::default()
        });
        for part in ["SIGKILL", "smaller batch", "3.0 GiB", "2.0 KiB"] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }

    #[test]
    fn only_what_was_told_is_said() {
        let plain = EndReport {
            exit_code: Some(3),
            ..EndReport::default()
        };
        assert_eq!(words(&plain), "Exit code 3.");
        assert_eq!(words(&EndReport::default()), "");
        assert!(told(Status::Completed, None).is_empty());
        assert_eq!(told(Status::Lost, None).len(), 1);
    }

    #[test]
    fn a_command_that_never_ran_says_why() {
        let words = words(&EndReport {
            error: Some("No such file: pyton3".into()),
            exit_code: Some(127),
            asked_by: Some("terminal".into()),
            ..EndReport::default()
        });
        assert!(
            words.starts_with("The command could not be started: No such file"),
            "{words}"
        );
        assert!(
            words.contains("terminal") && !words.contains("127"),
            "{words}"
        );
    }
}
