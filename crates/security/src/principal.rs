//! Who a caller is: a type and a name, as access control entries and quotas speak of it.
//!
//! Made when a connection has authenticated (or not) and carried with it. Decides nothing.

use std::fmt;
use std::sync::{Arc, LazyLock};

/// The type that every principal of the built-in mechanisms has.
pub const USER: &str = "User";
/// The name of a caller that has not said who it is.
pub const ANONYMOUS: &str = "ANONYMOUS";

/// A caller.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// `User:name`: the form in which entries, super users and records have it.
    text: Arc<str>,
    /// Where the name begins in `text`.
    name_at: usize,
    /// It authenticated with a delegation token, and may therefore neither make nor change tokens (KIP-48).
    pub by_token: bool,
}

impl Principal {
    /// A principal of type `User`.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self::new(USER, name)
    }

    /// A principal of some type.
    #[must_use]
    pub fn new(kind: &str, name: &str) -> Self {
        Self { text: format!("{kind}:{name}").into(), name_at: kind.len() + 1, by_token: false }
    }

    /// The caller of a connection without authentication. Made once, shared by all.
    #[must_use]
    pub fn anonymous() -> Arc<Self> {
        static ANONYMOUS_USER: LazyLock<Arc<Principal>> =
            LazyLock::new(|| Arc::new(Principal::user(ANONYMOUS)));
        Arc::clone(&ANONYMOUS_USER)
    }

    /// Reads `type:name`; the name may hold colons. `None` for what has no type.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        (!kind.is_empty()).then(|| Self::new(kind, name))
    }

    /// Its type, `User` for all that authenticate here.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.text[..self.name_at - 1]
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text[self.name_at..]
    }

    /// `type:name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_colons_and_a_type_is_needed() {
        let principal = Principal::parse("User:CN=a:b").expect("has a type");
        assert_eq!((principal.kind(), principal.name()), ("User", "CN=a:b"));
        assert_eq!(principal, Principal::user("CN=a:b"));
        assert_eq!(Principal::parse("nobody"), None);
        assert_eq!(Principal::parse(":x"), None);
        assert_eq!(Principal::anonymous().as_str(), "User:ANONYMOUS");
    }
}
