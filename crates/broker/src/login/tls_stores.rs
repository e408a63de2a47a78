//! Key stores and trust stores as Kafka configures them: what a broker or a client of ours shows, and whom it believes.
//!
//! Decides which forms are understood (PEM and PKCS12, told apart by their content) and says in a sentence what is wrong
//! with one. Never makes a configuration of TLS out of it.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use thalweg_config::TlsConfig;
use thalweg_platform::{Disk, EntryKind};

/// A key store is not larger.
const STORE_BYTES: u64 = 16 << 20;

/// What a listener has been given, read and understood.
pub(super) struct Stores {
    /// Its certificate, and those that vouch for it.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key of the first.
    pub key: PrivateKeyDer<'static>,
    /// Whose signatures are believed; `None`: nothing was said.
    pub roots: Option<RootCertStore>,
}

impl Stores {
    /// Reads both stores; `Err` is a sentence that names the key.
    pub(super) fn read(config: &TlsConfig, disk: &dyn Disk) -> Result<Self, String> {
        let (chain, key) = identity(config, disk)?;
        Ok(Self { chain, key, roots: trusted(config, disk)? })
    }
}

/// A chain of certificates, the own one first, and its key.
pub(super) type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The broker's certificate chain and key.
pub(super) fn identity(config: &TlsConfig, disk: &dyn Disk) -> Result<Identity, String> {
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

/// Whose signatures on others' certificates are believed; `None` where the configuration does not say.
pub(super) fn trusted(config: &TlsConfig, disk: &dyn Disk) -> Result<Option<RootCertStore>, String> {
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
        (None, None) => return Ok(None),
    };
    let mut roots = RootCertStore::empty();
    let (_, unusable) = roots.add_parsable_certificates(certificates);
    if unusable > 0 {
        tracing::warn!(event = "trust_store_certificates_left_out", count = unusable, "they cannot be read");
    }
    Ok(Some(roots))
}

/// A store by what it begins with.
enum Store {
    Pem(Vec<u8>),
    Pkcs12(Vec<u8>),
}

fn store(location: &str, disk: &dyn Disk, key: &str) -> Result<Store, String> {
    // What can now be named at run time need not be a file; reading from a pipe would wait for ever.
    let path = Path::new(location);
    if disk.stat(path).is_ok_and(|stat| stat.kind != EntryKind::File) {
        return Err(format!("{key}={location}: it is not a file"));
    }
    let bytes = disk
        .read(path, STORE_BYTES)
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
