//! DescribeClientQuotas (API key 48), request: asks for the quotas that match a filter.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeClientQuotasResponse;

/// Asks for the quotas that match a filter.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 48, versions = "0-1", flexible = "1+", response(DescribeClientQuotasResponse<'r>))]
pub struct DescribeClientQuotasRequest<'a> {
    /// What to match.
    #[field(versions = "0+")]
    pub components: Vec<ComponentData<'a>>,
    /// Only entities with no other component.
    #[field(versions = "0+")]
    pub strict: bool,
}

/// One entry of [`DescribeClientQuotasRequest::components`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ComponentData<'a> {
    /// The kind of entity: `user`, `client-id` or `ip`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// 0 exact name, 1 default, 2 any.
    #[field(versions = "0+")]
    pub match_type: i8,
    /// The name to match; null where none is needed.
    #[field(versions = "0+", nullable = "0+")]
    pub r#match: Option<&'a str>,
}
