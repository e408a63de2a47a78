//! `bench consume`: every connection reads its partitions from the start to the end, round and round, as fast
//! as answers come.

use std::collections::BTreeMap;
use std::time::Duration;

use thalweg_client::calls::OffsetSpec;
use thalweg_client::{Answer, Call};
use thalweg_records::{BatchView, peek};
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::{FetchRequest, FetchResponse};
use thalweg_wire::{Encode, ErrorCode, RecordsField};

use super::load::{Pool, shares};
use super::report::Report;
use super::watch::Watched;
use super::{Stage, produce};
use crate::args::ConsumeBench;
use crate::commands::topic::offsets;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::{Session, call_failure};

/// Runs it.
pub fn run(session: &mut Session, args: &ConsumeBench, stage: &Stage) -> Outcome<Report> {
    if stage.own {
        produce::fill(session, stage, args.connections, args.data)?;
    }
    let starts = offsets(session, &stage.topic, &stage.view, OffsetSpec::Earliest)?;
    let ends = offsets(session, &stage.topic, &stage.view, OffsetSpec::Latest)?;
    if starts == ends {
        return Err(Failure::failed(format!(
            "Topic '{}' is empty: there is nothing to read. Leave --topic out, and data is written first.",
            stage.topic
        )));
    }
    let mut shares = shares(session, stage, args.connections)?;
    for share in &mut shares {
        share.partitions.retain(|index| starts.get(index) < ends.get(index));
    }
    shares.retain(|share| !share.partitions.is_empty());
    let mut pool = Pool::connect(shares.iter().map(|share| share.address.as_str()), session.timeout)?;
    let fetch_size = i32::try_from(args.fetch_size).unwrap_or(i32::MAX);
    let (mut records, mut bytes, mut answers) = (0u64, 0u64, 0u64);
    let mut readers: Vec<BTreeMap<i32, i64>> = shares
        .iter()
        .map(|share| share.partitions.iter().map(|index| (*index, starts[index])).collect())
        .collect();
    for (lane, reader) in readers.iter().enumerate() {
        pool.send(lane, 0, &fetch_call(stage, reader, fetch_size, Duration::ZERO))?;
    }
    let measure_from = pool.now().after(args.shared.warm_up);
    let end = measure_from.after(args.shared.duration);
    let progress = progress::bar((args.shared.warm_up + args.shared.duration).as_secs(), "measuring (s)");
    let mut watched = None;
    loop {
        let now = pool.now();
        progress
            .set_position(args.shared.warm_up.as_secs().saturating_sub(now.until(measure_from).as_secs()));
        if now >= measure_from && watched.is_none() {
            watched = Some(Watched::find(&shares[0].address));
        }
        if now >= end {
            break;
        }
        let mut done = Vec::new();
        pool.turn(Some(Duration::from_millis(100)), |lane, _, answer| {
            done.push((lane, answer));
            Ok(())
        })?;
        for (lane, answer) in done {
            let mut got = Got::default();
            for (partition, next) in read(&answer, &mut got)? {
                let Some(position) = readers[lane].get_mut(&partition) else { continue };
                *position = if next >= ends[&partition] { starts[&partition] } else { next };
            }
            if now >= measure_from {
                (records, bytes, answers) = (records + got.records, bytes + got.bytes, answers + 1);
            }
            pool.send(lane, 0, &fetch_call(stage, &readers[lane], fetch_size, Duration::ZERO))?;
        }
    }
    progress.finish_and_clear();
    let per_answer = bytes.checked_div(answers).unwrap_or(0) >> 10;
    Ok(Report {
        kind: "consume",
        setup: vec![
            ("topic", format!("{}, {} partitions", stage.topic, stage.view.partitions.len())),
            ("load", format!("{} connections, one fetch at a time", shares.len())),
            ("fetch", format!("at most {} KiB, {per_answer} KiB on average", args.fetch_size >> 10)),
            ("flushed", stage.flush.clone()),
        ],
        records,
        bytes,
        took: args.shared.duration,
        latency: None,
        spent: watched.flatten().and_then(|watched| watched.spent()),
    })
}

/// Counted from batch headers.
#[derive(Default)]
pub struct Got {
    pub records: u64,
    pub bytes: u64,
}

/// A Fetch request without a session, for these positions.
pub fn fetch_call(stage: &Stage, positions: &BTreeMap<i32, i64>, fetch_size: i32, wait: Duration) -> Call {
    let (topic, topic_id, positions) = (stage.topic.clone(), stage.view.id, positions.clone());
    let highest = if topic_id.is_zero() { 12 } else { 17 };
    let max_wait_ms = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
    Call::new::<FetchRequest<'_>>(4..=highest, move |version, w| {
        let partitions = positions.iter().map(|(&partition, &fetch_offset)| FetchPartition {
            partition,
            fetch_offset,
            partition_max_bytes: fetch_size,
            ..Default::default()
        });
        let topics = vec![FetchTopic { topic: &topic, topic_id, partitions: partitions.collect() }];
        FetchRequest { max_wait_ms, min_bytes: 1, max_bytes: fetch_size, topics, ..Default::default() }
            .encode(w, version)
    })
}

/// Counts what an answer holds; per partition the offset behind it.
pub fn read(answer: &Answer, got: &mut Got) -> Outcome<Vec<(i32, i64)>> {
    let response: FetchResponse<'_> = answer.decode().map_err(|error| call_failure(&error))?;
    let mut positions = Vec::new();
    let partitions = response.responses.iter().flat_map(|topic| &topic.partitions);
    let codes = partitions.clone().map(|partition| partition.error_code).chain([response.error_code]);
    if let Some(code) = codes.filter(|code| *code != 0).max() {
        let code = ErrorCode::from_code(code).unwrap_or(ErrorCode::UnknownServerError);
        return Err(Failure::failed(format!(
            "The broker refused a fetch: {} ({}).",
            code.message(),
            code.name()
        )));
    }
    for partition in partitions {
        let Some(RecordsField::Bytes(mut bytes)) = partition.records else { continue };
        while let Some(found) = peek(bytes) {
            let Some((batch, rest)) = bytes.split_at_checked(found.total_size) else { break };
            bytes = rest;
            let view = BatchView::parse(batch).map_err(|error| {
                Failure::failed(format!(
                    "A batch of partition {} cannot be read: {error}.",
                    partition.partition_index
                ))
            })?;
            got.records += u64::try_from(view.record_count()).unwrap_or(0);
            got.bytes += batch.len() as u64;
            positions.push((partition.partition_index, view.next_offset().0));
        }
    }
    Ok(positions)
}
