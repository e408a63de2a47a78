//! The binary as people use it: a broker started by `thalweg serve`, and the verbs against it.

mod audit;
mod consume_groups;
mod crowds;
mod descriptors;
mod doctor;
mod groups;
mod machine;
mod support;
mod transcript;
mod verbs;
