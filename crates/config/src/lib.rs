//! Configuration: one table of every key, the parsers of its three written forms, their layering, and the
//! typed snapshots the other rooms read.
//!
//! Decides what a value means and whether it is allowed; DescribeConfigs, IncrementalAlterConfigs and
//! `thalweg config explain` are answered from it. Never reads a file or the environment: text comes in as
//! `&str`, warnings and errors go out as sentences.

mod alter;
mod broker_config;
mod check;
mod describe;
mod effective;
mod environment;
mod explain;
mod key;
mod listener_security;
mod listeners;
mod load;
mod nearest;
mod properties;
mod settings;
pub mod table;
mod topic_config;
mod value;

pub use alter::{
    AlterError, AlterErrorKind, AlterOperation, Alteration, BrokerScope, ConfigChange, alter_broker,
    alter_client_metrics, alter_group, alter_topic, check_topic, replace_topic,
};
pub use broker_config::{
    BrokerConfig, CoordinatorFlush, FetchConfig, LogWorkConfig, MetadataLogConfig, NetworkConfig, OwnConfig,
    ProducerConfig, TopicCreationConfig, ValidateCompressed,
};
pub use check::Problem;
pub use describe::{
    ConfigSource, Described, DescribedSynonym, Wanted, describe_broker, describe_client_metrics,
    describe_cluster_default, describe_group, describe_topic,
};
pub use effective::{Effective, NO_OVERRIDES, Overrides};
pub use environment::{EnvironmentSetting, settings_from_environment};
pub use explain::{explain, reference_page};
pub use key::{Allowed, DefaultValue, Importance, Key, Kind, Scope, Served, UpdateMode};
pub use listener_security::{ListenerSecurity, MechanismConfig, OAuthBearerConfig, TlsConfig};
pub use listeners::{
    Listener, ListenerError, Listeners, SecurityProtocol, check_admin_exposure, check_exposure,
};
pub use load::{Loaded, Note, NoteKind, Sources, load};
pub use nearest::nearest_broker_key;
pub use properties::{PropertiesError, Property, parse_properties, write_property};
pub use settings::{Origin, Setting, Settings};
pub use topic_config::{CleanupPolicy, CompressionType, SAME_AS_TOTAL, TimestampType, TopicConfig};
pub use value::{InvalidValue, Value};
