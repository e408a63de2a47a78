//! Timestamps as people write them: milliseconds or seconds since 1970, a date, or a date and time of UTC or
//! an offset. Never asks for the current time.

/// Milliseconds since 1970.
pub fn parse_timestamp(text: &str) -> Result<i64, String> {
    const HELP: &str =
        "write a time as 2026-01-31, 2026-01-31T12:00:00Z, or seconds or milliseconds since 1970";
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        let number: i64 = text.parse().map_err(|_| HELP.to_owned())?;
        // Ten digits are seconds until the year 2286; thirteen are milliseconds since 2001.
        return Ok(if text.len() <= 10 { number * 1000 } else { number });
    }
    parse_date_time(text).ok_or_else(|| HELP.to_owned())
}

fn parse_date_time(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = days_since_1970(year, month, day) * 86_400_000;
    let Some(time) = time else { return Some(midnight) };
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |part| number(part, 2))?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let millis = match fraction {
        "" => 0,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => format!("{digits:0<3}")[..3].parse().ok()?,
        _ => return None,
    };
    let offset_minutes = match zone {
        "" | "Z" => 0,
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let (hours, minutes) = zone[1..].split_once(':')?;
            sign * (number(hours, 2)? * 60 + number(minutes, 2)?)
        }
    };
    Some(midnight + ((hour * 60 + minute - offset_minutes) * 60 + second) * 1000 + millis)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Days of the proleptic Gregorian calendar, by counting years from March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_all_written_forms() {
        for (text, ms) in [
            ("1970-01-01", 0),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2026-01-31T12:00:00Z", 1_769_860_800_000),
            ("2026-01-31 12:00:00.5Z", 1_769_860_800_500),
            ("2026-01-31T14:00+02:00", 1_769_860_800_000),
            ("1769860800", 1_769_860_800_000),
            ("1769860800123", 1_769_860_800_123),
        ] {
            assert_eq!(parse_timestamp(text), Ok(ms), "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "2026-1-1", "2026-01-31T25:00Z", "12:00"] {
            assert!(parse_timestamp(text).is_err(), "{text}");
        }
    }
}
