//! Finds a button or a field on somebody's screen by its name.

use super::blocks::{Element, elements};
use super::handle::Sandbox;
use super::messages::write_ts;
use super::screens::{Screen, look};
use super::seen::MessageRef;
use super::state::State;
use super::tally::Kind;

/// The most elements that an error names.
const NAMED: usize = 30;

/// The kind of element that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Button,
    /// An element that takes a value: a menu, a picker, a text field.
    Field,
}

impl Wanted {
    fn is(self, element: &Element<'_>) -> bool {
        (element.kind() == "button") == (self == Self::Button)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Field => "field or menu",
        }
    }
}

impl Sandbox {
    /// Where the person sees a button with this label or action id: on the screen given, or on the modal on top, and
    /// when none is open in their newest message that has it, and at last on Home. The error names the buttons there are.
    pub fn find_button(
        &self,
        user: &str,
        on: Option<&Screen>,
        name: &str,
    ) -> Result<Screen, String> {
        self.find_element(user, on, name, Wanted::Button)
    }

    /// The same for what takes a value: by its label, placeholder, block id or action id.
    pub fn find_field(
        &self,
        user: &str,
        on: Option<&Screen>,
        name: &str,
    ) -> Result<Screen, String> {
        self.find_element(user, on, name, Wanted::Field)
    }

    fn find_element(
        &self,
        user: &str,
        on: Option<&Screen>,
        name: &str,
        wanted: Wanted,
    ) -> Result<Screen, String> {
        let mut state = self.inner.state();
        if !state.users.contains_key(user) {
            return Err(format!("no user {user}"));
        }
        let screens = match on {
            Some(screen) => {
                look(&mut state, user, screen)?;
                vec![screen.clone()]
            }
            None => screens(&mut state, user),
        };
        let mut others: Vec<String> = Vec::new();
        for screen in screens {
            let Ok(shown) = look(&mut state, user, &screen) else {
                continue;
            };
            let list = shown.blocks.as_array().map_or(&[][..], Vec::as_slice);
            for element in elements(list).iter().filter(|one| wanted.is(one)) {
                if element.is_called(name) {
                    return Ok(screen);
                }
                let label = format!("'{}'", element.label());
                if others.len() < NAMED && !others.contains(&label) {
                    others.push(label);
                }
            }
        }
        let there = if others.is_empty() {
            "there are none".to_owned()
        } else {
            format!("there are: {}", others.join(", "))
        };
        let kind = wanted.word();
        Err(format!("{user} sees no {kind} called '{name}'; {there}"))
    }
}

/// A person's screens, the likeliest first. A modal covers everything else.
fn screens(state: &mut State, user: &str) -> Vec<Screen> {
    if !state.screen(user).modals.is_empty() {
        return vec![Screen::Modal];
    }
    let mut messages: Vec<u32> = state
        .conversations
        .iter()
        .filter(|place| {
            place.kind == Kind::Channel && !place.private || place.members.contains(user)
        })
        .flat_map(|place| place.messages.iter().copied())
        .collect();
    messages.sort_unstable_by(|one, other| other.cmp(one));
    let messages = messages.into_iter().map(|index| {
        let message = state.message(index);
        Screen::Message(MessageRef {
            channel: state.at(message.place).id.to_string(),
            ts: write_ts(message.ts),
        })
    });
    messages.chain([Screen::Home]).collect()
}
