//! How API handlers ask the role: one question, or several with the answers gathered.

use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_group::{Request, Response};
use thalweg_wire::ErrorCode;

use super::CoordinatorMessage;
use crate::api::{Answer, Caller};
use crate::node::Node;
use crate::worker::Reply;

/// The longest group id that the records of a group can hold.
const GROUP_ID_BYTES_MAX: usize = 32_767;

/// Whether a group id can name a group with members.
pub fn check_group_id(group: &str) -> Result<(), ErrorCode> {
    if group.is_empty() { Err(ErrorCode::InvalidGroupId) } else { check_group_id_length(group) }
}

/// Whether a group id can have offsets: the empty one can.
pub fn check_group_id_length(group: &str) -> Result<(), ErrorCode> {
    if group.len() > GROUP_ID_BYTES_MAX { Err(ErrorCode::InvalidGroupId) } else { Ok(()) }
}

/// Asks about one group; `answer` turns what comes back into the wire's answer.
pub fn ask_group(
    caller: &Caller<'_>,
    group: Arc<str>,
    request: Request,
    answer: impl FnOnce(Reply, Response) + Send + 'static,
) -> Answer {
    let reply = caller.reply();
    let reply = Box::new(move |response| answer(reply, response));
    caller.node.coordinators.send(CoordinatorMessage::Group { group, request, reply });
    Answer::Later
}

/// Takes what several answers come to.
type Done<T> = Box<dyn FnOnce(Vec<T>) + Send>;

struct Gathering<T> {
    answers: Vec<Option<T>>,
    left: usize,
    done: Option<Done<T>>,
}

/// Takers for so many answers; `done` gets them in this order once all are there. None at all: at once.
pub fn gather<T: Send + 'static>(
    count: usize,
    done: impl FnOnce(Vec<T>) + Send + 'static,
) -> Vec<Box<dyn FnOnce(T) + Send>> {
    if count == 0 {
        done(Vec::new());
        return Vec::new();
    }
    let answers = std::iter::repeat_with(|| None).take(count).collect();
    let gathering = Arc::new(Mutex::new(Gathering { answers, left: count, done: Some(Box::new(done)) }));
    let taker = |place: usize| {
        let gathering = Arc::clone(&gathering);
        Box::new(move |answer: T| {
            let mut gathering = gathering.lock();
            gathering.answers[place] = Some(answer);
            gathering.left -= 1;
            if gathering.left == 0
                && let Some(done) = gathering.done.take()
            {
                let answers = std::mem::take(&mut gathering.answers);
                drop(gathering);
                done(answers.into_iter().flatten().collect());
            }
        }) as Box<dyn FnOnce(T) + Send>
    };
    (0..count).map(taker).collect()
}

/// Asks several groups; `done` gets their answers in the order of the questions.
pub fn ask_groups(
    node: &Node,
    questions: Vec<(Arc<str>, Request)>,
    done: impl FnOnce(Vec<Response>) + Send + 'static,
) {
    let takers = gather(questions.len(), done);
    for ((group, request), reply) in questions.into_iter().zip(takers) {
        node.coordinators.send(CoordinatorMessage::Group { group, request, reply });
    }
}

/// Asks about one transactional id.
pub fn ask_transaction(
    node: &Node,
    id: Arc<str>,
    request: thalweg_transaction::Request,
    reply: impl FnOnce(thalweg_transaction::Response) + Send + 'static,
) {
    let reply = Box::new(reply);
    node.coordinators.send(CoordinatorMessage::Transaction { id, request, reply });
}
