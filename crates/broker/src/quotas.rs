//! Client quotas at work: the limits as last published, and what everybody has used of them.
//!
//! While there is no quota at all one relaxed load says so, and nothing else is done. Otherwise a connection keeps
//! the meters that concern it until the limits change. A meter is shared by everybody who shares its limit, on all
//! workers. Whose limit is whose, and the arithmetic, are `thalweg-security`'s.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use hashbrown::HashMap;
use parking_lot::Mutex;
use thalweg_config::Effective;
use thalweg_metadata::{Change, MetadataImage};
use thalweg_security::quotas::{QuotaKey, QuotaTable, Rate, Share, TokenBucket, Windows};

use crate::controller::MetadataListener;

/// The limits and the meters.
#[derive(Debug)]
pub struct Quotas {
    windows: Windows,
    mutation_windows: Windows,
    is_any: AtomicBool,
    published: ArcSwap<Published>,
    /// That of `published`, for those who only ask whether the limits have changed.
    generation: AtomicU64,
    meters: Mutex<HashMap<MeterKey, Arc<Meter>>>,
}

/// The limits at one moment.
#[derive(Debug, Default)]
struct Published {
    generation: u64,
    table: QuotaTable,
}

/// Whose meter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum MeterKey {
    Client(QuotaKey, Share),
    Address(IpAddr),
}

/// What somebody has used.
#[derive(Debug)]
enum Meter {
    Rate(Mutex<Rate>),
    Tokens(Mutex<TokenBucket>),
}

/// Meters kept; beyond, those that no connection holds are forgotten. Client ids are the clients' own words.
const METERS_MAX: usize = 10_000;

/// A meter and the limit that counts for it.
#[derive(Clone, Debug)]
pub struct Limited {
    limit: f64,
    windows: Windows,
    meter: Arc<Meter>,
}

/// What limits one connection under one client id.
#[derive(Clone, Debug, Default)]
pub struct ClientQuotas {
    generation: u64,
    client_id: String,
    /// Bytes of Produce requests.
    pub produce: Option<Limited>,
    /// Bytes of Fetch answers.
    pub consume: Option<Limited>,
    /// Time of the worker.
    pub request: Option<Limited>,
}

/// Nanoseconds of a thread to percent of a second of it.
const NANOS_TO_PERCENT: f64 = 100.0 / 1e9;

impl Quotas {
    /// No quotas yet; windows as `quota.window.*` and `controller.quota.window.*` say.
    pub fn new(effective: &Effective<'_>) -> Self {
        let number = |key: &str, default: i64| effective.number(key).unwrap_or(default).max(1);
        let windows = |count: &str, seconds: &str| Windows {
            count: u32::try_from(number(count, 11)).unwrap_or(u32::MAX),
            length_ms: number(seconds, 1).saturating_mul(1000),
        };
        Self {
            windows: windows("quota.window.num", "quota.window.size.seconds"),
            mutation_windows: windows("controller.quota.window.num", "controller.quota.window.size.seconds"),
            is_any: AtomicBool::new(false),
            published: ArcSwap::default(),
            generation: AtomicU64::new(0),
            meters: Mutex::default(),
        }
    }

    /// Takes over the limits of an image.
    pub fn update(&self, image: &MetadataImage) {
        let table = QuotaTable::of(&image.client_quotas);
        let is_any = !table.is_empty();
        let generation = self.published.load().generation + 1;
        self.published.store(Arc::new(Published { generation, table }));
        // Behind the limits: who sees this number sees them.
        self.generation.store(generation, Ordering::Release);
        self.is_any.store(is_any, Ordering::Release);
    }

    /// Whether anybody is limited in anything.
    pub fn is_any(&self) -> bool {
        self.is_any.load(Ordering::Relaxed)
    }

    /// Brings what a connection keeps to the present limits.
    pub fn refresh(&self, kept: &mut Option<Box<ClientQuotas>>, user: &str, client_id: &str, now_ms: i64) {
        let generation = self.generation.load(Ordering::Acquire);
        if kept.as_ref().is_some_and(|kept| kept.generation == generation && kept.client_id == client_id) {
            return;
        }
        let published = self.published.load();
        let find = |key| self.find(&published.table, key, user, client_id, now_ms);
        *kept = Some(Box::new(ClientQuotas {
            generation: published.generation,
            client_id: client_id.to_owned(),
            produce: find(QuotaKey::ProducerByteRate),
            consume: find(QuotaKey::ConsumerByteRate),
            request: find(QuotaKey::RequestPercentage),
        }));
    }

    /// What limits a client's changes of metadata.
    pub fn mutations(&self, user: &str, client_id: &str, now_ms: i64) -> Option<Limited> {
        if !self.is_any() {
            return None;
        }
        let published = self.published.load();
        self.find(&published.table, QuotaKey::ControllerMutationRate, user, client_id, now_ms)
    }

    /// Counts a connection from an address; how long it is to be held back if there were too many.
    pub fn connected(&self, address: IpAddr, now_ms: i64) -> i64 {
        if !self.is_any() {
            return 0;
        }
        let address = address.to_canonical();
        let Some(limit) = self.published.load().table.connections(address) else { return 0 };
        let windows = self.windows;
        let meter = self.meter(MeterKey::Address(address), || Meter::Rate(Mutex::new(Rate::new(windows))));
        let limited = Limited { limit, windows, meter };
        let wait = limited.record(1.0, now_ms);
        if wait > 0 {
            // One that was turned away does not count.
            limited.record(-1.0, now_ms);
        }
        wait
    }

    fn find(
        &self,
        table: &QuotaTable,
        key: QuotaKey,
        user: &str,
        client_id: &str,
        now_ms: i64,
    ) -> Option<Limited> {
        let applied = table.find(key, user, client_id)?;
        let limit = applied.limit;
        let windows = match key {
            QuotaKey::ControllerMutationRate => self.mutation_windows,
            _ => self.windows,
        };
        let meter = self.meter(MeterKey::Client(key, applied.share), || match key {
            QuotaKey::ControllerMutationRate => {
                Meter::Tokens(Mutex::new(TokenBucket::new(windows, limit, now_ms)))
            }
            _ => Meter::Rate(Mutex::new(Rate::new(windows))),
        });
        Some(Limited { limit, windows, meter })
    }

    fn meter(&self, key: MeterKey, make: impl FnOnce() -> Meter) -> Arc<Meter> {
        let mut meters = self.meters.lock();
        if meters.len() >= METERS_MAX && !meters.contains_key(&key) {
            meters.retain(|_, meter| Arc::strong_count(meter) > 1);
        }
        Arc::clone(meters.entry(key).or_insert_with(|| Arc::new(make())))
    }
}

impl Limited {
    /// Counts an amount; how long the client is to wait. A negative amount takes back.
    pub fn record(&self, amount: f64, now_ms: i64) -> i64 {
        match &*self.meter {
            Meter::Rate(rate) => {
                let mut rate = rate.lock();
                rate.record(amount, now_ms);
                rate.wait_ms(self.limit, now_ms)
            }
            Meter::Tokens(tokens) => {
                let mut tokens = tokens.lock();
                tokens.take(amount, self.limit, now_ms);
                tokens.wait_ms(self.limit, now_ms)
            }
        }
    }

    /// Counts time of the worker; such a wait is never longer than the windows.
    pub fn record_time(&self, nanos: u64, now_ms: i64) -> i64 {
        self.record(nanos as f64 * NANOS_TO_PERCENT, now_ms).min(self.windows.most_wait_ms())
    }

    /// How long the client has to wait as things are.
    pub fn wait_ms(&self, now_ms: i64) -> i64 {
        match &*self.meter {
            Meter::Rate(rate) => rate.lock().wait_ms(self.limit, now_ms),
            Meter::Tokens(tokens) => tokens.lock().wait_ms(self.limit, now_ms),
        }
    }

    /// As much as the windows allow at once: a single answer is not larger.
    pub fn most_at_once(&self) -> i32 {
        let most = self.limit * self.windows.most_wait_ms() as f64 / 1000.0;
        most.clamp(0.0, f64::from(i32::MAX)) as i32
    }
}

/// Keeps the limits at the image's.
#[derive(Debug)]
pub struct QuotaFollower(pub Arc<Quotas>);

impl MetadataListener for QuotaFollower {
    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]) {
        if changes.iter().any(|change| matches!(change, Change::ClientQuotasChanged)) {
            self.0.update(image);
        }
    }
}
