//! What the room promises, tried from outside.

mod batch;
mod golden;
mod judged;
mod properties;
