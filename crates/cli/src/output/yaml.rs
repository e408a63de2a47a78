//! A small YAML emitter over JSON values: block style, plain words where every reader agrees that they are
//! strings, double quotes (JSON's escapes, which YAML shares) everywhere else. Never reads YAML.

use serde_json::Value;

/// The document, ending in a newline.
pub fn render(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Array(items) if !items.is_empty() => sequence(items, 0, &mut out),
        Value::Object(fields) if !fields.is_empty() => mapping(fields, 0, &mut out),
        scalar => {
            out.push_str(&inline(scalar));
            out.push('\n');
        }
    }
    out
}

/// Writes `key: value` lines; the caller has already written the indentation of the first one when it
/// follows a `- `.
fn mapping(fields: &serde_json::Map<String, Value>, indent: usize, out: &mut String) {
    for (index, (key, value)) in fields.iter().enumerate() {
        if index > 0 || !out.ends_with("- ") {
            pad(indent, out);
        }
        out.push_str(&word(key));
        out.push(':');
        match value {
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                sequence(items, indent + 2, out);
            }
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                mapping(inner, indent + 2, out);
            }
            scalar => {
                out.push(' ');
                out.push_str(&inline(scalar));
                out.push('\n');
            }
        }
    }
}

fn sequence(items: &[Value], indent: usize, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !out.ends_with("- ") {
            pad(indent, out);
        }
        out.push_str("- ");
        match item {
            Value::Array(inner) if !inner.is_empty() => sequence(inner, indent + 2, out),
            Value::Object(fields) if !fields.is_empty() => mapping(fields, indent + 2, out),
            scalar => {
                out.push_str(&inline(scalar));
                out.push('\n');
            }
        }
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => word(text),
        // null, booleans, numbers, [] and {} are the same in both languages.
        other => other.to_string(),
    }
}

fn word(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

/// True for words that YAML 1.1 and 1.2 both read as the string itself.
fn is_plain(text: &str) -> bool {
    const RESERVED: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let mut bytes = text.bytes();
    let Some(first) = bytes.next() else { return false };
    first.is_ascii_alphabetic()
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/'))
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_values_are_indented_by_two() {
        let value = json!({"name": "orders", "partitions": [{"id": 0, "isr": [1, 2]}, {"id": 1, "isr": []}],
                           "configs": {"retention.ms": "-1"}, "nested": [[1, 2], [3]]});
        let expected = "name: orders\npartitions:\n  - id: 0\n    isr:\n      - 1\n      - 2\n  - id: 1\n    \
                        isr: []\nconfigs:\n  retention.ms: \"-1\"\nnested:\n  - - 1\n    - 2\n  - - 3\n";
        assert_eq!(render(&value), expected);
    }

    #[test]
    fn words_that_yaml_would_read_as_something_else_are_quoted() {
        for word_ in ["no", "True", "null", "1.5", "", "a: b", "- x", "#", "y", "1e3", " a", "2024-01-01"] {
            assert_eq!(render(&json!(word_)), format!("{}\n", json!(word_)), "{word_:?}");
        }
        assert_eq!(render(&json!("my-topic.v1_x")), "my-topic.v1_x\n");
    }
}
