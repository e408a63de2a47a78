//! DescribeUserScramCredentials (API key 50), request: asks which SCRAM credentials users have.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeUserScramCredentialsResponse;

/// Asks which SCRAM credentials users have.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 50, versions = "0", flexible = "0+", response(DescribeUserScramCredentialsResponse<'r>))]
pub struct DescribeUserScramCredentialsRequest<'a> {
    /// The users; null or empty for all.
    #[field(versions = "0+", nullable = "0+")]
    pub users: Option<Vec<UserName<'a>>>,
}

/// One entry of [`DescribeUserScramCredentialsRequest::users`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct UserName<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
}
