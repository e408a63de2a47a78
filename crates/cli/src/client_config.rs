//! `--command-config`: how a command reaches a broker that wants TLS or a login, from the properties file that Kafka's
//! own tools take. Decides what the keys mean for us and says in a sentence what does not; never connects.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use thalweg_broker::login::tls_config;
use thalweg_client::LoginSettings;
use thalweg_config::{SecurityProtocol, TlsConfig, parse_properties};
use thalweg_platform::Random;
use thalweg_platform::os::{OsDisk, OsRandom};
use thalweg_security::sasl::client::Credentials;
use thalweg_security::sasl::{Mechanism, jaas};

use crate::failure::{Failure, Outcome};

/// What a connection is made with.
#[derive(Default)]
pub struct ClientSecurity {
    /// TLS, where the brokers speak it.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// A login, where they want one.
    pub login: Option<LoginSettings>,
}

/// Reads the file.
pub fn read(path: &Path) -> Outcome<ClientSecurity> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::failed(format!("Reading {} failed: {error}. Check the name and its rights.", path.display()))
    })?;
    resolve(&text).map_err(|why| Failure::usage(format!("{}: {why}.", path.display())))
}

fn resolve(text: &str) -> Result<ClientSecurity, String> {
    let properties = parse_properties(text)
        .map_err(|error| format!("line {}: \\u needs four hexadecimal digits", error.line))?;
    let keys: BTreeMap<String, String> =
        properties.into_iter().map(|property| (property.key, property.value.trim().to_owned())).collect();
    let of = |key: &str| keys.get(key).filter(|value| !value.is_empty()).cloned();
    let name = of("security.protocol").unwrap_or_else(|| "PLAINTEXT".to_owned());
    let Some(protocol) = SecurityProtocol::by_name(&name) else {
        return Err(format!("security.protocol={name}: write PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"));
    };
    let mut security = ClientSecurity::default();
    if matches!(protocol, SecurityProtocol::Ssl | SecurityProtocol::SaslSsl) {
        let checks_name =
            keys.get("ssl.endpoint.identification.algorithm").is_none_or(|value| !value.is_empty());
        let list = |key: &str, default: &str| -> Vec<String> {
            let text = of(key).unwrap_or_else(|| default.to_owned());
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let config = TlsConfig {
            enabled_protocols: list("ssl.enabled.protocols", "TLSv1.2,TLSv1.3"),
            cipher_suites: list("ssl.cipher.suites", ""),
            keystore_location: of("ssl.keystore.location"),
            keystore_password: of("ssl.keystore.password"),
            keystore_key: of("ssl.keystore.key"),
            keystore_certificate_chain: of("ssl.keystore.certificate.chain"),
            key_password: of("ssl.key.password"),
            truststore_location: of("ssl.truststore.location"),
            truststore_password: of("ssl.truststore.password"),
            truststore_certificates: of("ssl.truststore.certificates"),
            ..TlsConfig::default()
        };
        security.tls = Some(Arc::new(tls_config::client_config(&config, checks_name, &OsDisk)?));
    }
    if matches!(protocol, SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl) {
        let mut seed = [0; 32];
        OsRandom.fill(&mut seed);
        let credentials = credentials(of("sasl.mechanism"), of("sasl.jaas.config"))?;
        security.login = Some(LoginSettings { credentials, seed });
    }
    Ok(security)
}

fn credentials(mechanism: Option<String>, jaas: Option<String>) -> Result<Credentials, String> {
    let offered = Mechanism::ALL.map(Mechanism::name).join(", ");
    let Some(mechanism) = mechanism else {
        return Err(format!("sasl.mechanism is not set; choose one of {offered}"));
    };
    let Some(mechanism) = Mechanism::by_name(&mechanism) else {
        return Err(format!("sasl.mechanism={mechanism} is not spoken here; choose one of {offered}"));
    };
    let Some(text) = jaas else {
        return Err("sasl.jaas.config is not set; write e.g. \
                    org.apache.kafka.common.security.scram.ScramLoginModule required username=\"NAME\" password=\"…\";"
            .to_owned());
    };
    let mut module = jaas::parse(&text).map_err(|why| format!("sasl.jaas.config: {why}"))?;
    let mut take = |name: &str| module.options.remove(name);
    if mechanism == Mechanism::OAuthBearer {
        return match take("token") {
            Some(secret) => Ok(Credentials { mechanism, user: String::new(), secret, is_token: false }),
            None => {
                Err("sasl.jaas.config: OAUTHBEARER wants token=\"…\" here; fetching one is left to others"
                    .to_owned())
            }
        };
    }
    let is_token = take("tokenauth").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match (take("username"), take("password")) {
        (Some(user), Some(secret)) => Ok(Credentials { mechanism, user, secret, is_token }),
        _ => Err("sasl.jaas.config: username=\"…\" and password=\"…\" are both needed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scram_login_is_read_as_kafkas_tools_read_it() {
        let security = resolve(
            "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\n\
             sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n  username=\"ann\" \
             password=\"p=;x\";\n",
        )
        .unwrap();
        let credentials = security.login.unwrap().credentials;
        assert_eq!((credentials.user.as_str(), credentials.secret.as_str()), ("ann", "p=;x"));
        assert!(security.tls.is_none() && !credentials.is_token);
    }

    #[test]
    fn what_is_missing_is_said() {
        let why = |text: &str| resolve(text).err().unwrap();
        assert!(why("security.protocol=TLS").contains("SASL_SSL"));
        assert!(why("security.protocol=SSL").contains("ssl.truststore.location"));
        assert!(why("security.protocol=SASL_PLAINTEXT").contains("sasl.mechanism"));
        assert!(why("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=GSSAPI").contains("SCRAM-SHA-512"));
        assert!(why("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN").contains("sasl.jaas.config"));
    }
}
