//! The only place that writes to standard output and standard error.
//!
//! Data goes to standard output: text for people, or one JSON object a line
//! with `--json`. Everything said about the run goes to standard error. Names
//! come from buckets and disks, where anything goes: in text they are escaped
//! (see [`shown`](crate::shown)), in JSON they are exact.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use lectern_core::Error;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Global;
use crate::exit::{Exit, Failure};
use crate::shown;

pub struct Output {
    to: BufWriter<Stdout>,
    json: bool,
    verbose: bool,
    recorded: bool,
    /// Nobody reads the events any more; the work goes on to its end.
    unheard: bool,
}

impl Output {
    pub fn new(global: Global) -> Self {
        Self {
            to: BufWriter::new(io::stdout()),
            json: global.json,
            verbose: global.verbose,
            recorded: !global.from_env,
            unheard: false,
        }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether the run leaves a record that a later one can go on from.
    pub fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// Progress is drawn for people who watch, on standard error.
    pub fn draws_progress(&self) -> bool {
        !self.json && io::stderr().is_terminal()
    }

    /// One line of text. Names in it are escaped by the caller, by [`shown::name`].
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.to, "{text}")
    }

    /// One JSON object on a line of its own.
    pub fn object<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        serde_json::to_writer(&mut self.to, value)?;
        self.to.write_all(b"\n")
    }

    /// One JSON line of what happens meanwhile. That it cannot be written ends
    /// no transfer half-way: it shows when the end is told.
    pub fn event(&mut self, value: &Value) {
        if !self.unheard {
            self.unheard = self.object(value).is_err();
        }
    }

    /// Whoever reads along gets the events until here.
    pub fn event_end(&mut self) {
        if !self.unheard {
            self.unheard = self.flush().is_err();
        }
    }

    /// Whoever reads along gets what was printed until now.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// A remark beside the data; nothing with `--json`.
    pub fn note(&mut self, text: &str) {
        if !self.json {
            self.say(text);
        }
    }

    /// Says why the run failed, unless it was said, and gives its exit status.
    pub fn failure(&mut self, failure: Failure) -> Exit {
        match failure {
            Failure::ClosedPipe => Exit::Done,
            Failure::Said(exit) => exit,
            Failure::Error(exit, error) => {
                self.error(None, &error);
                exit
            }
        }
    }

    /// An error, with the name of the item it is about where there is one.
    pub fn error(&mut self, name: Option<&str>, error: &Error) {
        if self.json {
            let mut value = json!({ "error": error_json(error) });
            if let Some(name) = name {
                value["name"] = Value::from(name);
            }
            self.say(&value.to_string());
            return;
        }
        self.say(&error_text(name, error, self.verbose));
    }

    fn say(&mut self, text: &str) {
        // Whatever stands in the buffer was printed before it.
        let _ = self.to.flush();
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// An error as it stands in JSON.
pub fn error_json(error: &Error) -> Value {
    json!({
        "code": shown::word(&error.code),
        "subject": error.subject,
        "message": error.message,
        "next_step": error.next_step,
        "technical": error.technical.as_ref().map(|technical| json!({
            "operation": technical.operation,
            "service_code": technical.service_code,
            "http_status": technical.http_status,
            "request_id": technical.request_id,
            "detail": technical.detail,
        })),
    })
}

/// What clap found wrong, for whoever reads JSON.
pub fn usage_as_json(text: &str) {
    let value = json!({ "error": {
        "code": "usage",
        "message": first_paragraph(text),
        "next_step": "See lectern-cli --help.",
    }});
    let _ = writeln!(io::stderr(), "{value}");
}

/// Without what clap puts around it: `error: ` before, the usage after.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let joined = lines.join(" ");
    joined.strip_prefix("error: ").unwrap_or(&joined).to_owned()
}

fn error_text(name: Option<&str>, error: &Error, verbose: bool) -> String {
    let mut text = match name {
        Some(name) => format!("{}: {}", shown::name(name), shown::name(&error.message)),
        None => format!("error: {}", shown::name(&error.message)),
    };
    if let Some(next) = &error.next_step {
        text.push_str("\n  ");
        text.push_str(&shown::name(next));
    }
    if verbose {
        for line in details(error) {
            text.push_str("\n  ");
            text.push_str(&shown::name(&line));
        }
    }
    text
}

fn details(error: &Error) -> Vec<String> {
    let mut lines = vec![format!("code: {}", shown::word(&error.code))];
    if let Some(technical) = &error.technical {
        let fields = [
            ("operation", technical.operation.clone()),
            ("service code", technical.service_code.clone()),
            ("HTTP status", technical.http_status.map(|s| s.to_string())),
            ("request id", technical.request_id.clone()),
            ("detail", technical.detail.clone()),
        ];
        let known = fields
            .into_iter()
            .filter_map(|(label, value)| Some((label, value?)));
        lines.extend(known.map(|(label, value)| format!("{label}: {value}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use lectern_core::Code;

    fn refused() -> Error {
        Error::new(Code::NotAllowedToList, "Listing is not allowed.")
            .next("Ask for s3:ListBucket.")
            .detail("AccessDenied")
    }

    #[test]
    fn an_error_says_what_to_do_next_and_technical_details_only_when_asked() {
        let text = error_text(None, &refused(), false);
        assert_eq!(
            text,
            "error: Listing is not allowed.\n  Ask for s3:ListBucket."
        );

        let text = error_text(Some("a\u{202e}b"), &refused(), true);
        assert!(text.starts_with("a\\u{202e}b: Listing"), "{text}");
        assert!(text.ends_with("\n  detail: AccessDenied"), "{text}");
    }

    #[test]
    fn an_error_in_json_has_its_code_in_snake_case() {
        let value = error_json(&refused());
        assert_eq!(value["code"], "not_allowed_to_list");
        assert_eq!(value["technical"]["detail"], "AccessDenied");
    }
}
