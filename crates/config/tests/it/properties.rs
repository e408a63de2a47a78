//! Our reader of properties files against Java's own, on random texts made of the syntax's characters.

use std::collections::BTreeMap;

use thalweg_config::parse_properties;

const JAVA: &str = include_str!("../data/java-properties.txt");

#[test]
fn every_text_is_read_as_java_reads_it() {
    let mut compared = 0;
    for line in JAVA.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let text = unhex(words.next().unwrap());
        let java: Vec<&str> = words.collect();
        let ours = parse_properties(&text).map(|properties| {
            properties.into_iter().map(|property| (property.key, property.value)).collect::<BTreeMap<_, _>>()
        });
        if java == ["refused"] {
            assert!(ours.is_err(), "Java refuses {text:?}, we read {ours:?}");
        } else {
            let pairs = java.iter().map(|pair| pair.split_once('=').unwrap());
            let mut java: BTreeMap<_, _> = pairs.map(|(key, value)| (unhex(key), unhex(value))).collect();
            let mut ours = ours.unwrap_or_else(|error| panic!("Java reads {text:?}, we: {error:?}"));
            if text.ends_with('\\') {
                // Java makes an empty key with an empty value of a lone backslash at the end.
                java.remove("");
                ours.remove("");
            }
            assert_eq!(ours, java, "{text:?}");
        }
        compared += 1;
    }
    assert_eq!(compared, 400);
}

fn unhex(hex: &str) -> String {
    if hex == "-" {
        return String::new();
    }
    let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}
