//! Kafka's error codes in words: the code's own sentence, and what it usually comes from. Where there is nothing of its
//! own to say, whether a client tries again by itself is said.

use thalweg_wire::ErrorCode;

use super::Explained;

pub(super) fn explain(code: ErrorCode) -> Explained {
    let name = format!("{} ({})", code.name(), code.code());
    let (cause, remedy) = told(code).unwrap_or(match code.is_retriable() {
        true => (
            "Something that passes: a leader or coordinator that moves, or a view of the cluster that is out of date.",
            "Nothing at first: clients try again by themselves. If it stays, look at the broker's log at that time.",
        ),
        false => (
            "The request itself, or the state of what it names.",
            "Clients do not try again. The message beside the code, or the broker's log at that time, says more.",
        ),
    });
    Explained { name, what: code.message().to_owned(), cause: cause.to_owned(), remedy: remedy.to_owned() }
}

fn told(code: ErrorCode) -> Option<(&'static str, &'static str)> {
    use ErrorCode as E;
    Some(match code {
        E::None => ("There is no error.", "Nothing."),
        E::UnknownServerError => (
            "A mistake in the broker, or a failure it has no other code for.",
            "Look at the broker's log at that time and report the line.",
        ),
        E::OffsetOutOfRange => (
            "The consumer was away longer than retention keeps records, or the topic was deleted and made anew.",
            "Consumers follow auto.offset.reset; `thalweg group reset` moves a group, longer retention avoids it.",
        ),
        E::CorruptMessage => (
            "Bytes changed on the way, or a client computes checksums wrongly.",
            "Find the client or the network device; the broker has written nothing.",
        ),
        E::UnknownTopicOrPartition | E::UnknownTopicId => (
            "The topic does not exist, was deleted, or the caller may not see it.",
            "`thalweg topic list` shows what there is; `thalweg topic create NAME` makes one; `thalweg acl check` shows leave.",
        ),
        E::RequestTimedOut => (
            "The broker or its disk is busier than the client's patience.",
            "Look at the disk's load and at thalweg_request_duration_seconds; raise the client's timeout if it is short.",
        ),
        E::MessageTooLarge | E::RecordListTooLarge => (
            "A batch is larger than max.message.bytes of the topic (message.max.bytes of the broker).",
            "`thalweg config set topic:NAME max.message.bytes=…`, or smaller batches in the producer.",
        ),
        E::NotEnoughReplicas | E::NotEnoughReplicasAfterAppend => (
            "acks=all and fewer replicas in sync than min.insync.replicas; on one node that must be 1.",
            "`thalweg config set topic:NAME min.insync.replicas=1`, or bring the other replicas back.",
        ),
        E::InvalidReplicationFactor => (
            "More replicas were asked for than there are brokers.",
            "Ask for one replica on one node; default.replication.factor counts where nobody says.",
        ),
        E::TopicAuthorizationFailed
        | E::GroupAuthorizationFailed
        | E::ClusterAuthorizationFailed
        | E::TransactionalIdAuthorizationFailed
        | E::DelegationTokenAuthorizationFailed => (
            "No rule allows it to this user from this address, or one forbids it.",
            "`thalweg acl check USER OPERATION TOPIC` says which rule decides; `thalweg acl add` makes one.",
        ),
        E::SaslAuthenticationFailed => (
            "A wrong password or token, or a user that does not exist.",
            "Check the client's sasl.jaas.config; `thalweg user list` shows users of SCRAM. The broker's log says why (login_refused).",
        ),
        E::UnsupportedSaslMechanism => (
            "The listener does not offer that mechanism.",
            "Set the client's sasl.mechanism to one of the listener's sasl.enabled.mechanisms.",
        ),
        E::IllegalSaslState => (
            "A login was begun where none is awaited, mostly a client with SASL on a listener without.",
            "Make the client's security.protocol that of the listener.",
        ),
        E::UnsupportedVersion => (
            "The client or the request is of a version that the broker, or the feature level, does not serve.",
            "Update the older of the two; `thalweg version` says what this one speaks.",
        ),
        E::TopicAlreadyExists => ("Somebody made it before.", "Choose another name, or say --if-not-exists."),
        E::InvalidTopicException => (
            "A topic's name is 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-'.",
            "Choose another name.",
        ),
        E::InvalidConfig => (
            "A key that does not exist, or a value it does not take.",
            "`thalweg config explain KEY` says what a setting takes.",
        ),
        E::PolicyViolation => {
            ("A rule of the operator's forbids it.", "The message beside the code says which.")
        }
        E::OutOfOrderSequenceNumber | E::UnknownProducerId => (
            "The broker has lost or never seen what the producer wrote before: a cut log, or retention shorter than the pause.",
            "Idempotent producers recover by themselves where nothing is lost; see log_truncated in the broker's log.",
        ),
        E::InvalidProducerEpoch | E::ProducerFenced => (
            "Another producer with the same transactional id has begun since.",
            "End this one; each running producer needs a transactional id of its own.",
        ),
        E::ConcurrentTransactions => {
            ("The transaction before is still being ended.", "Nothing: clients wait and try again.")
        }
        E::KafkaStorageError => (
            "The partition's disk is full or out of service.",
            "See log_directory_offline and append_failed in the broker's log; `thalweg doctor` looks at the disks.",
        ),
        E::ThrottlingQuotaExceeded => (
            "More changes of metadata than a quota allows.",
            "Wait as long as the answer says, or `thalweg quota set … controller_mutation_rate=…`.",
        ),
        E::NonEmptyGroup => {
            ("The group still has members.", "Stop its consumers first, or wait for session.timeout.ms.")
        }
        E::RebalanceInProgress | E::IllegalGeneration | E::UnknownMemberId => (
            "The group shares out its partitions anew; if it stays, a consumer takes longer than max.poll.interval.ms.",
            "Consumers join again by themselves; make the work between two polls shorter if it stays.",
        ),
        E::SecurityDisabled => (
            "There is no authorizer, so there are no rules.",
            "Set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer and restart.",
        ),
        E::DelegationTokenAuthDisabled => {
            ("The broker has no key to make tokens with.", "Set delegation.token.secret.key and restart.")
        }
        E::FencedLeaderEpoch | E::UnknownLeaderEpoch | E::NotLeaderOrFollower | E::LeaderNotAvailable => (
            "The client's view of who leads the partition is out of date, or the partition has no leader.",
            "Clients ask again by themselves; if it stays, `thalweg topic describe NAME` shows the leaders.",
        ),
        E::CoordinatorLoadInProgress | E::CoordinatorNotAvailable | E::NotCoordinator => (
            "The coordinator has just started and reads its state.",
            "Nothing: clients try again. If it stays, see coordinator_unreadable in the broker's log.",
        ),
        E::InvalidTimestamp => (
            "A record's time differs from the broker's by more than message.timestamp.before.max.ms or …after.max.ms allow.",
            "Set the producer's clock right, or change those settings of the topic.",
        ),
        E::InvalidRecord => (
            "A record breaks a rule of the topic, mostly one without a key for a compacted topic.",
            "Give every record of a compacted topic a key.",
        ),
        _ => return None,
    })
}
