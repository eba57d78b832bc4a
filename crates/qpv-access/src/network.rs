//! The network that a client chooses its addresses from.

use std::net::{IpAddr, Ipv6Addr};

/// Returns the address itself, or the network of 64 bits that a single client of IPv6 chooses its addresses from.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}
