//! Keys that older Kafka releases knew and 4.4 does not: naming them beats "unknown key".
//!
//! Only data. None of them has an effect.

/// If Kafka once had this broker or topic key: what became of it.
pub fn removed_from_kafka(name: &str) -> Option<&'static str> {
    let by_name = REMOVED.iter().find(|(key, _)| *key == name);
    let by_prefix = || REMOVED_PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix));
    by_name.or_else(by_prefix).map(|(_, fate)| *fate)
}

const REMOVED_PREFIXES: &[(&str, &str)] = &[
    ("zookeeper.", "ZooKeeper left Kafka in 4.0; the cluster's metadata is in log.dirs"),
    ("password.encoder.", "it served ZooKeeper, which left Kafka in 4.0"),
];

const REMOVED: &[(&str, &str)] = &[
    ("advertised.host.name", "use advertised.listeners"),
    ("advertised.port", "use advertised.listeners"),
    ("auto.include.jmx.reporter", "use metric.reporters"),
    ("broker.id.generation.enable", "it served ZooKeeper; set node.id"),
    ("control.plane.listener.name", "it served ZooKeeper; use controller.listener.names"),
    ("delegation.token.master.key", "use delegation.token.secret.key"),
    ("group.coordinator.new.enable", "the new group coordinator is always on since 4.0"),
    ("host.name", "use listeners"),
    ("inter.broker.protocol.version", "use the feature metadata.version"),
    ("leader.imbalance.per.broker.percentage", "it never had an effect with KRaft"),
    ("log.message.downconversion.enable", "old message formats left Kafka in 4.0"),
    ("log.message.format.version", "old message formats left Kafka in 4.0"),
    ("log.message.timestamp.difference.max.ms", "use log.message.timestamp.before.max.ms and .after.max.ms"),
    ("message.downconversion.enable", "old message formats left Kafka in 4.0"),
    ("message.format.version", "old message formats left Kafka in 4.0"),
    ("message.timestamp.difference.max.ms", "use message.timestamp.before.max.ms and .after.max.ms"),
    ("offsets.commit.required.acks", "offsets are always committed with acks=all since 4.0"),
    ("port", "use listeners"),
    ("reserved.broker.max.id", "it served ZooKeeper; set node.id"),
];
