//! Decides how a key's text becomes a value, whether that value is legal, and how a value is written back.
//!
//! The refusal texts are those Kafka answers with, because clients show them to people and tests compare
//! them. Never knows where a value came from.

use std::fmt;

use crate::key::{Allowed, Key, Kind};

/// A key's value, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of [`Kind::Boolean`].
    Boolean(bool),
    /// Of [`Kind::Int`], [`Kind::Short`] and [`Kind::Long`].
    Number(i64),
    /// Of [`Kind::Double`].
    Decimal(f64),
    /// Of [`Kind::Str`], [`Kind::Class`] and [`Kind::Password`].
    Text(String),
    /// Of [`Kind::List`].
    List(Vec<String>),
}

/// Why a text is not a legal value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidValue {
    /// Kafka's whole sentence, for INVALID_CONFIG answers. A secret's text is not in it.
    pub message: String,
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InvalidValue {}

impl fmt::Display for Value {
    /// As DescribeConfigs shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Number(value) => write!(f, "{value}"),
            Value::Decimal(value) => f.write_str(&java_double(*value)),
            Value::Text(value) => f.write_str(value),
            Value::List(values) => f.write_str(&values.join(",")),
        }
    }
}

/// Reads `text` as a value of `key`'s kind.
pub(crate) fn parse(key: &Key, text: &str) -> Result<Value, InvalidValue> {
    let trimmed = trim(text);
    let number = |min: i64, max: i64| match trimmed.parse::<i64>() {
        Ok(value) if (min..=max).contains(&value) => Ok(Value::Number(value)),
        _ => Err(invalid(key, text, &format!("Not a number of type {}", key.kind.name()))),
    };
    match key.kind {
        Kind::Boolean if trimmed.eq_ignore_ascii_case("true") => Ok(Value::Boolean(true)),
        Kind::Boolean if trimmed.eq_ignore_ascii_case("false") => Ok(Value::Boolean(false)),
        Kind::Boolean => Err(invalid(key, text, "Expected value to be either true or false")),
        Kind::Str | Kind::Class | Kind::Password => Ok(Value::Text(trimmed.to_owned())),
        Kind::Int => number(i32::MIN.into(), i32::MAX.into()),
        Kind::Short => number(i16::MIN.into(), i16::MAX.into()),
        Kind::Long => number(i64::MIN, i64::MAX),
        Kind::Double => match trimmed.parse::<f64>() {
            // Java also reads NaN and Infinity; no key makes sense with them, so they are refused.
            Ok(value) if value.is_finite() => Ok(Value::Decimal(value)),
            _ => Err(invalid(key, text, "Not a number of type DOUBLE")),
        },
        Kind::List => Ok(Value::List(split_list(trimmed))),
    }
}

/// Checks `value` against what `key` allows; a list without its repeated elements comes back.
pub(crate) fn check(key: &Key, value: Value) -> Result<Value, InvalidValue> {
    let refuse = |why: &str| Err(invalid(key, &value.to_string(), why));
    match (key.allowed, &value) {
        (Allowed::Range(min, _), Value::Number(n)) if *n < min => {
            refuse(&format!("Value must be at least {min}"))
        }
        (Allowed::Range(_, max), Value::Number(n)) if *n > max => {
            refuse(&format!("Value must be no more than {max}"))
        }
        (Allowed::DoubleRange(min, _), Value::Decimal(n)) if *n < min => {
            refuse(&format!("Value must be at least {min}"))
        }
        (Allowed::DoubleRange(_, max), Value::Decimal(n)) if *n > max => {
            refuse(&format!("Value must be no more than {max}"))
        }
        (Allowed::GzipLevel, Value::Number(n)) if *n != -1 && !(1..=9).contains(n) => {
            refuse("Value must be between 1 and 9 or equal to -1")
        }
        (Allowed::OneOf(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
            refuse(&format!("String must be one of: {}", words.join(", ")))
        }
        (Allowed::OneOfIgnoringCase(words), Value::Text(text))
            if !words.iter().any(|word| word.eq_ignore_ascii_case(text)) =>
        {
            refuse(&format!("String must be one of (case insensitive): {}", words.join(", ")))
        }
        (Allowed::NonEmpty, Value::Text(text)) if text.is_empty() => refuse("String must be non-empty"),
        (Allowed::OffsetReset, Value::Text(text)) if !is_offset_reset(text) => refuse(&format!(
            "Invalid value `{text}` for configuration {}. The value must be either 'earliest', 'latest' or \
             of the format 'by_duration:<PnDTnHnMn.nS>'.",
            key.name
        )),
        (Allowed::ThrottledReplicas, Value::List(list)) if !are_throttled_replicas(list) => {
            Err(InvalidValue {
                message: format!(
                    "Invalid value [{}] for configuration {name}: {name} must be the literal '*' or a list of \
                     replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...",
                    list.join(", "),
                    name = key.name
                ),
            })
        }
        (Allowed::List { empty, of }, Value::List(list)) => check_list(key, list, empty, of),
        _ => Ok(value),
    }
}

/// The list rules of KIP-1161: no empty element, an element named twice counts once.
fn check_list(key: &Key, list: &[String], empty: bool, of: &[&str]) -> Result<Value, InvalidValue> {
    if list.is_empty() && !empty {
        return Err(InvalidValue { message: format!("Configuration '{}' must not be empty.", key.name) });
    }
    let mut kept: Vec<String> = Vec::with_capacity(list.len());
    for element in list {
        if element.is_empty() {
            let message = format!("Configuration '{}' values must not be empty.", key.name);
            return Err(InvalidValue { message });
        }
        if !of.is_empty() && !of.contains(&element.as_str()) {
            return Err(invalid(key, element, &format!("String must be one of: {}", of.join(", "))));
        }
        if !kept.contains(element) {
            kept.push(element.clone());
        }
    }
    Ok(Value::List(kept))
}

/// Splits a list's text as Kafka does: empty text is no element, every comma separates two.
pub(crate) fn split_list(trimmed: &str) -> Vec<String> {
    if trimmed.is_empty() {
        return Vec::new();
    }
    trimmed.split(',').map(|element| trim(element).to_owned()).collect()
}

/// Java's `trim`: control characters count as blanks, other Unicode blanks do not.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

fn invalid(key: &Key, text: &str, why: &str) -> InvalidValue {
    let text = if key.is_sensitive() { "[hidden]" } else { text };
    InvalidValue { message: format!("Invalid value {text} for configuration {}: {why}", key.name) }
}

fn are_throttled_replicas(list: &[String]) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_pair = |text: &String| {
        text.split_once(':').is_some_and(|(partition, broker)| is_number(partition) && is_number(broker))
    };
    list.is_empty() || (list.len() == 1 && list[0] == "*") || list.iter().all(is_pair)
}

fn is_offset_reset(text: &str) -> bool {
    match text.strip_prefix("by_duration:") {
        Some(duration) => is_positive_duration(duration),
        None => text == "earliest" || text == "latest",
    }
}

/// ISO 8601 as `java.time.Duration` reads it: `PnDTnHnMn.nS`, every part optional but one, not negative.
fn is_positive_duration(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let Some(rest) = upper.strip_prefix('P') else { return false };
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return false,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    parts_are(days, "D") && parts_are(time, "HMS") && !(days.is_empty() && time.is_empty())
}

/// Whether `text` is numbers each followed by one of `units`, in that order, each at most once.
fn parts_are(text: &str, units: &str) -> bool {
    let mut units = units.chars();
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() || (c == '.' && !number.is_empty() && !number.contains('.')) {
            number.push(c);
        } else {
            let known = units.any(|unit| unit == c);
            if !known || number.is_empty() || (number.contains('.') && c != 'S') {
                return false;
            }
            number.clear();
        }
    }
    number.is_empty()
}

/// A double as Java writes it: `0.5`, `1.0`, `1.0E10`.
fn java_double(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    let scientific = format!("{value:e}");
    match scientific.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => format!("{mantissa}E{exponent}"),
        Some((mantissa, exponent)) => format!("{mantissa}.0E{exponent}"),
        None => scientific,
    }
}
