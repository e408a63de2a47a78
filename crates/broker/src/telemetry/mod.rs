//! Metrics that clients push (KIP-714): which clients are asked for what, and the latest numbers of each.
//!
//! Subscriptions are configuration (resources of the kind CLIENT_METRICS). Decides who matches, how often a client may
//! come, and what is kept: the newest push of each client instance, within bounds on clients, numbers and bytes that
//! no client can move. Kafka hands the payload to a plug-in; here the metrics page shows it.

mod otlp;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use hashbrown::HashMap;
use parking_lot::Mutex;
use regex::{Regex, RegexBuilder};
use thalweg_config::{Scope, Value, table};
use thalweg_metadata::{ConfigResource, MetadataImage, ResourceType};
use thalweg_model::{Mono, Uuid};
use thalweg_records::{Codec, Limits, Scratch, decompress};
use thalweg_wire::ErrorCode;

pub use otlp::Series;

/// Client instances that are remembered; Kafka has the same bound.
const INSTANCES_MAX: usize = 16_384;
/// Bytes kept of all clients' numbers.
const BYTES_MAX: usize = 32 << 20;
/// What is kept of one push.
const BOUNDS: otlp::Bounds = otlp::Bounds { series: 512, text: 512 };
/// Decompressed bytes of one push, and how much larger than the compressed ones it may be.
const LIMITS: Limits =
    Limits { bytes_max: 8 << 20, ratio_max: 100, ratio_free_bytes: 1 << 20, record_bytes_max: u32::MAX };
/// `interval.ms` where no subscription says otherwise.
const DEFAULT_INTERVAL_MS: i32 = 300_000;
/// A client that has not come for so many intervals is forgotten.
const INTERVALS_KEPT: i64 = 3;
/// Codecs a client may push with, the preferred one first: zstd, lz4, gzip, snappy.
pub const COMPRESSION_TYPES: [i8; 4] = [4, 3, 1, 2];

/// What is known of a client that asks.
#[derive(Clone, Copy, Debug)]
pub struct ClientFacts<'a> {
    /// Its instance, chosen by the broker at its first request.
    pub instance: Uuid,
    /// `client.id`.
    pub client_id: &'a str,
    /// What ApiVersions told.
    pub software_name: &'a str,
    /// What ApiVersions told.
    pub software_version: &'a str,
    /// Where it connects from.
    pub peer: SocketAddr,
}

/// What one client is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Changes with what is asked.
    pub id: i32,
    /// How often it shall push.
    pub interval_ms: i32,
    /// Prefixes of metrics; `*` for all of them, none for none.
    pub metrics: Vec<String>,
}

/// A client's latest numbers, for the metrics page.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// The instance.
    pub instance: Uuid,
    /// Its `client.id`.
    pub client_id: String,
    /// Its numbers.
    pub series: Vec<Series>,
}

/// Everything that is remembered.
#[derive(Debug, Default)]
pub struct Telemetry(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    instances: HashMap<Uuid, Instance>,
    bytes: usize,
}

#[derive(Debug)]
struct Instance {
    client_id: String,
    asked: i32,
    interval_ms: i32,
    last_get: Mono,
    last_push: Option<Mono>,
    is_terminating: bool,
    series: Vec<Series>,
    bytes: usize,
}

impl Instance {
    fn last_seen(&self) -> Mono {
        self.last_push.map_or(self.last_get, |push| push.max(self.last_get))
    }
}

impl Telemetry {
    /// GetTelemetrySubscriptions of a client that has an instance id.
    pub fn ask(&self, image: &MetadataImage, facts: &ClientFacts<'_>, now: Mono) -> Result<Asked, ErrorCode> {
        let asked = asked(image, facts);
        let mut state = self.0.lock();
        if let Some(known) = state.instances.get_mut(&facts.instance) {
            let is_early = now < known.last_seen().after_ms(known.interval_ms.into());
            if is_early && known.asked == asked.id {
                return Err(ErrorCode::ThrottlingQuotaExceeded);
            }
            known.asked = asked.id;
            known.interval_ms = asked.interval_ms;
            known.last_get = now;
            return Ok(asked);
        }
        state.make_room(now);
        let instance = Instance {
            client_id: facts.client_id.chars().take(BOUNDS.text).collect(),
            asked: asked.id,
            interval_ms: asked.interval_ms,
            last_get: now,
            last_push: None,
            is_terminating: false,
            series: Vec::new(),
            bytes: 0,
        };
        state.instances.insert(facts.instance, instance);
        Ok(asked)
    }

    /// PushTelemetry: whether the client may push now. An instance that is not known is asked for first.
    pub fn admit(
        &self,
        image: &MetadataImage,
        facts: &ClientFacts<'_>,
        subscription_id: i32,
        is_terminating: bool,
        now: Mono,
    ) -> Result<(), ErrorCode> {
        if facts.instance == Uuid::ZERO || facts.instance == Uuid::ONE {
            return Err(ErrorCode::InvalidRequest);
        }
        let asked = asked(image, facts);
        let mut state = self.0.lock();
        let Some(known) = state.instances.get_mut(&facts.instance) else {
            return Err(ErrorCode::UnknownSubscriptionId);
        };
        if known.is_terminating {
            return Err(ErrorCode::InvalidRequest);
        }
        // The first push after a question may come early: clients spread theirs over the interval.
        let is_first = known.last_push.is_none_or(|push| push < known.last_get);
        let is_early = known.last_push.is_some_and(|push| now < push.after_ms(known.interval_ms.into()));
        if !is_terminating && !is_first && is_early {
            return Err(ErrorCode::ThrottlingQuotaExceeded);
        }
        known.is_terminating = is_terminating;
        known.last_push = Some(now);
        if subscription_id != asked.id {
            return Err(ErrorCode::UnknownSubscriptionId);
        }
        Ok(())
    }

    /// Keeps what an admitted client has pushed.
    pub fn keep(&self, instance: Uuid, codec: Codec, payload: &[u8]) -> Result<(), ErrorCode> {
        let mut plain = Vec::new();
        decompress(codec, payload, &LIMITS, &mut Scratch::new(), &mut plain)
            .map_err(|_| ErrorCode::InvalidRecord)?;
        let mut series = otlp::read(&plain, BOUNDS).map_err(|_| ErrorCode::InvalidRecord)?;
        let mut state = self.0.lock();
        let State { instances, bytes } = &mut *state;
        let Some(known) = instances.get_mut(&instance) else { return Ok(()) };
        *bytes -= known.bytes;
        let mut size = 0;
        series.retain(|series| {
            size += size_of::<Series>() + series.name.len() + series.attributes.len();
            *bytes + size <= BYTES_MAX
        });
        known.bytes = series.iter().map(|s| size_of::<Series>() + s.name.len() + s.attributes.len()).sum();
        *bytes += known.bytes;
        known.series = if known.is_terminating { Vec::new() } else { series };
        if known.is_terminating {
            *bytes -= known.bytes;
            known.bytes = 0;
        }
        Ok(())
    }

    /// Bytes held of all clients' numbers.
    pub fn held_bytes(&self) -> usize {
        self.0.lock().bytes
    }

    /// Every client's latest numbers.
    pub fn pushed(&self, now: Mono) -> Vec<Pushed> {
        let mut state = self.0.lock();
        state.forget_silent(now);
        let instances = state.instances.iter().filter(|(_, known)| !known.series.is_empty());
        let mut pushed: Vec<Pushed> = instances
            .map(|(&instance, known)| Pushed {
                instance,
                client_id: known.client_id.clone(),
                series: known.series.clone(),
            })
            .collect();
        pushed.sort_by_key(|pushed| pushed.instance.0);
        pushed
    }
}

impl State {
    fn forget_silent(&mut self, now: Mono) {
        let bytes = &mut self.bytes;
        self.instances.retain(|_, known| {
            let is_kept = now < known.last_seen().after_ms(INTERVALS_KEPT * i64::from(known.interval_ms));
            if !is_kept {
                *bytes -= known.bytes;
            }
            is_kept
        });
    }

    /// One more instance will fit.
    fn make_room(&mut self, now: Mono) {
        if self.instances.len() < INSTANCES_MAX {
            return;
        }
        self.forget_silent(now);
        if self.instances.len() < INSTANCES_MAX {
            return;
        }
        // A quarter at once, so that strangers do not make every request look at all of them.
        let mut seen: Vec<(Mono, Uuid)> =
            self.instances.iter().map(|(&id, known)| (known.last_seen(), id)).collect();
        seen.sort_unstable_by_key(|(seen, _)| *seen);
        for (_, id) in seen.into_iter().take(INSTANCES_MAX / 4) {
            if let Some(gone) = self.instances.remove(&id) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

/// What the subscriptions ask of a client.
fn asked(image: &MetadataImage, facts: &ClientFacts<'_>) -> Asked {
    let mut metrics: BTreeSet<String> = BTreeSet::new();
    let mut interval_ms: Option<i32> = None;
    let resources = &image.configs.resources;
    let first = ConfigResource { kind: ResourceType::ClientMetrics, name: "".into() };
    let subscriptions =
        resources.range(first..).take_while(|(resource, _)| resource.kind == ResourceType::ClientMetrics);
    for (_, values) in subscriptions {
        let value = |name: &str| table::key(Scope::ClientMetrics, name)?.parse(values.get(name)?).ok();
        let patterns = match value("match") {
            Some(Value::List(patterns)) => patterns,
            _ => Vec::new(),
        };
        if !patterns.iter().all(|pattern| matches(pattern, facts)) {
            continue;
        }
        if let Some(Value::List(wanted)) = value("metrics") {
            metrics.extend(wanted);
        }
        let own = match value("interval.ms") {
            Some(Value::Number(ms)) => i32::try_from(ms).unwrap_or(DEFAULT_INTERVAL_MS),
            _ => DEFAULT_INTERVAL_MS,
        };
        interval_ms = Some(interval_ms.map_or(own, |shortest| shortest.min(own)));
    }
    if metrics.contains(ALL) {
        metrics = BTreeSet::from([ALL.to_owned()]);
    }
    let interval_ms = interval_ms.unwrap_or(DEFAULT_INTERVAL_MS);
    // FNV-1a: any number that changes with what is asked will do.
    let mut id: u32 = 0x811c_9dc5;
    let text = metrics.iter().flat_map(|metric| metric.bytes().chain([0]));
    for byte in interval_ms.to_be_bytes().into_iter().chain(text) {
        id = (id ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    Asked { id: id.cast_signed(), interval_ms, metrics: metrics.into_iter().collect() }
}

/// Every metric.
const ALL: &str = "*";

/// `selector=pattern`, the pattern for the whole value.
fn matches(pattern: &str, facts: &ClientFacts<'_>) -> bool {
    let Some((selector, pattern)) = pattern.split_once('=') else { return false };
    let (instance, address, port);
    let value = match selector.trim() {
        "client_instance_id" => {
            instance = facts.instance.to_string();
            &instance
        }
        "client_id" => facts.client_id,
        "client_software_name" => facts.software_name,
        "client_software_version" => facts.software_version,
        "client_source_address" => {
            address = facts.peer.ip().to_canonical().to_string();
            &address
        }
        "client_source_port" => {
            port = facts.peer.port().to_string();
            &port
        }
        _ => return false,
    };
    compile(pattern.trim()).is_some_and(|pattern| pattern.is_match(value))
}

/// A pattern that matches whole values, of bounded size; `None` for one that cannot be read.
pub fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build().ok()
}

#[cfg(test)]
mod tests;
