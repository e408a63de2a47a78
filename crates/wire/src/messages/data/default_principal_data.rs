//! DefaultPrincipalData: a principal as it travels inside Envelope.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A principal as it travels inside Envelope.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct DefaultPrincipalData<'a> {
    /// The principal's type, usually `User`.
    #[field(versions = "0+")]
    pub r#type: &'a str,
    /// The principal's name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Whether a delegation token was used.
    #[field(versions = "0+")]
    pub token_authenticated: bool,
}
