//! The log lines that a human should look at, by the names they carry. A test holds this table against the sources.

/// One line's meaning.
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) cause: &'static str,
    pub(super) remedy: &'static str,
}

macro_rules! events {
    ($($name:ident: $what:literal, $cause:literal, $remedy:literal;)*) => {
        &[$(Event { name: stringify!($name), what: $what, cause: $cause, remedy: $remedy }),*]
    };
}

/// Explained though they are logged at a lower level: people ask about them.
#[cfg(test)]
pub(super) const QUIET: &[&str] =
    &["authorization_denied", "login_refused", "tls_handshake_failed", "unsupported_request"];

/// By name.
pub(super) const ALL: &[Event] = events! {
    accept_failed: "The system would not hand out a connection that waits; others wait behind it.",
        "The process has no descriptors left, or the machine no memory for sockets.",
        "Raise the limit of open files (ulimit -n, LimitNOFILE=); `thalweg doctor` shows it. It is tried again by itself.";
    answer_not_encodable: "An answer could not be written in the version the client asked for; its connection was closed.",
        "A mistake in this program.",
        "Report it with the line. The client will connect again; an older or newer client may ask in another version.";
    append_failed: "A partition could not be written: there is no room. Producers get KAFKA_STORAGE_ERROR, reads go on.",
        "The disk or the quota of its user is full.",
        "Free or add room, or lower retention; writing goes on by itself as soon as it can.";
    audit_not_written: "Lines of the audit log could not be written; they are counted until it works again.",
        "Its disk is full, or its directory was removed.",
        "Make room or put the directory back; the log then tells how many lines are missing.";
    audit_stopped: "The audit log could not be made durable; nothing more is written to it in this life.",
        "The disk that holds it is failing.",
        "Look at the kernel's log, move thalweg.audit.log to a good disk and restart.";
    authorization_denied: "A client asked for something that no rule allows, and was told so.",
        "It lacks a rule, or somebody tries what is not theirs.",
        "`thalweg acl check USER OPERATION TOPIC` says which rule decides; `thalweg acl add` makes one.";
    checkpoint_unreadable: "The cleaner's checkpoint could not be read, so compacted topics are compacted from their start.",
        "A disk fault, or a file that was edited.",
        "Nothing: it costs time once, no data. If it comes again, check the disk.";
    commit_beyond_end: "A group has committed an offset behind the end of its partition's log; the offset stays as it was committed.",
        "The log lost its end in a crash or was restored from a copy, after the group had passed those records.",
        "Write them again if you have them; otherwise `thalweg group reset` moves the group to the log's end, or it skips what comes until there.";
    compaction_postponed: "A compacted log had no room beside the old one; it is tried again later.",
        "The disk is nearly full.",
        "Make room for one more copy of the largest segment.";
    compaction_starts_over: "The cleaner's checkpoint names an offset that the log no longer has; it starts at the beginning.",
        "The log lost its end in a crash, or was restored from a copy.",
        "Nothing: it costs time once.";
    connection_lost: "A connection could not be watched or moved and was given up; the client connects again.",
        "The process or the system is out of descriptors or memory.",
        "Raise the limit of open files; `thalweg doctor` shows it.";
    connection_refused: "A client was turned away because there are too many connections.",
        "A limit: max.connections, max.connections.per.ip or its overrides.",
        "Raise the limit if the clients are yours, or find out who opens so many.";
    console_accept_failed: "The admin listener could not take a connection; it tries again.",
        "The process is out of descriptors.",
        "Raise the limit of open files.";
    console_failed: "The admin listener has stopped: no metrics and no health until the next start. The broker goes on.",
        "The system refused to watch it, or a mistake in this program.",
        "Restart when it suits; report it if it comes again.";
    controlled_shutdown_failed: "The stop was not clean: the next start checks the logs.",
        "The metadata could not be written any more, mostly because of the disk.",
        "Look at the lines before it; nothing acknowledged is lost by it.";
    controller_answer_mismatch: "The controller answered another question than was asked; the client got UNKNOWN_SERVER_ERROR.",
        "A mistake in this program.",
        "Report it with the line.";
    coordinator_append_diverted: "Records of a coordinator could not go the direct way; its clients are told to try again.",
        "The disk is slow, full or failing.",
        "Look at the lines about the log directory.";
    coordinator_unreadable: "A partition of __consumer_offsets or __transaction_state holds what cannot be understood; what it coordinates is not served.",
        "A damaged disk, or records of a newer version.",
        "Check the disk; start the version that wrote it, or restore the partition from a copy.";
    dynamic_config_refused: "Settings changed at run time do not fit together; the ones before stay in use.",
        "They came from another broker's directory or an older version.",
        "`thalweg config get broker:ID` shows them; unset or change the one the line names.";
    features_not_served: "The cluster has finalized a feature level that this build does not know.",
        "The directory was written by a newer version.",
        "Start that version, or a newer one; nothing was changed.";
    fetch_failed: "A partition could not be read for a client.",
        "The disk refuses reads, or a file was removed or cut under the broker.",
        "Look at the kernel's log; if the disk is good, restart so that the log is checked.";
    internal_topic_not_made: "A topic that a coordinator keeps its state in could not be created.",
        "There is no room, or too few brokers for its replication factor.",
        "Look at the error in the line; set the replication factor of that topic to 1 on one node.";
    jwks_fetch_failed: "The keys that OAUTHBEARER tokens are checked with could not be fetched; the old ones stay in use.",
        "The server of sasl.oauthbearer.jwks.endpoint.url is away, slow, or shows a certificate that this machine does not trust.",
        "Try the address with curl from this machine; SSL_CERT_FILE names further authorities. It is tried again by itself.";
    jwks_reload_failed: "The keys that OAUTHBEARER tokens are checked with could not be read again; the old ones stay in use.",
        "The file or address is gone or holds something else.",
        "Mend what sasl.oauthbearer.jwks.endpoint.url names; it is looked at again by itself.";
    list_offsets_failed: "An offset could not be looked up in a partition's log.",
        "The disk refuses reads, or an index was damaged under the broker.",
        "Look at the kernel's log; a restart makes indexes anew.";
    log_directory_full: "A log directory has no room; writing to it is tried again.",
        "The disk or the quota of its user is full.",
        "Free or add room, or lower retention (`thalweg config set topic:NAME retention.ms=…`).";
    log_directory_offline: "A log directory is out of service until the next start; partitions elsewhere go on.",
        "The disk returned an error or could not make data durable.",
        "Look at the kernel's log, repair or replace the disk, then restart. Do not only restart: what was being written may be gone.";
    log_directory_slow: "Writes to a log directory are stuck; appends take a detour so that other directories are not held up.",
        "The disk is overloaded, or the kernel writes back too much at once.",
        "Look at the disk's load; lower vm.dirty_bytes (`thalweg doctor` shows it) or spread topics over more disks.";
    log_truncated: "After a stop that was not clean a log was cut behind its last whole batch.",
        "The process or machine died while writing.",
        "Nothing: what was cut had not been acknowledged as durable. With flush.messages=1 nothing acknowledged is ever cut.";
    login_refused: "A client did not log in.",
        "A wrong password or token, a user that does not exist, or a mechanism that is not enabled; the line says which.",
        "Check the client's settings; `thalweg user list` shows users of SCRAM.";
    lost_and_found: "A log directory holds the file system's own lost+found, which is left alone; Apache Kafka would not open the directory.",
        "The log directory is the root of a file system.",
        "Nothing to run Thalweg; a directory one below it as log.dirs keeps the way back to Apache Kafka open.";
    marker_fenced: "The end of a transaction was not written to a partition because a later epoch has written there.",
        "An old producer came back after its successor had begun.",
        "Nothing: the successor's state counts.";
    marker_not_written: "The end of a transaction could not be written to a partition; it is tried again.",
        "The partition's disk is full or offline.",
        "Look at the lines about the log directory; read-committed consumers of the partition wait until then.";
    metadata_append_failed: "The metadata log could not be written; changes of metadata are refused.",
        "Its disk is full or failing.",
        "Make room or repair the disk (metadata.log.dir), then restart.";
    metadata_record_refused: "The controller made a record that it cannot replay; it writes no more.",
        "A mistake in this program.",
        "Report it with the line. Data goes on being served; a restart begins from what is on disk.";
    metadata_snapshot_failed: "A snapshot of the metadata could not be written; the metadata log goes on growing.",
        "Its disk is full.",
        "Make room; it is tried again.";
    metadata_sync_failed: "The metadata log could not be made durable and is not written any more.",
        "Its disk is failing.",
        "Repair or replace the disk, then restart; do not only restart.";
    metadata_tail_cut: "The metadata log ended in a write that was not finished, and was cut there.",
        "The process or machine died while a change was made.",
        "Nothing: that change was never acknowledged.";
    move_failed: "A partition could not be moved to another log directory and stays where it is.",
        "No room in the other directory, or one of the two disks is failing.",
        "Make room and ask for the move again.";
    not_compacted: "A partition is served but was not compacted.",
        "Its log holds a batch that cannot be read, or the disk failed while compacting.",
        "The error in the line says which; check the disk. It is tried again after the next start.";
    not_deleted: "A file that is no longer needed could not be removed; the next start tries again.",
        "Rights were changed, or the disk is read-only.",
        "Look at the path in the line.";
    not_marked_clean: "A log directory could not be marked as cleanly stopped; the next start checks its logs.",
        "One of its partitions could not be opened, so nobody knows whether its log is whole.",
        "See partition_not_opened for that partition; nothing acknowledged is lost by this.";
    not_swept: "A log directory could not be searched for what crashes leave behind.",
        "It cannot be listed: rights, or a failing disk.",
        "Check the directory's rights.";
    partition_not_opened: "A partition could not be opened and is not served.",
        "Its directory is damaged, or lies on a directory that is offline.",
        "The error in the line names the file; restore it from a copy, or delete the topic.";
    producer_ids_refused: "Producers could not be given ids.",
        "The controller cannot write the metadata log.",
        "Look at the lines about the metadata log.";
    role_failed: "A thread of the broker has ended.",
        "The system refused it a basic service.",
        "Restart; report it if it comes again.";
    stray_partition: "A partition's directory belongs to no topic of this cluster and was kept under a new name.",
        "Its topic was deleted while the node was down, or the directory came from another cluster.",
        "Look at it and remove it, or move it back if the topic is restored.";
    tls_change_failed: "Key or trust stores that were set at run time could not be used; the old ones stay in use.",
        "A file was changed or removed after the change was asked for, or while the broker was stopped.",
        "Mend the file the line names and set the key again, or take it away (`thalweg config set`).";
    tls_handshake_failed: "A client could not agree on TLS with the broker.",
        "It does not trust the certificate's authority, shows none where one is asked for, its certificate has expired, or it does not speak TLS at all.",
        "The error in the line says which; `thalweg generate client-config` prints what a client needs.";
    tls_reload_failed: "New keys or certificates could not be used; the old ones stay in use.",
        "The file is incomplete, the password wrong, or key and certificate do not belong together.",
        "Mend the file the line names; it is looked at again by itself.";
    topic_not_created: "A topic that a client named could not be made on first use.",
        "Its name is not legal, or num.partitions and default.replication.factor cannot be met.",
        "Look at the error in the line, or create the topic yourself.";
    trust_store_certificates_left_out: "Some certificates of a trust store cannot be read and are left out.",
        "They are of a form that TLS libraries no longer accept.",
        "Nothing, unless clients with such authorities are refused; then renew those certificates.";
    undecodable_request: "A client sent bytes that are no request; its connection was closed.",
        "Something that is not a Kafka client, or TLS on a plaintext listener.",
        "The address in the line says who it is; check its port and security.protocol.";
    unsupported_request: "A client asked for an API or a version that is not served; its connection was closed.",
        "The client did not ask for the versions first, or is newer than Kafka 4.4.",
        "Update the client, or lower the version it insists on.";
    worker_failed: "A data worker has ended, and its connections with it.",
        "The system refused to watch sockets.",
        "Restart; /health/live reports it.";
};
