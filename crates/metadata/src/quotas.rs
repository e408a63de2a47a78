//! Client quotas (KIP-546): limits for users, client ids and addresses, or for the default of each.

use std::sync::Arc;

use imbl::OrdMap;

/// Whom a quota is for: entity types (`user`, `client-id`, `ip`) with a name, or `None` for their default;
/// sorted by type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuotaEntity(pub Vec<(String, Option<String>)>);

impl QuotaEntity {
    /// An entity whose parts are put in their order.
    #[must_use]
    pub fn new(mut parts: Vec<(String, Option<String>)>) -> Self {
        parts.sort();
        Self(parts)
    }
}

/// All client quotas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientQuotasImage {
    /// Limits by entity and quota key.
    pub entities: OrdMap<QuotaEntity, OrdMap<Arc<str>, f64>>,
}
