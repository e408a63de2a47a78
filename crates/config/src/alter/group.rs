//! Decides on changes of a group's and of a client metrics subscription's configuration.
//!
//! A group's own value must lie between bounds that are broker keys. Never looks at the group itself.

use super::{
    AlterError, Alteration, ConfigChange, apply, changed_only, check_shape, check_values, unsplittable,
    with_changes,
};
use crate::effective::{Effective, Overrides};
use crate::key::Scope;
use crate::table;
use crate::value::Value;

/// What `alterations` come to for a group that has `current`.
pub fn alter_group(
    current: &Overrides,
    alterations: &[Alteration<'_>],
    effective: &Effective<'_>,
) -> Result<Vec<ConfigChange>, AlterError> {
    check_shape(alterations)?;
    // Kafka's controller does not know which group keys are lists, and so splits none.
    let changes = apply(current, alterations, |_| None, unsplittable)?;
    let after = with_changes(current, &changes);
    if let Some(unknown) = after.keys().find(|name| table::key(Scope::Group, name).is_none()) {
        return Err(AlterError::config(format!("Unknown group config name: {unknown}")));
    }
    check_values(Scope::Group, &after)?;
    for (name, text) in &after {
        check_bounds(name, text, effective)?;
    }
    check_dead_letter_topic(&after)?;
    Ok(changed_only(current, changes))
}

/// What `alterations` come to for a client metrics subscription that has `current`.
pub fn alter_client_metrics(
    current: &Overrides,
    alterations: &[Alteration<'_>],
) -> Result<Vec<ConfigChange>, AlterError> {
    check_shape(alterations)?;
    let changes = apply(current, alterations, |_| None, unsplittable)?;
    let after = with_changes(current, &changes);
    if let Some(unknown) = after.keys().find(|name| table::key(Scope::ClientMetrics, name).is_none()) {
        return Err(AlterError::request(format!("Unknown client metrics configuration: {unknown}")));
    }
    check_values(Scope::ClientMetrics, &after)?;
    let value = |name| table::key(Scope::ClientMetrics, name)?.parse(after.get(name)?).ok();
    if let Some(Value::Number(interval)) = value("interval.ms")
        && !(100..=3_600_000).contains(&interval)
    {
        return Err(AlterError::request(format!(
            "Invalid value {interval} for interval.ms, interval must be between 100 and 3600000 (1 hour)"
        )));
    }
    if let Some(Value::List(patterns)) = value("match") {
        for pattern in &patterns {
            let selector = pattern.split_once('=').map(|(selector, _)| selector.trim());
            if !selector.is_some_and(|selector| SELECTORS.contains(&selector)) {
                return Err(AlterError::config(format!("Illegal client matching pattern: {pattern}")));
            }
        }
    }
    Ok(changed_only(current, changes))
}

/// A group key whose bounds are the broker keys `group.<kind>.min.<rest>` and `group.<kind>.max.<rest>`.
fn check_bounds(name: &str, text: &str, effective: &Effective<'_>) -> Result<(), AlterError> {
    let Some(Ok(Value::Number(value))) = table::key(Scope::Group, name).map(|key| key.parse(text)) else {
        return Ok(());
    };
    let Some((kind, rest)) = name.split_once('.') else { return Ok(()) };
    let rest = rest.strip_prefix("num.").unwrap_or(rest);
    let bound = |which| effective.number(&format!("group.{kind}.{which}.{rest}"));
    let message = match (bound("min"), bound("max")) {
        (Some(min), Some(max)) if !(min..=max).contains(&value) => {
            format!("{name} must be in the range {min} to {max} inclusive.")
        }
        (None, Some(max)) if value > max => format!("{name} must be less than or equal to {max}"),
        (Some(min), None) if value < min => format!("{name} must be greater than or equal to {min}"),
        _ => return Ok(()),
    };
    Err(AlterError::config(message))
}

fn check_dead_letter_topic(after: &Overrides) -> Result<(), AlterError> {
    const KEY: &str = "errors.deadletterqueue.topic.name";
    match after.get(KEY) {
        Some(topic) if topic.trim_start().starts_with("__") => {
            Err(AlterError::config(format!("{KEY}: DLQ topic name must not start with '__'")))
        }
        _ => Ok(()),
    }
}

/// What a client metrics subscription may select clients by (KIP-714).
const SELECTORS: [&str; 6] = [
    "client_instance_id",
    "client_id",
    "client_software_name",
    "client_software_version",
    "client_source_address",
    "client_source_port",
];
