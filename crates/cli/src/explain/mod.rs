//! `thalweg explain CODE`: what a log line of ours or an error code of Kafka's means, what it comes from, and what to do.
//! A code is the name behind `event=` or in front of the fields of a log line, or Kafka's number or name of an error.
//! Needs no broker.

mod errors;
mod events;

use std::fmt::Write as _;

use serde_json::json;
use thalweg_wire::ErrorCode;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Listing, print_text};

/// A code in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Explained {
    name: String,
    what: String,
    cause: String,
    remedy: String,
}

/// Explains one code, or lists them all.
pub fn run(code: Option<&str>, format: Format) -> Outcome {
    let Some(code) = code else { return list(format) };
    let Some(explained) = explain(code) else {
        return Err(Failure::not_found(format!(
            "Neither a log line nor an error code is called '{code}'.{} `thalweg explain` lists all.",
            nearest(code).map_or_else(String::new, |near| format!(" Did you mean {near}?"))
        )));
    };
    let Explained { name, what, cause, remedy } = &explained;
    match format {
        Format::Table => {
            let mut text = format!("{name}\n  {what}\n");
            // A string cannot fail to be written to.
            let _ = writeln!(text, "  Likely cause: {cause}");
            let _ = writeln!(text, "  What to do:   {remedy}");
            print_text(&text)
        }
        _ => {
            let value = json!({"name": name, "what": what, "cause": cause, "remedy": remedy});
            Listing { tables: Vec::new(), names: vec![name.clone()], value }.print(format)
        }
    }
}

fn list(format: Format) -> Outcome {
    let events = events::ALL.iter().map(|event| event.name.to_owned());
    let codes = ErrorCode::ALL.iter().map(|code| format!("{} ({})", code.name(), code.code()));
    let names: Vec<String> = events.chain(codes).collect();
    match format {
        Format::Table => print_text(&(names.join("\n") + "\n")),
        _ => Listing { tables: Vec::new(), value: json!(names), names }.print(format),
    }
}

fn explain(code: &str) -> Option<Explained> {
    let code = code.trim().trim_start_matches("event=").trim_matches('"');
    if let Some(event) = events::ALL.iter().find(|event| event.name.eq_ignore_ascii_case(code)) {
        return Some(Explained {
            name: event.name.to_owned(),
            what: event.what.to_owned(),
            cause: event.cause.to_owned(),
            remedy: event.remedy.to_owned(),
        });
    }
    let by_number = || code.parse().ok().and_then(ErrorCode::from_code);
    let by_name = || {
        let name = code.replace('-', "_");
        ErrorCode::ALL.iter().copied().find(|known| known.name().eq_ignore_ascii_case(&name))
    };
    by_number().or_else(by_name).map(errors::explain)
}

/// The known name that shares most pairs of letters with a mistyped one, if that is at least half of them.
fn nearest(code: &str) -> Option<&'static str> {
    let pairs = |text: &str| -> Vec<[u8; 2]> {
        let text = text.to_ascii_lowercase().replace('-', "_");
        text.as_bytes().array_windows().copied().collect()
    };
    let asked = pairs(code);
    let likeness = |name: &str| {
        let known = pairs(name);
        let shared = asked.iter().filter(|pair| known.contains(pair)).count();
        (2 * shared * 100).checked_div(asked.len() + known.len()).unwrap_or(0)
    };
    let events = events::ALL.iter().map(|event| event.name);
    let names = events.chain(ErrorCode::ALL.iter().map(|code| code.name()));
    let (likeness, name) = names.map(|name| (likeness(name), name)).max_by_key(|(likeness, _)| *likeness)?;
    (likeness >= 50).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    /// The names of all events that the rooms of a broker log at a level that a human should look at.
    fn logged() -> BTreeSet<String> {
        let rooms = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for room in std::fs::read_dir(rooms).unwrap() {
            let room = room.unwrap().path();
            if !room.ends_with("sim") {
                sources(&room.join("src"), &mut files);
            }
        }
        let mut names = BTreeSet::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for level in ["warn", "error"].map(|level| format!("tracing::{level}!(")) {
                for (at, _) in text.match_indices(&level) {
                    let call = &text[at + level.len()..];
                    let event = call.trim_start().strip_prefix("event = \"");
                    let event =
                        event.unwrap_or_else(|| panic!("a line without a name in {}", file.display()));
                    names.insert(event[..event.find('"').unwrap()].to_owned());
                }
            }
        }
        names
    }

    #[test]
    fn every_warning_and_error_that_a_broker_can_log_is_explained_and_nothing_that_it_cannot() {
        let logged = logged();
        assert!(logged.len() > 30 && logged.contains("log_directory_offline"), "{logged:?}");
        let missing: Vec<_> = logged.iter().filter(|name| explain(name).is_none()).collect();
        assert_eq!(missing, Vec::<&String>::new());
        let known: BTreeSet<&str> = events::ALL.iter().map(|event| event.name).collect();
        assert_eq!(known.len(), events::ALL.len(), "each once");
        let quiet: BTreeSet<&str> = events::QUIET.iter().copied().collect();
        let gone: Vec<_> =
            known.iter().filter(|name| !logged.contains(**name) && !quiet.contains(**name)).collect();
        assert_eq!(gone, Vec::<&&str>::new());
    }

    #[test]
    fn every_error_code_is_found_by_name_and_number_and_says_what_to_do() {
        for &code in ErrorCode::ALL {
            let by_number = explain(&code.code().to_string()).unwrap();
            assert_eq!(Some(&by_number), explain(&code.name().to_lowercase()).as_ref());
            for text in [&by_number.what, &by_number.cause, &by_number.remedy] {
                assert!(text.ends_with('.') && text.len() > 7, "{}: {text}", code.name());
            }
        }
        assert_eq!(explain("event=append_failed").unwrap().name, "append_failed");
        assert_eq!(explain("no_such_thing"), None);
        assert_eq!(nearest("log_directory_ofline"), Some("log_directory_offline"));
    }
}
