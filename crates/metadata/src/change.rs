//! What a replay changed, for those who must act on it: open or delete logs, refresh configurations, elect.
//!
//! Sits between the metadata image and the broker's roles; the image holds the new state, a change only says
//! where to look.

use std::sync::Arc;

use thalweg_model::Uuid;

use crate::{ConfigResource, TopicImage};

/// One difference between two images, in the order it was replayed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A topic is new; its partitions follow as [`Change::PartitionCreated`].
    TopicCreated {
        /// The topic.
        topic_id: Uuid,
    },
    /// A topic is gone; this is how it looked last.
    TopicDeleted {
        /// The topic as it was.
        topic: Arc<TopicImage>,
    },
    /// A partition is new.
    PartitionCreated {
        /// Its topic.
        topic_id: Uuid,
        /// Its index.
        partition: i32,
    },
    /// Leader, replicas, ISR or epochs of a partition changed.
    PartitionChanged {
        /// Its topic.
        topic_id: Uuid,
        /// Its index.
        partition: i32,
    },
    /// One key of one resource was set or removed.
    ConfigChanged {
        /// Whose configuration.
        resource: ConfigResource,
        /// Which key.
        key: Arc<str>,
    },
    /// A broker registered, was fenced or unfenced, shuts down, or is gone.
    BrokerChanged {
        /// The broker.
        broker_id: i32,
    },
    /// A controller registered or is gone.
    ControllerChanged {
        /// The controller.
        controller_id: i32,
    },
    /// A finalized feature level changed.
    FeatureChanged {
        /// The feature.
        name: Arc<str>,
    },
    /// A block of producer ids was handed out.
    ProducerIdsChanged,
    /// A client quota changed.
    ClientQuotasChanged,
    /// A SCRAM credential changed.
    ScramChanged,
    /// An access control entry came or went.
    AclsChanged,
    /// A delegation token came, changed or went.
    DelegationTokensChanged,
}
