//! The whole broker on one thread, over a disk, a network and a clock in memory: what hostile bytes do to it.
//! No sockets of the machine, no files, no sleeping.

mod fetch;
mod frames;
mod produce;
mod world;
