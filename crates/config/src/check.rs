//! Decides whether values that are legal one by one are legal together.
//!
//! Runs once, after every single value has been read. Only what would make this process do something else
//! than its configuration says is refused; it never looks at the machine.

use std::fmt;

use crate::alter::{illegal_cordon, illegal_topic_default};
use crate::effective::Effective;
use crate::key::Key;
use crate::listeners::Listeners;
use crate::settings::{Setting, Settings};

/// One sentence that says which key and value is wrong, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(pub String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    /// A value its key does not allow. `why` is Kafka's sentence.
    pub(crate) fn of_setting(name: &str, setting: &Setting, key: &Key, why: &str) -> Problem {
        let why = why.rsplit_once(&format!("for configuration {}: ", key.name)).map_or(why, |(_, why)| why);
        let value = if key.is_sensitive() { "[hidden]" } else { setting.value.as_str() };
        let origin = &setting.origin;
        let remedy = match key.default_text() {
            Some(default) if !default.is_empty() => {
                format!("change it, or remove it for the default {default}")
            }
            _ => "change it, or remove it".to_owned(),
        };
        Problem(format!("{name}={value} ({origin}): {why}; {remedy}"))
    }
}

/// Adds what is wrong between keys.
pub(crate) fn check_together(settings: &Settings, problems: &mut Vec<Problem>) {
    let effective = Effective::of_settings(settings);
    let mut refuse = |key: &str, why: String| problems.push(problem(settings, key, &why));
    if let Err(error) = Listeners::resolve(&effective) {
        refuse(error.key, error.why);
    }
    check_identity(&effective, &mut refuse);
    check_retention(&effective, &mut refuse);
    check_connections(&effective, &mut refuse);
    check_protocols(&effective, &mut refuse);
    if let Some(why) = illegal_cordon(&effective) {
        refuse("cordoned.log.dirs", why);
    }
    let lag = |key| effective.number(key).unwrap_or_default();
    let (shortest, longest) = ("log.cleaner.min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms");
    if lag(shortest) > lag(longest) {
        refuse(shortest, format!("it is more than {longest} ({}); lower it", lag(longest)));
    }
    if let Some((key, why)) = illegal_topic_default(&effective) {
        refuse(key, format!("no topic may have it ({why}); change it"));
    }
}

fn check_identity(effective: &Effective<'_>, refuse: &mut impl FnMut(&str, String)) {
    let id = |key| if effective.is_set(key) { effective.number(key) } else { None };
    if let (Some(node), Some(broker)) = (id("node.id"), id("broker.id"))
        && node != broker
    {
        refuse("broker.id", format!("node.id says {node}; remove broker.id"));
    }
    if id("node.id").is_none() && id("broker.id").is_some_and(|id| id < 0) {
        refuse("broker.id", "it must not be negative; set node.id instead".to_owned());
    }
    let roles = effective.list("process.roles").unwrap_or_default();
    let has = |role: &str| roles.iter().any(|other| other == role);
    if !(has("broker") && has("controller")) {
        let why = "a process of one role needs others, and joining them is not implemented; write \
                   process.roles=broker,controller to run alone";
        refuse("process.roles", why.to_owned());
    }
    let own = id("node.id").or_else(|| id("broker.id"));
    let voters = effective.list("controller.quorum.voters").unwrap_or_default();
    for voter in &voters {
        let why = match voter.split_once('@').map(|(id, _)| id.trim().parse::<i64>()) {
            Some(Ok(id)) if Some(id) == own => continue,
            Some(Ok(_)) => {
                format!(
                    "{voter} is another node, and joining others is not implemented; this node runs alone"
                )
            }
            _ => format!("{voter:?} is not id@host:port"),
        };
        refuse("controller.quorum.voters", why);
        break;
    }
}

fn check_retention(effective: &Effective<'_>, refuse: &mut impl FnMut(&str, String)) {
    for key in ["log.retention.ms", "log.retention.minutes", "log.retention.hours"] {
        if effective.number(key) == Some(0) {
            refuse(
                key,
                "records cannot be kept for no time at all; write -1 for ever, or at least 1".to_owned(),
            );
        }
    }
}

/// What Kafka refuses too: clients of the classic protocol are always served.
fn check_protocols(effective: &Effective<'_>, refuse: &mut impl FnMut(&str, String)) {
    let key = "group.coordinator.rebalance.protocols";
    let protocols = effective.list(key).unwrap_or_default();
    if !protocols.iter().any(|protocol| protocol.trim() == "classic") {
        refuse(key, "the classic protocol cannot be turned off; add classic".to_owned());
    }
}

fn check_connections(effective: &Effective<'_>, refuse: &mut impl FnMut(&str, String)) {
    let number = |key| effective.number(key).unwrap_or_default();
    let (queued, frame) = (number("queued.max.request.bytes"), number("socket.request.max.bytes"));
    if queued > 0 && queued < frame {
        let why =
            format!("one request may be larger (socket.request.max.bytes={frame}); raise it, or write -1");
        refuse("queued.max.request.bytes", why);
    }
    let overrides = effective.text("max.connections.per.ip.overrides").unwrap_or_default();
    match parse_connection_overrides(&overrides) {
        Err(pair) => {
            let why = format!("{pair:?} is not host:count; write e.g. 10.0.0.1:100,host.example:20");
            refuse("max.connections.per.ip.overrides", why);
        }
        Ok(pairs) if pairs.is_empty() && number("max.connections.per.ip") == 0 => {
            let why = "nobody could connect; raise it, or set max.connections.per.ip.overrides";
            refuse("max.connections.per.ip", why.to_owned());
        }
        Ok(_) => {}
    }
}

/// Reads `host:count,host:count`; an IPv6 address may stand as it is, the last colon parts. `Err` is the
/// pair that cannot be read.
pub(crate) fn parse_connection_overrides(text: &str) -> Result<Vec<(String, i32)>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let parsed = pair
                .rsplit_once(':')
                .and_then(|(host, count)| Some((host.trim(), count.trim().parse::<i32>().ok()?)))
                .filter(|(host, count)| !host.is_empty() && *count >= 0);
            match parsed {
                Some((host, count)) => Ok((host.to_owned(), count)),
                None => Err(pair.to_owned()),
            }
        })
        .collect()
}

fn problem(settings: &Settings, key: &str, why: &str) -> Problem {
    match settings.setting(key) {
        Some(setting) => Problem(format!("{key}={} ({}): {why}", setting.value, setting.origin)),
        None => Problem(format!("{key}: {why}")),
    }
}
