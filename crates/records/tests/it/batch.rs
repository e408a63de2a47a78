//! Build, read back, patch: a batch keeps everything it was given.

use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{
    BatchBuilder, BatchError, BatchMut, BatchView, Codec, ControlType, HEADER_SIZE, Header, Limits,
    RecordIter, Scratch, TimestampType, peek, walk_records,
};

fn three_records(codec: Codec) -> Vec<u8> {
    let mut builder = BatchBuilder::new(codec.into())
        .base_offset(Offset(1000))
        .leader_epoch(LeaderEpoch(7))
        .producer(ProducerId(42), ProducerEpoch(3), Sequence(10))
        .transactional(true);
    let twice = [
        Header { key: b"h", value: Some(b"1") },
        Header { key: b"g", value: None },
        Header { key: b"h", value: Some(b"2") },
    ];
    builder.append(5000, Some(b"k"), Some(b"v"), &twice);
    builder.append(4000, None, Some(&[b'x'; 300]), &[]);
    builder.append(6000, Some(b""), None, &[]);
    builder.build()
}

#[test]
fn what_was_built_is_read_back_in_every_codec() {
    for codec in Codec::ALL {
        let bytes = three_records(codec);
        let batch = BatchView::parse(&bytes).unwrap();
        batch.verify_crc().unwrap();
        assert_eq!(batch.total_size(), bytes.len());
        assert_eq!(batch.codec(), Ok(codec));
        assert_eq!(
            (batch.base_offset(), batch.last_offset(), batch.next_offset()),
            (Offset(1000), Offset(1002), Offset(1003))
        );
        assert_eq!(batch.partition_leader_epoch(), LeaderEpoch(7));
        assert_eq!((batch.producer_id(), batch.producer_epoch()), (ProducerId(42), ProducerEpoch(3)));
        assert_eq!((batch.base_sequence(), batch.last_sequence()), (Sequence(10), Sequence(12)));
        assert_eq!((batch.base_timestamp(), batch.max_timestamp()), (5000, 6000));
        assert!(batch.is_transactional() && !batch.is_control());
        assert_eq!(batch.record_count(), 3);

        let mut buffer = Vec::new();
        let mut scratch = Scratch::new();
        let records: Vec<_> = RecordIter::new(&batch, &Limits::default(), &mut scratch, &mut buffer)
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let seen: Vec<_> = records.iter().map(|r| (r.offset.0, r.timestamp, r.key, r.value)).collect();
        assert_eq!(
            seen,
            [
                (1000, 5000, Some(&b"k"[..]), Some(&b"v"[..])),
                (1001, 4000, None, Some(&[b'x'; 300][..])),
                (1002, 6000, Some(&b""[..]), None),
            ]
        );
        let headers: Vec<_> = records[0].headers.map(|h| (h.key_text().into_owned(), h.value)).collect();
        assert_eq!(
            headers,
            [("h".to_owned(), Some(&b"1"[..])), ("g".to_owned(), None), ("h".to_owned(), Some(&b"2"[..])),]
        );

        let mut lengths = Vec::new();
        let walked = walk_records(&batch, &Limits::default(), &mut scratch, |index, record| {
            lengths.push((index, record.key_length, record.value_length, record.header_count));
        });
        assert!(walked.is_ok_and(|walked| walked.dense && walked.records == 3));
        assert_eq!(lengths, [(0, 1, 1, 3), (1, -1, 300, 0), (2, 0, -1, 0)]);
    }
}

#[test]
fn offset_and_epoch_are_patched_without_touching_the_crc() {
    let mut bytes = three_records(Codec::None);
    let crc = BatchView::parse(&bytes).unwrap().crc();
    let mut batch = BatchMut::parse(&mut bytes).unwrap();
    batch.set_base_offset(Offset(1 << 40));
    batch.set_partition_leader_epoch(LeaderEpoch(99));
    let view = batch.view();
    assert_eq!((view.base_offset(), view.partition_leader_epoch()), (Offset(1 << 40), LeaderEpoch(99)));
    assert_eq!(view.crc(), crc);
    view.verify_crc().unwrap();
}

#[test]
fn log_append_time_replaces_every_timestamp_and_the_crc_follows() {
    let mut bytes = three_records(Codec::Lz4);
    BatchMut::parse(&mut bytes).unwrap().set_log_append_time(123_456);
    let batch = BatchView::parse(&bytes).unwrap();
    batch.verify_crc().unwrap();
    assert_eq!(batch.timestamp_type(), TimestampType::LogAppendTime);
    let mut buffer = Vec::new();
    let records = RecordIter::new(&batch, &Limits::default(), &mut Scratch::new(), &mut buffer).unwrap();
    assert!(records.map(|r| r.unwrap().timestamp).eq([123_456; 3]));
}

#[test]
fn a_batch_is_cut_out_of_what_follows_and_refused_where_it_is_cut_off() {
    let one = three_records(Codec::Zstd);
    let mut two = one.clone();
    two.extend_from_slice(&one);
    assert_eq!(BatchView::parse(&two).unwrap().bytes(), one);
    assert_eq!(peek(&two).unwrap().total_size, one.len());
    for end in 0..one.len() {
        assert!(matches!(BatchView::parse(&one[..end]), Err(BatchError::Truncated { .. })), "{end}");
    }
    let mut short = one.clone();
    short[8..12].copy_from_slice(&48i32.to_be_bytes());
    assert_eq!(BatchView::parse(&short).err(), Some(BatchError::Length(48)));
    short[16] = 1;
    assert_eq!(BatchView::parse(&short).err(), Some(BatchError::Magic(1)));
}

#[test]
fn zeros_end_a_log() {
    assert_eq!(peek(&[0; 100]), None);
    let mut negative = [0; 61];
    negative[8] = 0x80;
    assert_eq!(peek(&negative), None);
}

#[test]
fn every_flipped_bit_behind_the_crc_is_noticed() {
    let bytes = three_records(Codec::None);
    for at in 17..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        assert!(BatchView::parse(&flipped).unwrap().verify_crc().is_err(), "{at}");
    }
}

#[test]
fn control_records_carry_their_type_as_key() {
    let mut builder = BatchBuilder::new(Codec::None.into()).control(true);
    builder.append_control(77, ControlType::LeaderChange, b"opaque");
    let bytes = builder.build();
    let batch = BatchView::parse(&bytes).unwrap();
    assert!(batch.is_control());
    let mut buffer = Vec::new();
    let mut records = RecordIter::new(&batch, &Limits::default(), &mut Scratch::new(), &mut buffer).unwrap();
    let record = records.next().unwrap().unwrap();
    assert_eq!(record.key.and_then(ControlType::from_key), Some(ControlType::LeaderChange));
    assert_eq!(record.value, Some(&b"opaque"[..]));
    assert_eq!(records.next(), None);
}

#[test]
fn a_batch_emptied_by_compaction_is_a_bare_header() {
    let bytes = BatchBuilder::new(Codec::Zstd.into())
        .producer(ProducerId(1), ProducerEpoch(0), Sequence(5))
        .last_offset_delta(9)
        .build();
    assert_eq!(bytes.len(), HEADER_SIZE);
    let batch = BatchView::parse(&bytes).unwrap();
    batch.verify_crc().unwrap();
    assert_eq!((batch.next_offset(), batch.record_count(), batch.base_timestamp()), (Offset(10), 0, -1));
    let walked = walk_records(&batch, &Limits::default(), &mut Scratch::new(), |_, _| {}).unwrap();
    assert_eq!(walked.records, 0);
}

#[test]
fn records_that_lie_about_their_lengths_are_refused() {
    let limits = Limits::default();
    let mut scratch = Scratch::new();
    let bytes = three_records(Codec::None);
    let mut lie = |at: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        let batch = BatchView::parse(&bytes).unwrap();
        let walked = walk_records(&batch, &limits, &mut scratch, |_, _| {}).map(|_| ());
        let mut buffer = Vec::new();
        let mut scratch = Scratch::new();
        let read = RecordIter::new(&batch, &limits, &mut scratch, &mut buffer)
            .and_then(|records| records.collect::<Result<Vec<_>, _>>().map(|_| ()));
        assert_eq!(walked, read, "walk and iterator must judge alike");
        walked
    };
    assert_eq!(lie(57, &4i32.to_be_bytes()), Err(BatchError::RecordsTooShort { index: 3 }));
    assert_eq!(lie(57, &2i32.to_be_bytes()), Err(BatchError::RecordsTooLong));
    assert_eq!(lie(57, &(-1i32).to_be_bytes()), Err(BatchError::RecordCount(-1)));
    assert_eq!(lie(61, &[1]), Err(BatchError::RecordStructure { index: 0 }));
    assert_eq!(lie(61, &[0x7f]), Err(BatchError::RecordStructure { index: 0 }));
    // Key of the first record: a length of −2.
    assert_eq!(lie(65, &[3]), Err(BatchError::RecordStructure { index: 0 }));
}
