//! Enums that are stored, or shown in metrics, by a name.

/// An enum whose values have names: all of them in order (`ALL`), the name of one (`as_str`), and the one of a name
/// (`parse`; none for a name that this release does not know). Names are stored, so they never change.
macro_rules! named {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$about:meta])* $variant:ident = $text:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$about])* $variant),*
        }

        #[allow(dead_code, reason = "not every enum needs all three")]
        impl $name {
            $visibility const ALL: [$name; [$($text),*].len()] = [$($name::$variant),*];

            $visibility fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            $visibility fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use named;
