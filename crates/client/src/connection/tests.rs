//! Greeting, pairing, time-outs: bytes in, bytes and events out.

use thalweg_wire::messages::{ApiVersionsResponse, DescribeClusterResponse};

use super::*;
use crate::calls::describe_cluster;
use crate::testing::{answer, answer_in, seen, serving, settings};

const API_VERSIONS: (ApiKey, i16, i16) = (ApiKey::ApiVersions, 0, 4);

fn ready(ranges: &[(ApiKey, i16, i16)]) -> Connection {
    let mut connection = Connection::new(Mono(0), settings(), 1);
    let greeting = seen(&connection.poll_transmit().unwrap());
    connection.handle_bytes(Mono(1), &answer(&greeting, &serving(ranges)));
    assert_eq!(connection.poll_event(), Some(ConnectionEvent::Ready));
    connection
}

fn failure(connection: &mut Connection) -> (String, Vec<u64>) {
    match connection.poll_event() {
        Some(ConnectionEvent::Failed { why, unanswered }) => (why, unanswered),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_greeting_comes_first_and_in_the_highest_version() {
    let mut connection = Connection::new(Mono(0), settings(), 1);
    let greeting = seen(&connection.poll_transmit().unwrap());
    assert_eq!((greeting.key, greeting.version, greeting.correlation), (18, 5, 0));
    assert!(connection.poll_transmit().is_none() && !connection.is_ready());
}

#[test]
fn an_old_broker_is_greeted_again_in_the_version_it_names() {
    let mut connection = Connection::new(Mono(0), settings(), 1);
    let greeting = seen(&connection.poll_transmit().unwrap());
    let refusal = ApiVersionsResponse { error_code: 35, ..serving(&[(ApiKey::ApiVersions, 0, 3)]) };
    connection.handle_bytes(Mono(1), &answer_in(&greeting, 0, &refusal));
    let second = seen(&connection.poll_transmit().unwrap());
    assert_eq!((second.key, second.version, second.correlation), (18, 3, 1));
    connection.handle_bytes(Mono(2), &answer(&second, &serving(&[API_VERSIONS])));
    assert!(connection.is_ready());
}

#[test]
fn a_very_old_broker_that_names_nothing_is_greeted_in_version_0() {
    let mut connection = Connection::new(Mono(0), settings(), 1);
    let greeting = seen(&connection.poll_transmit().unwrap());
    let refusal = ApiVersionsResponse { error_code: 35, ..Default::default() };
    connection.handle_bytes(Mono(1), &answer_in(&greeting, 0, &refusal));
    let second = seen(&connection.poll_transmit().unwrap());
    assert_eq!(second.version, 0);
    // Error 35 to version 0 itself is not answered with yet another greeting.
    connection.handle_bytes(Mono(1), &answer(&second, &refusal));
    assert!(failure(&mut connection).0.contains("UNSUPPORTED_VERSION"));
    assert!(connection.poll_transmit().is_none());
}

#[test]
fn answers_are_paired_with_requests_in_order_however_the_bytes_arrive() {
    let mut connection = ready(&[API_VERSIONS, (ApiKey::DescribeCluster, 0, 1)]);
    connection.send(Mono(2), 7, Mono(u64::MAX), &describe_cluster()).unwrap();
    connection.send(Mono(2), 8, Mono(u64::MAX), &describe_cluster()).unwrap();
    let first = seen(&connection.poll_transmit().unwrap());
    let second = seen(&connection.poll_transmit().unwrap());
    assert_eq!((first.version, first.correlation, second.correlation), (1, 1, 2));
    let bytes: Vec<u8> = [(&first, "one"), (&second, "two")]
        .iter()
        .flat_map(|(request, cluster_id)| {
            answer(request, &DescribeClusterResponse { cluster_id, ..Default::default() })
        })
        .collect();
    for chunk in bytes.chunks(5) {
        connection.handle_bytes(Mono(3), chunk);
    }
    for (expected_id, cluster) in [(7, "one"), (8, "two")] {
        let Some(ConnectionEvent::Answered { id, answer }) = connection.poll_event() else {
            panic!("answered")
        };
        assert_eq!(id, expected_id);
        assert_eq!(answer.decode::<DescribeClusterResponse<'_>>().unwrap().cluster_id, cluster);
    }
    assert_eq!(connection.poll_timeout(), None);
}

#[test]
fn a_request_the_broker_does_not_serve_is_not_sent() {
    let mut connection = ready(&[API_VERSIONS]);
    let sent = connection.send(Mono(2), 7, Mono(u64::MAX), &describe_cluster());
    assert_eq!(sent, Err(SendError::Unsupported));
    assert!(connection.poll_transmit().is_none() && connection.in_flight() == 0);
}

#[test]
fn an_answer_that_is_late_ends_the_connection_and_names_who_gets_none() {
    let mut connection = ready(&[API_VERSIONS, (ApiKey::DescribeCluster, 0, 1)]);
    connection.send(Mono(2), 7, Mono(500), &describe_cluster()).unwrap();
    connection.send(Mono(2), 8, Mono(u64::MAX), &describe_cluster()).unwrap();
    assert_eq!(connection.poll_timeout(), Some(Mono(500)));
    connection.handle_timeout(Mono(499));
    assert_eq!(connection.poll_event(), None);
    connection.handle_timeout(Mono(500));
    assert_eq!(failure(&mut connection), ("no answer to DescribeCluster in time".into(), vec![7, 8]));
}

#[test]
fn answers_out_of_step_end_the_connection() {
    let mut connection = ready(&[API_VERSIONS, (ApiKey::DescribeCluster, 0, 1)]);
    connection.send(Mono(2), 7, Mono(u64::MAX), &describe_cluster()).unwrap();
    let mut request = seen(&connection.poll_transmit().unwrap());
    request.correlation = 99;
    connection.handle_bytes(Mono(3), &answer(&request, &DescribeClusterResponse::default()));
    let (why, unanswered) = failure(&mut connection);
    assert_eq!(why, "answers are out of step: expected 1, the broker sent 99");
    // The request in question was already taken off; it must not be forgotten.
    assert_eq!(unanswered, [7]);
}

#[test]
fn a_web_server_is_not_taken_for_a_broker() {
    let mut connection = Connection::new(Mono(0), settings(), 1);
    connection.handle_bytes(Mono(1), b"HTTP/1.1 400 Bad Request\r\n");
    assert!(failure(&mut connection).0.starts_with("what answers there does not speak Kafka's protocol"));
}

#[test]
fn nothing_more_happens_on_a_connection_that_failed() {
    let mut connection = ready(&[API_VERSIONS]);
    connection.handle_closed("reset by peer");
    assert_eq!(failure(&mut connection), ("reset by peer".into(), vec![]));
    connection.handle_closed("again");
    connection.handle_bytes(Mono(9), &[0, 0, 0, 4, 1, 2, 3, 4]);
    assert_eq!(connection.poll_event(), None);
}

#[test]
fn a_connection_logs_in_before_it_is_ready() {
    let login = |secret: &str| LoginSettings {
        credentials: Credentials {
            mechanism: thalweg_security::sasl::Mechanism::Plain,
            user: "ann".to_owned(),
            secret: secret.to_owned(),
            is_token: false,
        },
        seed: [7; 32],
    };
    let begin = |secret: &str| {
        let settings = ConnectionSettings { login: Some(login(secret)), ..settings() };
        let mut connection = Connection::new(Mono(0), settings, 1);
        let greeting = seen(&connection.poll_transmit().unwrap());
        let ranges = [API_VERSIONS, (ApiKey::SaslAuthenticate, 0, 2)];
        connection.handle_bytes(Mono(1), &answer(&greeting, &serving(&ranges)));
        let handshake = seen(&connection.poll_transmit().unwrap());
        assert_eq!((handshake.key, handshake.version), (17, 1));
        let accepted = SaslHandshakeResponse { error_code: 0, mechanisms: vec!["PLAIN"] };
        connection.handle_bytes(Mono(2), &answer(&handshake, &accepted));
        let sent = connection.poll_transmit().unwrap();
        assert!(sent.windows(4).any(|window| window == b"\0ann"), "the password is in {sent:?}");
        assert!(!connection.is_ready());
        (connection, seen(&sent))
    };
    let response = |code, message| SaslAuthenticateResponse {
        error_code: code,
        error_message: message,
        auth_bytes: &[],
        session_lifetime_ms: 0,
    };
    let (mut connection, request) = begin("pencil");
    connection.handle_bytes(Mono(3), &answer(&request, &response(0, None)));
    assert_eq!(connection.poll_event(), Some(ConnectionEvent::Ready));
    let (mut connection, request) = begin("pen");
    connection.handle_bytes(Mono(3), &answer(&request, &response(58, Some("no such user"))));
    assert!(failure(&mut connection).0.contains("no such user (SASL_AUTHENTICATION_FAILED)"));
}
