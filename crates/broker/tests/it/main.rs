//! The whole broker on one thread, over a disk, a network and a clock in memory: what hostile bytes, full and
//! broken disks, power cuts and clients that do not read do to it.
//! No sockets of the machine, no files, no sleeping.

mod acls;
mod admin;
mod audit;
mod client;
mod clock;
mod consumer_groups;
mod cordons;
mod damage;
mod faults;
mod fetch;
mod frames;
mod lives;
mod logins;
mod moves;
mod order;
mod outdated;
mod produce;
mod quotas;
mod readers;
mod refused;
mod retention;
mod sessions;
mod tls;
mod tls_changes;
mod tokens;
mod topics;
mod transactions;
mod world;
