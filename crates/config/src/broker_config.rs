//! What this broker asks of itself, as numbers, paths and enums instead of text.
//!
//! Made once at start from the layered values (and again when a dynamic value changes), then shared as
//! `Arc<BrokerConfig>`. Rooms take their few fields out of it; nothing parses configuration later. Values
//! that only describe topics are in [`TopicConfig`](crate::TopicConfig).

use crate::listeners::Listener;
use crate::topic_config::TopicConfig;

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
    /// What it tells clients: one entry per listener, same names, same order. A host of `None` stands for
    /// `auto`: the address the client itself connected to.
    pub advertised_listeners: Vec<Listener>,
    /// The listener other brokers would use; one of `listeners`.
    pub inter_broker_listener_name: String,
    /// `log.dirs` or `log.dir`; never empty, without doubles.
    pub log_dirs: Vec<String>,
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
    /// `thalweg.validate.compressed`: how deep a compressed batch is checked.
    pub validate_compressed: ValidateCompressed,
    /// `thalweg.workers`: data workers; `None` = as many as cores.
    pub workers: Option<i32>,
    /// `thalweg.admin.listener`: HTTP listener for metrics and health, `None` = off.
    pub admin_listener: Option<String>,
    /// `thalweg.coordinator.flush`: when coordinator records are flushed.
    pub coordinator_flush: CoordinatorFlush,
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
