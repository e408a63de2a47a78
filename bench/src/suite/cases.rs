//! The cases that one load plan describes, and what each demands.

use super::server::System;
use crate::load::{Codec, Work};

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: &'static str,
    pub title: &'static str,
    pub work: Work,
    pub partitions: u32,
    pub connections: usize,
    pub in_flight: usize,
    pub rate: Option<f64>,
    /// Fetch: bytes per partition in the log.
    pub readable_bytes: u64,
    /// A reader on every partition waits for what is written; latency counts until it has it.
    pub watched: bool,
    /// Who takes part.
    pub systems: &'static [System],
    /// Settings of Thalweg beside those of all brokers.
    pub settings: &'static [&'static str],
    pub demands: &'static [Demand],
}

impl Case {
    /// Whether the system takes part.
    pub fn is_for(&self, system: System) -> bool {
        self.systems.contains(&system)
    }
}

const BROKERS: &[System] = &[System::Thalweg, System::Kafka];

/// A bound on a figure of Thalweg beside another system's.
#[derive(Clone, Copy, Debug)]
pub enum Demand {
    /// Server CPU at most this many times the reference loop's.
    CpuOfReference(f64),
    /// Acknowledgement p99 at most this many times the reference loop's.
    P99OfReference(f64),
    /// Kafka's server CPU is at least this many times ours.
    CpuBelowKafka(f64),
    /// Our throughput is at least this many times Kafka's.
    RateAboveKafka(f64),
    /// Our p99 is at most this share of Kafka's.
    P99OfKafka(f64),
    /// Kafka's resident memory is at least this many times ours.
    MemoryBelowKafka(f64),
    /// Records a second on one core, or the reference loop's rate over 1.5 where that is less.
    RecordsPerSecond(f64),
    /// No bound: how much of our CPU goes beyond what the named case takes.
    ShareBeyond(&'static str),
}

use Demand::{
    CpuBelowKafka, CpuOfReference, MemoryBelowKafka, P99OfKafka, P99OfReference, RateAboveKafka,
    RecordsPerSecond, ShareBeyond,
};

const fn produce(records: u32, record_bytes: usize) -> Work {
    Work::Produce { records, record_bytes, codec: Codec::None }
}

/// All of them, in the order of the report.
pub fn all() -> Vec<Case> {
    let base = Case {
        name: "",
        title: "",
        work: produce(1, 100),
        partitions: 8,
        connections: 8,
        in_flight: 5,
        rate: None,
        readable_bytes: 0,
        watched: false,
        systems: &System::ALL,
        settings: &[],
        demands: &[],
    };
    let open = |name, title, work, connections, rate, demands| Case {
        name,
        title,
        work,
        connections,
        in_flight: 1000,
        rate: Some(rate),
        demands,
        ..base.clone()
    };
    vec![
        Case {
            name: "produce-1m",
            title: "1 MiB requests of 1 KiB records, 8 connections",
            work: produce(1009, 1024),
            demands: &[CpuOfReference(1.25), CpuBelowKafka(3.5)],
            ..base.clone()
        },
        Case {
            name: "produce-16k",
            title: "16 KiB batches of 100-byte records, 16 connections",
            work: produce(148, 100),
            connections: 16,
            demands: &[
                CpuOfReference(1.5),
                RecordsPerSecond(10e6),
                CpuBelowKafka(7.0),
                RateAboveKafka(6.0),
                MemoryBelowKafka(15.0),
            ],
            ..base.clone()
        },
        Case {
            name: "produce-one",
            title: "one 100-byte record a request, 32 connections, 5 in flight",
            connections: 32,
            demands: &[CpuOfReference(1.7), CpuBelowKafka(4.0), RateAboveKafka(4.0)],
            ..base.clone()
        },
        Case {
            name: "connections-1000",
            title: "one 100-byte record a request, 1,000 connections, one in flight each",
            connections: 1000,
            in_flight: 1,
            demands: &[CpuOfReference(1.5), P99OfReference(1.5)],
            ..base.clone()
        },
        open(
            "latency-100b",
            "100,000/s of one 100-byte record",
            produce(1, 100),
            32,
            100_000.0,
            &[P99OfReference(1.5)],
        ),
        open("latency-16k", "40,000/s of 16 KiB", produce(148, 100), 16, 40_000.0, &[P99OfReference(1.5)]),
        open("latency-1m", "2,048/s of 1 MiB", produce(1009, 1024), 8, 2_048.0, &[P99OfReference(1.5)]),
        // 100 batches of ten records a millisecond: what a Java producer with a linger of 0 or so makes of it.
        open(
            "latency-1k",
            "100,000 records/s of 1 KiB, ten a request",
            produce(10, 1024),
            16,
            10_000.0,
            &[P99OfKafka(1.0 / 3.0)],
        ),
        Case {
            name: "fetch-1m",
            title: "fetch of 1 MiB from a log of 1 MiB batches, 8 connections",
            work: Work::Fetch { bytes: 1_048_576, records: 1000, record_bytes: 1024 },
            in_flight: 1,
            readable_bytes: 96 << 20,
            demands: &[CpuOfReference(1.4), CpuBelowKafka(1.5)],
            ..base.clone()
        },
        Case {
            name: "fetch-16k",
            title: "fetch of 16 KiB from a log of 16 KiB batches, 8 connections",
            work: Work::Fetch { bytes: 16_384, records: 148, record_bytes: 100 },
            in_flight: 1,
            readable_bytes: 32 << 20,
            demands: &[CpuOfReference(1.7)],
            ..base.clone()
        },
        compressed(&base, "produce-16k-lz4", LZ4_TITLE, Codec::Lz4, false),
        compressed(&base, "produce-16k-lz4-header", HEADER_TITLE, Codec::Lz4, true),
        compressed(&base, "produce-16k-zstd", ZSTD_TITLE, Codec::Zstd, false),
        compressed(&base, "produce-16k-zstd-header", HEADER_TITLE, Codec::Zstd, true),
        Case {
            name: "end-to-end",
            title: "100,000 records/s of 1 KiB, ten a request, until a waiting consumer has them",
            work: produce(10, 1024),
            in_flight: 1000,
            rate: Some(10_000.0),
            watched: true,
            systems: BROKERS,
            ..base.clone()
        },
        Case {
            name: "lone-record",
            title: "200/s of one 1 KiB record, each until the one waiting consumer has it",
            work: produce(1, 1024),
            partitions: 1,
            connections: 1,
            rate: Some(200.0),
            watched: true,
            systems: BROKERS,
            ..base
        },
    ]
}

const LZ4_TITLE: &str =
    "16 KiB batches of 100-byte records, lz4, full validation (bytes are compressed bytes)";
const ZSTD_TITLE: &str =
    "16 KiB batches of 100-byte records, zstd, full validation (bytes are compressed bytes)";
const HEADER_TITLE: &str = "the same, of compressed batches only header and checksum validated";

fn compressed(base: &Case, name: &'static str, title: &'static str, codec: Codec, header_only: bool) -> Case {
    let beyond: &'static [Demand] = match codec {
        Codec::Zstd => &[ShareBeyond("produce-16k-zstd-header")],
        Codec::None | Codec::Lz4 => &[ShareBeyond("produce-16k-lz4-header")],
    };
    Case {
        name,
        title,
        work: Work::Produce { records: 148, record_bytes: 100, codec },
        connections: 16,
        systems: if header_only { &[System::Thalweg] } else { &System::ALL },
        settings: if header_only { &["thalweg.validate.compressed=header"] } else { &[] },
        demands: if header_only { &[] } else { beyond },
        ..base.clone()
    }
}
