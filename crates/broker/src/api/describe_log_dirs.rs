//! DescribeLogDirs (key 35), versions 1–5: the log directories, what lies in them and how full their disks are.
//!
//! v4 total and usable bytes (KIP-827) · v5 cordoned directories (KIP-1066). Every directory is asked on its own
//! disk thread: a file system may take its time.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic,
};
use thalweg_wire::messages::{DescribeLogDirsRequest, DescribeLogDirsResponse};

use super::{Answer, Caller};
use crate::disk::{DiskMessage, ServedDirectory};
use crate::node::Node;
use crate::worker::Reply;

/// One directory's part of the answer.
struct Described {
    path: String,
    error: ErrorCode,
    topics: Vec<(Arc<str>, Vec<DescribeLogDirsPartition>)>,
    total_bytes: i64,
    usable_bytes: i64,
    is_cordoned: bool,
}

/// What is there so far, and the right to answer when all is.
struct Gathering {
    directories: Vec<Option<Described>>,
    reply: Option<Reply>,
}

/// Which partitions are asked for; `None` = all.
type Wanted = Option<BTreeMap<String, Vec<i32>>>;

/// Answers once every directory has.
pub fn answer(request: &DescribeLogDirsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let wanted: Wanted = request.topics.as_ref().map(|topics| {
        let mut wanted: BTreeMap<String, Vec<i32>> = BTreeMap::new();
        for topic in topics {
            wanted.entry(topic.topic.to_owned()).or_default().extend(&topic.partitions);
        }
        wanted
    });
    let node = caller.node;
    let count = node.directories.all().len();
    let reply = Some(caller.reply());
    let gathering = Gathering { directories: std::iter::repeat_with(|| None).take(count).collect(), reply };
    let (gathering, wanted) = (Arc::new(Mutex::new(gathering)), Arc::new(wanted));
    for (place, directory) in node.directories.all().iter().enumerate() {
        let (gathering, wanted) = (Arc::clone(&gathering), Arc::clone(&wanted));
        let node = Arc::clone(node);
        directory.mailboxes.0.send(DiskMessage::Run(Box::new(move || {
            let Some(directory) = node.directories.all().get(place) else { return };
            let described = describe(&node, directory, &wanted);
            let mut gathering = gathering.lock();
            gathering.directories[place] = Some(described);
            if gathering.directories.iter().all(Option::is_some)
                && let Some(reply) = gathering.reply.take()
            {
                reply.send(&response(&gathering.directories));
            }
        })));
    }
    Answer::Later
}

fn describe(node: &Node, directory: &ServedDirectory, wanted: &Wanted) -> Described {
    let path = directory.state.path();
    let mut described = Described {
        path: path.display().to_string(),
        error: ErrorCode::None,
        topics: Vec::new(),
        total_bytes: -1,
        usable_bytes: -1,
        is_cordoned: directory.state.is_cordoned(),
    };
    if directory.state.is_offline() {
        described.error = ErrorCode::KafkaStorageError;
        return described;
    }
    if let Ok(space) = node.disk.space(path) {
        described.total_bytes = i64::try_from(space.total).unwrap_or(i64::MAX);
        described.usable_bytes = i64::try_from(space.free).unwrap_or(i64::MAX);
    }
    let arriving = node.directories.arriving(&directory.state);
    for topic in node.topics.table().by_name.values() {
        let asked = match wanted {
            None => None,
            Some(wanted) => match wanted.get(&*topic.name) {
                Some(indexes) => Some(indexes),
                None => continue,
            },
        };
        let is_asked = |index: &i32| asked.is_none_or(|indexes| indexes.contains(index));
        let size = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let here = topic.partitions.iter().flatten().filter(|partition| {
            Arc::ptr_eq(&partition.directory, &directory.state) && is_asked(&partition.index)
        });
        let here = here.map(|partition| DescribeLogDirsPartition {
            partition_index: partition.index,
            partition_size: size(partition.log.size()),
            offset_lag: 0,
            is_future_key: false,
        });
        let coming = arriving
            .iter()
            .filter(|(partition, _)| partition.topic_id == topic.id && is_asked(&partition.index));
        let coming = coming.map(|(partition, future)| DescribeLogDirsPartition {
            partition_index: partition.index,
            partition_size: size(future.size()),
            offset_lag: (partition.log.ends().log_end.0 - future.ends().log_end.0).max(0),
            is_future_key: true,
        });
        let partitions: Vec<_> = here.chain(coming).collect();
        if !partitions.is_empty() {
            described.topics.push((Arc::clone(&topic.name), partitions));
        }
    }
    described
}

fn response(directories: &[Option<Described>]) -> DescribeLogDirsResponse<'_> {
    let results = directories.iter().flatten().map(|directory| DescribeLogDirsResult {
        error_code: directory.error.code(),
        log_dir: &directory.path,
        topics: directory
            .topics
            .iter()
            .map(|(name, partitions)| DescribeLogDirsTopic { name, partitions: partitions.clone() })
            .collect(),
        total_bytes: directory.total_bytes,
        usable_bytes: directory.usable_bytes,
        is_cordoned: directory.is_cordoned,
    });
    DescribeLogDirsResponse { results: results.collect(), ..DescribeLogDirsResponse::default() }
}
