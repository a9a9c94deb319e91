//! People's actions, as Slack's own pages allow them: type, press, fill in, submit.

use super::choices::Button;
use super::forms::Filler;
use super::habits::Habit;
use super::life::{Action, Life};
use jiff::tz::TimeZone;
use rand::RngExt;
use slack_sandbox::{Answer, Kind, Message, Screen, Submitted};

impl Life {
    pub(super) async fn perform(&mut self, who: usize, action: Action) -> anyhow::Result<()> {
        if self.agents[who].gone || self.agents[who].by_hand {
            return Ok(());
        }
        let slack = self.harness.slack.clone();
        let id = self.agents[who].id.clone();
        match action {
            Action::Command(words) => {
                let answer = slack.command(&id, &words).await;
                let silent = answer.ephemeral.is_none() && !answer.modal;
                self.judge(&answer, silent, || format!("/reverse-mentor {words}"));
                let failed = answer.modal || words != "join";
                if !failed && self.faulty && !self.checker.joined.contains_key(&id) {
                    // Slack says that the form did not open, so they try again.
                    let minutes = self.agents[who].rng.random_range(5..60);
                    self.plan_in(who, minutes, Action::Command(words));
                }
                self.fill_in(who, &answer).await;
            }
            Action::Press {
                message,
                button,
                done,
            } => {
                if let Some(before) = slack.message(&message) {
                    self.press(who, &before, &button, done).await?;
                }
            }
            Action::OpenHome => slack.open_home(&id).await,
            Action::Home(button) => {
                slack.open_home(&id).await;
                self.harness.run_due().await?;
                let answer = slack.click_home(&id, button).await;
                // The button is missing because they have no pair right now, so they stop.
                self.fill_in(who, &answer).await;
            }
            Action::LogMeeting => {
                let answer = slack.shortcut(&id, "log_meeting").await;
                self.judge(&answer, !answer.modal, || "the shortcut".to_owned());
                self.fill_in(who, &answer).await;
            }
            Action::Move(zone) => {
                self.agents[who].zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
                if let Some(diary) = &mut self.diary {
                    diary.moved(&id, self.harness.clock.now(), &self.agents[who].zone);
                }
                slack.change_user(&id, |user| user.tz = Some(zone)).await;
            }
            Action::Deactivate => {
                self.agents[who].gone = true;
                self.checker.gone.insert(id.clone());
                slack.change_user(&id, |user| user.deleted = true).await;
            }
            Action::Guest(guest) => {
                self.checker.gone.insert(id.clone());
                slack
                    .change_user(&id, |user| user.is_restricted = guest)
                    .await;
            }
        }
        Ok(())
    }

    async fn press(
        &mut self,
        who: usize,
        before: &Message,
        button: &Button,
        mut done: Vec<String>,
    ) -> anyhow::Result<()> {
        let slack = self.harness.slack.clone();
        let id = self.agents[who].id.clone();
        let message = before.reference();
        let answer = slack.click(&id, &message, &button.id).await;
        let not_there = answer
            .error
            .as_ref()
            .is_some_and(|error| error.starts_with("not_on_screen"));
        if not_there {
            // The message changed meanwhile, so they read the new version.
            if done.len() < 3 {
                done.push("looked again".to_owned());
                self.consider(who, before, &done);
            }
            return Ok(());
        }
        let mut after = slack.message(&message);
        let changed = |after: &Option<Message>| {
            after
                .as_ref()
                .is_none_or(|after| after.text != before.text || after.blocks() != before.blocks())
        };
        let mut silent = answer.ephemeral.is_none() && !answer.modal && !changed(&after);
        if silent {
            let heard = slack.seq();
            self.harness.run_due().await?;
            after = slack.message(&message);
            silent = slack.seq() == heard && !changed(&after);
        }
        self.judge(&answer, silent, || format!("[ {} ]", button.name));
        self.fill_in(who, &answer).await;
        if answer.modal {
            after = slack.message(&message);
        }
        let Some(after) = after else {
            return Ok(());
        };
        if let Some(diary) = &mut self.diary
            && changed(&Some(after.clone()))
        {
            diary.changed(&slack, &after, self.harness.clock.now());
        }
        if button.name == "edit_goals" && after.kind == Kind::Mpim && changed(&Some(after.clone()))
        {
            let others = after.members.iter().filter(|other| **other != id);
            let others: Vec<usize> = others
                .filter_map(|other| self.by_id.get(other).copied())
                .collect();
            for other in others {
                self.consider(other, &after, &[]);
            }
        }
        if answer.modal || !answer.is_ok() || changed(&Some(after.clone())) || done.is_empty() {
            // A press that failed is tried again; one that opened a form is done.
            if answer.is_ok() && (answer.modal || !silent) {
                done.push(button.mark().to_owned());
            } else {
                done.push("tried".to_owned());
            }
            self.consider(who, &after, &done);
        }
        Ok(())
    }

    /// Checks whether Slack or the bot left somebody without an answer.
    fn judge(&mut self, answer: &Answer, silent: bool, what: impl Fn() -> String) {
        if let Some(error) = &answer.error {
            if !self.faulty {
                self.checker.unanswered(|| format!("{}: {error}", what()));
            }
        } else if silent && !self.faulty {
            self.checker
                .unanswered(|| format!("{}: nothing came of it", what()));
        }
    }

    /// Fills in and submits the open form; closes one that has nothing to submit.
    async fn fill_in(&mut self, who: usize, answer: &Answer) {
        if !answer.modal {
            return;
        }
        let slack = self.harness.slack.clone();
        let (id, person) = (self.agents[who].id.clone(), self.agents[who].person);
        // A form that reports mistakes is filled in once more.
        for attempt in 0..3 {
            let Some(modal) = slack.modal(&id) else {
                return;
            };
            let Some(person) = person.filter(|_| modal.json["submit"].is_object() && attempt < 2)
            else {
                break;
            };
            let agent = &mut self.agents[who];
            if modal.callback_id == "join"
                && agent.habit == Habit::Silent
                && agent.rng.random_bool(0.2)
            {
                break;
            }
            let mut filler = Filler {
                company: &self.company,
                me: &self.company.people[person],
                rng: &mut agent.rng,
                now: self.harness.clock.now(),
            };
            let mut modal = modal;
            if let Some((field, value)) = filler.first(&modal) {
                slack.choose(&id, &Screen::Modal, field, value).await;
                let Some(asks) = slack.modal(&id) else {
                    return;
                };
                modal = asks;
            }
            let answers = filler.answers(&modal);
            match slack.submit(&id, &answers).await {
                Submitted::Closed | Submitted::Updated | Submitted::Pushed => {
                    self.checker
                        .submitted(&modal, &id, self.harness.clock.now());
                    if slack.modal(&id).is_none_or(|next| {
                        next.view_id == modal.view_id && next.json["submit"].is_object()
                    }) {
                        break;
                    }
                }
                Submitted::Errors(errors) => self.checker.corrected(&modal.callback_id, &errors),
                Submitted::Refused(why) => {
                    if !self.faulty {
                        self.checker
                            .unanswered(|| format!("the form {}: {why}", modal.callback_id));
                    }
                    break;
                }
            }
        }
        while slack.modals(&id) > 0 {
            slack.close_modal(&id).await;
        }
    }
}
