//! Table rows: authentication, authorization and tokens.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, at_least};

rows! { Broker,
    "authorizer.class.name": Str = "", Any, Low, ReadOnly, Yes;
        "The authorizer: Kafka's org.apache.kafka.metadata.authorizer.StandardAuthorizer, or empty for \
         none.";
    "principal.builder.class": Class = "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
        Any, Medium, PerBroker, Recorded;
        "A Java class that makes a principal of a connection.";
    "security.providers": Str = null, Any, Low, ReadOnly, Recorded;
        "Java classes that provide security algorithms.";
    "sasl.enabled.mechanisms": List = "GSSAPI", ANY_LIST, Medium, PerBroker, Yes;
        "SASL mechanisms clients may use. May be set for one listener.";
    "sasl.mechanism.inter.broker.protocol": Str = "GSSAPI", Any, Medium, PerBroker, Recorded;
        "SASL mechanism brokers use among themselves.";
    "sasl.jaas.config": Password = null, Any, Medium, PerBroker, Yes;
        "A listener's login module and its options, in JAAS syntax; set as \
         listener.name.NAME.MECHANISM.sasl.jaas.config.";
    "sasl.client.callback.handler.class": Class = null, Any, Medium, ReadOnly, Recorded;
        "A Java class that answers questions of the SASL client.";
    "sasl.login.callback.handler.class": Class = null, Any, Medium, ReadOnly, Recorded;
        "A Java class that answers questions of the login.";
    "sasl.login.class": Class = null, Any, Medium, ReadOnly, Recorded;
        "A Java class that logs in.";
    "sasl.server.callback.handler.class": Class = null, Any, Medium, ReadOnly, No;
        "A Java class that checks what SASL clients say.";
    "sasl.server.max.receive.size": Int = "524288", Any, Medium, ReadOnly, Yes;
        "Largest SASL message accepted before a client is authenticated.";
    "sasl.kerberos.kinit.cmd": Str = "/usr/bin/kinit", Any, Medium, PerBroker, No;
        "Path of the kinit command that renews Kerberos tickets.";
    "sasl.kerberos.min.time.before.relogin": Long = "60000", Any, Medium, PerBroker, No;
        "Shortest time in milliseconds between two Kerberos logins.";
    "sasl.kerberos.principal.to.local.rules": List = "DEFAULT", ANY_LIST, Medium, PerBroker, No;
        "Rules that turn Kerberos principals into user names.";
    "sasl.kerberos.service.name": Str = null, Any, Medium, PerBroker, No;
        "The Kerberos service the broker runs as.";
    "sasl.kerberos.ticket.renew.jitter": Double = "0.05", Any, Medium, PerBroker, No;
        "Random share added to the time at which tickets are renewed.";
    "sasl.kerberos.ticket.renew.window.factor": Double = "0.8", Any, Medium, PerBroker, No;
        "Share of a ticket's life after which it is renewed.";
    "sasl.login.connect.timeout.ms": Int = null, Any, Low, ReadOnly, No;
        "How long connecting to the OAuth server may take.";
    "sasl.login.read.timeout.ms": Int = null, Any, Low, ReadOnly, No;
        "How long reading from the OAuth server may take.";
    "sasl.login.refresh.buffer.seconds": Short = "300", Any, Medium, PerBroker, No;
        "Time before a token's end at which it is renewed at the latest.";
    "sasl.login.refresh.min.period.seconds": Short = "60", Any, Medium, PerBroker, No;
        "Shortest time between two renewals of a token.";
    "sasl.login.refresh.window.factor": Double = "0.8", Any, Medium, PerBroker, No;
        "Share of a token's life after which it is renewed.";
    "sasl.login.refresh.window.jitter": Double = "0.05", Any, Medium, PerBroker, No;
        "Random share added to the time at which tokens are renewed.";
    "sasl.login.retry.backoff.ms": Long = "100", Any, Low, ReadOnly, No;
        "First pause before a failed request to the OAuth server is tried again.";
    "sasl.login.retry.backoff.max.ms": Long = "10000", Any, Low, ReadOnly, No;
        "Longest pause before a failed request to the OAuth server is tried again.";
    "delegation.token.secret.key": Password = null, Any, Medium, ReadOnly, Yes;
        "Secret with which delegation tokens are made; the same on every node. Without it there are none.";
    "delegation.token.max.lifetime.ms": Long = "604800000", at_least(1), Medium, ReadOnly, Yes;
        "Longest life of a delegation token, renewals included.";
    "delegation.token.expiry.time.ms": Long = "86400000", at_least(1), Medium, ReadOnly, Yes;
        "Life of a delegation token until it is renewed.";
    "delegation.token.expiry.check.interval.ms": Long = "3600000", at_least(1), Low, ReadOnly, Recorded;
        "Time between two looks for delegation tokens to drop.";
}
