//! The whole broker on one thread, over a disk, a network and a clock in memory: what hostile bytes do to it.
//! No sockets of the machine, no files, no sleeping.

mod client;
mod fetch;
mod frames;
mod lives;
mod order;
mod produce;
mod sessions;
mod world;
