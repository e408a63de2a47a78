//! What one listener says about TLS and SASL, as text that is still to be understood.
//!
//! A key for one listener (`listener.name.<listener>.`), or for one mechanism of it
//! (`listener.name.<listener>.<mechanism>.`), wins over the key without prefix. Read at start; never opens a file,
//! never judges a certificate or a login module.

use std::fmt;

use crate::effective::Effective;
use crate::key::Scope;
use crate::listeners::{Listener, SecurityProtocol};
use crate::table;

/// The security keys as one listener sees them.
#[derive(Debug, Clone, PartialEq)]
pub struct ListenerSecurity {
    /// `sasl.enabled.mechanisms`, in upper case.
    pub sasl_enabled_mechanisms: Vec<String>,
    /// What each of those mechanisms has been told, in the same order.
    pub mechanisms: Vec<MechanismConfig>,
    /// `sasl.server.max.receive.size`: bytes of a SASL message.
    pub sasl_server_max_receive_size: i32,
    /// The TLS keys.
    pub tls: TlsConfig,
    /// The OAUTHBEARER keys.
    pub oauthbearer: OAuthBearerConfig,
}

/// One SASL mechanism on one listener.
#[derive(Clone, PartialEq, Eq)]
pub struct MechanismConfig {
    /// `sasl.jaas.config`.
    pub sasl_jaas_config: Option<String>,
    /// `connections.max.reauth.ms`; 0 = never asked again.
    pub connections_max_reauth_ms: i64,
}

impl fmt::Debug for MechanismConfig {
    /// Login modules hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MechanismConfig")
            .field("connections_max_reauth_ms", &self.connections_max_reauth_ms)
            .finish_non_exhaustive()
    }
}

/// The TLS keys, `ssl.` left out of their names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TlsConfig {
    /// `ssl.client.auth`: `none`, `requested` or `required`.
    pub client_auth: String,
    /// `ssl.enabled.protocols`.
    pub enabled_protocols: Vec<String>,
    /// `ssl.cipher.suites`; empty = all that are safe.
    pub cipher_suites: Vec<String>,
    /// `ssl.keystore.type`, in upper case.
    pub keystore_type: String,
    /// `ssl.keystore.location`.
    pub keystore_location: Option<String>,
    /// `ssl.keystore.password`.
    pub keystore_password: Option<String>,
    /// `ssl.keystore.key`: PEM text.
    pub keystore_key: Option<String>,
    /// `ssl.keystore.certificate.chain`: PEM text.
    pub keystore_certificate_chain: Option<String>,
    /// `ssl.key.password`.
    pub key_password: Option<String>,
    /// `ssl.truststore.type`, in upper case.
    pub truststore_type: String,
    /// `ssl.truststore.location`.
    pub truststore_location: Option<String>,
    /// `ssl.truststore.password`.
    pub truststore_password: Option<String>,
    /// `ssl.truststore.certificates`: PEM text.
    pub truststore_certificates: Option<String>,
    /// `ssl.principal.mapping.rules`.
    pub principal_mapping_rules: String,
    /// `ssl.allow.dn.changes`.
    pub allow_dn_changes: bool,
    /// `ssl.allow.san.changes`.
    pub allow_san_changes: bool,
}

impl TlsConfig {
    /// The same listener with the stores of `other`: all of it that may change while the listener is open (KIP-226).
    pub fn with_stores_of(&self, other: &TlsConfig) -> TlsConfig {
        TlsConfig {
            client_auth: self.client_auth.clone(),
            enabled_protocols: self.enabled_protocols.clone(),
            cipher_suites: self.cipher_suites.clone(),
            principal_mapping_rules: self.principal_mapping_rules.clone(),
            allow_dn_changes: self.allow_dn_changes,
            allow_san_changes: self.allow_san_changes,
            ..other.clone()
        }
    }
}

impl fmt::Debug for TlsConfig {
    /// Without keys and passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig")
            .field("client_auth", &self.client_auth)
            .field("keystore_location", &self.keystore_location)
            .field("truststore_location", &self.truststore_location)
            .finish_non_exhaustive()
    }
}

/// The OAUTHBEARER keys, `sasl.oauthbearer.` left out of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OAuthBearerConfig {
    /// `jwks.endpoint.url`.
    pub jwks_endpoint_url: Option<String>,
    /// `jwks.endpoint.refresh.ms`.
    pub jwks_endpoint_refresh_ms: i64,
    /// `jwks.endpoint.retry.backoff.ms`.
    pub jwks_endpoint_retry_backoff_ms: i64,
    /// `jwks.endpoint.retry.backoff.max.ms`.
    pub jwks_endpoint_retry_backoff_max_ms: i64,
    /// `expected.audience`.
    pub expected_audience: Vec<String>,
    /// `expected.issuer`.
    pub expected_issuer: Option<String>,
    /// `clock.skew.seconds`.
    pub clock_skew_seconds: i64,
    /// `sub.claim.name`.
    pub sub_claim_name: String,
}

impl ListenerSecurity {
    /// Reads the keys for `listener`.
    pub fn resolve(effective: &Effective<'_>, listener: &Listener) -> ListenerSecurity {
        let view = View { effective, listener: listener.name.to_ascii_lowercase() };
        let sasl_enabled_mechanisms: Vec<String> =
            view.list("sasl.enabled.mechanisms").iter().map(|name| name.to_ascii_uppercase()).collect();
        let mechanisms = sasl_enabled_mechanisms.iter().map(|name| {
            let of = |key| view.of_mechanism(&name.to_ascii_lowercase(), key);
            MechanismConfig {
                sasl_jaas_config: of("sasl.jaas.config"),
                connections_max_reauth_ms: of("connections.max.reauth.ms")
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default(),
            }
        });
        ListenerSecurity {
            mechanisms: mechanisms.collect(),
            sasl_enabled_mechanisms,
            sasl_server_max_receive_size: i32::try_from(view.number("sasl.server.max.receive.size"))
                .unwrap_or(i32::MAX),
            tls: TlsConfig {
                client_auth: view.client_auth(listener.protocol),
                enabled_protocols: view.list("ssl.enabled.protocols"),
                cipher_suites: view.list("ssl.cipher.suites"),
                keystore_type: view.text("ssl.keystore.type").unwrap_or_default().to_ascii_uppercase(),
                keystore_location: view.text("ssl.keystore.location"),
                keystore_password: view.text("ssl.keystore.password"),
                keystore_key: view.text("ssl.keystore.key"),
                keystore_certificate_chain: view.text("ssl.keystore.certificate.chain"),
                key_password: view.text("ssl.key.password"),
                truststore_type: view.text("ssl.truststore.type").unwrap_or_default().to_ascii_uppercase(),
                truststore_location: view.text("ssl.truststore.location"),
                truststore_password: view.text("ssl.truststore.password"),
                truststore_certificates: view.text("ssl.truststore.certificates"),
                principal_mapping_rules: view.text("ssl.principal.mapping.rules").unwrap_or_default(),
                allow_dn_changes: view.boolean("ssl.allow.dn.changes"),
                allow_san_changes: view.boolean("ssl.allow.san.changes"),
            },
            oauthbearer: OAuthBearerConfig {
                jwks_endpoint_url: view.text("sasl.oauthbearer.jwks.endpoint.url"),
                jwks_endpoint_refresh_ms: view.number("sasl.oauthbearer.jwks.endpoint.refresh.ms"),
                jwks_endpoint_retry_backoff_ms: view
                    .number("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms"),
                jwks_endpoint_retry_backoff_max_ms: view
                    .number("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms"),
                expected_audience: view.list("sasl.oauthbearer.expected.audience"),
                expected_issuer: view.text("sasl.oauthbearer.expected.issuer"),
                clock_skew_seconds: view.number("sasl.oauthbearer.clock.skew.seconds"),
                sub_claim_name: view.text("sasl.oauthbearer.sub.claim.name").unwrap_or_default(),
            },
        }
    }
}

/// The keys as one listener sees them.
struct View<'a> {
    effective: &'a Effective<'a>,
    listener: String,
}

impl View<'_> {
    fn of_mechanism(&self, mechanism: &str, key: &str) -> Option<String> {
        self.raw(&format!("listener.name.{}.{mechanism}.{key}", self.listener)).or_else(|| self.text(key))
    }

    /// KIP-684: where SASL says who the client is, only a listener's own key asks for a certificate as well.
    fn client_auth(&self, protocol: SecurityProtocol) -> String {
        const KEY: &str = "ssl.client.auth";
        let found = match protocol {
            SecurityProtocol::SaslSsl => self.raw(&format!("listener.name.{}.{KEY}", self.listener)),
            _ => self.text(KEY),
        };
        found.map_or_else(|| "none".to_owned(), |text| text.trim().to_owned())
    }

    /// Empty text counts as not set.
    fn text(&self, key: &str) -> Option<String> {
        let prefixed = self.raw(&format!("listener.name.{}.{key}", self.listener));
        let default = || table::key(Scope::Broker, key)?.default_text().map(str::to_owned);
        prefixed.or_else(|| self.raw(key)).or_else(default).filter(|text| !text.trim().is_empty())
    }

    fn list(&self, key: &str) -> Vec<String> {
        let text = self.text(key).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    fn number(&self, key: &str) -> i64 {
        self.text(key).and_then(|text| text.trim().parse().ok()).unwrap_or_default()
    }

    fn boolean(&self, key: &str) -> bool {
        self.text(key).is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
    }

    fn raw(&self, name: &str) -> Option<String> {
        let Effective { settings, broker, cluster } = self.effective;
        let dynamic = broker.get(name).or_else(|| cluster.get(name)).map(String::as_str);
        dynamic.or_else(|| settings.get(name)).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Origin, Settings};

    fn resolve(pairs: &[(&str, &str)]) -> ListenerSecurity {
        let mut settings = Settings::default();
        pairs.iter().for_each(|(key, value)| settings.add(key, value, Origin::Flag));
        let listener =
            Listener { name: "OUTSIDE".to_owned(), host: None, port: 1, protocol: SecurityProtocol::SaslSsl };
        ListenerSecurity::resolve(&Effective::of_settings(&settings), &listener)
    }

    #[test]
    fn the_mechanisms_key_wins_over_the_listeners_and_that_over_the_plain_one() {
        let security = resolve(&[
            ("sasl.enabled.mechanisms", "GSSAPI"),
            ("listener.name.outside.sasl.enabled.mechanisms", "PLAIN, scram-sha-256"),
            ("sasl.jaas.config", "a"),
            ("listener.name.outside.plain.sasl.jaas.config", "b"),
            ("listener.name.other.plain.sasl.jaas.config", "c"),
            ("connections.max.reauth.ms", "5"),
            ("listener.name.outside.scram-sha-256.connections.max.reauth.ms", "7"),
            ("ssl.client.auth", "none"),
            ("listener.name.outside.ssl.client.auth", "required"),
        ]);
        assert_eq!(security.sasl_enabled_mechanisms, ["PLAIN", "SCRAM-SHA-256"]);
        let told: Vec<_> = security
            .mechanisms
            .iter()
            .map(|of| (of.sasl_jaas_config.as_deref(), of.connections_max_reauth_ms))
            .collect();
        assert_eq!(told, [(Some("b"), 5), (Some("a"), 7)]);
        assert_eq!(security.tls.client_auth, "required");
        assert_eq!(security.tls.keystore_type, "JKS", "the table's default");
        assert_eq!(security.sasl_server_max_receive_size, 524_288);
    }

    #[test]
    fn nothing_secret_is_shown() {
        let security = resolve(&[("sasl.jaas.config", "hush"), ("ssl.keystore.password", "hush")]);
        assert!(!format!("{security:?}").contains("hush"));
    }
}
