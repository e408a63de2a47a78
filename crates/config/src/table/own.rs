//! Table rows: keys of our own.
//!
//! All begin with `thalweg.`, so they never meet one of Kafka's. Only data; see `table.rs` for how a row is
//! read.

use super::rows;
use crate::key::{at_least, between};

rows! { Broker,
    "thalweg.insecure": Boolean = "false", Any, High, ReadOnly, Yes;
        "Allow listeners that others can reach while there is no authorizer. Also --insecure and \
         THALWEG_INSECURE=1.";
    "thalweg.plain.without.tls": Boolean = "false", Any, Medium, ReadOnly, Yes;
        "Allow SASL PLAIN on listeners without TLS that others can reach: passwords cross the network as they \
         are.";
    "thalweg.oauthbearer.unsecured": Boolean = "false", Any, Medium, ReadOnly, Yes;
        "Believe OAUTHBEARER tokens that nobody has signed, where no sasl.oauthbearer.jwks.endpoint.url is set. For \
         trying things out: anyone can be anybody.";
    "thalweg.workers": Int = null, at_least(1), Medium, ReadOnly, Yes;
        "Threads that own connections and answer requests; without it as many as there are cores.";
    "thalweg.admin.listener": Str = "127.0.0.1:9644", NonEmpty, Medium, ReadOnly, Yes;
        "Where metrics and health are served over HTTP: host:port, or off.";
    "thalweg.audit.log": Str = null, NonEmpty, Medium, ReadOnly, Yes;
        "File for the audit log, one JSON line for each login, each refusal and each leave to change something, every \
         line bound to the one before by its hash. Off without it. `thalweg audit verify` checks it.";
    "thalweg.audit.log.segment.bytes": Long = "67108864", at_least(1024), Low, ReadOnly, Yes;
        "Size at which the audit log goes on in a new file.";
    "thalweg.audit.log.files": Int = "16", between(1, 10_000), Low, ReadOnly, Yes;
        "Files of the audit log that are kept, the one being written included.";
    "thalweg.validate.compressed": Str = "full", OneOf(&["full", "header"]), Medium, ReadOnly, Yes;
        "How deep a compressed batch is checked: full unpacks it and walks its records, header trusts what \
         its header says. Compacted topics, LogAppendTime and bounds on time always get full.";
    "thalweg.coordinator.flush": Str = "always", OneOf(&["always", "background"]), Medium, ReadOnly, Yes;
        "When records of the coordinators (offsets, groups, transactions) are flushed: always before they \
         are acknowledged, or in the background as Kafka does.";
}
