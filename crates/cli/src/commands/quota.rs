//! `thalweg quota …`: limits of users, client ids and addresses.

use serde_json::{Value, json};
use thalweg_client::{BrokerError, Call, Target};
use thalweg_security::quotas::{CLIENT_ID, IP, USER};
use thalweg_wire::Encode;
use thalweg_wire::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
use thalweg_wire::messages::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
};

use crate::args::{EntityArgs, QuotaCommand};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure};

/// Does what was asked of quotas.
pub fn run(session: &mut Session, command: &QuotaCommand, format: Format) -> Outcome {
    match command {
        QuotaCommand::List => list(session)?.print(format),
        QuotaCommand::Set { entity, quotas } => {
            let mut changes = Vec::with_capacity(quotas.len());
            for (key, value) in quotas {
                let number: f64 = value.parse().map_err(|_| {
                    Failure::usage(format!("{key}={value}: the value must be a number, such as 1048576."))
                })?;
                changes.push((key.clone(), Some(number)));
            }
            alter(session, entity, changes)?.print(format)
        }
        QuotaCommand::Remove { entity, keys } => {
            alter(session, entity, keys.iter().map(|key| (key.clone(), None)).collect())?.print(format)
        }
    }
}

type Entity = Vec<(&'static str, Option<String>)>;

fn entity_of(args: &EntityArgs) -> Outcome<Entity> {
    let mut entity = Entity::new();
    let mut add = |kind, name: &Option<String>, is_default: bool| {
        if name.is_some() || is_default {
            entity.push((kind, name.clone()));
        }
    };
    add(USER, &args.user, args.default_user);
    add(CLIENT_ID, &args.client_id, args.default_client_id);
    add(IP, &args.ip, args.default_ip);
    if entity.is_empty() {
        return Err(Failure::usage(
            "Say whose: --user, --default-user, --client-id, --default-client-id, --ip or --default-ip.",
        ));
    }
    Ok(entity)
}

fn alter(session: &mut Session, args: &EntityArgs, changes: Vec<(String, Option<f64>)>) -> Outcome<Listing> {
    let entity = entity_of(args)?;
    let shown = name_of(entity.iter().map(|(kind, name)| (*kind, name.as_deref())));
    let call = Call::new::<AlterClientQuotasRequest<'static>>(0..=1, move |version, writer| {
        let entry = EntryData {
            entity: entity
                .iter()
                .map(|(kind, name)| EntityData { entity_type: kind, entity_name: name.as_deref() })
                .collect(),
            ops: changes
                .iter()
                .map(|(key, value)| OpData { key, value: value.unwrap_or(0.0), remove: value.is_none() })
                .collect(),
        };
        AlterClientQuotasRequest { entries: vec![entry], validate_only: false }.encode(writer, version)
    });
    let answer = session.call(call.to(Target::Controller))?;
    let response: AlterClientQuotasResponse<'_> = answer.decode().map_err(|error| call_failure(&error))?;
    let error = response
        .entries
        .iter()
        .find_map(|entry| BrokerError::from_code(entry.error_code, entry.error_message));
    if let Some(error) = error {
        return Err(broker_failure("Changing", &format!("quotas of {shown}"), &error));
    }
    let mut table = Table::new(vec![Column::left("ENTITY"), Column::left("RESULT")]);
    table.row(vec![shown.clone(), "done".to_owned()]);
    Ok(Listing {
        tables: vec![table],
        names: vec![shown.clone()],
        value: json!({"entity": shown, "result": "done"}),
    })
}

fn list(session: &mut Session) -> Outcome<Listing> {
    let call = Call::new::<DescribeClientQuotasRequest<'static>>(0..=1, |version, writer| {
        DescribeClientQuotasRequest { components: Vec::new(), strict: false }.encode(writer, version)
    });
    let answer = session.call(call)?;
    let response: DescribeClientQuotasResponse<'_> = answer.decode().map_err(|error| call_failure(&error))?;
    if let Some(error) = BrokerError::from_code(response.error_code, response.error_message) {
        return Err(broker_failure("Reading", "quotas", &error));
    }
    let mut table = Table::new(vec![Column::left("ENTITY"), Column::left("KEY"), Column::right("LIMIT")]);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for entry in response.entries.iter().flatten() {
        let shown = name_of(entry.entity.iter().map(|part| (part.entity_type, part.entity_name)));
        for quota in &entry.values {
            table.row(vec![shown.clone(), quota.key.to_owned(), quota.value.to_string()]);
            values.push(json!({"entity": shown, "key": quota.key, "limit": quota.value}));
        }
        names.push(shown);
    }
    if names.is_empty() {
        hint("There are no quotas.");
    }
    Ok(Listing { tables: vec![table], names, value: Value::Array(values) })
}

fn name_of<'a>(parts: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let parts: Vec<String> =
        parts.map(|(kind, name)| format!("{kind} {}", name.unwrap_or("<default>"))).collect();
    parts.join(", ")
}
