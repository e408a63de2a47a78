//! The power cut of a real disk: what was not synced is not simply gone. Any of its pages may have been written, in
//! any order, some of them in part; a file may have its new length without its new bytes; of the names that were not
//! synced, each group that one rename ties together is either there or not.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Contents, Inode, Tree};

/// What the page cache writes back as one.
const PAGE: usize = 4096;
/// What a disk writes as one.
const SECTOR: usize = 512;

/// Decides, page by page and name by name, what a power cut left. `draw` gives random numbers.
pub(super) fn settle(tree: &mut Tree, draw: &mut dyn FnMut() -> u64) {
    for inode in tree.inodes_mut() {
        match inode {
            Inode::File(contents) => settle_file(contents, draw),
            Inode::Directory { live, durable } => settle_names(live, durable, draw),
        }
    }
}

fn settle_file(contents: &mut Contents, draw: &mut dyn FnMut() -> u64) {
    let (live, mut left) = (&contents.live, contents.durable().to_vec());
    let mut reached = 0;
    for range in contents.dirty() {
        let end = range.end.min(live.len());
        let mut from = range.start;
        while from < end {
            let to = ((from / PAGE + 1) * PAGE).min(end);
            let survives = match draw() % 8 {
                0..=2 => from..from,
                // Torn: the sectors up to a point, or from a point on.
                3 => from..to.min((from / SECTOR + 1 + draw() as usize % 8) * SECTOR),
                4 => to.min((from / SECTOR + 1 + draw() as usize % 8) * SECTOR)..to,
                _ => from..to,
            };
            if !survives.is_empty() {
                if left.len() < survives.end {
                    left.resize(survives.end, 0);
                }
                left[survives.clone()].copy_from_slice(&live[survives.clone()]);
                reached = reached.max(survives.end);
            }
            from = to;
        }
    }
    // The length is metadata with a fate of its own, but never shorter than bytes that were synced or that are there.
    if live.len() > left.len() && draw().is_multiple_of(2) {
        left.resize(live.len(), 0);
    }
    if live.len() < left.len() && reached <= live.len() && draw().is_multiple_of(2) {
        left.truncate(live.len());
    }
    contents.become_durable(left);
}

fn settle_names(
    live: &mut BTreeMap<String, u64>,
    durable: &mut BTreeMap<String, u64>,
    draw: &mut dyn FnMut() -> u64,
) {
    let mut open: BTreeSet<String> = live
        .keys()
        .chain(durable.keys())
        .filter(|name| live.get(*name) != durable.get(*name))
        .cloned()
        .collect();
    while let Some(first) = open.pop_first() {
        // Names tied together: those an inode of this group has, before or after.
        let mut group = vec![first];
        let mut place = 0;
        while let Some(name) = group.get(place).cloned() {
            let inodes = [live.get(&name).copied(), durable.get(&name).copied()];
            for inode in inodes.into_iter().flatten() {
                let shares =
                    |name: &&String| live.get(*name) == Some(&inode) || durable.get(*name) == Some(&inode);
                let more: Vec<String> = open.iter().filter(shares).cloned().collect();
                for name in more {
                    open.remove(&name);
                    group.push(name);
                }
            }
            place += 1;
        }
        if draw().is_multiple_of(2) {
            for name in group {
                match live.get(&name) {
                    Some(&inode) => durable.insert(name, inode),
                    None => durable.remove(&name),
                };
            }
        }
    }
}
