//! Reads and writes the text of a `server.properties` file.
//!
//! The syntax is that of `java.util.Properties`: `key=value`, `key:value` or `key value`; `#` and `!` begin
//! comments; a line that ends in an odd number of backslashes goes on in the next; `\t \n \r \f \uXXXX` and
//! escaped characters. Knows nothing of which keys exist.

use std::fmt::Write as _;

/// One `key=value` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The key, unescaped.
    pub key: String,
    /// The value, unescaped; blanks at its end are kept.
    pub value: String,
    /// The line its key stands on, from 1.
    pub line: usize,
}

/// A text that is not a properties file. Only a broken `\u` escape is refused, as in Java.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertiesError {
    /// The line it stands on, from 1.
    pub line: usize,
}

/// Reads `text`, in the order of the file; a key that stands twice comes twice.
pub fn parse_properties(text: &str) -> Result<Vec<Property>, PropertiesError> {
    let mut properties = Vec::new();
    let mut lines = split_lines(text).enumerate();
    'lines: while let Some((index, natural)) = lines.next() {
        let first = natural.trim_start_matches(BLANKS);
        if first.is_empty() || first.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = first.to_owned();
        while ends_in_continuation(&logical) {
            logical.pop();
            if logical.is_empty() {
                // Java: a line of which nothing is left yet has not begun, so the next may be a comment.
                continue 'lines;
            }
            match lines.next() {
                Some((_, more)) => logical.push_str(more.trim_start_matches(BLANKS)),
                None => break,
            }
        }
        let line = index + 1;
        let (key, value) = split_pair(&logical);
        let unescape = |text| unescape(text).ok_or(PropertiesError { line });
        properties.push(Property { key: unescape(key)?, value: unescape(value)?, line });
    }
    Ok(properties)
}

/// Writes one pair so that [`parse_properties`] reads it back unchanged.
pub fn write_property(key: &str, value: &str) -> String {
    let mut line = String::with_capacity(key.len() + value.len() + 2);
    escape_into(&mut line, key, true);
    line.push('=');
    escape_into(&mut line, value, false);
    line.push('\n');
    line
}

/// What separates words inside a line.
const BLANKS: [char; 3] = [' ', '\t', '\u{c}'];

/// Lines end at `\n`, `\r` or `\r\n`.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.find(['\n', '\r']) {
            Some(end) => {
                let after = &text[end..];
                let ending = if after.starts_with("\r\n") { 2 } else { 1 };
                rest = Some(&after[ending..]);
                Some(&text[..end])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

fn ends_in_continuation(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Splits at the first unescaped `=`, `:` or blank; blanks around one `=` or `:` belong to neither side.
fn split_pair(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' => return (&line[..at], line[at + 1..].trim_start_matches(BLANKS)),
            c if BLANKS.contains(&c) => {
                let rest = line[at..].trim_start_matches(BLANKS);
                let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
                return (&line[..at], value.trim_start_matches(BLANKS));
            }
            _ => {}
        }
    }
    (line, "")
}

/// `None` for a `\u` that four hexadecimal digits do not follow. A lone surrogate becomes U+FFFD.
fn unescape(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    let mut buffer = [0; 2];
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('f') => '\u{c}',
                Some('u') => {
                    units.push(hex_unit(&mut chars)?);
                    continue;
                }
                Some(other) => other,
                None => break,
            },
            plain => plain,
        };
        units.extend_from_slice(c.encode_utf16(&mut buffer));
    }
    Some(String::from_utf16_lossy(&units))
}

fn hex_unit(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let mut unit = 0u16;
    for _ in 0..4 {
        let digit = chars.next()?.to_digit(16)?;
        unit = (unit << 4) | digit as u16;
    }
    Some(unit)
}

fn escape_into(line: &mut String, text: &str, is_key: bool) {
    for (at, c) in text.chars().enumerate() {
        match c {
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\u{c}' => line.push_str("\\f"),
            ' ' if is_key || at == 0 => line.push_str("\\ "),
            '\\' | '=' | ':' | '#' | '!' => {
                line.push('\\');
                line.push(c);
            }
            c if c.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(line, "\\u{:04x}", c as u32);
            }
            c => line.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse_properties(text).unwrap().into_iter().map(|p| (p.key, p.value)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut pairs = pairs(text);
        assert_eq!(pairs.len(), 1, "{text:?} gives {pairs:?}");
        pairs.remove(0)
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn key_and_value_are_parted_by_equals_colon_or_blank() {
        for text in ["a=b", "a:b", "a b", "  a = b", "a\t:\tb", "a   b", "\u{c}a=b"] {
            assert_eq!(one(text), pair("a", "b"), "{text:?}");
        }
        assert_eq!(one("a==b"), pair("a", "=b"));
        assert_eq!(one("a = = b"), pair("a", "= b"));
        assert_eq!(one("listeners=PLAINTEXT://:9092,C://:1"), pair("listeners", "PLAINTEXT://:9092,C://:1"));
        assert_eq!(one("alone"), pair("alone", ""));
        assert_eq!(one("=b"), pair("", "b"));
    }

    #[test]
    fn blanks_at_the_end_of_a_value_are_kept_and_before_it_dropped() {
        assert_eq!(one("a=  b  "), pair("a", "b  "));
    }

    #[test]
    fn comments_and_empty_lines_say_nothing() {
        assert_eq!(pairs("# a=b\n! c=d\n\n   \n  # e\n"), []);
        assert_eq!(one("a=b # not a comment"), pair("a", "b # not a comment"));
    }

    #[test]
    fn an_odd_number_of_backslashes_joins_the_next_line() {
        assert_eq!(one("a=b,\\\n    c"), pair("a", "b,c"));
        assert_eq!(one("a=b,\\\r\n    c"), pair("a", "b,c"));
        assert_eq!(pairs("a=b\\\\\nc=d"), [pair("a", "b\\"), pair("c", "d")]);
        assert_eq!(one("a=b\\"), pair("a", "b"));
        assert_eq!(pairs("# comment \\\na=b"), [pair("a", "b")]);
        assert_eq!(one("a=1\\\n#2"), pair("a", "1#2"));
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(one(r"a\ b\=c\:d=e\tf\ng\u0041\q"), pair("a b=c:d", "e\tf\ngAq"));
        assert_eq!(one(r"a=C\:\\temp"), pair("a", r"C:\temp"));
        assert_eq!(one(r"a=\uD83D\uDE00"), pair("a", "😀"));
    }

    #[test]
    fn a_broken_unicode_escape_is_refused_with_its_line() {
        assert_eq!(parse_properties("a=b\nc=\\u12g4"), Err(PropertiesError { line: 2 }));
        assert_eq!(parse_properties("a=\\u12"), Err(PropertiesError { line: 1 }));
    }

    #[test]
    fn a_key_knows_the_line_it_begins_on() {
        let lines: Vec<_> = parse_properties("#\na=1\\\n2\n\nb=2").unwrap().iter().map(|p| p.line).collect();
        assert_eq!(lines, [2, 5]);
    }
}
