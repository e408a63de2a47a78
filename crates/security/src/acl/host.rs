//! From where a rule applies: everywhere, one address, or a network (KIP-1276).
//!
//! Addresses are compared as addresses: an IPv4 address inside IPv6 is that IPv4 address, however it is
//! written. A text that is none of these is kept by Kafka and matches nobody; so it does here.

use std::net::IpAddr;

/// Where a caller must come from for a rule to speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostPattern {
    /// From anywhere.
    Any,
    /// From this address.
    Address(IpAddr),
    /// From this network: its first address and how many leading bits count.
    Network(IpAddr, u8),
    /// A text that is no address: nobody comes from there.
    Nowhere,
}

impl HostPattern {
    /// Reads the host of an entry.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text == super::WILDCARD {
            return Self::Any;
        }
        if text.contains('/') {
            return parse_network(text).map_or(Self::Nowhere, |(address, bits)| Self::Network(address, bits));
        }
        text.parse::<IpAddr>().map_or(Self::Nowhere, |address| Self::Address(address.to_canonical()))
    }

    /// Whether a caller from this address is meant.
    #[must_use]
    pub fn matches(&self, address: IpAddr) -> bool {
        match *self {
            Self::Any => true,
            Self::Address(own) => own == address.to_canonical(),
            Self::Network(network, bits) => is_inside(address.to_canonical(), network, bits),
            Self::Nowhere => false,
        }
    }
}

/// Reads `address/bits`; `None` for what is not a network.
#[must_use]
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    if bits.is_empty() || bits.len() > 3 || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse::<u8>().ok()?);
    let width = if address.is_ipv4() { 32 } else { 128 };
    (bits <= width).then_some((address, bits))
}

fn is_inside(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            address.to_bits() & mask == network.to_bits() & mask
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            address.to_bits() & mask == network.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_holds_what_shares_its_leading_bits() {
        let net = HostPattern::of("10.1.0.0/16");
        assert!(net.matches(at("10.1.255.255")) && net.matches(at("10.1.0.0")));
        assert!(!net.matches(at("10.2.0.0")) && !net.matches(at("::1")));
        assert!(net.matches(at("::ffff:10.1.2.3")), "IPv4 that came in over IPv6");
        assert!(HostPattern::of("0.0.0.0/0").matches(at("1.2.3.4")));
        assert!(HostPattern::of("2001:db8::/32").matches(at("2001:db8:1::5")));
        assert!(!HostPattern::of("2001:db8::/32").matches(at("2001:db9::")));
        assert!(HostPattern::of("192.168.1.7/32").matches(at("192.168.1.7")));
    }

    #[test]
    fn what_is_no_address_matches_nobody() {
        for text in ["localhost", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+8", "::/129", "x/8", ""] {
            assert_eq!(HostPattern::of(text), HostPattern::Nowhere, "{text}");
        }
        assert!(HostPattern::of("::1").matches(at("0:0:0:0:0:0:0:1")));
    }
}
