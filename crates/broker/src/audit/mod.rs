//! The audit log: what roles put in, and the way to the role that writes it.
//!
//! There is one where `thalweg.audit.log` names a file. Nobody waits for it: a full queue counts what it leaves out, and
//! the log tells the count. Lines and what binds them are `thalweg-security`'s; the file is `role.rs`'s.

mod file;
mod role;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use thalweg_config::BrokerConfig;
use thalweg_metrics::Counter;
use thalweg_platform::{Clock, Disk, Wake};
use thalweg_security::audit::{Authentication, Authorization, Decision, Entry, is_mutation};

use self::file::AuditFile;
pub use self::role::AuditRole;
use crate::login::exchange::Judged;
use crate::mailbox::{Sender, mailbox};
use crate::node::Node;

/// Entries that wait to be written; beyond that they are counted. Each holds a few hundred bytes.
const WAITING_MAX: usize = 8_192;

/// The sending end, shared by all roles.
#[derive(Debug)]
pub struct Audit {
    sender: Sender<Noted>,
    waiting: AtomicUsize,
    /// Left out since the role last looked.
    left_out: AtomicU64,
    clock: Arc<dyn Clock>,
    /// Lines written.
    pub lines: Counter,
    /// Entries that are in no line and in no count of repeats.
    pub lost: Counter,
}

/// An entry with the time it happened at.
#[derive(Debug)]
struct Noted {
    wall_ms: i64,
    entry: Entry,
}

impl Audit {
    /// Opens the file that the configuration names, if it does; `Err` is the sentence to stop with.
    pub fn open(
        config: &BrokerConfig,
        disk: &Arc<dyn Disk>,
        clock: &Arc<dyn Clock>,
        wake: Arc<dyn Wake>,
    ) -> Result<Option<(Arc<Self>, AuditRole)>, String> {
        let Some(path) = config.own.audit_log.as_deref().map(Path::new) else { return Ok(None) };
        if let Some(directory) = config.log_dirs.iter().find(|directory| path.starts_with(directory)) {
            return Err(format!(
                "thalweg.audit.log={}: it lies in the log directory {directory}, where every name is taken for a \
                 partition; choose a place outside",
                path.display()
            ));
        }
        let opened = AuditFile::open(path, config.own.audit_segment_bytes, config.own.audit_files, disk);
        let (file, chain, begun) = opened.map_err(|error| {
            format!(
                "thalweg.audit.log={}: it cannot be opened: {error}; check the path and its rights",
                path.display()
            )
        })?;
        let (sender, receiver) = mailbox(wake);
        let audit = Arc::new(Self {
            sender,
            waiting: AtomicUsize::new(0),
            left_out: AtomicU64::new(0),
            clock: Arc::clone(clock),
            lines: Counter::default(),
            lost: Counter::default(),
        });
        let node_id = config.node_id.to_string();
        let mut detail = vec![("node_id", node_id.as_str()), ("version", env!("CARGO_PKG_VERSION"))];
        if let Some(begun) = &begun {
            detail.push(("note", begun));
        }
        audit.note(Entry::about_log("log_started", &detail));
        let role = AuditRole::new(Arc::clone(&audit), receiver, file, chain, clock.now());
        Ok(Some((audit, role)))
    }

    /// Puts an entry in.
    pub fn note(&self, entry: Entry) {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.sender.send(Noted { wall_ms: self.clock.now().wall_ms, entry });
    }

    /// Puts an answer of the authorizer in, if it is one of those that are kept: every refusal, and leave to change
    /// something.
    pub fn note_authorization(&self, what: &Authorization<'_>) {
        if what.decision == Decision::Denied || is_mutation(what.operation) {
            self.note(Entry::authorization(what));
        }
    }
}

/// Puts the end of a login in, where there is an audit log.
pub fn note_login(node: &Node, listener: usize, host: IpAddr, mechanism: &str, judged: Result<&str, &str>) {
    let Some(audit) = &node.audit else { return };
    let listener = node.advertised.get(listener).map_or("", |advertised| advertised.listener.as_str());
    let (decision, principal, why) = match judged {
        Ok(principal) => (Decision::Allowed, Some(principal), None),
        Err(why) => (Decision::Denied, None, Some(why)),
    };
    audit.note(Entry::authentication(&Authentication {
        decision,
        principal,
        host,
        listener,
        mechanism,
        why,
    }));
}

/// Like [`note_login`], from the verdict on a SASL message; one that only leads on is no end.
pub fn note_judged(node: &Node, listener: usize, host: IpAddr, mechanism: &str, judged: &Judged) {
    match judged {
        Judged::Challenge(_) => {}
        Judged::Accepted { identity, .. } => {
            note_login(node, listener, host, mechanism, Ok(identity.principal.as_str()));
        }
        Judged::Refused { why, .. } => note_login(node, listener, host, mechanism, Err(why)),
    }
}
