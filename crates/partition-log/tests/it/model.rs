//! Any history of appends, rolls, flushes, idle closes, restarts and retention against a list in memory.

use proptest::prelude::*;
use thalweg_model::Offset;
use thalweg_partition_log::Bound;
use thalweg_platform::memory::MemoryDisk;

use crate::support::*;

#[derive(Clone, Debug)]
enum Step {
    Append { records: i32, value: usize },
    Roll,
    Flush,
    Attend,
    CloseFiles,
    RestartClean,
    RestartUnclean,
    DeleteBefore(i64),
    Retain,
    Truncate(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (1i32..6, 0usize..200).prop_map(|(records, value)| Step::Append { records, value }),
        1 => Just(Step::Roll),
        1 => Just(Step::Flush),
        1 => Just(Step::Attend),
        1 => Just(Step::CloseFiles),
        1 => Just(Step::RestartClean),
        1 => Just(Step::RestartUnclean),
        1 => (0i64..150).prop_map(Step::DeleteBefore),
        1 => Just(Step::Retain),
        1 => (0i64..150).prop_map(Step::Truncate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_log_is_a_list_of_batches(steps in prop::collection::vec(step(), 1..60), fetch in 1u32..3_000) {
        let disk = MemoryDisk::new();
        let config = config(1_500);
        let mut log = create(&disk, &config);
        let mut model: Vec<(i64, i64)> = Vec::new();
        let mut start = 0;
        let mut timestamps = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let end = log.ends().log_end.0;
            match step {
                Step::Append { records, value } => {
                    let timestamp = 1_000 + number as i64;
                    let base = written(append(&log, batch(records, value, timestamp)));
                    prop_assert_eq!(base, end);
                    model.push((base, base + i64::from(records) - 1));
                    timestamps.push((base, timestamp));
                    commit_all(&log);
                }
                Step::Roll => { log.roll_if_due(now(20_000), true).expect("rolled"); }
                Step::Flush => { prop_assert_eq!(log.flush().expect("flushed").0, end); }
                Step::Attend => log.attend(now(20_000 + number as i64)).expect("attended"),
                Step::CloseFiles => log.close_files(),
                Step::RestartClean | Step::RestartUnclean => {
                    let clean = matches!(step, Step::RestartClean);
                    let recovery_point = log.recovery_point();
                    if clean {
                        log.close_clean().expect("closed");
                    }
                    drop(log);
                    let mut opening = opening(clean, recovery_point.0);
                    opening.log_start_offset = Some(Offset(start));
                    let shared = std::sync::Arc::new(disk.clone());
                    let opened =
                        thalweg_partition_log::PartitionLog::open(shared, &dir(), config.clone(), &opening);
                    let (opened, report) = opened.expect("opened");
                    prop_assert_eq!(report.truncated, None);
                    log = opened;
                    commit_all(&log);
                }
                Step::DeleteBefore(offset) => {
                    start = start.max(log.delete_records_before(Offset(offset)).0);
                }
                Step::Retain => { log.delete_old_segments(now(20_000)).expect("retained"); }
                Step::Truncate(offset) => {
                    let offset = offset.max(start);
                    log.truncate_to(Offset(offset), now(20_000)).expect("cut");
                    model.retain(|&(_, last)| last < offset);
                    let end = model.last().map_or(log.ends().log_end.0, |&(_, last)| last + 1);
                    timestamps.retain(|&(base, _)| base < end);
                    // The start lay inside a batch that went whole.
                    start = start.min(log.ends().log_end.0);
                }
            }
            let ends = log.ends();
            prop_assert_eq!(ends.log_start.0, start);
            prop_assert_eq!(ends.high_watermark, ends.log_end);
            if let Some(&(_, last)) = model.last() {
                prop_assert!(ends.log_end.0 == last + 1);
            }
        }
        for from in start..=log.ends().log_end.0 {
            prop_assert_eq!(read_all(&log, from, fetch, Bound::HighWatermark), expected(&model, from));
        }
        for &(base, timestamp) in timestamps.iter().filter(|&&(base, _)| base >= start) {
            let found = log.offset_for_timestamp(timestamp).expect("read").expect("found");
            prop_assert_eq!(found.offset.0, base);
        }
    }
}
