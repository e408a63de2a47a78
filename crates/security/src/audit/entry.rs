//! What happened, as the fields of a line: everything but its number, its time and what binds it to the line before.
//! Fields that come from outside are cut at [`FIELD_BYTES_MAX`]; secrets never come here.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::acl::{Because, Operation, ResourceType};

/// A field is cut behind this many bytes.
const FIELD_BYTES_MAX: usize = 512;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be.
    Allowed,
    /// It may not.
    Denied,
}

impl Decision {
    /// The word in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// Something for the audit log. Two entries with the same text are the same event again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) text: String,
    /// Somebody was turned away: how many of these there are is up to strangers.
    pub(super) is_denial: bool,
}

/// A login or a TLS handshake that has come to its end.
#[derive(Clone, Copy, Debug)]
pub struct Authentication<'a> {
    /// How it ended.
    pub decision: Decision,
    /// Who logged in; `None`: nobody has.
    pub principal: Option<&'a str>,
    /// The client's address.
    pub host: IpAddr,
    /// The listener it came in by.
    pub listener: &'a str,
    /// How: a SASL mechanism, or `TLS`.
    pub mechanism: &'a str,
    /// Why it was refused.
    pub why: Option<&'a str>,
}

/// An answer of the authorizer.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// What it was.
    pub decision: Decision,
    /// Who asked.
    pub principal: &'a str,
    /// From where.
    pub host: IpAddr,
    /// With which request.
    pub api: &'a str,
    /// What for.
    pub operation: Operation,
    /// On what kind of resource.
    pub resource_type: ResourceType,
    /// On which.
    pub resource: &'a str,
    /// What decided; `None`: there is no authorizer.
    pub because: Option<Because<'a>>,
}

/// Whether an operation changes something. Only of these the leave that was given is worth a line.
#[must_use]
pub fn is_mutation(operation: Operation) -> bool {
    match operation {
        Operation::Read | Operation::Describe | Operation::DescribeConfigs | Operation::DescribeTokens => {
            false
        }
        Operation::All
        | Operation::Write
        | Operation::Create
        | Operation::Delete
        | Operation::Alter
        | Operation::ClusterAction
        | Operation::AlterConfigs
        | Operation::IdempotentWrite
        | Operation::CreateTokens
        | Operation::TwoPhaseCommit => true,
    }
}

impl Entry {
    /// A login has ended.
    #[must_use]
    pub fn authentication(what: &Authentication<'_>) -> Self {
        let mut fields = Fields::of("authentication", what.decision);
        if let Some(principal) = what.principal {
            fields.text("principal", principal);
        }
        fields.text("host", &what.host.to_canonical().to_string());
        fields.text("listener", what.listener);
        fields.text("mechanism", what.mechanism);
        if let Some(why) = what.why {
            fields.text("why", why);
        }
        fields.done(what.decision)
    }

    /// Leave was given or refused.
    #[must_use]
    pub fn authorization(what: &Authorization<'_>) -> Self {
        let mut fields = Fields::of("authorization", what.decision);
        fields.text("principal", what.principal);
        fields.text("host", &what.host.to_canonical().to_string());
        fields.text("api", what.api);
        fields.text("operation", what.operation.name());
        fields.text("resource_type", what.resource_type.name());
        fields.text("resource", what.resource);
        match what.because {
            None => fields.text("because", "there is no authorizer"),
            Some(Because::SuperUser) => fields.text("because", "super user"),
            Some(Because::NoRules) => fields.text("because", "no rule speaks of the resource"),
            Some(Because::NoRuleMatches) => fields.text("because", "no rule allows it"),
            Some(Because::Rule(rule)) => fields.text("rule", &rule.id.to_string()),
        }
        fields.done(what.decision)
    }

    /// Something about the log itself: that it begins, goes on behind a gap, or ends.
    #[must_use]
    pub fn about_log(what: &str, detail: &[(&str, &str)]) -> Self {
        let mut fields = Fields { text: String::with_capacity(64) };
        fields.text("event", what);
        detail.iter().for_each(|(name, value)| fields.text(name, value));
        fields.done(Decision::Allowed)
    }

    /// So many entries that could not be kept.
    pub(super) fn dropped(count: u64) -> Self {
        let mut fields = Fields { text: String::with_capacity(64) };
        fields.text("event", "dropped");
        // A string cannot fail to be written to.
        let _ = write!(fields.text, ",\"count\":{count}");
        fields.done(Decision::Allowed)
    }
}

/// JSON members, commas between them.
struct Fields {
    text: String,
}

impl Fields {
    fn of(event: &str, decision: Decision) -> Self {
        let mut fields = Self { text: String::with_capacity(256) };
        fields.text("event", event);
        fields.text("decision", decision.word());
        fields
    }

    fn text(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":\"");
        let kept = &value[..value.floor_char_boundary(FIELD_BYTES_MAX)];
        for character in kept.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                // Also what would end a line for a reader that knows Unicode's own.
                other if other.is_control() || matches!(other, '\u{2028}' | '\u{2029}') => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(other));
                }
                other => self.text.push(other),
            }
        }
        if kept.len() < value.len() {
            self.text.push('…');
        }
        self.text.push('"');
    }

    fn done(self, decision: Decision) -> Entry {
        Entry { text: self.text, is_denial: decision == Decision::Denied }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn denied(resource: &str) -> Entry {
        Entry::authorization(&Authorization {
            decision: Decision::Denied,
            principal: "User:ann",
            host: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)),
            api: "Produce",
            operation: Operation::Write,
            resource_type: ResourceType::Topic,
            resource,
            because: Some(Because::NoRuleMatches),
        })
    }

    #[test]
    fn a_denial_says_who_what_from_where_and_why() {
        assert_eq!(
            denied("orders").text,
            "\"event\":\"authorization\",\"decision\":\"denied\",\"principal\":\"User:ann\",\"host\":\"10.0.0.7\",\
             \"api\":\"Produce\",\"operation\":\"WRITE\",\"resource_type\":\"TOPIC\",\"resource\":\"orders\",\
             \"because\":\"no rule allows it\""
        );
    }

    #[test]
    fn what_a_client_names_can_neither_end_the_line_nor_fill_the_log() {
        let text = denied("a\"\\\n\r\u{0}\u{7f}\u{2028}b").text;
        assert!(text.contains(r#""resource":"a\"\\\n\u000d\u0000\u007f\u2028b""#), "{text}");
        assert!(!text.contains(char::is_control));
        let long = denied(&"ä".repeat(40_000)).text;
        assert!(long.len() < 1_000 && long.contains("ä…\""), "{} bytes", long.len());
    }
}
