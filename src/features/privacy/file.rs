//! Everything stored about one person, as a text file for them alone.
//!
//! Plain text, complete and in order, because a file has no length limit. People appear by their Slack id, because we store no
//! names. What others said in private (a partner's answers, a colleague's no) is theirs and not included.

use super::messages::{day, standing};
use crate::domain::checkin::Kind as About;
use crate::domain::ids::UserId;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, PersonInSlack};
use crate::domain::questions;
use crate::store::agreements::{Agreement, Side};
use crate::store::checkins::Checkin;
use crate::store::invitations::{Invitation, State};
use crate::store::personal_data::{Month, PersonalData, Together};
use crate::store::reflections::Reflection;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// The reader, their zone, and the time.
#[derive(Clone, Copy)]
pub(super) struct For<'a> {
    pub user: &'a UserId,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

pub(super) fn everything(own: &PersonalData, reader: For) -> String {
    let mut page = Page::default();
    page.line(format!("Everything stored about you, {}.", reader.user));
    page.line(format!(
        "As of {}. Days are in your own time zone. People appear here by their Slack id; a profile in Slack shows it \
         under “Copy member ID”.",
        day(reader.now, reader.zone)
    ));
    if let Some(me) = &own.profile {
        profile(&mut page, me, reader);
    }
    if let Some(person) = &own.person {
        from_slack(&mut page, person);
    }
    for together in &own.pairs {
        pair(&mut page, together, reader);
    }
    for reflection in &own.reflections {
        about_reflection(&mut page, reflection, reader);
    }
    for checkin in &own.checkins {
        about_checkin(&mut page, checkin, reader);
    }
    for invitation in &own.invitations {
        about_invitation(&mut page, invitation, reader);
    }
    if !own.actions.is_empty() {
        page.title("What you did, according to the record");
        for (at, verb) in &own.actions {
            page.fact(&day(*at, reader.zone), verb.replace('_', " "));
        }
    }
    page.title("Also stored");
    page.line(super::messages::BESIDES);
    page.0
}

/// Sections of facts, one fact per line.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: impl Display) {
        let _ = writeln!(self.0, "{text}");
    }

    fn title(&mut self, text: impl Display) {
        self.line(format!("\n{text}\n"));
    }

    fn fact(&mut self, what: &str, is: impl Display) {
        self.line(format!("{what}: {is}"));
    }

    /// Adds a fact, if there is one.
    fn given(&mut self, what: &str, is: Option<impl Display>) {
        if let Some(is) = is {
            self.fact(what, is);
        }
    }
}

fn profile(page: &mut Page, me: &Participant, reader: For) {
    let profile = &me.profile;
    let given = |text: &Option<String>| text.clone().unwrap_or_else(|| "not given".to_owned());
    page.title("You");
    page.fact("Status", standing(me.standing));
    page.fact("Joined", day(me.joined_at, reader.zone));
    let until = me.paused_until.map(|at| day(at, reader.zone));
    page.given("On a break until", until);
    let since = me.waiting_since.map(|at| day(at, reader.zone));
    page.given("Waiting for a partner since", since);
    page.fact("Role", profile.role.as_str());
    page.fact("Stage", &profile.stage);
    page.fact("Department", given(&profile.department));
    page.fact("Site", given(&profile.site));
    let manager = profile.manager.as_ref().map(ToString::to_string);
    page.fact("Manager", given(&manager));
    page.fact("Languages", all(&profile.languages));
    page.fact("Mentees at once", profile.mentor_capacity);
    page.fact("Mentors at once", profile.mentee_capacity);
    page.fact("You share", all(&profile.share));
    page.fact("You would like to learn", all(&profile.learn));
    page.fact("Rather not paired with", all(&profile.rather_not));
    page.fact("What would make it worthwhile", &profile.hopes);
}

fn all(items: &[impl Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() {
        "none given".to_owned()
    } else {
        items.join(", ")
    }
}

fn from_slack(page: &mut Page, person: &PersonInSlack) {
    page.title("What Slack says about you");
    page.fact("Time zone", person.zone.as_deref().unwrap_or("unknown"));
    page.fact("Full member", yes_or_no(person.full_member));
    page.fact("Workspace admin", yes_or_no(person.admin));
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn pair(page: &mut Page, together: &Together, reader: For) {
    let pair = &together.pair;
    let role = if pair.mentor == *reader.user {
        "mentor"
    } else {
        "mentee"
    };
    page.title(format!(
        "A pair with {}, you as {role}",
        pair.partner_of(reader.user)
    ));
    page.fact("State", pair.state.as_str());
    page.fact("Since", day(pair.created_at, reader.zone));
    let started = pair.started_at.map(|at| day(at, reader.zone));
    page.given("Months began", started);
    let closed = pair.closed.map(|(at, _)| day(at, reader.zone));
    page.given("Over since", closed);
    page.fact("Months agreed on", pair.cycles);
    if !pair.reasons.is_empty() {
        page.fact("Why you were matched", pair.reasons.join(" "));
    }
    for agreement in &together.agreements {
        goals(page, pair, agreement, reader);
    }
    for this in &together.months {
        month(page, pair, this, reader);
    }
}

fn goals(page: &mut Page, pair: &Pair, agreement: &Agreement, reader: For) {
    let by = match &agreement.made_by {
        Some(user) => format!(", written by {user}"),
        None => ", the first draft".to_owned(),
    };
    page.line(format!(
        "Goals, version {} of {}{by}:",
        agreement.version,
        day(agreement.made_at, reader.zone)
    ));
    page.fact("  The mentee", &agreement.goals.mentee);
    page.fact("  The mentor", &agreement.goals.mentor);
    let side = if pair.mentor == *reader.user {
        Side::Mentor
    } else {
        Side::Mentee
    };
    page.fact("  You signed it", yes_or_no(agreement.is_signed_by(side)));
}

fn month(page: &mut Page, pair: &Pair, month: &Month, reader: For) {
    let cycle = &month.cycle;
    page.line(format!(
        "Month {}, from {}: {}",
        cycle.number,
        day(cycle.opened_at, reader.zone),
        cycle.state.as_str().replace('_', " ")
    ));
    let at = cycle.meets_at.map(|at| at.to_zoned(reader.zone.clone()));
    let at = at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
    page.given("  Meeting", at);
    let said: Vec<&str> = month.said.by(pair, reader.user).collect();
    let said = Some(said.join(", ")).filter(|said| !said.is_empty());
    page.given("  You said whether you met", said);
    let held = cycle.held_at.map(|at| day(at, reader.zone));
    page.given("  On record as held since", held);
    let note = month.note.as_deref();
    page.given("  The note with the skip, seen by both", note);
}

fn about_reflection(page: &mut Page, reflection: &Reflection, reader: For) {
    page.title(format!(
        "A question after a meeting, {}",
        day(reflection.asked_at, reader.zone)
    ));
    let asked = questions::find(&reflection.question).map(|question| question.text);
    page.given("Asked", asked);
    let at = reflection.answered_at.map(|at| day(at, reader.zone));
    page.given("Answered", at);
    page.given("Your answer", reflection.answer.as_deref());
    page.given("Your confidence, of 5", reflection.confidence);
    page.fact("Shared with your partner", yes_or_no(reflection.shared));
}

fn about_checkin(page: &mut Page, checkin: &Checkin, reader: For) {
    let what = match checkin.kind {
        About::StillGood => "“Still good?”, a private check-in",
        About::Midpoint => "The halfway check-in",
        About::Closing | About::ClosingEnds => "The closing check-in",
        About::QuietNote => "A note to you as an owner: a pair had two quiet months",
        About::HelpNote => "A note to you as an owner: a pair would like help",
    };
    page.title(format!(
        "{what}, {}, after month {}",
        day(checkin.created_at, reader.zone),
        checkin.number
    ));
    let at = checkin.answered_at.map(|at| day(at, reader.zone));
    page.given("Answered", at);
    let said = checkin.said.as_ref().map(|said| said.replace('_', " "));
    page.given("You chose", said);
    // Stored as one small document, read field by field.
    let answer = checkin.answer.as_deref().unwrap_or("{}");
    let fields: BTreeMap<String, Value> = serde_json::from_str(answer).unwrap_or_default();
    for (field, label) in [
        ("worth", "Worth your time"),
        ("text", "You wrote"),
        ("then", "Your confidence at the start, of 5"),
    ] {
        match fields.get(field) {
            Some(Value::String(text)) => page.fact(label, text.replace('_', " ")),
            Some(Value::Number(rating)) => page.fact(label, rating),
            _ => {}
        }
    }
    page.given("Your confidence now, of 5", checkin.confidence);
}

/// About an invitation they sent, only what they were told: neither a no nor that there was an answer.
fn about_invitation(page: &mut Page, invitation: &Invitation, reader: For) {
    let sent = invitation.inviter == *reader.user;
    let at = day(invitation.created_at, reader.zone);
    if sent {
        page.title(format!("You invited {}, {at}", invitation.invitee));
    } else {
        page.title(format!("{} invited you, {at}", invitation.inviter));
    }
    page.fact(
        "Outcome",
        match (invitation.state, sent) {
            (State::Accepted, _) => "a yes",
            (_, true) => "no yes, or none yet",
            (State::Open, false) => "open",
            (State::Declined | State::Lapsed, false) => "nothing",
        },
    );
}
