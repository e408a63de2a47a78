//! The listener keys, from Kafka's stock file to the ones that must be refused.

use super::*;
use crate::settings::{Origin, Settings};

fn resolve(pairs: &[(&str, &str)]) -> Result<Listeners, ListenerError> {
    let mut settings = Settings::default();
    for (key, value) in pairs {
        settings.add(key, value, Origin::Flag);
    }
    Listeners::resolve(&Effective::of_settings(&settings))
}

fn texts(listeners: &[Listener]) -> Vec<String> {
    listeners.iter().map(Listener::to_string).collect()
}

fn why(pairs: &[(&str, &str)]) -> String {
    let error = resolve(pairs).unwrap_err();
    format!("{}: {}", error.key, error.why)
}

#[test]
fn kafkas_stock_combined_file_has_one_broker_and_one_controller_listener() {
    let listeners = resolve(&[
        ("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"),
        ("inter.broker.listener.name", "PLAINTEXT"),
        ("advertised.listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"),
        ("controller.listener.names", "CONTROLLER"),
        ("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL"),
    ])
    .unwrap();
    assert_eq!(texts(&listeners.broker), ["PLAINTEXT://:9092"]);
    assert_eq!(texts(&listeners.controller), ["CONTROLLER://:9093"]);
    assert_eq!(texts(&listeners.advertised), ["PLAINTEXT://localhost:9092"]);
    assert_eq!(listeners.inter_broker, "PLAINTEXT");
}

#[test]
fn hosts_may_be_empty_names_or_addresses_in_brackets() {
    let listeners = resolve(&[
        ("listeners", "plaintext://:1, A://host-1.example:2,B://[::1]:3,C://10.0.0.1:3"),
        ("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,A:SSL,B:SASL_SSL,C:SASL_PLAINTEXT"),
    ])
    .unwrap();
    let expected = ["PLAINTEXT://:1", "A://host-1.example:2", "B://[::1]:3", "C://10.0.0.1:3"];
    assert_eq!(texts(&listeners.broker), expected);
    let protocols: Vec<_> = listeners.broker.iter().map(|listener| listener.protocol).collect();
    let expected = [
        SecurityProtocol::Plaintext,
        SecurityProtocol::Ssl,
        SecurityProtocol::SaslSsl,
        SecurityProtocol::SaslPlaintext,
    ];
    assert_eq!(protocols, expected);
    assert_eq!(texts(&listeners.advertised), texts(&listeners.broker));
}

#[test]
fn auto_tells_every_client_the_address_it_connected_to() {
    for told in ["PLAINTEXT://auto", "PLAINTEXT://auto:0", "PLAINTEXT://:9092"] {
        let listeners =
            resolve(&[("listeners", "PLAINTEXT://0.0.0.0:9092"), ("advertised.listeners", told)]).unwrap();
        assert_eq!(listeners.advertised[0].host, None, "{told}");
        assert_eq!(listeners.advertised[0].port, 9092, "{told}");
    }
    let unsaid = resolve(&[("listeners", "PLAINTEXT://0.0.0.0:9092")]).unwrap();
    assert_eq!(unsaid.advertised[0].host, None);
}

#[test]
fn a_controllers_listener_without_an_entry_in_an_unset_map_is_plaintext() {
    let listeners =
        resolve(&[("listeners", "PLAINTEXT://:1,CTRL://:2"), ("controller.listener.names", "CTRL")]).unwrap();
    assert_eq!(texts(&listeners.controller), ["CTRL://:2"]);
}

#[test]
fn wrong_listeners_are_refused_with_what_to_do() {
    let listeners = |text| why(&[("listeners", text)]);
    assert_eq!(
        listeners("localhost:9092"),
        "listeners: \"localhost:9092\" is not NAME://host:port, e.g. PLAINTEXT://127.0.0.1:9092"
    );
    assert!(listeners("PLAINTEXT://h:99999").contains("is not NAME://host:port"));
    assert!(listeners("PLAINTEXT://h").contains("is not NAME://host:port"));
    assert!(listeners("PLAINTEXT://a b:1").contains("is not NAME://host:port"));
    assert!(listeners("PLAINTEXT://::1:9092").contains("in brackets: [::1]"));
    assert!(listeners("X://:1").contains("add X:PLAINTEXT to listener.security.protocol.map"));
    assert!(listeners("PLAINTEXT://:1,PLAINTEXT://:2").contains("two listeners are called PLAINTEXT"));
    assert!(listeners("PLAINTEXT://:1,SSL://:1").contains("share a port"));
    let only_controller = [("listeners", "PLAINTEXT://:1"), ("controller.listener.names", "PLAINTEXT")];
    assert!(why(&only_controller).contains("no listener is left for clients"));
    let map = why(&[("listener.security.protocol.map", "A:TLS")]);
    assert!(map.contains("\"TLS\" is not a protocol"), "{map}");
    let advertised = |told| why(&[("listeners", "PLAINTEXT://:1"), ("advertised.listeners", told)]);
    assert!(advertised("PLAINTEXT://0.0.0.0:1").contains("no address a client can connect to"));
    assert!(advertised("SSL://h:1").contains("SSL is not one of the listeners (PLAINTEXT)"));
    let both = [("inter.broker.listener.name", "PLAINTEXT"), ("security.inter.broker.protocol", "SSL")];
    assert!(why(&both).contains("not both"));
    assert!(why(&[("inter.broker.listener.name", "Y")]).contains("Y is not one of the listeners"));
}

#[test]
fn one_port_may_serve_an_ipv4_and_an_ipv6_address() {
    assert!(resolve(&[("listeners", "PLAINTEXT://127.0.0.1:1,SSL://[::1]:1")]).is_ok());
}

#[test]
fn only_loopback_is_open_without_an_authorizer_unless_told() {
    let exposed = |host| {
        let text = format!("PLAINTEXT://{host}:9092");
        let listeners = resolve(&[("listeners", &text)]).unwrap().broker;
        check_exposure(&listeners, false, false).is_err()
    };
    for host in ["127.0.0.1", "127.9.9.9", "[::1]", "localhost"] {
        assert!(!exposed(host), "{host}");
    }
    for host in ["", "0.0.0.0", "[::]", "10.0.0.1", "example.org"] {
        assert!(exposed(host), "{host}");
    }
    let open = resolve(&[("listeners", "PLAINTEXT://:9092")]).unwrap().broker;
    assert!(check_exposure(&open, true, false).is_ok());
    assert!(check_exposure(&open, false, true).is_ok());
    let sentence = check_exposure(&open, false, false).unwrap_err();
    assert!(sentence.starts_with("listener PLAINTEXT://:9092 can be reached from other machines"));
    assert!(sentence.contains("--insecure"));
}

#[test]
fn the_admin_listener_stays_on_this_machine_unless_told() {
    for address in ["127.0.0.1:9644", "localhost:9644", "[::1]:9644", "127.9.9.9:1"] {
        assert_eq!(check_admin_exposure(address, false, false), Ok(()), "{address}");
    }
    for address in [":9644", "0.0.0.0:9644", "[::]:9644", "10.0.0.1:9644", "metrics.example:9644"] {
        let sentence = check_admin_exposure(address, false, false).unwrap_err();
        assert!(sentence.contains(address) && sentence.contains("--admin 127.0.0.1:9644"), "{sentence}");
        assert_eq!(check_admin_exposure(address, true, false), Ok(()));
        assert_eq!(check_admin_exposure(address, false, true), Ok(()));
    }
}
