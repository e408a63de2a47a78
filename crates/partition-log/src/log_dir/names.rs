//! Names of partition directories: `<topic>-<partition>`, and those on their way out,
//! `<topic>-<partition>.<32 hex digits>-delete`, `-stray`, `-future`.

use thalweg_model::{TopicPartition, Uuid, validate_topic_name};

/// What a partition directory is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryKind {
    /// Serving.
    Live,
    /// Its topic was deleted; to be removed.
    Delete,
    /// Being moved here from another directory.
    Future,
    /// No longer assigned to this node.
    Stray,
}

/// A partition's directory by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionDirectory {
    /// The name itself.
    pub name: String,
    /// Whose. For `-delete` and `-stray` names that had to be shortened, the topic is shortened too.
    pub partition: TopicPartition,
    /// What for.
    pub kind: DirectoryKind,
}

/// Longest name a directory may have.
const NAME_MAX: usize = 255;

impl PartitionDirectory {
    /// `None` for names that no partition has.
    pub fn parse(name: &str) -> Option<Self> {
        let (rest, kind) = match name.rsplit_once('.') {
            Some((rest, tag)) if is_tag(tag, "-delete") => (rest, DirectoryKind::Delete),
            Some((rest, tag)) if is_tag(tag, "-future") => (rest, DirectoryKind::Future),
            Some((rest, tag)) if is_tag(tag, "-stray") => (rest, DirectoryKind::Stray),
            _ => (name, DirectoryKind::Live),
        };
        let (topic, partition) = rest.rsplit_once('-')?;
        let is_number = !partition.is_empty() && partition.bytes().all(|byte| byte.is_ascii_digit());
        let partition: i32 = partition.parse().ok().filter(|_| is_number)?;
        validate_topic_name(topic).ok()?;
        Some(Self { name: name.to_owned(), partition: TopicPartition::new(topic, partition), kind })
    }

    /// The name of a live partition's directory.
    pub fn live_name(partition: &TopicPartition) -> String {
        partition.to_string()
    }

    /// The name under which a directory waits for another fate; `unique` keeps it apart from others.
    pub fn renamed(partition: &TopicPartition, kind: DirectoryKind, unique: Uuid) -> String {
        let ending = match kind {
            DirectoryKind::Live => return Self::live_name(partition),
            DirectoryKind::Delete => "delete",
            DirectoryKind::Future => "future",
            DirectoryKind::Stray => "stray",
        };
        let hex: String = unique.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let suffix = format!("-{}.{hex}-{ending}", partition.partition);
        let room = NAME_MAX - suffix.len();
        // Topic names are ASCII.
        let topic = partition.topic.get(..room).unwrap_or(&partition.topic);
        format!("{topic}{suffix}")
    }
}

fn is_tag(tag: &str, ending: &str) -> bool {
    tag.strip_suffix(ending).is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(name: &str) -> Option<(String, DirectoryKind)> {
        PartitionDirectory::parse(name).map(|found| (found.partition.to_string(), found.kind))
    }

    #[test]
    fn partitions_are_told_from_everything_else() {
        assert_eq!(kind_of("orders-0"), Some(("orders-0".into(), DirectoryKind::Live)));
        assert_eq!(kind_of("a-b.c-12"), Some(("a-b.c-12".into(), DirectoryKind::Live)));
        assert_eq!(
            kind_of("__cluster_metadata-0"),
            Some(("__cluster_metadata-0".into(), DirectoryKind::Live))
        );
        for other in
            ["lost+found", "remote-log-index-cache", "orders", "orders-", "orders-x", "-0", "or ders-0"]
        {
            assert_eq!(kind_of(other), None, "{other}");
        }
    }

    #[test]
    fn names_on_their_way_out_read_back() {
        let partition = TopicPartition::new("orders.eu", 7);
        for kind in [DirectoryKind::Delete, DirectoryKind::Future, DirectoryKind::Stray] {
            let name = PartitionDirectory::renamed(&partition, kind, Uuid([0xab; 16]));
            assert_eq!(kind_of(&name), Some(("orders.eu-7".into(), kind)));
        }
        let long = TopicPartition::new("t".repeat(249), 1000);
        let name = PartitionDirectory::renamed(&long, DirectoryKind::Delete, Uuid([1; 16]));
        assert_eq!(name.len(), NAME_MAX);
        assert_eq!(kind_of(&name).map(|(_, kind)| kind), Some(DirectoryKind::Delete));
    }
}
