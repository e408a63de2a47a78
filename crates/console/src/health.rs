//! Health: three questions, each answered yes or no with one line that says why.
//!
//! `live`: should this process be killed? Only when a worker no longer has turns. `ready`: may clients be sent
//! here? Once every partition was opened, until the stop. `safe-to-stop`: would a stop leave a replicated
//! partition with fewer in-sync replicas than it needs? Decides from what is published; probes nothing itself.

use std::sync::atomic::Ordering;
use std::time::Duration;

use thalweg_broker::node::Node;

use crate::stage::{Stage, State};

/// A worker that had no turn for so long is stuck; it has one every second even when nothing happens.
const STUCK: Duration = Duration::from_secs(30);

/// An answer: whether it is yes, and the line that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) is_good: bool,
    pub(crate) line: String,
}

fn good(line: impl Into<String>) -> Verdict {
    Verdict { is_good: true, line: line.into() }
}

fn bad(line: impl Into<String>) -> Verdict {
    Verdict { is_good: false, line: line.into() }
}

/// Whether the process works at all. A node that starts or stops does.
pub(crate) fn live(state: &State) -> Verdict {
    let Stage::Serving(node) = state.stage() else { return good("live") };
    let now = node.clock.now().mono;
    for (worker, metrics) in node.metrics.workers.iter().enumerate() {
        let last = u64::try_from(metrics.last_turn.value()).unwrap_or(0);
        let since = Duration::from_nanos(now.0.saturating_sub(last));
        if last > 0 && since >= STUCK {
            return bad(format!("worker {worker} has been stuck for {} s", since.as_secs()));
        }
    }
    good("live")
}

/// Whether clients may be sent here.
pub(crate) fn ready(state: &State) -> Verdict {
    let node = match state.stage() {
        Stage::Starting => return bad(starting(state)),
        Stage::Stopping(_) => return bad("stopping"),
        Stage::Serving(node) => node,
    };
    if !node.image().cluster.is_active(node.config.node_id) {
        return bad("the broker is not registered with the cluster, or fenced");
    }
    let directories = node.directories.all();
    let offline = directories.iter().filter(|directory| directory.state.is_offline()).count();
    if offline == directories.len() {
        return bad("every log directory is offline");
    }
    if !state.opened_all() {
        if let Some(missing) = missing(&node) {
            return bad(missing);
        }
        state.has_opened_all.store(true, Ordering::Relaxed);
    }
    match offline {
        0 => good("ready"),
        // Partitions elsewhere are served; taking the node out would take those away too.
        _ => good(format!("ready, but {offline} of {} log directories are offline", directories.len())),
    }
}

/// How far a start is, as a line.
fn starting(state: &State) -> String {
    match state.opening.read() {
        None => "starting: the metadata is being read".to_owned(),
        Some((done, all)) => {
            let percent = done * 100 / all;
            format!("starting: {done} of {all} logs are open and checked ({percent} %)")
        }
    }
}

/// Partitions of this node that are not open, as a line.
fn missing(node: &Node) -> Option<String> {
    let (image, table) = (node.image(), node.topics.table());
    let (mut missing, mut of, mut first) = (0_usize, 0_usize, None);
    for (name, topic) in &image.topics.by_name {
        let served = table.by_id.get(&topic.id);
        for (index, registration) in topic.partitions.iter().enumerate() {
            if !registration.replicas.contains(&node.config.node_id) {
                continue;
            }
            of += 1;
            if served.and_then(|topic| topic.partitions.get(index)).is_none_or(Option::is_none) {
                missing += 1;
                first.get_or_insert_with(|| format!("{name}-{index}"));
            }
        }
    }
    first.map(|first| format!("{missing} of {of} partitions are not open, {first} among them"))
}

/// Whether a stop would hurt a partition that is meant to survive it.
pub(crate) fn safe_to_stop(state: &State) -> Verdict {
    let ready = ready(state);
    let Stage::Serving(node) = state.stage() else { return ready };
    if !ready.is_good {
        return ready;
    }
    let (image, table) = (node.image(), node.topics.table());
    let own = node.config.node_id;
    let (mut alone, mut short, mut first) = (0_usize, 0_usize, None);
    for (name, topic) in &image.topics.by_name {
        let least = table.by_id.get(&topic.id).map_or(1, |topic| topic.config().min_insync_replicas);
        for (index, registration) in topic.partitions.iter().enumerate() {
            match stop_leaves(&registration.replicas, &registration.isr, own, least) {
                Left::Untouched | Left::Enough => {}
                Left::Nothing => alone += 1,
                Left::TooFew => {
                    short += 1;
                    first.get_or_insert_with(|| format!("{name}-{index}"));
                }
            }
        }
    }
    match first {
        Some(first) => {
            bad(format!("{short} partitions would lack in-sync replicas, {first} among them; wait for them"))
        }
        None if alone > 0 => {
            good(format!("safe to stop; {alone} partitions have no other replica and are away meanwhile"))
        }
        None => good("safe to stop"),
    }
}

/// What a stop of one broker leaves of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// It has no replica here.
    Untouched,
    /// Producers that wait for all replicas can go on.
    Enough,
    /// It was made with this replica only: whoever chose that has chosen that it is away.
    Nothing,
    /// Its other replicas are behind.
    TooFew,
}

fn stop_leaves(replicas: &[i32], isr: &[i32], own: i32, least: i32) -> Left {
    if !replicas.contains(&own) {
        return Left::Untouched;
    }
    if replicas.len() == 1 {
        return Left::Nothing;
    }
    let others = isr.iter().filter(|&&replica| replica != own).count();
    // More than all the others can never be had.
    let needed = usize::try_from(least).unwrap_or(0).clamp(1, replicas.len() - 1);
    if others >= needed { Left::Enough } else { Left::TooFew }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_judged_by_the_replicas_that_stay_in_sync() {
        assert_eq!(stop_leaves(&[2, 3], &[2, 3], 1, 1), Left::Untouched);
        assert_eq!(stop_leaves(&[1], &[1], 1, 1), Left::Nothing);
        assert_eq!(stop_leaves(&[1, 2, 3], &[1, 2, 3], 1, 2), Left::Enough);
        assert_eq!(stop_leaves(&[1, 2, 3], &[1, 2], 1, 2), Left::TooFew);
        assert_eq!(stop_leaves(&[1, 2, 3], &[1], 1, 1), Left::TooFew);
        assert_eq!(stop_leaves(&[1, 2], &[1, 2], 1, 2), Left::Enough, "two of two can never be kept");
    }
}
