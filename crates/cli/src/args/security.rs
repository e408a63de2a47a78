//! `thalweg acl …`, `thalweg user …`, `thalweg quota …`.

use clap::Subcommand;

/// Rules about who may do what
#[derive(Debug, Subcommand)]
pub enum AclCommand {
    /// Show rules
    List(AclFilterArgs),
    /// Add a rule
    #[command(after_help = "\
Examples:
  thalweg acl add alice read --topic orders
  thalweg acl add '*' all --topic public- --prefixed
  thalweg acl add bob write --topic orders --deny --from 10.0.0.0/8")]
    Add(AclRuleArgs),
    /// Remove the rules that a filter means
    Remove(AclFilterArgs),
    /// Say whether a user may do something with a topic, and which rule decides
    #[command(after_help = "Example: thalweg acl check alice write orders --from 10.1.2.3")]
    Check(AclCheckArgs),
}

/// What a rule is about.
#[derive(Debug, Default, clap::Args)]
pub struct ResourceArgs {
    /// A topic; `*` for all
    #[arg(long, value_name = "NAME", group = "resource")]
    pub topic: Option<String>,
    /// A group; `*` for all
    #[arg(long, value_name = "NAME", group = "resource")]
    pub group: Option<String>,
    /// A transactional id; `*` for all
    #[arg(long, value_name = "ID", group = "resource")]
    pub transactional_id: Option<String>,
    /// The cluster as a whole
    #[arg(long, group = "resource")]
    pub cluster: bool,
}

/// One rule.
#[derive(Debug, clap::Args)]
pub struct AclRuleArgs {
    /// The user; `*` for everybody
    pub user: String,
    /// read, write, create, delete, alter, describe, describe-configs, alter-configs, cluster-action,
    /// idempotent-write or all
    pub operation: String,
    #[command(flatten)]
    pub resource: ResourceArgs,
    /// The name is only the beginning of names
    #[arg(long)]
    pub prefixed: bool,
    /// Forbid instead of allow
    #[arg(long)]
    pub deny: bool,
    /// From this address or network only
    #[arg(long, value_name = "ADDRESS", default_value = "*")]
    pub from: String,
}

/// Which rules.
#[derive(Debug, clap::Args)]
pub struct AclFilterArgs {
    /// Rules of this user
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Rules about this operation
    #[arg(long, value_name = "NAME")]
    pub operation: Option<String>,
    #[command(flatten)]
    pub resource: ResourceArgs,
    /// Every rule that applies to the name, not only those that have it
    #[arg(long)]
    pub matching: bool,
}

/// A question.
#[derive(Debug, clap::Args)]
pub struct AclCheckArgs {
    /// The user
    pub user: String,
    /// The operation
    pub operation: String,
    /// The topic
    pub topic: String,
    /// Where the user calls from
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub from: std::net::IpAddr,
}

/// Users that log in by SCRAM
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Show users and their mechanisms
    List,
    /// Make a user, or give it a new password; the password is read from standard input
    #[command(after_help = "Example: thalweg user add alice < password.txt")]
    Add {
        /// The user
        name: String,
        /// SCRAM-SHA-256 or SCRAM-SHA-512
        #[arg(long, default_value = "SCRAM-SHA-512")]
        mechanism: String,
        /// Rounds of the salted hash
        #[arg(long, default_value_t = 4096)]
        iterations: i32,
    },
    /// Take a user's password away
    Delete {
        /// The user
        name: String,
        /// SCRAM-SHA-256 or SCRAM-SHA-512
        #[arg(long, default_value = "SCRAM-SHA-512")]
        mechanism: String,
    },
}

/// Limits of users, client ids and addresses
#[derive(Debug, Subcommand)]
pub enum QuotaCommand {
    /// Show quotas
    List,
    /// Set quotas
    #[command(after_help = "\
Examples:
  thalweg quota set --user alice producer_byte_rate=1048576 consumer_byte_rate=2097152
  thalweg quota set --default-user --client-id batch request_percentage=50
  thalweg quota set --ip 10.0.0.7 connection_creation_rate=20")]
    Set {
        #[command(flatten)]
        entity: EntityArgs,
        /// Keys and values
        #[arg(required = true, value_parser = super::parse_pair, value_name = "KEY=VALUE")]
        quotas: Vec<(String, String)>,
    },
    /// Take quotas away
    Remove {
        #[command(flatten)]
        entity: EntityArgs,
        /// Keys
        #[arg(required = true, value_name = "KEY")]
        keys: Vec<String>,
    },
}

/// Whose quota.
#[derive(Debug, clap::Args)]
pub struct EntityArgs {
    /// A user
    #[arg(long, value_name = "NAME", conflicts_with_all = ["default_user", "ip", "default_ip"])]
    pub user: Option<String>,
    /// Every user that has none of its own
    #[arg(long, conflicts_with_all = ["ip", "default_ip"])]
    pub default_user: bool,
    /// A client id
    #[arg(long, value_name = "ID", conflicts_with_all = ["default_client_id", "ip", "default_ip"])]
    pub client_id: Option<String>,
    /// Every client id that has none of its own
    #[arg(long, conflicts_with_all = ["ip", "default_ip"])]
    pub default_client_id: bool,
    /// An address
    #[arg(long, value_name = "ADDRESS", conflicts_with = "default_ip")]
    pub ip: Option<String>,
    /// Every address that has none of its own
    #[arg(long)]
    pub default_ip: bool,
}
