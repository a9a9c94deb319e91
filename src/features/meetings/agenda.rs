//! Topics for a meeting: both goals each month, and one line that changes.

use super::month::Month;
use crate::domain::goals::Goals;
use crate::domain::recipes::Guide;
use crate::md;
use crate::shared::pair_card;
use crate::slack::words::{Md, quote};

/// Three points for the reminder. Without signed goals, the guide of the month, or three that suit anybody.
pub fn agenda(month: &Month, goals: Option<&Goals>) -> Md {
    let (number, cycles) = (month.cycle.number, month.pair.cycles);
    let guide = pair_card::guide(&month.cycle, cycles);
    let Some(goals) = goals else {
        return Md::bullets(match guide {
            Some(guide) => guide_lines(month, guide),
            None => pair_card::agenda(number, cycles).map(Md::from),
        });
    };
    if let Some(guide) = guide {
        return with_goals(month, guide, goals);
    }
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

/// The guide's points, and both goals in a line.
fn with_goals(month: &Month, guide: &Guide, goals: &Goals) -> Md {
    let both = md!(
        "Your goals: {} “{}”, {} “{}”",
        month.pair.mentee,
        pair_card::in_short(&goals.mentee),
        month.pair.mentor,
        pair_card::in_short(&goals.mentor)
    );
    let lines = guide_lines(month, guide).into_iter();
    Md::bullets(lines.chain([both]))
}

/// Who brings what, by name.
fn guide_lines(month: &Month, guide: &Guide) -> [Md; 3] {
    [
        md!("{} brings: {}", month.pair.mentor, guide.mentor_brings),
        md!("{} brings: {}", month.pair.mentee, guide.mentee_brings),
        md!("To try: {}", guide.both_try),
    ]
}

/// The guide's name, above an agenda.
pub fn title(month: &Month) -> Md {
    match pair_card::guide(&month.cycle, month.pair.cycles) {
        Some(guide) => md!("*This month: {}.* An agenda, if you want one:", guide.title),
        None => "An agenda, if you want one:".into(),
    }
}

/// The purpose of this month's meeting, on the card that asks for a time: one of the two goals, or a question.
pub fn focus(month: &Month, goals: Option<&Goals>) -> Md {
    if let Some(guide) = pair_card::guide(&month.cycle, month.pair.cycles) {
        return md!(
            "*{}.* What you could bring: {}. The whole guide comes with my reminder.",
            guide.title,
            guide.mentee_brings
        );
    }
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
