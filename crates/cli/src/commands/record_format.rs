//! How one record looks on standard output: by the format a user wrote, or as JSON or YAML. Values are bytes:
//! they go out as they are, and into JSON as text or, where they are not UTF-8, as base64.

use serde_json::{Value, json};
use thalweg_records::Record;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, render_streamed};

/// A format, taken apart once.
pub struct RecordFormat {
    parts: Vec<Part>,
}

enum Part {
    Text(Vec<u8>),
    Topic,
    Partition,
    Offset,
    Timestamp,
    Key,
    Value,
    Headers,
    Json(Format),
}

impl RecordFormat {
    /// The format for `-o` and `-f`: the latter wins.
    pub fn choose(output: Format, format: Option<&str>) -> Outcome<Self> {
        match (format, output) {
            (Some(format), _) => Self::parse(format),
            (None, Format::Json | Format::Yaml) => Ok(Self { parts: vec![Part::Json(output)] }),
            (None, Format::Table) => Self::parse("%v\\n"),
            (None, Format::Name) => Self::parse("%t/%p/%o\\n"),
        }
    }

    fn parse(format: &str) -> Outcome<Self> {
        let mut parts = Vec::new();
        let mut text = Vec::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            let part = match (c, c == '%' || c == '\\') {
                (_, false) => {
                    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                ('\\', _) => {
                    match chars.next() {
                        Some('n') => text.push(b'\n'),
                        Some('t') => text.push(b'\t'),
                        Some('0') => text.push(0),
                        Some('\\') => text.push(b'\\'),
                        other => return Err(unknown('\\', other)),
                    }
                    continue;
                }
                _ => match chars.next() {
                    Some('%') => {
                        text.push(b'%');
                        continue;
                    }
                    Some('t') => Part::Topic,
                    Some('p') => Part::Partition,
                    Some('o') => Part::Offset,
                    Some('T') => Part::Timestamp,
                    Some('k') => Part::Key,
                    Some('v') => Part::Value,
                    Some('h') => Part::Headers,
                    other => return Err(unknown('%', other)),
                },
            };
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(part);
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Self { parts })
    }

    /// Appends the record.
    pub fn write(&self, topic: &str, partition: i32, record: &Record<'_>, out: &mut Vec<u8>) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Topic => out.extend_from_slice(topic.as_bytes()),
                Part::Partition => out.extend_from_slice(partition.to_string().as_bytes()),
                Part::Offset => out.extend_from_slice(record.offset.to_string().as_bytes()),
                Part::Timestamp => out.extend_from_slice(record.timestamp.to_string().as_bytes()),
                Part::Key => out.extend_from_slice(record.key.unwrap_or_default()),
                Part::Value => out.extend_from_slice(record.value.unwrap_or_default()),
                Part::Headers => {
                    for (index, header) in record.headers.enumerate() {
                        if index > 0 {
                            out.push(b',');
                        }
                        out.extend_from_slice(header.key);
                        out.push(b'=');
                        out.extend_from_slice(header.value.unwrap_or_default());
                    }
                }
                Part::Json(format) => {
                    out.extend_from_slice(
                        render_streamed(&as_value(topic, partition, record), *format).as_bytes(),
                    );
                }
            }
        }
    }
}

fn unknown(lead: char, found: Option<char>) -> Failure {
    let found = found.map(String::from).unwrap_or_default();
    Failure::usage(format!("-f: '{lead}{found}' means nothing; `thalweg consume --help` lists what does."))
}

fn as_value(topic: &str, partition: i32, record: &Record<'_>) -> Value {
    let mut value = json!({
        "topic": topic, "partition": partition, "offset": record.offset.0, "timestamp": record.timestamp,
    });
    let fields = value.as_object_mut().expect("made as an object");
    put_bytes(fields, "key", record.key);
    put_bytes(fields, "value", record.value);
    if !record.headers.is_empty() {
        let headers = record.headers.map(|header| {
            let mut fields = serde_json::Map::new();
            fields.insert("name".to_owned(), json!(header.key_text()));
            put_bytes(&mut fields, "value", header.value);
            Value::Object(fields)
        });
        fields.insert("headers".to_owned(), Value::Array(headers.collect()));
    }
    value
}

/// Text as text; anything else under `NAME_base64`, so that nothing is lost.
fn put_bytes(fields: &mut serde_json::Map<String, Value>, name: &str, bytes: Option<&[u8]>) {
    match bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| base64(bytes))) {
        None => fields.insert(name.to_owned(), Value::Null),
        Some(Ok(text)) => fields.insert(name.to_owned(), json!(text)),
        Some(Err(encoded)) => fields.insert(format!("{name}_base64"), json!(encoded)),
    };
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word =
            (0..3).fold(0u32, |word, index| word << 8 | u32::from(chunk.get(index).copied().unwrap_or(0)));
        for place in 0..4 {
            let sextet = (word >> (18 - 6 * place)) & 0x3f;
            text.push(if place <= chunk.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use thalweg_model::Offset;

    use super::*;

    fn written(format: &RecordFormat, value: Option<&[u8]>) -> String {
        let record = Record {
            offset: Offset(7),
            timestamp: 1000,
            key: Some(b"k"),
            value,
            headers: Default::default(),
        };
        let mut out = Vec::new();
        format.write("t", 3, &record, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn a_format_names_the_parts_of_a_record() {
        let format = RecordFormat::choose(Format::Table, Some("%t-%p@%o %T %k=%v 100%%\\n")).unwrap();
        assert_eq!(written(&format, Some(b"v")), "t-3@7 1000 k=v 100%\n");
        let error = RecordFormat::choose(Format::Table, Some("%q")).err().unwrap();
        assert_eq!(
            error,
            Failure::usage("-f: '%q' means nothing; `thalweg consume --help` lists what does.")
        );
    }

    #[test]
    fn json_keeps_bytes_that_are_not_text() {
        let format = RecordFormat::choose(Format::Json, None).unwrap();
        assert_eq!(
            written(&format, Some(b"a\"b")),
            "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"timestamp\":1000,\"key\":\"k\",\"value\":\"a\\\"b\"}\n"
        );
        assert_eq!(
            written(&format, Some(&[0xff, 0, 1, 2])),
            "{\"topic\":\"t\",\"partition\":3,\"offset\":7,\"timestamp\":1000,\"key\":\"k\",\"value_base64\":\
             \"/wABAg==\"}\n"
        );
        assert!(written(&format, None).ends_with("\"value\":null}\n"));
    }
}
