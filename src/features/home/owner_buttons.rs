//! What owners can do, on their Home.

use crate::features::worded_button;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;

pub(super) fn owner_buttons(declared: bool, on_break: bool) -> Blocks {
    let mut buttons = vec![
        button("Propose a round now", &Action::ProposeRound),
        button("All pairs", &Action::ShowPairs),
        button("People", &Action::ShowPeople),
    ];
    if !declared {
        buttons.push(button("Settings", &Action::OpenSettings));
        buttons.push(button("Recipes", &Action::OpenRecipes));
    }
    buttons.extend([
        button("Bring in your people", &Action::OpenImport),
        worded_button(),
        button("Announce it", &Action::OpenAnnounce),
        button("A note for a sponsor", &Action::OpenSponsorsNote),
        button("Report", &Action::MakeReport),
        button("Export", &Action::ExportProgram),
    ]);
    buttons.push(if on_break {
        button("Resume the program", &Action::EndProgramBreak).primary()
    } else {
        button("Pause the program", &Action::OpenProgramBreak)
    });
    Blocks::new().buttons(buttons).context(if declared {
        "Only owners see this part. Settings are kept in program.toml on the server."
    } else {
        "Only owners see this part."
    })
}
