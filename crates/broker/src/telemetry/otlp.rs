//! OpenTelemetry metrics as clients push them (KIP-714): a reader of just the protobuf fields that name and value of a
//! number need (`opentelemetry/proto/metrics/v1/metrics.proto`).
//!
//! Takes gauges and sums; histograms and summaries, which Kafka's clients do not send, are passed over. Never believes
//! a length before it is compared with what is there, and stops at a bound of its own.

/// One number of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The metric's name, such as `org.apache.kafka.producer.connection.creation.rate`.
    pub name: String,
    /// Its attributes as `key=value`, separated by commas, in the order in which they came.
    pub attributes: String,
    /// The value.
    pub value: f64,
}

/// What is kept of one push.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Numbers.
    pub series: usize,
    /// Bytes of one name, and of one number's attributes.
    pub text: usize,
}

/// The payload is not what it claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// The numbers of a `MetricsData` message, the first ones up to the bound.
pub fn read(bytes: &[u8], bounds: Bounds) -> Result<Vec<Series>, Malformed> {
    let mut series = Vec::new();
    for_each(bytes, RESOURCE_METRICS, |resource| {
        for_each(resource, SCOPE_METRICS, |scope| {
            for_each(scope, METRICS, |metric| read_metric(metric, bounds, &mut series))
        })
    })?;
    Ok(series)
}

// Field numbers.
const RESOURCE_METRICS: u64 = 1;
const SCOPE_METRICS: u64 = 2;
const METRICS: u64 = 2;
const METRIC_NAME: u64 = 1;
const METRIC_GAUGE: u64 = 5;
const METRIC_SUM: u64 = 7;
const DATA_POINTS: u64 = 1;
const POINT_AS_DOUBLE: u64 = 4;
const POINT_AS_INT: u64 = 6;
const POINT_ATTRIBUTES: u64 = 7;
const PAIR_KEY: u64 = 1;
const PAIR_VALUE: u64 = 2;
const ANY_STRING: u64 = 1;

fn read_metric(metric: &[u8], bounds: Bounds, series: &mut Vec<Series>) -> Result<(), Malformed> {
    let mut name = None;
    let mut data: Vec<&[u8]> = Vec::new();
    fields(metric, |number, field| {
        match (number, field) {
            (METRIC_NAME, Field::Bytes(text)) => name = Some(text),
            (METRIC_GAUGE | METRIC_SUM, Field::Bytes(points)) => data.push(points),
            _ => {}
        }
        Ok(())
    })?;
    let Some(name) = name.and_then(|name| text(name, bounds)) else { return Ok(()) };
    for points in data {
        for_each(points, DATA_POINTS, |point| {
            if series.len() < bounds.series
                && let Some((value, attributes)) = read_point(point, bounds)?
            {
                series.push(Series { name: name.clone(), attributes, value });
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn read_point(point: &[u8], bounds: Bounds) -> Result<Option<(f64, String)>, Malformed> {
    let (mut value, mut attributes) = (None, String::new());
    fields(point, |number, field| {
        match (number, field) {
            (POINT_AS_DOUBLE, Field::Fixed64(bits)) => value = Some(f64::from_bits(bits)),
            (POINT_AS_INT, Field::Fixed64(bits)) => value = Some(bits.cast_signed() as f64),
            (POINT_ATTRIBUTES, Field::Bytes(pair)) => push_pair(pair, bounds, &mut attributes)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(value.map(|value| (value, attributes)))
}

fn push_pair(pair: &[u8], bounds: Bounds, attributes: &mut String) -> Result<(), Malformed> {
    let (mut key, mut value) = (None, None);
    fields(pair, |number, field| {
        match (number, field) {
            (PAIR_KEY, Field::Bytes(bytes)) => key = text(bytes, bounds),
            (PAIR_VALUE, Field::Bytes(any)) => for_each(any, ANY_STRING, |bytes| {
                value = text(bytes, bounds);
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    if let (Some(key), Some(value)) = (key, value)
        && attributes.len() + key.len() + value.len() + 2 <= bounds.text
    {
        if !attributes.is_empty() {
            attributes.push(',');
        }
        attributes.push_str(&key);
        attributes.push('=');
        attributes.push_str(&value);
    }
    Ok(())
}

/// Text that is short enough and what it claims to be.
fn text(bytes: &[u8], bounds: Bounds) -> Option<String> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= bounds.text).map(str::to_owned)
}

enum Field<'a> {
    Varint,
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32,
}

/// Calls `take` for every embedded message or string of one field.
fn for_each<'a>(
    message: &'a [u8],
    wanted: u64,
    mut take: impl FnMut(&'a [u8]) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    fields(message, |number, field| match field {
        Field::Bytes(bytes) if number == wanted => take(bytes),
        _ => Ok(()),
    })
}

/// Walks a message's fields.
fn fields<'a>(
    mut rest: &'a [u8],
    mut take: impl FnMut(u64, Field<'a>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    while !rest.is_empty() {
        let key = varint(&mut rest)?;
        let field = match key & 7 {
            0 => {
                varint(&mut rest)?;
                Field::Varint
            }
            1 => {
                let bytes = cut(&mut rest, 8)?.try_into().map_err(|_| Malformed)?;
                Field::Fixed64(u64::from_le_bytes(bytes))
            }
            2 => {
                let length = usize::try_from(varint(&mut rest)?).map_err(|_| Malformed)?;
                Field::Bytes(cut(&mut rest, length)?)
            }
            5 => {
                cut(&mut rest, 4)?;
                Field::Fixed32
            }
            _ => return Err(Malformed),
        };
        take(key >> 3, field)?;
    }
    Ok(())
}

fn cut<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (bytes, behind) = rest.split_at_checked(length).ok_or(Malformed)?;
    *rest = behind;
    Ok(bytes)
}

fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, behind) = rest.split_first().ok_or(Malformed)?;
        *rest = behind;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { series: 3, text: 40 };

    fn message(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(bytes.len()).expect("short");
        assert!(length < 128);
        [&[number << 3 | 2, length], bytes].concat()
    }

    /// A payload of one gauge.
    pub fn gauge(name: &str, attribute: (&str, &str), value: f64) -> Vec<u8> {
        let any = message(1, attribute.1.as_bytes());
        let pair = [message(1, attribute.0.as_bytes()), message(2, &any)].concat();
        let point = [&[4 << 3 | 1][..], &value.to_le_bytes(), &message(7, &pair)].concat();
        let metric = [message(1, name.as_bytes()), message(5, &message(1, &point))].concat();
        message(1, &message(2, &message(2, &metric)))
    }

    #[test]
    fn a_gauge_is_read_with_its_attributes_and_too_many_are_left() {
        let one = Series { name: "a.b".into(), attributes: "k=v".into(), value: 1.5 };
        assert_eq!(read(&gauge("a.b", ("k", "v"), 1.5), BOUNDS), Ok(vec![one]));
        let many = gauge("a.b", ("k", "v"), 1.5).repeat(10);
        assert_eq!(read(&many, BOUNDS).map(|series| series.len()), Ok(3));
        assert_eq!(read(&gauge(&"n".repeat(41), ("k", "v"), 1.0), BOUNDS), Ok(Vec::new()));
    }

    #[test]
    fn whatever_is_cut_or_lies_about_its_length_is_refused_and_nothing_panics() {
        let whole = gauge("a.b", ("k", "v"), 1.5);
        for length in 1..whole.len() {
            assert_eq!(read(&whole[..length], BOUNDS), Err(Malformed), "{length} bytes");
        }
        for place in 0..whole.len() {
            for byte in [0, 0x7f, 0x80, 0xff] {
                let mut bent = whole.clone();
                bent[place] = byte;
                let _ = read(&bent, BOUNDS);
            }
        }
        assert_eq!(
            read(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], BOUNDS),
            Err(Malformed)
        );
    }
}
