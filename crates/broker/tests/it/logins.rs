//! SASL over a listener in memory: who gets in, who does not and when it is told, what is served before, sessions
//! that run out, and connections that only take up room.

use std::time::Duration;

use thalweg_broker::login::gate::GateMessage;
use thalweg_platform::Stream;
use thalweg_security::sasl::Mechanism;
use thalweg_security::sasl::client::{ClientExchange, Credentials};
use thalweg_wire::messages::{
    ApiVersionsRequest, MetadataRequest, SaslAuthenticateRequest, SaslHandshakeRequest,
};

use crate::client::{Client, batch};
use crate::world::World;

const JAAS: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required user_ann=\"pencil\";";
const UNSUPPORTED_SASL_MECHANISM: i16 = 33;
const ILLEGAL_SASL_STATE: i16 = 34;
const SASL_AUTHENTICATION_FAILED: i16 = 58;

fn world(more: &[(&str, &str)]) -> World {
    let base = [
        ("listeners", "SASL_PLAINTEXT://127.0.0.1:9092"),
        ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256"),
        ("listener.name.sasl_plaintext.plain.sasl.jaas.config", JAAS),
        ("connection.failed.authentication.delay.ms", "100"),
    ];
    World::with(&[&base[..], more].concat())
}

fn handshake(world: &mut World, client: &mut Client, mechanism: &str) -> i16 {
    client.ask(world, 1, &SaslHandshakeRequest { mechanism }).body().error_code
}

/// Error code, message and session lifetime of one SaslAuthenticate.
fn authenticate(world: &mut World, client: &mut Client, bytes: &[u8]) -> (i16, Option<String>, i64) {
    let answer = client.ask(world, 2, &SaslAuthenticateRequest { auth_bytes: bytes });
    let body = answer.body();
    (body.error_code, body.error_message.map(str::to_owned), body.session_lifetime_ms)
}

fn is_served(world: &mut World, client: &mut Client) -> bool {
    client.post(12, &MetadataRequest::default());
    world.run();
    let (bytes, is_ended) = world.receive(&mut *client.stream);
    !bytes.is_empty() && !is_ended
}

#[test]
fn a_client_that_says_who_it_is_is_served() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    assert_eq!((world.connections(), world.broker().gate.guest_count()), (0, 1));
    let versions = client.ask(
        &mut world,
        3,
        &ApiVersionsRequest {
            client_software_name: "test",
            client_software_version: "1",
            ..Default::default()
        },
    );
    assert_eq!(versions.body().error_code, 0);
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil"), (0, None, 0));
    assert_eq!((world.connections(), world.broker().gate.guest_count()), (1, 0));
    assert!(is_served(&mut world, &mut client));
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil").0, ILLEGAL_SASL_STATE);
    assert_eq!(
        handshake(&mut world, &mut client, "PLAIN"),
        ILLEGAL_SASL_STATE,
        "there is no session to renew"
    );
    assert!(is_served(&mut world, &mut client));
}

#[test]
fn version_0_of_the_handshake_is_followed_by_bare_tokens() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    let answer = client.ask(&mut world, 0, &SaslHandshakeRequest { mechanism: "PLAIN" });
    assert_eq!(answer.body().error_code, 0);
    world.send(&mut *client.stream, b"\0\0\0\x0b\0ann\0pencil");
    assert_eq!(world.receive(&mut *client.stream), (vec![0; 4], false), "an empty token");
    assert!(is_served(&mut world, &mut client));
}

#[test]
fn a_wrong_password_is_told_after_the_delay_and_the_connection_ends() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    client.post(2, &SaslAuthenticateRequest { auth_bytes: b"\0ann\0pen" });
    world.run();
    assert_eq!(world.receive(&mut *client.stream), (Vec::new(), false), "not yet");
    world.pass(Duration::from_millis(100), Duration::from_millis(50));
    let answer = client.answer::<SaslAuthenticateRequest<'_>>(&mut world, 2).expect("an answer");
    assert_eq!(answer.body().error_code, SASL_AUTHENTICATION_FAILED);
    assert_eq!(answer.body().error_message, Some("Authentication failed: Invalid username or password"));
    assert_eq!(world.receive(&mut *client.stream), (Vec::new(), true));
    assert_eq!(world.broker().node.admission.total(), 0);
}

#[test]
fn a_user_without_scram_credentials_fails_with_the_proof() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut client, "SCRAM-SHA-256"), 0);
    let mechanism = Mechanism::by_name("SCRAM-SHA-256").unwrap();
    let credentials =
        Credentials { mechanism, user: "bob".to_owned(), secret: "x".to_owned(), is_token: false };
    let mut exchange = ClientExchange::new(credentials, &[1; 18]);
    let first = exchange.first();
    let challenge = client.ask(&mut world, 2, &SaslAuthenticateRequest { auth_bytes: &first });
    assert_eq!(challenge.body().error_code, 0);
    let proof = exchange.step(challenge.body().auth_bytes).unwrap().unwrap();
    client.post(2, &SaslAuthenticateRequest { auth_bytes: &proof });
    world.run();
    world.pass(Duration::from_millis(100), Duration::from_millis(50));
    let answer = client.answer::<SaslAuthenticateRequest<'_>>(&mut world, 2).expect("an answer");
    let told = "Authentication failed during authentication due to invalid credentials with SASL mechanism \
                SCRAM-SHA-256";
    assert_eq!((answer.body().error_code, answer.body().error_message), (58, Some(told)));
}

#[test]
fn a_mechanism_that_is_not_enabled_is_refused_with_those_that_are() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    client.post(1, &SaslHandshakeRequest { mechanism: "OAUTHBEARER" });
    world.run();
    world.pass(Duration::from_millis(100), Duration::from_millis(50));
    let answer = client.answer::<SaslHandshakeRequest<'_>>(&mut world, 1).expect("an answer");
    assert_eq!(answer.body().error_code, UNSUPPORTED_SASL_MECHANISM);
    assert_eq!(answer.body().mechanisms, ["PLAIN", "SCRAM-SHA-256"]);
    assert_eq!(world.receive(&mut *client.stream), (Vec::new(), true));
}

#[test]
fn nothing_else_is_served_before_the_login() {
    for is_after_handshake in [false, true] {
        let mut world = world(&[]);
        let mut client = Client::connect(&mut world);
        if is_after_handshake {
            assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
        }
        client.post(12, &MetadataRequest::default());
        world.run();
        assert_eq!(world.receive(&mut *client.stream), (Vec::new(), true));
        assert_eq!(world.broker().node.admission.total(), 0);
    }
}

#[test]
fn hostile_bytes_before_the_login_end_their_connection() {
    let large = ((64 << 10) + 1_i32).to_be_bytes();
    for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &large, &[0; 4], &[0xff; 64], &[0, 0, 0, 3, 0, 17, 0]] {
        let mut world = world(&[]);
        let mut client = world.connect();
        world.send(&mut *client, bytes);
        assert_eq!(world.receive(&mut *client), (Vec::new(), true), "{bytes:?}");
        assert_eq!(world.broker().node.admission.total(), 0);
    }
}

#[test]
fn a_login_that_does_not_move_is_ended() {
    let mut world = world(&[]);
    let mut silent = Client::connect(&mut world);
    let mut half = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut half, "PLAIN"), 0);
    // A byte now and then does not buy time.
    for byte in 0..20 {
        if half.stream.write(&[std::io::IoSlice::new(&[u8::from(byte == 3) * 100])], false).is_err() {
            break;
        }
        world.pass(Duration::from_secs(1), Duration::from_secs(1));
    }
    assert!(world.receive(&mut *silent.stream).1 && world.receive(&mut *half.stream).1);
    assert_eq!(world.broker().node.admission.total(), 0);
}

#[test]
fn a_full_gate_lets_the_oldest_go_and_serves_who_comes() {
    let mut world = world(&[]);
    let mut silent: Vec<Box<dyn Stream>> = Vec::new();
    for _ in 0..3_000 {
        silent.push(world.connect_quietly());
        if silent.len().is_multiple_of(500) {
            world.run();
        }
    }
    world.run();
    assert_eq!(world.broker().gate.guest_count(), 1024);
    let mut client = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil").0, 0);
    assert!(is_served(&mut world, &mut client));
    assert!(world.receive(&mut *silent[0]).1, "the first was let go");
    assert!(!world.receive(&mut *silent[2_999]).1, "the last is still there");
    assert!(world.broker().node.admission.total() <= 1025);
}

#[test]
fn two_thousand_strangers_a_second_keep_nobody_from_coming_in_or_writing() {
    let mut world = world(&[]);
    let log_in = |world: &mut World| {
        let mut client = Client::connect(world);
        assert_eq!(handshake(world, &mut client, "PLAIN"), 0);
        assert_eq!(authenticate(world, &mut client, b"\0ann\0pencil").0, 0);
        client
    };
    let mut honest = log_in(&mut world);
    honest.create(&mut world, "t", &[]);
    let large = [&(60_000_i32).to_be_bytes()[..], &[0; 20_000]].concat();
    let mut strangers: Vec<Box<dyn Stream>> = Vec::new();
    for step in 0..30 {
        for number in 0..200 {
            let mut stranger = world.connect_quietly();
            let bytes: &[u8] = [&[][..], b"GET / HTTP/1.1\r\n\r\n", &large, &[0, 0, 0]][number % 4];
            drop(stranger.write(&[std::io::IoSlice::new(bytes)], false));
            strangers.push(stranger);
        }
        world.pass(Duration::from_millis(100), Duration::from_millis(100));
        assert_eq!(honest.produce(&mut world, "t", &batch(&["x"])), (0, step), "whoever is in is served");
        let mut newcomer = log_in(&mut world);
        assert!(is_served(&mut world, &mut newcomer), "and who may come in comes in");
        assert!(world.broker().gate.guest_count() <= 1024);
        // What is at the gate is at most a frame for each.
        assert!(world.broker().node.memory.held() <= 1024 * (64 << 10));
    }
    drop(strangers);
    world.pass(Duration::from_secs(16), Duration::from_secs(4));
    assert_eq!(world.broker().gate.guest_count(), 0);
}

#[test]
fn a_session_is_renewed_or_ends() {
    let mut world = world(&[("connections.max.reauth.ms", "5000")]);
    let mut client = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil"), (0, None, 5000));
    world.pass(Duration::from_secs(4), Duration::from_secs(1));
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil"), (0, None, 5000));
    world.pass(Duration::from_secs(4), Duration::from_secs(1));
    assert!(is_served(&mut world, &mut client), "the first session's end has passed");
    world.pass(Duration::from_secs(2), Duration::from_secs(1));
    assert!(!is_served(&mut world, &mut client), "the second's has too");
    assert_eq!(world.broker().node.admission.total(), 0);
}

#[test]
fn a_session_may_not_change_hands() {
    let jaas = JAAS.replace(';', " user_bob=\"brush\";");
    let mut world = world(&[
        ("connections.max.reauth.ms", "5000"),
        ("listener.name.sasl_plaintext.plain.sasl.jaas.config", &jaas),
    ]);
    let mut client = Client::connect(&mut world);
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    assert_eq!(authenticate(&mut world, &mut client, b"\0ann\0pencil").0, 0);
    world.pass(Duration::from_secs(2), Duration::from_secs(1));
    assert_eq!(handshake(&mut world, &mut client, "PLAIN"), 0);
    let (code, message, _) = authenticate(&mut world, &mut client, b"\0bob\0brush");
    assert_eq!(code, SASL_AUTHENTICATION_FAILED);
    assert_eq!(
        message.as_deref(),
        Some("Cannot change principals during re-authentication from User.ann: User.bob")
    );
    assert!(world.receive(&mut *client.stream).1);
}

#[test]
fn a_stopping_broker_empties_its_gate() {
    let mut world = world(&[]);
    let mut client = Client::connect(&mut world);
    world.broker().node.gate.send(GateMessage::Drain);
    world.run();
    assert!(world.receive(&mut *client.stream).1);
    let mut late = Client::connect(&mut world);
    assert!(world.receive(&mut *late.stream).1);
    assert_eq!(world.broker().node.admission.total(), 0);
}

/// A token of a user, good for an hour of the world's clock, signed by this key under this name.
fn token(user: &str, key_id: &str, pair: &rcgen::KeyPair) -> String {
    let header = jsonwebtoken::Header {
        kid: Some(key_id.to_owned()),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256)
    };
    let claims = serde_json::json!({"sub": user, "exp": 1_700_003_600});
    let key = jsonwebtoken::EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).unwrap();
    jsonwebtoken::encode(&header, &claims, &key).unwrap()
}

#[test]
fn tokens_are_checked_with_keys_of_a_server_and_a_new_key_is_fetched_when_a_token_names_it() {
    use std::io::{Read as _, Write as _};
    let pairs = [rcgen::KeyPair::generate().unwrap(), rcgen::KeyPair::generate().unwrap()];
    let set = |count: usize| {
        let coordinate =
            |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, bytes);
        let keys = pairs[..count].iter().enumerate().map(|(at, pair)| {
            let point = pair.public_key_raw();
            serde_json::json!({"kty": "EC", "crv": "P-256", "kid": format!("k{at}"), "alg": "ES256", "use": "sig",
                "x": coordinate(&point[1..33]), "y": coordinate(&point[33..])})
        });
        serde_json::json!({"keys": keys.collect::<Vec<_>>()}).to_string()
    };
    // The first answer is a failure, the second the old key, the third both.
    let bodies = ["no keys here".to_owned(), set(1), set(2)];
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for body in bodies {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 2048]).unwrap() > 0);
            let length = body.len();
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
                .unwrap();
        }
    });
    let mut world = world(&[
        ("sasl.enabled.mechanisms", "OAUTHBEARER"),
        ("sasl.oauthbearer.jwks.endpoint.url", &url),
        ("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", "1000"),
    ]);
    let log_in = |world: &mut World, token: &str| {
        let mut client = Client::connect(world);
        assert_eq!(handshake(world, &mut client, "OAUTHBEARER"), 0);
        let message = format!("n,,\u{1}auth=Bearer {token}\u{1}\u{1}");
        let answer = client.ask(world, 2, &SaslAuthenticateRequest { auth_bytes: message.as_bytes() });
        // A refusal comes as a challenge that says why (RFC 7628).
        let body = answer.body();
        body.error_code == 0 && body.auth_bytes.is_empty()
    };
    let (old, new) = (token("ann", "k0", &pairs[0]), token("bob", "k1", &pairs[1]));
    world.fetch_keys();
    assert!(!log_in(&mut world, &old), "no key is there yet");
    // The pause after a failure, and then the one between two fetches that unknown keys ask for.
    world.clock.advance(Duration::from_secs(31));
    world.fetch_keys();
    assert!(log_in(&mut world, &old));
    assert!(!log_in(&mut world, &new), "its key is not there yet");
    world.clock.advance(Duration::from_secs(31));
    world.fetch_keys();
    assert!(log_in(&mut world, &new) && log_in(&mut world, &old));
    server.join().unwrap();
}
