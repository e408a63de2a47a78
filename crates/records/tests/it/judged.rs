//! Every case here was also put to Apache Kafka 4.4.0 (`ProduceRequest.validateRecords`, then
//! `UnifiedLog.appendAsLeader` as a client's batch, clock at [`NOW_MS`], leader epoch 5); its answers are in
//! `tests/golden/produce.tsv`: name, error code, indexes of record errors or max timestamp, stored bytes.
//! `CASES_TO=file cargo test -p thalweg-records judged` writes the questions for `tests/golden/Oracle.java`.

#![expect(clippy::disallowed_methods, reason = "questions to the oracle and its answers travel as files")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Sequence};
use thalweg_records::{
    Accepted, BatchBuilder, BatchMut, BatchView, Codec, Compression, HEADER_SIZE, Header, Limits,
    ProduceError, ProduceRules, RecordIter, Scratch, TimestampType, TopicCompression, Verdict, compress,
    set_base_offset, set_partition_leader_epoch, validate_produce, walk_records,
};

pub const NOW_MS: i64 = 1_700_000_000_000;

/// One question to Kafka and to us.
pub struct Case {
    name: String,
    /// Topic configuration as Kafka spells it.
    config: &'static str,
    version: i16,
    bytes: Vec<u8>,
}

fn rules(case: &Case) -> ProduceRules {
    let mut rules = ProduceRules { produce_version: case.version, ..ProduceRules::default() };
    for pair in case.config.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').expect("key=value");
        match (key, value) {
            ("compression.type", "uncompressed") => {
                rules.compression = TopicCompression::Fixed(Compression::None);
            }
            ("compression.type", name) => {
                let codec = Codec::ALL.into_iter().find(|codec| codec.name() == name).expect("a codec");
                rules.compression = TopicCompression::Fixed(codec.into());
            }
            ("message.timestamp.type", "LogAppendTime") => {
                rules.timestamp_type = TimestampType::LogAppendTime
            }
            ("message.timestamp.before.max.ms", value) => rules.before_max_ms = value.parse().unwrap(),
            ("message.timestamp.after.max.ms", value) => rules.after_max_ms = value.parse().unwrap(),
            ("max.message.bytes", value) => rules.max_message_bytes = value.parse().unwrap(),
            ("max.decompressed.message.bytes", value) => {
                rules.limits.record_bytes_max = value.parse().unwrap()
            }
            ("segment.bytes", value) => rules.segment_bytes = value.parse().unwrap(),
            ("cleanup.policy", value) => rules.compacted = value == "compact",
            _ => panic!("{pair}"),
        }
    }
    rules
}

type RecordTuple = (Option<&'static [u8]>, Option<&'static [u8]>, i64);

fn build(builder: BatchBuilder, records: &[RecordTuple]) -> Vec<u8> {
    let mut builder = builder;
    for (index, (key, value, timestamp)) in records.iter().enumerate() {
        let headers = [Header { key: b"h", value: Some(b"x") }, Header { key: b"h", value: None }];
        builder.append(*timestamp, *key, *value, if index == 1 { &headers } else { &[] });
    }
    builder.build()
}

const RECORDS: &[RecordTuple] = &[
    (Some(b"k0"), Some(b"value zero"), NOW_MS - 5),
    (Some(b""), Some(&[b'v'; 400]), NOW_MS + 7),
    (Some(b"k2"), None, NOW_MS),
];

fn plain(codec: Codec) -> Vec<u8> {
    build(BatchBuilder::new(codec.into()), RECORDS)
}

fn idempotent(codec: Codec) -> Vec<u8> {
    let builder = BatchBuilder::new(codec.into()).producer(ProducerId(7), ProducerEpoch(0), Sequence(0));
    build(builder, RECORDS)
}

/// Overwrites header bytes and makes the CRC right again.
fn patched(mut bytes: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    bytes[at..at + value.len()].copy_from_slice(value);
    recrc(bytes)
}

fn recrc(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Ok(mut batch) = BatchMut::parse(&mut bytes) {
        batch.recompute_crc();
    }
    bytes
}

/// A batch whose records are these bytes, compressed or not.
fn with_records(codec: Codec, records: &[u8], count: i32) -> Vec<u8> {
    let mut bytes = plain(Codec::None);
    bytes.truncate(HEADER_SIZE);
    compress(codec.into(), records, &mut bytes).unwrap();
    with_blob(codec, bytes.split_off(HEADER_SIZE), count)
}

/// A batch that claims a codec for this blob.
fn with_blob(codec: Codec, blob: Vec<u8>, count: i32) -> Vec<u8> {
    let mut bytes = plain(Codec::None);
    bytes.truncate(HEADER_SIZE);
    bytes.extend_from_slice(&blob);
    let length = bytes.len() as i32 - 12;
    bytes[8..12].copy_from_slice(&length.to_be_bytes());
    bytes[22] = codec.id();
    bytes[23..27].copy_from_slice(&(count - 1).to_be_bytes());
    bytes[57..61].copy_from_slice(&count.to_be_bytes());
    recrc(bytes)
}

/// One record from its fields.
fn raw_record(body: &[u8]) -> Vec<u8> {
    let mut record = vec![body.len() as u8 * 2];
    record.extend_from_slice(body);
    record
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: String, config: &'static str, bytes: Vec<u8>| {
        cases.push(Case { name, config, version: 11, bytes });
    };
    let good = plain(Codec::None);

    for codec in Codec::ALL {
        let id = codec.name();
        add(format!("plain/{id}"), "", plain(codec));
        add(format!("idempotent/{id}"), "", idempotent(codec));
        for target in [
            "compression.type=uncompressed",
            "compression.type=gzip",
            "compression.type=snappy",
            "compression.type=lz4",
            "compression.type=zstd",
        ] {
            add(format!("recompress/{id}/{target}"), target, plain(codec));
        }
        add(format!("append-time/{id}"), "message.timestamp.type=LogAppendTime", plain(codec));
        add(
            format!("append-time-recompressed/{id}"),
            "message.timestamp.type=LogAppendTime,compression.type=uncompressed",
            plain(codec),
        );
        add(format!("wrong-max-timestamp/{id}"), "", patched(plain(codec), 35, &9i64.to_be_bytes()));
        let flagged = patched(plain(codec), 21, &[0, 8 | codec.id()]);
        add(format!("client-append-time/create-topic/{id}"), "", flagged.clone());
        add(
            format!("client-append-time/append-topic/{id}"),
            "message.timestamp.type=LogAppendTime",
            flagged.clone(),
        );
        add(
            format!("client-append-time/recompressed/{id}"),
            "compression.type=uncompressed",
            flagged.clone(),
        );
        let no_time = patched(flagged, 35, &(-1i64).to_be_bytes());
        add(format!("client-append-time/none/{id}"), "", no_time);

        let old = build(
            BatchBuilder::new(codec.into()),
            &[
                (Some(b"a"), None, NOW_MS - 1000),
                (Some(b"b"), None, NOW_MS - 1001),
                (Some(b"c"), None, NOW_MS + 2000),
                (Some(b"d"), None, NOW_MS + 2001),
                (None, None, -1),
            ],
        );
        let bounds = "message.timestamp.before.max.ms=1000,message.timestamp.after.max.ms=2000";
        add(format!("timestamp-bounds/{id}"), bounds, old.clone());
        add(
            format!("timestamp-after-default/{id}"),
            "",
            patched(old.clone(), 27, &(NOW_MS + 3_600_000).to_be_bytes()),
        );
        add(
            format!("timestamp-and-key/{id}"),
            "message.timestamp.before.max.ms=1000,cleanup.policy=compact",
            old.clone(),
        );
        add(format!("missing-key/{id}"), "cleanup.policy=compact", old);
        add(format!("keys-there/{id}"), "cleanup.policy=compact", plain(codec));
        let ancient =
            build(BatchBuilder::new(codec.into()), &[(None, None, i64::MIN), (None, None, i64::MIN + 9)]);
        add(format!("timestamp-wraps/{id}"), "message.timestamp.before.max.ms=1000", ancient.clone());
        add(format!("timestamp-negative/{id}"), "", ancient);
        let negative = build(BatchBuilder::new(codec.into()), &[(None, None, -1), (None, None, -2)]);
        add(format!("timestamp-below-none/{id}"), "", negative.clone());
        if codec != Codec::None {
            add(format!("timestamp-below-none-rebuilt/{id}"), "compression.type=uncompressed", negative);
        }

        add(format!("control/{id}"), "", patched(plain(codec), 21, &[0, 0x20 | codec.id()]));
        add(format!("horizon-flag/{id}"), "", patched(plain(codec), 21, &[0, 0x40 | codec.id()]));
        add(format!("undefined-flags/{id}"), "", patched(plain(codec), 21, &[0xff, 0x80 | codec.id()]));
        add(
            format!("undefined-flags-append-time/{id}"),
            "message.timestamp.type=LogAppendTime",
            patched(plain(codec), 21, &[0xff, 0xc0 | codec.id()]),
        );
        add(format!("sequence-missing/{id}"), "", patched(idempotent(codec), 53, &(-1i32).to_be_bytes()));
        add(format!("producer-id-below-none/{id}"), "", patched(plain(codec), 43, &(-5i64).to_be_bytes()));
        add(format!("count-4/{id}"), "", patched(plain(codec), 57, &4i32.to_be_bytes()));
        add(format!("count-2/{id}"), "", patched(plain(codec), 57, &2i32.to_be_bytes()));
        add(format!("count-0/{id}"), "", patched(plain(codec), 57, &0i32.to_be_bytes()));
        add(format!("count-negative/{id}"), "", patched(plain(codec), 57, &(-3i32).to_be_bytes()));
        add(format!("delta-negative/{id}"), "", patched(plain(codec), 23, &(-1i32).to_be_bytes()));
        let mut more = patched(plain(codec), 57, &4i32.to_be_bytes());
        more = patched(more, 23, &3i32.to_be_bytes());
        add(format!("one-record-too-few/{id}"), "", more);
        let mut less = patched(plain(codec), 57, &2i32.to_be_bytes());
        less = patched(less, 23, &1i32.to_be_bytes());
        add(format!("one-record-too-many/{id}"), "", less);

        // Fields: attributes, timestamp delta, offset delta, key, value, header count.
        let ok = raw_record(&[0, 0, 0, 1, 1, 0]);
        let record = |body: &[u8], count: i32| {
            let mut records = raw_record(body);
            for _ in 1..count {
                records.extend_from_slice(&ok);
            }
            with_records(codec, &records, count)
        };
        add(format!("record/smallest/{id}"), "", record(&[0, 0, 0, 1, 1, 0], 1));
        add(format!("record/attributes-set/{id}"), "", record(&[0xff, 0, 0, 1, 1, 0], 1));
        add(format!("record/key-past-end/{id}"), "", record(&[0, 0, 0, 20, 1, 0], 1));
        add(format!("record/value-past-end/{id}"), "", record(&[0, 0, 0, 1, 20, 0], 1));
        add(format!("record/headers-negative/{id}"), "", record(&[0, 0, 0, 1, 1, 1], 1));
        add(format!("record/headers-lie/{id}"), "", record(&[0, 0, 0, 1, 1, 10], 1));
        add(format!("record/header-key-null/{id}"), "", record(&[0, 0, 0, 1, 1, 2, 1, 1], 1));
        add(format!("record/header-empty/{id}"), "", record(&[0, 0, 0, 1, 1, 2, 0, 1], 1));
        add(format!("record/byte-left/{id}"), "", record(&[0, 0, 0, 1, 1, 0, 0], 1));
        add(format!("record/no-body/{id}"), "", with_records(codec, &[0], 1));
        add(format!("record/length-negative/{id}"), "", with_records(codec, &[1], 1));
        add(format!("record/length-endless/{id}"), "", with_records(codec, &[0xff; 12], 1));
        add(
            format!("record/overlong-numbers/{id}"),
            "",
            record(&[0, 0x80, 0, 0x80, 0x80, 0, 1, 1, 0x80, 0], 1),
        );
        add(format!("record/none-at-all/{id}"), "", with_records(codec, &[], 1));
        add(format!("record/repeated-offset/{id}"), "", record(&[0, 0, 0, 1, 1, 0], 2));
        add(format!("record/offset-gap/{id}"), "", record(&[0, 0, 8, 1, 1, 0], 1));
        let fault_then_garbage = {
            let mut records = raw_record(&[0, 0, 0, 1, 1, 0]);
            records.extend_from_slice(&[12, 0, 0, 2, 20, 1, 0]);
            with_records(codec, &records, 2)
        };
        add(format!("record/fault-then-garbage/{id}"), "cleanup.policy=compact", fault_then_garbage);
        add(format!("too-large/{id}"), "max.message.bytes=60", plain(codec));
        if codec != Codec::None {
            add(
                format!("too-large-rebuilt/{id}"),
                "max.message.bytes=400,compression.type=uncompressed",
                plain(codec),
            );
            add(format!("record-too-large/{id}"), "max.decompressed.message.bytes=100", plain(codec));
            add(format!("record-just-fits/{id}"), "max.decompressed.message.bytes=421", plain(codec));
            add(format!("blob/plain-bytes/{id}"), "", with_blob(codec, good[HEADER_SIZE..].to_vec(), 3));
            add(format!("blob/garbage/{id}"), "", with_blob(codec, vec![0x5a; 40], 3));
            add(format!("blob/empty/{id}"), "", with_blob(codec, Vec::new(), 3));
            let whole = plain(codec)[HEADER_SIZE..].to_vec();
            add(format!("blob/cut/{id}"), "", with_blob(codec, whole[..whole.len() / 2].to_vec(), 3));
        }
    }

    for codec in 5..8 {
        add(format!("unknown-codec/{codec}"), "", patched(good.clone(), 21, &[0, codec]));
    }
    add("transactional".into(), "", patched(idempotent(Codec::None), 21, &[0, 0x10]));
    add("nothing".into(), "", Vec::new());
    add("zeros".into(), "", vec![0; 100]);
    for size in [1, 11, 12, 16, 17, 26, 60, good.len() - 1] {
        add(format!("cut-to/{size}"), "", good[..size].to_vec());
    }
    for magic in [0u8, 1, 3, 9, 0xff] {
        let mut bytes = good.clone();
        bytes[16] = magic;
        add(format!("magic/{magic}"), "", bytes);
    }
    for length in [-1i32, 0, 3, 13, 14, 15, 40, 48, 49, i32::MAX] {
        let mut bytes = good.clone();
        bytes[8..12].copy_from_slice(&length.to_be_bytes());
        add(format!("length/{length}"), "", bytes);
    }
    add("two-batches".into(), "", [good.clone(), good.clone()].concat());
    add("batch-and-half".into(), "", [&good[..], &good[..70]].concat());
    add("batch-and-11-bytes".into(), "", [&good[..], &[0; 11]].concat());
    add("batch-and-zeros".into(), "", [&good[..], &[0; 30]].concat());
    add(
        "batch-and-bad-magic".into(),
        "",
        [&good[..], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 0, 9]].concat(),
    );
    let mut placed = good.clone();
    set_base_offset(&mut placed, Offset(1));
    add("base-offset-1".into(), "", placed.clone());
    let last = placed.len() - 1;
    placed[last] ^= 1;
    add("base-offset-before-size-and-crc".into(), "max.message.bytes=60", placed);
    let mut broken = good.clone();
    broken[last] ^= 1;
    add("wrong-crc".into(), "", broken.clone());
    add("size-before-crc".into(), "max.message.bytes=60", broken);
    let mut wrong = patched(good.clone(), 57, &4i32.to_be_bytes());
    wrong[17] ^= 1;
    add("crc-before-count".into(), "", wrong);
    add("leader-epoch-set".into(), "", patched(good, 12, &77i32.to_be_bytes()));

    for version in [3, 6, 7] {
        for codec in [Codec::None, Codec::Zstd] {
            let name = format!("version-{version}/{codec}");
            cases.push(Case { name, config: "", version, bytes: plain(codec) });
        }
        let bytes = patched(plain(Codec::None), 21, &[0, 5]);
        cases.push(Case { name: format!("version-{version}/codec-5"), config: "", version, bytes });
        let bytes = [plain(Codec::Zstd), plain(Codec::Zstd)].concat();
        cases.push(Case { name: format!("version-{version}/two"), config: "", version, bytes });
    }
    cases
}

/// Our answer in the oracle's words: code, detail, stored bytes.
fn ours(case: &Case) -> (i16, String, Vec<u8>) {
    let mut bytes = case.bytes.clone();
    let (accepted, mut stored): (Accepted, Vec<u8>) =
        match validate_produce(&mut bytes, &rules(case), NOW_MS, &mut Scratch::new()) {
            Err(error) => return (error.code(), error_indexes(&error), Vec::new()),
            Ok(Verdict::InPlace(accepted)) => (accepted, bytes[..accepted.size].to_vec()),
            Ok(Verdict::Rebuilt(accepted, bytes)) => (accepted, bytes),
        };
    assert_eq!(accepted.size, stored.len());
    set_partition_leader_epoch(&mut stored, LeaderEpoch(5));
    (0, accepted.max_timestamp.to_string(), stored)
}

fn error_indexes(error: &ProduceError) -> String {
    let indexes: Vec<_> = error.record_errors().iter().map(|error| error.index.to_string()).collect();
    indexes.join(" ")
}

/// Everything a reader sees of a stored batch.
fn seen(bytes: &[u8]) -> String {
    let batch = BatchView::parse(bytes).expect("stored");
    batch.verify_crc().expect("stored");
    let mut out = format!("{batch:?} {} {}", batch.base_timestamp(), batch.max_timestamp());
    // Sizes differ where two compressors do.
    if batch.codec() != Ok(Codec::None)
        && let Some(at) = out.find("total_size")
    {
        let end = out[at..].find(',').expect("a field follows") + at;
        out.replace_range(at..end, "");
    }
    let mut buffer = Vec::new();
    let records =
        RecordIter::new(&batch, &Limits::default(), &mut Scratch::new(), &mut buffer).expect("stored");
    for record in records {
        let record = record.expect("stored");
        write!(out, "\n{record:?}").unwrap();
        write!(out, "{:?}", record.headers.collect::<Vec<_>>()).unwrap();
    }
    out
}

/// Where the answer differs from Kafka's on purpose (see `produce/mod.rs`): our code instead.
fn on_purpose(name: &str) -> Option<i16> {
    Some(match name {
        // A batch too short for the fields Kafka reads first.
        "length/14" => 2,
        _ => return None,
    })
}

fn judge(case: &Case, answer: &str) -> Result<(), String> {
    let mut fields = answer.split('\t');
    let theirs: i16 = fields.next().unwrap_or_default().parse().map_err(|_| "no code")?;
    let detail = fields.next().unwrap_or_default();
    let stored = unhex(fields.next().unwrap_or_default());
    let (code, our_detail, our_stored) = ours(case);
    let expected = on_purpose(&case.name).unwrap_or(if theirs == -1 { 87 } else { theirs });
    if code != expected {
        let refusal = validate_produce(&mut case.bytes.clone(), &rules(case), NOW_MS, &mut Scratch::new());
        let refusal = refusal.err().map_or(String::new(), |error| error.to_string());
        return Err(format!("{}: Kafka {theirs}, expected {expected}, ours {code} ({refusal})", case.name));
    }
    if expected != theirs {
        return Ok(());
    }
    if our_detail != detail && !detail.contains("Exception") {
        return Err(format!("{}: Kafka has {detail}, we have {our_detail}", case.name));
    }
    // Kafka stores uncompressed batches that are not numbered 0, 1, 2, … as they are; we renumber.
    let renumbered = code == 0 && {
        let batch = BatchView::parse(&stored).expect("stored");
        let walked = walk_records(&batch, &Limits::default(), &mut Scratch::new(), |_, _| {});
        batch.codec() == Ok(Codec::None) && walked.is_ok_and(|walked| !walked.dense)
    };
    if code == 0 && stored != our_stored && !renumbered && seen(&stored) != seen(&our_stored) {
        return Err(format!("{}: stored\n{}\nwe\n{}", case.name, seen(&stored), seen(&our_stored)));
    }
    Ok(())
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

#[test]
fn every_batch_is_judged_as_kafka_4_4_judges_it() {
    let cases = cases();
    if let Ok(path) = std::env::var("CASES_TO") {
        write_cases(&cases, &path);
    }
    let answers: BTreeMap<&str, &str> =
        include_str!("../golden/produce.tsv").lines().filter_map(|line| line.split_once('\t')).collect();
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|case| match answers.get(case.name.as_str()) {
            None => Some(format!("{}: Kafka was not asked", case.name)),
            Some(answer) => judge(case, answer).err(),
        })
        .collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
    assert_eq!(cases.len(), answers.len());
}

/// Batches damaged behind the CRC (which is then made right again), so that damage reaches the records.
fn damaged(count: usize) -> Vec<Case> {
    let configs = [
        "",
        "",
        "cleanup.policy=compact",
        "compression.type=uncompressed",
        "message.timestamp.type=LogAppendTime",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below
    };
    (0..count)
        .map(|number| {
            let codec = Codec::ALL[number % 5];
            let mut bytes = idempotent(codec);
            for _ in 0..=random(3) {
                let from = if random(4) == 0 { 21 } else { HEADER_SIZE };
                let at = from + random(bytes.len() - from);
                match random(5) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes[at] ^= 1 << random(8),
                    2 => bytes[at] = bytes[at].wrapping_add(2),
                    3 if from == HEADER_SIZE && bytes.len() > HEADER_SIZE + 4 => {
                        bytes.remove(at);
                    }
                    _ if from == HEADER_SIZE => bytes.insert(at, random(256) as u8),
                    _ => bytes[at] = bytes[at].wrapping_sub(2),
                }
            }
            let length = bytes.len() as i32 - 12;
            bytes[8..12].copy_from_slice(&length.to_be_bytes());
            Case {
                name: format!("damaged/{number}/{codec}"),
                config: configs[random(configs.len())],
                version: 11,
                bytes: recrc(bytes),
            }
        })
        .collect()
}

/// `DAMAGED_TO=cases cargo test … -- --ignored`, the oracle, then `DAMAGED_ANSWERS=answers` to compare.
#[test]
#[ignore = "needs Kafka's answers, see above"]
fn damaged_batches_are_judged_as_kafka_4_4_judges_them() {
    let cases = damaged(20_000);
    if let Ok(path) = std::env::var("DAMAGED_TO") {
        write_cases(&cases, &path);
        return;
    }
    let answers = std::fs::read_to_string(std::env::var("DAMAGED_ANSWERS").expect("a file")).unwrap();
    let answers: BTreeMap<&str, &str> = answers.lines().filter_map(|line| line.split_once('\t')).collect();
    let faults: Vec<String> = cases
        .iter()
        .filter(|case| !answers[case.name.as_str()].starts_with("47"))
        .filter_map(|case| judge(case, answers[case.name.as_str()]).err().filter(|_| !stricter(case)))
        .collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// We look closer than Kafka does: at a compressed record's length against its fields, at lengths below −1, at
/// codec headers; and we keep header keys that are not UTF-8.
fn stricter(case: &Case) -> bool {
    use thalweg_records::{BatchError, Reason};
    let mut bytes = case.bytes.clone();
    match validate_produce(&mut bytes, &rules(case), NOW_MS, &mut Scratch::new()) {
        Err(ProduceError::InvalidRecord { reason: Reason::Malformed(error), .. }) => matches!(
            error,
            BatchError::RecordStructure { .. }
                | BatchError::UnsupportedCompression(_)
                | BatchError::Compressed(Codec::Gzip)
        ),
        Ok(Verdict::Rebuilt(_, bytes)) => {
            let batch = BatchView::parse(&bytes).expect("built");
            let mut buffer = Vec::new();
            RecordIter::new(&batch, &Limits::default(), &mut Scratch::new(), &mut buffer)
                .expect("built")
                .flat_map(|record| record.expect("built").headers)
                .any(|header| std::str::from_utf8(header.key).is_err())
        }
        _ => false,
    }
}

fn write_cases(cases: &[Case], path: &str) {
    let mut text = String::new();
    for Case { name, config, version, bytes } in cases {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(text, "{name}\t{config}\t{version}\t{hex}").unwrap();
    }
    std::fs::write(path, text).unwrap();
}
