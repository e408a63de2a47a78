//! Whose limit is whose: from the entities in the metadata to the one that counts for a caller.
//!
//! The most specific entity that has a limit for the key wins, in Kafka's order: a user before a client id, a
//! name before a default. It also says who shares the limit: everybody of that user, of that client id, or of
//! that pair.

use std::collections::BTreeMap;
use std::net::IpAddr;

use thalweg_metadata::{ClientQuotasImage, QuotaEntity};

use super::{CLIENT_ID, IP, QuotaKey, USER};

/// Who shares a limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// The user, where it counts.
    pub user: Option<String>,
    /// The client id, where it counts.
    pub client_id: Option<String>,
}

/// A limit and who shares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The limit.
    pub limit: f64,
    /// Who shares it.
    pub share: Share,
}

/// A name, or the default of its kind.
type Name = Option<String>;

/// The limits of one key.
#[derive(Clone, Debug, Default, PartialEq)]
struct Limits {
    pairs: BTreeMap<(Name, Name), f64>,
    users: BTreeMap<Name, f64>,
    clients: BTreeMap<Name, f64>,
}

/// All limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuotaTable {
    produce: Limits,
    consume: Limits,
    request: Limits,
    mutation: Limits,
    addresses: BTreeMap<Option<IpAddr>, f64>,
}

impl QuotaTable {
    /// The limits of an image.
    #[must_use]
    pub fn of(image: &ClientQuotasImage) -> Self {
        let mut table = Self::default();
        for (QuotaEntity(parts), limits) in &image.entities {
            let name = |kind: &str| {
                let part = parts.iter().find(|(one, _)| one == kind);
                part.map(|(_, name)| name.clone())
            };
            let (user, client, address) = (name(USER), name(CLIENT_ID), name(IP));
            for (key, &limit) in limits {
                match (&user, &client, &address) {
                    (None, None, Some(address)) if **key == *QuotaKey::ConnectionCreationRate.name() => {
                        let address = match address {
                            None => None,
                            Some(text) => match text.parse::<IpAddr>() {
                                Ok(address) => Some(address.to_canonical()),
                                Err(_) => continue,
                            },
                        };
                        table.addresses.insert(address, limit);
                    }
                    (_, _, None) => {
                        let Some(limits) = table.limits_named(key) else { continue };
                        match (&user, &client) {
                            (Some(user), Some(client)) => {
                                limits.pairs.insert((user.clone(), client.clone()), limit);
                            }
                            (Some(user), None) => drop(limits.users.insert(user.clone(), limit)),
                            (None, Some(client)) => drop(limits.clients.insert(client.clone(), limit)),
                            (None, None) => {}
                        }
                    }
                    _ => {}
                }
            }
        }
        table
    }

    /// Whether nobody is limited in anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What limits this caller.
    #[must_use]
    pub fn find(&self, key: QuotaKey, user: &str, client_id: &str) -> Option<Applied> {
        let limits = match key {
            QuotaKey::ProducerByteRate => &self.produce,
            QuotaKey::ConsumerByteRate => &self.consume,
            QuotaKey::RequestPercentage => &self.request,
            QuotaKey::ControllerMutationRate => &self.mutation,
            QuotaKey::ConnectionCreationRate => return None,
        };
        let named = |name: &str| Some(name.to_owned());
        let share = |of_user: bool, of_client: bool| Share {
            user: of_user.then(|| user.to_owned()),
            client_id: of_client.then(|| client_id.to_owned()),
        };
        for user in [named(user), None] {
            for client in [named(client_id), None] {
                if let Some(&limit) = limits.pairs.get(&(user.clone(), client)) {
                    return Some(Applied { limit, share: share(true, true) });
                }
            }
            if let Some(&limit) = limits.users.get(&user) {
                return Some(Applied { limit, share: share(true, false) });
            }
        }
        let client = limits.clients.get(&named(client_id)).or_else(|| limits.clients.get(&None));
        client.map(|&limit| Applied { limit, share: share(false, true) })
    }

    /// Connections a second that this address may make.
    #[must_use]
    pub fn connections(&self, address: IpAddr) -> Option<f64> {
        self.addresses.get(&Some(address.to_canonical())).or_else(|| self.addresses.get(&None)).copied()
    }

    fn limits_named(&mut self, key: &str) -> Option<&mut Limits> {
        let own = [
            (QuotaKey::ProducerByteRate, &mut self.produce),
            (QuotaKey::ConsumerByteRate, &mut self.consume),
            (QuotaKey::RequestPercentage, &mut self.request),
            (QuotaKey::ControllerMutationRate, &mut self.mutation),
        ];
        own.into_iter().find(|(one, _)| one.name() == key).map(|(_, limits)| limits)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// An entity's parts, a key and its limit.
    type Limit<'a> = (&'a [(&'a str, Option<&'a str>)], &'a str, f64);

    fn table(entities: &[Limit<'_>]) -> QuotaTable {
        let mut image = ClientQuotasImage::default();
        for (entity, key, limit) in entities {
            let parts = entity.iter().map(|(kind, name)| (kind.to_string(), name.map(Into::into)));
            let entity = QuotaEntity::new(parts.collect());
            let mut limits = image.entities.get(&entity).cloned().unwrap_or_default();
            limits.insert(Arc::from(*key), *limit);
            image.entities.insert(entity, limits);
        }
        QuotaTable::of(&image)
    }

    #[test]
    fn the_most_specific_limit_counts_and_says_who_shares_it() {
        const KEY: &str = "producer_byte_rate";
        let all: [Limit<'_>; 8] = [
            (&[("user", Some("u")), ("client-id", Some("c"))], KEY, 1.0),
            (&[("user", Some("u")), ("client-id", None)], KEY, 2.0),
            (&[("user", Some("u"))], KEY, 3.0),
            (&[("user", None), ("client-id", Some("c"))], KEY, 4.0),
            (&[("user", None), ("client-id", None)], KEY, 5.0),
            (&[("user", None)], KEY, 6.0),
            (&[("client-id", Some("c"))], KEY, 7.0),
            (&[("client-id", None)], KEY, 8.0),
        ];
        let shared = [(true, true), (true, true), (true, false)];
        let shares = [shared, shared].concat().into_iter().chain([(false, true), (false, true)]);
        for (first, share) in shares.enumerate() {
            let table = table(&all[first..]);
            let found = table.find(QuotaKey::ProducerByteRate, "u", "c").expect("one applies");
            assert_eq!(found.limit, (first + 1) as f64);
            assert_eq!((found.share.user.is_some(), found.share.client_id.is_some()), share, "{first}");
            assert_eq!(table.find(QuotaKey::ConsumerByteRate, "u", "c"), None);
        }
        assert_eq!(table(&all[..3]).find(QuotaKey::ProducerByteRate, "v", "c"), None);
        assert!(table(&[]).is_empty());
    }

    #[test]
    fn addresses_have_their_own_limit_or_the_default() {
        let key = "connection_creation_rate";
        let table = table(&[(&[("ip", Some("10.0.0.1"))], key, 5.0), (&[("ip", None)], key, 9.0)]);
        let at = |text: &str| table.connections(text.parse().expect("an address"));
        assert_eq!(
            (at("10.0.0.1"), at("::ffff:10.0.0.1"), at("10.0.0.2")),
            (Some(5.0), Some(5.0), Some(9.0))
        );
    }
}
