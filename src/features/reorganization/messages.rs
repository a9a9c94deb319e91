//! Texts for owners about pairs in one reporting line. They never say whose manager changed.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::md;
use crate::shared::one_line::end_button;
use crate::shared::owners::STANDS_IN;
use crate::slack::blocks::Blocks;
use crate::slack::words::Md;

/// To one owner, or (`owns` is false) an admin in their place, privately. `contact`: the support contact, if there is one outside the
/// pair.
pub fn in_one_line(pair: &Pair, contact: Option<&UserId>, owns: bool) -> Message {
    let (mentor, mentee) = (&pair.mentor, &pair.mentee);
    let lead = md!("{} and {} are now in one reporting line.", mentor, mentee);
    let talk = match contact {
        Some(contact) => md!(
            "Ask {}, your support contact, to look after them. They were chosen to be outside reporting lines.",
            contact
        ),
        None => md!(
            "Ask someone outside their reporting line to look after them. `/reverse-mentor setup` lets you name a \
             support contact for that."
        ),
    };
    Blocks::new()
        .section(md!("*{}*", lead))
        .section(
            "Since a change of managers, one of them is above the other, and nobody talks freely up their own line. \
             It's nobody's fault, and I haven't told them. What you can do:",
        )
        .section(Md::bullets([
            md!("Have a friendly word with each of them. Some pairs want to go on, and that can be fine."),
            talk,
            md!(
                "End the pair kindly. Both read neutral words without a reason, and are offered another match."
            ),
        ]))
        .buttons([end_button("End it kindly", pair)])
        .context(if owns {
            "Only the program's owners see this, except those in the pair. It stays on your weekly list while it's so."
        } else {
            STANDS_IN
        })
        .message(md!("{} You can have a friendly word, involve the support contact, or end the pair kindly.", lead))
}

pub fn ended(pair: &Pair) -> Message {
    md!(
        "Done. {} and {} each read that their pair has come to an end, in neutral words that say neither why nor who \
         decided it.",
        pair.mentor,
        pair.mentee
    )
    .into()
}

pub fn over_already(pair: &Pair) -> Message {
    md!(
        "The pair of {} and {} is already over, so there's nothing left to do.",
        pair.mentor,
        pair.mentee
    )
    .into()
}

pub fn no_longer_in_one_line(pair: &Pair) -> Message {
    md!(
        "As far as I know, {} and {} are no longer in one reporting line, so I've left their pair as it is.",
        pair.mentor,
        pair.mentee
    )
    .into()
}
