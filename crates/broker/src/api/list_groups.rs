//! ListGroups (key 16), versions 0–5: the groups this broker coordinates. v4 filter by state (KIP-518) · v5 by
//! type (KIP-848).

use thalweg_group::{Listing, Response};
use thalweg_security::acl::Operation;
use thalweg_wire::messages::list_groups_response::ListedGroup;
use thalweg_wire::messages::{ListGroupsRequest, ListGroupsResponse};

use super::{Answer, Caller};
use crate::coordinators::CoordinatorMessage;

/// Asks every partition's coordinator.
pub fn answer(request: &ListGroupsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let owned = |filter: &[&str]| filter.iter().map(|&text| text.to_owned()).collect::<Vec<String>>();
    let (states, kinds) = (owned(&request.states_filter), owned(&request.types_filter));
    let sees_all = caller.access().quietly().cluster(Operation::Describe);
    let access = caller.access().quietly().owned();
    let reply = caller.reply();
    let listed = Box::new(move |answered| {
        let Response::Listed(result) = answered else { return };
        let (listed, error_code) = match result {
            Ok(listed) => (listed, 0),
            Err(code) => (Vec::new(), code.code()),
        };
        let passes = |filter: &[String], text: &str| {
            filter.is_empty() || filter.iter().any(|wanted| wanted.eq_ignore_ascii_case(text))
        };
        let wanted = listed.iter().filter(|group| passes(&states, group.state) && passes(&kinds, group.kind));
        let wanted = wanted.filter(|group| sees_all || access.ask().group(Operation::Describe, &group.group));
        let groups = wanted.map(|group: &Listing| ListedGroup {
            group_id: &group.group,
            protocol_type: &group.protocol_type,
            group_state: group.state,
            group_type: group.kind,
        });
        reply.send(&ListGroupsResponse { error_code, groups: groups.collect(), ..Default::default() });
    });
    caller.node.coordinators.send(CoordinatorMessage::ListGroups(listed));
    Answer::Later
}
