//! Incremental fetch sessions (KIP-227): what a consumer told us once about its partitions, so that later
//! requests name only what changed, and answers too.
//!
//! Decides whether a request begins, continues or ends a session. The session's partitions are handed to the
//! request that uses it and come back with its answer, so nothing is copied and two requests cannot use one
//! session at a time. Never reads a log.

use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::Mutex;
use thalweg_model::{Mono, TopicId};
use thalweg_partition_log::ReadCursor;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::FetchRequest;

/// How a consumer named a topic: by name until Fetch v12, by id from v13.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicKey {
    /// Empty when named by id.
    pub name: Arc<str>,
    /// Zero when named by name.
    pub id: TopicId,
}

/// One partition a consumer wants, and what it was last told of it.
#[derive(Debug)]
pub struct Wanted {
    /// The topic as the consumer named it.
    pub topic: TopicKey,
    /// The partition's index.
    pub index: i32,
    /// Where to read.
    pub fetch_offset: i64,
    /// At most so many bytes.
    pub max_bytes: i32,
    /// The consumer's idea of the leader epoch, −1 for none.
    pub current_leader_epoch: i32,
    /// Epoch of the last record it has, −1 for none.
    pub last_fetched_epoch: i32,
    /// High watermark it was last told; `None` forces an answer.
    pub told_high_watermark: Option<i64>,
    /// Log start it was last told.
    pub told_log_start: i64,
    /// Where the last read ended, so that the next one looks nothing up.
    pub cursor: ReadCursor,
}

/// What a request is to its session.
#[derive(Debug, PartialEq, Eq)]
pub enum SessionUse {
    /// No session, or its end: the answer names every partition.
    None,
    /// Begins one if there is room: the answer names every partition.
    Begin,
    /// Continues this one: the answer names what changed.
    Continue(i32),
}

/// A request's part of its session.
#[derive(Debug)]
pub struct Context {
    /// What to do when it is answered.
    pub session: SessionUse,
    /// The partitions in the order in which they are to be served.
    pub wanted: Vec<Wanted>,
}

#[derive(Debug)]
struct Session {
    /// The epoch the next request must carry.
    epoch: i32,
    uses_topic_ids: bool,
    created: Mono,
    last_used: Mono,
    /// Partitions, as of the last request.
    size: usize,
    /// `None` while a request has them.
    wanted: Option<Vec<Wanted>>,
}

/// All sessions of the broker.
#[derive(Debug)]
pub struct FetchSessions {
    slots: usize,
    sessions: Mutex<HashMap<i32, Session>>,
}

/// A session epoch that opens a session.
const INITIAL_EPOCH: i32 = 0;
/// A session epoch of a request that wants none.
const FINAL_EPOCH: i32 = -1;
/// A session unused for this long may make room for a new one; one that has been there for this long makes room for a
/// larger one.
const EVICTION_MS: i64 = 120_000;

impl FetchSessions {
    /// A cache with so many slots (`max.incremental.fetch.session.cache.slots`).
    pub fn new(slots: usize) -> Self {
        Self { slots, sessions: Mutex::new(HashMap::new()) }
    }

    /// Sessions open.
    pub fn len(&self) -> usize {
        self.sessions.lock().len()
    }

    /// Partitions in all of them together; those of a session whose request is being served are not counted.
    pub fn partition_count(&self) -> usize {
        self.sessions.lock().values().filter_map(|session| session.wanted.as_ref()).map(Vec::len).sum()
    }

    /// True when none is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the request wants, its session taken into account.
    pub fn open(&self, request: &FetchRequest<'_>, version: i16, now: Mono) -> Result<Context, ErrorCode> {
        let named = || wanted_of(request);
        match request.session_epoch {
            INITIAL_EPOCH | FINAL_EPOCH => {
                if request.session_id != 0 {
                    self.sessions.lock().remove(&request.session_id);
                }
                let session =
                    if request.session_epoch == INITIAL_EPOCH { SessionUse::Begin } else { SessionUse::None };
                Ok(Context { session, wanted: named() })
            }
            epoch => {
                let mut sessions = self.sessions.lock();
                let Some(session) = sessions.get_mut(&request.session_id) else {
                    return Err(ErrorCode::FetchSessionIdNotFound);
                };
                if session.epoch != epoch {
                    return Err(ErrorCode::InvalidFetchSessionEpoch);
                }
                if session.uses_topic_ids != (version >= TOPIC_ID_VERSION) {
                    return Err(ErrorCode::FetchSessionTopicIdError);
                }
                // The request before this one has not been answered: its epoch is the one in use.
                let Some(mut wanted) = session.wanted.take() else {
                    return Err(ErrorCode::InvalidFetchSessionEpoch);
                };
                update(&mut wanted, request);
                if wanted.is_empty() {
                    sessions.remove(&request.session_id);
                    return Ok(Context { session: SessionUse::None, wanted });
                }
                session.epoch = next_epoch(epoch);
                session.last_used = now;
                session.size = wanted.len();
                Ok(Context { session: SessionUse::Continue(request.session_id), wanted })
            }
        }
    }

    /// Opens a session over the partitions of an answered full fetch. 0: there was no room, and the consumer
    /// goes on without.
    pub fn begin(
        &self,
        wanted: Vec<Wanted>,
        version: i16,
        now: Mono,
        mut random: impl FnMut() -> u64,
    ) -> i32 {
        if wanted.is_empty() || self.slots == 0 {
            return 0;
        }
        let mut sessions = self.sessions.lock();
        if sessions.len() >= self.slots {
            let Some(evicted) = evictable(&sessions, wanted.len(), now) else { return 0 };
            sessions.remove(&evicted);
        }
        let id = loop {
            let id = (random() & 0x7fff_ffff) as i32;
            if id != 0 && !sessions.contains_key(&id) {
                break id;
            }
        };
        let uses_topic_ids = version >= TOPIC_ID_VERSION;
        let session = Session {
            epoch: next_epoch(INITIAL_EPOCH),
            uses_topic_ids,
            created: now,
            last_used: now,
            size: wanted.len(),
            wanted: Some(wanted),
        };
        sessions.insert(id, session);
        id
    }

    /// Gives the partitions back to a session that goes on. Forgotten if it has been closed in between.
    pub fn put_back(&self, id: i32, wanted: Vec<Wanted>) {
        if let Some(session) = self.sessions.lock().get_mut(&id)
            && session.wanted.is_none()
        {
            session.wanted = Some(wanted);
        }
    }

    /// Ends a session whose request came to nothing.
    pub fn close(&self, id: i32) {
        self.sessions.lock().remove(&id);
    }
}

/// First Fetch version that names topics by id (KIP-516).
pub const TOPIC_ID_VERSION: i16 = 13;

/// Whose place a new session of so many partitions takes (KIP-227): one that nobody uses any more, else the smallest of
/// those that have had their time, if it is smaller.
fn evictable(sessions: &HashMap<i32, Session>, size: usize, now: Mono) -> Option<i32> {
    let has_passed = |since: Mono| now >= since.after_ms(EVICTION_MS);
    let (&oldest, session) = sessions.iter().min_by_key(|(_, session)| session.last_used)?;
    if has_passed(session.last_used) {
        return Some(oldest);
    }
    let had_their_time = sessions.iter().filter(|(_, session)| has_passed(session.created));
    let (&smallest, session) = had_their_time.min_by_key(|&(&id, session)| (session.size, id))?;
    (session.size < size).then_some(smallest)
}

fn next_epoch(epoch: i32) -> i32 {
    if epoch == i32::MAX { 1 } else { epoch + 1 }
}

fn wanted_of(request: &FetchRequest<'_>) -> Vec<Wanted> {
    let count = request.topics.iter().map(|topic| topic.partitions.len()).sum();
    let mut wanted = Vec::with_capacity(count);
    for topic in &request.topics {
        let key = TopicKey { name: Arc::from(topic.topic), id: topic.topic_id };
        for partition in &topic.partitions {
            wanted.push(Wanted {
                topic: key.clone(),
                index: partition.partition,
                fetch_offset: partition.fetch_offset,
                max_bytes: partition.partition_max_bytes,
                current_leader_epoch: partition.current_leader_epoch,
                last_fetched_epoch: partition.last_fetched_epoch,
                told_high_watermark: None,
                told_log_start: -1,
                cursor: ReadCursor::default(),
            });
        }
    }
    wanted
}

/// Applies an incremental request: changes and additions, then what is forgotten.
fn update(wanted: &mut Vec<Wanted>, request: &FetchRequest<'_>) {
    if request.topics.is_empty() && request.forgotten_topics_data.is_empty() {
        return;
    }
    let mut places: HashMap<(TopicKey, i32), usize> =
        wanted.iter().enumerate().map(|(place, want)| ((want.topic.clone(), want.index), place)).collect();
    for changed in wanted_of(request) {
        match places.get(&(changed.topic.clone(), changed.index)) {
            Some(&place) => {
                let want = &mut wanted[place];
                want.fetch_offset = changed.fetch_offset;
                want.max_bytes = changed.max_bytes;
                want.current_leader_epoch = changed.current_leader_epoch;
                want.last_fetched_epoch = changed.last_fetched_epoch;
            }
            None => {
                places.insert((changed.topic.clone(), changed.index), wanted.len());
                wanted.push(changed);
            }
        }
    }
    if request.forgotten_topics_data.is_empty() {
        return;
    }
    for topic in &request.forgotten_topics_data {
        let key = TopicKey { name: Arc::from(topic.topic), id: topic.topic_id };
        for &index in &topic.partitions {
            places.remove(&(key.clone(), index));
        }
    }
    let mut place = 0;
    let kept: hashbrown::HashSet<usize> = places.into_values().collect();
    wanted.retain(|_| {
        place += 1;
        kept.contains(&(place - 1))
    });
}

#[cfg(test)]
mod tests {
    use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};

    use super::*;

    fn request(session_id: i32, session_epoch: i32, partitions: &[(i32, i64)]) -> FetchRequest<'static> {
        let partitions = partitions
            .iter()
            .map(|&(partition, fetch_offset)| FetchPartition {
                partition,
                fetch_offset,
                ..Default::default()
            })
            .collect::<Vec<_>>();
        let topics = if partitions.is_empty() {
            Vec::new()
        } else {
            vec![FetchTopic { topic: "t", partitions, ..Default::default() }]
        };
        FetchRequest { session_id, session_epoch, topics, ..Default::default() }
    }

    fn offsets(context: &Context) -> Vec<(i32, i64)> {
        context.wanted.iter().map(|want| (want.index, want.fetch_offset)).collect()
    }

    fn opened(sessions: &FetchSessions) -> i32 {
        let context = sessions.open(&request(0, 0, &[(0, 5), (1, 6)]), 12, Mono(0)).expect("opens");
        assert_eq!(context.session, SessionUse::Begin);
        sessions.begin(context.wanted, 12, Mono(0), || 7)
    }

    #[test]
    fn a_session_remembers_what_was_asked_and_takes_changes() {
        let sessions = FetchSessions::new(10);
        let id = opened(&sessions);
        assert_eq!(id, 7);
        let next = sessions.open(&request(id, 1, &[(1, 60), (2, 0)]), 12, Mono(0)).expect("continues");
        assert_eq!(offsets(&next), [(0, 5), (1, 60), (2, 0)]);
        sessions.put_back(id, next.wanted);
        let mut forget = request(id, 2, &[]);
        forget.forgotten_topics_data =
            vec![ForgottenTopic { topic: "t", partitions: vec![0], ..Default::default() }];
        let last = sessions.open(&forget, 12, Mono(0)).expect("continues");
        assert_eq!(offsets(&last), [(1, 60), (2, 0)]);
    }

    #[test]
    fn wrong_ids_epochs_and_naming_are_kafkas_errors() {
        let sessions = FetchSessions::new(10);
        let id = opened(&sessions);
        let error = |request: &FetchRequest<'_>, version| sessions.open(request, version, Mono(0)).err();
        assert_eq!(error(&request(99, 1, &[]), 12), Some(ErrorCode::FetchSessionIdNotFound));
        assert_eq!(error(&request(id, 5, &[]), 12), Some(ErrorCode::InvalidFetchSessionEpoch));
        assert_eq!(error(&request(id, 1, &[]), 13), Some(ErrorCode::FetchSessionTopicIdError));
        let _in_use = sessions.open(&request(id, 1, &[]), 12, Mono(0)).expect("continues");
        assert_eq!(error(&request(id, 2, &[]), 12), Some(ErrorCode::InvalidFetchSessionEpoch), "in use");
    }

    #[test]
    fn a_full_cache_gives_up_only_what_was_unused_for_long() {
        let sessions = FetchSessions::new(1);
        opened(&sessions);
        let begin = |at: Mono| {
            let wanted = wanted_of(&request(0, 0, &[(0, 0)]));
            sessions.begin(wanted, 12, at, || 8)
        };
        assert_eq!(begin(Mono(0).after_ms(119_000)), 0);
        assert_eq!(begin(Mono(0).after_ms(120_000)), 8);
        assert_eq!(sessions.len(), 1);
    }

    #[test]
    fn in_a_full_cache_a_larger_session_takes_the_place_of_the_smallest_that_had_its_time() {
        let sessions = FetchSessions::new(2);
        let begin = |partitions: i32, at: Mono, id: u64| {
            let partitions: Vec<_> = (0..partitions).map(|index| (index, 0)).collect();
            sessions.begin(wanted_of(&request(0, 0, &partitions)), 12, at, || id)
        };
        assert_eq!((begin(3, Mono(0), 1), begin(2, Mono(0), 2)), (1, 2));
        let use_all = |epoch: i32, at: Mono| {
            for id in [1, 2] {
                if let Ok(context) = sessions.open(&request(id, epoch, &[]), 12, at) {
                    sessions.put_back(id, context.wanted);
                }
            }
        };
        use_all(1, Mono(0).after_ms(100_000));
        assert_eq!(begin(9, Mono(0).after_ms(119_000), 3), 0, "nobody has had their time");
        assert_eq!(begin(2, Mono(0).after_ms(120_000), 3), 0, "none is smaller");
        assert_eq!(begin(3, Mono(0).after_ms(120_000), 3), 3);
        let left = |id: i32| sessions.sessions.lock().contains_key(&id);
        assert!(left(1) && !left(2) && left(3));
    }

    #[test]
    fn a_final_epoch_closes_the_session() {
        let sessions = FetchSessions::new(1);
        let id = opened(&sessions);
        let context = sessions.open(&request(id, -1, &[(0, 1)]), 12, Mono(0)).expect("a full fetch");
        assert_eq!((context.session, sessions.len()), (SessionUse::None, 0));
    }
}
