//! What people do: they press buttons, fill in forms and type commands.

use super::walk::{On, Plan, Walk};
use crate::domain::ids::UserId;
use crate::domain::overview::Care;
use crate::domain::program::Settings;
use crate::features::{Error, Reply};
use crate::router;
use crate::slack::event::{Action, Answer, Event, Form, Surface};
use crate::testing::feature_test::fill;
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// The actions behind the buttons of some blocks.
pub fn buttons(blocks: &[Value]) -> Vec<Action> {
    let mut found = Vec::new();
    for block in blocks {
        let elements = block["elements"].as_array().into_iter().flatten();
        for element in elements.chain([&block["accessory"]]) {
            let choices = element["options"].as_array().into_iter().flatten();
            let values = choices
                .chain([element])
                .filter_map(|one| one["value"].as_str());
            // Walks would end with the first who erases themselves.
            let actions = values.filter_map(Action::decode);
            found.extend(actions.filter(|action| !matches!(action, Action::EraseMine)));
        }
    }
    found
}

/// The same form with a day and an hour in each field that asks for one, which nobody can guess.
fn with_times(view: &Value, today: Date) -> Value {
    let mut view = view.clone();
    for block in view["blocks"].as_array_mut().into_iter().flatten() {
        let element = &mut block["element"];
        let (initial, value) = match element["type"].as_str() {
            Some("datepicker") => ("initial_date", today.to_string()),
            Some("timepicker") => ("initial_time", "10:00".to_owned()),
            _ => continue,
        };
        if element[initial].is_null() {
            element[initial] = json!(value);
        }
    }
    view
}

impl Walk {
    pub async fn carry_out(&mut self, plan: Plan) -> Result<(), String> {
        match plan {
            Plan::Press(user, buttons, on) => {
                if self.is_deactivated(&user) {
                    return Ok(());
                }
                let Some(action) = buttons.choose(&mut self.rng).cloned() else {
                    return Ok(());
                };
                self.note(format!("{user} presses {action:?}"));
                let surface = match on {
                    On::Card(..) | On::Message => Surface::Message,
                    On::Home => Surface::Home,
                };
                let reply = self.test.press_on(surface, user.as_str(), action).await;
                let replaces = reply.as_ref().is_ok_and(|reply| reply.replace.is_some());
                if let (true, On::Card(card, place)) = (replaces, &on) {
                    self.card_was_answered(*card, place).await?;
                }
                self.go_on(&user, reply).await
            }
            Plan::Spontaneous(user) => self.spontaneous(&user).await,
        }
    }

    /// What comes back may be a form to fill in, or have buttons of its own.
    async fn go_on(&mut self, user: &UserId, reply: Result<Reply, Error>) -> Result<(), String> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(Error::User(_)) => return Ok(()),
            Err(Error::Internal(error)) => return Err(format!("an internal error: {error}")),
        };
        for message in reply.replace.iter().chain(&reply.say) {
            let buttons = buttons(&message.blocks);
            if !buttons.is_empty() && self.rng.random_bool(0.5) {
                let minutes = self.rng.random_range(1..60);
                let plan = Plan::Press(user.clone(), buttons, On::Message);
                self.plan(SignedDuration::from_mins(minutes), plan);
            }
        }
        let Some(modal) = reply.modal else {
            return Ok(());
        };
        if modal.form == Form::Notice {
            let view = json!(modal.view());
            let buttons = buttons(view["blocks"].as_array().map_or(&[][..], Vec::as_slice));
            if !buttons.is_empty() && self.rng.random_bool(0.5) {
                let plan = Plan::Press(user.clone(), buttons, On::Message);
                self.plan(SignedDuration::from_mins(1), plan);
            }
            return Ok(());
        }
        let form = modal.form.clone();
        let view = json!(modal.view());
        let answers = self.fill_in(user, &form, &view);
        let submitted = self
            .test
            .submits(user.as_str(), form.clone(), answers)
            .await;
        let outcome = match &submitted {
            Ok(reply) => format!("{:?}", reply.errors),
            Err(error) => error.to_string(),
        };
        self.note(format!("{user} submits {form:?}: {outcome}"));
        match submitted {
            Err(Error::Internal(error)) => Err(format!("an internal error: {error}")),
            // A look before it is done; other forms that follow would only begin anew.
            Ok(reply)
                if reply.modal.as_ref().is_some_and(|modal| {
                    matches!(
                        modal.form,
                        Form::MakePairLooked { .. } | Form::SwapLooked { .. }
                    )
                }) =>
            {
                Box::pin(self.go_on(user, Ok(reply))).await
            }
            Ok(_) | Err(Error::User(_)) => Ok(()),
        }
    }

    fn fill_in(
        &mut self,
        user: &UserId,
        form: &Form,
        view: &Value,
    ) -> std::collections::BTreeMap<String, Answer> {
        let today = self.test.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut answers = match form {
            // A guess fills in the other forms, too; these it cannot know.
            Form::SetupStep(_)
            | Form::Settings(_)
            | Form::SettingsSince { .. }
            | Form::SettingsLooked { .. }
            | Form::Invite
            | Form::ToContact
            | Form::Import
            | Form::Columns { .. } => {
                return std::collections::BTreeMap::new();
            }
            // Pickers of people have nothing to pick from here.
            Form::MakePair
            | Form::Announce
            | Form::AnnounceLooked { .. }
            | Form::Care {
                care: Care::Swap, ..
            } => std::collections::BTreeMap::new(),
            _ => fill(&with_times(view, today)),
        };
        let mut set = |field: &str, answer| answers.insert(field.to_owned(), answer);
        match form {
            Form::OtherTime { .. } => {
                let ahead = self.rng.random_range(0..70);
                let hour = self.rng.random_range(7..20);
                set("date", Answer::Date(today.saturating_add(ahead.days())));
                set("time", Answer::Time(jiff::civil::time(hour, 0, 0, 0)));
            }
            Form::Pause => {
                let lengths = ["1", "2", "4", "open", "open"];
                let length = lengths.choose(&mut self.rng).copied().unwrap_or("open");
                set("length", Answer::One(length.to_owned()));
            }
            Form::ProgramBreak => {
                let ahead = self.rng.random_range(1..60);
                set("date", Answer::Date(today.saturating_add(ahead.days())));
            }
            Form::LogMeeting => {
                let ago = self.rng.random_range(0..30);
                set("date", Answer::Date(today.saturating_sub(ago.days())));
            }
            Form::Goals { .. } => {
                let goal = format!("Goal {}", self.rng.random_range(0..100));
                set("mentee_goal", Answer::Text(goal));
            }
            Form::Join => {
                // A throw of its own, which leaves the rest of a walk as it was.
                let mut own = self.rng.clone();
                let kept = own.random_range(0..10);
                if kept < 2 {
                    let starts = own.random_range(0..=21);
                    let ends = own.random_range(starts + 3..=24);
                    set("day_starts", Answer::One((starts * 60).to_string()));
                    set("day_ends", Answer::One((ends * 60).to_string()));
                } else if kept == 2 {
                    set("day_starts", Answer::One((9 * 60).to_string()));
                    set("day_ends", Answer::One((17 * 60).to_string()));
                }
                let one = self.people.iter_mut().find(|one| one.id == *user);
                if let Some(one) = one {
                    // Now and then somebody is promoted, or would rather teach than learn.
                    if self.rng.random_bool(0.05) {
                        let stages = &Settings::default().stages;
                        one.stage = stages.choose(&mut self.rng).unwrap().clone();
                        let roles = ["mentor", "mentee", "either"];
                        one.role = roles.choose(&mut self.rng).copied().unwrap_or("either");
                    }
                    set("role", Answer::One(one.role.to_owned()));
                    set("stage", Answer::One(one.stage.clone()));
                }
                for field in ["mentor_capacity", "mentee_capacity"] {
                    let places = self.rng.random_range(1..=3);
                    set(field, Answer::One(places.to_string()));
                }
            }
            Form::MakePair
            | Form::Care {
                care: Care::Swap, ..
            } => {
                for field in ["mentor", "mentee", "with"] {
                    let one = self.people.choose(&mut self.rng);
                    if let Some(one) = one {
                        set(field, Answer::User(one.id.clone()));
                    }
                }
            }
            Form::SetupStep(_)
            | Form::Settings(_)
            | Form::SettingsSince { .. }
            | Form::SettingsLooked { .. }
            | Form::Import
            | Form::Columns { .. }
            | Form::Care { .. }
            | Form::Announce
            | Form::AnnounceLooked { .. }
            | Form::SponsorsNote
            | Form::RemindInvited
            | Form::Worded { .. }
            | Form::Recipe { .. }
            | Form::WordedLooked { .. }
            | Form::EndCohort
            | Form::NextCohort
            | Form::MakePairLooked { .. }
            | Form::SwapLooked { .. }
            | Form::Leave
            | Form::Skip { .. }
            | Form::Reflect { .. }
            | Form::Checkin { .. }
            | Form::Invite
            | Form::End { .. }
            | Form::ToContact
            | Form::ToContactPreview { .. }
            | Form::Notice => {}
        }
        answers
    }

    pub async fn joins(&mut self, user: &UserId) -> Result<(), String> {
        let reply = self.test.command(user.as_str(), "join").await;
        self.go_on(user, reply).await
    }

    async fn spontaneous(&mut self, user: &UserId) -> Result<(), String> {
        if self.is_deactivated(user) {
            return Ok(());
        }
        let other = self.people.choose(&mut self.rng).map(|one| one.id.clone());
        let other = other.unwrap_or_else(|| user.clone());
        let invite = format!("invite <@{other}>");
        let commands = [
            "join",
            "join",
            "join",
            "pause",
            "pause",
            "resume",
            "resume",
            "resume",
            "leave",
            "end",
            "status",
            "status",
            "status",
            "round",
            "pairs",
            "people",
            "pause 3 weeks",
            invite.as_str(),
            invite.as_str(),
            "home",
            "home",
            "log",
            "profile",
        ];
        let command = commands.choose(&mut self.rng).copied().unwrap_or("status");
        self.note(format!("{user}: {command}"));
        match command {
            "home" => {
                let actor = self.test.actor(user.as_str());
                let mut reading = self
                    .test
                    .db
                    .read(&self.test.team, self.test.now)
                    .await
                    .unwrap();
                let view = router::home(&mut reading, &actor).await;
                drop(reading);
                let view = json!(view.map_err(|why| why.to_string())?);
                let buttons = buttons(view["blocks"].as_array().map_or(&[][..], Vec::as_slice));
                Box::pin(self.carry_out(Plan::Press(user.clone(), buttons, On::Home))).await
            }
            "log" => {
                let actor = self.test.actor(user.as_str());
                let reply = self.test.event(Event::LogMeeting { actor }).await;
                self.go_on(user, reply).await
            }
            command => {
                let reply = self.test.command(user.as_str(), command).await;
                self.go_on(user, reply).await
            }
        }
    }

    /// Slack tells the bot about a person, unasked.
    pub async fn tell_about(&mut self, at: usize) -> Result<(), String> {
        let person = self.people[at].in_slack();
        self.departures_possible = true;
        self.note(format!("Slack tells of {person:?}"));
        let told = self.test.event(Event::PersonSeen(person)).await;
        told.map(|_| ()).map_err(|why| why.to_string())
    }
}
