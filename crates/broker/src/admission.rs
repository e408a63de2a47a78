//! How many connections there may be: `max.connections`, `max.connections.per.ip` and its overrides. Counts
//! only; whoever accepts asks, whoever closes tells.

use std::net::IpAddr;

use hashbrown::HashMap;
use parking_lot::Mutex;

/// The counters of the whole broker.
#[derive(Debug, Default)]
pub struct Admission {
    counts: Mutex<Counts>,
}

/// How many connections there may be. Names among the overrides have been resolved.
#[derive(Debug, Default)]
pub struct ConnectionLimits {
    /// In all.
    pub total: usize,
    /// From one address.
    pub address: usize,
    /// From these addresses.
    pub overrides: HashMap<IpAddr, usize>,
}

#[derive(Debug, Default)]
struct Counts {
    limits: ConnectionLimits,
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Admission {
    /// Limits from now on. Connections that are there already stay.
    pub fn set_limits(&self, limits: ConnectionLimits) {
        self.counts.lock().limits = limits;
    }

    /// Counts one more connection from there, if there may be one.
    pub fn admit(&self, address: IpAddr) -> bool {
        let mut counts = self.counts.lock();
        let limits = &counts.limits;
        let limit = limits.overrides.get(&address).copied().unwrap_or(limits.address);
        let from_there = counts.by_address.get(&address).copied().unwrap_or(0);
        if counts.total >= counts.limits.total || from_there >= limit {
            return false;
        }
        counts.total += 1;
        counts.by_address.insert(address, from_there + 1);
        true
    }

    /// A connection from there has ended.
    pub fn release(&self, address: IpAddr) {
        let mut counts = self.counts.lock();
        counts.total = counts.total.saturating_sub(1);
        if let Some(count) = counts.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                counts.by_address.remove(&address);
            }
        }
    }

    /// Connections now.
    pub fn total(&self) -> usize {
        self.counts.lock().total
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn limits_hold_in_all_and_for_each_address() {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let there = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
        let other = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
        let admission = Admission::default();
        let limits =
            |total| ConnectionLimits { total, address: 2, overrides: [(other, 0)].into_iter().collect() };
        admission.set_limits(limits(4));
        assert!(admission.admit(here) && admission.admit(here) && !admission.admit(here));
        assert!(!admission.admit(other), "its own limit is none at all");
        assert!(admission.admit(there) && admission.admit(there) && !admission.admit(there));
        admission.release(here);
        assert!(admission.admit(here));
        assert_eq!(admission.total(), 4);
        admission.release(here);
        admission.set_limits(limits(3));
        assert!(!admission.admit(here), "a limit may change at run time");
    }
}
