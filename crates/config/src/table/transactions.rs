//! Table rows: transactions.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::at_least;

rows! { Broker,
    "transaction.max.timeout.ms": Int = "900000", at_least(1), High, ReadOnly, Yes;
        "Longest transaction timeout a producer may ask for.";
    "transactional.id.expiration.ms": Int = "604800000", at_least(1), High, ReadOnly, Yes;
        "A transactional id that is not used for this long is forgotten.";
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": Int = "10000",
        at_least(1), Low, ReadOnly, Yes;
        "Time between two looks for transactions whose timeout has passed.";
    "transaction.remove.expired.transaction.cleanup.interval.ms": Int = "3600000",
        at_least(1), Low, ReadOnly, Yes;
        "Time between two looks for transactional ids to forget.";
    "transaction.partition.verification.enable": Boolean = "true", Any, Low, ClusterWide, Yes;
        "Whether a partition asks the coordinator before it takes the first batch of a transaction \
         (KIP-890).";
    "transaction.two.phase.commit.enable": Boolean = "false", Any, Low, ReadOnly, No;
        "Whether producers may prepare transactions and commit them without a timeout (KIP-939).";
    "transaction.state.log.load.buffer.size": Int = "5242880", at_least(1), High, ReadOnly, No;
        "Bytes read at once while transaction state is loaded.";
    "transaction.state.log.min.isr": Int = "2", at_least(1), High, ReadOnly, Yes;
        "min.insync.replicas of __transaction_state.";
    "transaction.state.log.num.partitions": Int = "50", at_least(1), High, ReadOnly, Yes;
        "Partitions of __transaction_state. Not to be changed once it exists.";
    "transaction.state.log.replication.factor": Short = "3", at_least(1), High, ReadOnly, Yes;
        "Replicas of __transaction_state.";
    "transaction.state.log.segment.bytes": Int = "104857600", at_least(1), High, ReadOnly, Yes;
        "Segment size of __transaction_state; small, so that it is compacted and loaded quickly.";
    "add.partitions.to.txn.retry.backoff.ms": Int = "20", at_least(1), High, ReadOnly, No;
        "First pause before a partition is again added to a transaction on the producer's behalf.";
    "add.partitions.to.txn.retry.backoff.max.ms": Int = "100", at_least(0), High, ReadOnly, Yes;
        "Longest time spent on adding a partition to a transaction on the producer's behalf.";
}
