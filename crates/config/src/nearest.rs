//! Decides which known key somebody meant who wrote one that does not exist.
//!
//! Only for warnings: nothing is ever corrected by it.

use crate::key::Scope;
use crate::table;

/// The known broker key most like `name`, if one is like it at all.
pub fn nearest_broker_key(name: &str) -> Option<&'static str> {
    // A topic key in a broker's file: name the broker key that means the same.
    if let Some(synonym) = table::topic_synonyms(name).first() {
        return Some(synonym.name);
    }
    let most = (name.chars().count() / 4).clamp(1, 6);
    table::keys(Scope::Broker)
        .filter(|key| !key.internal)
        .map(|key| (distance(name, key.name, most), key.name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, key)| key)
}

/// Edits (a character added, dropped, changed, or two neighbours swapped) between two texts; more than
/// `most` may come back as anything above `most`.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for i in 1..=a.len() {
        row[0] = i;
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + changed);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_key() {
        assert_eq!(nearest_broker_key("num.partition"), Some("num.partitions"));
        assert_eq!(nearest_broker_key("nmu.partitions"), Some("num.partitions"));
        assert_eq!(nearest_broker_key("log.retention.hour"), Some("log.retention.hours"));
        assert_eq!(nearest_broker_key("auto.create.topic.enabled"), Some("auto.create.topics.enable"));
        assert_eq!(nearest_broker_key("something.else.entirely"), None);
        assert_eq!(nearest_broker_key(""), None);
    }

    #[test]
    fn a_topic_key_leads_to_the_broker_key_that_means_the_same() {
        assert_eq!(nearest_broker_key("retention.ms"), Some("log.retention.ms"));
        assert_eq!(nearest_broker_key("segment.bytes"), Some("log.segment.bytes"));
    }

    #[test]
    fn distances_count_edits_and_swaps() {
        assert_eq!(distance("abc", "abc", 5), 0);
        assert_eq!(distance("abc", "acb", 5), 1);
        assert_eq!(distance("abc", "abcd", 5), 1);
        assert_eq!(distance("kitten", "sitting", 5), 3);
    }
}
