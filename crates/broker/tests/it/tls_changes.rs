//! Key and trust stores of a listener that are set while it is open (KIP-226): what new connections see, what is refused
//! before it is taken, and what a restart finds.

use std::path::Path;

use thalweg_platform::Disk;
use thalweg_wire::messages::describe_configs_request::DescribeConfigsResource;
use thalweg_wire::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use thalweg_wire::messages::{DescribeConfigsRequest, IncrementalAlterConfigsRequest};

use crate::admin::BROKER;
use crate::client::{Client, batch};
use crate::tls::{Authority, Secure, secure_client, world};
use crate::world::{End, World};

const PREFIX: &str = "listener.name.ssl.ssl.";
const INVALID_REQUEST: i16 = 42;

/// Sets (or with `None` deletes) keys of the listener; gives the code and the message.
fn change(
    world: &mut World,
    client: &mut Client,
    keys: &[(&str, Option<&str>)],
    validate_only: bool,
) -> (i16, String) {
    let names: Vec<String> = keys.iter().map(|(key, _)| format!("{PREFIX}{key}")).collect();
    let configs = names.iter().zip(keys).map(|(name, &(_, value))| AlterableConfig {
        name,
        config_operation: i8::from(value.is_none()),
        value,
    });
    let resource =
        AlterConfigsResource { resource_type: BROKER, resource_name: "1", configs: configs.collect() };
    let request = IncrementalAlterConfigsRequest { resources: vec![resource], validate_only };
    let answer = client.ask(world, 1, &request);
    let outcome = &answer.body().responses[0];
    (outcome.error_code, outcome.error_message.unwrap_or_default().to_owned())
}

fn shows(world: &mut World, authority: &Authority) -> bool {
    Secure::connect(world, &authority.client(None)).is_ok()
}

#[test]
fn new_connections_see_a_key_store_set_at_run_time_and_old_ones_live_on() {
    // The inter-broker listener's certificates must be believed by the trust store in use: both authorities are in it.
    let (first, second) = (Authority::new(), Authority::new());
    let both = first.certificate.clone() + &second.certificate;
    let mut world = world(&first, &[("ssl.truststore.certificates", &both)]);
    let mut old = secure_client(&mut world, &first.client(None));
    let (chain, key) = second.sign("broker");
    let store = [("keystore.certificate.chain", Some(&*chain)), ("keystore.key", Some(&*key))];
    assert_eq!(change(&mut world, &mut old, &store, true), (0, String::new()));
    assert!(shows(&mut world, &first), "it was only asked whether it would do");
    assert_eq!(change(&mut world, &mut old, &store, false), (0, String::new()));
    assert!(shows(&mut world, &second) && !shows(&mut world, &first));
    old.create(&mut world, "t", &[]);
    assert_eq!(old.produce(&mut world, "t", &batch(&["on a connection from before"])).0, 0);

    // Nobody is shown what was set.
    let resource =
        DescribeConfigsResource { resource_type: BROKER, resource_name: "1", configuration_keys: None };
    let ask = DescribeConfigsRequest { resources: vec![resource], ..DescribeConfigsRequest::default() };
    let answer = old.ask(&mut world, 4, &ask);
    let configs = &answer.body().results[0].configs;
    let of = |name: &str| configs.iter().find(|config| config.name == name).unwrap();
    let key = of("listener.name.ssl.ssl.keystore.key");
    assert_eq!((key.value, key.is_sensitive, key.config_source), (None, true, 2));

    world.restart(End::Killed);
    assert!(shows(&mut world, &second), "what was set outlives the process");
    let mut client = secure_client(&mut world, &second.client(None));
    let gone = [("keystore.certificate.chain", None), ("keystore.key", None)];
    assert_eq!(change(&mut world, &mut client, &gone, false), (0, String::new()));
    assert!(shows(&mut world, &first), "without it the file's own counts again");
}

#[test]
fn stores_that_cannot_be_used_are_refused_and_nothing_changes() {
    let authority = Authority::new();
    let mut world = world(&authority, &[]);
    let mut client = secure_client(&mut world, &authority.client(None));
    let (chain, key) = authority.sign("broker");
    let (_, another_key) = authority.sign("broker");
    let (other_name, other_names_key) = authority.sign("somebody else");
    let (other_host, other_hosts_key) = authority.sign_for("broker", &["elsewhere"], 2096);
    let (unbelieved, unbelieved_key) = Authority::new().sign("broker");
    let stranger = Authority::new().certificate;
    let disk = world.disk.clone();
    let disk: &dyn Disk = &disk;
    disk.replace(Path::new("/data/cut.p12"), &[0x30, 0x82, 0x01, 0x00]).unwrap();
    type Keys<'a> = Vec<(&'a str, Option<&'a str>)>;
    fn pem<'a>(chain: &'a str, key: &'a str) -> Keys<'a> {
        vec![("keystore.certificate.chain", Some(chain)), ("keystore.key", Some(key))]
    }
    let file = |path| -> Keys<'_> {
        vec![
            ("keystore.location", Some(path)),
            ("keystore.key", Some("")),
            ("keystore.certificate.chain", Some("")),
        ]
    };
    for (keys, says) in [
        (pem(&chain, &another_key), "certificate and key cannot be used"),
        (pem("rubbish", &key), "no PEM certificate"),
        (pem(&chain, "rubbish"), "no PEM private key"),
        (pem(&other_name, &other_names_key), "DistinguishedName does not match"),
        (pem(&other_host, &other_hosts_key), "SubjectAltNames do not match"),
        (pem(&unbelieved, &unbelieved_key), "does not believe the new certificate"),
        (file("/data/nowhere.pem"), "cannot be read"),
        (file("/data"), "it is not a file"),
        (file("/data/cut.p12"), "cannot be opened with ssl.keystore.password"),
        (vec![("truststore.certificates", Some("rubbish"))], "no PEM certificate"),
        (vec![("truststore.certificates", Some(&*stranger))], "does not believe the listener's certificate"),
    ] {
        let (code, message) = change(&mut world, &mut client, &keys, false);
        assert_eq!(code, INVALID_REQUEST, "{says}: {message}");
        assert!(message.contains(says), "{message}");
        assert!(
            message.starts_with("Validation of dynamic config update of SSLFactory failed: "),
            "{message}"
        );
    }
    assert!(shows(&mut world, &authority));
    world.restart(End::Clean);
    assert!(shows(&mut world, &authority));
}

#[test]
fn names_may_change_where_the_configuration_allows_it() {
    let authority = Authority::new();
    let more = [("ssl.allow.dn.changes", "true"), ("ssl.allow.san.changes", "true")];
    let mut world = world(&authority, &more);
    let mut client = secure_client(&mut world, &authority.client(None));
    let (chain, key) = authority.sign_for("somebody else", &["localhost", "elsewhere"], 2096);
    let store = [("keystore.certificate.chain", Some(&*chain)), ("keystore.key", Some(&*key))];
    assert_eq!(change(&mut world, &mut client, &store, false), (0, String::new()));
    assert!(shows(&mut world, &authority));
}

#[test]
fn saying_the_same_again_has_changed_files_read_at_once() {
    let authority = Authority::new();
    let mut world = world(&authority, &[]);
    let mut client = secure_client(&mut world, &authority.client(None));
    let write = |world: &World, year: i32| {
        let (chain, key) = authority.sign_for("broker", &["localhost"], year);
        let disk: &dyn Disk = &world.disk;
        disk.replace(Path::new("/data/broker.pem"), (chain + &key).as_bytes()).unwrap();
    };
    write(&world, 2040);
    let store = [
        ("keystore.location", Some("/data/broker.pem")),
        ("keystore.key", Some("")),
        ("keystore.certificate.chain", Some("")),
    ];
    assert_eq!(change(&mut world, &mut client, &store, false), (0, String::new()));
    let expiry = |world: &World| world.broker().node.logins.of(0)?.tls.as_ref()?.expires_at_s();
    assert_eq!(expiry(&world), Some(2_208_988_800), "the first of January 2040");
    write(&world, 2041);
    assert_eq!(expiry(&world), Some(2_208_988_800), "nobody has looked yet");
    assert_eq!(change(&mut world, &mut client, &store[..1], false), (0, String::new()));
    assert_eq!(expiry(&world), Some(2_240_611_200), "the first of January 2041");
}
