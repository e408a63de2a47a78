//! FindCoordinator (API key 10), response: the coordinators asked for.
//!
//! Versions 0 to 6, flexible from 3.
//!
//! - v1: adds `throttle_time_ms`, `error_message`.
//! - v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `coordinators`, drops `error_code`, `error_message`, `node_id`, `host`, `port`.
//! - v5 to v6: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`FindCoordinatorRequest`](super::FindCoordinatorRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 10, versions = "0-6", flexible = "3+")]
pub struct FindCoordinatorResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0-3")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "1-3", nullable = "1-3", ignorable)]
    pub error_message: Option<&'a str>,
    /// The node's id.
    #[field(versions = "0-3")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "0-3")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0-3")]
    pub port: i32,
    /// One entry per key.
    #[field(versions = "4+")]
    pub coordinators: Vec<Coordinator<'a>>,
}

/// One entry of [`FindCoordinatorResponse::coordinators`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct Coordinator<'a> {
    /// The key.
    #[field(versions = "4+")]
    pub key: &'a str,
    /// The node's id.
    #[field(versions = "4+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "4+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "4+")]
    pub port: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "4+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "4+", nullable = "4+", ignorable)]
    pub error_message: Option<&'a str>,
}
