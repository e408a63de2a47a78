//! Decides what one configuration key is: its type, default, allowed values, when it may change, and
//! whether this broker does something with it.
//!
//! The rows are in [`table`](crate::table); everything else in this crate asks a [`Key`]. Never holds a
//! configured value.

use crate::value::{InvalidValue, Value, check, parse};

/// One configuration key, as Kafka 4.4 defines it (or as we do, under `thalweg.`).
#[derive(Debug)]
pub struct Key {
    /// The key as written, e.g. `num.partitions`.
    pub name: &'static str,
    /// Which kind of resource it configures.
    pub scope: Scope,
    /// How its text is read.
    pub kind: Kind,
    /// Its value when nothing says otherwise.
    pub default: DefaultValue,
    /// Which values of its kind are legal.
    pub allowed: Allowed,
    /// How much Kafka's documentation thinks it matters.
    pub importance: Importance,
    /// When it may change.
    pub update: UpdateMode,
    /// What this broker does with it.
    pub served: Served,
    /// What to use instead, where Kafka has deprecated it.
    pub deprecated: Option<&'static str>,
    /// Kafka accepts it but neither documents nor describes it unless it is set.
    pub internal: bool,
    /// What it does, with its unit; our own words.
    pub doc: &'static str,
}

/// The kind of resource a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `server.properties` and the broker resource.
    Broker,
    /// A topic's own configuration.
    Topic,
    /// A group's own configuration.
    Group,
    /// A client metrics subscription.
    ClientMetrics,
}

/// The type of a key's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`, in any case.
    Boolean,
    /// Text, trimmed.
    Str,
    /// 32 bits, signed.
    Int,
    /// 16 bits, signed.
    Short,
    /// 64 bits, signed.
    Long,
    /// IEEE double.
    Double,
    /// Values separated by commas, each trimmed.
    List,
    /// The name of a Java class.
    Class,
    /// Text that is never shown.
    Password,
}

impl Kind {
    /// The type's number in a DescribeConfigs answer (v3 and later).
    pub fn describe_code(self) -> i8 {
        match self {
            Kind::Boolean => 1,
            Kind::Str => 2,
            Kind::Int => 3,
            Kind::Short => 4,
            Kind::Long => 5,
            Kind::Double => 6,
            Kind::List => 7,
            Kind::Class => 8,
            Kind::Password => 9,
        }
    }

    /// Kafka's name of the type, as it appears in its messages.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "BOOLEAN",
            Kind::Str => "STRING",
            Kind::Int => "INT",
            Kind::Short => "SHORT",
            Kind::Long => "LONG",
            Kind::Double => "DOUBLE",
            Kind::List => "LIST",
            Kind::Class => "CLASS",
            Kind::Password => "PASSWORD",
        }
    }
}

/// The value of a key nobody has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// No value; often another key's value is used then.
    Null,
    /// Kafka refuses to start without it.
    Required,
    /// This text.
    Value(&'static str),
}

/// Which values are legal beyond what the kind says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// Everything of the kind.
    Any,
    /// A whole number within these bounds, both included.
    Range(i64, i64),
    /// A decimal number within these bounds, both included.
    DoubleRange(f64, f64),
    /// -1 or 1..=9 (gzip).
    GzipLevel,
    /// One of these words, exactly.
    OneOf(&'static [&'static str]),
    /// One of these words, in any case.
    OneOfIgnoringCase(&'static [&'static str]),
    /// Text with at least one character.
    NonEmpty,
    /// A list whose elements are not empty (KIP-1161); elements named twice count once.
    List {
        /// Whether the list itself may be empty.
        empty: bool,
        /// The legal elements; none = any.
        of: &'static [&'static str],
    },
    /// `*` or `partition:broker` pairs.
    ThrottledReplicas,
    /// `earliest`, `latest` or `by_duration:` and an ISO 8601 duration.
    OffsetReset,
}

impl Allowed {
    /// In words; `None` where everything of the kind is legal.
    pub fn words(&self) -> Option<String> {
        let one_of = |words: &[&str]| format!("one of {}", words.join(", "));
        match self {
            Allowed::Any => None,
            Allowed::Range(min, i64::MAX) => Some(format!("at least {min}")),
            Allowed::Range(min, max) => Some(format!("{min} to {max}")),
            Allowed::DoubleRange(min, max) => Some(format!("{min} to {max}")),
            Allowed::GzipLevel => Some("-1, or 1 to 9".to_owned()),
            Allowed::OneOf(words) => Some(one_of(words)),
            Allowed::OneOfIgnoringCase(words) => Some(format!("{}, in any case", one_of(words))),
            Allowed::NonEmpty => Some("not empty".to_owned()),
            Allowed::List { empty: true, of: [] } => None,
            Allowed::List { empty: false, of: [] } => Some("at least one element".to_owned()),
            Allowed::List { empty: true, of } => Some(format!("any of {}", of.join(", "))),
            Allowed::List { empty: false, of } => Some(format!("at least one of {}", of.join(", "))),
            Allowed::ThrottledReplicas => Some("* or partition:broker pairs".to_owned()),
            Allowed::OffsetReset => Some("earliest, latest or by_duration:PnDTnHnMn.nS".to_owned()),
        }
    }
}

/// At least `min`, to the kind's own end.
pub(crate) const fn at_least(min: i64) -> Allowed {
    Allowed::Range(min, i64::MAX)
}

/// Between two whole numbers, both included.
pub(crate) const fn between(min: i64, max: i64) -> Allowed {
    Allowed::Range(min, max)
}

/// Any list that is not empty.
pub(crate) const FILLED_LIST: Allowed = Allowed::List { empty: false, of: &[] };

/// Any list.
pub(crate) const ANY_LIST: Allowed = Allowed::List { empty: true, of: &[] };

/// Kafka's own judgement of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// Most people look at it.
    High,
    /// Some people do.
    Medium,
    /// For special cases.
    Low,
}

/// When a broker key may change (DescribeConfigs' `read-only`, and where a dynamic value is stored).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateMode {
    /// Only by a restart.
    ReadOnly,
    /// At run time, for one broker at a time.
    PerBroker,
    /// At run time, for one broker or as the cluster's default.
    ClusterWide,
}

/// What this broker does with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// It has the effect Kafka documents.
    Yes,
    /// It is accepted and shown, and cannot have an effect here: it tunes a part that works differently.
    Recorded,
    /// It is known, and what it asks for is not implemented yet.
    No,
}

impl Key {
    /// Reads and checks `text` as this key's value. The error's text is Kafka's own.
    pub fn parse(&self, text: &str) -> Result<Value, InvalidValue> {
        let value = parse(self, text)?;
        check(self, value)
    }

    /// The default, read; `None` where there is none.
    pub fn default_value(&self) -> Option<Value> {
        match self.default {
            DefaultValue::Null | DefaultValue::Required => None,
            DefaultValue::Value(text) => self.parse(text).ok(),
        }
    }

    /// The default as text.
    pub fn default_text(&self) -> Option<&'static str> {
        match self.default {
            DefaultValue::Null | DefaultValue::Required => None,
            DefaultValue::Value(text) => Some(text),
        }
    }

    /// Whether its value must never be shown.
    pub fn is_sensitive(&self) -> bool {
        self.kind == Kind::Password
    }

    /// Whether it may change at run time.
    pub fn is_dynamic(&self) -> bool {
        self.scope != Scope::Broker || self.update != UpdateMode::ReadOnly
    }

    /// The unit of its numbers, where its name tells one.
    pub fn unit(&self) -> Option<&'static str> {
        if !matches!(self.kind, Kind::Int | Kind::Short | Kind::Long | Kind::Double) {
            return None;
        }
        const UNITS: [(&str, &str); 11] = [
            ("bytes.per.second", "bytes per second"),
            ("byte.rate", "bytes per second"),
            (".ms", "milliseconds"),
            (".millis", "milliseconds"),
            (".bytes", "bytes"),
            ("buffer.size", "bytes"),
            (".hours", "hours"),
            (".minutes", "minutes"),
            (".seconds", "seconds"),
            (".secs", "seconds"),
            ("throttled.rate", "bytes per second"),
        ];
        UNITS.iter().find(|(ending, _)| self.name.ends_with(ending)).map(|(_, unit)| *unit)
    }
}
