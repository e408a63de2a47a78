//! Access control lists as Kafka's StandardAuthorizer has them: the words, the rules, the verdict.

mod codes;
mod filter;
mod host;
mod index;
#[cfg(test)]
mod tests;

pub use codes::{
    ANY, ANY_USER, CLUSTER_NAME, MATCH, Operation, PatternType, Permission, ResourceType, WILDCARD,
};
pub use filter::AclFilter;
pub use host::{HostPattern, parse_network};
pub use index::{AclIndex, Because, Policy, Request, Rule, Verdict};
