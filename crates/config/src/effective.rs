//! Decides which value of a broker key counts now.
//!
//! Dynamic value for this broker over dynamic value for the whole cluster over what the process was started
//! with over the table's default. Never changes anything; the dynamic values are the metadata image's.

use std::collections::BTreeMap;

use crate::key::{Key, Scope, UpdateMode};
use crate::settings::Settings;
use crate::table;
use crate::value::Value;

/// Keys of a resource set at run time, as the metadata log holds them: text, unchecked.
pub type Overrides = BTreeMap<String, String>;

/// An override map that holds nothing.
pub static NO_OVERRIDES: Overrides = BTreeMap::new();

/// Everything that decides a broker key's value.
#[derive(Debug, Clone, Copy)]
pub struct Effective<'a> {
    /// What the process was started with.
    pub settings: &'a Settings,
    /// Dynamic values of this broker.
    pub broker: &'a Overrides,
    /// Dynamic values of all brokers (the broker resource with the empty name).
    pub cluster: &'a Overrides,
}

impl<'a> Effective<'a> {
    /// With no dynamic value.
    pub fn of_settings(settings: &'a Settings) -> Effective<'a> {
        Effective { settings, broker: &NO_OVERRIDES, cluster: &NO_OVERRIDES }
    }

    /// The value of a key; `None` if it is not set and has no default, or is no key. A dynamic value that
    /// cannot be read is passed over, as Kafka does with what an older release has let in.
    pub fn value(&self, name: &str) -> Option<Value> {
        let key = table::key(Scope::Broker, name)?;
        self.layers(key).find_map(|text| key.parse(text).ok()).or_else(|| key.default_value())
    }

    /// Whether a key is set anywhere.
    pub fn is_set(&self, name: &str) -> bool {
        table::key(Scope::Broker, name).is_some_and(|key| self.layers(key).next().is_some())
    }

    /// The value of a key of [`Kind::Boolean`](crate::Kind::Boolean); false if there is none.
    pub fn boolean(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Boolean(true)))
    }

    /// The value of a number key; `None` if there is none.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The value of a text key; `None` if there is none.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The value of a list key; `None` if there is none.
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        match self.value(name) {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The value that a topic key has on this broker when the topic says nothing; `None` where only the
    /// topic key's own default is left.
    pub fn topic_default(&self, topic_key: &str) -> Option<Value> {
        table::topic_synonyms(topic_key).iter().find_map(|synonym| match self.value(synonym.name)? {
            Value::Number(number) => {
                // A negative time in any unit means no limit.
                let scaled =
                    if number < 0 && synonym.factor > 1 { -1 } else { number.saturating_mul(synonym.factor) };
                Some(Value::Number(scaled))
            }
            other => Some(other),
        })
    }

    fn layers(&self, key: &'static Key) -> impl Iterator<Item = &'a str> {
        let dynamic = key.update != UpdateMode::ReadOnly;
        let of =
            move |overrides: &'a Overrides| overrides.get(key.name).filter(|_| dynamic).map(String::as_str);
        of(self.broker).into_iter().chain(of(self.cluster)).chain(self.settings.get(key.name))
    }
}
