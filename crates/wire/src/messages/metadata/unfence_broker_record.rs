//! `UnfenceBrokerRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `UnfenceBrokerRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 8, versions = "0", flexible = "0+")]
pub struct UnfenceBrokerRecord {
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: i32,
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i64,
}
