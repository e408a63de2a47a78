//! Dynamic configuration as the metadata log holds it: text by resource and key, not yet given a meaning.

use std::sync::Arc;

use imbl::OrdMap;

/// Kafka's kinds of configurable resources, by their codes in the records and on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i8)]
pub enum ResourceType {
    /// A topic.
    Topic = 2,
    /// A broker, or the default of all brokers when the name is empty.
    Broker = 4,
    /// A broker's log levels; never stored.
    BrokerLogger = 8,
    /// A client metrics subscription (KIP-714).
    ClientMetrics = 16,
    /// A group (KIP-848, KIP-932).
    Group = 32,
}

impl ResourceType {
    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: i8) -> Option<Self> {
        Some(match code {
            2 => Self::Topic,
            4 => Self::Broker,
            8 => Self::BrokerLogger,
            16 => Self::ClientMetrics,
            32 => Self::Group,
            _ => return None,
        })
    }

    /// The code in records and on the wire.
    #[must_use]
    pub fn code(self) -> i8 {
        self as i8
    }
}

/// One configurable resource. An empty broker name stands for all brokers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigResource {
    /// Its kind.
    pub kind: ResourceType,
    /// Its name.
    pub name: Arc<str>,
}

impl ConfigResource {
    /// A topic's configuration.
    #[must_use]
    pub fn topic(name: &str) -> Self {
        Self { kind: ResourceType::Topic, name: name.into() }
    }

    /// One broker's configuration.
    #[must_use]
    pub fn broker(id: i32) -> Self {
        Self { kind: ResourceType::Broker, name: id.to_string().into() }
    }

    /// What all brokers share.
    #[must_use]
    pub fn all_brokers() -> Self {
        Self { kind: ResourceType::Broker, name: "".into() }
    }
}

/// Every stored configuration value. A resource without values is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigsImage {
    /// Values by resource and key.
    pub resources: OrdMap<ConfigResource, OrdMap<Arc<str>, Arc<str>>>,
}

impl ConfigsImage {
    /// The values of one resource, in key order.
    pub fn of<'a>(&'a self, resource: &ConfigResource) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.resources
            .get(resource)
            .into_iter()
            .flat_map(|values| values.iter().map(|(key, value)| (&**key, &**value)))
    }

    /// One value of one resource.
    #[must_use]
    pub fn value(&self, resource: &ConfigResource, key: &str) -> Option<&str> {
        self.resources.get(resource)?.get(key).map(|value| &**value)
    }

    pub(crate) fn set(&mut self, resource: &ConfigResource, key: Arc<str>, value: Option<Arc<str>>) {
        let mut values = self.resources.get(resource).cloned().unwrap_or_default();
        match value {
            Some(value) => drop(values.insert(key, value)),
            None => drop(values.remove(&key)),
        }
        if values.is_empty() {
            self.resources.remove(resource);
        } else {
            self.resources.insert(resource.clone(), values);
        }
    }
}
