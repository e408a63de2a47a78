//! What one topic asks of its logs, as numbers and enums instead of text.
//!
//! The partition log and the produce path read this snapshot; it is made whole
//! once and never changes afterwards, so it is shared as `Arc<TopicConfig>`
//! and replaced by a new one when an override changes. It never parses text on the record's path.

/// A resolved topic configuration: topic override over dynamic broker value over static broker value over
/// Kafka's default. Field names are Kafka's topic keys with `_` for `.`; values keep Kafka's units and its
/// special values (`-1` = no limit, `-2` = same as the total), which the methods translate.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicConfig {
    /// `cleanup.policy`: what happens to old segments.
    pub cleanup_policy: CleanupPolicy,
    /// `compression.type`: the codec the broker stores batches with.
    pub compression_type: CompressionType,
    /// `compression.gzip.level`: 1..=9, or -1 for the codec's own default.
    pub compression_gzip_level: i32,
    /// `compression.lz4.level`: 1..=17.
    pub compression_lz4_level: i32,
    /// `compression.zstd.level`: -131072..=22.
    pub compression_zstd_level: i32,
    /// `delete.retention.ms`: how long a tombstone survives in a compacted log.
    pub delete_retention_ms: i64,
    /// `errors.deadletterqueue.group.enable`: whether share groups may write their dead letters here.
    pub errors_deadletterqueue_group_enable: bool,
    /// `file.delete.delay.ms`: time between a segment leaving the log and its files being unlinked.
    pub file_delete_delay_ms: i64,
    /// `flush.messages`: records between two forced flushes; 1 = acknowledged means on disk.
    pub flush_messages: i64,
    /// `flush.ms`: longest time an unflushed record waits for a forced flush; `i64::MAX` = never forced.
    pub flush_ms: i64,
    /// `follower.replication.throttled.replicas`.
    pub follower_replication_throttled_replicas: Vec<String>,
    /// `index.interval.bytes`: log bytes between two index entries.
    pub index_interval_bytes: i32,
    /// `leader.replication.throttled.replicas`.
    pub leader_replication_throttled_replicas: Vec<String>,
    /// `local.retention.bytes`: -2 = as `retention.bytes`, -1 = no limit.
    pub local_retention_bytes: i64,
    /// `local.retention.ms`: -2 = as `retention.ms`, -1 = no limit.
    pub local_retention_ms: i64,
    /// `max.compaction.lag.ms`: longest time a record may stay uncompacted.
    pub max_compaction_lag_ms: i64,
    /// `max.decompressed.message.bytes`: largest size one record may have once decompressed.
    pub max_decompressed_message_bytes: i32,
    /// `max.message.bytes`: largest batch accepted, header included, after compression.
    pub max_message_bytes: i32,
    /// `message.timestamp.after.max.ms`: how far in the future a record's time may lie.
    pub message_timestamp_after_max_ms: i64,
    /// `message.timestamp.before.max.ms`: how far in the past a record's time may lie.
    pub message_timestamp_before_max_ms: i64,
    /// `message.timestamp.type`: whose clock stamps the record.
    pub message_timestamp_type: TimestampType,
    /// `min.cleanable.dirty.ratio`: share of the log that must be dirty before it is compacted, 0.0..=1.0.
    pub min_cleanable_dirty_ratio: f64,
    /// `min.compaction.lag.ms`: shortest time a record stays uncompacted.
    pub min_compaction_lag_ms: i64,
    /// `min.insync.replicas`: replicas that must have a record before acks=all is answered.
    pub min_insync_replicas: i32,
    /// `preallocate`: whether a new segment's file gets its full size at once.
    pub preallocate: bool,
    /// `remote.copy.lag.bytes`: -2, -1 or bytes a segment waits before it is copied to the remote tier.
    pub remote_copy_lag_bytes: i64,
    /// `remote.copy.lag.ms`: time a closed segment waits before it is copied to the remote tier.
    pub remote_copy_lag_ms: i64,
    /// `remote.log.copy.disable`: stop copying to the remote tier, keep serving from it.
    pub remote_log_copy_disable: bool,
    /// `remote.log.delete.on.disable`: delete the remote copy when the tier is switched off.
    pub remote_log_delete_on_disable: bool,
    /// `remote.storage.enable`: whether the topic has a remote tier.
    pub remote_storage_enable: bool,
    /// `retention.bytes`: bytes kept per partition; -1 = no limit.
    pub retention_bytes: i64,
    /// `retention.ms`: time a record is kept; -1 = for ever.
    pub retention_ms: i64,
    /// `segment.bytes`: size at which a segment is closed.
    pub segment_bytes: i32,
    /// `segment.index.bytes`: largest size of an offset or time index.
    pub segment_index_bytes: i32,
    /// `segment.jitter.ms`: largest random time taken off `segment_ms`; never more than it.
    pub segment_jitter_ms: i64,
    /// `segment.ms`: age at which a segment is closed even if it is not full.
    pub segment_ms: i64,
    /// `unclean.leader.election.enable`: whether a replica outside the ISR may lead.
    pub unclean_leader_election_enable: bool,
}

impl TopicConfig {
    /// How long records are kept; `None` = for ever.
    pub fn retention_ms_limit(&self) -> Option<i64> {
        (self.retention_ms >= 0).then_some(self.retention_ms)
    }

    /// How many bytes a partition keeps; `None` = no limit.
    pub fn retention_bytes_limit(&self) -> Option<i64> {
        (self.retention_bytes >= 0).then_some(self.retention_bytes)
    }

    /// How long records stay on the local disk when there is a remote tier; `None` = for ever.
    pub fn local_retention_ms_limit(&self) -> Option<i64> {
        let value = if self.local_retention_ms == SAME_AS_TOTAL {
            self.retention_ms
        } else {
            self.local_retention_ms
        };
        (value >= 0).then_some(value)
    }

    /// How many bytes stay on the local disk when there is a remote tier; `None` = no limit.
    pub fn local_retention_bytes_limit(&self) -> Option<i64> {
        let value = if self.local_retention_bytes == SAME_AS_TOTAL {
            self.retention_bytes
        } else {
            self.local_retention_bytes
        };
        (value >= 0).then_some(value)
    }

    /// Size the open segment's file gets ahead of its data: the whole segment or nothing.
    pub fn preallocated_bytes(&self) -> i32 {
        if self.preallocate { self.segment_bytes } else { 0 }
    }

    /// Whether an acknowledged record must be on disk.
    pub fn acknowledges_after_flush(&self) -> bool {
        self.flush_messages <= 1
    }
}

/// The value of a local retention key that means "as the total retention".
pub const SAME_AS_TOTAL: i64 = -2;

/// `cleanup.policy`. Both may be set; with neither the log is kept for ever (Kafka 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanupPolicy {
    /// Old segments are deleted by time and size.
    pub delete: bool,
    /// Only the newest record of each key is kept.
    pub compact: bool,
}

/// `compression.type`: the codec batches are stored with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompressionType {
    /// As the producer sent them.
    Producer,
    /// Not compressed.
    Uncompressed,
    /// gzip
    Gzip,
    /// snappy, xerial framing
    Snappy,
    /// lz4 frames
    Lz4,
    /// zstd
    Zstd,
}

/// `message.timestamp.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's time is kept.
    CreateTime,
    /// The broker writes its own time into the batch.
    LogAppendTime,
}

impl Default for TopicConfig {
    /// Kafka 4.4's defaults, as if nothing had been configured anywhere.
    fn default() -> TopicConfig {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        TopicConfig {
            cleanup_policy: CleanupPolicy { delete: true, compact: false },
            compression_type: CompressionType::Producer,
            compression_gzip_level: -1,
            compression_lz4_level: 9,
            compression_zstd_level: 3,
            delete_retention_ms: DAY_MS,
            errors_deadletterqueue_group_enable: false,
            file_delete_delay_ms: 60_000,
            flush_messages: i64::MAX,
            flush_ms: i64::MAX,
            follower_replication_throttled_replicas: Vec::new(),
            index_interval_bytes: 4096,
            leader_replication_throttled_replicas: Vec::new(),
            local_retention_bytes: SAME_AS_TOTAL,
            local_retention_ms: SAME_AS_TOTAL,
            max_compaction_lag_ms: i64::MAX,
            max_decompressed_message_bytes: i32::MAX - 8,
            max_message_bytes: 1_048_588,
            message_timestamp_after_max_ms: 3_600_000,
            message_timestamp_before_max_ms: i64::MAX,
            message_timestamp_type: TimestampType::CreateTime,
            min_cleanable_dirty_ratio: 0.5,
            min_compaction_lag_ms: 0,
            min_insync_replicas: 1,
            preallocate: false,
            remote_copy_lag_bytes: -1,
            remote_copy_lag_ms: 0,
            remote_log_copy_disable: false,
            remote_log_delete_on_disable: false,
            remote_storage_enable: false,
            retention_bytes: -1,
            retention_ms: 7 * DAY_MS,
            segment_bytes: 1 << 30,
            segment_index_bytes: 10 << 20,
            segment_jitter_ms: 0,
            segment_ms: 7 * DAY_MS,
            unclean_leader_election_enable: false,
        }
    }
}
