//! DescribeDelegationToken (API key 41), request: asks for delegation tokens by owner.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeDelegationTokenResponse;

/// Asks for delegation tokens by owner.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 41, versions = "1-3", flexible = "2+", response(DescribeDelegationTokenResponse<'r>))]
pub struct DescribeDelegationTokenRequest<'a> {
    /// The owners; null for all.
    #[field(versions = "0+", nullable = "0+")]
    pub owners: Option<Vec<DescribeDelegationTokenOwner<'a>>>,
}

/// One entry of [`DescribeDelegationTokenRequest::owners`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribeDelegationTokenOwner<'a> {
    /// The principal's type.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// The principal's name.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
