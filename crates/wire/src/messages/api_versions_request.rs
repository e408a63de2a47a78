//! ApiVersions (API key 18), request: a client says who it is and asks what the broker speaks; the
//! first request of a connection.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible, adds `client_software_name`, `client_software_version`; the client's name and
//!   version (KIP-511).
//! - v4: the answer shows features whose lowest version is 0.
//! - v5: adds `cluster_id`, `node_id`; the sender can say which cluster and node it means to talk to;
//!   a mismatch is answered by REBOOTSTRAP_REQUIRED.

use thalweg_wire_derive::Message;

use crate::messages::ApiVersionsResponse;

/// A client says who it is and asks what the broker speaks; the first request of a connection.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 18, versions = "0-5", flexible = "3+", response(ApiVersionsResponse<'r>))]
pub struct ApiVersionsRequest<'a> {
    /// The client library's name.
    #[field(versions = "3+", ignorable)]
    pub client_software_name: &'a str,
    /// The client library's version.
    #[field(versions = "3+", ignorable)]
    pub client_software_version: &'a str,
    /// The cluster's id.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// The node's id.
    #[field(versions = "5+", default = -1, ignorable)]
    pub node_id: i32,
}
