//! Writes the impls for one struct. Decides the order of checks: a field's version is tested only where some
//! version of the message lacks the field, compactness only where both kinds of versions have it.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::attributes::{Default, Field, Kind, MessageFacts, Structure, Versions};

/// All impls.
pub fn structure(structure: &Structure) -> TokenStream {
    let parts = [
        default(structure),
        decode(structure),
        encode(structure),
        described(structure),
        structure.message.as_ref().map(|facts| message(structure, facts)).unwrap_or_default(),
    ];
    quote!(#(#parts)*)
}

fn default(structure: &Structure) -> TokenStream {
    let ident = &structure.ident;
    let (generics, arguments, _) = structure.generics.split_for_impl();
    let names = structure.fields.iter().map(|field| &field.ident);
    let values = structure.fields.iter().map(default_value);
    quote! {
        impl #generics ::core::default::Default for #ident #arguments {
            fn default() -> Self {
                Self { #(#names: #values),* }
            }
        }
    }
}

fn decode(structure: &Structure) -> TokenStream {
    let ident = &structure.ident;
    let (_, arguments, _) = structure.generics.split_for_impl();
    let lifetime = match structure.generics.lifetimes().next() {
        Some(parameter) => {
            let lifetime = &parameter.lifetime;
            quote!(#lifetime)
        }
        None => quote!('a),
    };
    let check = structure.message.as_ref().map(|_| {
        let Versions { first, last } = structure.versions;
        quote! {
            if !(#first..=#last).contains(&version) {
                return Err(crate::DecodeError::Version(version));
            }
        }
    });
    let inline = structure.message.is_none().then(|| quote!(#[inline]));
    let flexible = flexible_binding(structure);

    let plain = plain_fields(structure).map(|field| {
        let local = local(field);
        let read = read(structure, field);
        let absent = default_value(field);
        match present(structure, field) {
            When::Always => quote!(let #local = #read;),
            When::Never => quote!(let #local = #absent;),
            When::If(condition) => quote!(let #local = if #condition { #read } else { #absent };),
        }
    });
    let tagged: Vec<_> = tagged_fields(structure);
    let tags = match when(flexible_versions(structure), structure.versions) {
        When::Never => None,
        always_or_if => Some(read_tags(structure, &tagged, always_or_if)),
    };
    let names = structure.fields.iter().map(|field| &field.ident);
    let locals = structure.fields.iter().map(local);

    let least = plain_fields(structure).map(|field| {
        let bytes = least_bytes(structure, field);
        match present(structure, field) {
            When::Always => quote!(+ #bytes),
            When::Never => quote!(),
            When::If(condition) => quote!(+ if #condition { #bytes } else { 0 }),
        }
    });
    quote! {
        impl<#lifetime> crate::Decode<#lifetime> for #ident #arguments {
            #inline
            #[allow(unused_variables)]
            fn decode(r: &mut crate::Reader<#lifetime>, version: i16) -> Result<Self, crate::DecodeError> {
                #check
                #flexible
                #(#plain)*
                #tags
                Ok(Self { #(#names: #locals),* })
            }

            #[inline]
            #[allow(unused_variables)]
            fn least_bytes(version: i16) -> usize {
                #flexible
                usize::from(flexible) #(#least)*
            }
        }
    }
}

fn read_tags(structure: &Structure, tagged: &[&Field], flexible: When) -> TokenStream {
    let body = if tagged.is_empty() {
        quote!(r.skip_tags()?;)
    } else {
        let arms = tagged.iter().map(|field| {
            let tag = field.tag;
            let local = local(field);
            let read = read(structure, field);
            let guard = match present(structure, field) {
                When::If(condition) => Some(quote!(if #condition)),
                When::Always => None,
                When::Never => Some(quote!(if false)),
            };
            quote!(#tag #guard => {
                #local = #read;
                r.leave_tag(after)?;
            })
        });
        quote! {
            for _ in 0..r.tag_count()? {
                let (tag, after) = r.enter_tag()?;
                match tag {
                    #(#arms)*
                    _ => r.skip_tag(after),
                }
            }
        }
    };
    let defaults = tagged.iter().map(|field| {
        let local = local(field);
        let value = default_value(field);
        quote!(let mut #local = #value;)
    });
    match flexible {
        When::If(_) => quote!(#(#defaults)* if flexible { #body }),
        _ => quote!(#(#defaults)* #body),
    }
}

fn encode(structure: &Structure) -> TokenStream {
    let ident = &structure.ident;
    let (generics, arguments, _) = structure.generics.split_for_impl();
    let check = structure.message.as_ref().map(|_| {
        let Versions { first, last } = structure.versions;
        let message = &structure.name;
        quote! {
            if !(#first..=#last).contains(&version) {
                return Err(crate::EncodeError::Version { message: #message, version });
            }
        }
    });
    let flexible = flexible_binding(structure);
    let plain = plain_fields(structure).map(|field| {
        let write = write(structure, field);
        let refuse = refuse_unless_default(structure, field);
        match present(structure, field) {
            When::Always => write,
            When::Never => refuse,
            When::If(condition) if field.ignorable => quote!(if #condition { #write }),
            When::If(condition) => quote!(if #condition { #write } else { #refuse }),
        }
    });
    let tagged = tagged_fields(structure);
    let refusals = tagged.iter().filter(|field| !field.ignorable).map(|field| {
        let refuse = refuse_unless_default(structure, field);
        match present(structure, field) {
            When::Always => quote!(),
            When::Never => refuse,
            When::If(condition) => quote!(if !(#condition) { #refuse }),
        }
    });
    let flags: Vec<_> = (0..tagged.len()).map(|index| format_ident!("set{index}")).collect();
    let set = tagged.iter().zip(&flags).map(|(field, flag)| {
        let differs = differs_from_default(field);
        match present(structure, field) {
            When::Always => quote!(let #flag = #differs;),
            When::Never => quote!(let #flag = false;),
            When::If(condition) => quote!(let #flag = #condition && #differs;),
        }
    });
    let values = tagged.iter().zip(&flags).map(|(field, flag)| {
        let tag = field.tag;
        let write = write(structure, field);
        quote! {
            if #flag {
                let start = w.begin_tag(#tag);
                #write
                w.end_tag(start)?;
            }
        }
    });
    let tags = quote! {
        #(#set)*
        w.uvarint(0 #(+ u32::from(#flags))*);
        #(#values)*
    };
    let tags = match when(flexible_versions(structure), structure.versions) {
        When::Never => quote!(),
        When::Always => tags,
        When::If(_) => quote!(if flexible { #tags }),
    };
    quote! {
        impl #generics crate::Encode for #ident #arguments {
            #[allow(unused_variables)]
            fn encode(&self, w: &mut crate::Writer, version: i16) -> Result<(), crate::EncodeError> {
                #check
                #flexible
                #(#plain)*
                #(#refusals)*
                #tags
                Ok(())
            }
        }
    }
}

fn refuse_unless_default(structure: &Structure, field: &Field) -> TokenStream {
    if field.ignorable {
        return quote!();
    }
    let differs = differs_from_default(field);
    let label = label(structure, field);
    quote! {
        if #differs {
            return Err(crate::EncodeError::FieldNotInVersion { field: #label, version });
        }
    }
}

fn message(structure: &Structure, facts: &MessageFacts) -> TokenStream {
    let ident = &structure.ident;
    let (generics, arguments, _) = structure.generics.split_for_impl();
    let name = &structure.name;
    let Versions { first, last } = structure.versions;
    let flexible = option(structure.flexible_from);
    let unstable = facts.latest_unstable;
    let key = option(facts.key);
    let kind = format_ident!(
        "{}",
        match facts.kind.as_str() {
            "request" => "Request",
            "response" => "Response",
            "header" => "Header",
            "metadata" => "Metadata",
            "coordinator_key" => "CoordinatorKey",
            "coordinator_value" => "CoordinatorValue",
            _ => "Data",
        }
    );
    let request = facts.response.as_ref().map(|response| {
        let key = format_ident!("{}", name.trim_end_matches("Request"));
        quote! {
            impl #generics crate::Request for #ident #arguments {
                const API_KEY: crate::ApiKey = crate::ApiKey::#key;
                type Response<'r> = #response;
            }
        }
    });
    quote! {
        impl #generics crate::Message for #ident #arguments {
            const NAME: &'static str = #name;
            const VALID_VERSIONS: ::core::ops::RangeInclusive<i16> = #first..=#last;
            const FLEXIBLE_VERSIONS: Option<i16> = #flexible;
            const LATEST_VERSION_UNSTABLE: bool = #unstable;
            const SCHEMA: &'static crate::schema::MessageSchema = &crate::schema::MessageSchema {
                kind: crate::schema::MessageKind::#kind,
                key: #key,
                latest_version_unstable: #unstable,
                structure: <Self as crate::schema::Described>::STRUCTURE,
            };
        }
        #request
    }
}

fn described(structure: &Structure) -> TokenStream {
    let ident = &structure.ident;
    let (generics, arguments, _) = structure.generics.split_for_impl();
    let name = &structure.name;
    let versions = versions_value(structure.versions);
    let flexible = option(structure.flexible_from);
    let fields = structure.fields.iter().map(|field| {
        let name = &field.name;
        let kind = kind_value(&field.kind);
        let versions = versions_value(field.versions);
        let nullable = match field.nullable {
            Some(versions) => {
                let versions = versions_value(versions);
                quote!(Some(#versions))
            }
            None => quote!(None),
        };
        let tag = option(field.tag);
        let default = match &field.default {
            Default::Zero => quote!(Zero),
            Default::Null => quote!(Null),
            Default::Bool(value) => quote!(Bool(#value)),
            Default::Int(value) => quote!(Int(#value)),
            Default::Text(text) => quote!(Text(#text)),
        };
        let ignorable = field.ignorable;
        let follows_flexible = field.follows_flexible;
        quote! {
            FieldSchema {
                name: #name,
                kind: #kind,
                versions: #versions,
                nullable: #nullable,
                tag: #tag,
                default: DefaultValue::#default,
                ignorable: #ignorable,
                follows_flexible: #follows_flexible,
            }
        }
    });
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use crate::schema::{DefaultValue, Described, FieldKind, FieldSchema, StructSchema, Versions};
            impl #generics Described for #ident #arguments {
                const STRUCTURE: &'static StructSchema = &StructSchema {
                    name: #name,
                    versions: #versions,
                    flexible_from: #flexible,
                    memory_bytes: size_of::<Self>(),
                    fields: &[#(#fields),*],
                };
            }
        };
    }
}

fn kind_value(kind: &Kind) -> TokenStream {
    match kind {
        Kind::Plain(name) => {
            let variant = format_ident!(
                "{}",
                match *name {
                    "bool" => "Bool",
                    "i8" => "Int8",
                    "i16" => "Int16",
                    "i32" => "Int32",
                    "i64" => "Int64",
                    "u16" => "Uint16",
                    "u32" => "Uint32",
                    _ => "Float64",
                }
            );
            quote!(FieldKind::#variant)
        }
        Kind::Uuid => quote!(FieldKind::Uuid),
        Kind::String => quote!(FieldKind::String),
        Kind::Bytes => quote!(FieldKind::Bytes),
        Kind::Records => quote!(FieldKind::Records),
        Kind::Struct(ty) => quote!(FieldKind::Struct(<#ty as Described>::STRUCTURE)),
        Kind::Array(element) => {
            let element = kind_value(element);
            quote!(FieldKind::Array(&#element))
        }
    }
}

fn read(structure: &Structure, field: &Field) -> TokenStream {
    let tagged = field.tag.is_some();
    let flexible = field_flexible(structure, field);
    let nullable = field_nullable(structure, field);
    match (&field.kind, field.optional) {
        (Kind::Plain(name), _) => {
            let method = format_ident!("{name}");
            quote!(r.#method()?)
        }
        (Kind::Uuid, _) => quote!(r.uuid()?),
        (Kind::String, false) => quote!(r.string(#flexible)?),
        (Kind::String, true) => quote!(r.nullable_string(#flexible, #nullable)?),
        (Kind::Bytes, false) => quote!(r.bytes(#flexible)?),
        (Kind::Bytes, true) => quote!(r.nullable_bytes(#flexible, #nullable)?),
        (Kind::Records, _) => quote!(r.records(#flexible, #nullable)?),
        (Kind::Struct(_), false) => quote!(crate::Decode::decode(r, version)?),
        (Kind::Struct(_), true) => quote! {
            if !(#nullable) || r.struct_present(#tagged)? { Some(crate::Decode::decode(r, version)?) } else { None }
        },
        (Kind::Array(element), false) => {
            let elements = read_elements(element, &flexible);
            quote!({ let count = r.count(#flexible)?; #elements })
        }
        (Kind::Array(element), true) => {
            let elements = read_elements(element, &flexible);
            quote! {
                match r.nullable_count(#flexible, #nullable)? {
                    Some(count) => Some(#elements),
                    None => None,
                }
            }
        }
    }
}

fn read_elements(element: &Kind, flexible: &TokenStream) -> TokenStream {
    match element {
        Kind::Plain(name) => {
            let method = format_ident!("{name}s");
            quote!(r.#method(count)?)
        }
        Kind::Uuid => quote!(r.uuids(count)?),
        Kind::String => quote!(r.strings(count, #flexible)?),
        Kind::Struct(_) => quote!(r.structs(count, version)?),
        _ => quote!(compile_error!("no schema has an array of these")),
    }
}

fn write(structure: &Structure, field: &Field) -> TokenStream {
    let tagged = field.tag.is_some();
    let flexible = field_flexible(structure, field);
    let nullable = field_nullable(structure, field);
    let label = label(structure, field);
    let ident = &field.ident;
    match (&field.kind, field.optional) {
        (Kind::Plain(name), _) => {
            let method = format_ident!("{name}");
            quote!(w.#method(self.#ident);)
        }
        (Kind::Uuid, _) => quote!(w.uuid(self.#ident);),
        (Kind::String, false) => quote!(w.string(self.#ident, #flexible)?;),
        (Kind::String, true) => quote!(w.nullable_string(self.#ident, #flexible, #nullable, #label)?;),
        (Kind::Bytes, false) => quote!(w.bytes(self.#ident, #flexible)?;),
        (Kind::Bytes, true) => quote!(w.nullable_bytes(self.#ident, #flexible, #nullable, #label)?;),
        (Kind::Records, _) => quote!(w.records(self.#ident, #flexible, #nullable, #label)?;),
        (Kind::Struct(_), false) => quote!(crate::Encode::encode(&self.#ident, w, version)?;),
        (Kind::Struct(_), true) => quote! {
            match &self.#ident {
                Some(value) => {
                    if #nullable {
                        w.struct_present(true, #tagged);
                    }
                    crate::Encode::encode(value, w, version)?;
                }
                None if #nullable => w.struct_present(false, #tagged),
                None => return Err(crate::EncodeError::Null { field: #label }),
            }
        },
        (Kind::Array(element), false) => {
            let elements = write_elements(element, &quote!(&self.#ident), &flexible);
            quote! {
                w.count(self.#ident.len(), #flexible)?;
                #elements
            }
        }
        (Kind::Array(element), true) => {
            let elements = write_elements(element, &quote!(list), &flexible);
            quote! {
                w.nullable_count(self.#ident.as_ref().map(Vec::len), #flexible, #nullable, #label)?;
                if let Some(list) = &self.#ident {
                    #elements
                }
            }
        }
    }
}

fn write_elements(element: &Kind, list: &TokenStream, flexible: &TokenStream) -> TokenStream {
    match element {
        Kind::Plain(name) => {
            let method = format_ident!("{name}s");
            quote!(w.#method(#list);)
        }
        Kind::Uuid => quote!(w.uuids(#list);),
        Kind::String => quote!(w.strings(#list, #flexible)?;),
        Kind::Struct(_) => quote!(w.structs(#list, version)?;),
        _ => quote!(compile_error!("no schema has an array of these");),
    }
}

fn least_bytes(structure: &Structure, field: &Field) -> TokenStream {
    let flexible = field_flexible(structure, field);
    let prefix = |old: usize| quote!(if #flexible { 1 } else { #old });
    match (&field.kind, field.optional) {
        (Kind::Plain(name), _) => match *name {
            "bool" | "i8" => quote!(1),
            "i16" | "u16" => quote!(2),
            "i32" | "u32" => quote!(4),
            _ => quote!(8),
        },
        (Kind::Uuid, _) => quote!(16),
        (Kind::String, _) => prefix(2),
        (Kind::Bytes | Kind::Records | Kind::Array(_), _) => prefix(4),
        (Kind::Struct(ty), false) => quote!(<#ty as crate::Decode>::least_bytes(version)),
        (Kind::Struct(_), true) => quote!(1),
    }
}

fn default_value(field: &Field) -> TokenStream {
    if field.optional && (matches!(field.default, Default::Null) || matches!(field.kind, Kind::Records)) {
        return quote!(None);
    }
    let value = match (&field.default, &field.kind) {
        (Default::Bool(value), _) => quote!(#value),
        (Default::Int(value), _) => {
            let literal = Literal::i64_unsuffixed(*value);
            quote!(#literal)
        }
        (Default::Text(text), _) => quote!(#text),
        (_, Kind::Plain("bool")) => quote!(false),
        (_, Kind::Plain("f64")) => quote!(0.0),
        (_, Kind::Plain(_)) => quote!(0),
        (_, Kind::Uuid) => quote!(crate::Uuid::ZERO),
        (_, Kind::String) => quote!(""),
        (_, Kind::Bytes) => quote!(&[]),
        (_, Kind::Records) => quote!(None),
        (_, Kind::Struct(ty)) => quote!(<#ty as ::core::default::Default>::default()),
        (_, Kind::Array(_)) => quote!(Vec::new()),
    };
    if field.optional { quote!(Some(#value)) } else { value }
}

fn differs_from_default(field: &Field) -> TokenStream {
    let ident = &field.ident;
    if field.optional && (matches!(field.default, Default::Null) || matches!(field.kind, Kind::Records)) {
        return quote!(self.#ident.is_some());
    }
    match (&field.kind, field.optional) {
        (Kind::Array(_), false) => quote!(!self.#ident.is_empty()),
        (Kind::Array(_), true) => quote!(self.#ident.as_ref().is_none_or(|list| !list.is_empty())),
        _ => {
            let value = default_value(field);
            quote!(self.#ident != #value)
        }
    }
}

/// Whether something is so in all versions of the message, in none, or under a condition on `version`.
enum When {
    Always,
    Never,
    If(TokenStream),
}

fn when(range: Versions, of: Versions) -> When {
    let both = range.within(of);
    let Versions { first, last } = both;
    if both.is_empty() {
        When::Never
    } else if first == of.first && last == of.last {
        When::Always
    } else if last == of.last {
        When::If(quote!((version >= #first)))
    } else if first == of.first {
        When::If(quote!((version <= #last)))
    } else {
        When::If(quote!((#first..=#last).contains(&version)))
    }
}

fn present(structure: &Structure, field: &Field) -> When {
    let versions = match field.tag {
        Some(_) => field.versions.within(flexible_versions(structure)),
        None => field.versions,
    };
    when(versions, structure.versions)
}

fn flexible_versions(structure: &Structure) -> Versions {
    match structure.flexible_from {
        Some(first) => Versions { first, last: i16::MAX },
        None => Versions { first: 1, last: 0 },
    }
}

fn flexible_binding(structure: &Structure) -> TokenStream {
    let value = match when(flexible_versions(structure), structure.versions) {
        When::Always => quote!(true),
        When::Never => quote!(false),
        When::If(condition) => condition,
    };
    quote!(let flexible = #value;)
}

fn field_flexible(structure: &Structure, field: &Field) -> TokenStream {
    if !field.follows_flexible {
        return quote!(false);
    }
    if field.tag.is_some() {
        return quote!(true);
    }
    match when(flexible_versions(structure), field.versions.within(structure.versions)) {
        When::Always => quote!(true),
        When::Never => quote!(false),
        When::If(_) => quote!(flexible),
    }
}

fn field_nullable(structure: &Structure, field: &Field) -> TokenStream {
    let Some(nullable) = field.nullable else { return quote!(false) };
    match when(nullable, field.versions.within(structure.versions)) {
        When::Always => quote!(true),
        When::Never => quote!(false),
        When::If(condition) => condition,
    }
}

fn plain_fields(structure: &Structure) -> impl Iterator<Item = &Field> {
    structure.fields.iter().filter(|field| field.tag.is_none())
}

fn tagged_fields(structure: &Structure) -> Vec<&Field> {
    let mut tagged: Vec<_> = structure.fields.iter().filter(|field| field.tag.is_some()).collect();
    tagged.sort_by_key(|field| field.tag);
    tagged
}

/// Named apart from `r`, `w` and `version`, which are field names too.
fn local(field: &Field) -> Ident {
    format_ident!("field_{}", field.ident.unraw())
}

fn label(structure: &Structure, field: &Field) -> String {
    format!("{}.{}", structure.name, field.ident.unraw())
}

fn versions_value(versions: Versions) -> TokenStream {
    let Versions { first, last } = versions;
    quote!(Versions { first: #first, last: #last })
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}
