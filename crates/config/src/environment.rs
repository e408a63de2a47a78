//! Decides which environment variables are configuration, and which key each one means.
//!
//! `KAFKA_LOG_DIRS` is `log.dirs`: the rule of Kafka's official container image, so that its compose files
//! work unchanged. `THALWEG_WORKERS` is `thalweg.workers`. Gets the variables as pairs and never reads the
//! environment itself.

use crate::key::{Kind, Scope};
use crate::properties::parse_properties;
use crate::table;

/// One variable that is configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentSetting {
    /// The variable's own name.
    pub variable: String,
    /// The key it sets.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// The settings among `variables`, in their order. Other variables are left alone.
pub fn settings_from_environment<'a>(
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<EnvironmentSetting> {
    variables.into_iter().filter_map(|(variable, value)| setting(variable, value)).collect()
}

fn setting(variable: &str, value: &str) -> Option<EnvironmentSetting> {
    let (key, value) = if let Some(name) = variable.strip_prefix("KAFKA_") {
        if name.is_empty() || NOT_SETTINGS.contains(&variable) {
            return None;
        }
        (key_of(name), value.to_owned())
    } else {
        let name = variable.strip_prefix("THALWEG_")?;
        let key = format!("thalweg.{}", key_of(name));
        // Only keys that exist: THALWEG_BROKERS and its like belong to the commands.
        let known = table::key(Scope::Broker, &key)?;
        let value = match (known.kind, value) {
            (Kind::Boolean, "1") => "true",
            (Kind::Boolean, "0") => "false",
            _ => value,
        };
        (key, value.to_owned())
    };
    Some(EnvironmentSetting { variable: variable.to_owned(), value: unescaped(value), key })
}

/// Lower case; three underscores in a row are `-`, two are `_`, one is `.`.
fn key_of(name: &str) -> String {
    name.to_ascii_lowercase().replace("___", "-").replace("__", "\0").replace('_', ".").replace('\0', "_")
}

/// The image writes `key=value` into a properties file, so backslashes in a value are escapes there, and
/// blanks before it are lost. A value that breaks the syntax is taken as it stands.
fn unescaped(value: String) -> String {
    match parse_properties(&format!("k={value}")).as_deref() {
        Ok([property]) => property.value.clone(),
        _ => value,
    }
}

/// Variables the image's own scripts read; they are not settings of the broker.
const NOT_SETTINGS: [&str; 11] = [
    "KAFKA_VERSION",
    "KAFKA_HEAP_OPTS",
    "KAFKA_LOG4J_OPTS",
    "KAFKA_OPTS",
    "KAFKA_JMX_OPTS",
    "KAFKA_JVM_PERFORMANCE_OPTS",
    "KAFKA_GC_LOG_OPTS",
    "KAFKA_LOG4J_ROOT_LOGLEVEL",
    "KAFKA_LOG4J_LOGGERS",
    "KAFKA_TOOLS_LOG4J_LOGLEVEL",
    "KAFKA_JMX_HOSTNAME",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variable: &str, value: &str) -> Option<(String, String)> {
        setting(variable, value).map(|setting| (setting.key, setting.value))
    }

    fn sets(key: &str, value: &str) -> Option<(String, String)> {
        Some((key.to_owned(), value.to_owned()))
    }

    /// What the official image's own program made of the same variables.
    #[test]
    fn variables_mean_the_keys_the_official_image_makes_of_them() {
        assert_eq!(read("KAFKA_LOG_DIRS", "/d"), sets("log.dirs", "/d"));
        assert_eq!(read("KAFKA_A__B___C____D", "x"), sets("a_b-c-.d", "x"));
        assert_eq!(read("KAFKA_X_____Y", "5"), sets("x-_y", "5"));
        assert_eq!(read("KAFKA_kafka", "1"), sets("kafka", "1"));
        assert_eq!(read("KAFKA_EMPTY", ""), sets("empty", ""));
        assert_eq!(read("KAFKA_SPACE", " a b "), sets("space", "a b "));
        assert_eq!(
            read("KAFKA_LISTENER_NAME_EXTERNAL_SSL_KEYSTORE_LOCATION", "/k"),
            sets("listener.name.external.ssl.keystore.location", "/k")
        );
        let listeners = "PLAINTEXT://h:1,B://h:2";
        assert_eq!(read("KAFKA_ADVERTISED_LISTENERS", listeners), sets("advertised.listeners", listeners));
    }

    #[test]
    fn variables_of_the_images_scripts_are_not_settings() {
        assert_eq!(read("KAFKA_HEAP_OPTS", "-Xmx1g"), None);
        assert_eq!(read("KAFKA_JMX_HOSTNAME", "h"), None);
        assert_eq!(read("CLUSTER_ID", "x"), None);
        assert_eq!(read("KAFKA_", "x"), None);
        assert_eq!(read("PATH", "/bin"), None);
    }

    #[test]
    fn our_own_variables_set_our_own_keys_and_only_those_that_exist() {
        assert_eq!(read("THALWEG_INSECURE", "1"), sets("thalweg.insecure", "true"));
        assert_eq!(
            read("THALWEG_VALIDATE_COMPRESSED", "header"),
            sets("thalweg.validate.compressed", "header")
        );
        assert_eq!(read("THALWEG_BROKERS", "h:9092"), None);
    }
}
