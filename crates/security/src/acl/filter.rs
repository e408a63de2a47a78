//! Which rules DescribeAcls and DeleteAcls mean.

use thalweg_metadata::AccessControlEntry;

use super::{ANY, MATCH, Operation, PatternType, Permission, ResourceType, WILDCARD};

/// A filter as it comes from the wire: numbers are Kafka's, with [`ANY`] and [`MATCH`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclFilter {
    /// Kind of resource.
    pub resource_type: i8,
    /// Name of the resource; `None` for any.
    pub resource_name: Option<String>,
    /// How the name matches.
    pub pattern_type: i8,
    /// `User:name`; `None` for any.
    pub principal: Option<String>,
    /// Host; `None` for any.
    pub host: Option<String>,
    /// Operation.
    pub operation: i8,
    /// Permission.
    pub permission_type: i8,
}

impl AclFilter {
    /// Whether the part about the resource can be understood.
    #[must_use]
    pub fn knows_pattern(&self) -> bool {
        let kind = self.resource_type == ANY || ResourceType::from_code(self.resource_type).is_some();
        let pattern =
            matches!(self.pattern_type, ANY | MATCH) || PatternType::from_code(self.pattern_type).is_some();
        kind && pattern
    }

    /// Whether the part about the entry can be understood.
    #[must_use]
    pub fn knows_entry(&self) -> bool {
        let operation = self.operation == ANY || Operation::from_code(self.operation).is_some();
        let permission = self.permission_type == ANY || Permission::from_code(self.permission_type).is_some();
        operation && permission
    }

    /// Whether it means this entry.
    #[must_use]
    pub fn matches(&self, entry: &AccessControlEntry) -> bool {
        (self.resource_type == ANY || self.resource_type == entry.resource_type)
            && self.matches_name(entry)
            && self.principal.as_ref().is_none_or(|principal| *principal == entry.principal)
            && self.host.as_ref().is_none_or(|host| *host == entry.host)
            && (self.operation == ANY || self.operation == entry.operation)
            && (self.permission_type == ANY || self.permission_type == entry.permission_type)
    }

    fn matches_name(&self, entry: &AccessControlEntry) -> bool {
        if !matches!(self.pattern_type, ANY | MATCH) && self.pattern_type != entry.pattern_type {
            return false;
        }
        let Some(name) = &self.resource_name else { return true };
        if self.pattern_type != MATCH {
            return *name == entry.resource_name;
        }
        match PatternType::from_code(entry.pattern_type) {
            Some(PatternType::Literal) => *name == entry.resource_name || entry.resource_name == WILDCARD,
            Some(PatternType::Prefixed) => name.starts_with(&entry.resource_name),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, pattern: PatternType) -> AccessControlEntry {
        AccessControlEntry {
            resource_type: ResourceType::Topic.code(),
            resource_name: name.into(),
            pattern_type: pattern.code(),
            principal: "User:a".into(),
            host: "*".into(),
            operation: Operation::Read.code(),
            permission_type: Permission::Allow.code(),
        }
    }

    fn filter(name: Option<&str>, pattern_type: i8) -> AclFilter {
        AclFilter {
            resource_type: ANY,
            resource_name: name.map(Into::into),
            pattern_type,
            principal: None,
            host: None,
            operation: ANY,
            permission_type: ANY,
        }
    }

    #[test]
    fn match_finds_what_would_apply_to_a_name_and_any_only_the_name_itself() {
        let (literal, prefixed) = (PatternType::Literal, PatternType::Prefixed);
        let all =
            [entry("orders", literal), entry("*", literal), entry("ord", prefixed), entry("x", prefixed)];
        let found = |filter: AclFilter| all.each_ref().map(|entry| filter.matches(entry));
        assert_eq!(found(filter(Some("orders"), MATCH)), [true, true, true, false]);
        assert_eq!(found(filter(Some("orders"), ANY)), [true, false, false, false]);
        assert_eq!(found(filter(Some("ord"), prefixed.code())), [false, false, true, false]);
        assert_eq!(found(filter(None, literal.code())), [true, true, false, false]);
        let of_another = AclFilter { principal: Some("User:b".into()), ..filter(None, ANY) };
        assert_eq!(found(of_another), [false; 4]);
    }

    #[test]
    fn unknown_numbers_are_not_understood() {
        assert!(filter(None, ANY).knows_pattern() && filter(None, ANY).knows_entry());
        assert!(!filter(None, 0).knows_pattern() && !filter(None, 5).knows_pattern());
        assert!(!AclFilter { operation: 0, ..filter(None, ANY) }.knows_entry());
    }
}
