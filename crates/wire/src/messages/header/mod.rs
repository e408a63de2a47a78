//! What stands before every request and response body. [`headers`](crate::headers) picks the version.

pub mod request_header;
pub mod response_header;

pub use request_header::RequestHeader;
pub use response_header::ResponseHeader;
