//! The words of access control with Kafka's numbers and names: kinds of resources and patterns, operations,
//! permissions. Numbers above what is named here are unknown, and unknown never matches anything.

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $text:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(i8)]
        pub enum $name {
            $($(#[$doc])* $variant = $code,)*
        }

        impl $name {
            /// All of them, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The one with this number.
            #[must_use]
            pub const fn from_code(code: i8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Its number.
            #[must_use]
            pub const fn code(self) -> i8 {
                self as i8
            }

            /// Kafka's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// The one with this name, whatever its case; `-` stands for `_`.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                let name = name.replace('-', "_").to_uppercase();
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

coded! {
    /// A kind of resource that can be guarded.
    ResourceType {
        /// Topics.
        Topic = 2, "TOPIC";
        /// Groups of every protocol.
        Group = 3, "GROUP";
        /// The cluster itself; its only name is [`CLUSTER_NAME`].
        Cluster = 4, "CLUSTER";
        /// Transactional ids.
        TransactionalId = 5, "TRANSACTIONAL_ID";
        /// Delegation tokens, by token id.
        DelegationToken = 6, "DELEGATION_TOKEN";
        /// Users for whom tokens are made (KIP-373).
        User = 7, "USER";
    }
}

coded! {
    /// How a rule's name is compared.
    PatternType {
        /// The whole name, or `*` for every name.
        Literal = 3, "LITERAL";
        /// The beginning of the name.
        Prefixed = 4, "PREFIXED";
    }
}

coded! {
    /// What is to be done with a resource.
    Operation {
        /// Every operation; only in rules.
        All = 2, "ALL";
        /// Read.
        Read = 3, "READ";
        /// Write.
        Write = 4, "WRITE";
        /// Create.
        Create = 5, "CREATE";
        /// Delete.
        Delete = 6, "DELETE";
        /// Alter.
        Alter = 7, "ALTER";
        /// Describe.
        Describe = 8, "DESCRIBE";
        /// What brokers do among themselves.
        ClusterAction = 9, "CLUSTER_ACTION";
        /// Read configurations.
        DescribeConfigs = 10, "DESCRIBE_CONFIGS";
        /// Change configurations.
        AlterConfigs = 11, "ALTER_CONFIGS";
        /// Produce with a producer id but no transactional id.
        IdempotentWrite = 12, "IDEMPOTENT_WRITE";
        /// Make tokens for a user.
        CreateTokens = 13, "CREATE_TOKENS";
        /// See tokens of a user.
        DescribeTokens = 14, "DESCRIBE_TOKENS";
        /// Take part in a two-phase commit.
        TwoPhaseCommit = 15, "TWO_PHASE_COMMIT";
    }
}

coded! {
    /// What a rule says.
    Permission {
        /// It must not be.
        Deny = 2, "DENY";
        /// It may be.
        Allow = 3, "ALLOW";
    }
}

/// The number that stands for "any" in filters, of all four kinds.
pub const ANY: i8 = 1;
/// The number of a pattern filter that finds every rule that would apply to a name.
pub const MATCH: i8 = 2;
/// Name of the one cluster resource.
pub const CLUSTER_NAME: &str = "kafka-cluster";
/// The name, or host, that stands for all.
pub const WILDCARD: &str = "*";
/// The principal that stands for all.
pub const ANY_USER: &str = "User:*";

impl ResourceType {
    /// The operations that mean something for this kind, for the bits of "authorized operations".
    #[must_use]
    pub const fn operations(self) -> &'static [Operation] {
        use Operation::*;
        match self {
            Self::Topic => &[Read, Write, Create, Describe, Delete, Alter, DescribeConfigs, AlterConfigs],
            Self::Group => &[Read, Describe, Delete, DescribeConfigs, AlterConfigs],
            Self::Cluster => {
                &[Create, ClusterAction, DescribeConfigs, AlterConfigs, IdempotentWrite, Alter, Describe]
            }
            Self::TransactionalId => &[Describe, Write, TwoPhaseCommit],
            Self::DelegationToken => &[Describe],
            Self::User => &[CreateTokens, DescribeTokens],
        }
    }
}

impl Operation {
    /// Whether leave for `self` is leave for `wanted`, too. Refusals imply nothing.
    #[must_use]
    pub const fn implies(self, wanted: Self) -> bool {
        use Operation::*;
        match wanted {
            Describe => matches!(self, All | Describe | Read | Write | Delete | Alter),
            DescribeConfigs => matches!(self, All | DescribeConfigs | AlterConfigs),
            _ => matches!(self, All) || self as i8 == wanted as i8,
        }
    }

    /// Its bit among "authorized operations".
    #[must_use]
    pub const fn bit(self) -> i32 {
        1 << (self as i8)
    }
}
