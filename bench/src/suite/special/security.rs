//! What security costs the server: TLS beside plaintext, rules and quotas beside none, connections that are held, and
//! logins.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use thalweg_security::sasl::scram::Hash;
use thalweg_wire::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
use thalweg_wire::messages::alter_user_scram_credentials_request::ScramCredentialUpsertion;
use thalweg_wire::messages::create_acls_request::AclCreation;
use thalweg_wire::messages::{AlterClientQuotasRequest, AlterUserScramCredentialsRequest, CreateAclsRequest};

use super::Bound::{AtMost, OursOverKafka};
use super::{RESIDENT, Special, figures, plan};
use crate::Outcome;
use crate::herd::{Job, Tally};
use crate::load::{self, Codec, Plan, Topic, Work};
use crate::suite::Settings;
use crate::suite::server::{Server, Setup, System};
use crate::suite::store::Figures;

const PRODUCE_ABOVE: &str = "produce: CPU s/GiB above plaintext";
const FETCH_ABOVE: &str = "fetch: CPU s/GiB above plaintext";
const TIMES: &str = "CPU of a request ÷ without";
const LOGINS: &str = "logins per CPU second";

/// By name, in the order of the report.
pub const ALL: &[Special] = &[
    Special {
        name: "tls",
        title: "TLS beside plaintext on one server: 1 MiB produced and fetched at a time, 8 connections.",
        run: tls,
        bounds: &[AtMost(PRODUCE_ABOVE, 0.30), AtMost(FETCH_ABOVE, 0.30)],
        kafka_repetitions: 0,
    },
    Special {
        name: "tls-connections",
        title: "5,000 TLS connections that have asked one question each and are held.",
        run: tls_connections,
        bounds: &[AtMost(RESIDENT, 250.0)],
        kafka_repetitions: 0,
    },
    Special {
        name: "acls-and-quotas",
        title: "One 100-byte record a request, 32 connections, 5 in flight: 1,000 access control entries and limits \
                for 100 clients beside a server without.",
        run: acls_and_quotas,
        bounds: &[AtMost(TIMES, 1.05)],
        kafka_repetitions: 0,
    },
    Special {
        name: "scram-logins",
        title: "Logins by SCRAM-SHA-256 of 4,096 rounds without TLS, 16 clients that connect, log in and leave.",
        run: scram_logins,
        bounds: &[OursOverKafka(LOGINS, 1.0)],
        kafka_repetitions: 3,
    },
];

/// A server with a listener beside the plain one, and where that is.
fn with_listener(
    settings: &Settings,
    system: System,
    protocol: &str,
    more: &[String],
) -> Outcome<(Server, u16)> {
    let port = Server::port(settings, system, 0);
    // Kafka's controller has the next one.
    let (second, controller) = match system {
        System::Kafka => (port + 2, format!(",CONTROLLER://127.0.0.1:{}", port + 1)),
        System::Thalweg | System::Reference => (port + 1, String::new()),
    };
    let listeners = format!("PLAINTEXT://127.0.0.1:{port},{protocol}://127.0.0.1:{second}");
    let mut both =
        vec![format!("listeners={listeners}{controller}"), format!("advertised.listeners={listeners}")];
    if system == System::Kafka {
        both.push(format!(
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,{protocol}:{protocol}"
        ));
    }
    both.extend_from_slice(more);
    let server = Server::start_as(settings, system, Setup { both: &both, ..Setup::default() })?;
    Ok((server, second))
}

/// A server with TLS, where, and the authority's certificate.
fn with_tls(settings: &Settings, system: System) -> Outcome<(Server, u16, PathBuf)> {
    let folder = settings.scratch.join("certs");
    _ = std::fs::remove_dir_all(&folder);
    let made = Command::new(&settings.thalweg)
        .args(["generate", "certs", "--host", "127.0.0.1", "--out"])
        .arg(&folder)
        .stdout(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if !made.status.success() {
        return Err(format!("no certificates: {}", String::from_utf8_lossy(&made.stderr).trim()));
    }
    let more = [
        "ssl.keystore.type=PEM".to_owned(),
        format!("ssl.keystore.location={}", folder.join("broker.pem").display()),
    ];
    let (server, port) = with_listener(settings, system, "SSL", &more)?;
    Ok((server, port, folder.join("ca.pem")))
}

fn tls(settings: &Settings, system: System) -> Outcome<Figures> {
    const PARTITIONS: u32 = 8;
    const BATCH: (u32, usize) = (1009, 1024);
    let (server, port, authority) = with_tls(settings, system)?;
    let produced =
        [("segment.bytes", "33554432"), ("retention.bytes", "100663296"), ("file.delete.delay.ms", "0")];
    load::create_topic(
        server.address,
        &Topic { name: "encrypted", partitions: PARTITIONS as i32, configs: &produced },
    )?;
    let kept = [("segment.bytes", "33554432"), ("retention.bytes", "-1")];
    let read = Topic { name: "encrypted-read", partitions: PARTITIONS as i32, configs: &kept };
    load::create_topic(server.address, &read)?;
    let bytes = if settings.quick { 16 << 20 } else { 96 << 20 };
    load::fill(server.address, &read, BATCH.0, BATCH.1, bytes)?;
    let run = |job: Job, encrypted: bool| {
        let mut plan = plan(settings, &server, job);
        if encrypted {
            plan.address.set_port(port);
            plan.authority = Some(authority.clone());
        }
        crate::suite::herd(settings, &plan)
    };
    let produce = || Job::Produce {
        topic: "encrypted".to_owned(),
        partitions: PARTITIONS,
        connections: PARTITIONS as usize,
        records: BATCH.0,
        record_bytes: BATCH.1,
    };
    let fetch = || Job::Fetch {
        topic: "encrypted-read".to_owned(),
        partitions: PARTITIONS,
        connections: PARTITIONS as usize,
        bytes: 1 << 20,
        committed: false,
    };
    let pair =
        |job: &dyn Fn() -> Job| -> Outcome<(Tally, Tally)> { Ok((run(job(), false)?, run(job(), true)?)) };
    let ((plain, secret), (plain_read, secret_read)) = (pair(&produce)?, pair(&fetch)?);
    Ok(figures([
        ("produce: CPU s/GiB in plaintext", plain.cpu_per_gib()),
        ("produce: CPU s/GiB with TLS", secret.cpu_per_gib()),
        (PRODUCE_ABOVE, secret.cpu_per_gib() - plain.cpu_per_gib()),
        ("fetch: CPU s/GiB in plaintext", plain_read.cpu_per_gib()),
        ("fetch: CPU s/GiB with TLS", secret_read.cpu_per_gib()),
        (FETCH_ABOVE, secret_read.cpu_per_gib() - plain_read.cpu_per_gib()),
    ]))
}

fn tls_connections(settings: &Settings, system: System) -> Outcome<Figures> {
    let connections = if settings.quick { 500 } else { 5000 };
    let (server, port, authority) = with_tls(settings, system)?;
    let mut plan = plan(settings, &server, Job::Hold { connections });
    plan.address.set_port(port);
    plan.authority = Some(authority);
    let held = crate::suite::herd(settings, &plan)?;
    Ok(figures([
        (RESIDENT, held.server_rss_mib),
        ("connections", held.count as f64),
        ("KiB for each", held.bytes as f64 / 1024.0 / held.count as f64),
        ("% of a core while idle", held.server_cpu_s / held.seconds * 100.0),
    ]))
}

fn acls_and_quotas(settings: &Settings, system: System) -> Outcome<Figures> {
    let without = Server::start_as(settings, system, Setup::default())?;
    let both = [
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer".to_owned(),
        // So that this case may write the entries; what has entries is judged by them.
        "allow.everyone.if.no.acl.found=true".to_owned(),
    ];
    let with = Server::start_as(settings, system, Setup { both: &both, shift: 10, ..Setup::default() })?;
    let configs =
        [("segment.bytes", "33554432"), ("retention.bytes", "100663296"), ("file.delete.delay.ms", "0")];
    for server in [&without, &with] {
        load::create_topic(server.address, &Topic { name: "guarded", partitions: 8, configs: &configs })?;
    }
    limit_clients(&with)?;
    write_rules(&with)?;
    let run = |server: &Server| -> Outcome<f64> {
        let plan = Plan {
            address: server.address,
            topic: Some("guarded".to_owned()),
            partitions: 8,
            work: Work::Produce { records: 1, record_bytes: 100, codec: Codec::None },
            connections: 32,
            in_flight: 5,
            rate: None,
            watched: false,
            readable_bytes: 0,
            server_pid: server.pid,
            warm_up_least_s: 1.5,
            warm_up_most_s: 5.0,
            window_s: if settings.quick { 1.0 } else { 4.0 },
        };
        let measured = crate::suite::load(settings, &plan)?;
        Ok(measured.server_cpu_s * 1e6 / measured.requests.max(1) as f64)
    };
    let (mut off, mut on) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        off.push(run(&without)?);
        on.push(run(&with)?);
    }
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[1]
    };
    let (off, on) = (middle(off), middle(on));
    Ok(figures([("CPU µs of a request without", off), ("CPU µs of a request with", on), (TIMES, on / off)]))
}

/// 1,000 entries: names, prefixes and everything, several for the topic that is written to.
fn write_rules(server: &Server) -> Outcome {
    const TOPIC: i8 = 2;
    const LITERAL: i8 = 3;
    const PREFIXED: i8 = 4;
    const READ: i8 = 3;
    const WRITE: i8 = 4;
    const ALLOW: i8 = 3;
    const DENY: i8 = 2;
    let entry = |name, pattern, principal, operation, permission| AclCreation {
        resource_type: TOPIC,
        resource_name: name,
        resource_pattern_type: pattern,
        principal,
        host: "*",
        operation,
        permission_type: permission,
    };
    let users: Vec<String> = (0..1000).map(|number| format!("User:user-{number}")).collect();
    let topics: Vec<String> = (0..1000).map(|number| format!("topic-{number}")).collect();
    let mut entries = vec![
        entry("guarded", LITERAL, "User:ANONYMOUS", WRITE, ALLOW),
        entry("guarded", LITERAL, "User:ANONYMOUS", READ, ALLOW),
        entry("guard", PREFIXED, "User:user-1", WRITE, DENY),
        entry("*", LITERAL, "User:user-2", READ, ALLOW),
    ];
    for number in 0..1000 - entries.len() {
        let pattern = if number % 4 == 0 { PREFIXED } else { LITERAL };
        let name = if number % 50 == 1 { "guarded" } else { topics[number].as_str() };
        entries.push(entry(
            name,
            pattern,
            users[number].as_str(),
            if number % 2 == 0 { READ } else { WRITE },
            ALLOW,
        ));
    }
    let request = CreateAclsRequest { creations: entries };
    load::call(server.address, 3, &request, |answer| {
        match answer.results.iter().find(|result| result.error_code != 0) {
            Some(result) => Err(format!("a rule: error {}", result.error_code)),
            None => Ok(()),
        }
    })
}

/// Limits that nobody reaches, for 100 clients, the load's own among them.
fn limit_clients(server: &Server) -> Outcome {
    let names: Vec<String> =
        (0..99).map(|number| format!("client-{number}")).chain(["bench".to_owned()]).collect();
    let limits = || {
        ["producer_byte_rate", "consumer_byte_rate", "request_percentage"].map(|key| OpData {
            key,
            value: 1e12,
            remove: false,
        })
    };
    let entries = names.iter().map(|name| EntryData {
        entity: vec![EntityData { entity_type: "client-id", entity_name: Some(name) }],
        ops: limits().into(),
    });
    let request = AlterClientQuotasRequest { entries: entries.collect(), validate_only: false };
    load::call(server.address, 1, &request, |answer| {
        match answer.entries.iter().find(|entry| entry.error_code != 0) {
            Some(entry) => Err(format!("a limit: error {} {:?}", entry.error_code, entry.error_message)),
            None => Ok(()),
        }
    })
}

fn scram_logins(settings: &Settings, system: System) -> Outcome<Figures> {
    const USER: &str = "bench-user";
    const PASSWORD: &str = "bench-password";
    const ROUNDS: i32 = 4096;
    let module = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    let more = [
        "sasl.enabled.mechanisms=SCRAM-SHA-256".to_owned(),
        format!("listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config={module}"),
    ];
    let (server, port) = with_listener(settings, system, "SASL_PLAINTEXT", &more)?;
    let salt = b"a salt of the bench";
    let salted = Hash::Sha256.salted_password(PASSWORD.as_bytes(), salt, ROUNDS as u32);
    let credential = ScramCredentialUpsertion {
        name: USER,
        mechanism: Hash::Sha256.code(),
        iterations: ROUNDS,
        salt,
        salted_password: &salted,
    };
    let request = AlterUserScramCredentialsRequest { deletions: Vec::new(), upsertions: vec![credential] };
    load::call(server.address, 0, &request, |answer| {
        match answer.results.iter().find(|result| result.error_code != 0) {
            Some(result) => Err(format!("the user: error {} {:?}", result.error_code, result.error_message)),
            None => Ok(()),
        }
    })?;
    let what = Job::Logins { user: USER.to_owned(), password: PASSWORD.to_owned(), connections: 16 };
    let mut plan = plan(settings, &server, what);
    plan.address.set_port(port);
    let tally = crate::suite::herd(settings, &plan)?;
    Ok(figures([
        (LOGINS, tally.count as f64 / tally.server_cpu_s),
        ("logins/s", tally.per_second()),
        ("p99 µs of a login", tally.p99_us),
    ]))
}
