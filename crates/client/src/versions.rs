//! Which versions of which requests a broker serves, and the one both sides know. Never guesses: a request
//! the broker did not list is not sent.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use thalweg_wire::ApiKey;
use thalweg_wire::messages::ApiVersionsResponse;

/// What a broker answered to ApiVersions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrokerVersions {
    ranges: BTreeMap<i16, (i16, i16)>,
}

impl BrokerVersions {
    /// Takes over a broker's list.
    #[must_use]
    pub fn from_response(response: &ApiVersionsResponse<'_>) -> Self {
        let ranges =
            response.api_keys.iter().map(|key| (key.api_key, (key.min_version, key.max_version))).collect();
        Self { ranges }
    }

    /// The range the broker serves, if any.
    #[must_use]
    pub fn range(&self, api: ApiKey) -> Option<RangeInclusive<i16>> {
        self.ranges.get(&(api as i16)).map(|&(min, max)| min..=max)
    }

    /// The highest version in both ranges.
    #[must_use]
    pub fn choose(&self, api: ApiKey, ours: &RangeInclusive<i16>) -> Option<i16> {
        let theirs = self.range(api)?;
        let version = *ours.end().min(theirs.end());
        (version >= *ours.start() && version >= *theirs.start()).then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(min: i16, max: i16) -> BrokerVersions {
        BrokerVersions { ranges: BTreeMap::from([(ApiKey::Fetch as i16, (min, max))]) }
    }

    #[test]
    fn the_highest_version_both_sides_know_is_chosen() {
        assert_eq!(versions(4, 18).choose(ApiKey::Fetch, &(4..=12)), Some(12));
        assert_eq!(versions(0, 11).choose(ApiKey::Fetch, &(4..=17)), Some(11));
    }

    #[test]
    fn nothing_is_chosen_where_the_ranges_do_not_meet_or_the_broker_lists_nothing() {
        assert_eq!(versions(0, 3).choose(ApiKey::Fetch, &(4..=17)), None);
        assert_eq!(versions(18, 20).choose(ApiKey::Fetch, &(4..=17)), None);
        assert_eq!(versions(0, 3).choose(ApiKey::Produce, &(0..=3)), None);
    }
}
