//! Subscriptions by regular expression: RE2's syntax, matched in time linear in the name, compiled within a bound
//! of memory. The whole name must match.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::topics::Topics;
use crate::request::Visible;

/// The longest expression that a record's key can hold with its group.
const EXPRESSION_BYTES_MAX: usize = 16_384;
/// What a compiled expression may take.
const COMPILED_BYTES_MAX: usize = 2 << 20;

/// Compiles an expression; an error says what is wrong with it.
pub(crate) fn compile(expression: &str) -> Result<Regex, String> {
    if expression.len() > EXPRESSION_BYTES_MAX {
        return Err(format!("the expression is longer than {EXPRESSION_BYTES_MAX} bytes"));
    }
    // On its own first: `a)(b` must not become valid by the group put around it.
    let build = |pattern: &str| {
        RegexBuilder::new(pattern).size_limit(COMPILED_BYTES_MAX).build().map_err(|error| error.to_string())
    };
    build(expression)?;
    build(&format!("^(?:{expression})$"))
}

/// The topics that each expression matches. One that cannot be compiled, which none that was let in is, matches none.
pub(crate) fn resolve(
    expressions: &BTreeSet<Arc<str>>,
    topics: &dyn Topics,
    visible: Option<&Visible>,
) -> BTreeMap<Arc<str>, Arc<BTreeSet<Arc<str>>>> {
    let is_visible = |name: &Arc<str>| visible.is_none_or(|visible| (visible.0)(name));
    let names = topics.names();
    let matched = expressions.iter().map(|expression| {
        let matched: BTreeSet<Arc<str>> = match compile(expression) {
            Ok(regex) => {
                names.iter().filter(|name| regex.is_match(name) && is_visible(name)).cloned().collect()
            }
            Err(_) => BTreeSet::new(),
        };
        (Arc::clone(expression), Arc::new(matched))
    });
    matched.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_must_match_the_whole_name_and_be_one_of_re2s() {
        let matches = |expression: &str, name: &str| compile(expression).unwrap().is_match(name);
        assert!(matches("foo|bar", "bar"));
        assert!(!matches("foo|bar", "foobar"));
        assert!(!matches("foo", "a-foo"));
        for wrong in ["(", "a)(b", "[", "(?=x)", r"(a)\1", "*", "a{1000000}{1000000}"] {
            assert!(compile(wrong).is_err(), "{wrong}");
        }
        assert!(compile(&"a".repeat(20_000)).is_err());
    }
}
