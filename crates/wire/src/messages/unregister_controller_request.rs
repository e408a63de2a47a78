//! UnregisterController (API key 94), request: removes a controller's registration.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::messages::UnregisterControllerResponse;

/// Removes a controller's registration.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 94, versions = "0", flexible = "0+", response(UnregisterControllerResponse<'r>))]
pub struct UnregisterControllerRequest {
    /// The active controller, or a broker that stands for it.
    #[field(versions = "0+")]
    pub controller_id: i32,
}
