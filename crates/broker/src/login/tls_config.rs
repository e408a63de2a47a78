//! What a TLS listener shows and whom it believes: key stores and trust stores as Kafka configures them, read again
//! when their files change.
//!
//! Decides which forms are understood (PEM and PKCS12, told apart by their content) and says in a sentence what is wrong
//! with one. Never looks at a connection.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use thalweg_config::{SecurityProtocol, TlsConfig};
use thalweg_model::Mono;
use thalweg_platform::{Disk, Stat};
use thalweg_security::distinguished_name::{MappingRules, end_of_life, subject};

/// The TLS side of one listener.
pub struct TlsListener {
    config: TlsConfig,
    rules: MappingRules,
    disk: Arc<dyn Disk>,
    now: Mutex<Current>,
}

/// What is shown and believed at present.
struct Current {
    server: Arc<ServerConfig>,
    /// When the first of the certificates shown ends.
    expires_at_s: Option<i64>,
    files: Vec<Option<Stat>>,
    looked_at: Mono,
}

impl fmt::Debug for TlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("config", &self.config).finish_non_exhaustive()
    }
}

/// How often files are looked at, while connections come.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// A key store is not larger.
const STORE_BYTES: u64 = 16 << 20;

impl TlsListener {
    /// Reads everything; `Err` is a sentence that names the key.
    pub fn open(
        config: &TlsConfig,
        protocol: SecurityProtocol,
        disk: &Arc<dyn Disk>,
        now: Mono,
    ) -> Result<Self, String> {
        let rules = match protocol {
            // Who the client is comes from SASL.
            SecurityProtocol::SaslSsl => MappingRules::default(),
            _ => MappingRules::parse(&config.principal_mapping_rules)
                .map_err(|why| format!("ssl.principal.mapping.rules: {why}"))?,
        };
        let (server, expires_at_s) = server_config(config, &**disk)?;
        let (server, files) = (Arc::new(server), files(config, &**disk));
        let now = Mutex::new(Current { server, expires_at_s, files, looked_at: now });
        Ok(Self { config: config.clone(), rules, disk: Arc::clone(disk), now })
    }

    /// What a new connection is shown. Looks now and then whether the files have changed; a change that cannot be used
    /// is told once, and what was there before stays.
    pub fn server(&self, now: Mono) -> Arc<ServerConfig> {
        let mut current = self.now.lock();
        if current.looked_at.until(now) >= LOOK_AGAIN {
            current.looked_at = now;
            let files = files(&self.config, &*self.disk);
            if files != current.files {
                current.files = files;
                match server_config(&self.config, &*self.disk) {
                    Ok((server, expires_at_s)) => {
                        current.server = Arc::new(server);
                        current.expires_at_s = expires_at_s;
                        tracing::info!(event = "tls_reloaded", "new connections see the new certificates");
                    }
                    Err(why) => tracing::error!(event = "tls_reload_failed", why, "the old ones stay in use"),
                }
            }
        }
        Arc::clone(&current.server)
    }

    /// When the first of the certificates that are shown ends, in seconds since 1970.
    pub fn expires_at_s(&self) -> Option<i64> {
        self.now.lock().expires_at_s
    }

    /// The user a client's certificate makes of it; `None`: no rule fits, or it cannot be read.
    pub fn user_of(&self, certificate: &[u8]) -> Option<String> {
        self.rules.apply(&subject(certificate)?)
    }
}

/// What is known of the files.
fn files(config: &TlsConfig, disk: &dyn Disk) -> Vec<Option<Stat>> {
    let locations = [&config.keystore_location, &config.truststore_location];
    locations.map(|location| disk.stat(Path::new(location.as_deref()?)).ok()).into()
}

/// What a listener shows, and when the first of its certificates ends.
fn server_config(config: &TlsConfig, disk: &dyn Disk) -> Result<(ServerConfig, Option<i64>), String> {
    let provider = Arc::new(provider(config)?);
    let versions = versions(config)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .map_err(|error| format!("ssl.enabled.protocols and ssl.cipher.suites leave nothing: {error}"))?;
    let builder = match config.client_auth.as_str() {
        "none" => builder.with_no_client_auth(),
        asked => {
            let roots = Arc::new(trusted(config, disk)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            let verifier = if asked == "requested" { verifier.allow_unauthenticated() } else { verifier };
            let verifier = verifier.build().map_err(|error| {
                format!(
                    "ssl.client.auth={asked} needs certificates to check with (ssl.truststore.*): {error}"
                )
            })?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let (chain, key) = identity(config, disk)?;
    let expires_at_s = chain.iter().filter_map(|certificate| end_of_life(certificate)).min();
    let server = builder
        .with_single_cert(chain, key)
        .map_err(|error| format!("ssl.keystore: certificate and key cannot be used: {error}"))?;
    Ok((server, expires_at_s))
}

/// What a client of ours shows and believes, from the same keys as a listener's. `checks_name` is false where
/// `ssl.endpoint.identification.algorithm` is empty: any name in the broker's certificate will do.
pub fn client_config(
    config: &TlsConfig,
    checks_name: bool,
    disk: &dyn Disk,
) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(provider(config)?);
    let roots = trusted(config, disk)?;
    if roots.is_empty() {
        return Err("ssl.truststore.location or ssl.truststore.certificates must say whose signature on the broker's \
                    certificate is believed"
            .to_owned());
    }
    let versions = versions(config)?;
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .map_err(|error| format!("ssl.enabled.protocols and ssl.cipher.suites leave nothing: {error}"))?;
    let builder = if checks_name {
        builder.with_root_certificates(roots)
    } else {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let verifier = AnyName(verifier.map_err(|error| format!("ssl.truststore: {error}"))?);
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    };
    if config.keystore_key.is_none() && config.keystore_location.is_none() {
        return Ok(builder.with_no_client_auth());
    }
    let (chain, key) = identity(config, disk)?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| format!("ssl.keystore: certificate and key cannot be used: {error}"))
}

/// Checks everything about a broker's certificate but the name in it.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.0.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// The cipher suites that are wanted, by their registered names as Java has them.
fn provider(config: &TlsConfig) -> Result<CryptoProvider, String> {
    let mut provider = aws_lc_rs::default_provider();
    if !config.cipher_suites.is_empty() {
        provider.cipher_suites.retain(|suite| {
            let name = format!("{:?}", suite.suite()).replace("TLS13_", "TLS_");
            config.cipher_suites.contains(&name)
        });
        if provider.cipher_suites.is_empty() {
            let names = config.cipher_suites.join(",");
            return Err(format!(
                "ssl.cipher.suites={names}: none of them is served; leave it out for the safe ones"
            ));
        }
    }
    Ok(provider)
}

fn versions(config: &TlsConfig) -> Result<Vec<&'static SupportedProtocolVersion>, String> {
    let versions: Vec<_> = [("TLSv1.3", &rustls::version::TLS13), ("TLSv1.2", &rustls::version::TLS12)]
        .into_iter()
        .filter(|(name, _)| config.enabled_protocols.iter().any(|wanted| wanted == name))
        .map(|(_, version)| version)
        .collect();
    if versions.is_empty() {
        return Err(
            "ssl.enabled.protocols: only TLSv1.2 and TLSv1.3 are served; name at least one".to_owned()
        );
    }
    Ok(versions)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The broker's certificate chain and key.
fn identity(config: &TlsConfig, disk: &dyn Disk) -> Result<Identity, String> {
    if let Some(key) = &config.keystore_key {
        let Some(chain) = &config.keystore_certificate_chain else {
            return Err("ssl.keystore.key is set without ssl.keystore.certificate.chain; set both".to_owned());
        };
        let of = |key: &str| format!("ssl.keystore.{key}");
        let chain = pem_certificates(chain.as_bytes(), &of("certificate.chain"))?;
        return Ok((chain, pem_key(key.as_bytes(), config.key_password.as_deref(), &of("key"))?));
    }
    const KEY: &str = "ssl.keystore.location";
    let Some(location) = &config.keystore_location else {
        return Err(format!(
            "{KEY} is not set, and a TLS listener needs a certificate; set it with ssl.keystore.type=PEM or PKCS12, or \
             set ssl.keystore.certificate.chain and ssl.keystore.key (`thalweg generate certs` makes some to begin with)"
        ));
    };
    match store(location, disk, KEY)? {
        Store::Pem(bytes) => Ok((
            pem_certificates(&bytes, KEY)?,
            pem_key(&bytes, config.key_password.as_deref().or(config.keystore_password.as_deref()), KEY)?,
        )),
        Store::Pkcs12(bytes) => {
            let store = open_pkcs12(&bytes, config.keystore_password.as_deref(), location, KEY)?;
            let Some((_, entry)) = store.private_key_chain() else {
                return Err(format!("{KEY}={location}: it holds no private key"));
            };
            let chain = entry.chain().iter();
            let chain =
                chain.map(|certificate| CertificateDer::from(certificate.as_der().to_vec())).collect();
            Ok((chain, PrivatePkcs8KeyDer::from(entry.key().to_vec()).into()))
        }
    }
}

/// Whose signatures on clients' certificates are believed.
fn trusted(config: &TlsConfig, disk: &dyn Disk) -> Result<RootCertStore, String> {
    const KEY: &str = "ssl.truststore.location";
    let certificates = match (&config.truststore_certificates, &config.truststore_location) {
        (Some(text), _) => pem_certificates(text.as_bytes(), "ssl.truststore.certificates")?,
        (None, Some(location)) => match store(location, disk, KEY)? {
            Store::Pem(bytes) => pem_certificates(&bytes, KEY)?,
            Store::Pkcs12(bytes) => {
                let store = open_pkcs12(&bytes, config.truststore_password.as_deref(), location, KEY)?;
                let of = |entry: &p12_keystore::KeyStoreEntry| match entry {
                    p12_keystore::KeyStoreEntry::Certificate(certificate) => {
                        vec![certificate.as_der().to_vec()]
                    }
                    p12_keystore::KeyStoreEntry::PrivateKeyChain(chain) => {
                        chain.chain().iter().map(|certificate| certificate.as_der().to_vec()).collect()
                    }
                    _ => Vec::new(),
                };
                store.entries().flat_map(|(_, entry)| of(entry)).map(CertificateDer::from).collect()
            }
        },
        (None, None) => Vec::new(),
    };
    let mut roots = RootCertStore::empty();
    let (_, unusable) = roots.add_parsable_certificates(certificates);
    if unusable > 0 {
        tracing::warn!(event = "trust_store_certificates_left_out", count = unusable, "they cannot be read");
    }
    Ok(roots)
}

/// A store by what it begins with.
enum Store {
    Pem(Vec<u8>),
    Pkcs12(Vec<u8>),
}

fn store(location: &str, disk: &dyn Disk, key: &str) -> Result<Store, String> {
    let bytes = disk
        .read(Path::new(location), STORE_BYTES)
        .map_err(|error| format!("{key}={location}: it cannot be read: {error}"))?;
    match bytes.first_chunk::<4>() {
        Some([0xfe, 0xed, 0xfe, 0xed] | [0xce, 0xce, 0xce, 0xce]) => Err(format!(
            "{key}={location}: it is a Java key store, which only Java can read; convert it once with: keytool \
             -importkeystore -srckeystore {location} -destkeystore {location}.p12 -deststoretype PKCS12"
        )),
        Some([0x30, ..]) => Ok(Store::Pkcs12(bytes)),
        _ => Ok(Store::Pem(bytes)),
    }
}

fn open_pkcs12(
    bytes: &[u8],
    password: Option<&str>,
    location: &str,
    key: &str,
) -> Result<p12_keystore::KeyStore, String> {
    p12_keystore::KeyStore::from_pkcs12(bytes, password.unwrap_or("")).map_err(|error| {
        let password_key = key.replace("location", "password");
        format!("{key}={location}: it cannot be opened with {password_key}: {error}")
    })
}

fn pem_certificates(text: &[u8], key: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = unfolded(text);
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(format!("{key}: it holds no PEM certificate")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(format!("{key}: a PEM certificate cannot be read: {error}")),
    }
}

fn pem_key(text: &[u8], password: Option<&str>, key: &str) -> Result<PrivateKeyDer<'static>, String> {
    let text = unfolded(text);
    if let Some(encrypted) = encrypted_key(&text) {
        let password =
            password.ok_or_else(|| format!("{key}: the key is encrypted; set ssl.key.password"))?;
        let decrypted = pkcs8::EncryptedPrivateKeyInfo::try_from(encrypted.as_slice())
            .ok()
            .and_then(|info| info.decrypt(password).ok())
            .ok_or_else(|| format!("{key}: the key cannot be decrypted with ssl.key.password"))?;
        return Ok(PrivatePkcs8KeyDer::from(decrypted.as_bytes().to_vec()).into());
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| format!("{key}: no PEM private key in it: {error}"))
}

/// The bytes of an `ENCRYPTED PRIVATE KEY`.
fn encrypted_key(text: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine as _;
    const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    let text = std::str::from_utf8(text).ok()?;
    let body = text.split_once(BEGIN)?.1.split_once("-----END")?.0;
    let body: String = body.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(body).ok()
}

/// In a properties file PEM text usually stands on one line; here every marker and word gets its own.
fn unfolded(text: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else { return text.to_vec() };
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find("-----") {
        let (body, marker) = rest.split_at(at);
        body.split_whitespace().for_each(|word| {
            out.push_str(word);
            out.push('\n');
        });
        let Some(end) = marker[5..].find("-----").map(|end| end + 10) else { break };
        out.push_str(&marker[..end]);
        out.push('\n');
        rest = &marker[end..];
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_on_one_line_is_unfolded() {
        let folded = "-----BEGIN PRIVATE KEY----- AAA= -----END PRIVATE KEY----------BEGIN X-----\nBB\n-----END X-----";
        let text = String::from_utf8(unfolded(folded.as_bytes())).unwrap();
        assert_eq!(
            text,
            "-----BEGIN PRIVATE KEY-----\nAAA=\n-----END PRIVATE KEY-----\n-----BEGIN X-----\nBB\n-----END X-----\n"
        );
    }
}
