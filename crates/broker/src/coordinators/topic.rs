//! The topics that coordinators live in, and how they are made on first need: as Kafka makes them, with as many
//! replicas as there are brokers for.

use std::sync::Arc;

use thalweg_controller::{ControllerRequest, CreateTopics, NewTopic};

use super::{OFFSETS_TOPIC, TRANSACTIONS_TOPIC};
use crate::node::Node;
use crate::topics::Topic;

/// A topic of the coordinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InternalTopic {
    /// Of groups.
    Offsets,
    /// Of transactions.
    Transactions,
}

impl InternalTopic {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offsets => OFFSETS_TOPIC,
            Self::Transactions => TRANSACTIONS_TOPIC,
        }
    }

    /// Makes it unless it is there; `then` gets it, or nothing if that failed.
    pub fn create(self, node: &Arc<Node>, then: impl FnOnce(Option<Arc<Topic>>) + Send + 'static) {
        let topic = self.new_topic(node);
        let after = Arc::clone(node);
        node.controller.submit(
            ControllerRequest::CreateTopics(CreateTopics { topics: vec![topic], validate_only: false }),
            Box::new(move |outcome| {
                // Whoever made it, this request or another: what counts is that it is there.
                let made = after.topics.by_name(self.name());
                if made.is_none() {
                    let topic = self.name();
                    tracing::error!(
                        event = "internal_topic_not_made",
                        topic,
                        ?outcome,
                        "its coordinators cannot serve"
                    );
                }
                then(made);
            }),
        );
    }

    fn new_topic(self, node: &Node) -> NewTopic {
        let creation = &node.config.topic_creation;
        let image = node.image();
        let brokers = image.cluster.brokers.values().filter(|broker| !broker.fenced).count();
        let brokers = i16::try_from(brokers).unwrap_or(i16::MAX).max(1);
        let segment_bytes = |key: &str| {
            let bytes = node.with_effective(&image, |effective| effective.number(key));
            ("segment.bytes", bytes.unwrap_or(SEGMENT_BYTES).to_string())
        };
        let (partitions, replication_factor, configs) = match self {
            Self::Offsets => (
                creation.offsets_topic_num_partitions,
                creation.offsets_topic_replication_factor.min(brokers),
                vec![
                    ("cleanup.policy", "compact".into()),
                    ("compression.type", "producer".into()),
                    segment_bytes("offsets.topic.segment.bytes"),
                ],
            ),
            Self::Transactions => {
                let replicas = creation.transaction_state_log_replication_factor.min(brokers);
                let min_isr = creation.transaction_state_log_min_isr.min(i32::from(replicas));
                (
                    creation.transaction_state_log_num_partitions,
                    replicas,
                    vec![
                        ("cleanup.policy", "compact".into()),
                        ("compression.type", "uncompressed".into()),
                        ("min.insync.replicas", min_isr.to_string()),
                        segment_bytes("transaction.state.log.segment.bytes"),
                        ("unclean.leader.election.enable", "false".into()),
                    ],
                )
            }
        };
        let configs = configs.into_iter().map(|(key, value)| (key.to_owned(), Some(value)));
        NewTopic {
            name: self.name().to_owned(),
            partitions,
            replication_factor,
            assignments: Vec::new(),
            configs: configs.collect(),
        }
    }
}

/// Kafka's default size of their segments.
const SEGMENT_BYTES: i64 = 100 << 20;
