//! Follows what is set at run time for the stores of TLS listeners (KIP-226): says before a change is recorded whether
//! the listeners could follow, and has them follow when it is published.
//!
//! Runs on the controller's thread. What else a listener's security keys say counts from the next start on.

use std::sync::Arc;

use thalweg_config::{Effective, Listener, ListenerSecurity};
use thalweg_metadata::{Change, MetadataImage, ResourceType};
use thalweg_platform::Clock;

use super::Logins;
use crate::controller::MetadataListener;
use crate::dynamic_config::DynamicConfig;

/// The role's state.
#[derive(Debug)]
pub struct LoginFollower {
    logins: Arc<Logins>,
    dynamic: Arc<DynamicConfig>,
    /// As they were opened, by index.
    listeners: Vec<Listener>,
    clock: Arc<dyn Clock>,
}

impl LoginFollower {
    /// A follower for these listeners.
    pub fn new(
        logins: Arc<Logins>,
        dynamic: Arc<DynamicConfig>,
        listeners: Vec<Listener>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { logins, dynamic, listeners, clock }
    }

    /// Has every listener show what the configuration says now. One that cannot goes on with what it has.
    pub fn follow(&self) {
        let (config, now) = (self.dynamic.now(), self.clock.now().mono);
        for (index, security) in config.listener_security.iter().enumerate() {
            let Some(tls) = self.logins.of(index).and_then(|login| login.tls.as_ref()) else { continue };
            if let Err(why) = tls.change(&security.tls, now) {
                let listener = self.listeners.get(index).map_or("", |listener| &listener.name);
                tracing::error!(event = "tls_change_failed", listener, why, "the old ones stay in use");
            }
        }
    }
}

impl MetadataListener for LoginFollower {
    fn takes(&self, then: &Effective<'_>) -> Result<(), String> {
        let now = self.dynamic.now();
        for (index, listener) in self.listeners.iter().enumerate() {
            let Some(tls) = self.logins.of(index).and_then(|login| login.tls.as_ref()) else { continue };
            let wanted = ListenerSecurity::resolve(then, listener).tls;
            // Who changes something else is not told of stores that were broken before.
            if now.listener_security.get(index).is_some_and(|security| security.tls == wanted) {
                continue;
            }
            tls.takes(&wanted).map_err(|why| {
                let name = &listener.name;
                format!("Validation of dynamic config update of SSLFactory failed: listener {name}: {why}")
            })?;
        }
        Ok(())
    }

    fn published(&mut self, _: &Arc<MetadataImage>, changes: &[Change]) {
        let is_broker = |change: &Change| matches!(change, Change::ConfigChanged { resource, .. } if resource.kind == ResourceType::Broker);
        if changes.iter().any(is_broker) {
            self.follow();
        }
    }
}
