//! Topics for a meeting: both goals each month, and one line that changes.

use super::month::Month;
use crate::domain::goals::Goals;
use crate::md;
use crate::shared::pair_card;
use crate::slack::words::{Md, quote};

/// Three points for the reminder. Without signed goals, three that suit anybody.
pub fn agenda(month: &Month, goals: Option<&Goals>) -> Md {
    let (number, cycles) = (month.cycle.number, month.pair.cycles);
    let Some(goals) = goals else {
        return Md::bullets(pair_card::agenda(number, cycles));
    };
    let (mentee, mentor) = (&month.pair.mentee, &month.pair.mentor);
    let (first, second) = (
        pair_card::in_short(&goals.mentee),
        pair_card::in_short(&goals.mentor),
    );
    Md::bullets(match number {
        1 => [
            "Getting to know each other: how each of you works, and how best to ask each other things".into(),
            md!("What's behind {}'s goal: “{}”", mentee, first),
            md!("What's behind {}'s goal: “{}”", mentor, second),
        ],
        last if last >= cycles => [
            md!("Looking back at {}'s goal: “{}”", mentee, first),
            md!("Looking back at {}'s goal: “{}”", mentor, second),
            "What each of you takes away, and how you'll stay in touch".into(),
        ],
        _ => [
            md!("{}'s goal: “{}”", mentee, first),
            md!("{}'s goal: “{}”", mentor, second),
            pair_card::line_of_the_month(number).into(),
        ],
    })
}

/// The purpose of this month's meeting, on the card that asks for a time: one of the two goals, or a question.
pub fn focus(month: &Month, goals: Option<&Goals>) -> Md {
    if month.cycle.number >= month.pair.cycles {
        return "This is the last month you planned: a good time to look back at what you set out to learn, and at what came of it.".into();
    }
    goal_of_the_month(month, goals).unwrap_or_else(|| {
        "One question you've been carrying around is agenda enough. 45 minutes is plenty.".into()
    })
}

/// The card alternates between the goals, the mentee's first: two goals every month would read like a form.
fn goal_of_the_month(month: &Month, goals: Option<&Goals>) -> Option<Md> {
    let goals = goals?;
    let (whose, goal) = if month.cycle.number.is_multiple_of(2) {
        (&month.pair.mentee, &goals.mentee)
    } else {
        (&month.pair.mentor, &goals.mentor)
    };
    Some(md!(
        "A starting point for this month, from {}'s goal:\n{}\nBoth goals are on my Home tab.",
        whose,
        quote(goal)
    ))
}
