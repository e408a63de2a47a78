//! The one test binary of `wire`: input made from the schemas themselves, hostile input, and other people's
//! decoders as oracle.

mod allocations;
mod generate;
mod hostile;
mod oracle;
mod protocol;
mod records;
mod round_trip;
