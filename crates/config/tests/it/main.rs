//! Tests of the whole crate, against facts captured from a real Kafka 4.4.0.

mod alter;
mod describe;
mod load;
mod properties;
mod stock;
mod table;
