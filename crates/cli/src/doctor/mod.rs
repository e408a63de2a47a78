//! `thalweg doctor`: what would go wrong, before it does. Looks at the machine, at the settings a broker would have here,
//! and at the addresses a running broker gives to its clients; says each thing once, with what to do. Changes nothing.

mod machine;
mod network;
mod settings;

use serde_json::json;
use thalweg_config::BrokerConfig;
use thalweg_config::Effective;

use crate::args::{DoctorArgs, ServeArgs, Shared};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table};
use crate::serve::read_configuration;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// It will hurt one day.
    Warning,
    /// It loses data or does not work.
    Problem,
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Problem => "PROBLEM",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    grade: Grade,
    /// What was looked at.
    subject: String,
    /// How it is and, where it is not good, what to do.
    says: String,
}

pub(crate) fn finding(grade: Grade, subject: impl Into<String>, says: impl Into<String>) -> Finding {
    Finding { grade, subject: subject.into(), says: says.into() }
}

/// Looks at everything and prints it.
pub fn run(shared: &Shared, args: &DoctorArgs) -> Outcome {
    let serve = ServeArgs {
        config: args.config.clone(),
        data: args.data.clone(),
        listen: None,
        advertise: None,
        admin: None,
        insecure: false,
        set: args.set.clone(),
    };
    let mut findings = Vec::new();
    match read_configuration(&serve) {
        Err(failure) => findings.push(finding(Grade::Problem, "settings", failure.to_string())),
        Ok(loaded) => {
            let effective = Effective::of_settings(&loaded.settings);
            let warnings = loaded.notes.iter().filter(|note| note.kind.is_warning());
            findings.extend(warnings.map(|note| finding(Grade::Warning, "settings", note.to_string())));
            match BrokerConfig::resolve(&effective) {
                Err(problem) => findings.push(finding(Grade::Problem, "settings", problem.to_string())),
                Ok(config) => {
                    machine::directories(&config, &mut findings);
                    settings::look(&effective, &config, &mut findings);
                }
            }
        }
    }
    machine::look(&mut findings);
    network::look(shared, &mut findings);
    print(&findings, shared.output)?;
    match findings.iter().filter(|finding| finding.grade == Grade::Problem).count() {
        0 => Ok(()),
        1 => Err(Failure::failed("There is 1 problem.")),
        count => Err(Failure::failed(format!("There are {count} problems."))),
    }
}

fn print(findings: &[Finding], format: Format) -> Outcome {
    let mut table = Table::new(vec![Column::left("GRADE"), Column::left("SUBJECT"), Column::left("FINDING")]);
    for Finding { grade, subject, says } in findings {
        table.row(vec![grade.word().to_owned(), subject.clone(), says.clone()]);
    }
    let value = findings.iter().map(|Finding { grade, subject, says }| {
        json!({"grade": grade.word().to_ascii_lowercase(), "subject": subject, "finding": says})
    });
    let names = findings.iter().filter(|finding| finding.grade > Grade::Note);
    let names = names.map(|finding| finding.subject.clone()).collect();
    Listing { tables: vec![table], names, value: value.collect() }.print(format)
}
