//! The topics this node serves: names and ids to partitions, as the request path looks them up.
//!
//! One writer (whoever applies metadata changes) publishes a new table by atomic swap; readers never lock.
//! The table is a persistent map, so that a change costs O(log topics), not a copy. Each worker keeps a small
//! cache of its own in front of it, dropped whenever the table's version moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use hashbrown::HashMap;
use imbl::OrdMap;
use thalweg_config::{self as config, TopicConfig};
use thalweg_model::TopicId;
use thalweg_records::{
    Compression, Limits, ProduceRules, TimestampType, TopicCompression, ValidateCompressed,
};
use thalweg_wire::ErrorCode;

use crate::partition::Partition;

/// One topic as served here.
#[derive(Debug)]
pub struct Topic {
    /// Its name.
    pub name: Arc<str>,
    /// Its id; a topic created again under the same name has another and is another `Topic`.
    pub id: TopicId,
    /// By partition index. `None`: the partition exists but this node cannot serve it (not opened yet, or
    /// its directory is offline).
    pub partitions: Vec<Option<Arc<Partition>>>,
    /// What its configuration resolves to, and what follows from it for produced batches; replaced when an
    /// override changes.
    settings: ArcSwap<Settings>,
    /// A topic of the coordinators: clients may read it, not write it.
    pub is_internal: bool,
}

/// What a topic's configuration says, in the forms in which it is asked.
#[derive(Debug)]
struct Settings {
    config: Arc<TopicConfig>,
    rules: Arc<ProduceRules>,
}

impl Topic {
    /// A topic with these partitions.
    pub fn new(
        name: Arc<str>,
        id: TopicId,
        partitions: Vec<Option<Arc<Partition>>>,
        config: Arc<TopicConfig>,
        validate_compressed: ValidateCompressed,
        is_internal: bool,
    ) -> Self {
        let rules = Arc::new(produce_rules(&config, validate_compressed));
        Self {
            name,
            id,
            partitions,
            settings: ArcSwap::from_pointee(Settings { config, rules }),
            is_internal,
        }
    }

    /// The same topic with other partitions: for a table that replaces the present one.
    pub fn with_partitions(&self, partitions: Vec<Option<Arc<Partition>>>) -> Self {
        let settings = ArcSwap::new(self.settings.load_full());
        Self {
            name: Arc::clone(&self.name),
            id: self.id,
            partitions,
            settings,
            is_internal: self.is_internal,
        }
    }

    /// What the topic's configuration resolves to.
    pub fn config(&self) -> Arc<TopicConfig> {
        Arc::clone(&self.settings.load().config)
    }

    /// By what rules a batch of a Produce request of this version is judged.
    pub fn produce_rules(&self, produce_version: i16) -> Arc<ProduceRules> {
        let rules = Arc::clone(&self.settings.load().rules);
        // Only versions before zstd judge differently; they are rare enough to pay for a copy.
        if produce_version >= ZSTD_VERSION {
            return rules;
        }
        Arc::new(ProduceRules { produce_version, ..ProduceRules::clone(&rules) })
    }

    /// An override has changed.
    pub fn set_config(&self, config: Arc<TopicConfig>, validate_compressed: ValidateCompressed) {
        let rules = Arc::new(produce_rules(&config, validate_compressed));
        self.settings.store(Arc::new(Settings { config, rules }));
    }

    /// The partition with that index, if the topic has it and this node serves it.
    pub fn partition(&self, index: i32) -> Option<&Arc<Partition>> {
        self.partitions.get(usize::try_from(index).ok()?)?.as_ref()
    }

    /// The partition with that index, or what a client is told who asks for it in vain.
    pub fn served(&self, index: i32) -> Result<&Arc<Partition>, ErrorCode> {
        match self.partition(index) {
            Some(partition) if partition.is_retired() => Err(ErrorCode::UnknownTopicOrPartition),
            Some(partition) => Ok(partition),
            None if self.has_partition(index) => Err(ErrorCode::NotLeaderOrFollower),
            None => Err(ErrorCode::UnknownTopicOrPartition),
        }
    }

    /// Whether the topic has a partition of that index, served or not.
    pub fn has_partition(&self, index: i32) -> bool {
        usize::try_from(index).is_ok_and(|index| index < self.partitions.len())
    }
}

/// The configured depth of checking compressed batches, as the records room names it.
pub fn compressed_validation(configured: config::ValidateCompressed) -> ValidateCompressed {
    match configured {
        config::ValidateCompressed::Full => ValidateCompressed::Full,
        config::ValidateCompressed::Header => ValidateCompressed::Header,
    }
}

/// First Produce version with zstd (KIP-110).
const ZSTD_VERSION: i16 = 7;

/// Decompressed bytes of a batch that a compacted topic takes: the cleaner holds one batch at a time, as it was and made
/// anew, whatever little room it takes in the log.
const COMPACTED_BATCH_BYTES: u64 = 128 << 20;

/// What a topic's configuration means for produced batches.
fn produce_rules(config: &TopicConfig, validate_compressed: ValidateCompressed) -> ProduceRules {
    let fixed = TopicCompression::Fixed;
    let defaults = ProduceRules::default();
    let record_bytes_max = u32::try_from(config.max_decompressed_message_bytes).unwrap_or(u32::MAX);
    let bytes_max = match config.cleanup_policy.compact {
        true => defaults.limits.bytes_max.min(COMPACTED_BATCH_BYTES),
        false => defaults.limits.bytes_max,
    };
    ProduceRules {
        compression: match config.compression_type {
            config::CompressionType::Producer => TopicCompression::Producer,
            config::CompressionType::Uncompressed => fixed(Compression::None),
            config::CompressionType::Gzip => {
                fixed(Compression::Gzip { level: config.compression_gzip_level })
            }
            config::CompressionType::Snappy => fixed(Compression::Snappy),
            config::CompressionType::Lz4 => fixed(Compression::Lz4),
            config::CompressionType::Zstd => {
                fixed(Compression::Zstd { level: config.compression_zstd_level })
            }
        },
        timestamp_type: match config.message_timestamp_type {
            config::TimestampType::CreateTime => TimestampType::CreateTime,
            config::TimestampType::LogAppendTime => TimestampType::LogAppendTime,
        },
        before_max_ms: config.message_timestamp_before_max_ms,
        after_max_ms: config.message_timestamp_after_max_ms,
        max_message_bytes: usize::try_from(config.max_message_bytes).unwrap_or(0),
        segment_bytes: usize::try_from(config.segment_bytes).unwrap_or(0),
        compacted: config.cleanup_policy.compact,
        validate_compressed,
        produce_version: i16::MAX,
        limits: Limits { record_bytes_max, bytes_max, ..defaults.limits },
    }
}

/// One version of the table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By name.
    pub by_name: OrdMap<Arc<str>, Arc<Topic>>,
    /// By id.
    pub by_id: OrdMap<TopicId, Arc<Topic>>,
}

/// The published table.
#[derive(Debug, Default)]
pub struct Topics {
    table: ArcSwap<Table>,
    version: AtomicU64,
}

impl Topics {
    /// The present table.
    pub fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// A topic by name.
    pub fn by_name(&self, name: &str) -> Option<Arc<Topic>> {
        self.table.load().by_name.get(name).cloned()
    }

    /// A topic by id.
    pub fn by_id(&self, id: TopicId) -> Option<Arc<Topic>> {
        self.table.load().by_id.get(&id).cloned()
    }

    /// Publishes a changed table. Only the role that applies metadata calls this.
    pub fn publish(&self, change: impl FnOnce(&mut Table)) {
        let mut next = Table::clone(&self.table.load());
        change(&mut next);
        self.table.store(Arc::new(next));
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Moves with every publication.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }
}

impl Table {
    /// Puts a topic in, in place of an earlier one of that name.
    pub fn insert(&mut self, topic: Arc<Topic>) {
        if let Some(old) = self.by_name.insert(Arc::clone(&topic.name), Arc::clone(&topic))
            && old.id != topic.id
        {
            self.by_id.remove(&old.id);
        }
        self.by_id.insert(topic.id, topic);
    }

    /// Takes a topic out.
    pub fn remove(&mut self, id: TopicId) -> Option<Arc<Topic>> {
        let topic = self.by_id.remove(&id)?;
        if self.by_name.get(&*topic.name).is_some_and(|named| named.id == id) {
            self.by_name.remove(&*topic.name);
        }
        Some(topic)
    }
}

/// A worker's own view of [`Topics`]: hash look-ups without touching shared memory. Names that do not exist
/// are not remembered, so strangers cannot fill it.
#[derive(Debug)]
pub struct LocalTopics {
    shared: Arc<Topics>,
    version: u64,
    by_name: HashMap<Arc<str>, Arc<Topic>>,
    by_id: HashMap<TopicId, Arc<Topic>>,
}

impl LocalTopics {
    /// An empty cache in front of the table.
    pub fn new(shared: Arc<Topics>) -> Self {
        Self { shared, version: u64::MAX, by_name: HashMap::new(), by_id: HashMap::new() }
    }

    /// Drops what is cached if the table has changed; called once a turn.
    pub fn refresh(&mut self) {
        let version = self.shared.version();
        if version != self.version {
            self.version = version;
            self.by_name.clear();
            self.by_id.clear();
        }
    }

    /// A topic by name.
    pub fn by_name(&mut self, name: &str) -> Option<Arc<Topic>> {
        if let Some(topic) = self.by_name.get(name) {
            return Some(Arc::clone(topic));
        }
        let topic = self.shared.by_name(name)?;
        self.by_name.insert(Arc::clone(&topic.name), Arc::clone(&topic));
        Some(topic)
    }

    /// A topic by id.
    pub fn by_id(&mut self, id: TopicId) -> Option<Arc<Topic>> {
        if let Some(topic) = self.by_id.get(&id) {
            return Some(Arc::clone(topic));
        }
        let topic = self.shared.by_id(id)?;
        self.by_id.insert(id, Arc::clone(&topic));
        Some(topic)
    }
}
