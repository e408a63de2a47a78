//! `ApiVersionsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ApiVersionsResponse;

/// Kafka's `ApiVersionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 18, versions = "0-5", flexible = "3+", response(ApiVersionsResponse<'r>))]
pub struct ApiVersionsRequest<'a> {
    /// Kafka's `ClientSoftwareName`.
    #[field(versions = "3+", ignorable)]
    pub client_software_name: &'a str,
    /// Kafka's `ClientSoftwareVersion`.
    #[field(versions = "3+", ignorable)]
    pub client_software_version: &'a str,
    /// Kafka's `ClusterId`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `NodeId`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub node_id: i32,
}
