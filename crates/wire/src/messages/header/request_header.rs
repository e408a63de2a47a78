//! `RequestHeader`.

use thalweg_wire_derive::Message;

/// Kafka's `RequestHeader`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(header, versions = "1-2", flexible = "2+")]
pub struct RequestHeader<'a> {
    /// Kafka's `RequestApiKey`.
    #[field(versions = "0+")]
    pub request_api_key: i16,
    /// Kafka's `RequestApiVersion`.
    #[field(versions = "0+")]
    pub request_api_version: i16,
    /// Kafka's `CorrelationId`.
    #[field(versions = "0+")]
    pub correlation_id: i32,
    /// Kafka's `ClientId`.
    #[field(versions = "1+", nullable = "1+", flexible = "none")]
    pub client_id: Option<&'a str>,
}
