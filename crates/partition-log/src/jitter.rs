//! `segment.jitter.ms`: how much earlier than `segment.ms` a segment rolls, so that partitions made together do not
//! all roll in the same second. Decides by partition and segment alone, without a random number: the next life of the
//! process decides the same.

use std::path::Path;

use thalweg_config::TopicConfig;
use thalweg_model::Uuid;

/// What tells this partition's segments from another's.
pub(crate) fn seed(topic_id: Uuid, dir: &Path) -> u64 {
    let name = dir.file_name().unwrap_or_default().as_encoded_bytes();
    topic_id.0.iter().chain(name).fold(0xcbf2_9ce4_8422_2325, |hash, &byte| mix(hash ^ u64::from(byte)))
}

/// After how long the segment that begins at `base` rolls.
pub(crate) fn segment_ms(config: &TopicConfig, seed: u64, base: i64) -> i64 {
    let most = config.segment_jitter_ms.min(config.segment_ms_limit());
    if most <= 0 {
        return config.segment_ms_limit();
    }
    let share = mix(seed ^ base as u64) % most as u64;
    config.segment_ms_limit() - share as i64
}

/// The finalizer of SplitMix64: every bit of the result depends on every bit of the input.
fn mix(mut word: u64) -> u64 {
    word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_roll_spread_over_the_jitter_and_never_late() {
        let mut config = TopicConfig { segment_ms: 1_000, segment_jitter_ms: 400, ..TopicConfig::default() };
        let at = |config: &TopicConfig| -> Vec<i64> {
            (0..200)
                .map(|index| {
                    let seed = seed(Uuid([3; 16]), Path::new(&format!("/data/topic-{index}")));
                    segment_ms(config, seed, 0)
                })
                .collect()
        };
        let times = at(&config);
        assert!(times.iter().all(|time| (601..=1_000).contains(time)), "{times:?}");
        let early = times.iter().filter(|&&time| time < 800).count();
        assert!((60..140).contains(&early), "{early} of 200 in the first half");
        assert_eq!(times, at(&config), "the same in the next life");
        config.segment_jitter_ms = 5_000;
        assert!(at(&config).iter().all(|time| (1..=1_000).contains(time)), "never more than segment.ms");
        config.segment_jitter_ms = 0;
        assert!(at(&config).iter().all(|&time| time == 1_000));
    }
}
