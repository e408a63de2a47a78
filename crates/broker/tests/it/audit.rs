//! The audit log: who came in, who did not, what was refused and what was changed, in lines that fit each other through
//! every kind of end; and a disk or a flood that leaves no room costs lines, is told, and hinders nobody.

use std::path::Path;
use std::time::Duration;

use thalweg_platform::Disk;
use thalweg_security::audit::{Entry, Verifier};
use thalweg_wire::messages::{MetadataRequest, SaslAuthenticateRequest, SaslHandshakeRequest};

use crate::client::{Client, batch, metadata_request};
use crate::world::{End, World};

const PATH: &str = "/audit/audit.log";
const LOG: (&str, &str) = ("thalweg.audit.log", PATH);
const AUTHORIZER: (&str, &str) =
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
const TOPIC_AUTHORIZATION_FAILED: i16 = 29;

/// The lines, all of which fit.
fn lines(world: &World) -> Vec<String> {
    let text = String::from_utf8(world.disk.read(Path::new(PATH), 1 << 24).unwrap()).unwrap();
    let mut verifier = Verifier::default();
    text.lines().for_each(|line| verifier.take(line).unwrap_or_else(|why| panic!("{why}: {line}")));
    text.lines().map(str::to_owned).collect()
}

fn with<'a>(lines: &'a [String], words: &[&str]) -> Vec<&'a str> {
    lines.iter().filter(|line| words.iter().all(|word| line.contains(word))).map(String::as_str).collect()
}

#[test]
fn logins_are_noted_with_user_address_and_reason_and_never_with_a_password() {
    let mut world = World::with(&[
        LOG,
        ("listeners", "SASL_PLAINTEXT://127.0.0.1:9092"),
        ("sasl.enabled.mechanisms", "PLAIN"),
        (
            "listener.name.sasl_plaintext.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_ann=\"pencil\";",
        ),
    ]);
    for secret in ["pencil", "eraser"] {
        let mut client = Client::connect(&mut world);
        client.ask(&mut world, 1, &SaslHandshakeRequest { mechanism: "PLAIN" });
        client.post(2, &SaslAuthenticateRequest { auth_bytes: format!("\0ann\0{secret}").as_bytes() });
        world.pass(Duration::from_millis(200), Duration::from_millis(50));
    }
    let mut client = Client::connect(&mut world);
    client.post(1, &SaslHandshakeRequest { mechanism: "GSSAPI" });
    world.run();
    let lines = lines(&world);
    let good = ["authentication", "\"allowed\"", "User:ann", "127.0.0.1", "SASL_PLAINTEXT", "\"PLAIN\""];
    assert_eq!(with(&lines, &good).len(), 1, "{lines:#?}");
    assert_eq!(
        with(&lines, &["authentication", "\"denied\"", "\"PLAIN\"", "\"why\""]).len(),
        1,
        "{lines:#?}"
    );
    assert_eq!(with(&lines, &["authentication", "\"denied\"", "GSSAPI"]).len(), 1, "{lines:#?}");
    assert!(with(&lines, &["pencil"]).is_empty() && with(&lines, &["eraser"]).is_empty());
}

#[test]
fn refusals_and_changes_are_noted_and_looking_around_is_not() {
    let mut world = World::with(&[LOG, AUTHORIZER, ("allow.everyone.if.no.acl.found", "true")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "open", &[]);
    for _ in 0..3 {
        assert_eq!(client.produce(&mut world, "open", &batch(&["a"])).0, 0);
        client.ask(&mut world, 9, &MetadataRequest { topics: None, ..Default::default() });
    }
    let lines_before = lines(&world);
    assert_eq!(with(&lines_before, &["\"CREATE\"", "\"open\"", "\"allowed\"", "CreateTopics"]).len(), 1);
    assert_eq!(with(&lines_before, &["\"WRITE\"", "\"open\"", "\"allowed\"", "Produce"]).len(), 1);
    assert!(with(&lines_before, &["Metadata"]).is_empty(), "{lines_before:#?}");

    world.reconfigure(&[("allow.everyone.if.no.acl.found", "false")]);
    world.restart(End::Clean);
    let mut client = Client::connect(&mut world);
    let seen = client.ask(&mut world, 9, &metadata_request(&["open"])).body().topics[0].error_code;
    assert_eq!(seen, TOPIC_AUTHORIZATION_FAILED);
    let all = MetadataRequest { topics: None, ..Default::default() };
    assert!(client.ask(&mut world, 9, &all).body().topics.is_empty());
    for _ in 0..5 {
        assert_eq!(client.produce(&mut world, "open", &batch(&["a"])).0, TOPIC_AUTHORIZATION_FAILED);
        client.ask(&mut world, 9, &metadata_request(&["open"]));
    }
    world.pass(Duration::from_secs(11), Duration::from_secs(1));
    let lines = lines(&world);
    let denied =
        with(&lines, &["\"denied\"", "Metadata", "DESCRIBE", "\"open\"", "no rule speaks of the resource"]);
    assert_eq!(denied.len(), 2, "{lines:#?}");
    assert!(denied[1].contains("\"repeats\":5"), "{denied:#?}");
    assert_eq!(
        with(&lines, &["\"denied\"", "Produce", "\"WRITE\"", "\"open\""]).len(),
        1,
        "once a connection"
    );
    assert_eq!(with(&lines, &["log_started"]).len(), 2);
    assert_eq!(with(&lines, &["log_stopped"]).len(), 1);
}

#[test]
fn the_chain_goes_on_after_a_kill_and_a_power_cut() {
    let mut world = World::with(&[LOG]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "a", &[]);
    assert_eq!(with(&lines(&world), &["there is no authorizer", "\"CREATE\"", "\"a\""]).len(), 1);
    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "b", &[]);
    world.pass(Duration::from_secs(2), Duration::from_secs(1));
    let before = lines(&world);
    world.restart(End::PowerCut);
    assert_eq!(lines(&world)[..before.len()], before, "what is a second old is on disk");
    assert_eq!(with(&lines(&world), &["log_started"]).len(), 3);
}

#[test]
fn a_flood_is_bounded_counted_and_told() {
    let mut world = World::with(&[LOG]);
    let audit = world.broker().node.audit.clone().unwrap();
    for at in 0..20_000 {
        audit.note(Entry::about_log("flood", &[("at", &at.to_string())]));
    }
    world.pass(Duration::from_secs(11), Duration::from_secs(1));
    let lines = lines(&world);
    let (flood, dropped) = (with(&lines, &["flood"]).len(), with(&lines, &["\"event\":\"dropped\""]));
    assert_eq!(dropped.len(), 1);
    assert!(dropped[0].contains(&format!("\"count\":{}", 20_000 - flood)), "{dropped:?}");
    assert_eq!(audit.lost.value(), 20_000 - flood as u64);
}
