//! What the reader of a file takes from its syntax.

use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, GenericArgument, Ident, Item, Meta, PathArguments, Token, Type};

/// A path with the module that it is written in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    pub within: Vec<String>,
    pub path: Vec<String>,
    /// `::name`: a crate, whatever else has that name.
    pub is_outside: bool,
}

/// What a `use` brings in.
pub struct Use {
    pub of: Written,
    /// The name that it has here; none for `*` and `_`.
    pub here: Option<String>,
    pub is_glob: bool,
    pub is_public: bool,
}

/// The methods of one type that are written in one place, or what it derefs to.
pub struct Impl {
    pub of: Written,
    pub methods: BTreeSet<String>,
    pub deref: Option<Written>,
}

/// A value whose type is known: a type, and the fields that lead from it to the value.
pub struct Receiver {
    pub of: Written,
    pub fields: Vec<String>,
}

pub struct Call {
    pub on: Receiver,
    pub method: String,
}

/// The path of a type, without references and pointers around it.
pub fn written_type(of: &Type) -> Option<Vec<String>> {
    match of {
        Type::Group(it) => written_type(&it.elem),
        Type::Paren(it) => written_type(&it.elem),
        Type::Reference(it) => written_type(&it.elem),
        Type::Path(it) if it.qself.is_none() => {
            let last = it.path.segments.last()?;
            let is_pointer = ["Arc", "Box", "Rc"].iter().any(|name| last.ident == name);
            let PathArguments::AngleBracketed(inner) = &last.arguments else {
                return Some(names(&it.path));
            };
            match inner.args.first() {
                Some(GenericArgument::Type(inner)) if is_pointer => written_type(inner),
                _ => Some(names(&it.path)),
            }
        }
        _ => None,
    }
}

pub fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

pub fn names(path: &syn::Path) -> Vec<String> {
    let names = path.segments.iter();
    names.map(|it| it.ident.unraw().to_string()).collect()
}

/// Whether an item with these attributes is in test builds alone.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    fn holds_in_tests_alone(meta: &Meta) -> bool {
        let Meta::List(list) = meta else {
            return meta.path().is_ident("test");
        };
        let parts = Punctuated::<Meta, Token![,]>::parse_terminated;
        let parts = parts.parse2(list.tokens.clone()).unwrap_or_default();
        if list.path.is_ident("all") {
            parts.iter().any(holds_in_tests_alone)
        } else {
            list.path.is_ident("any") && parts.iter().all(holds_in_tests_alone)
        }
    }
    let mut conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    conditions.any(|it| {
        it.parse_args()
            .is_ok_and(|meta| holds_in_tests_alone(&meta))
    })
}

/// The attributes of an item, and its name if a path can name it.
pub fn attributes(item: &Item) -> (&[Attribute], Option<&Ident>) {
    match item {
        Item::Const(it) => (&it.attrs, Some(&it.ident)),
        Item::Enum(it) => (&it.attrs, Some(&it.ident)),
        Item::Fn(it) => (&it.attrs, Some(&it.sig.ident)),
        Item::Impl(it) => (&it.attrs, None),
        Item::Macro(it) => (&it.attrs, it.ident.as_ref()),
        Item::Mod(it) => (&it.attrs, Some(&it.ident)),
        Item::Static(it) => (&it.attrs, Some(&it.ident)),
        Item::Struct(it) => (&it.attrs, Some(&it.ident)),
        Item::Trait(it) => (&it.attrs, Some(&it.ident)),
        Item::Type(it) => (&it.attrs, Some(&it.ident)),
        Item::Union(it) => (&it.attrs, Some(&it.ident)),
        Item::Use(it) => (&it.attrs, None),
        _ => (&[], None),
    }
}
