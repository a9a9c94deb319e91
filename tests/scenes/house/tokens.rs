//! Looks for paths, imports and methods in the tokens of a macro, which may follow no grammar of Rust's.

use super::syntax::is_type;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::UseTree;
use syn::ext::IdentExt;

/// A path, or a single name that is a type or is called.
pub struct Path {
    pub names: Vec<String>,
    pub is_outside: bool,
    pub is_called: bool,
}

#[derive(Default)]
pub struct Found {
    pub paths: Vec<Path>,
    /// Each with whether it is public.
    pub uses: Vec<(UseTree, bool)>,
    pub methods: Vec<String>,
    pub texts: Vec<String>,
}

impl Found {
    pub fn search(&mut self, tokens: &TokenStream) {
        let tokens = Tokens(tokens.clone().into_iter().collect());
        let mut at = 0;
        while at < tokens.0.len() {
            at = match (tokens.word(at), &tokens.0[at]) {
                (Some(word), _) if word == "use" => self.note_use(&tokens, at),
                (Some(word), _) => self.note_path(&tokens, at, word),
                (None, TokenTree::Group(group)) => {
                    // `pub(in path)` says who may name it, and imports nothing.
                    let back = at.checked_sub(1).and_then(|back| tokens.word(back));
                    if back.is_none_or(|back| back != "pub") || !tokens.is_in_parentheses(at) {
                        self.search(&group.stream());
                    }
                    at + 1
                }
                (None, TokenTree::Literal(text)) => {
                    let text = syn::parse_str::<syn::LitStr>(&text.to_string());
                    self.texts.extend(text.map(|text| text.value()));
                    at + 1
                }
                (None, TokenTree::Ident(_) | TokenTree::Punct(_)) => at + 1,
            };
        }
    }

    /// Notes the import at `at`; returns where it ends.
    fn note_use(&mut self, tokens: &Tokens, at: usize) -> usize {
        let rest = &tokens.0[at + 1..];
        let end = (at + 1..tokens.0.len()).find(|&end| tokens.is(end, ';'));
        let end = end.unwrap_or(tokens.0.len());
        let tree = rest[..end - at - 1].iter().cloned().collect();
        let Ok(tree) = syn::parse2::<UseTree>(tree) else {
            return at + 1;
        };
        let back = at.checked_sub(1);
        let is_public =
            back.is_some_and(|back| tokens.word(back).is_some() || tokens.is_in_parentheses(back));
        self.uses.push((tree, is_public));
        end
    }

    /// Notes the path that begins with `word` at `at`; returns where it ends.
    fn note_path(&mut self, tokens: &Tokens, at: usize, word: String) -> usize {
        let mut path = vec![word];
        let mut end = at + 1;
        while tokens.are_colons(end)
            && let Some(next) = tokens.word(end + 2)
        {
            path.push(next);
            end += 3;
        }
        let before = |back: usize, sign| at.checked_sub(back).is_some_and(|at| tokens.is(at, sign));
        let is_called =
            tokens.is_in_parentheses(end) || tokens.is(end, '!') || tokens.are_colons(end);
        // `$crate` is ours; any other `$name` is a name of the macro's.
        let is_parameter = before(1, '$') && path[0] != "crate";
        let is_lifetime = before(1, '\'');
        let follows_colons = before(1, ':') && before(2, ':');
        let is_part = follows_colons && before(3, '>');
        if before(1, '.') && !before(2, '.') {
            if is_called {
                self.methods.push(path.remove(0));
            }
        } else if !(is_parameter || is_lifetime || is_part)
            && (path.len() > 1 || is_called || is_type(&path[0]))
        {
            self.paths.push(Path {
                names: path,
                is_outside: follows_colons,
                is_called,
            });
        }
        end
    }
}

struct Tokens(Vec<TokenTree>);

impl Tokens {
    fn word(&self, at: usize) -> Option<String> {
        match self.0.get(at)? {
            TokenTree::Ident(word) => Some(word.unraw().to_string()),
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        }
    }

    fn is(&self, at: usize, sign: char) -> bool {
        matches!(self.0.get(at), Some(TokenTree::Punct(it)) if it.as_char() == sign)
    }

    fn are_colons(&self, at: usize) -> bool {
        let joint = |it: &proc_macro2::Punct| it.spacing() == Spacing::Joint;
        matches!(self.0.get(at), Some(TokenTree::Punct(it)) if it.as_char() == ':' && joint(it))
            && self.is(at + 1, ':')
    }

    fn is_in_parentheses(&self, at: usize) -> bool {
        let group = self.0.get(at);
        matches!(group, Some(TokenTree::Group(it)) if it.delimiter() == Delimiter::Parenthesis)
    }
}
