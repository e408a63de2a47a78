//! Who may do what on this broker: the rules as last published, and the question that handlers ask.
//!
//! There is one when `authorizer.class.name` names Kafka's StandardAuthorizer, and none otherwise: then every
//! question is answered "yes" by one test of an `Option`. The rules follow the metadata image on the controller's
//! thread, before the request that changed them is answered. Evaluation is `thalweg-security`'s.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use hashbrown::HashMap;
use thalweg_config::Settings;
use thalweg_metadata::{Change, MetadataImage};
use thalweg_model::TopicId;
use thalweg_security::Principal;
use thalweg_security::acl::{AclIndex, Because, CLUSTER_NAME, Operation, Policy, Request, ResourceType};
use thalweg_security::audit::{Authorization, Decision};
use thalweg_wire::ApiKey;

use crate::audit::Audit;
use crate::controller::MetadataListener;

/// The one authorizer there is.
pub const STANDARD_AUTHORIZER: &str = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

/// The rules, and what holds beside them.
#[derive(Debug)]
pub struct Authorizer {
    policy: Policy,
    published: ArcSwap<Published>,
    /// That of `published`, for those who only ask whether the rules have changed.
    generation: AtomicU64,
}

/// The rules at one moment.
#[derive(Debug, Default)]
pub struct Published {
    /// Counts the times they have changed, for those who keep decisions.
    pub generation: u64,
    /// The rules.
    pub index: AclIndex,
}

impl Authorizer {
    /// The authorizer that the settings ask for, without rules yet; `Err` is the sentence to stop with.
    pub fn resolve(settings: &Settings) -> Result<Option<Arc<Self>>, String> {
        match settings.get("authorizer.class.name").map(str::trim) {
            None | Some("") => return Ok(None),
            Some(STANDARD_AUTHORIZER) => {}
            Some(other) => {
                return Err(format!(
                    "authorizer.class.name={other}: only {STANDARD_AUTHORIZER} is built in and Java classes cannot \
                     be loaded; name it, or leave the key out for no authorizer"
                ));
            }
        }
        let allow = settings.get("allow.everyone.if.no.acl.found").map(str::trim);
        let allow_without_rules = allow.is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let policy = Policy::parse(settings.get("super.users").unwrap_or(""), allow_without_rules).map_err(
            |wrong| {
                format!(
                    "super.users: '{wrong}' has no type; write User:{wrong}, and semicolons between several"
                )
            },
        )?;
        Ok(Some(Arc::new(Self { policy, published: ArcSwap::default(), generation: AtomicU64::new(0) })))
    }

    /// Takes over the rules of an image.
    pub fn update(&self, image: &MetadataImage) {
        let present = self.published.load();
        let mut index = present.index.clone();
        index.update(&image.acls);
        let generation = present.generation + 1;
        self.published.store(Arc::new(Published { generation, index }));
        // Behind the rules: who sees this number sees them.
        self.generation.store(generation, Ordering::Release);
    }

    /// Counts the times the rules have changed.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The rules as of now.
    pub fn published(&self) -> arc_swap::Guard<Arc<Published>> {
        self.published.load()
    }

    /// What holds beside the rules.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// What one connection was told about topics, so that the path of a record asks each question once per change
/// of the rules. A connection has one principal and one address, so topic and operation are the whole question.
#[derive(Debug, Default)]
pub struct Decisions {
    generation: u64,
    known: HashMap<(Operation, TopicId), bool>,
    /// The latest of them: most connections ask the same again.
    latest: Option<((Operation, TopicId), bool)>,
}

/// Decisions a connection keeps; then it begins anew.
const DECISIONS_MAX: usize = 1024;

impl Decisions {
    /// Whether the caller may do this with a topic that exists.
    pub fn topic(&mut self, access: &Access<'_>, operation: Operation, id: TopicId, name: &str) -> bool {
        if access.is_open() {
            return true;
        }
        // Read before the rules are: a change between the two makes the next question ask once more.
        let generation = access.authorizer.map_or(0, |authorizer| authorizer.generation());
        if generation != self.generation || self.known.len() >= DECISIONS_MAX {
            self.known.clear();
            self.latest = None;
            self.generation = generation;
        }
        let question = (operation, id);
        if let Some((asked, allowed)) = self.latest
            && asked == question
        {
            return allowed;
        }
        let allowed = *self.known.entry(question).or_insert_with(|| access.topic(operation, name));
        self.latest = Some((question, allowed));
        allowed
    }
}

/// Keeps the authorizer's rules at the image's.
#[derive(Debug)]
pub struct AclFollower(pub Arc<Authorizer>);

impl MetadataListener for AclFollower {
    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]) {
        if changes.iter().any(|change| matches!(change, Change::AclsChanged)) {
            self.0.update(image);
        }
    }
}

/// The questions one caller's request asks. Cheap to copy; [`Access::owned`] is for answers that come later.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// `None`: everything is allowed.
    pub authorizer: Option<&'a Arc<Authorizer>>,
    /// Where answers are noted, if anywhere.
    pub audit: Option<&'a Arc<Audit>>,
    /// Who asks.
    pub principal: &'a Arc<Principal>,
    /// From where.
    pub host: IpAddr,
    /// With which request.
    pub api: ApiKey,
}

impl<'a> Access<'a> {
    /// Whether there is nobody to ask and nothing to note.
    pub fn is_open(&self) -> bool {
        self.authorizer.is_none() && self.audit.is_none()
    }

    /// The same questions, asked only in order to know what to show or how to go on: their answers are not noted.
    #[must_use]
    pub fn quietly(self) -> Self {
        Self { audit: None, ..self }
    }

    /// Whether the caller may do this.
    pub fn allows(&self, operation: Operation, resource_type: ResourceType, name: &str) -> bool {
        let Some(authorizer) = self.authorizer else {
            self.note(true, None, operation, resource_type, name);
            return true;
        };
        let request = Request { principal: self.principal, host: self.host, operation, resource_type, name };
        let published = authorizer.published.load();
        let verdict = published.index.decide(&authorizer.policy, &request);
        self.note(verdict.allowed, Some(verdict.because), operation, resource_type, name);
        if !verdict.allowed {
            tracing::debug!(
                event = "authorization_denied",
                principal = %self.principal,
                host = %self.host,
                operation = operation.name(),
                resource_type = resource_type.name(),
                resource = name
            );
        }
        verdict.allowed
    }

    /// Notes that leave for something wider has allowed this.
    pub fn note_implied(&self, operation: Operation, resource_type: ResourceType, name: &str, by: Operation) {
        let Some(authorizer) = self.authorizer.filter(|_| self.audit.is_some()) else {
            return self.note(true, None, operation, resource_type, name);
        };
        let (principal, host) = (self.principal, self.host);
        let (resource_type, cluster) = (resource_type, ResourceType::Cluster);
        let request = Request { principal, host, operation: by, resource_type: cluster, name: CLUSTER_NAME };
        let published = authorizer.published.load();
        let verdict = published.index.decide(&authorizer.policy, &request);
        self.note(true, Some(verdict.because), operation, resource_type, name);
    }

    fn note(
        &self,
        is_allowed: bool,
        because: Option<Because<'_>>,
        operation: Operation,
        resource_type: ResourceType,
        resource: &str,
    ) {
        let Some(audit) = self.audit else { return };
        audit.note_authorization(&Authorization {
            decision: if is_allowed { Decision::Allowed } else { Decision::Denied },
            principal: self.principal.as_str(),
            host: self.host,
            api: self.api.name(),
            operation,
            resource_type,
            resource,
            because,
        });
    }

    fn is_allowed(
        &self,
        authorizer: &Authorizer,
        operation: Operation,
        kind: ResourceType,
        name: &str,
    ) -> bool {
        let request =
            Request { principal: self.principal, host: self.host, operation, resource_type: kind, name };
        authorizer.published.load().index.decide(&authorizer.policy, &request).allowed
    }

    /// Whether the caller may do this with a topic.
    pub fn topic(&self, operation: Operation, name: &str) -> bool {
        self.is_open() || self.allows(operation, ResourceType::Topic, name)
    }

    /// Whether the caller may do this with a group.
    pub fn group(&self, operation: Operation, name: &str) -> bool {
        self.is_open() || self.allows(operation, ResourceType::Group, name)
    }

    /// Whether the caller may do this with the cluster.
    pub fn cluster(&self, operation: Operation) -> bool {
        self.is_open() || self.allows(operation, ResourceType::Cluster, CLUSTER_NAME)
    }

    /// Whether the caller may do this with a transactional id.
    pub fn transactional_id(&self, operation: Operation, name: &str) -> bool {
        self.is_open() || self.allows(operation, ResourceType::TransactionalId, name)
    }

    /// Whether the caller may write to any topic (KIP-679).
    pub fn writes_somewhere(&self) -> bool {
        let Some(authorizer) = self.authorizer else { return true };
        let request = Request {
            principal: self.principal,
            host: self.host,
            operation: Operation::Write,
            resource_type: ResourceType::Topic,
            name: "",
        };
        authorizer.published.load().index.allows_somewhere(&authorizer.policy, &request)
    }

    /// The bits of "authorized operations" on a resource.
    pub fn operations(&self, kind: ResourceType, name: &str) -> i32 {
        let all = kind.operations().iter();
        match self.authorizer {
            None => all.fold(0, |bits, operation| bits | operation.bit()),
            Some(authorizer) => all
                .filter(|&&operation| self.is_allowed(authorizer, operation, kind, name))
                .fold(0, |bits, operation| bits | operation.bit()),
        }
    }

    /// The same questions for an answer that comes later, perhaps on another thread.
    pub fn owned(&self) -> OwnedAccess {
        OwnedAccess {
            authorizer: self.authorizer.cloned(),
            audit: self.audit.cloned(),
            principal: Arc::clone(self.principal),
            host: self.host,
            api: self.api,
        }
    }
}

/// What [`Access`] borrows, owned.
#[derive(Clone, Debug)]
pub struct OwnedAccess {
    authorizer: Option<Arc<Authorizer>>,
    audit: Option<Arc<Audit>>,
    principal: Arc<Principal>,
    host: IpAddr,
    api: ApiKey,
}

impl OwnedAccess {
    /// The questions.
    pub fn ask(&self) -> Access<'_> {
        Access {
            authorizer: self.authorizer.as_ref(),
            audit: self.audit.as_ref(),
            principal: &self.principal,
            host: self.host,
            api: self.api,
        }
    }
}
