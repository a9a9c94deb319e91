//! Why the bot did something: requests and timers in words, with the feature that the router calls.

use super::render::mrkdwn;
use crate::domain::command::{self, Command};
use crate::domain::overview::Care;
use crate::domain::timer::{Kind as Timing, Timer};
use crate::rehearse::{CHANNEL, CIRCLE};
use crate::slack::event::{Action, Form};
use jiff::civil::Date;
use serde_json::Value as Json;
use slack_sandbox::{Exchange, Kind, Sandbox};

/// The cause of something that the bot did.
pub struct Cause {
    pub words: String,
    pub feature: String,
}

/// The cause in a request from Slack.
pub fn of(slack: &Sandbox, exchange: &Exchange) -> Cause {
    let body = fields(&exchange.request);
    let cause = |words: String, feature: &str| Cause {
        words,
        feature: feature.to_owned(),
    };
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    if exchange.name == "/slack/commands" {
        let who = name(slack, &text(&body["user_id"]));
        let typed = text(&body["text"]);
        let words = format!("{who} types {} {typed}", text(&body["command"]));
        let parsed = command::parse(&typed, Date::MIN);
        return cause(
            words.trim_end().to_owned(),
            parsed.map_or("help", |known| of_command(&known)),
        );
    }
    if exchange.name == "/slack/events" {
        if body["type"] == "url_verification" {
            return cause(
                "Slack checks the bot's address".to_owned(),
                "nothing: the challenge is sent back",
            );
        }
        let event = &body["event"];
        let who = event["user"]
            .as_str()
            .or_else(|| event["user"]["id"].as_str());
        let who = name(slack, who.unwrap_or_default());
        return match event["type"].as_str().unwrap_or_default() {
            "app_home_opened" => cause(format!("{who} opens the App Home"), "home"),
            "user_change" => cause(format!("Slack says that {who} changed"), "directory"),
            "message" => cause(
                format!("{who} writes to the bot"),
                "nothing: it doesn't read along",
            ),
            other => cause(format!("Slack says {other}"), "directory"),
        };
    }
    let payload = &body["payload"];
    let who = name(slack, &text(&payload["user"]["id"]));
    let view = &payload["view"];
    let title = text(&view["title"]["text"]);
    let form = || {
        let form =
            serde_json::from_str::<Form>(view["private_metadata"].as_str().unwrap_or_default());
        form.map_or("home", |form| of_form(&form))
    };
    match payload["type"].as_str().unwrap_or_default() {
        "block_actions" => {
            let action = &payload["actions"][0];
            let means = [&action["value"], &action["selected_option"]["value"]];
            let means = means.into_iter().find_map(Json::as_str);
            let known = Action::decode(means.unwrap_or_default());
            cause(
                format!("{who} {}", used(slack, action)),
                known.map_or("", |action| of_action(&action)),
            )
        }
        "view_submission" => cause(format!("{who} submits “{title}”"), form()),
        "view_closed" => cause(format!("{who} closes “{title}”"), form()),
        "block_suggestion" => cause(format!("{who} searches a menu"), "setup"),
        "shortcut" => cause(format!("{who} logs a meeting"), "meetings"),
        other => cause(format!("{who}: {other}"), ""),
    }
}

/// The use of a button or a menu, in words.
fn used(slack: &Sandbox, action: &Json) -> String {
    let label = |value: &Json| value["text"]["text"].as_str().map(str::to_owned);
    if let Some(label) = label(action) {
        return format!("presses “{}”", mrkdwn::unescaped(&label));
    }
    let fields = action.as_object().into_iter().flatten();
    let selected = fields.filter(|(name, _)| name.starts_with("selected_"));
    let selected = selected.flat_map(|(_, value)| match value {
        Json::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    });
    let picked: Vec<String> = selected
        .filter_map(|one| match one.as_str() {
            Some(id) if slack.user(id).is_some() => Some(name(slack, id)),
            Some(words) => Some(words.to_owned()),
            None => label(one),
        })
        .collect();
    if picked.is_empty() {
        return "changes a field".to_owned();
    }
    format!("picks “{}”", mrkdwn::unescaped(&picked.join(", ")))
}

/// The due timers in words, and their features. Without timers, the sender went on with messages that waited.
pub fn of_timers(timers: &[Timer]) -> (String, String) {
    let mut causes: Vec<(&str, usize)> = Vec::new();
    let mut features: Vec<&str> = Vec::new();
    for timer in timers {
        let (words, feature) = of_timer(timer.kind());
        match causes.iter_mut().find(|(known, _)| *known == words) {
            Some((_, count)) => *count += 1,
            None => causes.push((words, 1)),
        }
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    if causes.is_empty() {
        return (
            "The sender continues with what was waiting".to_owned(),
            "outbox".to_owned(),
        );
    }
    let causes = causes.into_iter().map(|(words, count)| match count {
        1 => words.to_owned(),
        count => format!("{words} (×{count})"),
    });
    (causes.collect::<Vec<_>>().join("; "), features.join(", "))
}

fn of_timer(kind: Timing) -> (&'static str, &'static str) {
    match kind {
        Timing::Directory => ("Time to ask Slack who people are", "directory"),
        Timing::Undelivered => ("Owners hear of failed deliveries", "directory"),
        Timing::Round => ("The next round, on schedule", "matching"),
        Timing::Match => ("Look for pairs", "matching"),
        Timing::WhatIf => ("An owner asks what would change", "matching"),
        Timing::Introduce => ("A round is introduced", "introduction"),
        Timing::Invitation => ("An invitation is over", "invite"),
        Timing::RoundWaits => ("A round waits for approval", "matching"),
        Timing::PauseEnds => ("A break is over", "standing"),
        Timing::ProgramGoesOn => ("The program's break is over", "program_break"),
        Timing::ProgramBreak => ("A pair follows the program's break", "meetings"),
        Timing::LastMonth => ("A cohort ends", "meetings"),
        Timing::NextCohort => ("The next cohort begins", "cohort"),
        Timing::FirstMatchMoved => ("The first match moved", "enrollment"),
        Timing::RemindInvited => ("Somebody on the list is reminded", "launch"),
        Timing::CycleOpens => ("A month begins", "meetings"),
        Timing::NudgeWeek => ("Nothing planned after a week", "meetings"),
        Timing::NudgeFortnight => ("Nothing planned after two weeks", "meetings"),
        Timing::Hello => ("An owner has a pair nudged", "meetings"),
        Timing::MeetingSoon => ("A meeting is one working day away", "meetings"),
        Timing::PlanPassed => ("The time of a plan has passed", "meetings"),
        Timing::MeetingOver => ("A meeting should be over", "meetings"),
        Timing::ReflectionDue => ("A reflection is due", "reflections"),
        Timing::CycleCloses => ("A month is over", "meetings"),
        Timing::Checkin => ("A private check-in is due", "checkins"),
        Timing::Unsigned => ("An agreement lacks a signature", "agreement"),
        Timing::SignAfterMeeting => ("Somebody met and has not signed", "agreement"),
        Timing::Digest => ("The weekly digest", "digest"),
        Timing::Companion => ("The owners' private weekly note", "digest"),
        Timing::LookedUp => ("Slack has not answered about somebody", "directory"),
        Timing::ImportWaits => ("Slack has taken long over a file", "organization"),
        Timing::Retention => ("The daily cleanup", "retention"),
        Timing::WorkspaceEnds => ("A workspace that removed the app is forgotten", "retention"),
        Timing::Erase => ("A pair's texts are erased", "retention"),
        Timing::News => ("News waited for its moment", "news"),
        Timing::Reaction => ("Slack's answer to a message is stored", "outbox"),
    }
}

fn of_command(known: &Command) -> &'static str {
    match known {
        Command::Setup => "setup",
        Command::Join | Command::Profile => "join",
        Command::Status | Command::Pause { .. } | Command::Resume | Command::Leave => "standing",
        Command::End => "endings",
        Command::Invite { .. } => "invite",
        Command::Support => "support",
        Command::Privacy => "privacy",
        Command::Round => "matching",
        Command::Pairs | Command::People => "cockpit",
        Command::Import => "organization",
        Command::Report | Command::Export => "report",
        Command::Digest => "digest",
        Command::Help => "help",
    }
}

fn of_action(action: &Action) -> &'static str {
    match action {
        Action::PreviewDigest => "digest",
        Action::OpenJoin | Action::PickRole | Action::JoinFromChannel => "join",
        Action::OpenHelp => "help",
        Action::OpenSettings
        | Action::EditSettings(_)
        | Action::SetupBack(_)
        | Action::ShowWorded { .. }
        | Action::OpenWorded { .. }
        | Action::OpenRecipes
        | Action::ShowRecipe { .. } => "setup",
        Action::Pause | Action::Resume | Action::OpenLeave => "standing",
        Action::Support | Action::WriteToContact => "support",
        Action::OpenPrivacy | Action::ExportMine | Action::EraseMine => "privacy",
        Action::ShowRound { .. }
        | Action::PageRound { .. }
        | Action::DropProposal { .. }
        | Action::ShowPair(..)
        | Action::AskAside(..)
        | Action::ApproveRound { .. }
        | Action::UndoApproval { .. }
        | Action::ConfirmPair(..)
        | Action::RejectRound { .. }
        | Action::Edit(..)
        | Action::WhatIfNot(..)
        | Action::LookAgain { .. }
        | Action::ProposeRound => "matching",
        Action::ShowPairs
        | Action::PagePairs { .. }
        | Action::ShowPeople
        | Action::PagePeople { .. } => "cockpit",
        Action::Care(_, care) => of_care(*care),
        Action::MatchNow | Action::OneMoreWeek => "enrollment",
        Action::OpenMakePair => "introduction",
        Action::OpenAnnounce
        | Action::OpenSponsorsNote
        | Action::OpenRemindInvited
        | Action::DoNotAsk => "launch",
        Action::OpenEndCohort | Action::OpenNextCohort => "cohort",
        Action::OpenProgramBreak | Action::EndProgramBreak => "program_break",
        Action::MakeReport | Action::ExportProgram => "report",
        Action::OpenImport
        | Action::TakeOver { .. }
        | Action::SayColumns { .. }
        | Action::DiscardImport { .. } => "organization",
        Action::EndInOneLine { .. } => "reorganization",
        Action::SendAgain { .. } => "directory",
        Action::EditGoals { .. } | Action::Sign { .. } => "agreement",
        Action::PickSlot { .. }
        | Action::OtherTime { .. }
        | Action::SortOut { .. }
        | Action::LogMeeting
        | Action::LogMeetingOf(_)
        | Action::OpenSkip { .. }
        | Action::DidMeet { .. } => "meetings",
        Action::Reflect { .. } => "reflections",
        Action::StillGood { .. } | Action::AnswerCheckin { .. } | Action::Closing { .. } => {
            "checkins"
        }
        Action::OpenEnd { .. } | Action::WantRematch { .. } | Action::FindPartner => "endings",
        Action::OpenInvite | Action::AnswerInvitation { .. } => "invite",
        Action::JoinCircle => "circle",
    }
}

fn of_form(form: &Form) -> &'static str {
    match form {
        Form::SetupStep(_)
        | Form::Settings(_)
        | Form::SettingsSince { .. }
        | Form::SettingsLooked { .. }
        | Form::Worded { .. }
        | Form::WordedLooked { .. }
        | Form::Recipe { .. } => "setup",
        Form::Join => "join",
        Form::Leave | Form::Pause => "standing",
        Form::Goals { .. } => "agreement",
        Form::OtherTime { .. } | Form::Skip { .. } | Form::LogMeeting => "meetings",
        Form::Reflect { .. } => "reflections",
        Form::Checkin { .. } => "checkins",
        Form::Invite => "invite",
        Form::End { .. } => "endings",
        Form::Care { care, .. } => of_care(*care),
        Form::Announce | Form::AnnounceLooked { .. } | Form::SponsorsNote | Form::RemindInvited => {
            "launch"
        }
        Form::EndCohort | Form::NextCohort => "cohort",
        Form::ProgramBreak => "program_break",
        Form::MakePair | Form::MakePairLooked { .. } | Form::SwapLooked { .. } => "introduction",
        Form::ToContact | Form::ToContactPreview { .. } => "support",
        Form::Import | Form::Columns { .. } => "organization",
        Form::Notice => "nothing: it only showed something",
    }
}

fn of_care(care: Care) -> &'static str {
    match care {
        Care::Nudge => "meetings",
        Care::Ask => "checkins",
        Care::End => "endings",
        Care::Support => "support",
        Care::Swap => "introduction",
    }
}

/// The arguments of a call.
pub fn fields(request: &str) -> Json {
    serde_json::from_str(request).unwrap_or_default()
}

/// Somebody's name.
pub fn name(slack: &Sandbox, id: &str) -> String {
    slack
        .user(id)
        .map_or_else(|| "somebody".to_owned(), |user| user.real_name)
}

/// The recipient of a message, in words.
pub fn place(slack: &Sandbox, id: &str) -> String {
    if let Some(user) = slack.user(id) {
        return user.real_name;
    }
    match slack.conversation_of(id) {
        Some((Kind::Channel, _)) if id == CHANNEL.0 => format!("#{}", CHANNEL.1),
        Some((Kind::Channel, _)) if id == CIRCLE.0 => format!("#{}", CIRCLE.1),
        Some((_, members)) => {
            let names: Vec<String> = members.iter().map(|id| name(slack, id)).collect();
            names.join(" and ")
        }
        None => "somebody".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use serde_json::json;
    use slack_sandbox::{Options, User};

    #[tokio::test]
    async fn what_is_picked_has_its_words() {
        let clock = Clock::manual("2026-03-02T08:00:00Z".parse().unwrap());
        let slack = Sandbox::start(clock, Options::default()).await.unwrap();
        slack.add_user(User::new("U1", "Ana Lima"));
        let text = |text: &str| json!({"type": "plain_text", "text": text});
        let option = json!({"text": text("Keep this pair"), "value": "v"});
        for (action, words) in [
            (json!({"text": text("Yes &amp; no")}), "presses “Yes & no”"),
            (json!({"selected_option": option}), "picks “Keep this pair”"),
            (
                json!({"selected_options": [option, option]}),
                "picks “Keep this pair, Keep this pair”",
            ),
            (json!({"selected_user": "U1"}), "picks “Ana Lima”"),
            (json!({"selected_date": "2026-03-02"}), "picks “2026-03-02”"),
            (json!({"selected_option": null}), "changes a field"),
        ] {
            assert_eq!(used(&slack, &action), words);
        }
    }
}
