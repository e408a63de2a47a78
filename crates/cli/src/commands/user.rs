//! `thalweg user …`: users that log in by SCRAM. A password is read from standard input, salted here and never sent.

use std::io::Read;

use serde_json::{Value, json};
use thalweg_client::{Answer, BrokerError, Call, Target};
use thalweg_platform::Random;
use thalweg_platform::os::OsRandom;
use thalweg_security::sasl::scram::Hash;
use thalweg_wire::Encode;
use thalweg_wire::messages::alter_user_scram_credentials_request::{
    ScramCredentialDeletion, ScramCredentialUpsertion,
};
use thalweg_wire::messages::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
};

use crate::args::UserCommand;
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure};

/// Does what was asked of users.
pub fn run(session: &mut Session, command: &UserCommand, format: Format) -> Outcome {
    match command {
        UserCommand::List => list(session)?.print(format),
        UserCommand::Add { name, mechanism, iterations } => {
            let hash = hash(mechanism)?;
            let password = password()?;
            let rounds = u32::try_from(*iterations)
                .ok()
                .filter(|rounds| (4096..=16384).contains(rounds))
                .ok_or_else(|| Failure::usage("--iterations must be between 4096 and 16384."))?;
            let mut salt = vec![0; SALT_BYTES];
            OsRandom.fill(&mut salt);
            let salted = hash.salted_password(password.as_bytes(), &salt, rounds);
            let (name, iterations) = (name.clone(), *iterations);
            let call =
                Call::new::<AlterUserScramCredentialsRequest<'static>>(0..=0, move |version, writer| {
                    let upsertion = ScramCredentialUpsertion {
                        name: &name,
                        mechanism: hash.code(),
                        iterations,
                        salt: &salt,
                        salted_password: &salted,
                    };
                    AlterUserScramCredentialsRequest { deletions: Vec::new(), upsertions: vec![upsertion] }
                        .encode(writer, version)
                });
            alter(session, call, "Adding")?.print(format)
        }
        UserCommand::Delete { name, mechanism } => {
            let (name, code) = (name.clone(), hash(mechanism)?.code());
            let call =
                Call::new::<AlterUserScramCredentialsRequest<'static>>(0..=0, move |version, writer| {
                    let deletion = ScramCredentialDeletion { name: &name, mechanism: code };
                    AlterUserScramCredentialsRequest { deletions: vec![deletion], upsertions: Vec::new() }
                        .encode(writer, version)
                });
            alter(session, call, "Deleting")?.print(format)
        }
    }
}

/// Bytes of a salt.
const SALT_BYTES: usize = 24;

fn alter(session: &mut Session, call: Call, doing: &str) -> Outcome<Listing> {
    let answer: Answer = session.call(call.to(Target::Controller))?;
    let response: AlterUserScramCredentialsResponse<'_> =
        answer.decode().map_err(|error| call_failure(&error))?;
    let mut names = Vec::new();
    for result in &response.results {
        match BrokerError::from_code(result.error_code, result.error_message) {
            Some(error) => return Err(broker_failure(doing, &format!("user '{}'", result.user), &error)),
            None => names.push(result.user.to_owned()),
        }
    }
    let mut table = Table::new(vec![Column::left("NAME"), Column::left("RESULT")]);
    names.iter().for_each(|name| table.row(vec![name.clone(), "done".to_owned()]));
    let value = names.iter().map(|name| json!({"name": name, "result": "done"})).collect();
    Ok(Listing { tables: vec![table], names, value: Value::Array(value) })
}

fn list(session: &mut Session) -> Outcome<Listing> {
    let answer = session
        .call(Call::new::<DescribeUserScramCredentialsRequest<'static>>(0..=0, |version, writer| {
            DescribeUserScramCredentialsRequest { users: None }.encode(writer, version)
        }))?;
    let response: DescribeUserScramCredentialsResponse<'_> =
        answer.decode().map_err(|error| call_failure(&error))?;
    if let Some(error) = BrokerError::from_code(response.error_code, response.error_message) {
        return Err(broker_failure("Reading", "users", &error));
    }
    let mut table =
        Table::new(vec![Column::left("NAME"), Column::left("MECHANISM"), Column::right("ITERATIONS")]);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for user in &response.results {
        for info in &user.credential_infos {
            let mechanism = match info.mechanism {
                1 => "SCRAM-SHA-256".to_owned(),
                2 => "SCRAM-SHA-512".to_owned(),
                other => other.to_string(),
            };
            table.row(vec![user.user.to_owned(), mechanism.clone(), info.iterations.to_string()]);
            values.push(json!({"name": user.user, "mechanism": mechanism, "iterations": info.iterations}));
        }
        names.push(user.user.to_owned());
    }
    if names.is_empty() {
        hint("There are no users. `thalweg user add NAME` makes one.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Array(values) })
}

fn hash(mechanism: &str) -> Outcome<Hash> {
    match mechanism.to_uppercase().as_str() {
        "SCRAM-SHA-256" => Ok(Hash::Sha256),
        "SCRAM-SHA-512" => Ok(Hash::Sha512),
        _ => Err(Failure::usage(format!(
            "There is no mechanism '{mechanism}'. There are SCRAM-SHA-256 and SCRAM-SHA-512."
        ))),
    }
}

/// The first line of standard input.
fn password() -> Outcome<String> {
    /// Nobody has a longer password.
    const MOST: u64 = 4096;
    let mut text = String::new();
    std::io::stdin().take(MOST).read_to_string(&mut text).map_err(|error| {
        Failure::failed(format!("Reading the password from standard input failed: {error}."))
    })?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(Failure::usage(
            "The password is empty. Write it to standard input: `thalweg user add NAME < FILE`.",
        )),
    }
}
