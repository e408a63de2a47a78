//! How API handlers ask the role: one question, or one per group with the answers gathered.

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

type Done = Box<dyn FnOnce(Vec<Response>) + Send>;

struct Gathering {
    responses: Vec<Option<Response>>,
    left: usize,
    done: Option<Done>,
}

/// Asks several groups; `done` gets their answers in the order of the questions.
pub fn ask_groups(
    node: &Node,
    questions: Vec<(Arc<str>, Request)>,
    done: impl FnOnce(Vec<Response>) + Send + 'static,
) {
    if questions.is_empty() {
        return done(Vec::new());
    }
    let left = questions.len();
    let responses = std::iter::repeat_with(|| None).take(left).collect();
    let gathering = Arc::new(Mutex::new(Gathering { responses, left, done: Some(Box::new(done)) }));
    for (place, (group, request)) in questions.into_iter().enumerate() {
        let gathering = Arc::clone(&gathering);
        let reply = Box::new(move |response| {
            let mut gathering = gathering.lock();
            gathering.responses[place] = Some(response);
            gathering.left -= 1;
            if gathering.left == 0
                && let Some(done) = gathering.done.take()
            {
                done(std::mem::take(&mut gathering.responses).into_iter().flatten().collect());
            }
        });
        node.coordinators.send(CoordinatorMessage::Group { group, request, reply });
    }
}
