//! What TLS is like on a listener or towards a broker: versions, cipher suites, whose certificates are asked for, made
//! of configuration and the stores it names.
//!
//! Says in a sentence what is wrong with one. Never looks at a connection; when a listener's stores change is
//! [`super::tls_listener`]'s to say.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use thalweg_config::TlsConfig;
use thalweg_platform::Disk;

use super::tls_stores::{Stores, identity, trusted};

/// TLS as a listener does it, with the stores it has.
pub(super) fn server_config(config: &TlsConfig, stores: &Stores) -> Result<ServerConfig, String> {
    let provider = Arc::new(provider(config)?);
    let versions = versions(config)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .map_err(|error| format!("ssl.enabled.protocols and ssl.cipher.suites leave nothing: {error}"))?;
    let builder = match config.client_auth.as_str() {
        "none" => builder.with_no_client_auth(),
        asked => {
            let roots = Arc::new(stores.roots.clone().unwrap_or_else(RootCertStore::empty));
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
    builder
        .with_single_cert(stores.chain.clone(), stores.key.clone_key())
        .map_err(|error| format!("ssl.keystore: certificate and key cannot be used: {error}"))
}

/// Whether who trusts `roots` believes a broker that shows `chain`, whatever it is called.
pub(super) fn believes(config: &TlsConfig, roots: &RootCertStore, chain: &[CertificateDer<'_>]) -> bool {
    let verifier = provider(config).ok().and_then(|provider| {
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots.clone()), Arc::new(provider)).build().ok()
    });
    let (Some(verifier), Some((own, others)), Ok(name)) =
        (verifier, chain.split_first(), ServerName::try_from("localhost"))
    else {
        return false;
    };
    AnyName(verifier).verify_server_cert(own, others, &name, &[], UnixTime::now()).is_ok()
}

/// What a client of ours shows and believes, from the same keys as a listener's. `checks_name` is false where
/// `ssl.endpoint.identification.algorithm` is empty: any name in the broker's certificate will do.
pub fn client_config(
    config: &TlsConfig,
    checks_name: bool,
    disk: &dyn Disk,
) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(provider(config)?);
    let roots = trusted(config, disk)?.unwrap_or_else(RootCertStore::empty);
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
