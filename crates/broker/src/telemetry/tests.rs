//! Who is asked for what, how often a client may come, and that what is kept stays within its bounds.

use std::sync::Arc;

use imbl::OrdMap;
use thalweg_records::Compression;

use super::otlp::tests::gauge;
use super::*;

fn image(subscriptions: &[(&str, &[(&str, &str)])]) -> MetadataImage {
    let mut image = MetadataImage::empty();
    for (name, values) in subscriptions {
        let resource = ConfigResource { kind: ResourceType::ClientMetrics, name: (*name).into() };
        let values: OrdMap<Arc<str>, Arc<str>> =
            values.iter().map(|&(key, value)| (Arc::from(key), Arc::from(value))).collect();
        image.configs.resources.insert(resource, values);
    }
    image
}

fn client(number: u16) -> ClientFacts<'static> {
    let mut id = [7; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    ClientFacts {
        instance: Uuid(id),
        client_id: "app-1",
        software_name: "apache-kafka-java",
        software_version: "4.4.0",
        peer: SocketAddr::from(([10, 0, 0, 9], 4242)),
    }
}

fn at(ms: u64) -> Mono {
    Mono(0).after_ms(i64::try_from(ms).unwrap())
}

#[test]
fn a_client_is_asked_by_all_subscriptions_that_match_it_and_by_no_other() {
    let image = image(&[
        (
            "a",
            &[
                ("metrics", "x.,y."),
                ("interval.ms", "60000"),
                ("match", "client_id=app-.*,client_source_port=4242"),
            ],
        ),
        ("b", &[("metrics", "z."), ("interval.ms", "1000"), ("match", "client_source_address=10\\..*")]),
        ("c", &[("metrics", "*"), ("match", "client_id=app")]),
    ]);
    let asked = asked(&image, &client(1));
    assert_eq!((asked.interval_ms, &asked.metrics[..]), (1000, &["x.", "y.", "z."].map(String::from)[..]));
    let stranger = ClientFacts { client_id: "app", ..client(1) };
    assert_eq!(super::asked(&image, &stranger).metrics, ["*"], "all of them say everything there is");
    let nobody = super::asked(&MetadataImage::empty(), &client(1));
    assert_eq!((nobody.interval_ms, nobody.metrics.len()), (300_000, 0));
    assert_ne!(nobody.id, asked.id);
}

#[test]
fn a_client_comes_once_an_interval_and_with_the_present_subscription() {
    let (telemetry, image) =
        (Telemetry::default(), image(&[("a", &[("metrics", "*"), ("interval.ms", "1000")])]));
    let me = client(1);
    let push = |id, now| telemetry.admit(&image, &me, id, false, now);
    assert_eq!(push(1, at(1)), Err(ErrorCode::UnknownSubscriptionId), "it has not asked yet");
    let asked = telemetry.ask(&image, &me, at(10)).unwrap();
    assert_eq!(telemetry.ask(&image, &me, at(500)), Err(ErrorCode::ThrottlingQuotaExceeded));
    assert_eq!(push(asked.id, at(600)), Ok(()));
    assert_eq!(push(asked.id, at(700)), Err(ErrorCode::ThrottlingQuotaExceeded));
    assert_eq!(push(asked.id, at(1600)), Ok(()));
    assert_eq!(push(asked.id.wrapping_add(1), at(2600)), Err(ErrorCode::UnknownSubscriptionId));
    assert_eq!(
        telemetry.admit(&image, &me, asked.id, true, at(2601)),
        Ok(()),
        "the last word is never early"
    );
    assert_eq!(telemetry.admit(&image, &me, asked.id, true, at(9999)), Err(ErrorCode::InvalidRequest));
    let nobody = ClientFacts { instance: Uuid::ZERO, ..me };
    assert_eq!(telemetry.admit(&image, &nobody, asked.id, false, at(1)), Err(ErrorCode::InvalidRequest));
}

#[test]
fn the_latest_push_is_shown_until_the_client_ends_or_stays_away() {
    let (telemetry, image) =
        (Telemetry::default(), image(&[("a", &[("metrics", "*"), ("interval.ms", "1000")])]));
    for number in 1..=2 {
        telemetry.ask(&image, &client(number), at(0)).unwrap();
        let payload = gauge("a.b", ("k", "v"), f64::from(number));
        assert_eq!(telemetry.keep(client(number).instance, Codec::None, &payload), Ok(()));
    }
    let values =
        |now| -> Vec<f64> { telemetry.pushed(now).iter().map(|pushed| pushed.series[0].value).collect() };
    assert_eq!(values(at(10)), [1.0, 2.0]);
    let asked = asked(&image, &client(1));
    telemetry.admit(&image, &client(1), asked.id, true, at(2500)).unwrap();
    telemetry.keep(client(1).instance, Codec::None, &gauge("a.b", ("k", "v"), 9.0)).unwrap();
    assert_eq!(values(at(2600)), [2.0]);
    assert!(values(at(3001)).is_empty());
    assert_eq!(telemetry.0.lock().bytes, 0);
}

#[test]
fn bombs_and_garbage_are_refused_and_strangers_do_not_fill_the_memory() {
    let (telemetry, image) = (Telemetry::default(), MetadataImage::empty());
    telemetry.ask(&image, &client(1), at(0)).unwrap();
    let keep = |codec, payload: &[u8]| telemetry.keep(client(1).instance, codec, payload);
    let zeros = vec![0; 24 << 20];
    for (codec, compression) in [
        (Codec::Gzip, Compression::Gzip { level: 1 }),
        (Codec::Snappy, Compression::Snappy),
        (Codec::Lz4, Compression::Lz4),
        (Codec::Zstd, Compression::Zstd { level: 3 }),
    ] {
        let mut bomb = Vec::new();
        thalweg_records::compress(compression, &zeros, &mut bomb).unwrap();
        assert_eq!(keep(codec, &bomb), Err(ErrorCode::InvalidRecord), "{compression:?}");
    }
    assert_eq!(keep(Codec::Gzip, b"not gzip"), Err(ErrorCode::InvalidRecord));
    assert_eq!(keep(Codec::None, b"\xff\xff"), Err(ErrorCode::InvalidRecord));
    for number in 0..u16::MAX {
        telemetry.ask(&image, &client(number), at(u64::from(number))).ok();
    }
    assert!(telemetry.0.lock().instances.len() <= INSTANCES_MAX);
}
