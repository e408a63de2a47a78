//! What must hold for any records and any bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use thalweg_model::Offset;
use thalweg_records::{
    BatchBuilder, BatchError, BatchMut, BatchView, Codec, HEADER_SIZE, Header, LegacyMessage, Limits,
    ProduceRules, RecordIter, Scratch, TimestampType, TopicCompression, ValidateCompressed, Verdict,
    compress, decompress, peek, validate_produce, walk_records,
};

const NOW_MS: i64 = 1_700_000_000_000;

type OwnedHeader = (Vec<u8>, Option<Vec<u8>>);
type OwnedRecord = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<OwnedHeader>);

fn bytes(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..max), (0..max * 4).prop_map(|n| vec![b'z'; n])]
}

fn record() -> impl Strategy<Value = OwnedRecord> {
    (
        prop_oneof![Just(-1), NOW_MS - 100_000..NOW_MS + 100_000, any::<i64>()],
        proptest::option::of(bytes(100)),
        proptest::option::of(bytes(1000)),
        vec((bytes(20), proptest::option::of(bytes(50))), 0..4),
    )
}

fn codec() -> impl Strategy<Value = Codec> {
    proptest::sample::select(Codec::ALL.to_vec())
}

fn build(codec: Codec, records: &[OwnedRecord]) -> Vec<u8> {
    let mut builder = BatchBuilder::new(codec.into());
    for (timestamp, key, value, headers) in records {
        let headers: Vec<_> =
            headers.iter().map(|(key, value)| Header { key, value: value.as_deref() }).collect();
        builder.append(*timestamp, key.as_deref(), value.as_deref(), &headers);
    }
    builder.build()
}

fn read(batch: &BatchView<'_>) -> Result<Vec<(i64, OwnedRecord)>, BatchError> {
    let mut buffer = Vec::new();
    RecordIter::new(batch, &Limits::default(), &mut Scratch::new(), &mut buffer)?
        .map(|record| {
            let record = record?;
            let headers = record.headers.map(|h| (h.key.to_vec(), h.value.map(<[u8]>::to_vec))).collect();
            let key = record.key.map(<[u8]>::to_vec);
            Ok((record.offset.0, (record.timestamp, key, record.value.map(<[u8]>::to_vec), headers)))
        })
        .collect()
}

/// A header around records that may be nonsense.
fn framed(codec: Codec, blob: &[u8], count: i32) -> Vec<u8> {
    let mut out = BatchBuilder::new(Codec::None.into()).build();
    out.extend_from_slice(blob);
    let length = (out.len() - 12) as i32;
    out[8..12].copy_from_slice(&length.to_be_bytes());
    out[22] = codec.id();
    out[23..27].copy_from_slice(&count.wrapping_sub(1).to_be_bytes());
    out[57..61].copy_from_slice(&count.to_be_bytes());
    BatchMut::parse(&mut out).unwrap().recompute_crc();
    out
}

/// Snappy in xerial's framing, cut into blocks of these sizes: chunks end wherever a test wants them to.
fn snappy_blocks(records: &[u8], sizes: &[usize]) -> Vec<u8> {
    let mut out = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    let mut rest = records;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (block, behind) = rest.split_at((*size).min(rest.len()));
        let compressed = snap::raw::Encoder::new().compress_vec(block).unwrap();
        out.extend_from_slice(&(compressed.len() as u32).to_be_bytes());
        out.extend_from_slice(&compressed);
        rest = behind;
    }
    out
}

/// Errors of the same kind; how far a reader got may differ in words.
fn same(one: &Result<Vec<String>, BatchError>, other: &Result<Vec<String>, BatchError>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

fn walked(bytes: &[u8]) -> Result<Vec<String>, BatchError> {
    let mut seen = Vec::new();
    let batch = BatchView::parse(bytes)?;
    walk_records(&batch, &Limits::default(), &mut Scratch::new(), |index, record| {
        seen.push(format!("{index} {record:?}"));
    })?;
    Ok(seen)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_records_come_back_as_they_went_in(codec in codec(), records in vec(record(), 1..40)) {
        let bytes = build(codec, &records);
        let batch = BatchView::parse(&bytes).unwrap();
        batch.verify_crc().unwrap();
        prop_assert_eq!(batch.record_count() as usize, records.len());
        let expected: Vec<_> = (0i64..).zip(records).collect();
        prop_assert_eq!(read(&batch).unwrap(), expected);
    }

    #[test]
    fn walk_and_iterator_agree_on_lengths(codec in codec(), records in vec(record(), 1..40)) {
        let bytes = build(codec, &records);
        let batch = BatchView::parse(&bytes).unwrap();
        let mut seen = Vec::new();
        let walked = walk_records(&batch, &Limits::default(), &mut Scratch::new(), |_, record| {
            let timestamp = batch.base_timestamp().wrapping_add(record.timestamp_delta);
            seen.push((timestamp, record.key_length, record.value_length, record.header_count));
        });
        let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(-1, |bytes| bytes.len() as i32);
        let expected: Vec<_> = records
            .iter()
            .map(|(timestamp, key, value, headers)| (*timestamp, length(key), length(value), headers.len() as i32))
            .collect();
        prop_assert_eq!(seen, expected);
        prop_assert!(walked.unwrap().dense);
    }

    /// The same bytes, whole or in chunks, damaged or not, get the same judgement: three decoders, one answer.
    #[test]
    fn damage_is_found_alike_whatever_the_chunks(
        records in vec(record(), 1..6),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        sizes in vec(1usize..40, 1..8),
        count_off in -1i32..2,
    ) {
        let mut raw = build(Codec::None, &records).split_off(HEADER_SIZE);
        for (at, value) in damage {
            let at = at.index(raw.len());
            raw[at] = value;
        }
        let count = records.len() as i32 + count_off;
        let whole = walked(&framed(Codec::None, &raw, count));
        let split = walked(&framed(Codec::Snappy, &snappy_blocks(&raw, &sizes), count));
        prop_assert!(same(&whole, &split), "{whole:?}\n{split:?}");
        let bytes = framed(Codec::None, &raw, count);
        let iterated = read(&BatchView::parse(&bytes).unwrap());
        prop_assert_eq!(whole.is_ok(), iterated.is_ok());
    }

    /// Bytes no one wrote: no panic anywhere, and whatever is accepted can be read to its end.
    #[test]
    fn garbage_is_refused_or_readable(
        codec_id in 0u8..8,
        blob in vec(any::<u8>(), 0..300),
        count in prop_oneof![1i32..5, any::<i32>()],
        attributes in any::<u8>(),
    ) {
        let mut bytes = framed(Codec::None, &blob, count);
        bytes[22] = attributes & 0xf8 | codec_id;
        BatchMut::parse(&mut bytes).unwrap().recompute_crc();
        accepted_is_readable(bytes, &ProduceRules::default());
    }

    #[test]
    fn mutated_batches_are_refused_or_readable(
        codec in codec(),
        target in proptest::option::of(codec()),
        append_time in any::<bool>(),
        records in vec(record(), 1..6),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        repair in any::<bool>(),
    ) {
        let mut bytes = build(codec, &records);
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if repair && let Ok(mut batch) = BatchMut::parse(&mut bytes) {
            batch.set_base_offset(Offset(0));
            batch.recompute_crc();
        }
        let rules = ProduceRules {
            compression: target.map_or(TopicCompression::Producer, |codec| TopicCompression::Fixed(codec.into())),
            timestamp_type: if append_time { TimestampType::LogAppendTime } else { TimestampType::CreateTime },
            after_max_ms: i64::MAX,
            ..ProduceRules::default()
        };
        accepted_is_readable(bytes, &rules);
    }

    #[test]
    fn decompressors_never_panic_and_keep_to_the_cap(
        codec in codec(),
        records in bytes(2000),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        garbage in any::<bool>(),
    ) {
        let mut blob = Vec::new();
        if garbage {
            blob.clone_from(&records);
        } else {
            compress(codec.into(), &records, &mut blob).unwrap();
        }
        for (at, value) in damage {
            if !blob.is_empty() {
                let at = at.index(blob.len());
                blob[at] = value;
            }
        }
        let limits = Limits { bytes_max: 4000, ..Limits::default() };
        let mut out = Vec::new();
        let _ = decompress(codec, &blob, &limits, &mut Scratch::new(), &mut out);
        prop_assert!(codec == Codec::None || out.len() <= 4000);
    }

    #[test]
    fn old_messages_never_panic(
        magic in 0u8..3,
        attributes in any::<u8>(),
        body in vec(any::<u8>(), 0..200),
        key in -2i32..20,
    ) {
        let mut bytes = vec![0; 18];
        bytes[16] = magic;
        bytes[17] = attributes;
        if magic == 1 {
            bytes.extend_from_slice(&NOW_MS.to_be_bytes());
        }
        bytes.extend_from_slice(&key.to_be_bytes());
        bytes.extend_from_slice(&body);
        let length = bytes.len() as i32 - 12;
        bytes[8..12].copy_from_slice(&length.to_be_bytes());
        old_message(&bytes);
    }
}

fn old_message(bytes: &[u8]) {
    let Ok(message) = LegacyMessage::parse(bytes) else { return };
    let _ = message.verify_crc();
    let (limits, mut scratch) = (Limits::default(), Scratch::new());
    if let Ok(batch) = message.to_batch(&limits, &mut scratch) {
        read(&BatchView::parse(&batch).unwrap()).unwrap();
    }
}

/// "Nothing we acknowledge may stop a reader."
fn accepted_is_readable(mut bytes: Vec<u8>, rules: &ProduceRules) {
    let _ = peek(&bytes);
    old_message(&bytes);
    let verdict = match validate_produce(&mut bytes, rules, NOW_MS, &mut Scratch::new()) {
        Err(error) => {
            assert!(!error.to_string().is_empty() && error.code() > 0);
            return;
        }
        Ok(verdict) => verdict,
    };
    let accepted = *verdict.accepted();
    if let Verdict::Rebuilt(_, rebuilt) = verdict {
        bytes = rebuilt;
    }
    let batch = BatchView::parse(&bytes[..accepted.size]).unwrap();
    batch.verify_crc().unwrap();
    assert_eq!(batch.total_size(), accepted.size);
    assert_eq!((batch.record_count(), batch.codec()), (accepted.record_count, Ok(accepted.codec)));
    assert_eq!(
        (batch.max_timestamp(), batch.timestamp_type()),
        (accepted.max_timestamp, rules.timestamp_type)
    );
    let offsets: Vec<_> = read(&batch).expect("acknowledged").into_iter().map(|(offset, _)| offset).collect();
    assert_eq!(offsets, (0..i64::from(batch.record_count())).collect::<Vec<_>>());
}

/// Real batches from Kafka's client, every byte replaced by several values, every cut: no panic anywhere.
#[test]
fn every_byte_of_kafkas_batches_may_be_wrong() {
    for line in include_str!("../golden/batches.tsv").lines() {
        let (name, hex) = line.split_once('\t').unwrap();
        if name.starts_with("big") {
            continue;
        }
        let good: Vec<u8> =
            (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        for at in 0..good.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff, good[at] ^ 1, good[at].wrapping_add(1)] {
                let mut bytes = good.clone();
                bytes[at] = value;
                if let Ok(mut batch) = BatchMut::parse(&mut bytes) {
                    batch.set_base_offset(Offset(0));
                    batch.recompute_crc();
                }
                accepted_is_readable(
                    bytes,
                    &ProduceRules { before_max_ms: i64::MAX, ..ProduceRules::default() },
                );
            }
            accepted_is_readable(good[..at].to_vec(), &ProduceRules::default());
        }
    }
}

#[test]
fn header_mode_believes_compressed_batches_only_where_nothing_depends_on_their_records() {
    let garbage = framed(Codec::Zstd, b"not zstd", 3);
    let header = ProduceRules { validate_compressed: ValidateCompressed::Header, ..ProduceRules::default() };
    let judge = |bytes: &[u8], rules: &ProduceRules| {
        validate_produce(&mut bytes.to_vec(), rules, NOW_MS, &mut Scratch::new())
            .map_err(|error| error.code())
    };
    assert!(judge(&garbage, &header).is_ok());
    assert_eq!(judge(&garbage, &ProduceRules::default()), Err(87));
    assert_eq!(judge(&garbage, &ProduceRules { compacted: true, ..header.clone() }), Err(87));
    assert_eq!(judge(&garbage, &ProduceRules { before_max_ms: 1000, ..header.clone() }), Err(87));
    assert_eq!(judge(&garbage, &ProduceRules { after_max_ms: 1000, ..header.clone() }), Err(87));
    let append_time = ProduceRules { timestamp_type: TimestampType::LogAppendTime, ..header.clone() };
    assert_eq!(judge(&garbage, &append_time), Err(87));
    let recompress =
        ProduceRules { compression: TopicCompression::Fixed(Codec::Lz4.into()), ..header.clone() };
    assert_eq!(judge(&garbage, &recompress), Err(87));
    // Uncompressed batches are always read.
    assert_eq!(judge(&framed(Codec::None, b"not a record", 3), &header), Err(87));
    // The header's own timestamp still has to be in range.
    let mut late = garbage.clone();
    BatchMut::parse(&mut late).unwrap().set_max_timestamp(TimestampType::CreateTime, NOW_MS + 3_600_001);
    assert_eq!(judge(&late, &header), Err(32));
}

#[test]
fn errors_name_no_more_records_than_an_answer_can_hold() {
    let mut builder = BatchBuilder::new(Codec::None.into());
    for _ in 0..5000 {
        builder.append(NOW_MS, None, None, &[]);
    }
    let rules = ProduceRules { compacted: true, ..ProduceRules::default() };
    let error = validate_produce(&mut builder.build(), &rules, NOW_MS, &mut Scratch::new()).unwrap_err();
    assert_eq!(error.record_errors().len(), thalweg_records::RECORD_ERRORS_MAX);
    assert!(error.to_string().len() < 500, "{error}");
}
