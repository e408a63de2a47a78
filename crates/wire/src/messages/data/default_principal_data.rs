//! `DefaultPrincipalData`.

use thalweg_wire_derive::Message;

/// Kafka's `DefaultPrincipalData`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct DefaultPrincipalData<'a> {
    /// Kafka's `Type`.
    #[field(versions = "0+")]
    pub r#type: &'a str,
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `TokenAuthenticated`.
    #[field(versions = "0+")]
    pub token_authenticated: bool,
}
