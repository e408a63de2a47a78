//! `cargo xtask schema-check`: holds every message struct against the schema of the same name inside the Kafka
//! jars. Decides equality only: a field, version, default, tag or nullability that differs is named, and so is
//! a schema without a struct or a struct without a schema. Never writes anything, never copies a schema.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use thalweg_wire::schema::{
    DefaultValue, FieldKind, FieldSchema, MessageKind, MessageSchema, StructSchema, Versions,
};
use thalweg_wire::{ApiKey, registry};

/// Compares all messages with the jars under `target/kafka/libs`, which it has fetched if they are missing.
pub fn run() -> Result<(), String> {
    let libs = crate::kafka::folder().join("libs");
    if !libs.is_dir() {
        crate::kafka::command(&["install".to_owned()])?;
    }
    let schemas = schemas_in(&libs)?;
    let differences = compare_all(&schemas);
    for difference in &differences {
        println!("{difference}");
    }
    if differences.is_empty() {
        println!("{} schemas, {} structs: no difference", schemas.len(), registry::ALL.len());
        Ok(())
    } else {
        Err(format!("{} differences between the structs and Kafka's schemas", differences.len()))
    }
}

/// All message schemas in Kafka's own jars, by name.
fn schemas_in(libs: &Path) -> Result<BTreeMap<String, Value>, String> {
    let mut schemas = BTreeMap::new();
    let entries = std::fs::read_dir(libs).map_err(|error| format!("{}: {error}", libs.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", libs.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("kafka") && name.ends_with(".jar") {
            read_jar(&path, &mut schemas).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    if schemas.is_empty() {
        return Err(format!("no schema in the jars under {}", libs.display()));
    }
    Ok(schemas)
}

fn read_jar(path: &Path, schemas: &mut BTreeMap<String, Value>) -> Result<(), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut jar = zip::ZipArchive::new(file).map_err(|error| error.to_string())?;
    for index in 0..jar.len() {
        let mut entry = jar.by_index(index).map_err(|error| error.to_string())?;
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        if !name.ends_with(".json") {
            continue;
        }
        let mut text = String::new();
        entry.read_to_string(&mut text).map_err(|error| format!("{name}: {error}"))?;
        let text: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let schema: Value = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        // Other JSON may live in a jar; only message schemas have these two.
        let (Some(message), true) = (schema["name"].as_str(), schema["validVersions"].is_string()) else {
            continue;
        };
        if schemas.insert(message.to_owned(), schema.clone()).is_some() {
            return Err(format!("{message} is there twice"));
        }
    }
    Ok(())
}

fn compare_all(schemas: &BTreeMap<String, Value>) -> Vec<String> {
    let mut check = Check { kafka_parts: BTreeMap::new(), message: String::new(), differences: Vec::new() };
    for (name, kafka) in schemas {
        check.message.clone_from(name);
        match registry::by_name(name) {
            Some(entry) => check.message(entry.schema, kafka),
            None if kafka["validVersions"] == "none" => check.retired(kafka),
            None => check.differ("", "there is no struct"),
        }
    }
    for entry in registry::ALL {
        let name = entry.schema.structure.name;
        if !schemas.contains_key(name) {
            check.message = name.to_owned();
            check.differ("", "Kafka has no such schema");
        }
    }
    check.differences
}

struct Check<'k> {
    /// Fields of the message's parts by part name, as Kafka declares them.
    kafka_parts: BTreeMap<&'k str, &'k [Value]>,
    message: String,
    differences: Vec<String>,
}

impl<'k> Check<'k> {
    fn differ(&mut self, place: &str, text: &str) {
        self.differences.push(format!("{}{place}: {text}", self.message));
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, what: &str, ours: &T, kafka: &T) {
        if ours != kafka {
            self.differ(place, &format!("{what} is {ours:?}, in Kafka {kafka:?}"));
        }
    }

    /// A key whose messages are gone must be known, and known to have none.
    fn retired(&mut self, kafka: &Value) {
        let key = kafka["apiKey"].as_i64().and_then(|key| ApiKey::from_code(key as i16));
        match key {
            Some(key) if key.valid_versions().is_none() && self.message.starts_with(key.name()) => {}
            _ => self.differ("", "a retired key should be known without versions"),
        }
    }

    fn message(&mut self, ours: &MessageSchema, kafka: &'k Value) {
        let kind = match kafka["type"].as_str() {
            Some("request") => MessageKind::Request,
            Some("response") => MessageKind::Response,
            Some("header") => MessageKind::Header,
            Some("metadata") => MessageKind::Metadata,
            Some("coordinator-key") => MessageKind::CoordinatorKey,
            Some("coordinator-value") => MessageKind::CoordinatorValue,
            Some("data") => MessageKind::Data,
            other => return self.differ("", &format!("unknown type {other:?}")),
        };
        self.same("", "kind", &ours.kind, &kind);
        self.same("", "key", &ours.key.map(i64::from), &kafka["apiKey"].as_i64());
        let unstable = kafka["latestVersionUnstable"].as_bool().unwrap_or(false);
        self.same("", "latest version unstable", &ours.latest_version_unstable, &unstable);
        if matches!(kind, MessageKind::Request | MessageKind::Response) {
            self.key_table(ours, kind);
        }

        let versions = versions(&kafka["validVersions"]);
        self.same("", "versions", &Some(ours.structure.versions), &versions);
        let flexible = self::versions(&kafka["flexibleVersions"]);
        if flexible.is_some_and(|flexible| flexible.last != i16::MAX) {
            self.differ("", "flexible versions end in Kafka, which no struct can say");
        }
        self.same("", "flexible from", &ours.structure.flexible_from, &flexible.map(|range| range.first));

        let fields = list(&kafka["fields"]);
        self.kafka_parts.clear();
        for part in list(&kafka["commonStructs"]) {
            let fields = list(&part["fields"]);
            self.kafka_parts.insert(part["name"].as_str().unwrap_or_default(), fields);
            self.collect_parts(fields);
        }
        self.collect_parts(fields);
        self.fields("", ours.structure, ours.structure, fields);
    }

    /// The table of keys must lead to the same messages.
    fn key_table(&mut self, ours: &MessageSchema, kind: MessageKind) {
        let key = ours.key.and_then(ApiKey::from_code);
        let found = match kind {
            MessageKind::Request => key.and_then(ApiKey::request_schema),
            _ => key.and_then(ApiKey::response_schema),
        };
        let found = found.map(|schema| schema.structure.name).unwrap_or_default();
        self.same("", "message behind the key", &found, &ours.structure.name);
    }

    fn collect_parts(&mut self, fields: &'k [Value]) {
        for field in fields {
            let fields = list(&field["fields"]);
            if !fields.is_empty() {
                let name = field["type"].as_str().unwrap_or_default().trim_start_matches("[]");
                self.kafka_parts.insert(name, fields);
                self.collect_parts(fields);
            }
        }
    }

    fn fields(&mut self, place: &str, message: &StructSchema, ours: &StructSchema, kafka: &[Value]) {
        self.same(place, "versions of the part", &ours.versions, &message.versions);
        self.same(place, "flexible versions of the part", &ours.flexible_from, &message.flexible_from);
        let names: Vec<&str> = ours.fields.iter().map(|field| field.name).collect();
        let theirs: Vec<&str> = kafka.iter().filter_map(|field| field["name"].as_str()).collect();
        if names != theirs {
            return self.differ(place, &format!("fields are {names:?}, in Kafka {theirs:?}"));
        }
        for (ours, kafka) in ours.fields.iter().zip(kafka) {
            self.field(&format!("{place}.{}", ours.name), message, ours, kafka);
        }
    }

    fn field(&mut self, place: &str, message: &StructSchema, ours: &FieldSchema, kafka: &Value) {
        let kind = kafka["type"].as_str().unwrap_or_default();
        self.same(place, "type", &type_name(&ours.kind).as_str(), &kind);
        let tagged = versions(&kafka["taggedVersions"]);
        // A tagged field need not repeat its versions.
        let stated = if kafka["versions"].is_null() { tagged } else { versions(&kafka["versions"]) };
        self.same(place, "versions", &Some(ours.versions), &stated);
        self.same(place, "nullable versions", &ours.nullable, &versions(&kafka["nullableVersions"]));
        self.same(place, "tag", &ours.tag.map(u64::from), &kafka["tag"].as_u64());
        self.same(place, "tagged versions", &ours.tag.map(|_| ours.versions), &tagged);
        match default(kind, &kafka["default"]) {
            Some(default) => self.same(place, "default", &ours.default, &default),
            None => self.differ(place, &format!("unreadable default {}", kafka["default"])),
        }
        let ignorable = kafka["ignorable"].as_bool().unwrap_or(false);
        self.same(place, "ignorable", &ours.ignorable, &ignorable);
        let follows = kafka["flexibleVersions"].is_null();
        self.same(place, "following the flexible versions", &ours.follows_flexible, &follows);

        let inner = match &ours.kind {
            FieldKind::Struct(inner) | FieldKind::Array(FieldKind::Struct(inner)) => *inner,
            _ => return,
        };
        match self.kafka_parts.get(inner.name).copied() {
            Some(fields) => self.fields(place, message, inner, fields),
            None => self.differ(place, "Kafka has no such part"),
        }
    }
}

/// "3+", "3-13", "3"; `None` for "none" and for nothing.
fn versions(value: &Value) -> Option<Versions> {
    let text = value.as_str()?;
    if let Some(first) = text.strip_suffix('+') {
        return Some(Versions { first: first.parse().ok()?, last: i16::MAX });
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(Versions { first: first.parse().ok()?, last: last.parse().ok()? })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn type_name(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Bool => "bool".to_owned(),
        FieldKind::Int8 => "int8".to_owned(),
        FieldKind::Int16 => "int16".to_owned(),
        FieldKind::Int32 => "int32".to_owned(),
        FieldKind::Int64 => "int64".to_owned(),
        FieldKind::Uint16 => "uint16".to_owned(),
        FieldKind::Uint32 => "uint32".to_owned(),
        FieldKind::Float64 => "float64".to_owned(),
        FieldKind::String => "string".to_owned(),
        FieldKind::Bytes => "bytes".to_owned(),
        FieldKind::Uuid => "uuid".to_owned(),
        FieldKind::Records => "records".to_owned(),
        FieldKind::Struct(part) => part.name.to_owned(),
        FieldKind::Array(element) => format!("[]{}", type_name(element)),
    }
}

/// A JSON null is no default, as Kafka's own generator sees it; the text "null" is null. Zero, false and empty
/// are one.
fn default(kind: &str, value: &Value) -> Option<DefaultValue> {
    let text = match value {
        Value::Null => return Some(DefaultValue::Zero),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    };
    Some(match (kind, text.as_str()) {
        (_, "null") => DefaultValue::Null,
        (_, "") => DefaultValue::Zero,
        ("bool", "true") => DefaultValue::Bool(true),
        ("bool", "false") => DefaultValue::Zero,
        ("string", text) => DefaultValue::Text(text.to_owned().leak()),
        (_, number) => {
            let number = match number.strip_prefix("0x") {
                Some(digits) => i64::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            if number == 0 { DefaultValue::Zero } else { DefaultValue::Int(number) }
        }
    })
}
