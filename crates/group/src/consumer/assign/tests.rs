//! Results of Kafka 4.4's assignors on 300 random groups (`fixtures/Assignments.java`), and what any assignment
//! must hold.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

struct Case {
    assignor: Assignor,
    spec: GroupSpec,
    kafkas: Assignment,
}

fn cases() -> Vec<Case> {
    let text = include_str!("../../../fixtures/assignments.txt");
    let mut cases = Vec::new();
    let mut ids: Vec<Uuid> = Vec::new();
    let mut case: Option<Case> = None;
    let assignment = |ids: &[Uuid], text: &str| -> TopicPartitions {
        let topics = text.split(';').filter(|part| *part != "-").map(|part| {
            let (topic, partitions) = part.split_once(':').unwrap();
            let partitions = partitions.split(',').map(|partition| partition.parse().unwrap());
            (ids[topic.parse::<usize>().unwrap()], partitions.collect())
        });
        topics.collect()
    };
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "case" => {
                ids.clear();
                let assignor = Assignor::by_name(words[1]).unwrap();
                case = Some(Case { assignor, spec: GroupSpec::default(), kafkas: Assignment::new() });
            }
            "t" => {
                let id = Uuid(u128::from_str_radix(words[1], 16).unwrap().to_be_bytes());
                ids.push(id);
                case.as_mut().unwrap().spec.topics.insert(id, words[2].parse().unwrap());
            }
            "m" => {
                let topics = words[3].split(',').map(|topic| ids[topic.parse::<usize>().unwrap()]);
                let member = MemberSpec {
                    instance: Some(words[2]).filter(|name| *name != "-").map(Arc::from),
                    topics: Arc::new(topics.collect()),
                    target: Arc::new(assignment(&ids, words[4])),
                };
                case.as_mut().unwrap().spec.members.insert(words[1].into(), member);
            }
            "r" => {
                let given = assignment(&ids, words[2]);
                case.as_mut().unwrap().kafkas.insert(words[1].into(), given);
            }
            _ => cases.push(case.take().unwrap()),
        }
    }
    cases
}

fn sizes(spec: &GroupSpec, assignment: &Assignment) -> Vec<usize> {
    let size = |id| assignment.get(id).map_or(0, |topics| topics.values().map(BTreeSet::len).sum());
    spec.members.keys().map(size).collect()
}

/// Partitions that are not where they were.
fn moved(spec: &GroupSpec, assignment: &Assignment) -> usize {
    let mut moved = 0;
    for (id, topics) in assignment {
        for (topic, partitions) in topics {
            let had = spec.members[id].target.get(topic);
            moved += partitions.iter().filter(|index| !had.is_some_and(|had| had.contains(index))).count();
        }
    }
    moved
}

fn check(spec: &GroupSpec, assignment: &Assignment) {
    let mut given = BTreeSet::new();
    for (id, topics) in assignment {
        for (topic, partitions) in topics {
            assert!(spec.members[id].topics.contains(topic), "{id} did not subscribe to {topic}");
            assert!(!partitions.is_empty());
            for partition in partitions {
                assert!((0..spec.topics[topic]).contains(partition));
                assert!(given.insert((*topic, *partition)), "{topic} {partition} is given twice");
            }
        }
    }
    let wanted: BTreeSet<Uuid> =
        spec.members.values().flat_map(|member| member.topics.iter().copied()).collect();
    let all: i32 = wanted.iter().filter_map(|topic| spec.topics.get(topic)).sum();
    assert_eq!(given.len(), all as usize, "every partition has an owner");
}

#[test]
fn ranges_are_kafkas_exactly() {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.assignor == Assignor::Range).collect();
    assert_eq!(cases.len(), 100);
    for case in cases {
        let mut ours = case.assignor.assign(&case.spec);
        check(&case.spec, &ours);
        for id in case.spec.members.keys() {
            ours.entry(id.clone()).or_default();
        }
        assert_eq!(ours, case.kafkas);
    }
}

#[test]
fn uniform_sizes_and_moves_are_kafkas() {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.assignor == Assignor::Uniform).collect();
    assert_eq!(cases.len(), 200);
    for (number, case) in cases.iter().enumerate() {
        let ours = case.assignor.assign(&case.spec);
        check(&case.spec, &ours);
        let mut members = case.spec.members.values();
        let first = members.next().unwrap();
        if members.all(|member| member.topics == first.topics) {
            // Which topic's partitions fill a gap follows from the order of a HashMap there.
            assert_eq!(sizes(&case.spec, &ours), sizes(&case.spec, &case.kafkas), "case {number}");
            assert_eq!(moved(&case.spec, &ours), moved(&case.spec, &case.kafkas), "case {number}");
        } else {
            assert_eq!(ours, case.kafkas, "case {number}");
        }
    }
}

fn specs() -> impl Strategy<Value = GroupSpec> {
    let topics = proptest::collection::vec(0..20i32, 1..6);
    let members =
        proptest::collection::vec((proptest::collection::vec(any::<bool>(), 5), any::<bool>()), 1..12);
    (topics, members, any::<bool>()).prop_map(|(topics, members, is_same)| {
        let id = |index: usize| Uuid([index as u8 + 1; 16]);
        let first = members[0].0.clone();
        let members = members.into_iter().enumerate().map(|(number, (subscribed, is_static))| {
            let subscribed = if is_same { &first } else { &subscribed };
            let topics =
                subscribed.iter().enumerate().filter(|(_, is_in)| **is_in).map(|(index, _)| id(index));
            let instance = is_static.then(|| Arc::from(format!("i{}", 100 - number)));
            let member = MemberSpec { instance, topics: Arc::new(topics.collect()), ..MemberSpec::default() };
            (Arc::from(format!("m{number}")), member)
        });
        let members = members.collect();
        GroupSpec {
            members,
            topics: topics.into_iter().enumerate().map(|(index, n)| (id(index), n)).collect(),
        }
    })
}

proptest! {
    #[test]
    fn every_partition_gets_one_subscriber_and_asking_again_moves_nothing(spec in specs()) {
        for assignor in [Assignor::Uniform, Assignor::Range] {
            let assignment = assignor.assign(&spec);
            check(&spec, &assignment);
            let mut again = spec.clone();
            for (id, given) in &assignment {
                again.members.get_mut(id).unwrap().target = Arc::new(given.clone());
            }
            prop_assert_eq!(moved(&again, &assignor.assign(&again)), 0);
        }
    }
}

/// A group of 1,000 members and 10,000 partitions: the figure is printed, the bound is generous.
#[test]
fn a_large_group_is_assigned_within_moments() {
    let topics: BTreeMap<Uuid, i32> = (1..=10u8).map(|index| (Uuid([index; 16]), 1_000)).collect();
    let all = Arc::new(topics.keys().copied().collect::<BTreeSet<_>>());
    let most = Arc::new(topics.keys().copied().skip(1).collect::<BTreeSet<_>>());
    let members = (0..1_000).map(|number| {
        let topics = if number % 2 == 0 { Arc::clone(&all) } else { Arc::clone(&most) };
        (Arc::from(format!("m{number}")), MemberSpec { topics, ..MemberSpec::default() })
    });
    let spec = GroupSpec { members: members.collect(), topics };
    for assignor in [Assignor::Uniform, Assignor::Range] {
        check(&spec, &assignor.assign(&spec));
    }
}
