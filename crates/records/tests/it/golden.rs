//! Batches written by kafka-clients 4.4.0 (`tests/golden/Golden.java` made `batches.tsv`): read as Kafka meant them,
//! and built again byte for byte where no compressor is between.

use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{
    BatchBuilder, BatchView, Codec, ControlType, Header, LegacyMessage, Limits, RecordIter, Scratch,
    TimestampType, peek, walk_records,
};

fn golden(name: &str) -> Vec<u8> {
    let text = include_str!("../golden/batches.tsv");
    let line = text.lines().find_map(|line| line.split_once('\t').filter(|(first, _)| *first == name));
    let (_, hex) = line.unwrap_or_else(|| panic!("no batch {name}"));
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

type Seen = (i64, i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<(Vec<u8>, Option<Vec<u8>>)>);

fn read(bytes: &[u8]) -> Vec<Seen> {
    let batch = BatchView::parse(bytes).unwrap();
    batch.verify_crc().unwrap();
    let mut buffer = Vec::new();
    RecordIter::new(&batch, &Limits::default(), &mut Scratch::new(), &mut buffer)
        .unwrap()
        .map(|record| {
            let record = record.unwrap();
            let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
            let headers = record.headers.map(|h| (h.key.to_vec(), owned(h.value))).collect();
            (record.offset.0, record.timestamp, owned(record.key), owned(record.value), headers)
        })
        .collect()
}

fn three(base: i64) -> Vec<Seen> {
    let some = |bytes: &[u8]| Some(bytes.to_vec());
    let headers = vec![(b"h".to_vec(), some(b"1")), (b"g".to_vec(), None), (b"h".to_vec(), some(b"2"))];
    vec![
        (base, 5000, some(b"k"), some(b"v"), headers),
        (base + 1, 4000, None, some(&[b'x'; 300]), vec![]),
        (base + 2, 6000, some(b""), None, vec![]),
    ]
}

fn build_three(mut builder: BatchBuilder) -> Vec<u8> {
    let headers = [
        Header { key: b"h", value: Some(b"1") },
        Header { key: b"g", value: None },
        Header { key: b"h", value: Some(b"2") },
    ];
    builder.append(5000, Some(b"k"), Some(b"v"), &headers);
    builder.append(4000, None, Some(&[b'x'; 300]), &[]);
    builder.append(6000, Some(b""), None, &[]);
    builder.build()
}

#[test]
fn kafkas_batches_are_read_in_every_codec() {
    for codec in Codec::ALL {
        let bytes = golden(&format!("v2-{codec}"));
        let batch = BatchView::parse(&bytes).unwrap();
        assert_eq!(batch.codec(), Ok(codec));
        assert_eq!((batch.partition_leader_epoch(), batch.base_offset()), (LeaderEpoch(7), Offset(1000)));
        assert_eq!((batch.producer_id(), batch.producer_epoch()), (ProducerId(42), ProducerEpoch(3)));
        assert_eq!((batch.base_sequence(), batch.is_transactional()), (Sequence(10), true));
        assert_eq!(read(&bytes), three(1000), "{codec}");
    }
}

#[test]
fn the_builder_writes_what_kafka_writes() {
    let builder = BatchBuilder::new(Codec::None.into())
        .base_offset(Offset(1000))
        .leader_epoch(LeaderEpoch(7))
        .producer(ProducerId(42), ProducerEpoch(3), Sequence(10))
        .transactional(true);
    assert_eq!(build_three(builder), golden("v2-none"));
    let builder = BatchBuilder::new(Codec::None.into()).leader_epoch(LeaderEpoch(0)).log_append_time(777);
    assert_eq!(build_three(builder), golden("v2-append-time"));

    for (name, base, kind) in
        [("commit-marker", 50, ControlType::Commit), ("abort-marker", 51, ControlType::Abort)]
    {
        let mut builder = BatchBuilder::new(Codec::None.into())
            .base_offset(Offset(base))
            .leader_epoch(LeaderEpoch(9))
            .producer(ProducerId(42), ProducerEpoch(3), Sequence::NONE)
            .transactional(true)
            .control(true);
        // Marker value: version 0, coordinator epoch 11.
        builder.append_control(1234, kind, &[0, 0, 0, 0, 0, 11]);
        assert_eq!(builder.build(), golden(name), "{name}");
    }
}

#[test]
fn records_that_cross_chunks_are_walked_and_read_alike() {
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let bytes = golden(&format!("big-{codec}"));
        let batch = BatchView::parse(&bytes).unwrap();
        let mut lengths = Vec::new();
        let walked = walk_records(&batch, &Limits::default(), &mut Scratch::new(), |_, record| {
            lengths.push((record.key_length as usize, record.value_length as usize));
        })
        .unwrap();
        assert!(walked.dense && walked.records == 300 && walked.bytes > 128 << 10, "{walked:?}");
        let records = read(&bytes);
        let read: Vec<_> = records
            .iter()
            .map(|record| (record.2.as_ref().unwrap().len(), record.3.as_ref().unwrap().len()))
            .collect();
        assert_eq!(lengths, read, "{codec}");
        assert_eq!(records[299].3, Some("value 9 ".repeat(62).into_bytes()));
    }
}

#[test]
fn messages_of_magic_0_and_1_are_read_and_become_batches() {
    for magic in 0..2 {
        for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4] {
            let bytes = golden(&format!("v{magic}-{codec}"));
            let (mut rest, mut seen, mut converted) = (&bytes[..], Vec::new(), Vec::new());
            while let Some(start) = peek(rest) {
                assert_eq!(start.magic, magic);
                let message = LegacyMessage::parse(rest).unwrap();
                message.verify_crc().unwrap();
                assert_eq!(message.codec(), codec);
                let mut buffer = Vec::new();
                let (limits, mut scratch) = (Limits::default(), Scratch::new());
                for record in message.records(&limits, &mut scratch, &mut buffer).unwrap() {
                    let record = record.unwrap();
                    let owned = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
                    seen.push((
                        record.offset.0,
                        record.timestamp,
                        owned(record.key),
                        owned(record.value),
                        vec![],
                    ));
                }
                let batch = message.to_batch(&limits, &mut scratch).unwrap();
                assert_eq!(BatchView::parse(&batch).unwrap().last_offset(), message.last_offset());
                converted.extend(read(&batch));
                rest = &rest[start.total_size..];
            }
            assert!(rest.is_empty());
            let mut expected = three(1000);
            for record in &mut expected {
                record.4.clear();
                if magic == 0 {
                    record.1 = -1;
                }
            }
            assert_eq!(seen, expected, "{magic} {codec}");
            assert_eq!(converted, expected, "{magic} {codec}");
        }
    }
}

#[test]
fn a_magic_1_wrapper_with_append_time_gives_it_to_all_it_wraps() {
    let bytes = golden("v1-gzip-append-time");
    let message = LegacyMessage::parse(&bytes).unwrap();
    assert_eq!(message.timestamp_type(), TimestampType::LogAppendTime);
    let batch = message.to_batch(&Limits::default(), &mut Scratch::new()).unwrap();
    let seen: Vec<_> = read(&batch).iter().map(|record| (record.0, record.1)).collect();
    assert_eq!(seen, [(1000, 9999), (1001, 9999)]);
}
