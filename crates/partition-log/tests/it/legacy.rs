//! Segments that brokers before 0.11 wrote: messages of magic 0 and 1, plain and wrapped. They are opened, recovered,
//! read and searched like any others, and compacted in their own format.

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::sync::Arc;

use thalweg_config::{CleanupPolicy, TopicConfig};
use thalweg_model::Offset;
use thalweg_partition_log::{Bound, Compaction, OffsetMap, PartitionLog, ReadCursor, Step};
use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::{Disk, Open};
use thalweg_records::{Codec, LegacyMessage, Limits, Scratch, compress};

use crate::support::*;

/// One message as brokers of that time wrote it.
fn message(
    magic: u8,
    codec: Codec,
    offset: i64,
    timestamp: i64,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
) -> Vec<u8> {
    let mut body = vec![magic, codec as u8];
    if magic == 1 {
        body.extend_from_slice(&timestamp.to_be_bytes());
    }
    for bytes in [key, value] {
        body.extend_from_slice(&bytes.map_or(-1, |bytes| bytes.len() as i32).to_be_bytes());
        body.extend_from_slice(bytes.unwrap_or_default());
    }
    let mut out = offset.to_be_bytes().to_vec();
    out.extend_from_slice(&(body.len() as i32 + 4).to_be_bytes());
    out.extend_from_slice(&crc32(&body).to_be_bytes());
    out.extend_from_slice(&body);
    out
}

/// Bit by bit: an oracle of its own.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ (crc & 1).wrapping_neg() & 0xedb8_8320)
    })
}

type Pair<'a> = (&'a [u8], Option<&'a [u8]>);

/// A wrapper whose records end at `last`.
fn wrapper(magic: u8, codec: Codec, last: i64, timestamp: i64, pairs: &[Pair<'_>]) -> Vec<u8> {
    let first = last + 1 - pairs.len() as i64;
    let mut inner = Vec::new();
    for (place, (key, value)) in (0..).zip(pairs) {
        let offset = if magic == 1 { place } else { first + place };
        inner.extend(message(magic, Codec::None, offset, timestamp + place, Some(key), *value));
    }
    let mut compressed = Vec::new();
    compress(codec.into(), &inner, &mut compressed).expect("compressed");
    let newest = timestamp + pairs.len() as i64 - 1;
    message(magic, codec, last, newest, None, Some(&compressed))
}

/// An upgraded directory: a segment of magic 0, one of magic 1, and the epochs of a broker that knows them.
fn upgraded(disk: &MemoryDisk) -> (Arc<TopicConfig>, i64) {
    disk.create_dir_all(&dir()).expect("made");
    let config = Arc::new(TopicConfig {
        cleanup_policy: CleanupPolicy { compact: true, delete: false },
        ..TopicConfig::clone(&config(4_000))
    });
    let mut old = message(0, Codec::None, 0, -1, Some(b"a"), Some(b"0"));
    old.extend(message(0, Codec::None, 1, -1, Some(b"b"), Some(b"1")));
    old.extend(wrapper(0, Codec::Gzip, 4, -1, &[(b"a", Some(b"2")), (b"c", Some(b"3")), (b"d", Some(b"4"))]));
    old.extend(wrapper(0, Codec::Snappy, 6, -1, &[(b"e", Some(b"5")), (b"a", Some(b"6"))]));
    let mut newer = message(1, Codec::None, 7, 700, Some(b"b"), Some(b"7"));
    newer.extend(wrapper(
        1,
        Codec::Lz4,
        10,
        800,
        &[(b"c", Some(b"8")), (b"f", Some(b"9")), (b"d", Some(b"10"))],
    ));
    newer.extend(message(1, Codec::None, 11, 1_100, Some(b"f"), None));
    newer.extend(message(1, Codec::None, 12, 1_200, Some(b"a"), Some(b"12")));
    for (base, bytes) in [(0, old), (7, newer)] {
        let file = disk.open(&dir().join(format!("{base:020}.log")), Open::Create).expect("made");
        file.write_all_at(&mut [IoSlice::new(&bytes)], 0).expect("written");
    }
    let metadata = format!("version: 0\ntopic_id: {TOPIC_ID}");
    disk.replace(&dir().join("partition.metadata"), metadata.as_bytes()).expect("written");
    (config, 13)
}

/// Every record, by whichever format it has.
fn records(log: &PartitionLog, from: i64, fetch: u32) -> Vec<(i64, Vec<u8>, Option<Vec<u8>>)> {
    let (mut cursor, mut found, mut next) = (ReadCursor::default(), Vec::new(), from);
    loop {
        let slice = log.read(Offset(next), fetch, Bound::HighWatermark, true, &mut cursor).expect("readable");
        if slice.length == 0 {
            return found;
        }
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("there");
        let mut rest = &bytes[..];
        let before = next;
        while let Ok(message) = LegacyMessage::parse(rest) {
            message.verify_crc().expect("unharmed");
            let mut buffer = Vec::new();
            for record in
                message.records(&Limits::default(), &mut Scratch::new(), &mut buffer).expect("records")
            {
                let record = record.expect("a record");
                if record.offset.0 >= from {
                    let key = record.key.expect("a key").to_vec();
                    found.push((record.offset.0, key, record.value.map(<[u8]>::to_vec)));
                }
            }
            next = message.last_offset().0 + 1;
            rest = &rest[message.total_size()..];
        }
        next = slice.next_offset.map_or(next, |end| end.0);
        assert!(next > before, "a read goes on");
    }
}

#[test]
fn old_segments_are_recovered_read_and_searched() {
    let disk = MemoryDisk::new();
    let (config, end) = upgraded(&disk);
    for clean in [false, true] {
        let (log, report) = open(&disk, &config, clean, 0);
        assert_eq!((log.ends().log_end.0, report.truncated), (end, None), "clean {clean}");
        commit_all(&log);
        for fetch in [1, 60, 1 << 20] {
            for from in 0..end {
                let offsets: Vec<i64> = records(&log, from, fetch).iter().map(|record| record.0).collect();
                assert_eq!(offsets, (from..end).collect::<Vec<_>>());
            }
        }
        let at = |timestamp| log.offset_for_timestamp(timestamp).expect("read").map(|found| found.offset.0);
        assert_eq!(
            [at(0), at(700), at(701), at(801), at(1_000), at(1_201)],
            [7, 7, 8, 9, 11, -1].map(|offset| (offset >= 0).then_some(offset))
        );
        assert_eq!(log.offset_of_max_timestamp().expect("read").map(|found| found.offset.0), Some(12));
        log.close_clean().expect("closed");
    }
    // Today's records follow them.
    let (log, _) = open(&disk, &config, true, 0);
    assert_eq!(written(append(&log, batch(1, 10, 2_000))), end);
}

#[test]
fn a_damaged_old_message_ends_the_log() {
    let disk = MemoryDisk::new();
    let (config, _) = upgraded(&disk);
    let path = dir().join("00000000000000000007.log");
    let file = disk.open(&path, Open::ReadWrite).expect("open");
    file.write_all_at(&mut [IoSlice::new(b"?")], 60).expect("written");
    let (log, report) = open(&disk, &config, false, 0);
    assert_eq!((log.ends().log_end.0, report.truncated.map(|cut| cut.0)), (8, Some(Offset(8))));
}

#[test]
fn old_segments_are_compacted_in_their_own_format() {
    let disk = MemoryDisk::new();
    let (config, end) = upgraded(&disk);
    let (log, _) = open(&disk, &config, false, 0);
    log.roll_if_due(now(30_000), true).expect("rolled");
    append(&log, batch(1, 10, 2_000));
    commit_all(&log);
    let before = records(&log, 0, 1 << 20);
    let dirtiness = log.dirtiness(None, now(30_000)).expect("read");
    assert_eq!(dirtiness.first_uncleanable, Offset(end));
    let map = OffsetMap::new(1 << 20, (1, 2));
    let mut compaction = Compaction::new(Arc::clone(&log), &dirtiness, map, now(30_000)).expect("begun");
    while !matches!(compaction.step(50).expect("compacted"), Step::Done(_)) {}
    let mut newest = BTreeMap::new();
    for (offset, key, value) in &before {
        newest.insert(key.clone(), (*offset, value.clone()));
    }
    // Files of this disk were modified in 1970: the tombstone is old enough to go.
    let mut wanted: Vec<_> = newest
        .into_iter()
        .filter(|(_, (_, value))| value.is_some())
        .map(|(key, (offset, value))| (offset, key, value))
        .collect();
    wanted.sort();
    for fetch in [1, 100, 1 << 20] {
        assert_eq!(records(&log, 0, fetch), wanted, "{fetch}");
    }
    log.close_clean().expect("closed");
    let (log, report) = open(&disk, &config, true, 0);
    assert_eq!(report.rebuilt_segments, 0);
    commit_all(&log);
    assert_eq!(records(&log, 0, 1 << 20), wanted);
}
