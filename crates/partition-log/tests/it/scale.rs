//! Ten thousand partitions on a real disk: how long and how much memory. Ignored in a plain run: it measures.

use std::sync::Arc;
use std::time::Instant;

use thalweg_model::Offset;
use thalweg_partition_log::PartitionLog;
use thalweg_platform::Disk;
use thalweg_platform::os::OsDisk;

use crate::support::*;

const PARTITIONS: usize = 10_000;
/// Each is durable by name before it is answered, so this is about the disk's syncs.
const FIRST_APPENDS: usize = 300;

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    pages * 4096
}

#[test]
#[ignore = "measures: cargo test --release -p thalweg-partition-log -- --ignored --nocapture ten_thousand"]
fn ten_thousand_partitions_are_made_in_four_seconds_and_opened_in_two() {
    let root = tempfile::tempdir().expect("a directory");
    let disk: Arc<dyn Disk> = Arc::new(OsDisk);
    let config = Arc::new(thalweg_config::TopicConfig::default());
    let dirs: Vec<_> =
        (0..PARTITIONS).map(|n| root.path().join(format!("topic-{}-{}", n / 1000, n % 1000))).collect();
    let before = resident();
    let start = Instant::now();
    let logs: Vec<_> = dirs.iter().map(|dir| create_in(Arc::clone(&disk), dir, &config)).collect();
    let created = start.elapsed();
    let each = (resident().saturating_sub(before)) / PARTITIONS as u64;
    eprintln!("created in {created:?}, {each} bytes resident each");
    let start = Instant::now();
    for log in &logs {
        log.close_clean().expect("closed");
    }
    eprintln!("closed in {:?}", start.elapsed());
    drop(logs);
    let open_all = |written: bool| {
        let before = resident();
        let start = Instant::now();
        let logs: Vec<_> = dirs
            .iter()
            .map(|dir| {
                let opening = opening(true, i64::from(written));
                PartitionLog::open(Arc::clone(&disk), dir, Arc::clone(&config), &opening).expect("opened").0
            })
            .collect();
        let opened = start.elapsed();
        let each = resident().saturating_sub(before) / PARTITIONS as u64;
        eprintln!("opened (written: {written}) in {opened:?}, {each} more bytes resident each");
        assert!(opened.as_secs_f64() < 2.0);
        logs
    };
    let logs = open_all(false);
    let start = Instant::now();
    for (number, log) in logs.iter().enumerate().take(FIRST_APPENDS) {
        log.set_leader_epoch(thalweg_model::LeaderEpoch(1));
        append(log, batch(1, 100, 1_000));
        if number + 1 == FIRST_APPENDS {
            eprintln!("first append of {FIRST_APPENDS} in {:?}", start.elapsed());
        }
    }
    let start = Instant::now();
    for log in &logs {
        log.close_clean().expect("closed");
    }
    eprintln!("closed with data in {:?}", start.elapsed());
    drop(logs);
    let logs = open_all(true);
    assert!(logs.iter().take(FIRST_APPENDS).all(|log| log.ends().log_end == Offset(1)));
    assert!(created.as_secs_f64() < 4.0 && each < 8 << 10, "{created:?} {each}");
}
