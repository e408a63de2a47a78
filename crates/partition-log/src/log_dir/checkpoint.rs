//! Offset checkpoints: one offset per partition, as text. `0`, the count, then `topic partition offset` lines.

use std::collections::BTreeMap;

use thalweg_model::{Offset, TopicPartition};

/// Which checkpoint of a log directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointKind {
    /// Below it a log is durable.
    RecoveryPoint,
    /// Where a log begins, where DeleteRecords has raised it.
    LogStart,
    /// High watermarks.
    HighWatermark,
    /// Up to where a log is compacted.
    Cleaner,
}

impl CheckpointKind {
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::RecoveryPoint => "recovery-point-offset-checkpoint",
            Self::LogStart => "log-start-offset-checkpoint",
            Self::HighWatermark => "replication-offset-checkpoint",
            Self::Cleaner => "cleaner-offset-checkpoint",
        }
    }
}

/// A checkpoint's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetCheckpoint {
    /// By partition.
    pub offsets: BTreeMap<TopicPartition, Offset>,
}

impl OffsetCheckpoint {
    /// The offset of one partition.
    pub fn get(&self, partition: &TopicPartition) -> Option<Offset> {
        self.offsets.get(partition).copied()
    }

    pub(super) fn to_text(&self) -> String {
        let mut text = format!("0\n{}\n", self.offsets.len());
        for (TopicPartition { topic, partition }, offset) in &self.offsets {
            text.push_str(&format!("{topic} {partition} {offset}\n"));
        }
        text
    }

    /// An empty file knows of no partition: Kafka creates its checkpoints empty, and a Kafka killed before it
    /// filled one leaves it so. Every kind may be unknown: the log then scans, or keeps, more than it had to.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut lines = text.lines();
        if lines.next().map(str::trim) != Some("0") {
            return Err("the first line of a checkpoint is its version, 0".into());
        }
        let count: usize = lines
            .next()
            .and_then(|line| line.trim().parse().ok())
            .ok_or("the second line of a checkpoint is its count")?;
        let mut offsets = BTreeMap::new();
        for line in lines {
            let mut words = line.split_whitespace();
            let (Some(topic), Some(partition), Some(offset), None) =
                (words.next(), words.next(), words.next(), words.next())
            else {
                return Err(format!("`{line}` is not `topic partition offset`"));
            };
            let (Ok(partition), Ok(offset)) = (partition.parse(), offset.parse()) else {
                return Err(format!("`{line}` is not `topic partition offset`"));
            };
            offsets.insert(TopicPartition::new(topic, partition), Offset(offset));
        }
        if offsets.len() != count {
            return Err(format!("{count} partitions announced, {} there", offsets.len()));
        }
        Ok(Self { offsets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_and_damage_is_named() {
        let mut checkpoint = OffsetCheckpoint::default();
        checkpoint.offsets.insert(TopicPartition::new("orders", 3), Offset(17));
        checkpoint.offsets.insert(TopicPartition::new("a.b_c-d", 0), Offset(0));
        let text = checkpoint.to_text();
        assert_eq!(text, "0\n2\na.b_c-d 0 0\norders 3 17\n");
        assert_eq!(OffsetCheckpoint::parse(&text), Ok(checkpoint));
        assert_eq!(OffsetCheckpoint::parse(""), Ok(OffsetCheckpoint::default()));
        for damaged in
            ["\n", "1\n0\n", "0\nx\n", "0\n2\norders 3 17\n", "0\n1\norders 3\n", "0\n1\norders x 1\n"]
        {
            assert!(OffsetCheckpoint::parse(damaged).is_err(), "{damaged:?}");
        }
    }
}
