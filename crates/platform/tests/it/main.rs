//! One contract, two worlds: every test of `contract` runs over the operating system and in memory.

mod crash;
mod disk_contract;
mod lock;
mod net_contract;
mod rest;
