//! `UnregisterControllerRequest`.

use thalweg_wire_derive::Message;

use crate::messages::UnregisterControllerResponse;

/// Kafka's `UnregisterControllerRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 94, versions = "0", flexible = "0+", response(UnregisterControllerResponse<'r>))]
pub struct UnregisterControllerRequest {
    /// Kafka's `ControllerId`.
    #[field(versions = "0+")]
    pub controller_id: i32,
}
