//! The log as the broker uses it, over a disk in memory and over a real one.

mod compaction;
mod compaction_crash;
mod crash;
mod legacy;
mod life;
mod model;
mod producers;
mod reads;
mod scale;
mod spare;
mod support;
mod threads;
