//! What this broker asks of itself, as numbers, paths and enums instead of text.
//!
//! Made once at start from the layered values (and again when a dynamic value changes), then shared as
//! `Arc<BrokerConfig>`. Rooms take their few fields out of it; nothing parses configuration later. Values
//! that only describe topics are in [`TopicConfig`](crate::TopicConfig).

use crate::check::{Problem, parse_connection_overrides};
use crate::effective::Effective;
use crate::listener_security::ListenerSecurity;
use crate::listeners::{Listener, Listeners};
use crate::topic_config::TopicConfig;
use crate::value::Value;

/// A resolved broker configuration. Field names are Kafka's keys with `_` for `.`, unit last; special values
/// of Kafka (`-1`, `MAX`) have become `Option` or a plain large number as the field says.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokerConfig {
    /// `node.id`, this node's number in the cluster; ≥ 0.
    pub node_id: i32,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Where this broker listens for clients; never a controller's listener. Never empty.
    pub listeners: Vec<Listener>,
    /// What TLS and SASL are like on each of `listeners`, in the same order.
    pub listener_security: Vec<ListenerSecurity>,
    /// What it tells clients: one entry per listener, same names, same order. A host of `None` stands for
    /// `auto`: the address the client itself connected to.
    pub advertised_listeners: Vec<Listener>,
    /// The controller's listeners that were named: recorded in the cluster's metadata, not opened.
    pub controller_listeners: Vec<Listener>,
    /// The listener other brokers would use; one of `listeners`.
    pub inter_broker_listener_name: String,
    /// `log.dirs` or `log.dir`; never empty, without doubles.
    pub log_dirs: Vec<String>,
    /// `cordoned.log.dirs`: those of `log_dirs` that get no new partitions (KIP-1066).
    pub cordoned_log_dirs: Vec<String>,
    /// `metadata.log.dir`; one of `log_dirs` or a directory of its own.
    pub metadata_log_dir: String,
    /// Connection, request and socket limits.
    pub network: NetworkConfig,
    /// What a topic gets that says nothing itself.
    pub topic_creation: TopicCreationConfig,
    /// Fetching and waiting requests.
    pub fetch: FetchConfig,
    /// Flushing, retention rounds, recovery.
    pub log: LogWorkConfig,
    /// The embedded controller's metadata log.
    pub metadata: MetadataLogConfig,
    /// Limits of producer ids and transactions.
    pub producers: ProducerConfig,
    /// `group.coordinator.rebalance.protocols` names `consumer`: groups of KIP-848 are served, if the cluster's
    /// `group.version` has them too.
    pub consumer_protocol: bool,
    /// `initial.broker.registration.timeout.ms`: how long a starting broker tries to register.
    pub initial_broker_registration_timeout_ms: i32,
    /// `broker.session.timeout.ms`: silence after which the controller fences this broker.
    pub broker_session_timeout_ms: i32,
    /// `broker.heartbeat.interval.ms`.
    pub broker_heartbeat_interval_ms: i32,
    /// Keys of our own, under `thalweg.`.
    pub own: OwnConfig,
    /// The topic configuration of a topic without overrides.
    pub topic_defaults: TopicConfig,
}

/// Connections, requests and sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// `socket.request.max.bytes`: largest frame accepted.
    pub socket_request_max_bytes: i32,
    /// `socket.send.buffer.bytes`; `None` = the system's choice.
    pub socket_send_buffer_bytes: Option<i32>,
    /// `socket.receive.buffer.bytes`; `None` = the system's choice.
    pub socket_receive_buffer_bytes: Option<i32>,
    /// `socket.listen.backlog.size`.
    pub socket_listen_backlog_size: i32,
    /// `queued.max.request.bytes`: bytes of requests held at once. `None` = not set (Kafka: no limit); the
    /// broker then takes its own bound.
    pub queued_max_request_bytes: Option<i64>,
    /// `queued.max.requests`: unanswered requests the broker holds.
    pub queued_max_requests: i32,
    /// `max.connections`.
    pub max_connections: i32,
    /// `max.connections.per.ip`.
    pub max_connections_per_ip: i32,
    /// `max.connections.per.ip.overrides`: address or host name and its own limit.
    pub max_connections_per_ip_overrides: Vec<(String, i32)>,
    /// `max.connection.creation.rate`, connections a second.
    pub max_connection_creation_rate: i32,
    /// `connections.max.idle.ms`; `None` = never closed (Kafka: a negative value).
    pub connections_max_idle_ms: Option<i64>,
    /// `connection.failed.authentication.delay.ms`.
    pub connection_failed_authentication_delay_ms: i32,
    /// `request.timeout.ms`.
    pub request_timeout_ms: i32,
    /// `max.request.partition.size.limit`: partitions answered in one DescribeTopicPartitions.
    pub max_request_partition_size_limit: i32,
    /// `telemetry.max.bytes`: largest payload of one PushTelemetry.
    pub telemetry_max_bytes: i32,
}

/// What CreateTopics and auto-creation fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicCreationConfig {
    /// `num.partitions`.
    pub num_partitions: i32,
    /// `default.replication.factor`.
    pub default_replication_factor: i16,
    /// `auto.create.topics.enable`.
    pub auto_create_topics_enable: bool,
    /// `delete.topic.enable`.
    pub delete_topic_enable: bool,
    /// `offsets.topic.num.partitions`.
    pub offsets_topic_num_partitions: i32,
    /// `offsets.topic.replication.factor`.
    pub offsets_topic_replication_factor: i16,
    /// `transaction.state.log.num.partitions`.
    pub transaction_state_log_num_partitions: i32,
    /// `transaction.state.log.replication.factor`.
    pub transaction_state_log_replication_factor: i16,
    /// `transaction.state.log.min.isr`.
    pub transaction_state_log_min_isr: i32,
}

/// Fetch requests, their sessions and the waiting rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchConfig {
    /// `fetch.max.bytes`: most bytes of one fetch answer.
    pub fetch_max_bytes: i32,
    /// `max.incremental.fetch.session.cache.slots`.
    pub max_incremental_fetch_session_cache_slots: i32,
    /// `replica.lag.time.max.ms`.
    pub replica_lag_time_max_ms: i64,
    /// `replica.high.watermark.checkpoint.interval.ms`.
    pub replica_high_watermark_checkpoint_interval_ms: i64,
}

/// Flushing, retention rounds, recovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogWorkConfig {
    /// `num.recovery.threads.per.data.dir`.
    pub num_recovery_threads_per_data_dir: i32,
    /// `log.flush.scheduler.interval.ms`: how often forced flushes by time are looked for.
    pub log_flush_scheduler_interval_ms: i64,
    /// `log.flush.offset.checkpoint.interval.ms`: how often recovery points are written.
    pub log_flush_offset_checkpoint_interval_ms: i32,
    /// `log.flush.start.offset.checkpoint.interval.ms`.
    pub log_flush_start_offset_checkpoint_interval_ms: i32,
    /// `log.retention.check.interval.ms`.
    pub log_retention_check_interval_ms: i64,
    /// `log.initial.task.delay.ms`: wait before the first round after start.
    pub log_initial_task_delay_ms: i64,
    /// `log.dir.failure.timeout.ms`.
    pub log_dir_failure_timeout_ms: i64,
    /// `log.cleaner.enable`.
    pub log_cleaner_enable: bool,
    /// `log.cleaner.threads`.
    pub log_cleaner_threads: i32,
    /// `log.cleaner.backoff.ms`.
    pub log_cleaner_backoff_ms: i64,
    /// `log.cleaner.dedupe.buffer.size`, bytes over all cleaner threads.
    pub log_cleaner_dedupe_buffer_size: i64,
    /// `log.cleaner.io.buffer.size`, bytes over all cleaner threads.
    pub log_cleaner_io_buffer_size: i32,
    /// `log.cleaner.io.buffer.load.factor` in thousandths: how full the map of keys may get.
    pub log_cleaner_io_buffer_load_permille: u32,
    /// `log.cleaner.io.max.bytes.per.second`; Kafka's default is no limit.
    pub log_cleaner_io_max_bytes_per_second: u64,
}

/// The cluster metadata log on this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataLogConfig {
    /// `metadata.log.segment.bytes`.
    pub metadata_log_segment_bytes: i32,
    /// `metadata.log.segment.ms`.
    pub metadata_log_segment_ms: i64,
    /// `metadata.max.retention.bytes`; -1 = no limit.
    pub metadata_max_retention_bytes: i64,
    /// `metadata.max.retention.ms`; -1 = for ever.
    pub metadata_max_retention_ms: i64,
    /// `metadata.log.max.record.bytes.between.snapshots`.
    pub metadata_log_max_record_bytes_between_snapshots: i64,
    /// `metadata.log.max.snapshot.interval.ms`; 0 = not by time.
    pub metadata_log_max_snapshot_interval_ms: i64,
    /// `metadata.max.idle.interval.ms`; 0 = no NoOp records.
    pub metadata_max_idle_interval_ms: i32,
}

/// Producer ids and transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProducerConfig {
    /// `producer.id.expiration.ms`: inactivity after which a producer's state is dropped.
    pub producer_id_expiration_ms: i32,
    /// `producer.id.expiration.check.interval.ms`.
    pub producer_id_expiration_check_interval_ms: i32,
    /// `transaction.partition.verification.enable`.
    pub transaction_partition_verification_enable: bool,
    /// `transaction.max.timeout.ms`.
    pub transaction_max_timeout_ms: i32,
    /// `transactional.id.expiration.ms`.
    pub transactional_id_expiration_ms: i32,
}

/// Keys of our own, all under `thalweg.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnConfig {
    /// `thalweg.insecure`: listen beyond loopback without an authorizer.
    pub insecure: bool,
    /// `thalweg.plain.without.tls`: SASL PLAIN over connections that others can read.
    pub plain_without_tls: bool,
    /// `thalweg.oauthbearer.unsecured`: bearer tokens without a signature are believed.
    pub oauthbearer_unsecured: bool,
    /// `thalweg.validate.compressed`: how deep a compressed batch is checked.
    pub validate_compressed: ValidateCompressed,
    /// `thalweg.workers`: data workers; `None` = as many as cores.
    pub workers: Option<i32>,
    /// `thalweg.admin.listener`: HTTP listener for metrics and health, `None` = off.
    pub admin_listener: Option<String>,
    /// `thalweg.coordinator.flush`: when coordinator records are flushed.
    pub coordinator_flush: CoordinatorFlush,
    /// `thalweg.audit.log`: where the audit log is written, if it is.
    pub audit_log: Option<String>,
    /// `thalweg.audit.log.segment.bytes`.
    pub audit_segment_bytes: u64,
    /// `thalweg.audit.log.files`.
    pub audit_files: usize,
}

/// `thalweg.validate.compressed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidateCompressed {
    /// Decompress and walk every record.
    Full,
    /// Trust the batch header.
    Header,
}

/// `thalweg.coordinator.flush`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoordinatorFlush {
    /// Flushed before it is acknowledged.
    Always,
    /// Flushed by pacing in the background, as Kafka does.
    Background,
}

impl BrokerConfig {
    /// Makes the snapshot. Fails only where values do not fit together, which [`load`](crate::load) has
    /// already refused for what the process was started with.
    pub fn resolve(effective: &Effective<'_>) -> Result<BrokerConfig, Problem> {
        let listeners = Listeners::resolve(effective)
            .map_err(|error| Problem(format!("{}: {}", error.key, error.why)))?;
        let from = From(effective);
        let log_dirs = from.list("log.dirs").or_else(|| from.list("log.dir")).unwrap_or_default();
        let Some(first_log_dir) = log_dirs.first().cloned() else {
            return Err(Problem("log.dirs: it names no directory; name at least one".to_owned()));
        };
        Ok(BrokerConfig {
            node_id: from.node_id(),
            rack: effective.text("broker.rack").filter(|rack| !rack.is_empty()),
            listener_security: listeners
                .broker
                .iter()
                .map(|listener| ListenerSecurity::resolve(effective, listener))
                .collect(),
            listeners: listeners.broker,
            advertised_listeners: listeners.advertised,
            controller_listeners: listeners.controller,
            inter_broker_listener_name: listeners.inter_broker,
            metadata_log_dir: effective.text("metadata.log.dir").unwrap_or(first_log_dir),
            cordoned_log_dirs: cordoned(&from, &log_dirs),
            log_dirs,
            network: from.network(),
            topic_creation: from.topic_creation(),
            fetch: from.fetch(),
            log: from.log(),
            metadata: from.metadata(),
            producers: from.producers(),
            consumer_protocol: from
                .list("group.coordinator.rebalance.protocols")
                .is_some_and(|protocols| protocols.iter().any(|protocol| protocol.trim() == "consumer")),
            initial_broker_registration_timeout_ms: from.int("initial.broker.registration.timeout.ms"),
            broker_session_timeout_ms: from.int("broker.session.timeout.ms"),
            broker_heartbeat_interval_ms: from.int("broker.heartbeat.interval.ms"),
            own: from.own(),
            topic_defaults: TopicConfig::of_broker(effective),
        })
    }
}

/// `*` stands for all of them.
fn cordoned(from: &From<'_>, log_dirs: &[String]) -> Vec<String> {
    let named = from.list("cordoned.log.dirs").unwrap_or_default();
    log_dirs.iter().filter(|dir| named.iter().any(|name| name == "*" || name == *dir)).cloned().collect()
}

/// Reads fields by the names of their keys. Every name is a key with a default, which a test proves; a
/// name that were not would read as 0.
struct From<'a>(&'a Effective<'a>);

impl From<'_> {
    fn long(&self, key: &str) -> i64 {
        self.0.number(key).unwrap_or_default()
    }

    fn int(&self, key: &str) -> i32 {
        i32::try_from(self.long(key)).unwrap_or(i32::MAX)
    }

    fn short(&self, key: &str) -> i16 {
        i16::try_from(self.long(key)).unwrap_or(i16::MAX)
    }

    fn list(&self, key: &str) -> Option<Vec<String>> {
        self.0.list(key).filter(|list| !list.is_empty())
    }

    /// `node.id`, or `broker.id` where only the old name is used.
    fn node_id(&self) -> i32 {
        let key = if self.0.is_set("node.id") { "node.id" } else { "broker.id" };
        self.int(key)
    }

    fn network(&self) -> NetworkConfig {
        let overrides = self.0.text("max.connections.per.ip.overrides").unwrap_or_default();
        let buffer = |key| Some(self.int(key)).filter(|bytes| *bytes >= 0);
        NetworkConfig {
            socket_request_max_bytes: self.int("socket.request.max.bytes"),
            socket_send_buffer_bytes: buffer("socket.send.buffer.bytes"),
            socket_receive_buffer_bytes: buffer("socket.receive.buffer.bytes"),
            socket_listen_backlog_size: self.int("socket.listen.backlog.size"),
            queued_max_request_bytes: self.0.number("queued.max.request.bytes").filter(|bytes| *bytes > 0),
            queued_max_requests: self.int("queued.max.requests"),
            max_connections: self.int("max.connections"),
            max_connections_per_ip: self.int("max.connections.per.ip"),
            max_connections_per_ip_overrides: parse_connection_overrides(&overrides).unwrap_or_default(),
            max_connection_creation_rate: self.int("max.connection.creation.rate"),
            connections_max_idle_ms: self.0.number("connections.max.idle.ms").filter(|ms| *ms >= 0),
            connection_failed_authentication_delay_ms: self.int("connection.failed.authentication.delay.ms"),
            request_timeout_ms: self.int("request.timeout.ms"),
            max_request_partition_size_limit: self.int("max.request.partition.size.limit"),
            telemetry_max_bytes: self.int("telemetry.max.bytes"),
        }
    }

    fn topic_creation(&self) -> TopicCreationConfig {
        TopicCreationConfig {
            num_partitions: self.int("num.partitions"),
            default_replication_factor: self.short("default.replication.factor"),
            auto_create_topics_enable: self.0.boolean("auto.create.topics.enable"),
            delete_topic_enable: self.0.boolean("delete.topic.enable"),
            offsets_topic_num_partitions: self.int("offsets.topic.num.partitions"),
            offsets_topic_replication_factor: self.short("offsets.topic.replication.factor"),
            transaction_state_log_num_partitions: self.int("transaction.state.log.num.partitions"),
            transaction_state_log_replication_factor: self.short("transaction.state.log.replication.factor"),
            transaction_state_log_min_isr: self.int("transaction.state.log.min.isr"),
        }
    }

    fn fetch(&self) -> FetchConfig {
        FetchConfig {
            fetch_max_bytes: self.int("fetch.max.bytes"),
            max_incremental_fetch_session_cache_slots: self.int("max.incremental.fetch.session.cache.slots"),
            replica_lag_time_max_ms: self.long("replica.lag.time.max.ms"),
            replica_high_watermark_checkpoint_interval_ms: self
                .long("replica.high.watermark.checkpoint.interval.ms"),
        }
    }

    fn log(&self) -> LogWorkConfig {
        let per_second = match self.0.value("log.cleaner.io.max.bytes.per.second") {
            // A cast from float saturates, so the default (the largest double) is "no limit".
            Some(Value::Decimal(bytes)) => bytes as u64,
            _ => u64::MAX,
        };
        LogWorkConfig {
            num_recovery_threads_per_data_dir: self.int("num.recovery.threads.per.data.dir"),
            log_flush_scheduler_interval_ms: self.long("log.flush.scheduler.interval.ms"),
            log_flush_offset_checkpoint_interval_ms: self.int("log.flush.offset.checkpoint.interval.ms"),
            log_flush_start_offset_checkpoint_interval_ms: self
                .int("log.flush.start.offset.checkpoint.interval.ms"),
            log_retention_check_interval_ms: self.long("log.retention.check.interval.ms"),
            log_initial_task_delay_ms: self.long("log.initial.task.delay.ms"),
            log_dir_failure_timeout_ms: self.long("log.dir.failure.timeout.ms"),
            log_cleaner_enable: self.0.boolean("log.cleaner.enable"),
            log_cleaner_threads: self.int("log.cleaner.threads"),
            log_cleaner_backoff_ms: self.long("log.cleaner.backoff.ms"),
            log_cleaner_dedupe_buffer_size: self.long("log.cleaner.dedupe.buffer.size"),
            log_cleaner_io_buffer_size: self.int("log.cleaner.io.buffer.size"),
            log_cleaner_io_buffer_load_permille: match self.0.value("log.cleaner.io.buffer.load.factor") {
                Some(Value::Decimal(share)) => (share * 1000.0) as u32,
                _ => 900,
            },
            log_cleaner_io_max_bytes_per_second: per_second,
        }
    }

    fn metadata(&self) -> MetadataLogConfig {
        MetadataLogConfig {
            metadata_log_segment_bytes: self.int("metadata.log.segment.bytes"),
            metadata_log_segment_ms: self.long("metadata.log.segment.ms"),
            metadata_max_retention_bytes: self.long("metadata.max.retention.bytes"),
            metadata_max_retention_ms: self.long("metadata.max.retention.ms"),
            metadata_log_max_record_bytes_between_snapshots: self
                .long("metadata.log.max.record.bytes.between.snapshots"),
            metadata_log_max_snapshot_interval_ms: self.long("metadata.log.max.snapshot.interval.ms"),
            metadata_max_idle_interval_ms: self.int("metadata.max.idle.interval.ms"),
        }
    }

    fn producers(&self) -> ProducerConfig {
        ProducerConfig {
            producer_id_expiration_ms: self.int("producer.id.expiration.ms"),
            producer_id_expiration_check_interval_ms: self.int("producer.id.expiration.check.interval.ms"),
            transaction_partition_verification_enable: self
                .0
                .boolean("transaction.partition.verification.enable"),
            transaction_max_timeout_ms: self.int("transaction.max.timeout.ms"),
            transactional_id_expiration_ms: self.int("transactional.id.expiration.ms"),
        }
    }

    fn own(&self) -> OwnConfig {
        let is = |key, word: &str| self.0.text(key).is_some_and(|text| text == word);
        OwnConfig {
            insecure: self.0.boolean("thalweg.insecure"),
            plain_without_tls: self.0.boolean("thalweg.plain.without.tls"),
            oauthbearer_unsecured: self.0.boolean("thalweg.oauthbearer.unsecured"),
            validate_compressed: if is("thalweg.validate.compressed", "header") {
                ValidateCompressed::Header
            } else {
                ValidateCompressed::Full
            },
            workers: self.0.number("thalweg.workers").and_then(|count| i32::try_from(count).ok()),
            admin_listener: self.0.text("thalweg.admin.listener").filter(|text| text != "off"),
            coordinator_flush: if is("thalweg.coordinator.flush", "background") {
                CoordinatorFlush::Background
            } else {
                CoordinatorFlush::Always
            },
            audit_log: self.0.text("thalweg.audit.log"),
            audit_segment_bytes: self.0.number("thalweg.audit.log.segment.bytes").unwrap_or(0).unsigned_abs(),
            audit_files: usize::try_from(self.int("thalweg.audit.log.files")).unwrap_or(1),
        }
    }
}

#[cfg(test)]
mod tests;
