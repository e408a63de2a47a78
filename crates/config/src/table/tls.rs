//! Table rows: TLS.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::ANY_LIST;

rows! { Broker,
    "ssl.client.auth": Str = "none", OneOf(&["required", "requested", "none"]), Medium, PerBroker, Yes;
        "Whether clients must show a certificate: required, requested or none.";
    "ssl.enabled.protocols": List = "TLSv1.2,TLSv1.3", ANY_LIST, Medium, PerBroker, Yes;
        "TLS versions clients may use.";
    "ssl.protocol": Str = "TLSv1.3", Any, Medium, PerBroker, Recorded;
        "The TLS version Java's context is made with.";
    "ssl.cipher.suites": List = "", ANY_LIST, Medium, PerBroker, Yes;
        "Cipher suites clients may use; empty for the library's own choice.";
    "ssl.keystore.type": Str = "JKS", Any, Medium, PerBroker, Yes;
        "Form of the key store: JKS, PKCS12 or PEM.";
    "ssl.keystore.location": Str = null, Any, Medium, PerBroker, Yes;
        "File with the broker's certificate and key.";
    "ssl.keystore.password": Password = null, Any, Medium, PerBroker, Yes;
        "Password of the key store.";
    "ssl.keystore.key": Password = null, Any, Medium, PerBroker, Yes;
        "The broker's private key as PEM text.";
    "ssl.keystore.certificate.chain": Password = null, Any, Medium, PerBroker, Yes;
        "The broker's certificate chain as PEM text.";
    "ssl.key.password": Password = null, Any, Medium, PerBroker, Yes;
        "Password of the private key.";
    "ssl.truststore.type": Str = "JKS", Any, Medium, PerBroker, Yes;
        "Form of the trust store: JKS, PKCS12 or PEM.";
    "ssl.truststore.location": Str = null, Any, Medium, PerBroker, Yes;
        "File with the certificates that sign clients' certificates.";
    "ssl.truststore.password": Password = null, Any, Medium, PerBroker, Yes;
        "Password of the trust store.";
    "ssl.truststore.certificates": Password = null, Any, Medium, PerBroker, Yes;
        "The certificates that sign clients' certificates, as PEM text.";
    "ssl.principal.mapping.rules": Str = "DEFAULT", Any, Low, ReadOnly, Yes;
        "Rules that turn a certificate's name into a user name.";
    "ssl.endpoint.identification.algorithm": Str = "https", Any, Low, PerBroker, Recorded;
        "How another node's certificate is matched with its host name; empty to skip it.";
    "ssl.allow.dn.changes": Boolean = "false", Any, Low, ReadOnly, Yes;
        "Whether a new certificate may have another name than the one it replaces.";
    "ssl.allow.san.changes": Boolean = "false", Any, Low, ReadOnly, Yes;
        "Whether a new certificate may have other alternative names than the one it replaces.";
    "ssl.engine.factory.class": Class = null, Any, Low, PerBroker, Recorded;
        "A Java class that makes TLS engines.";
    "ssl.keymanager.algorithm": Str = "SunX509", Any, Medium, PerBroker, Recorded;
        "Java's algorithm for managing keys.";
    "ssl.trustmanager.algorithm": Str = "PKIX", Any, Medium, PerBroker, Recorded;
        "Java's algorithm for managing trust.";
    "ssl.provider": Str = null, Any, Medium, PerBroker, Recorded;
        "Java's security provider for TLS.";
    "ssl.secure.random.implementation": Str = null, Any, Low, PerBroker, Recorded;
        "Java's source of random numbers for TLS.";
}
