//! `DescribeClientQuotasRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeClientQuotasResponse;

/// Kafka's `DescribeClientQuotasRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 48, versions = "0-1", flexible = "1+", response(DescribeClientQuotasResponse<'r>))]
pub struct DescribeClientQuotasRequest<'a> {
    /// Kafka's `Components`.
    #[field(versions = "0+")]
    pub components: Vec<ComponentData<'a>>,
    /// Kafka's `Strict`.
    #[field(versions = "0+")]
    pub strict: bool,
}

/// Kafka's `ComponentData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ComponentData<'a> {
    /// Kafka's `EntityType`.
    #[field(versions = "0+")]
    pub entity_type: &'a str,
    /// Kafka's `MatchType`.
    #[field(versions = "0+")]
    pub match_type: i8,
    /// Kafka's `Match`.
    #[field(versions = "0+", nullable = "0+")]
    pub r#match: Option<&'a str>,
}
