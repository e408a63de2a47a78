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
use crate::topics::Table;
use crate::worker::Reply;

/// One directory's part of the answer.
struct Described {
    path: String,
    error: ErrorCode,
    topics: Vec<(Arc<str>, Vec<DescribeLogDirsPartition>)>,
    total_bytes: i64,
    usable_bytes: i64,
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
            let described = describe(directory, &node.topics.table(), &wanted, |path| node.disk.space(path));
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

fn describe(
    directory: &ServedDirectory,
    table: &Table,
    wanted: &Wanted,
    space: impl FnOnce(&std::path::Path) -> std::io::Result<thalweg_platform::Space>,
) -> Described {
    let path = directory.state.path();
    let mut described = Described {
        path: path.display().to_string(),
        error: ErrorCode::None,
        topics: Vec::new(),
        total_bytes: -1,
        usable_bytes: -1,
    };
    if directory.state.is_offline() {
        described.error = ErrorCode::KafkaStorageError;
        return described;
    }
    if let Ok(space) = space(path) {
        described.total_bytes = i64::try_from(space.total).unwrap_or(i64::MAX);
        described.usable_bytes = i64::try_from(space.free).unwrap_or(i64::MAX);
    }
    for topic in table.by_name.values() {
        let asked = match wanted {
            None => None,
            Some(wanted) => match wanted.get(&*topic.name) {
                Some(indexes) => Some(indexes),
                None => continue,
            },
        };
        let here = topic.partitions.iter().flatten().filter(|partition| {
            Arc::ptr_eq(&partition.directory, &directory.state)
                && asked.is_none_or(|indexes| indexes.contains(&partition.index))
        });
        let partitions: Vec<_> = here
            .map(|partition| DescribeLogDirsPartition {
                partition_index: partition.index,
                partition_size: i64::try_from(partition.log.size()).unwrap_or(i64::MAX),
                offset_lag: 0,
                is_future_key: false,
            })
            .collect();
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
        is_cordoned: false,
    });
    DescribeLogDirsResponse { results: results.collect(), ..DescribeLogDirsResponse::default() }
}
