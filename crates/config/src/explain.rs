//! Puts what is known of a key into words for a human: `thalweg config explain`, and the reference page of
//! the documentation.
//!
//! Made from the table alone, so that neither can grow apart from what is served. Never shows a secret.

use std::fmt::Write as _;

use crate::key::{DefaultValue, Key, Scope, Served, UpdateMode};
use crate::nearest::nearest_broker_key;
use crate::settings::{Origin, Settings};
use crate::table;

/// Everything about the key called `name`, as lines of text; with where it was set, for a broker key. `Err`
/// is the line that says there is none, with the nearest one.
pub fn explain(name: &str, settings: &Settings) -> Result<String, String> {
    let found: Vec<&'static Key> =
        SCOPES
            .iter()
            .filter_map(|(scope, _)| {
                if *scope == Scope::Broker { table::broker_key(name) } else { table::key(*scope, name) }
            })
            .collect();
    if found.is_empty() {
        return Err(match (table::removed_from_kafka(name), nearest_broker_key(name)) {
            (Some(fate), _) => format!("{name} is gone from Kafka 4: {fate}"),
            (None, Some(near)) => format!("no key is called {name}; did you mean {near}?"),
            (None, None) => format!("no key is called {name}"),
        });
    }
    let explained: Vec<String> = found.into_iter().map(|key| explain_key(name, key, settings)).collect();
    Ok(explained.join("\n"))
}

/// The reference page, in Markdown: every documented key, its facts and what it does.
pub fn reference_page() -> String {
    let mut page = String::from("# Configuration keys\n");
    for (scope, title) in SCOPES {
        line(&mut page, &format!("\n## {title}\n"));
        for key in table::keys(scope).filter(|key| !key.internal) {
            line(&mut page, &format!("- **`{}`** ({}). {}", key.name, facts(key).join("; "), key.doc));
        }
    }
    page
}

const SCOPES: [(Scope, &str); 4] = [
    (Scope::Broker, "Broker"),
    (Scope::Topic, "Topic"),
    (Scope::Group, "Group"),
    (Scope::ClientMetrics, "Client metrics subscription"),
];

fn explain_key(name: &str, key: &Key, settings: &Settings) -> String {
    let mut text = String::new();
    let scope = SCOPES.iter().find(|(scope, _)| *scope == key.scope).map_or("", |(_, title)| *title);
    line(&mut text, &format!("{name} ({} key)", scope.to_ascii_lowercase()));
    line(&mut text, &format!("  {}", key.doc));
    for fact in facts(key) {
        line(&mut text, &format!("  {fact}"));
    }
    match key.scope {
        Scope::Broker => {
            for (index, setting) in settings.all(name).iter().enumerate() {
                let value = if key.is_sensitive() { "[hidden]" } else { &setting.value };
                let what = if index == 0 { "set" } else { "also set, without effect," };
                let origin = match &setting.origin {
                    Origin::Assumed => "Thalweg itself".to_owned(),
                    origin => origin.to_string(),
                };
                line(&mut text, &format!("  {what} to {value} by {origin}"));
            }
        }
        Scope::Topic => {
            let broker_keys: Vec<&str> =
                table::topic_synonyms(key.name).iter().map(|synonym| synonym.name).collect();
            if !broker_keys.is_empty() {
                line(&mut text, &format!("  without it the broker's {} counts", broker_keys.join(", then ")));
            }
        }
        Scope::Group => {
            if let Some(broker_key) = table::group_synonym(key.name) {
                line(&mut text, &format!("  without it the broker's {broker_key} counts"));
            }
        }
        Scope::ClientMetrics => {}
    }
    text
}

fn facts(key: &Key) -> Vec<String> {
    let kind = key.kind.name().to_ascii_lowercase();
    let mut facts = vec![match key.unit() {
        Some(unit) => format!("{kind}, {unit}"),
        None => kind,
    }];
    facts.extend(key.allowed.words());
    facts.push(match key.default {
        DefaultValue::Null => "no default".to_owned(),
        DefaultValue::Required => "required by Kafka".to_owned(),
        DefaultValue::Value("") => "default: empty".to_owned(),
        DefaultValue::Value(text) => format!("default: {text}"),
    });
    if key.scope == Scope::Broker {
        let update = match key.update {
            UpdateMode::ReadOnly => "changed by a restart",
            UpdateMode::PerBroker => "changed at run time, broker by broker",
            UpdateMode::ClusterWide => "changed at run time, for one broker or all",
        };
        facts.push(update.to_owned());
    }
    match key.served {
        Served::Yes => {}
        Served::Recorded => facts.push("accepted without effect".to_owned()),
        Served::No => facts.push("not implemented yet".to_owned()),
    }
    facts.extend(key.deprecated.map(|instead| format!("deprecated: use {instead}")));
    facts
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_explained_with_every_place_it_was_set_in() {
        let mut settings = Settings::default();
        settings.add("log.retention.ms", "5", Origin::File { name: "f".to_owned(), line: 3 });
        settings.add("log.retention.ms", "7", Origin::Flag);
        let expected = "\
log.retention.ms (broker key)
  How long records are kept; -1 for ever. Without it log.retention.minutes counts. Default of the topic key retention.ms.
  long, milliseconds
  no default
  changed at run time, for one broker or all
  set to 7 by command line
  also set, without effect, to 5 by f line 3
";
        assert_eq!(explain("log.retention.ms", &settings).unwrap(), expected);
    }

    #[test]
    fn a_name_that_is_a_broker_and_a_topic_key_is_explained_as_both() {
        let text = explain("min.insync.replicas", &Settings::default()).unwrap();
        assert!(text.contains("(broker key)") && text.contains("(topic key)"), "{text}");
        assert!(text.contains("without it the broker's min.insync.replicas counts"), "{text}");
        let text = explain("retention.ms", &Settings::default()).unwrap();
        let order =
            "the broker's log.retention.ms, then log.retention.minutes, then log.retention.hours counts";
        assert!(text.contains(order), "{text}");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let mut settings = Settings::default();
        settings.add("ssl.key.password", "hunter2", Origin::Flag);
        let text = explain("ssl.key.password", &settings).unwrap();
        assert!(text.contains("set to [hidden] by command line"), "{text}");
    }

    #[test]
    fn a_name_that_is_no_key_is_answered_with_what_it_may_have_been() {
        let none = Settings::default();
        assert_eq!(
            explain("num.partition", &none).unwrap_err(),
            "no key is called num.partition; did you mean num.partitions?"
        );
        assert_eq!(explain("q", &none).unwrap_err(), "no key is called q");
        assert!(explain("zookeeper.connect", &none).unwrap_err().contains("gone from Kafka 4"));
    }

    #[test]
    fn the_reference_page_has_a_line_for_every_documented_key() {
        let page = reference_page();
        for (scope, _) in SCOPES {
            for key in table::keys(scope) {
                assert_eq!(page.contains(&format!("**`{}`**", key.name)), !key.internal, "{}", key.name);
            }
        }
    }
}
