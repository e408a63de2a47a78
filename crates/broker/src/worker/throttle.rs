//! Who exceeds a quota waits: he is answered at once, told how long, and not read until then (KIP-219).
//!
//! Nothing here runs while there is no quota. What a request costs is counted when it is taken, or for a Fetch when
//! it is answered; the next answer that leaves the connection tells the wait.

use std::time::Duration;

use thalweg_model::Mono;
use thalweg_platform::Stream;
use thalweg_wire::ApiKey;

use super::{Deadline, Worker};
use crate::connection::slots::{Kind, Response};
use crate::connection::{ConnectionId, Pause};

/// Connections that were turned away and are held before they are closed, at most.
const HELD_MAX: usize = 1024;

/// A connection over its address's quota: closed when its wait is over, so that the client does not come at once.
#[derive(Debug)]
pub(super) struct Held {
    until: Mono,
    /// Never read: held only to be closed.
    _stream: Box<dyn Stream>,
}

impl Worker {
    /// Counts a request that is about to be worked on, by the limits its connection keeps; returns when the work
    /// began if its time is to be counted as well.
    pub(super) fn charge(&mut self, id: ConnectionId, kind: Kind, bytes: usize) -> Option<Mono> {
        let quotas = self.connections.get(id.key)?.quotas.as_ref()?;
        let times = quotas.request.is_some();
        let wait = match (&quotas.produce, kind) {
            (Some(produce), Kind::Produce) => produce.record(bytes as f64, self.now.mono_ms()),
            _ => 0,
        };
        self.mute(id, wait);
        // One reading of the clock is the end of one request and the beginning of the next.
        let before = self.timed_until.take();
        times.then(|| before.unwrap_or_else(|| self.node.clock.mono()))
    }

    /// Counts the time that a request has taken since `began`.
    pub(super) fn charge_time(&mut self, id: ConnectionId, began: Option<Mono>) {
        let Some(began) = began else { return };
        let now = self.node.clock.mono();
        self.timed_until = Some(now);
        let nanos = u64::try_from(began.until(now).as_nanos()).unwrap_or(u64::MAX);
        let Some(connection) = self.connection(id) else { return };
        let request = connection.quotas.as_ref().and_then(|quotas| quotas.request.as_ref());
        let wait = request.map_or(0, |request| request.record_time(nanos, now.as_ms()));
        self.mute(id, wait);
    }

    /// Counts the records of a Fetch that is about to be answered; how long the client is to wait for them. Those
    /// that must wait are not sent, and do not count.
    pub(super) fn charge_fetch(&mut self, id: ConnectionId, bytes: u64) -> i64 {
        if bytes == 0 {
            return 0;
        }
        let now_ms = self.now.mono_ms();
        let Some(connection) = self.connection(id) else { return 0 };
        let Some(consume) = connection.quotas.as_ref().and_then(|quotas| quotas.consume.as_ref()) else {
            return 0;
        };
        let wait = consume.record(bytes as f64, now_ms);
        if wait > 0 {
            consume.record(-(bytes as f64), now_ms);
            self.mute(id, wait);
        }
        wait
    }

    /// The connection is not read for so long, and its next answer says so.
    pub(super) fn mute(&mut self, id: ConnectionId, wait_ms: i64) {
        if wait_ms <= 0 {
            return;
        }
        let until = self.now.mono.after_ms(wait_ms);
        let Some(connection) = self.connection(id) else { return };
        let told = i32::try_from(wait_ms).unwrap_or(i32::MAX);
        connection.owed_throttle_ms = connection.owed_throttle_ms.max(told);
        if connection.muted_until.is_none_or(|present| present < until) {
            connection.muted_until = Some(until);
            self.wheel.set(until, Deadline::Unmute(id));
        }
    }

    /// A wait may be over.
    pub(super) fn unmute(&mut self, id: ConnectionId) {
        let now = self.now.mono;
        let Some(connection) = self.connection(id) else { return };
        if connection.muted_until.is_some_and(|until| until <= now) {
            connection.muted_until = None;
            connection.last_active = now;
            connection.frame_progress = connection.frame_progress.map(|_| now);
            self.resume(id, Pause::Muted);
        }
    }

    /// Keeps a connection that was turned away until its wait is over, or closes it at once if there are many.
    pub(super) fn hold(&mut self, stream: Box<dyn Stream>, wait_ms: i64) {
        if self.held.len() < HELD_MAX {
            let longest = i64::try_from(LONGEST_HOLD.as_millis()).unwrap_or(i64::MAX);
            let until = self.now.mono.after_ms(wait_ms.min(longest));
            self.held.push(Held { until, _stream: stream });
        }
    }

    /// Closes those whose wait is over.
    pub(super) fn let_go(&mut self) {
        let now = self.now.mono;
        self.held.retain(|held| held.until > now);
    }
}

/// However long the wait: a descriptor is not kept for longer.
const LONGEST_HOLD: Duration = Duration::from_secs(30);

/// Writes a wait into an answer that was encoded before it was known. Most answers begin with it; a few have it
/// elsewhere and tell nothing, which clients take for no wait.
pub(super) fn tell(response: &mut Response, wait_ms: i32) -> bool {
    let Some(at) = response.throttle_at else { return false };
    let Some(bytes) = response.bytes.get_mut(at..at + 4) else { return false };
    let Ok(field) = <&mut [u8; 4]>::try_from(bytes) else { return false };
    let present = i32::from_be_bytes(*field);
    *field = present.max(wait_ms).to_be_bytes();
    true
}

/// Whether answers of this API and version begin with the wait.
pub fn begins_with_throttle(key: ApiKey, version: i16) -> bool {
    let first = match key {
        ApiKey::Produce
        | ApiKey::ApiVersions
        | ApiKey::SaslHandshake
        | ApiKey::SaslAuthenticate
        | ApiKey::DescribeQuorum
        | ApiKey::OffsetDelete
        | ApiKey::WriteTxnMarkers
        | ApiKey::CreateDelegationToken
        | ApiKey::RenewDelegationToken
        | ApiKey::ExpireDelegationToken
        | ApiKey::DescribeDelegationToken
        | ApiKey::Envelope
        | ApiKey::Vote
        | ApiKey::BeginQuorumEpoch
        | ApiKey::EndQuorumEpoch
        | ApiKey::InitializeShareGroupState
        | ApiKey::ReadShareGroupState
        | ApiKey::WriteShareGroupState
        | ApiKey::DeleteShareGroupState
        | ApiKey::ReadShareGroupStateSummary => return false,
        ApiKey::Metadata | ApiKey::OffsetCommit | ApiKey::OffsetFetch => 3,
        ApiKey::JoinGroup | ApiKey::ListOffsets | ApiKey::CreateTopics | ApiKey::OffsetForLeaderEpoch => 2,
        ApiKey::Fetch
        | ApiKey::FindCoordinator
        | ApiKey::Heartbeat
        | ApiKey::LeaveGroup
        | ApiKey::SyncGroup
        | ApiKey::DescribeGroups
        | ApiKey::ListGroups
        | ApiKey::DeleteTopics => 1,
        _ => 0,
    };
    version >= first
}

#[cfg(test)]
mod tests {
    use thalweg_wire::messages::{DescribeAclsResponse, ListGroupsResponse, MetadataResponse};

    use super::*;
    use crate::worker::encode_response;

    #[test]
    fn a_wait_is_told_where_the_answer_has_a_place_for_it() {
        let response = DescribeAclsResponse::default();
        for version in [1, 3] {
            let mut encoded =
                encode_response(ApiKey::DescribeAcls, version, 7, &response).expect("encodable");
            assert!(tell(&mut encoded, 0x0102_0304));
            let at = if version >= 2 { 9 } else { 8 };
            assert_eq!(encoded.bytes[at..at + 4], [1, 2, 3, 4]);
            assert!(tell(&mut encoded, 5));
            assert_eq!(encoded.bytes[at..at + 4], [1, 2, 3, 4], "the longer wait stands");
        }
        let mut old =
            encode_response(ApiKey::ListGroups, 0, 7, &ListGroupsResponse::default()).expect("encodable");
        let before = old.bytes.clone();
        assert!(!tell(&mut old, 5) && old.bytes == before);
        let metadata = MetadataResponse::default();
        assert!(!tell(&mut encode_response(ApiKey::Metadata, 2, 7, &metadata).expect("encodable"), 5));
        assert!(tell(&mut encode_response(ApiKey::Metadata, 3, 7, &metadata).expect("encodable"), 5));
    }
}
