//! Decides whether a change of a resource's configuration is allowed, and what it comes to.
//!
//! IncrementalAlterConfigs, AlterConfigs and CreateTopics ask here before anything is recorded. Answers are
//! the keys to write to the metadata log, or Kafka's error with Kafka's text. Never changes anything itself.

mod broker;
mod group;

use std::collections::BTreeSet;
use std::fmt;

use crate::effective::{Effective, Overrides};
use crate::key::{Key, Kind, Scope};
use crate::table;
use crate::value::Value;

pub use broker::{BrokerScope, alter_broker};
pub(crate) use broker::{illegal_cordon, illegal_topic_default};
pub use group::{alter_client_metrics, alter_group};

/// What one alteration does with its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlterOperation {
    /// The value is replaced.
    Set,
    /// The key goes back to what is behind it.
    Delete,
    /// Elements are added to a list.
    Append,
    /// Elements are taken out of a list.
    Subtract,
}

impl AlterOperation {
    /// From the code on the wire.
    pub fn from_code(code: i8) -> Option<AlterOperation> {
        match code {
            0 => Some(AlterOperation::Set),
            1 => Some(AlterOperation::Delete),
            2 => Some(AlterOperation::Append),
            3 => Some(AlterOperation::Subtract),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            AlterOperation::Set => "SET",
            AlterOperation::Delete => "DELETE",
            AlterOperation::Append => "APPEND",
            AlterOperation::Subtract => "SUBTRACT",
        }
    }
}

/// One alteration of an IncrementalAlterConfigs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alteration<'a> {
    /// The key.
    pub key: &'a str,
    /// What to do with it.
    pub operation: AlterOperation,
    /// The value, or the elements; not looked at by a deletion.
    pub value: Option<&'a str>,
}

/// One key to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigChange {
    /// The key.
    pub key: String,
    /// Its new value; `None` removes it.
    pub value: Option<String>,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterError {
    /// Which error the client gets.
    pub kind: AlterErrorKind,
    /// The message beside it.
    pub message: String,
}

/// The error codes of refused changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlterErrorKind {
    /// INVALID_CONFIG (40).
    InvalidConfig,
    /// INVALID_REQUEST (42).
    InvalidRequest,
}

impl fmt::Display for AlterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AlterError {}

impl AlterError {
    fn config(message: impl Into<String>) -> AlterError {
        AlterError { kind: AlterErrorKind::InvalidConfig, message: message.into() }
    }

    fn request(message: impl Into<String>) -> AlterError {
        AlterError { kind: AlterErrorKind::InvalidRequest, message: message.into() }
    }
}

/// What `alterations` come to for a topic that has `current`. Keys whose value stays are not in it.
pub fn alter_topic(
    current: &Overrides,
    alterations: &[Alteration<'_>],
    effective: &Effective<'_>,
) -> Result<Vec<ConfigChange>, AlterError> {
    check_shape(alterations)?;
    let changes = apply(current, alterations, |key| table::key(Scope::Topic, key), unsplittable)?;
    check_topic(&with_changes(current, &changes), effective)?;
    Ok(changed_only(current, changes))
}

/// What the older AlterConfigs comes to: `wanted` is all that is left of the topic's own configuration.
pub fn replace_topic(
    current: &Overrides,
    wanted: &Overrides,
    effective: &Effective<'_>,
) -> Result<Vec<ConfigChange>, AlterError> {
    check_topic(wanted, effective)?;
    let set = wanted.iter().map(|(key, value)| ConfigChange { key: key.clone(), value: Some(value.clone()) });
    let gone = current.keys().filter(|key| !wanted.contains_key(*key));
    let removed = gone.map(|key| ConfigChange { key: key.clone(), value: None });
    Ok(changed_only(current, set.chain(removed).collect()))
}

/// Whether a topic may have these overrides; what CreateTopics asks as well.
pub fn check_topic(overrides: &Overrides, effective: &Effective<'_>) -> Result<(), AlterError> {
    if let Some(unknown) = overrides.keys().find(|name| table::key(Scope::Topic, name).is_none()) {
        return Err(AlterError::config(format!("Unknown topic config name: {unknown}")));
    }
    check_values(Scope::Topic, overrides)?;
    let value = |name: &str| {
        let key = table::key(Scope::Topic, name)?;
        overrides
            .get(name)
            .and_then(|text| key.parse(text).ok())
            .or_else(|| effective.topic_default(name))
            .or_else(|| key.default_value())
    };
    let (shortest, longest) = ("min.compaction.lag.ms", "max.compaction.lag.ms");
    if let (Some(Value::Number(min)), Some(Value::Number(max))) = (value(shortest), value(longest))
        && min > max
    {
        let message = format!("conflict topic config setting {shortest} ({min}) > {longest} ({max})");
        return Err(AlterError::config(message));
    }
    if value("remote.storage.enable") == Some(Value::Boolean(true)) {
        let message = "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with \
                       remote log storage.";
        return Err(AlterError::config(message));
    }
    Ok(())
}

/// Every value alone.
fn check_values(scope: Scope, overrides: &Overrides) -> Result<(), AlterError> {
    for (name, text) in overrides {
        if let Some(key) = table::key(scope, name) {
            key.parse(text).map_err(|why| AlterError::config(why.message))?;
        }
    }
    Ok(())
}

/// What must hold for every resource: a key once, and a value where one is needed.
fn check_shape(alterations: &[Alteration<'_>]) -> Result<(), AlterError> {
    let mut seen = BTreeSet::new();
    if !alterations.iter().all(|alteration| seen.insert(alteration.key)) {
        return Err(AlterError::request("Error due to duplicate config keys"));
    }
    let without_value = |alteration: &&Alteration<'_>| {
        alteration.operation != AlterOperation::Delete && alteration.value.is_none()
    };
    let missing: Vec<&str> =
        alterations.iter().filter(without_value).map(|alteration| alteration.key).collect();
    if !missing.is_empty() {
        return Err(AlterError::request(format!("Null value not supported for : {}", missing.join(","))));
    }
    Ok(())
}

/// Works out each key's new value. `key_of` finds the key whose list is split, `refuse` names what is no
/// list.
fn apply(
    current: &Overrides,
    alterations: &[Alteration<'_>],
    key_of: impl Fn(&str) -> Option<&'static Key>,
    refuse: impl Fn(&Alteration<'_>) -> AlterError,
) -> Result<Vec<ConfigChange>, AlterError> {
    let one = |alteration: &Alteration<'_>| {
        let value = match alteration.operation {
            AlterOperation::Set => alteration.value.map(str::to_owned),
            AlterOperation::Delete => None,
            AlterOperation::Append | AlterOperation::Subtract => {
                let Some(key) = key_of(alteration.key).filter(|key| key.kind == Kind::List) else {
                    return Err(refuse(alteration));
                };
                let old = current.get(alteration.key).map(String::as_str).or_else(|| key.default_text());
                Some(alter_list(old.unwrap_or_default(), alteration))
            }
        };
        Ok(ConfigChange { key: alteration.key.to_owned(), value })
    };
    alterations.iter().map(one).collect()
}

/// Elements are compared as they are written, blanks included, as Kafka's controller does.
fn alter_list(old: &str, alteration: &Alteration<'_>) -> String {
    let mut elements: Vec<&str> = old.split(',').filter(|element| !element.is_empty()).collect();
    for element in java_split(alteration.value.unwrap_or_default()) {
        let at = elements.iter().position(|other| *other == element);
        match (alteration.operation, at) {
            (AlterOperation::Append, None) => elements.push(element),
            (AlterOperation::Subtract, Some(at)) => {
                elements.remove(at);
            }
            _ => {}
        }
    }
    elements.join(",")
}

/// Java's `split`: empty parts at the end do not count, but an empty text is one empty part.
fn java_split(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(',').collect();
    while parts.len() > 1 && parts.last() == Some(&"") {
        parts.pop();
    }
    parts
}

fn unsplittable(alteration: &Alteration<'_>) -> AlterError {
    let operation = alteration.operation.name();
    AlterError::config(format!("Can't {operation} to key {} because its type is not LIST.", alteration.key))
}

fn with_changes(current: &Overrides, changes: &[ConfigChange]) -> Overrides {
    let mut all = current.clone();
    for change in changes {
        match &change.value {
            Some(value) => all.insert(change.key.clone(), value.clone()),
            None => all.remove(&change.key),
        };
    }
    all
}

fn changed_only(current: &Overrides, changes: Vec<ConfigChange>) -> Vec<ConfigChange> {
    changes.into_iter().filter(|change| current.get(&change.key) != change.value.as_ref()).collect()
}
