//! The name in a certificate as Java writes it (RFC 2253), and the rules that make a user name of it
//! (`ssl.principal.mapping.rules`).
//!
//! Decides nothing about the certificate itself: by then it has been verified.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regex::Regex;
use x509_parser::prelude::{FromDer, X509Certificate};

/// When a certificate ends, in seconds since 1970. `None`: it cannot be read.
#[must_use]
pub fn end_of_life(certificate: &[u8]) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
}

/// The other names a certificate is good for (subjectAltName), as text that is the same where the names are.
#[must_use]
pub fn alternative_names(certificate: &[u8]) -> BTreeSet<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return BTreeSet::new() };
    let names = certificate.subject_alternative_name().ok().flatten();
    names.into_iter().flat_map(|extension| &extension.value.general_names).map(ToString::to_string).collect()
}

/// The subject of a certificate: `CN=…,OU=…`, the most specific part first. `None`: it cannot be read.
#[must_use]
pub fn subject(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let mut parts = Vec::new();
    for relative in certificate.subject().iter_rdn() {
        let mut attributes = Vec::new();
        for attribute in relative.iter() {
            let id = attribute.attr_type().to_id_string();
            let keyword = KEYWORDS.iter().find(|(known, _)| *known == id).map(|(_, keyword)| *keyword);
            attributes.push(match (keyword, attribute.as_str()) {
                (Some(keyword), Ok(text)) => format!("{keyword}={}", escaped(text)),
                _ => {
                    let value = attribute.attr_value();
                    let mut text = format!("{id}=#");
                    let tag = u8::try_from(value.tag().0).ok()?;
                    der_header(tag, value.data.len())?
                        .iter()
                        .chain(value.data)
                        .for_each(|byte| _ = write!(text, "{byte:02x}"));
                    text
                }
            });
        }
        parts.push(attributes.join("+"));
    }
    parts.reverse();
    Some(parts.join(","))
}

/// Attributes that RFC 2253 has words for.
const KEYWORDS: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
];

/// Tag and length of a short value; names are not longer.
fn der_header(tag: u8, length: usize) -> Option<Vec<u8>> {
    match length {
        0..=0x7f => Some(vec![tag, u8::try_from(length).ok()?]),
        0x80..=0xff => Some(vec![tag, 0x81, u8::try_from(length).ok()?]),
        _ => {
            let [high, low] = u16::try_from(length).ok()?.to_be_bytes();
            Some(vec![tag, 0x82, high, low])
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (place, c) in text.chars().enumerate() {
        let is_special = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';')
            || (place == 0 && matches!(c, '#' | ' '))
            || (place == last && c == ' ');
        if is_special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `ssl.principal.mapping.rules`, understood.
#[derive(Debug, Clone, Default)]
pub struct MappingRules(Vec<Rule>);

#[derive(Debug, Clone)]
enum Rule {
    /// The name as it is.
    Default,
    Replace {
        pattern: Regex,
        replacement: String,
        case: Case,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Kept,
    Lower,
    Upper,
}

impl MappingRules {
    /// Reads `RULE:pattern/replacement/[LU]` and `DEFAULT`, separated by commas. `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            rest = if let Some(after) = rest.strip_prefix("DEFAULT") {
                rules.push(Rule::Default);
                after
            } else if let Some(after) = rest.strip_prefix("RULE:") {
                let unfinished =
                    || format!("{rest:?} is not RULE:pattern/replacement/, with L or U behind it");
                let (pattern, after) = until_slash(after).ok_or_else(unfinished)?;
                let (replacement, after) = until_slash(after).ok_or_else(unfinished)?;
                let (case, after) = match after.as_bytes().first() {
                    Some(b'L') => (Case::Lower, &after[1..]),
                    Some(b'U') => (Case::Upper, &after[1..]),
                    _ => (Case::Kept, after),
                };
                let pattern = Regex::new(&format!("^(?:{pattern})$"))
                    .map_err(|error| format!("the pattern {pattern:?} cannot be used: {error}"))?;
                rules.push(Rule::Replace { pattern, replacement: replacement.to_owned(), case });
                after
            } else {
                return Err(format!("{rest:?} begins neither with RULE: nor with DEFAULT"));
            };
            rest = rest.trim_start();
            match rest.strip_prefix(',') {
                Some(after) => rest = after.trim_start(),
                None if rest.is_empty() => {}
                None => return Err(format!("a comma is missing before {rest:?}")),
            }
        }
        if rules.is_empty() {
            rules.push(Rule::Default);
        }
        Ok(Self(rules))
    }

    /// The user name that the first rule which fits makes of a name; `None`: none fits, and nobody may enter.
    #[must_use]
    pub fn apply(&self, name: &str) -> Option<String> {
        self.0.iter().find_map(|rule| match rule {
            Rule::Default => Some(name.to_owned()),
            Rule::Replace { pattern, replacement, case } => {
                let groups = pattern.captures(name)?;
                let mut out = String::new();
                let mut chars = replacement.chars().peekable();
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => out.extend(chars.next()),
                        '$' => match chars.peek().and_then(|digit| digit.to_digit(10)) {
                            Some(digit) if (digit as usize) < groups.len() => {
                                chars.next();
                                out.push_str(groups.get(digit as usize).map_or("", |group| group.as_str()));
                            }
                            _ => out.push('$'),
                        },
                        other => out.push(other),
                    }
                }
                Some(match case {
                    Case::Kept => out,
                    Case::Lower => out.to_lowercase(),
                    Case::Upper => out.to_uppercase(),
                })
            }
        })
    }
}

/// Splits at the first slash without a backslash before it.
fn until_slash(text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '/' => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_makes_the_name() {
        let rules = MappingRules::parse(
            "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/, RULE:^.*?CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L,\
             RULE:CN=\\/(.*)/x$1/U",
        )
        .unwrap();
        let apply = |name| rules.apply(name);
        assert_eq!(apply("CN=kafka,OU=ServiceUsers,O=U").as_deref(), Some("kafka"));
        assert_eq!(apply("CN=Ann,OU=Adm,O=U,L=X,ST=Y,C=Z").as_deref(), Some("ann@adm"));
        assert_eq!(apply("CN=/ab").as_deref(), Some("XAB"));
        assert_eq!(apply("CN=other"), None);
        assert_eq!(MappingRules::parse("DEFAULT").unwrap().apply("CN=a").as_deref(), Some("CN=a"));
        assert_eq!(MappingRules::parse("").unwrap().apply("CN=a").as_deref(), Some("CN=a"));
    }

    #[test]
    fn rules_that_cannot_be_read_are_refused() {
        for bad in ["x", "RULE:", "RULE:a", "RULE:a/b", "RULE:(/b/", "DEFAULT RULE:a/b/", "RULE:a/b/LU"] {
            assert!(MappingRules::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_has_a_meaning_in_a_name_is_escaped() {
        assert_eq!(escaped("#a,b \"c\" "), "\\#a\\,b \\\"c\\\"\\ ");
    }
}
