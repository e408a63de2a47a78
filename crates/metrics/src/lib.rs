//! Plain counters, gauges and histograms: numbers that roles write and the console reads. No names, no labels,
//! no text format, no I/O; those are the console's. Every operation is one relaxed atomic, so a worker may
//! count in its turn; what is counted per request is added up locally and written once a turn.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// False in a build that is made to measure what counting costs (with `THALWEG_UNCOUNTED` set, see `bench/`): counters
/// and histograms stay at zero there. Gauges go on, as health is read from them.
pub const COUNTS: bool = option_env!("THALWEG_UNCOUNTED").is_none();

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds.
    pub fn add(&self, count: u64) {
        if COUNTS && count > 0 {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// The sum.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// Changes it by so much.
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Ordering::Relaxed);
    }

    /// Sets it.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// The number.
    pub fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Buckets per power of two: a value is known to within a quarter.
const STEPS_SHIFT: u32 = 2;
/// Buckets in all: 0 to 2^40, which in nanoseconds is 18 minutes.
const BUCKETS: usize = 41 << STEPS_SHIFT;

/// Counts values by size, in buckets that grow by quarters of a power of two. 1.3 KiB each.
#[derive(Debug)]
pub struct Histogram {
    buckets: Box<[AtomicU64; BUCKETS]>,
    sum: AtomicU64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: Box::new([const { AtomicU64::new(0) }; BUCKETS]), sum: AtomicU64::new(0) }
    }
}

/// A histogram read at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Largest value of each bucket that is not empty, with the count of values up to it, ascending.
    pub cumulative: Vec<(u64, u64)>,
    /// How many values.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
}

impl Histogram {
    /// Counts a value.
    pub fn record(&self, value: u64) {
        self.record_many(value, 1);
    }

    /// Counts a value that came so many times.
    pub fn record_many(&self, value: u64, count: u64) {
        if !COUNTS {
            return;
        }
        self.buckets[bucket(value)].fetch_add(count, Ordering::Relaxed);
        self.sum.fetch_add(value.wrapping_mul(count), Ordering::Relaxed);
    }

    /// The same for a histogram that one thread alone writes: no other core need be told to wait.
    pub fn record_alone(&self, value: u64, count: u64) {
        if !COUNTS {
            return;
        }
        let add = |sum: &AtomicU64, more: u64| {
            sum.store(sum.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
        };
        add(&self.buckets[bucket(value)], count);
        add(&self.sum, value.wrapping_mul(count));
    }

    /// What has been counted. Values recorded meanwhile may or may not be in it.
    pub fn read(&self) -> Reading {
        let mut cumulative = Vec::new();
        let mut count = 0;
        for (index, bucket) in self.buckets.iter().enumerate() {
            let here = bucket.load(Ordering::Relaxed);
            if here > 0 {
                count += here;
                cumulative.push((upper_bound(index), count));
            }
        }
        Reading { cumulative, count, sum: self.sum.load(Ordering::Relaxed) }
    }
}

impl Reading {
    /// A value that so large a share of all values does not exceed; 0 when there is none.
    pub fn quantile(&self, share: f64) -> u64 {
        let rank = (self.count as f64 * share).ceil() as u64;
        self.cumulative.iter().find(|(_, count)| *count >= rank.max(1)).map_or(0, |(value, _)| *value)
    }
}

fn bucket(value: u64) -> usize {
    let steps = 1u64 << STEPS_SHIFT;
    if value < steps {
        return value as usize;
    }
    let power = value.ilog2();
    let step = (value >> (power - STEPS_SHIFT)) & (steps - 1);
    let index = (((power - STEPS_SHIFT + 1) as usize) << STEPS_SHIFT) + step as usize;
    index.min(BUCKETS - 1)
}

fn upper_bound(index: usize) -> u64 {
    let steps = 1usize << STEPS_SHIFT;
    if index < steps {
        return index as u64;
    }
    let power = (index >> STEPS_SHIFT) as u32 - 1 + STEPS_SHIFT;
    let step = (index & (steps - 1)) as u64;
    (1u64 << power) + ((step + 1) << (power - STEPS_SHIFT)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_falls_into_a_bucket_that_reaches_it_within_a_quarter() {
        for value in (0..2_000).chain((1..40).map(|power| (1u64 << power) + 1)) {
            let upper = upper_bound(bucket(value));
            assert!(upper >= value && upper as f64 <= value as f64 * 1.25 + 1.0, "{value} -> {upper}");
            assert!(
                bucket(value) == 0 || upper_bound(bucket(value) - 1) < value,
                "{value} has the first bucket"
            );
        }
    }

    #[test]
    fn quantiles_follow_the_counts() {
        let histogram = Histogram::default();
        (1..=100).for_each(|value| histogram.record(value));
        let reading = histogram.read();
        assert_eq!((reading.count, reading.sum), (100, 5_050));
        assert!((50..=63).contains(&reading.quantile(0.5)), "{}", reading.quantile(0.5));
        assert!((99..=127).contains(&reading.quantile(0.99)));
        assert_eq!(Histogram::default().read().quantile(0.5), 0);
        let (one_by_one, at_once) = (Histogram::default(), Histogram::default());
        (0..7).for_each(|_| one_by_one.record(90));
        at_once.record_many(90, 7);
        assert_eq!(one_by_one.read(), at_once.read());
        let alone = Histogram::default();
        alone.record_alone(90, 3);
        alone.record_alone(90, 4);
        assert_eq!(alone.read(), at_once.read());
    }

    #[test]
    fn counters_and_gauges_add_up() {
        let (counter, gauge) = (Counter::default(), Gauge::default());
        counter.add(2);
        counter.add(3);
        gauge.add(5);
        gauge.add(-7);
        assert_eq!((counter.value(), gauge.value()), (5, -2));
    }
}
