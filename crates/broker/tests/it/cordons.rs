//! Log directories that get no new partitions (KIP-1066): from the start and at run time, and what is told of them.

use thalweg_wire::messages::alter_replica_log_dirs_request::{AlterReplicaLogDir, AlterReplicaLogDirTopic};
use thalweg_wire::messages::{AlterReplicaLogDirsRequest, DescribeLogDirsRequest};

use crate::admin::{BROKER, set};
use crate::client::{Client, batch};
use crate::world::{End, World};

const KEY: &str = "cordoned.log.dirs";
const INVALID_REPLICATION_FACTOR: i16 = 38;
const INVALID_REQUEST: i16 = 42;
const KAFKA_STORAGE_ERROR: i16 = 56;

/// Per directory whether it is cordoned, and which topics lie there.
fn told(world: &mut World, client: &mut Client) -> Vec<(String, bool, Vec<String>)> {
    let answer = client.ask(world, 5, &DescribeLogDirsRequest { topics: None });
    let results = answer.body().results;
    let of = |result: &thalweg_wire::messages::describe_log_dirs_response::DescribeLogDirsResult<'_>| {
        let mut topics: Vec<String> = result.topics.iter().map(|topic| topic.name.to_owned()).collect();
        topics.sort();
        (result.log_dir.to_owned(), result.is_cordoned, topics)
    };
    results.iter().map(of).collect()
}

fn cordon(world: &mut World, client: &mut Client, value: &str) -> (i16, String) {
    set(world, &mut *client.stream, BROKER, "1", KEY, value)
}

#[test]
fn new_partitions_go_elsewhere_and_those_that_are_there_are_served() {
    let mut world = World::with(&[("log.dirs", "/data,/more")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "before", &[]);
    let home = told(&mut world, &mut client).into_iter().find(|(_, _, topics)| !topics.is_empty()).unwrap().0;
    let other = if home == "/data" { "/more" } else { "/data" };
    assert_eq!(cordon(&mut world, &mut client, &home), (0, String::new()));
    for topic in ["a", "b", "c"] {
        client.create(&mut world, topic, &[]);
    }
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let mut now = told(&mut world, &mut client);
    now.sort_by_key(|(path, _, _)| *path != home);
    assert_eq!(now[0], (home.clone(), true, names(&["before"])));
    assert_eq!(now[1], (other.to_owned(), false, names(&["a", "b", "c"])));
    assert_eq!(client.produce(&mut world, "before", &batch(&["x"])), (0, 0), "what is there is served");

    let topics = vec![AlterReplicaLogDirTopic { name: "a", partitions: vec![0] }];
    let request = AlterReplicaLogDirsRequest { dirs: vec![AlterReplicaLogDir { path: &home, topics }] };
    let answer = client.ask(&mut world, 2, &request);
    assert_eq!(answer.body().results[0].partitions[0].error_code, KAFKA_STORAGE_ERROR);

    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "d", &[]);
    let now = told(&mut world, &mut client);
    assert!(now.iter().any(|(path, is_cordoned, topics)| *path == home && *is_cordoned && topics.len() == 1));
}

#[test]
fn a_broker_whose_directories_are_all_cordoned_takes_no_topic_until_one_is_opened() {
    let mut world = World::with(&[("log.dirs", "/data,/more"), (KEY, "*")]);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.try_create(&mut world, "t", 1, &[]), INVALID_REPLICATION_FACTOR);
    assert_eq!(cordon(&mut world, &mut client, "/more"), (0, String::new()));
    assert_eq!(client.try_create(&mut world, "t", 1, &[]), 0);
    let now = told(&mut world, &mut client);
    assert!(now.iter().any(|(path, _, topics)| path == "/data" && topics == &["t"]), "{now:?}");
    assert_eq!(cordon(&mut world, &mut client, "/data,/more"), (0, String::new()));
    assert_eq!(client.try_create(&mut world, "u", 1, &[]), INVALID_REPLICATION_FACTOR);
    let (code, message) = cordon(&mut world, &mut client, "/nowhere");
    assert_eq!(code, INVALID_REQUEST);
    assert!(message.contains("must be present in log.dirs"), "{message}");
}
