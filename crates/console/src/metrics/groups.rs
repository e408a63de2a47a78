//! How far consumer groups are, under the names of kafka_exporter (`consumergroup` labels) and of kafka-lag-exporter
//! (`group` labels). Lag is up to the high watermark; in seconds it is the age of the first record not consumed.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_broker::node::Node;

use super::Level;
use super::text::{Kind, Page};
use crate::groups::Groups;

/// One partition that a group has committed in.
struct Place<'a> {
    group: &'a str,
    topic: &'a Arc<str>,
    index: i32,
    offset: i64,
    lag: i64,
    seconds: f64,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    offset: i64,
    lag: i64,
    max_lag: i64,
    max_seconds: f64,
}

impl Sum {
    fn add(&mut self, place: &Place<'_>) {
        self.offset = self.offset.saturating_add(place.offset);
        self.lag = self.lag.saturating_add(place.lag);
        self.max_lag = self.max_lag.max(place.lag);
        self.max_seconds = self.max_seconds.max(place.seconds);
    }
}

pub(super) fn write(page: &mut Page, node: &Node, groups: &Groups, level: Level) {
    if level < Level::Topic {
        return;
    }
    let (committed, table, now_ms) = (groups.committed(), node.topics.table(), node.clock.now().mono_ms());
    let end_of = |topic: &str, index: i32| -> Option<i64> {
        let partitions = &table.by_name.get(topic)?.partitions;
        let partition = partitions.get(usize::try_from(index).ok()?)?.as_ref()?;
        Some(partition.log.ends().high_watermark.0)
    };
    let mut ends = BTreeMap::new();
    for (topic, partitions) in committed.groups.iter().flat_map(|group| &group.topics) {
        for &(index, _) in partitions {
            if let Some(end) = end_of(topic, index) {
                ends.insert((Arc::clone(topic), index), end);
            }
        }
    }
    groups.note_ends(now_ms, ends.iter().map(|((topic, index), end)| (Arc::clone(topic), *index, *end)));
    let mut places = Vec::new();
    for group in &committed.groups {
        for (topic, partitions) in &group.topics {
            for &(index, offset) in partitions {
                // A topic that is gone has no end to be behind.
                let Some(end) = ends.get(&(Arc::clone(topic), index)) else { continue };
                let lag = end.saturating_sub(offset).max(0);
                let seconds = groups.lag_seconds(topic, index, offset, now_ms).unwrap_or(0.0);
                places.push(Place { group: &group.group, topic, index, offset, lag, seconds });
            }
        }
    }
    page.family("kafka_consumergroup_members", Kind::Gauge, "Members of the group.");
    for group in &committed.groups {
        page.sample(&[("consumergroup", &group.group)], group.members);
    }
    sums(page, &places);
    page.number(
        "thalweg_consumergroups_left_out",
        Kind::Gauge,
        "Groups that are not shown: too many, or their coordinator had no answer.",
        committed.left_out,
    );
    if level >= Level::Partition {
        each(page, &places);
    }
}

fn sums(page: &mut Page, places: &[Place<'_>]) {
    let (mut by_topic, mut by_group) = (BTreeMap::<_, Sum>::new(), BTreeMap::<_, Sum>::new());
    for place in places {
        by_topic.entry((place.group, &**place.topic)).or_default().add(place);
        by_group.entry(place.group).or_default().add(place);
    }
    let mut topic = |name, help, of: fn(&Sum) -> i64| {
        page.family(name, Kind::Gauge, help);
        for ((group, topic), sum) in &by_topic {
            page.sample(&[("consumergroup", group), ("topic", topic)], of(sum));
        }
    };
    topic("kafka_consumergroup_current_offset_sum", "Committed offsets of a topic, added up.", |sum| {
        sum.offset
    });
    topic("kafka_consumergroup_lag_sum", "Records of a topic that the group has not consumed.", |sum| {
        sum.lag
    });
    let mut group = |name, help, of: fn(&Sum) -> f64| {
        page.family(name, Kind::Gauge, help);
        for (group, sum) in &by_group {
            page.sample(&[("group", group)], of(sum));
        }
    };
    group("kafka_consumergroup_group_sum_lag", "Records the group has not consumed.", |sum| sum.lag as f64);
    group("kafka_consumergroup_group_max_lag", "The same, of its worst partition.", |sum| sum.max_lag as f64);
    group(
        "kafka_consumergroup_group_max_lag_seconds",
        "Age of the oldest record the group has not consumed.",
        |sum| sum.max_seconds,
    );
}

fn each(page: &mut Page, places: &[Place<'_>]) {
    let mut family = |name, label, help, of: fn(&Place<'_>) -> f64| {
        page.family(name, Kind::Gauge, help);
        for place in places {
            let index = place.index.to_string();
            page.sample(&[(label, place.group), ("topic", place.topic), ("partition", &index)], of(place));
        }
    };
    family("kafka_consumergroup_current_offset", "consumergroup", "The committed offset.", offset);
    family("kafka_consumergroup_lag", "consumergroup", "Records the group has not consumed.", lag);
    family("kafka_consumergroup_group_offset", "group", "The committed offset.", offset);
    family("kafka_consumergroup_group_lag", "group", "Records the group has not consumed.", lag);
    family(
        "kafka_consumergroup_group_lag_seconds",
        "group",
        "Age of the first record the group has not consumed.",
        |place| place.seconds,
    );
}

fn offset(place: &Place<'_>) -> f64 {
    place.offset as f64
}

fn lag(place: &Place<'_>) -> f64 {
    place.lag as f64
}
