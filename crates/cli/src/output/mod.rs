//! What commands print: a listing as a table for people, or as JSON, YAML or bare names for scripts. Data
//! goes to standard output, everything else to standard error; a reader that goes away (`| head`) ends the
//! command quietly. Never talks to a broker.

mod table;
mod yaml;

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::Value;

pub use table::{Column, Table};

use crate::failure::{Failure, Outcome};

/// The forms of `-o`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people.
    Table,
    /// One JSON document (one object per line where records stream).
    Json,
    /// One YAML document (a document per record where records stream).
    Yaml,
    /// Only names, one a line.
    Name,
}

/// One answer in every form it can be printed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// For people.
    pub tables: Vec<Table>,
    /// For `-o name`.
    pub names: Vec<String>,
    /// For `-o json` and `-o yaml`.
    pub value: Value,
}

impl Listing {
    /// The text of this listing in `format`, ending in a newline unless empty.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Table => {
                let parts: Vec<String> = self.tables.iter().map(Table::render).collect();
                parts.join("\n")
            }
            Format::Json => format!("{:#}\n", self.value),
            Format::Yaml => yaml::render(&self.value),
            Format::Name => self.names.iter().map(|name| format!("{name}\n")).collect(),
        }
    }

    /// Prints the listing to standard output.
    pub fn print(&self, format: Format) -> Outcome {
        print_text(&self.render(format))
    }
}

/// One value as a JSON line or as one document of a YAML stream.
pub fn render_streamed(value: &Value, format: Format) -> String {
    match format {
        Format::Yaml => format!("---\n{}", yaml::render(value)),
        _ => format!("{value}\n"),
    }
}

/// Writes text to standard output.
pub fn print_text(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| stdout_failure(&error))
}

/// Writes a hint for people to standard error; a closed standard error is nobody's problem.
pub fn hint(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The failure for an error on standard output. A closed pipe ends the process as quietly as `SIGPIPE`
/// would: the reader has what it wanted.
pub fn stdout_failure(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    Failure::failed(format!("Writing to standard output failed: {error}. Is the disk behind it full?"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listing() -> Listing {
        let mut table = Table::new(vec![Column::left("NAME"), Column::right("PARTITIONS")]);
        table.row(vec!["orders".into(), "12".into()]);
        table.row(vec!["a".into(), "3".into()]);
        Listing {
            tables: vec![table],
            names: vec!["orders".into(), "a".into()],
            value: json!([{"name": "orders", "partitions": 12}, {"name": "a", "partitions": 3}]),
        }
    }

    #[test]
    fn one_listing_prints_in_all_four_forms() {
        assert_eq!(
            listing().render(Format::Table),
            "NAME    PARTITIONS\norders          12\na                3\n"
        );
        assert_eq!(
            listing().render(Format::Json),
            "[\n  {\n    \"name\": \"orders\",\n    \"partitions\": 12\n  },\n  {\n    \"name\": \"a\",\n    \
             \"partitions\": 3\n  }\n]\n"
        );
        assert_eq!(
            listing().render(Format::Yaml),
            "- name: orders\n  partitions: 12\n- name: a\n  partitions: 3\n"
        );
        assert_eq!(listing().render(Format::Name), "orders\na\n");
    }

    #[test]
    fn streamed_records_are_one_json_object_a_line() {
        let value = json!({"offset": 3, "value": "a\nb"});
        assert_eq!(render_streamed(&value, Format::Json), "{\"offset\":3,\"value\":\"a\\nb\"}\n");
        assert_eq!(render_streamed(&value, Format::Yaml), "---\noffset: 3\nvalue: \"a\\nb\"\n");
    }
}
