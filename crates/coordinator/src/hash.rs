//! Placement of a key on a coordinator's topic, as Java does it, so that a Kafka finds what we wrote.

/// Java's `String.hashCode`: over UTF-16 code units.
#[must_use]
pub fn java_string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// The partition of a coordinator's topic that holds `key`. The absolute value of the smallest integer counts
/// as 0 (Kafka's `Utils.abs`).
#[must_use]
pub fn partition_for(key: &str, partitions: i32) -> i32 {
    java_string_hash(key).checked_abs().unwrap_or(0) % partitions.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_javas() {
        assert_eq!(java_string_hash(""), 0);
        assert_eq!(java_string_hash("hello"), 99_162_322);
        // U+1F41F is two code units in Java: 0xD83D, 0xDC1F.
        assert_eq!(java_string_hash("🐟"), 0xD83D * 31 + 0xDC1F);
        // The classic example of a string whose hash is the smallest integer.
        assert_eq!(java_string_hash("polygenelubricants"), i32::MIN);
        assert_eq!(partition_for("polygenelubricants", 50), 0);
    }
}
