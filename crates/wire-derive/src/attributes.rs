//! Reads a struct and its attributes into what the emitter needs. Decides what is a mistake in an
//! attribute; says so at its place in the source.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, Fields, Generics, Ident, Lit, Meta, Result, Token, Type,
};

/// A closed or open (`last == i16::MAX`) range of versions.
#[derive(Clone, Copy)]
pub struct Versions {
    pub first: i16,
    pub last: i16,
}

impl Versions {
    fn parse(text: &str, span: Span) -> Result<Self> {
        let number = |part: &str| {
            part.parse::<i16>().map_err(|_| Error::new(span, "versions look like \"3+\", \"3-13\" or \"3\""))
        };
        if let Some(first) = text.strip_suffix('+') {
            return Ok(Self { first: number(first)?, last: i16::MAX });
        }
        match text.split_once('-') {
            Some((first, last)) => Ok(Self { first: number(first)?, last: number(last)? }),
            None => number(text).map(|only| Self { first: only, last: only }),
        }
    }

    /// The versions in both ranges; empty if `first > last`.
    pub fn within(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    pub fn is_empty(self) -> bool {
        self.first > self.last
    }
}

/// A struct with all that its attributes say.
pub struct Structure {
    pub ident: Ident,
    pub generics: Generics,
    /// Kafka's name.
    pub name: String,
    pub versions: Versions,
    pub flexible_from: Option<i16>,
    /// What makes it a top-level message.
    pub message: Option<MessageFacts>,
    pub fields: Vec<Field>,
}

/// What only a top-level message states.
pub struct MessageFacts {
    pub kind: String,
    pub key: Option<i16>,
    pub latest_unstable: bool,
    pub response: Option<TokenStream>,
}

/// One field.
pub struct Field {
    pub ident: Ident,
    pub name: String,
    pub kind: Kind,
    /// Whether the Rust type is an `Option`.
    pub optional: bool,
    pub versions: Versions,
    pub nullable: Option<Versions>,
    /// A field with a tag is a tagged one in all its versions.
    pub tag: Option<u32>,
    pub default: Default,
    pub ignorable: bool,
    pub follows_flexible: bool,
}

/// A field's type, told from the tokens of the Rust type.
pub enum Kind {
    /// A number or `bool`, by its Rust name, which is also the name of the codec's method.
    Plain(&'static str),
    Uuid,
    String,
    Bytes,
    Records,
    Struct(Box<Type>),
    Array(Box<Kind>),
}

/// A field's default.
pub enum Default {
    Zero,
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
}

impl Structure {
    pub fn parse(input: &DeriveInput, attribute: &str) -> Result<Self> {
        let mut structure = Self {
            ident: input.ident.clone(),
            generics: input.generics.clone(),
            name: input.ident.to_string(),
            versions: Versions { first: 0, last: i16::MAX },
            flexible_from: None,
            message: None,
            fields: Vec::new(),
        };
        let mut facts =
            MessageFacts { kind: String::new(), key: None, latest_unstable: false, response: None };
        for meta in metas(&input.attrs, attribute)? {
            let name = meta.path().require_ident()?.to_string();
            match (name.as_str(), &meta) {
                ("name", Meta::NameValue(pair)) => structure.name = text(&pair.value)?,
                ("versions", Meta::NameValue(pair)) => structure.versions = versions(&pair.value)?,
                ("flexible", Meta::NameValue(pair)) => {
                    structure.flexible_from = Some(versions(&pair.value)?.first);
                }
                ("key", Meta::NameValue(pair)) => facts.key = Some(int(&pair.value)? as i16),
                ("response", Meta::List(list)) => facts.response = Some(list.tokens.clone()),
                ("latest_unstable", Meta::Path(_)) => facts.latest_unstable = true,
                (_, Meta::Path(_)) if facts.kind.is_empty() => facts.kind = name,
                _ => return Err(Error::new(meta.span(), "not an attribute of a message or part")),
            }
        }
        if attribute == "message" {
            if facts.kind.is_empty() {
                return Err(Error::new(input.ident.span(), "a message states its kind, e.g. `request`"));
            }
            structure.message = Some(facts);
        }
        let Data::Struct(data) = &input.data else {
            return Err(Error::new(input.ident.span(), "a message is a struct"));
        };
        match &data.fields {
            Fields::Named(named) => {
                for field in &named.named {
                    structure.fields.push(Field::parse(field)?);
                }
            }
            Fields::Unit => {}
            Fields::Unnamed(_) => return Err(Error::new(input.ident.span(), "fields have names")),
        }
        Ok(structure)
    }
}

impl Field {
    fn parse(field: &syn::Field) -> Result<Self> {
        let ident = field.ident.clone().expect("named fields only");
        let (kind, optional) = Kind::parse(&field.ty)?;
        let mut parsed = Self {
            name: camel_case(ident.to_string().trim_start_matches("r#")),
            ident,
            kind,
            optional,
            versions: Versions { first: 0, last: i16::MAX },
            nullable: None,
            tag: None,
            default: Default::Zero,
            ignorable: false,
            follows_flexible: true,
        };
        for meta in metas(&field.attrs, "field")? {
            let name = meta.path().require_ident()?.to_string();
            match (name.as_str(), &meta) {
                ("name", Meta::NameValue(pair)) => parsed.name = text(&pair.value)?,
                ("versions", Meta::NameValue(pair)) => parsed.versions = versions(&pair.value)?,
                ("nullable", Meta::NameValue(pair)) => parsed.nullable = Some(versions(&pair.value)?),
                ("tag", Meta::NameValue(pair)) => parsed.tag = Some(int(&pair.value)? as u32),
                ("default", Meta::NameValue(pair)) => parsed.default = Default::parse(&pair.value)?,
                ("ignorable", Meta::Path(_)) => parsed.ignorable = true,
                ("flexible", Meta::NameValue(pair)) if text(&pair.value)? == "none" => {
                    parsed.follows_flexible = false;
                }
                _ => return Err(Error::new(meta.span(), "not an attribute of a field")),
            }
        }
        if parsed.nullable.is_some() && !parsed.optional {
            return Err(Error::new(field.ty.span(), "a nullable field is an Option"));
        }
        Ok(parsed)
    }
}

impl Kind {
    /// The kind, and whether it is wrapped in an `Option`.
    fn parse(ty: &Type) -> Result<(Self, bool)> {
        if let Some(inner) = argument(ty, "Option") {
            return Ok((Self::parse_inner(inner)?, true));
        }
        Ok((Self::parse_inner(ty)?, false))
    }

    fn parse_inner(ty: &Type) -> Result<Self> {
        if let Some(element) = argument(ty, "Vec") {
            return Ok(Self::Array(Box::new(Self::parse_inner(element)?)));
        }
        if let Type::Reference(reference) = ty {
            return match reference.elem.to_token_stream().to_string().as_str() {
                "str" => Ok(Self::String),
                "[u8]" => Ok(Self::Bytes),
                other if other.replace(' ', "") == "[u8]" => Ok(Self::Bytes),
                _ => Err(Error::new(ty.span(), "a borrowed field is &str or &[u8]")),
            };
        }
        let Type::Path(path) = ty else {
            return Err(Error::new(ty.span(), "not a type of the protocol"));
        };
        let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let plain = ["bool", "i8", "i16", "i32", "i64", "u16", "u32", "f64"];
        if let Some(&name) = plain.iter().find(|&&name| name == last) {
            return Ok(Self::Plain(name));
        }
        Ok(match last.as_str() {
            "Uuid" => Self::Uuid,
            "RecordsField" => Self::Records,
            _ => Self::Struct(Box::new(ty.clone())),
        })
    }
}

impl Default {
    fn parse(value: &Expr) -> Result<Self> {
        match value {
            Expr::Path(path) if path.path.is_ident("null") => Ok(Self::Null),
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Ok(Self::Text(text.value())),
                Lit::Bool(value) => Ok(Self::Bool(value.value)),
                Lit::Int(number) => Ok(Self::Int(number.base10_parse()?)),
                other => Err(Error::new(other.span(), "not a default")),
            },
            _ => int(value).map(Self::Int),
        }
    }
}

fn metas(attributes: &[Attribute], name: &str) -> Result<Vec<Meta>> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        all.extend(attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?);
    }
    Ok(all)
}

fn text(value: &Expr) -> Result<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Ok(text.value()),
            other => Err(Error::new(other.span(), "a string is expected")),
        },
        other => Err(Error::new(other.span(), "a string is expected")),
    }
}

fn versions(value: &Expr) -> Result<Versions> {
    Versions::parse(&text(value)?, value.span())
}

fn int(value: &Expr) -> Result<i64> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse(),
            other => Err(Error::new(other.span(), "a number is expected")),
        },
        // Parsed as a whole, for the lowest value has no positive counterpart.
        Expr::Unary(unary) => {
            let digits = unary.to_token_stream().to_string().replace(' ', "");
            digits.parse().map_err(|_| Error::new(unary.span(), "a number is expected"))
        }
        other => Err(Error::new(other.span(), "a number is expected")),
    }
}

fn argument<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != wrapper {
        return None;
    }
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            syn::GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// Kafka's usual name of a field: `transactional_id` → `TransactionalId`.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.extend(letters);
    }
    camel
}
