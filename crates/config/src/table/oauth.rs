//! Table rows: OAUTHBEARER.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, between};

rows! { Broker,
    "sasl.oauthbearer.allow.unverified.audience": Boolean = "false", Any, Medium, ReadOnly, No;
        "Whether tokens are accepted without a check of their audience.";
    "sasl.oauthbearer.allow.unverified.issuer": Boolean = "false", Any, Medium, ReadOnly, No;
        "Whether tokens are accepted without a check of their issuer.";
    "sasl.oauthbearer.assertion.algorithm": Str = "RS256",
        OneOfIgnoringCase(&["ES256", "RS256"]), Medium, ReadOnly, No;
        "Algorithm that signs the assertions sent for a token.";
    "sasl.oauthbearer.assertion.claim.aud": Str = null, Any, Medium, ReadOnly, No;
        "Audience claim of the assertions sent for a token.";
    "sasl.oauthbearer.assertion.claim.exp.seconds": Int = "300", between(0, 86_400), Low, ReadOnly, No;
        "Life of the assertions sent for a token.";
    "sasl.oauthbearer.assertion.claim.iss": Str = null, Any, Medium, ReadOnly, No;
        "Issuer claim of the assertions sent for a token.";
    "sasl.oauthbearer.assertion.claim.jti.include": Boolean = "false", Any, Medium, ReadOnly, No;
        "Whether the assertions sent for a token carry an id of their own.";
    "sasl.oauthbearer.assertion.claim.nbf.seconds": Int = "60", between(0, 3600), Low, ReadOnly, No;
        "How far before now the assertions sent for a token begin to be valid.";
    "sasl.oauthbearer.assertion.claim.sub": Str = null, Any, Medium, ReadOnly, No;
        "Subject claim of the assertions sent for a token.";
    "sasl.oauthbearer.assertion.file": Str = null, Any, Medium, ReadOnly, No;
        "File with a ready assertion to send for a token.";
    "sasl.oauthbearer.assertion.private.key.file": Str = null, Any, Medium, ReadOnly, No;
        "File with the private key that signs assertions.";
    "sasl.oauthbearer.assertion.private.key.passphrase": Password = null, Any, Medium, ReadOnly, No;
        "Passphrase of the private key that signs assertions.";
    "sasl.oauthbearer.assertion.template.file": Str = null, Any, Medium, ReadOnly, No;
        "File with further claims and headers of assertions.";
    "sasl.oauthbearer.client.credentials.client.id": Str = null, Any, Medium, ReadOnly, No;
        "Client id sent for a token.";
    "sasl.oauthbearer.client.credentials.client.secret": Password = null, Any, Medium, ReadOnly, No;
        "Client secret sent for a token.";
    "sasl.oauthbearer.clock.skew.seconds": Int = "30", Any, Low, ReadOnly, Yes;
        "Difference of clocks that is forgiven when a token is checked.";
    "sasl.oauthbearer.expected.audience": List = "", ANY_LIST, High, ReadOnly, Yes;
        "Audiences of which a token must name one.";
    "sasl.oauthbearer.expected.issuer": Str = null, Any, High, ReadOnly, Yes;
        "Issuer a token must name.";
    "sasl.oauthbearer.jwks.endpoint.url": Str = null, Any, Medium, ReadOnly, Yes;
        "Where the keys that sign tokens are found.";
    "sasl.oauthbearer.jwks.endpoint.refresh.ms": Long = "3600000", Any, Low, ReadOnly, Yes;
        "How often the keys that sign tokens are fetched again.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms": Long = "100", Any, Low, ReadOnly, Yes;
        "First pause before a failed fetch of the keys is tried again.";
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms": Long = "10000", Any, Low, ReadOnly, Yes;
        "Longest pause before a failed fetch of the keys is tried again.";
    "sasl.oauthbearer.jwt.retriever.class": Class = "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever",
        Any, Medium, ReadOnly, Recorded;
        "A Java class that fetches tokens.";
    "sasl.oauthbearer.jwt.validator.class": Class = "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator",
        Any, Medium, ReadOnly, Recorded;
        "A Java class that checks tokens.";
    "sasl.oauthbearer.scope": Str = null, Any, Medium, ReadOnly, No;
        "Scope asked for with a token.";
    "sasl.oauthbearer.scope.claim.name": Str = "scope", Any, Low, ReadOnly, No;
        "Name of the claim that holds the scope.";
    "sasl.oauthbearer.sub.claim.name": Str = "sub", Any, Low, ReadOnly, Yes;
        "Name of the claim that holds the user.";
    "sasl.oauthbearer.token.endpoint.url": Str = null, Any, Medium, ReadOnly, No;
        "Where tokens are fetched.";
}
