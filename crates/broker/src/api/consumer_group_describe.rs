//! ConsumerGroupDescribe (key 69), versions 0–1: state and members of consumer groups (KIP-848). v1 tells the
//! protocol of each member.

use thalweg_group::{ConsumerDescription, DescribedConsumer, Request, Response, TopicAssignment};
use thalweg_security::acl::Operation;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::consumer_group_describe_response::{
    Assignment, DescribedGroup, Member, TopicPartitions,
};
use thalweg_wire::messages::{ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse};

use super::asked_groups::AskedGroups;
use super::{Answer, Caller};
use crate::coordinators::ask_groups;

/// Asks the coordinator for each group.
pub fn answer(request: &ConsumerGroupDescribeRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    if !caller.node.serves_consumer_protocol() {
        let error_code = ErrorCode::UnsupportedVersion.code();
        let groups = request.group_ids.iter().copied();
        let groups =
            groups.map(|group_id| DescribedGroup { group_id, error_code, ..Default::default() }).collect();
        return caller.ready(&ConsumerGroupDescribeResponse { groups, ..Default::default() });
    }
    let asked = AskedGroups::new(&request.group_ids, caller).refuse_nameless();
    let operations = asked.operations(caller, request.include_authorized_operations);
    let access = caller.access().quietly().owned();
    let reply = caller.reply();
    ask_groups(caller.node, asked.questions(Request::DescribeConsumer), move |answers| {
        let outcomes: Vec<_> = asked.outcomes(&answers).zip(operations).collect();
        let missing: Vec<String> =
            outcomes.iter().map(|((group, _), _)| format!("Group {group} not found.")).collect();
        let is_visible = |topic: &str| access.ask().topic(Operation::Describe, topic);
        let refused = |code: ErrorCode| DescribedGroup { error_code: code.code(), ..Default::default() };
        let described =
            outcomes.into_iter().zip(&missing).map(|(((group_id, outcome), operations), missing)| {
                let told = match outcome {
                    Err(code) => refused(code),
                    Ok(Some(Response::DescribedConsumer(Ok(Some(group))))) => {
                        describe(group, operations, is_visible)
                    }
                    Ok(Some(Response::DescribedConsumer(Ok(None)))) => {
                        DescribedGroup { error_message: Some(missing), ..refused(ErrorCode::GroupIdNotFound) }
                    }
                    Ok(Some(Response::DescribedConsumer(Err(code)))) => refused(*code),
                    Ok(_) => refused(ErrorCode::UnknownServerError),
                };
                DescribedGroup { group_id, ..told }
            });
        reply.send(&ConsumerGroupDescribeResponse { groups: described.collect(), ..Default::default() });
    });
    Answer::Later
}

/// A caller that may not know of a topic is not told of the members that read it.
fn describe(
    group: &ConsumerDescription,
    authorized_operations: i32,
    is_visible: impl Fn(&str) -> bool,
) -> DescribedGroup<'_> {
    let told = |member: &DescribedConsumer| {
        let assigned = member.assignment.iter().chain(&member.target).map(|topic| &topic.name);
        member.topics.iter().chain(assigned).all(|topic| is_visible(topic))
    };
    if !group.members.iter().all(told) {
        return DescribedGroup {
            error_code: ErrorCode::TopicAuthorizationFailed.code(),
            error_message: Some("The group uses topics that the client may not describe."),
            ..Default::default()
        };
    }
    DescribedGroup {
        group_state: group.state,
        group_epoch: group.epoch,
        assignment_epoch: group.assignment_epoch,
        assignor_name: &group.assignor,
        members: group.members.iter().map(describe_member).collect(),
        authorized_operations,
        ..Default::default()
    }
}

fn describe_member(member: &DescribedConsumer) -> Member<'_> {
    Member {
        member_id: &member.member,
        instance_id: member.instance.as_deref(),
        rack_id: member.rack.as_deref(),
        member_epoch: member.epoch,
        client_id: &member.client_id,
        client_host: &member.client_host,
        subscribed_topic_names: member.topics.iter().map(|topic| &**topic).collect(),
        subscribed_topic_regex: member.regex.as_deref(),
        assignment: assignment(&member.assignment),
        target_assignment: assignment(&member.target),
        member_type: if member.is_classic { 0 } else { 1 },
    }
}

fn assignment(topics: &[TopicAssignment]) -> Assignment<'_> {
    let topic_partitions = topics.iter().map(|topic| TopicPartitions {
        topic_id: topic.id,
        topic_name: &topic.name,
        partitions: topic.partitions.clone(),
    });
    Assignment { topic_partitions: topic_partitions.collect() }
}
