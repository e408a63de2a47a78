//! Makes canonical encodings of any message from its schema: random ones, and the densest ones, which give the
//! decoder the most elements per byte. An implementation of the layout rules that shares no code with the
//! derive.

use thalweg_wire::schema::{DefaultValue, FieldKind, FieldSchema, MessageSchema, StructSchema};

/// A small generator of reproducible numbers (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// All versions of a message.
pub fn versions(schema: &MessageSchema) -> std::ops::RangeInclusive<i16> {
    schema.structure.versions.first..=schema.structure.versions.last
}

/// A random message.
pub fn random(schema: &MessageSchema, version: i16, numbers: &mut Numbers) -> Vec<u8> {
    let mut output = Vec::new();
    structure(schema.structure, version, &mut Random { numbers, depth: 0 }, &mut output);
    output
}

/// Where the choices of one message come from.
struct Random<'n> {
    numbers: &'n mut Numbers,
    depth: u64,
}

fn structure(schema: &StructSchema, version: i16, random: &mut Random<'_>, output: &mut Vec<u8>) {
    let flexible = is_flexible(schema, version);
    let mut tagged = Vec::new();
    for field in schema.fields.iter().filter(|field| field.versions.contains(version)) {
        match field.tag {
            None => value(field, version, flexible && field.follows_flexible, random, output),
            Some(tag) if flexible && random.numbers.below(2) == 0 => {
                let mut bytes = Vec::new();
                value(field, version, true, random, &mut bytes);
                // What stands at its default is never written.
                if bytes != default_bytes(field, version) {
                    tagged.push((tag, bytes));
                }
            }
            Some(_) => {}
        }
    }
    if flexible {
        tagged.sort();
        uvarint(tagged.len() as u64, output);
        for (tag, bytes) in tagged {
            uvarint(tag.into(), output);
            uvarint(bytes.len() as u64, output);
            output.extend(bytes);
        }
    }
}

fn value(field: &FieldSchema, version: i16, flexible: bool, random: &mut Random<'_>, output: &mut Vec<u8>) {
    let nullable = field.nullable.is_some_and(|versions| versions.contains(version));
    if nullable && random.numbers.below(4) == 0 {
        match (&field.kind, field.tag) {
            // Kafka's generated code marks null otherwise in a tagged field.
            (FieldKind::Struct(_), Some(_)) => output.push(0),
            (kind, _) => null(kind, flexible, output),
        }
        return;
    }
    if nullable && matches!(field.kind, FieldKind::Struct(_)) {
        output.push(1);
    }
    kind(&field.kind, version, flexible, random, output);
}

fn kind(kind: &FieldKind, version: i16, flexible: bool, random: &mut Random<'_>, output: &mut Vec<u8>) {
    match kind {
        FieldKind::Bool => output.push(random.numbers.below(2) as u8),
        FieldKind::Struct(part) => structure(part, version, random, output),
        FieldKind::String => {
            let length = random.numbers.below(12);
            let text: String = (0..length)
                .map(|_| ['a', 'Z', '9', '-', 'é', '水'][random.numbers.below(6) as usize])
                .collect();
            string_length(text.len(), flexible, output);
            output.extend(text.bytes());
        }
        FieldKind::Bytes | FieldKind::Records => {
            // Sometimes long enough for a length of two bytes, in tagged fields too.
            let most = if random.numbers.below(8) == 0 { 300 } else { 12 };
            let length = random.numbers.below(most);
            length_prefix(length as usize, flexible, output);
            output.extend((0..length).map(|_| random.numbers.next() as u8));
        }
        FieldKind::Array(element) => {
            let count = random.numbers.below(4).saturating_sub(random.depth / 2);
            random.depth += 1;
            length_prefix(count as usize, flexible, output);
            for _ in 0..count {
                self::kind(element, version, flexible, random, output);
            }
            random.depth -= 1;
        }
        fixed => output.extend((0..fixed_bytes(fixed)).map(|_| random.numbers.next() as u8)),
    }
}

/// One element of an array somewhere in a message, the smallest that is legal, and how to wrap a run of them
/// into a whole message.
pub struct Dense {
    /// Where the array is.
    pub path: String,
    /// Everything before the element count.
    pub before: Vec<u8>,
    /// The smallest element.
    pub element: Vec<u8>,
    /// Everything after the elements.
    pub after: Vec<u8>,
    /// Whether the count is compact.
    pub flexible: bool,
    /// Bytes of memory an element takes, what hangs on it not counted.
    pub memory_bytes: usize,
}

impl Dense {
    /// The message with `count` elements, claiming `announced`.
    pub fn message(&self, count: usize, announced: usize) -> Vec<u8> {
        let mut bytes = self.before.clone();
        length_prefix(announced, self.flexible, &mut bytes);
        for _ in 0..count {
            bytes.extend(&self.element);
        }
        bytes.extend(&self.after);
        bytes
    }
}

/// Every array of a message in one version, tagged ones left out.
pub fn dense_arrays(schema: &MessageSchema, version: i16) -> Vec<Dense> {
    let mut found = Vec::new();
    dense_in(schema.structure, version, schema.structure.name, &mut found);
    found
}

fn dense_in(schema: &StructSchema, version: i16, path: &str, found: &mut Vec<Dense>) {
    let flexible = is_flexible(schema, version);
    let present: Vec<_> = schema
        .fields
        .iter()
        .filter(|field| field.versions.contains(version) && field.tag.is_none())
        .collect();
    for (index, field) in present.iter().enumerate() {
        let path = format!("{path}.{}", field.name);
        let mut before = Vec::new();
        present[..index].iter().for_each(|field| smallest_field(field, version, flexible, &mut before));
        let mut after = Vec::new();
        present[index + 1..].iter().for_each(|field| smallest_field(field, version, flexible, &mut after));
        if flexible {
            after.push(0);
        }
        let mut inner = Vec::new();
        match &field.kind {
            FieldKind::Array(element) => {
                let mut bytes = Vec::new();
                smallest(element, version, flexible, &mut bytes);
                let memory_bytes = match element {
                    FieldKind::Struct(part) => part.memory_bytes,
                    FieldKind::String => size_of::<&str>(),
                    FieldKind::Uuid => 16,
                    fixed => fixed_bytes(fixed),
                };
                found.push(Dense {
                    path: path.clone(),
                    before: before.clone(),
                    element: bytes,
                    after: after.clone(),
                    flexible,
                    memory_bytes,
                });
                if let FieldKind::Struct(part) = element {
                    dense_in(part, version, &path, &mut inner);
                    length_prefix(1, flexible, &mut before);
                }
            }
            FieldKind::Struct(part) => {
                dense_in(part, version, &path, &mut inner);
                if field.nullable.is_some_and(|versions| versions.contains(version)) {
                    before.push(1);
                }
            }
            _ => {}
        }
        for mut dense in inner {
            dense.before.splice(0..0, before.iter().copied());
            dense.after.extend(&after);
            found.push(dense);
        }
    }
}

fn smallest_field(field: &FieldSchema, version: i16, flexible: bool, output: &mut Vec<u8>) {
    let nullable = field.nullable.is_some_and(|versions| versions.contains(version));
    match field.kind {
        FieldKind::Struct(_) if nullable => null(&field.kind, flexible, output),
        _ => smallest(&field.kind, version, flexible && field.follows_flexible, output),
    }
}

fn smallest(kind: &FieldKind, version: i16, flexible: bool, output: &mut Vec<u8>) {
    match kind {
        FieldKind::Struct(part) => {
            let flexible = is_flexible(part, version);
            part.fields
                .iter()
                .filter(|field| field.versions.contains(version) && field.tag.is_none())
                .for_each(|field| smallest_field(field, version, flexible, output));
            if flexible {
                output.push(0);
            }
        }
        FieldKind::String => string_length(0, flexible, output),
        FieldKind::Bytes | FieldKind::Records | FieldKind::Array(_) => length_prefix(0, flexible, output),
        fixed => output.extend(std::iter::repeat_n(0, fixed_bytes(fixed))),
    }
}

fn default_bytes(field: &FieldSchema, version: i16) -> Vec<u8> {
    let mut output = Vec::new();
    let nullable = field.nullable.is_some_and(|versions| versions.contains(version));
    match (&field.kind, field.default) {
        (_, DefaultValue::Null) => null(&field.kind, true, &mut output),
        (FieldKind::Struct(part), _) => {
            if nullable {
                output.push(1);
            }
            default_structure(part, version, &mut output);
        }
        (_, DefaultValue::Bool(value)) => output.push(value.into()),
        (kind, DefaultValue::Int(value)) => {
            output.extend(&value.to_be_bytes()[8 - fixed_bytes(kind)..]);
        }
        (_, DefaultValue::Text(text)) => {
            string_length(text.len(), true, &mut output);
            output.extend(text.bytes());
        }
        (kind, DefaultValue::Zero) => smallest(kind, version, true, &mut output),
    }
    output
}

fn default_structure(part: &StructSchema, version: i16, output: &mut Vec<u8>) {
    for field in part.fields.iter().filter(|field| field.versions.contains(version) && field.tag.is_none()) {
        output.extend(default_bytes(field, version));
    }
    output.push(0);
}

fn null(kind: &FieldKind, flexible: bool, output: &mut Vec<u8>) {
    match (kind, flexible) {
        (FieldKind::Struct(_), _) => output.push(0xff),
        (_, true) => output.push(0),
        (FieldKind::String, false) => output.extend([0xff; 2]),
        (_, false) => output.extend([0xff; 4]),
    }
}

fn is_flexible(schema: &StructSchema, version: i16) -> bool {
    schema.flexible_from.is_some_and(|first| version >= first)
}

fn string_length(length: usize, flexible: bool, output: &mut Vec<u8>) {
    if flexible { uvarint(length as u64 + 1, output) } else { output.extend((length as i16).to_be_bytes()) }
}

fn length_prefix(length: usize, flexible: bool, output: &mut Vec<u8>) {
    if flexible { uvarint(length as u64 + 1, output) } else { output.extend((length as i32).to_be_bytes()) }
}

fn uvarint(mut value: u64, output: &mut Vec<u8>) {
    while value >= 0x80 {
        output.push(value as u8 | 0x80);
        value >>= 7;
    }
    output.push(value as u8);
}

fn fixed_bytes(kind: &FieldKind) -> usize {
    match kind {
        FieldKind::Bool | FieldKind::Int8 => 1,
        FieldKind::Int16 | FieldKind::Uint16 => 2,
        FieldKind::Int32 | FieldKind::Uint32 => 4,
        FieldKind::Int64 | FieldKind::Float64 => 8,
        FieldKind::Uuid => 16,
        other => unreachable!("{other:?} has no fixed size"),
    }
}
