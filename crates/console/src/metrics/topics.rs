//! Topics and partitions in numbers: traffic in sums, by topic, and where the logs stand.

use std::sync::Arc;

use thalweg_broker::metrics::Traffic;
use thalweg_broker::node::Node;
use thalweg_broker::partition::Partition;

use super::Level;
use super::text::{Kind, Page};

/// Kafka's topic metrics: name, what it means, which number it is. Without a label it is the node's sum.
type TrafficFamily = (&'static str, &'static str, fn(&Traffic) -> u64);
const TRAFFIC: [TrafficFamily; 8] = [
    ("kafka_server_brokertopicmetrics_messagesin_total", "Records written.", |traffic| traffic.messages_in),
    ("kafka_server_brokertopicmetrics_bytesin_total", "Bytes of batches written.", |traffic| {
        traffic.bytes_in
    }),
    ("kafka_server_brokertopicmetrics_bytesout_total", "Bytes of batches handed to fetches.", |traffic| {
        traffic.bytes_out
    }),
    (
        "kafka_server_brokertopicmetrics_bytesrejected_total",
        "Bytes of batches refused for their size.",
        |traffic| traffic.bytes_rejected,
    ),
    (
        "kafka_server_brokertopicmetrics_totalproducerequests_total",
        "Batches that came, one per partition of a request.",
        |traffic| traffic.produce_requests,
    ),
    (
        "kafka_server_brokertopicmetrics_totalfetchrequests_total",
        "Fetches answered, one per partition of a request.",
        |traffic| traffic.fetch_requests,
    ),
    (
        "kafka_server_brokertopicmetrics_failedproducerequests_total",
        "Batches refused or lost, but for those too large or damaged.",
        |traffic| traffic.failed_produce_requests,
    ),
    (
        "kafka_server_brokertopicmetrics_failedfetchrequests_total",
        "Fetches that met a disk that failed.",
        |traffic| traffic.failed_fetch_requests,
    ),
];

pub(super) fn write(page: &mut Page, node: &Node, level: Level) {
    let totals = node.metrics.totals(node);
    let table = node.topics.table();
    let mut used: Vec<(&str, Traffic)> = Vec::new();
    if level >= Level::Topic {
        for (name, topic) in &table.by_name {
            let mut sum = Traffic::default();
            topic.partitions.iter().flatten().for_each(|partition| sum += partition.metrics.read());
            // As in Kafka, a topic nobody has used has no numbers.
            if sum != Traffic::default() {
                used.push((name, sum));
            }
        }
    }
    for (name, help, of) in TRAFFIC {
        page.number(name, Kind::Counter, help, of(&totals));
        used.iter().for_each(|(topic, traffic)| page.sample(&[("topic", topic)], of(traffic)));
    }
    if level >= Level::Topic {
        page.family("kafka_topic_partitions", Kind::Gauge, "Partitions of a topic.");
        for (name, topic) in &table.by_name {
            page.sample(&[("topic", name)], topic.partitions.len());
        }
    }
    if level >= Level::Partition {
        let served = table.by_name.values().flat_map(|topic| topic.partitions.iter().flatten());
        partitions(page, node, &served.collect::<Vec<_>>());
    }
}

fn partitions(page: &mut Page, node: &Node, served: &[&Arc<Partition>]) {
    let mut each = |name, kind, help, of: &dyn Fn(&Partition) -> i64| {
        page.family(name, kind, help);
        for partition in served {
            let index = partition.index.to_string();
            page.sample(&[("topic", &*partition.topic), ("partition", &index)], of(partition));
        }
    };
    each(
        "kafka_topic_partition_current_offset",
        Kind::Gauge,
        "The offset behind the last record that consumers see.",
        &|partition| partition.log.ends().high_watermark.0,
    );
    each(
        "kafka_topic_partition_oldest_offset",
        Kind::Gauge,
        "The lowest offset that consumers may read.",
        &|partition| partition.log.ends().log_start.0,
    );
    each("kafka_log_log_logendoffset", Kind::Gauge, "The offset the next record gets.", &|partition| {
        partition.log.ends().log_end.0
    });
    each("kafka_log_log_logstartoffset", Kind::Gauge, "The lowest offset of the log.", &|partition| {
        partition.log.ends().log_start.0
    });
    each("kafka_log_log_numlogsegments", Kind::Gauge, "Segments of the log.", &|partition| {
        signed(partition.log.segment_count() as u64)
    });
    each("kafka_log_log_size", Kind::Gauge, "Bytes of the log.", &|partition| signed(partition.log.size()));
    each(
        "thalweg_partition_messages_in_total",
        Kind::Counter,
        "Records written to the partition.",
        &|partition| signed(partition.metrics.read().messages_in),
    );
    each(
        "thalweg_partition_bytes_in_total",
        Kind::Counter,
        "Bytes of batches written to the partition.",
        &|partition| signed(partition.metrics.read().bytes_in),
    );
    each(
        "thalweg_partition_bytes_out_total",
        Kind::Counter,
        "Bytes of batches of the partition handed to fetches.",
        &|partition| signed(partition.metrics.read().bytes_out),
    );
    registrations(page, node);
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What the cluster's metadata says of a partition, as far as it is shown.
struct Registered {
    leader: i32,
    replicas: usize,
    in_sync: usize,
}

fn registrations(page: &mut Page, node: &Node) {
    let image = node.image();
    let mut each = |name, help, of: fn(&Registered) -> i64| {
        page.family(name, Kind::Gauge, help);
        for (topic, registered) in &image.topics.by_name {
            for (index, partition) in registered.partitions.iter().enumerate() {
                let (replicas, in_sync) = (partition.replicas.len(), partition.isr.len());
                let value = of(&Registered { leader: partition.leader, replicas, in_sync });
                page.sample(&[("topic", topic), ("partition", &index.to_string())], value);
            }
        }
    };
    each("kafka_topic_partition_leader", "The leader's node id, -1 without one.", |partition| {
        i64::from(partition.leader)
    });
    each("kafka_topic_partition_replicas", "Replicas of the partition.", |partition| {
        partition.replicas as i64
    });
    each("kafka_topic_partition_in_sync_replica", "Replicas in sync.", |partition| partition.in_sync as i64);
    each("kafka_topic_partition_under_replicated_partition", "1: a replica is not in sync.", |partition| {
        i64::from(partition.in_sync < partition.replicas)
    });
}
