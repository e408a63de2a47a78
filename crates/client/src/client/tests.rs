//! Finding brokers, keeping metadata, trying again: a script of inputs, commands compared.

use thalweg_wire::ApiKey;
use thalweg_wire::messages::metadata_response::MetadataResponseBroker;
use thalweg_wire::messages::{DescribeClusterResponse, InitProducerIdResponse, MetadataResponse};

use super::*;
use crate::calls::{describe_cluster, init_producer_id, list_offsets};
use crate::testing::{Seen, answer, seen, serving, settings};

const MS: u64 = 1_000_000;
const SERVED: [(ApiKey, i16, i16); 5] = [
    (ApiKey::ApiVersions, 0, 4),
    (ApiKey::Metadata, 0, 13),
    (ApiKey::DescribeCluster, 0, 1),
    (ApiKey::InitProducerId, 0, 5),
    (ApiKey::ListOffsets, 1, 10),
];

fn client(bootstrap: &[&str], fail_fast: bool) -> Client {
    let bootstrap = bootstrap.iter().map(|&address| address.to_owned()).collect();
    Client::new(ClientSettings { connection: settings(), fail_fast, ..ClientSettings::new(bootstrap) })
}

/// The next command must open a socket there.
fn opened(client: &mut Client, expected: &str) -> LinkId {
    match client.poll_command() {
        Some(Command::Connect { link, address }) if address == expected => link,
        other => panic!("{other:?}"),
    }
}

/// The next command must send a request on that link.
fn sent(client: &mut Client, on: LinkId) -> Seen {
    match client.poll_command() {
        Some(Command::Send { link, bytes }) if link == on => seen(&bytes),
        other => panic!("{other:?}"),
    }
}

fn greet(client: &mut Client, now: Mono, link: LinkId) {
    client.handle_connected(now, link);
    let greeting = sent(client, link);
    client.handle_bytes(now, link, &answer(&greeting, &serving(&SERVED)));
}

fn metadata(nodes: &[(i32, &'static str, i32)]) -> MetadataResponse<'static> {
    let brokers = nodes
        .iter()
        .map(|&(node_id, host, port)| MetadataResponseBroker { node_id, host, port, ..Default::default() })
        .collect();
    MetadataResponse { brokers, controller_id: nodes[0].0, ..Default::default() }
}

fn completed(client: &mut Client) -> (CallId, Result<Option<Answer>, CallError>) {
    loop {
        match client.poll_event() {
            Some(ClientEvent::Completed { call, result }) => return (call, result),
            Some(ClientEvent::MetadataChanged) => {}
            None => panic!("no call is complete"),
        }
    }
}

#[test]
fn a_call_opens_a_seed_and_is_sent_once_it_is_greeted() {
    let mut client = client(&["seed:1"], false);
    let call = client.submit(Mono(0), describe_cluster());
    let link = opened(&mut client, "seed:1");
    assert_eq!(client.poll_command(), None);
    greet(&mut client, Mono(MS), link);
    let request = sent(&mut client, link);
    assert_eq!((request.key, request.version), (60, 1));
    client.handle_bytes(Mono(2 * MS), link, &answer(&request, &DescribeClusterResponse::default()));
    let (id, result) = completed(&mut client);
    assert_eq!(id, call);
    assert!(result.is_ok());
    assert_eq!(client.poll_timeout(), None, "nothing is under way, nothing wakes the driver");
}

#[test]
fn the_next_seed_is_tried_when_one_refuses_and_failing_fast_waits_for_all() {
    let mut client = client(&["a:1", "b:2"], true);
    client.submit(Mono(0), describe_cluster());
    let link = opened(&mut client, "a:1");
    client.handle_connect_failed(Mono(MS), link, ConnectFailure::Refused);
    assert!(!client.has_events());
    let link = opened(&mut client, "b:2");
    client.handle_connect_failed(Mono(2 * MS), link, ConnectFailure::Refused);
    let (_, result) = completed(&mut client);
    let error = CallError::Connect { address: "b:2".into(), failure: ConnectFailure::Refused };
    assert_eq!(result, Err(error));
}

#[test]
fn a_patient_client_backs_off_and_tells_the_last_failure_when_time_is_up() {
    let mut client = client(&["a:1"], false);
    client.submit(Mono(0), describe_cluster().within(Duration::from_millis(400)));
    let mut now = Mono(0);
    let mut attempts = 0;
    while !client.has_events() {
        while let Some(command) = client.poll_command() {
            if let Command::Connect { link, .. } = command {
                attempts += 1;
                client.handle_connect_failed(now, link, ConnectFailure::Refused);
            }
        }
        now = client.poll_timeout().expect("something is waited for").max(now);
        client.handle_timeout(now);
    }
    assert!((3..=5).contains(&attempts), "50, 100, 200 ms between attempts, not {attempts} attempts");
    let last = CallError::Connect { address: "a:1".into(), failure: ConnectFailure::Refused };
    let expected = CallError::TimedOut { api: ApiKey::DescribeCluster, last: Some(Box::new(last)) };
    assert_eq!(completed(&mut client).1, Err(expected));
}

#[test]
fn a_call_to_a_node_learns_its_address_from_metadata_first() {
    let mut client = client(&["seed:1"], false);
    client.submit(Mono(0), list_offsets(2, BTreeMap::new(), false));
    let seed = opened(&mut client, "seed:1");
    greet(&mut client, Mono(MS), seed);
    let request = sent(&mut client, seed);
    assert_eq!(request.key, ApiKey::Metadata as i16);
    client.handle_bytes(Mono(2 * MS), seed, &answer(&request, &metadata(&[(1, "seed", 1), (2, "two", 9)])));
    let node = opened(&mut client, "two:9");
    greet(&mut client, Mono(3 * MS), node);
    assert_eq!(sent(&mut client, node).key, ApiKey::ListOffsets as i16);
    // The seed is broker 1's own address: no second connection for it.
    client.submit(Mono(4 * MS), list_offsets(1, BTreeMap::new(), false));
    assert_eq!(sent(&mut client, seed).key, ApiKey::ListOffsets as i16);
}

#[test]
fn a_retriable_error_code_is_asked_again_after_the_backoff_and_others_are_not() {
    let mut client = client(&["seed:1"], false);
    client.submit(Mono(0), init_producer_id());
    let link = opened(&mut client, "seed:1");
    greet(&mut client, Mono(MS), link);
    let request = sent(&mut client, link);
    let loading = InitProducerIdResponse { error_code: 14, ..Default::default() };
    client.handle_bytes(Mono(2 * MS), link, &answer(&request, &loading));
    assert!(!client.has_events(), "the coordinator is loading: not the caller's business");
    let mut again = None;
    for step in 1..=200 {
        let now = Mono((2 + step) * MS);
        client.handle_timeout(now);
        while let Some(Command::Send { bytes, .. }) = client.poll_command() {
            let request = seen(&bytes);
            if request.key == ApiKey::InitProducerId as i16 {
                again = Some((step, request));
            } else {
                client.handle_bytes(now, link, &answer(&request, &metadata(&[(1, "seed", 1)])));
            }
        }
        if again.is_some() {
            break;
        }
    }
    let (step, request) = again.expect("it is asked again");
    assert!((40..=61).contains(&step), "after about 50 ms, not {step}");
    let refused = InitProducerIdResponse { error_code: 31, ..Default::default() };
    client.handle_bytes(Mono(300 * MS), link, &answer(&request, &refused));
    assert!(matches!(completed(&mut client).1, Ok(Some(_))), "a refusal is the answer");
}

#[test]
fn a_lost_connection_is_made_good_where_the_call_allows_it() {
    let mut client = client(&["seed:1"], false);
    let patient = client.submit(Mono(0), describe_cluster());
    let hasty = client.submit(Mono(0), describe_cluster().once());
    let link = opened(&mut client, "seed:1");
    greet(&mut client, Mono(MS), link);
    sent(&mut client, link);
    sent(&mut client, link);
    client.handle_closed(Mono(2 * MS), link, "reset by peer");
    assert_eq!(client.poll_command(), Some(Command::Close { link }));
    let (id, result) = completed(&mut client);
    assert_eq!(id, hasty);
    let error = CallError::Closed { address: "seed:1".into(), why: "reset by peer".into() };
    assert_eq!(result, Err(error));
    client.handle_timeout(Mono(100 * MS));
    let link = opened(&mut client, "seed:1");
    greet(&mut client, Mono(101 * MS), link);
    let mut keys = Vec::new();
    while let Some(Command::Send { bytes, .. }) = client.poll_command() {
        let request = seen(&bytes);
        keys.push(request.key);
        if request.key == ApiKey::DescribeCluster as i16 {
            client.handle_bytes(Mono(102 * MS), link, &answer(&request, &DescribeClusterResponse::default()));
        } else {
            client.handle_bytes(Mono(102 * MS), link, &answer(&request, &metadata(&[(1, "seed", 1)])));
        }
    }
    assert!(keys.contains(&(ApiKey::DescribeCluster as i16)), "{keys:?}");
    assert_eq!(completed(&mut client).0, patient);
}
