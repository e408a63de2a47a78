//! Table rows: where the broker listens and what a connection may cost it.
//!
//! One row per key, facts from Kafka 4.4's own definitions, words ours. Only data; see `table.rs` for how a
//! row is read.

use super::rows;
use crate::key::{ANY_LIST, FILLED_LIST, at_least};

rows! { Broker,
    "listeners": List = "PLAINTEXT://:9092", FILLED_LIST, High, PerBroker, Yes;
        "Where the broker accepts connections: NAME://host:port, separated by commas. An empty host means \
         every address; controller listeners may stand here too and are not opened.";
    "advertised.listeners": List = null, FILLED_LIST, High, ReadOnly, Yes;
        "The addresses clients are told to connect to, one NAME://host:port per listener. Without it \
         clients get `listeners`; the host `auto` (Thalweg's own) answers each client with the address it \
         connected to.";
    "listener.security.protocol.map": Str = "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
        Any, Low, PerBroker, Yes;
        "Which protocol (PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL) each listener name speaks: \
         NAME:PROTOCOL, separated by commas.";
    "inter.broker.listener.name": Str = null, Any, Medium, ReadOnly, Yes;
        "The listener brokers would use among themselves. Not to be set together with \
         security.inter.broker.protocol.";
    "security.inter.broker.protocol": Str = "PLAINTEXT",
        OneOf(&["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]), Medium, ReadOnly, Yes;
        "The protocol brokers speak among themselves; it names the listener when \
         inter.broker.listener.name is not set.";
    "early.start.listeners": List = null, ANY_LIST, High, ReadOnly, Recorded;
        "Listeners opened before the authorizer is ready. Here every listener opens once the node can \
         answer.";
    "num.network.threads": Int = "3", at_least(1), High, ClusterWide, Recorded;
        "Kafka's number of socket threads. Here `thalweg.workers` both read sockets and answer.";
    "num.io.threads": Int = "8", at_least(1), High, ClusterWide, Recorded;
        "Kafka's number of request threads. Here `thalweg.workers` both read sockets and answer.";
    "background.threads": Int = "10", at_least(1), High, ClusterWide, Recorded;
        "Kafka's number of threads for housekeeping. Here each kind of housekeeping has a thread of its \
         own.";
    "queued.max.requests": Int = "500", at_least(1), High, ReadOnly, Recorded;
        "Most requests Kafka queues between socket and request threads. There is no such queue here; \
         `queued.max.request.bytes` bounds what is held.";
    "queued.max.request.bytes": Long = "-1", Any, Medium, ReadOnly, Yes;
        "Most bytes of requests held at once, over all connections; when it is reached no more is read. \
         -1 leaves the bound to the broker.";
    "request.timeout.ms": Int = "30000", Any, High, ReadOnly, Recorded;
        "How long a broker waits for an answer from another node. On one node there is nobody to wait \
         for.";
    "socket.connection.setup.timeout.ms": Long = "10000", Any, Medium, ReadOnly, Recorded;
        "How long a broker waits for a connection to another broker to be set up, at first.";
    "socket.connection.setup.timeout.max.ms": Long = "30000", Any, Medium, ReadOnly, Recorded;
        "How long a broker waits for a connection to another broker to be set up, at most.";
    "socket.listen.backlog.size": Int = "50", at_least(1), Medium, ReadOnly, Yes;
        "Connections the system may hold that the broker has not accepted yet.";
    "socket.receive.buffer.bytes": Int = "102400", Any, High, ReadOnly, Yes;
        "Size of a connection's receive buffer in the system; -1 leaves it to the system.";
    "socket.send.buffer.bytes": Int = "102400", Any, High, ReadOnly, Yes;
        "Size of a connection's send buffer in the system; -1 leaves it to the system.";
    "socket.request.max.bytes": Int = "104857600", at_least(1), High, ReadOnly, Yes;
        "Largest request frame accepted; a client that announces more is disconnected.";
    "max.connections": Int = "2147483647", at_least(0), Medium, ClusterWide, Yes;
        "Most connections at once. May be set for one listener as listener.name.NAME.max.connections.";
    "max.connections.per.ip": Int = "2147483647", at_least(0), Medium, ClusterWide, Yes;
        "Most connections at once from one address.";
    "max.connections.per.ip.overrides": Str = "", Any, Medium, ClusterWide, Yes;
        "Own limits for some addresses or host names: host:count, separated by commas.";
    "max.connection.creation.rate": Int = "2147483647", at_least(0), Medium, ClusterWide, No;
        "Most new connections a second. May be set for one listener as \
         listener.name.NAME.max.connection.creation.rate.";
    "connections.max.idle.ms": Long = "600000", Any, Medium, ReadOnly, Yes;
        "A connection on which nothing happens for this long is closed; a negative value keeps it for \
         ever.";
    "connections.max.reauth.ms": Long = "0", Any, Medium, ReadOnly, Yes;
        "Longest time a SASL session may last before the client must authenticate again; 0 never asks.";
    "connection.failed.authentication.delay.ms": Int = "100", at_least(0), Low, ReadOnly, Yes;
        "How long the connection of a client that failed to authenticate is kept before it is closed.";
    "max.request.partition.size.limit": Int = "2000", at_least(1), Medium, ReadOnly, Yes;
        "Most partitions in one DescribeTopicPartitions answer (KIP-966).";
}
