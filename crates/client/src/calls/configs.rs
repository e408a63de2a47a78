//! DescribeConfigs and IncrementalAlterConfigs.

use thalweg_wire::Encode;
use thalweg_wire::messages::describe_configs_request::DescribeConfigsResource;
use thalweg_wire::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use thalweg_wire::messages::{
    DescribeConfigsRequest, DescribeConfigsResponse, IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
};

use super::PerName;
use crate::{Answer, BrokerError, Call, CallError, Target};

/// What has settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigResource {
    /// A topic.
    Topic(String),
    /// One broker; it answers for itself.
    Broker(i32),
    /// What holds for every broker that says nothing itself.
    AllBrokers,
    /// One broker's log levels.
    Loggers(i32),
    /// A group.
    Group(String),
    /// A client metrics subscription.
    ClientMetrics(String),
}

impl ConfigResource {
    /// The wire's numbers are those of Kafka's `ConfigResource.Type`.
    fn wire(&self) -> (i8, String) {
        match self {
            Self::Topic(name) => (2, name.clone()),
            Self::Broker(id) => (4, id.to_string()),
            Self::AllBrokers => (4, String::new()),
            Self::Loggers(id) => (8, id.to_string()),
            Self::ClientMetrics(name) => (16, name.clone()),
            Self::Group(name) => (32, name.clone()),
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Broker(id) | Self::Loggers(id) => Target::Node(*id),
            _ => Target::Any,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// Set on the topic.
    Topic,
    /// Set at run time on this broker.
    DynamicBroker,
    /// Set at run time for all brokers.
    DynamicDefaultBroker,
    /// From the broker's file, environment or command line.
    StaticBroker,
    /// Nobody set it.
    Default,
    /// A broker's log level.
    Logger,
    /// Set on the client metrics subscription.
    ClientMetrics,
    /// Set on the group.
    Group,
    /// Another kind.
    Other(i8),
}

impl ConfigSource {
    fn from_wire(number: i8) -> Self {
        match number {
            1 => Self::Topic,
            2 => Self::DynamicBroker,
            3 => Self::DynamicDefaultBroker,
            4 => Self::StaticBroker,
            5 => Self::Default,
            6 => Self::Logger,
            7 => Self::ClientMetrics,
            8 => Self::Group,
            other => Self::Other(other),
        }
    }

    /// For tables and scripts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::DynamicBroker => "broker-dynamic",
            Self::DynamicDefaultBroker => "cluster",
            Self::StaticBroker => "broker-file",
            Self::Default => "default",
            Self::Logger => "logger",
            Self::ClientMetrics => "client-metrics",
            Self::Group => "group",
            Self::Other(_) => "other",
        }
    }
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The key.
    pub name: String,
    /// `None` where it is unset or may not be shown.
    pub value: Option<String>,
    /// Where it comes from.
    pub source: ConfigSource,
    /// Cannot be changed through the protocol.
    pub read_only: bool,
    /// Holds a secret.
    pub sensitive: bool,
}

/// Asks for all settings of these resources, which one broker can answer for together.
#[must_use]
pub fn describe_configs(resources: Vec<ConfigResource>) -> Call {
    let target = resources.first().map_or(Target::Any, ConfigResource::target);
    Call::new::<DescribeConfigsRequest<'_>>(1..=4, move |version, w| {
        let named: Vec<_> = resources.iter().map(ConfigResource::wire).collect();
        let resources = named.iter().map(|(resource_type, resource_name)| DescribeConfigsResource {
            resource_type: *resource_type,
            resource_name,
            configuration_keys: None,
        });
        DescribeConfigsRequest { resources: resources.collect(), ..Default::default() }.encode(w, version)
    })
    .to(target)
}

/// The answer to [`describe_configs`], per resource name.
pub fn read_configs(answer: &Answer) -> Result<PerName<Vec<ConfigEntry>>, CallError> {
    let response: DescribeConfigsResponse<'_> = answer.decode()?;
    let results = response.results.iter().map(|resource| {
        let entries = resource.configs.iter().map(|config| ConfigEntry {
            name: config.name.to_owned(),
            value: config.value.map(str::to_owned),
            source: ConfigSource::from_wire(config.config_source),
            read_only: config.read_only,
            sensitive: config.is_sensitive,
        });
        let checked = BrokerError::check(resource.error_code, resource.error_message);
        (resource.resource_name.to_owned(), checked.map(|()| entries.collect()))
    });
    Ok(results.collect())
}

/// A change of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigOperation {
    /// Gives it a value.
    Set(String),
    /// Takes the value back: the default shows again.
    Unset,
    /// Adds to a list.
    Append(String),
    /// Takes from a list.
    Subtract(String),
}

impl ConfigOperation {
    fn wire(&self) -> (i8, Option<&str>) {
        match self {
            Self::Set(value) => (0, Some(value)),
            Self::Unset => (1, None),
            Self::Append(value) => (2, Some(value)),
            Self::Subtract(value) => (3, Some(value)),
        }
    }
}

/// Changes settings of one resource.
#[must_use]
pub fn alter_configs(resource: ConfigResource, changes: Vec<(String, ConfigOperation)>) -> Call {
    let target = match resource.target() {
        Target::Any => Target::Controller,
        node => node,
    };
    Call::new::<IncrementalAlterConfigsRequest<'_>>(0..=1, move |version, w| {
        let (resource_type, resource_name) = resource.wire();
        let configs = changes.iter().map(|(name, operation)| {
            let (config_operation, value) = operation.wire();
            AlterableConfig { name, config_operation, value }
        });
        let resources = vec![AlterConfigsResource {
            resource_type,
            resource_name: &resource_name,
            configs: configs.collect(),
        }];
        IncrementalAlterConfigsRequest { resources, validate_only: false }.encode(w, version)
    })
    .to(target)
}

/// The answer to [`alter_configs`], per resource name.
pub fn read_altered(answer: &Answer) -> Result<PerName<()>, CallError> {
    let response: IncrementalAlterConfigsResponse<'_> = answer.decode()?;
    let results = response.responses.iter().map(|resource| {
        let checked = BrokerError::check(resource.error_code, resource.error_message);
        (resource.resource_name.to_owned(), checked)
    });
    Ok(results.collect())
}
