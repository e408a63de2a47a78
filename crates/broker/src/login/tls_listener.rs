//! What a TLS listener shows and whom it believes at present: changed by hand at run time (KIP-226), and read again when
//! its files change. New connections see the new; those that are there go on with what they began with.
//!
//! Decides whether one key store may take another's place. A change that cannot be used leaves everything as it was.
//! How stores are read and what TLS makes of them is said in `tls_stores.rs` and `tls_config.rs`.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rustls::ServerConfig;
use thalweg_config::{SecurityProtocol, TlsConfig};
use thalweg_model::Mono;
use thalweg_platform::{Disk, Stat};
use thalweg_security::distinguished_name::{MappingRules, alternative_names, end_of_life, subject};

use super::tls_config::{believes, server_config};
use super::tls_stores::Stores;

/// The TLS side of one listener.
pub struct TlsListener {
    rules: MappingRules,
    disk: Arc<dyn Disk>,
    /// Other brokers would come by this listener, and a certificate must be one that they believe.
    is_inter_broker: bool,
    now: Mutex<Current>,
}

/// What is shown and believed at present.
struct Current {
    config: TlsConfig,
    shown: Shown,
    files: Vec<Option<Stat>>,
    looked_at: Mono,
}

/// A listener's stores, read and understood.
struct Shown {
    server: Arc<ServerConfig>,
    stores: Stores,
}

impl fmt::Debug for TlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("config", &self.now.lock().config).finish_non_exhaustive()
    }
}

/// How often files are looked at, while connections come.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl TlsListener {
    /// Reads everything; `Err` is a sentence that names the key.
    pub fn open(
        config: &TlsConfig,
        protocol: SecurityProtocol,
        is_inter_broker: bool,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<Self, String> {
        let rules = match protocol {
            // Who the client is comes from SASL.
            SecurityProtocol::SaslSsl => MappingRules::default(),
            _ => MappingRules::parse(&config.principal_mapping_rules)
                .map_err(|why| format!("ssl.principal.mapping.rules: {why}"))?,
        };
        let (shown, files) = (Shown::read(config, &**disk)?, files(config, &**disk));
        let now = Mutex::new(Current { config: config.clone(), shown, files, looked_at: now });
        Ok(Self { rules, disk: Arc::clone(disk), is_inter_broker, now })
    }

    /// What a new connection is shown. Looks now and then whether the files have changed; a change that cannot be used
    /// is told once, and what was there before stays.
    pub fn server(&self, now: Mono) -> Arc<ServerConfig> {
        let mut current = self.now.lock();
        if current.looked_at.until(now) >= LOOK_AGAIN {
            self.look(&mut current, now);
        }
        Arc::clone(&current.shown.server)
    }

    /// Whether the stores that `wanted` names could take the place of what is shown; `Err` is the sentence for who wants
    /// it. Changes nothing.
    pub fn takes(&self, wanted: &TlsConfig) -> Result<(), String> {
        let current = self.now.lock();
        let next = current.config.with_stores_of(wanted);
        if next == current.config { Ok(()) } else { self.prepare(&next, &current.shown).map(drop) }
    }

    /// Shows what `wanted` names from now on. Where it names what is named already, the files are looked at now, as
    /// Kafka does when somebody says the same again (KAFKA-14136). `Err`: everything stays as it was.
    pub fn change(&self, wanted: &TlsConfig, now: Mono) -> Result<(), String> {
        let mut current = self.now.lock();
        let next = current.config.with_stores_of(wanted);
        if next == current.config {
            self.look(&mut current, now);
            return Ok(());
        }
        let shown = self.prepare(&next, &current.shown)?;
        *current = Current { files: files(&next, &*self.disk), config: next, shown, looked_at: now };
        tracing::info!(event = "tls_changed", "new connections see the new certificates");
        Ok(())
    }

    /// When the first of the certificates that are shown ends, in seconds since 1970.
    pub fn expires_at_s(&self) -> Option<i64> {
        self.now.lock().shown.stores.chain.iter().filter_map(|certificate| end_of_life(certificate)).min()
    }

    /// The user a client's certificate makes of it; `None`: no rule fits, or it cannot be read.
    pub fn user_of(&self, certificate: &[u8]) -> Option<String> {
        self.rules.apply(&subject(certificate)?)
    }

    fn look(&self, current: &mut Current, now: Mono) {
        current.looked_at = now;
        let files = files(&current.config, &*self.disk);
        if files == current.files {
            return;
        }
        current.files = files;
        match self.prepare(&current.config, &current.shown) {
            Ok(shown) => {
                current.shown = shown;
                tracing::info!(event = "tls_reloaded", "new connections see the new certificates");
            }
            Err(why) => tracing::error!(event = "tls_reload_failed", why, "the old ones stay in use"),
        }
    }

    fn prepare(&self, config: &TlsConfig, before: &Shown) -> Result<Shown, String> {
        let next = Shown::read(config, &*self.disk)?;
        next.stores.may_replace(&before.stores, config)?;
        if self.is_inter_broker {
            next.stores.stays_believed(&before.stores, config)?;
        }
        Ok(next)
    }
}

impl Shown {
    fn read(config: &TlsConfig, disk: &dyn Disk) -> Result<Self, String> {
        let stores = Stores::read(config, disk)?;
        Ok(Self { server: Arc::new(server_config(config, &stores)?), stores })
    }
}

impl Stores {
    /// Kafka's rules for one store in another's place (KIP-226, KIP-978).
    fn may_replace(&self, before: &Self, config: &TlsConfig) -> Result<(), String> {
        if before.roots.is_none() && self.roots.is_some() {
            return Err(
                "Cannot add SSL truststore to an existing listener for which no truststore was configured."
                    .to_owned(),
            );
        }
        let name = |stores: &Self| stores.chain.first().and_then(|own| subject(own)).unwrap_or_default();
        let (old, new) = (name(before), name(self));
        if old != new && !config.allow_dn_changes {
            return Err(format!(
                "Keystore DistinguishedName does not match: existing={old}, new={new} (ssl.allow.dn.changes)"
            ));
        }
        let names = |stores: &Self| -> BTreeSet<String> {
            stores.chain.first().map(|own| alternative_names(own)).unwrap_or_default()
        };
        let (old, new) = (names(before), names(self));
        if !old.is_subset(&new) && !config.allow_san_changes {
            let text = |names: BTreeSet<String>| Vec::from_iter(names).join(", ");
            return Err(format!(
                "Keystore SubjectAltNames do not match: existing=[{}], new=[{}] (ssl.allow.san.changes)",
                text(old),
                text(new)
            ));
        }
        Ok(())
    }

    /// Brokers change their stores one after the other: each must believe what the others show, old or new. Where that
    /// did not hold before, nobody relies on it.
    fn stays_believed(&self, before: &Self, config: &TlsConfig) -> Result<(), String> {
        let believes = |roots: &Self, chain: &Self| {
            roots.roots.as_ref().is_none_or(|roots| believes(config, roots, &chain.chain))
        };
        if !believes(before, before) {
            return Ok(());
        }
        match (believes(before, self), believes(self, before) && believes(self, self)) {
            (true, true) => Ok(()),
            (false, _) => {
                Err("the trust store in use does not believe the new certificate, and other brokers come by \
                               this listener; change ssl.truststore first"
                    .to_owned())
            }
            (true, false) => {
                Err("the new trust store does not believe the listener's certificate, and other brokers \
                                  come by it"
                    .to_owned())
            }
        }
    }
}

/// What is known of the files.
fn files(config: &TlsConfig, disk: &dyn Disk) -> Vec<Option<Stat>> {
    let locations = [&config.keystore_location, &config.truststore_location];
    locations.map(|location| disk.stat(Path::new(location.as_deref()?)).ok()).into()
}
