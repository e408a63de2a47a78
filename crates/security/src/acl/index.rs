//! The rules in the shape in which a request asks for them, and the verdict.
//!
//! Published beside the metadata image and brought up to date from its entries; a change of one rule costs as
//! much as that rule. Decides what Kafka's StandardAuthorizer decides: a refusal beats any leave, leave for
//! some operations implies leave to look, and a resource that no rule speaks of is for nobody, or for everybody
//! if so configured.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use thalweg_metadata::{AccessControlEntry, AclsImage};
use thalweg_model::Uuid;

use super::{ANY_USER, HostPattern, Operation, PatternType, Permission, ResourceType, WILDCARD};
use crate::Principal;

/// A rule, its host and words understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id in the metadata.
    pub id: Uuid,
    /// The entry it was read from.
    pub entry: Arc<AccessControlEntry>,
    is_for_all: bool,
    host: HostPattern,
    operation: Operation,
    permission: Permission,
}

impl Rule {
    fn speaks_of(&self, principal: &Principal, host: IpAddr) -> bool {
        (self.is_for_all || self.entry.principal == principal.as_str()) && self.host.matches(host)
    }

    /// What it says to this caller and operation; `None`: nothing.
    fn says(&self, principal: &Principal, host: IpAddr, operation: Operation) -> Option<Permission> {
        if !self.speaks_of(principal, host) {
            return None;
        }
        let applies = match self.permission {
            Permission::Allow => self.operation.implies(operation),
            Permission::Deny => self.operation == Operation::All || self.operation == operation,
        };
        applies.then_some(self.permission)
    }
}

/// The rules for one kind of resource.
#[derive(Clone, Debug, Default, PartialEq)]
struct Kind {
    literal: OrdMap<Arc<str>, Vec<Rule>>,
    prefixed: OrdMap<Arc<str>, Vec<Rule>>,
    /// Lengths of the prefixes there are, in bytes, and how many have each: a name is looked up by each.
    prefix_lengths: OrdMap<usize, usize>,
}

impl Kind {
    /// All rules that speak of a resource of this name.
    fn of<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Rule> {
        let exact = self.literal.get(name);
        let every = if name == WILDCARD { None } else { self.literal.get(WILDCARD) };
        let prefixes = self.prefix_lengths.keys().take_while(|&&length| length <= name.len());
        let prefixed = prefixes.filter_map(|&length| self.prefixed.get(name.get(..length)?));
        exact.into_iter().chain(every).chain(prefixed).flatten()
    }
}

/// All rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AclIndex {
    /// The entries it was made of.
    entries: OrdMap<Uuid, Arc<AccessControlEntry>>,
    kinds: [Kind; ResourceType::ALL.len()],
}

impl AclIndex {
    /// The index of all entries of an image.
    #[must_use]
    pub fn of(image: &AclsImage) -> Self {
        let mut index = Self::default();
        index.update(image);
        index
    }

    /// How many entries it was made of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, with their ids.
    pub fn entries(&self) -> impl Iterator<Item = (&Uuid, &Arc<AccessControlEntry>)> {
        self.entries.iter()
    }

    /// Brings it to the entries of `image`, looking only at those that differ.
    pub fn update(&mut self, image: &AclsImage) {
        let old = std::mem::replace(&mut self.entries, image.entries.clone());
        for item in old.diff(&image.entries) {
            match item {
                DiffItem::Add(id, entry) => self.add(*id, entry),
                DiffItem::Remove(id, entry) => self.remove(*id, entry),
                DiffItem::Update { old: (id, before), new: (_, after) } => {
                    self.remove(*id, before);
                    self.add(*id, after);
                }
            }
        }
    }

    /// Decides.
    pub fn decide<'a>(&'a self, rules: &Policy, request: &Request<'_>) -> Verdict<'a> {
        if rules.is_super(request.principal) {
            return Verdict { allowed: true, because: Because::SuperUser };
        }
        let (mut allowing, mut any) = (None, false);
        for rule in self.kind(request.resource_type).of(request.name) {
            any = true;
            match rule.says(request.principal, request.host, request.operation) {
                Some(Permission::Deny) => return Verdict { allowed: false, because: Because::Rule(rule) },
                Some(Permission::Allow) => allowing = allowing.or(Some(rule)),
                None => {}
            }
        }
        match allowing {
            Some(rule) => Verdict { allowed: true, because: Because::Rule(rule) },
            None if !any => Verdict { allowed: rules.allow_without_rules, because: Because::NoRules },
            None => Verdict { allowed: false, because: Because::NoRuleMatches },
        }
    }

    /// Whether there is any resource of a kind on which the caller may do this (KIP-679): what idempotent
    /// producers are asked for.
    #[must_use]
    pub fn allows_somewhere(&self, rules: &Policy, request: &Request<'_>) -> bool {
        // A name that no rule is likely to have: super users, and everybody where everything is open.
        if self.decide(rules, &Request { name: "hardcode", ..*request }).allowed {
            return true;
        }
        let kind = self.kind(request.resource_type);
        let concerns = |rule: &&Rule| {
            rule.speaks_of(request.principal, request.host)
                && (rule.operation == Operation::All || rule.operation == request.operation)
        };
        let named = |map: &OrdMap<Arc<str>, Vec<Rule>>, permission: Permission| -> BTreeSet<Arc<str>> {
            let has =
                |rules: &Vec<Rule>| rules.iter().filter(concerns).any(|rule| rule.permission == permission);
            map.iter().filter(|(_, rules)| has(rules)).map(|(name, _)| Arc::clone(name)).collect()
        };
        let denied = named(&kind.literal, Permission::Deny);
        if denied.contains(WILDCARD) {
            return false;
        }
        let allowed = named(&kind.literal, Permission::Allow);
        if allowed.contains(WILDCARD) {
            return true;
        }
        let denied_prefixes = named(&kind.prefixed, Permission::Deny);
        let is_dominated = |name: &str| {
            denied_prefixes.iter().any(|prefix| !prefix.is_empty() && name.starts_with(&**prefix))
        };
        allowed.iter().any(|name| !denied.contains(name) && !is_dominated(name))
            || named(&kind.prefixed, Permission::Allow).iter().any(|prefix| !is_dominated(prefix))
    }

    fn kind(&self, kind: ResourceType) -> &Kind {
        &self.kinds[place(kind)]
    }

    fn add(&mut self, id: Uuid, entry: &Arc<AccessControlEntry>) {
        // Words of a later version than ours cannot be evaluated; the entry is kept and speaks of nothing.
        let Some((kind, pattern)) = pattern_of(entry) else { return };
        let (Some(operation), Some(permission)) =
            (Operation::from_code(entry.operation), Permission::from_code(entry.permission_type))
        else {
            return;
        };
        let rule = Rule {
            id,
            is_for_all: entry.principal == ANY_USER,
            host: HostPattern::of(&entry.host),
            operation,
            permission,
            entry: Arc::clone(entry),
        };
        let kind = &mut self.kinds[place(kind)];
        let map = match pattern {
            PatternType::Literal => &mut kind.literal,
            PatternType::Prefixed => &mut kind.prefixed,
        };
        if let Some(rules) = map.get_mut(&*entry.resource_name) {
            rules.push(rule);
            return;
        }
        map.insert(Arc::from(&*entry.resource_name), vec![rule]);
        if pattern == PatternType::Prefixed {
            *kind.prefix_lengths.entry(entry.resource_name.len()).or_insert(0) += 1;
        }
    }

    fn remove(&mut self, id: Uuid, entry: &AccessControlEntry) {
        let Some((kind, pattern)) = pattern_of(entry) else { return };
        let kind = &mut self.kinds[place(kind)];
        let map = match pattern {
            PatternType::Literal => &mut kind.literal,
            PatternType::Prefixed => &mut kind.prefixed,
        };
        let Some(rules) = map.get_mut(&*entry.resource_name) else { return };
        rules.retain(|rule| rule.id != id);
        if !rules.is_empty() {
            return;
        }
        map.remove(&*entry.resource_name);
        let length = entry.resource_name.len();
        if pattern == PatternType::Prefixed
            && let Some(count) = kind.prefix_lengths.get_mut(&length)
        {
            *count -= 1;
            if *count == 0 {
                kind.prefix_lengths.remove(&length);
            }
        }
    }
}

fn pattern_of(entry: &AccessControlEntry) -> Option<(ResourceType, PatternType)> {
    Some((ResourceType::from_code(entry.resource_type)?, PatternType::from_code(entry.pattern_type)?))
}

fn place(kind: ResourceType) -> usize {
    kind as usize - ResourceType::Topic as usize
}

/// What holds beside the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// `super.users`, each as `type:name`.
    pub super_users: BTreeSet<String>,
    /// `allow.everyone.if.no.acl.found`.
    pub allow_without_rules: bool,
}

impl Policy {
    /// Reads `super.users`: principals with semicolons between them. What has no type is an error, and returned.
    pub fn parse(super_users: &str, allow_without_rules: bool) -> Result<Self, String> {
        let mut policy = Self { super_users: BTreeSet::new(), allow_without_rules };
        for text in super_users.split(';').map(str::trim).filter(|text| !text.is_empty()) {
            match Principal::parse(text) {
                Some(principal) => drop(policy.super_users.insert(principal.as_str().to_owned())),
                None => return Err(text.to_owned()),
            }
        }
        Ok(policy)
    }

    /// Whether everything is allowed to this caller.
    #[must_use]
    pub fn is_super(&self, principal: &Principal) -> bool {
        !self.super_users.is_empty() && self.super_users.contains(principal.as_str())
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// From where.
    pub host: IpAddr,
    /// What for.
    pub operation: Operation,
    /// On what kind of resource.
    pub resource_type: ResourceType,
    /// On which.
    pub name: &'a str,
}

/// The answer, and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// Whether it may be.
    pub allowed: bool,
    /// Why.
    pub because: Because<'a>,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because<'a> {
    /// The caller is a super user.
    SuperUser,
    /// This rule.
    Rule(&'a Rule),
    /// No rule speaks of the resource; `allow.everyone.if.no.acl.found` decides.
    NoRules,
    /// Rules speak of the resource, none of them to this caller and operation.
    NoRuleMatches,
}
