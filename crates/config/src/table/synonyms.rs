//! Which broker key gives a topic or group key its value when the topic or group says nothing, and in which
//! order several broker keys stand for one thing.
//!
//! Kafka's own lists, as its DescribeConfigs shows them. Only data.

/// A broker key that stands in for another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synonym {
    /// The broker key.
    pub name: &'static str,
    /// What its number is multiplied by to get the other key's unit.
    pub factor: i64,
}

/// The broker keys that give a topic key its default, most important first. The first one is the one Kafka
/// names in its answers.
pub fn topic_synonyms(topic_key: &str) -> &'static [Synonym] {
    find(TOPIC, topic_key)
}

/// All broker keys that say the same as `broker_key`, itself included, most important first.
pub fn broker_synonyms(broker_key: &str) -> Vec<&str> {
    let family = BROKER_FAMILIES.iter().find(|(asked, _)| asked.contains(&broker_key));
    match family {
        Some((_, names)) => names.to_vec(),
        None => match super::listener_override(broker_key) {
            Some((_, base)) => vec![broker_key, base],
            None => vec![broker_key],
        },
    }
}

/// The broker key that gives a group key its default.
pub fn group_synonym(group_key: &str) -> Option<&'static str> {
    GROUP.iter().find(|(name, _)| *name == group_key).map(|(_, broker_key)| *broker_key)
}

fn find(table: &'static [(&'static str, &'static [Synonym])], name: &str) -> &'static [Synonym] {
    table.iter().find(|(key, _)| *key == name).map_or(&[], |(_, synonyms)| *synonyms)
}

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

const fn same(name: &'static str) -> Synonym {
    Synonym { name, factor: 1 }
}

const TOPIC: &[(&str, &[Synonym])] = &[
    ("cleanup.policy", &[same("log.cleanup.policy")]),
    ("compression.gzip.level", &[same("compression.gzip.level")]),
    ("compression.lz4.level", &[same("compression.lz4.level")]),
    ("compression.type", &[same("compression.type")]),
    ("compression.zstd.level", &[same("compression.zstd.level")]),
    ("delete.retention.ms", &[same("log.cleaner.delete.retention.ms")]),
    ("file.delete.delay.ms", &[same("log.segment.delete.delay.ms")]),
    ("flush.messages", &[same("log.flush.interval.messages")]),
    ("flush.ms", &[same("log.flush.interval.ms"), same("log.flush.scheduler.interval.ms")]),
    ("index.interval.bytes", &[same("log.index.interval.bytes")]),
    ("local.retention.bytes", &[same("log.local.retention.bytes")]),
    ("local.retention.ms", &[same("log.local.retention.ms")]),
    ("max.compaction.lag.ms", &[same("log.cleaner.max.compaction.lag.ms")]),
    ("max.decompressed.message.bytes", &[same("max.decompressed.message.bytes")]),
    ("max.message.bytes", &[same("message.max.bytes")]),
    ("message.timestamp.after.max.ms", &[same("log.message.timestamp.after.max.ms")]),
    ("message.timestamp.before.max.ms", &[same("log.message.timestamp.before.max.ms")]),
    ("message.timestamp.type", &[same("log.message.timestamp.type")]),
    ("min.cleanable.dirty.ratio", &[same("log.cleaner.min.cleanable.ratio")]),
    ("min.compaction.lag.ms", &[same("log.cleaner.min.compaction.lag.ms")]),
    ("min.insync.replicas", &[same("min.insync.replicas")]),
    ("preallocate", &[same("log.preallocate")]),
    ("remote.copy.lag.bytes", &[same("log.remote.copy.lag.bytes")]),
    ("remote.copy.lag.ms", &[same("log.remote.copy.lag.ms")]),
    ("retention.bytes", &[same("log.retention.bytes")]),
    (
        "retention.ms",
        &[
            same("log.retention.ms"),
            Synonym { name: "log.retention.minutes", factor: MINUTE_MS },
            Synonym { name: "log.retention.hours", factor: HOUR_MS },
        ],
    ),
    ("segment.bytes", &[same("log.segment.bytes")]),
    ("segment.index.bytes", &[same("log.index.size.max.bytes")]),
    (
        "segment.jitter.ms",
        &[same("log.roll.jitter.ms"), Synonym { name: "log.roll.jitter.hours", factor: HOUR_MS }],
    ),
    ("segment.ms", &[same("log.roll.ms"), Synonym { name: "log.roll.hours", factor: HOUR_MS }]),
    ("unclean.leader.election.enable", &[same("unclean.leader.election.enable")]),
];

/// Broker keys that overlap: asked for one of the first, Kafka lists all of the second.
const BROKER_FAMILIES: &[(&[&str], &[&str])] = &[
    (&["log.flush.interval.ms"], &["log.flush.interval.ms", "log.flush.scheduler.interval.ms"]),
    (
        &["log.retention.hours", "log.retention.minutes", "log.retention.ms"],
        &["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
    ),
    (&["log.roll.hours", "log.roll.ms"], &["log.roll.ms", "log.roll.hours"]),
    (&["log.roll.jitter.hours", "log.roll.jitter.ms"], &["log.roll.jitter.ms", "log.roll.jitter.hours"]),
];

const GROUP: &[(&str, &str)] = &[
    ("consumer.assignment.interval.ms", "group.consumer.assignment.interval.ms"),
    ("consumer.assignor.offload.enable", "group.consumer.assignor.offload.enable"),
    ("consumer.heartbeat.interval.ms", "group.consumer.heartbeat.interval.ms"),
    ("consumer.session.timeout.ms", "group.consumer.session.timeout.ms"),
    ("share.assignment.interval.ms", "group.share.assignment.interval.ms"),
    ("share.assignor.offload.enable", "group.share.assignor.offload.enable"),
    ("share.delivery.count.limit", "group.share.delivery.count.limit"),
    ("share.heartbeat.interval.ms", "group.share.heartbeat.interval.ms"),
    ("share.partition.max.record.locks", "group.share.partition.max.record.locks"),
    ("share.record.lock.duration.ms", "group.share.record.lock.duration.ms"),
    ("share.session.timeout.ms", "group.share.session.timeout.ms"),
    ("streams.acceptable.recovery.lag", "group.streams.acceptable.recovery.lag"),
    ("streams.assignment.interval.ms", "group.streams.assignment.interval.ms"),
    ("streams.assignor.name", "group.streams.assignors"),
    ("streams.assignor.offload.enable", "group.streams.assignor.offload.enable"),
    ("streams.heartbeat.interval.ms", "group.streams.heartbeat.interval.ms"),
    ("streams.initial.rebalance.delay.ms", "group.streams.initial.rebalance.delay.ms"),
    ("streams.num.standby.replicas", "group.streams.num.standby.replicas"),
    ("streams.num.warmup.replicas", "group.streams.num.warmup.replicas"),
    ("streams.rack.aware.assignment.tags", "group.streams.rack.aware.assignment.tags"),
    ("streams.session.timeout.ms", "group.streams.session.timeout.ms"),
    ("streams.task.offset.interval.ms", "group.streams.task.offset.interval.ms"),
];
