//! The derive behind every message in `thalweg-wire`: from a struct and the versions its attributes state it
//! writes the decoder, the encoder, Kafka's defaults and the description for the schema check. Runs at
//! compile time only; what it emits refers to `crate::…` of `thalweg-wire` and is of no use elsewhere.
//!
//! ```ignore
//! #[derive(Message, Clone, Debug, PartialEq)]
//! #[message(request, key = 0, versions = "3-13", flexible = "9+", response(ProduceResponse<'r>))]
//! pub struct ProduceRequest<'a> {
//!     #[field(versions = "3+", nullable = "3+", default = null)]
//!     pub transactional_id: Option<&'a str>,
//!     #[field(versions = "0+")]
//!     pub acks: i16,
//! }
//! ```
//!
//! `#[message(…)]`: the kind (`request`, `response`, `header`, `metadata`, `coordinator_key`,
//! `coordinator_value`, `data`), `key`, `versions`, `flexible` (left out if never), `response` for a request,
//! `latest_unstable`, and `name` where Kafka's name is not the struct's. A part of a message derives `Part`
//! and repeats `#[part(versions, flexible)]` of its message, for the same code must do for both.
//!
//! `#[field(…)]`: `versions`; `nullable`; `tag` (then it is a tagged field in all its versions); `default`;
//! `ignorable`; `flexible = "none"`; `name` where Kafka's name is not the field's in CamelCase.

mod attributes;
mod emit;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives the codec and description of a top-level message.
#[proc_macro_derive(Message, attributes(message, field))]
pub fn derive_message(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "message")
}

/// Derives the codec and description of a part of a message.
#[proc_macro_derive(Part, attributes(part, field))]
pub fn derive_part(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, "part")
}

fn expand(input: &DeriveInput, attribute: &str) -> TokenStream {
    attributes::Structure::parse(input, attribute)
        .map(|structure| emit::structure(&structure))
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
