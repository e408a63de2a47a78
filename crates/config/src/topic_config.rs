//! What one topic asks of its logs, as numbers and enums instead of text.
//!
//! The partition log and the produce path read this snapshot; it is made whole
//! once and never changes afterwards, so it is shared as `Arc<TopicConfig>`
//! and replaced by a new one when an override changes. It never parses text on the record's path.

use crate::effective::{Effective, Overrides};
use crate::key::Scope;
use crate::table;
use crate::value::Value;

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
    /// What a topic without overrides gets on this broker.
    pub fn of_broker(effective: &Effective<'_>) -> TopicConfig {
        let mut config = TopicConfig::default();
        for key in table::keys(Scope::Topic) {
            if let Some(value) = effective.topic_default(key.name) {
                config.set(key.name, value);
            }
        }
        config
    }

    /// This configuration with a topic's overrides over it. An override that cannot be read is passed over:
    /// it was let in by another release, and a topic that cannot be served would be worse.
    pub fn with_overrides(&self, overrides: &Overrides) -> TopicConfig {
        let mut config = self.clone();
        for (name, text) in overrides {
            if let Some(Ok(value)) = table::key(Scope::Topic, name).map(|key| key.parse(text)) {
                config.set(name, value);
            }
        }
        config
    }

    /// Puts a value into its field; a name without a field, or a value of another kind, changes nothing.
    fn set(&mut self, name: &str, value: Value) {
        match (name, value) {
            ("cleanup.policy", Value::List(l)) => self.cleanup_policy = CleanupPolicy::of(&l),
            ("compression.type", Value::Text(t)) => self.compression_type = CompressionType::of(&t),
            ("compression.gzip.level", Value::Number(n)) => self.compression_gzip_level = int(n),
            ("compression.lz4.level", Value::Number(n)) => self.compression_lz4_level = int(n),
            ("compression.zstd.level", Value::Number(n)) => self.compression_zstd_level = int(n),
            ("delete.retention.ms", Value::Number(n)) => self.delete_retention_ms = n,
            ("errors.deadletterqueue.group.enable", Value::Boolean(b)) => {
                self.errors_deadletterqueue_group_enable = b
            }
            ("file.delete.delay.ms", Value::Number(n)) => self.file_delete_delay_ms = n,
            ("flush.messages", Value::Number(n)) => self.flush_messages = n,
            ("flush.ms", Value::Number(n)) => self.flush_ms = n,
            ("follower.replication.throttled.replicas", Value::List(l)) => {
                self.follower_replication_throttled_replicas = l
            }
            ("index.interval.bytes", Value::Number(n)) => self.index_interval_bytes = int(n),
            ("leader.replication.throttled.replicas", Value::List(l)) => {
                self.leader_replication_throttled_replicas = l
            }
            ("local.retention.bytes", Value::Number(n)) => self.local_retention_bytes = n,
            ("local.retention.ms", Value::Number(n)) => self.local_retention_ms = n,
            ("max.compaction.lag.ms", Value::Number(n)) => self.max_compaction_lag_ms = n,
            ("max.decompressed.message.bytes", Value::Number(n)) => {
                self.max_decompressed_message_bytes = int(n)
            }
            ("max.message.bytes", Value::Number(n)) => self.max_message_bytes = int(n),
            ("message.timestamp.after.max.ms", Value::Number(n)) => self.message_timestamp_after_max_ms = n,
            ("message.timestamp.before.max.ms", Value::Number(n)) => self.message_timestamp_before_max_ms = n,
            ("message.timestamp.type", Value::Text(t)) => self.message_timestamp_type = TimestampType::of(&t),
            ("min.cleanable.dirty.ratio", Value::Decimal(d)) => self.min_cleanable_dirty_ratio = d,
            ("min.compaction.lag.ms", Value::Number(n)) => self.min_compaction_lag_ms = n,
            ("min.insync.replicas", Value::Number(n)) => self.min_insync_replicas = int(n),
            ("preallocate", Value::Boolean(b)) => self.preallocate = b,
            ("remote.copy.lag.bytes", Value::Number(n)) => self.remote_copy_lag_bytes = n,
            ("remote.copy.lag.ms", Value::Number(n)) => self.remote_copy_lag_ms = n,
            ("remote.log.copy.disable", Value::Boolean(b)) => self.remote_log_copy_disable = b,
            ("remote.log.delete.on.disable", Value::Boolean(b)) => self.remote_log_delete_on_disable = b,
            ("remote.storage.enable", Value::Boolean(b)) => self.remote_storage_enable = b,
            ("retention.bytes", Value::Number(n)) => self.retention_bytes = n,
            ("retention.ms", Value::Number(n)) => self.retention_ms = n,
            ("segment.bytes", Value::Number(n)) => self.segment_bytes = int(n),
            ("segment.index.bytes", Value::Number(n)) => self.segment_index_bytes = int(n),
            ("segment.jitter.ms", Value::Number(n)) => self.segment_jitter_ms = n,
            ("segment.ms", Value::Number(n)) => self.segment_ms = n,
            ("unclean.leader.election.enable", Value::Boolean(b)) => self.unclean_leader_election_enable = b,
            ("internal.segment.bytes", Value::Number(n)) => self.segment_bytes = int(n),
            _ => {}
        }
    }

    /// Age at which a segment is closed: no record of a compacted topic may wait longer than
    /// `max.compaction.lag.ms` in an active segment, which is never compacted.
    pub fn segment_ms_limit(&self) -> i64 {
        if self.cleanup_policy.compact && self.max_compaction_lag_ms > 0 {
            self.segment_ms.min(self.max_compaction_lag_ms)
        } else {
            self.segment_ms
        }
    }

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

    /// Whether an acknowledgement may have to wait for a flush: always with 1, else whenever so many records are
    /// not on disk.
    pub fn flushes_by_count(&self) -> bool {
        self.flush_messages < i64::MAX
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

impl CleanupPolicy {
    fn of(list: &[String]) -> CleanupPolicy {
        let has = |word| list.iter().any(|element| element == word);
        CleanupPolicy { delete: has("delete"), compact: has("compact") }
    }
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

impl CompressionType {
    fn of(name: &str) -> CompressionType {
        match name {
            "uncompressed" => CompressionType::Uncompressed,
            "gzip" => CompressionType::Gzip,
            "snappy" => CompressionType::Snappy,
            "lz4" => CompressionType::Lz4,
            "zstd" => CompressionType::Zstd,
            _ => CompressionType::Producer,
        }
    }
}

/// `message.timestamp.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's time is kept.
    CreateTime,
    /// The broker writes its own time into the batch.
    LogAppendTime,
}

impl TimestampType {
    fn of(name: &str) -> TimestampType {
        if name == "LogAppendTime" { TimestampType::LogAppendTime } else { TimestampType::CreateTime }
    }
}

/// The table bounds int keys to 32 bits, so nothing is cut off here.
fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Allowed, Kind};
    use crate::settings::{Origin, Settings};

    /// A legal value of a topic key that is not its default.
    fn another_value(key: &crate::Key) -> String {
        match (key.kind, key.allowed) {
            (Kind::Boolean, _) => (key.default_text() != Some("true")).to_string(),
            (_, Allowed::OneOf(words)) => {
                words.iter().find(|word| Some(**word) != key.default_text()).unwrap().to_string()
            }
            (Kind::Double, _) => "0.25".to_owned(),
            (Kind::List, Allowed::ThrottledReplicas) => "0:1,1:2".to_owned(),
            (Kind::List, _) => "compact".to_owned(),
            (_, Allowed::Range(min, _)) if key.default_text() != Some(&min.to_string()) => min.to_string(),
            _ => "7".to_owned(),
        }
    }

    #[test]
    fn an_override_of_any_topic_key_changes_the_configuration() {
        for key in table::keys(Scope::Topic) {
            let overrides = Overrides::from([(key.name.to_owned(), another_value(key))]);
            let changed = TopicConfig::default().with_overrides(&overrides);
            assert_ne!(changed, TopicConfig::default(), "{}", key.name);
        }
    }

    #[test]
    fn every_default_of_the_struct_is_the_tables_default() {
        let defaults: Overrides = table::keys(Scope::Topic)
            .filter_map(|key| Some((key.name.to_owned(), key.default_text()?.to_owned())))
            .collect();
        assert_eq!(TopicConfig::default().with_overrides(&defaults), TopicConfig::default());
        let nothing = Settings::default();
        assert_eq!(TopicConfig::of_broker(&Effective::of_settings(&nothing)), TopicConfig::default());
    }

    #[test]
    fn retention_by_minutes_wins_over_hours_and_milliseconds_over_both() {
        let mut settings = Settings::default();
        let mut retention = |key, value| {
            settings.add(key, value, Origin::Flag);
            TopicConfig::of_broker(&Effective::of_settings(&settings)).retention_ms
        };
        assert_eq!(retention("log.retention.hours", "2"), 7_200_000);
        assert_eq!(retention("log.retention.minutes", "3"), 180_000);
        assert_eq!(retention("log.retention.ms", "5"), 5);
        assert_eq!(retention("log.retention.ms", "-1"), -1);
    }

    #[test]
    fn a_negative_number_of_hours_keeps_for_ever() {
        let mut settings = Settings::default();
        settings.add("log.retention.hours", "-1", Origin::Flag);
        let config = TopicConfig::of_broker(&Effective::of_settings(&settings));
        assert_eq!((config.retention_ms, config.retention_ms_limit()), (-1, None));
    }

    #[test]
    fn topic_override_wins_over_dynamic_broker_over_cluster_over_static() {
        let mut settings = Settings::default();
        settings.add("log.segment.bytes", "2000000", Origin::Flag);
        let cluster = Overrides::from([("log.segment.bytes".to_owned(), "3000000".to_owned())]);
        let broker = Overrides::from([("log.segment.bytes".to_owned(), "4000000".to_owned())]);
        let none = Overrides::new();
        let bytes = |broker, cluster| {
            TopicConfig::of_broker(&Effective { settings: &settings, broker, cluster }).segment_bytes
        };
        assert_eq!(bytes(&none, &none), 2_000_000);
        assert_eq!(bytes(&none, &cluster), 3_000_000);
        assert_eq!(bytes(&broker, &cluster), 4_000_000);
        let overrides = Overrides::from([("segment.bytes".to_owned(), "5000000".to_owned())]);
        assert_eq!(TopicConfig::default().with_overrides(&overrides).segment_bytes, 5_000_000);
    }

    #[test]
    fn an_override_that_cannot_be_read_is_passed_over() {
        let overrides = Overrides::from([
            ("segment.bytes".to_owned(), "5".to_owned()),
            ("no.such.key".to_owned(), "5".to_owned()),
        ]);
        assert_eq!(TopicConfig::default().with_overrides(&overrides), TopicConfig::default());
    }

    #[test]
    fn local_retention_follows_the_total_unless_it_is_set() {
        let mut config = TopicConfig { retention_ms: 10, retention_bytes: -1, ..TopicConfig::default() };
        assert_eq!(
            (config.local_retention_ms_limit(), config.local_retention_bytes_limit()),
            (Some(10), None)
        );
        config.local_retention_ms = 3;
        assert_eq!(config.local_retention_ms_limit(), Some(3));
    }
}
