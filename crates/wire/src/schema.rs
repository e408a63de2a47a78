//! The declarations of `messages` as data: what `cargo xtask schema-check` compares with Kafka's own
//! schemas, and what tests generate input from. Built by the derive, never by hand, never read on the path
//! of a record.

/// What a top-level message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Sent by a client.
    Request,
    /// Sent in answer to a request.
    Response,
    /// Stands before a request or response.
    Header,
    /// A record of the cluster metadata log.
    Metadata,
    /// A key in a coordinator's log.
    CoordinatorKey,
    /// A value in a coordinator's log.
    CoordinatorValue,
    /// Anything else: control records, file formats, embedded data.
    Data,
}

/// A range of versions; `last` is `i16::MAX` where it is open ("3+").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first version.
    pub first: i16,
    /// The last version.
    pub last: i16,
}

impl Versions {
    /// True if `version` lies in the range.
    #[must_use]
    pub const fn contains(self, version: i16) -> bool {
        self.first <= version && version <= self.last
    }
}

/// What the derive implements for every message and part.
pub trait Described {
    /// Name, versions and fields.
    const STRUCTURE: &'static StructSchema;
}

/// A top-level message.
#[derive(Debug)]
pub struct MessageSchema {
    /// What it is for.
    pub kind: MessageKind,
    /// API key, metadata record type or coordinator record type.
    pub key: Option<i16>,
    /// Whether the highest version is still under development.
    pub latest_version_unstable: bool,
    /// Versions and fields.
    pub structure: &'static StructSchema,
}

/// A message or a part of one.
#[derive(Debug)]
pub struct StructSchema {
    /// Kafka's name.
    pub name: &'static str,
    /// The versions of the message it belongs to.
    pub versions: Versions,
    /// The first flexible version (KIP-482), if any.
    pub flexible_from: Option<i16>,
    /// Bytes one value takes in memory, what its arrays hold not counted.
    pub memory_bytes: usize,
    /// Fields in wire order; tagged ones stand where Kafka declares them.
    pub fields: &'static [FieldSchema],
}

/// One field.
#[derive(Debug)]
pub struct FieldSchema {
    /// Kafka's name.
    pub name: &'static str,
    /// The type.
    pub kind: FieldKind,
    /// The versions that have the field.
    pub versions: Versions,
    /// The versions in which it may be null.
    pub nullable: Option<Versions>,
    /// The tag, if it is a tagged field; it is one in all its versions then.
    pub tag: Option<u32>,
    /// The value it has where nothing is said.
    pub default: DefaultValue,
    /// Whether it may be left out silently in versions that lack it.
    pub ignorable: bool,
    /// False where the field keeps its old length prefix even in flexible versions (the client id).
    pub follows_flexible: bool,
}

/// A field's type.
#[derive(Debug)]
pub enum FieldKind {
    /// `bool`
    Bool,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `float64`
    Float64,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `uuid`
    Uuid,
    /// `records`
    Records,
    /// A part of the message.
    Struct(&'static StructSchema),
    /// An array of the type.
    Array(&'static FieldKind),
}

/// A field's default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DefaultValue {
    /// Zero, false, empty; for a structure its own defaults; for records null.
    Zero,
    /// Null.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text.
    Text(&'static str),
}
