//! Fills a partition directory with every kind of file the log writes, for Kafka's `kafka-dump-log` to read:
//! several segments with indexes, idempotent and transactional batches, markers, snapshots, epochs.
//!
//! `cargo run -p thalweg-partition-log --example fill -- DIR` makes `DIR/orders-0`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Mono, Now, ProducerEpoch, ProducerId, Sequence, Uuid};
use thalweg_partition_log::{Appended, Appending, Incoming, Origin, PartitionLog, Place};
use thalweg_platform::os::OsDisk;
use thalweg_records::{BatchBuilder, BatchView, Compression, ControlType};

fn main() -> ExitCode {
    let Some(root) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: fill DIR");
        return ExitCode::from(2);
    };
    match fill(&root.join("orders-0")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn fill(dir: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = Arc::new(TopicConfig { segment_bytes: 64 << 10, ..TopicConfig::default() });
    let now = |ms| Now { mono: Mono(0), wall_ms: ms };
    let log = PartitionLog::create(Arc::new(OsDisk), dir, Uuid([9; 16]), config, now(1_000))?;
    let append = |batch: Vec<u8>, origin, epoch| {
        let mut batch = batch;
        let max_timestamp = BatchView::parse(&batch).map_or(-1, |view| view.max_timestamp());
        let mut gather =
            [Incoming { bytes: &mut batch, max_timestamp, offset_of_max_timestamp_delta: 0, outcome: None }];
        let how =
            Appending { leader_epoch: LeaderEpoch(epoch), now: now(5_000), origin, place: Place::DiskThread };
        match log.append(&mut gather, &how) {
            Appended::Done { .. } => Ok(()),
            other => Err(format!("{other:?}, {:?}", gather[0].outcome)),
        }
    };
    for round in 0..400 {
        let time = 1_700_000_000_000 + i64::from(round) * 1_000;
        let compression = match round % 3 {
            0 => Compression::Gzip { level: -1 },
            _ => Compression::None,
        };
        let mut plain = BatchBuilder::new(compression);
        let mut idempotent = BatchBuilder::new(Compression::None).producer(
            ProducerId(1),
            ProducerEpoch(0),
            Sequence(round * 2),
        );
        let mut transactional = BatchBuilder::new(Compression::None)
            .producer(ProducerId(2), ProducerEpoch(0), Sequence(round * 2))
            .transactional(true);
        for record in 0..2 {
            let value = format!("value {record} of round {round}, {}", "x".repeat(100));
            for builder in [&mut plain, &mut idempotent, &mut transactional] {
                builder.append(time + record, Some(b"key"), Some(value.as_bytes()), &[]);
            }
        }
        let mut marker = BatchBuilder::new(Compression::None)
            .producer(ProducerId(2), ProducerEpoch(0), Sequence::NONE)
            .transactional(true)
            .control(true);
        let kind = if round % 4 == 0 { ControlType::Abort } else { ControlType::Commit };
        marker.append_control(time + 5, kind, &[0, 0, 0, 0, 0, 1]);
        let epoch = round / 100;
        append(plain.build(), Origin::Client, epoch)?;
        append(idempotent.build(), Origin::Client, epoch)?;
        let guard = log.begin_verification(ProducerId(2), ProducerEpoch(0)).unwrap_or_default();
        append(transactional.build(), Origin::VerifiedClient { epoch_bump: false, guard }, epoch)?;
        append(marker.build(), Origin::Coordinator, epoch)?;
    }
    log.close_clean()?;
    Ok(())
}
