//! `DescribeUserScramCredentialsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeUserScramCredentialsResponse;

/// Kafka's `DescribeUserScramCredentialsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 50, versions = "0", flexible = "0+", response(DescribeUserScramCredentialsResponse<'r>))]
pub struct DescribeUserScramCredentialsRequest<'a> {
    /// Kafka's `Users`.
    #[field(versions = "0+", nullable = "0+")]
    pub users: Option<Vec<UserName<'a>>>,
}

/// Kafka's `UserName`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct UserName<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
}
