//! `thalweg config explain KEY`: answered from the table of settings, without a broker.

use std::path::Path;

use thalweg_config::{Settings, Sources, explain, load};

use crate::failure::{Failure, Outcome};
use crate::output::{Format, print_text, render_streamed};

/// Prints what a key means and, where a file is named, what it sets.
pub fn run_explain(key: &str, file: Option<&Path>, format: Format) -> Outcome {
    let settings = match file {
        None => Settings::default(),
        Some(path) => read_settings(path)?,
    };
    let text = explain(key, &settings).map_err(|why| {
        Failure::not_found(format!("{why}. Settings are named as in Apache Kafka, such as retention.ms."))
    })?;
    match format {
        Format::Table => print_text(&text),
        Format::Name => print_text(&format!("{key}\n")),
        Format::Json | Format::Yaml => {
            let lines: Vec<&str> = text.lines().collect();
            print_text(&render_streamed(&serde_json::json!({"key": key, "text": lines}), format))
        }
    }
}

fn read_settings(path: &Path) -> Outcome<Settings> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::failed(format!("Reading {name} failed: {error}. Check the name and its rights."))
    })?;
    let sources = Sources { file: Some((&name, &text)), ..Sources::default() };
    match load(sources) {
        Ok(loaded) => Ok(loaded.settings),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(Failure::failed(lines.join("; ")))
        }
    }
}
