//! Requests: a person's action in Slack, or an event from Slack.
//!
//! Each arm begins what its feature needs: a feature that only reads cannot get a transaction that writes.

use super::no_reply::NoReply;
use super::presses::{self, press};
use super::submissions::submit;
use super::{happenings, joins_organization};
use crate::domain::command::{self, Command, Misunderstood};
use crate::features::{
    Error, Reply, Result, View, cockpit, digest, direct_messages, directory, endings, help, home,
    invite, join, meetings, organization, privacy, report, setup, standing, support,
};
use crate::slack::event::{Actor, Event, Surface};
use crate::store::{Reading, RequestTx, lookups, workspaces};
use jiff::civil::Date;

/// A placeholder date for parsing words that contain none.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Runs an event's feature and everything that follows from it, and commits.
pub async fn event(mut request: RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    match handle(&mut request, event).await {
        Ok(reply) => {
            request.commit().await?;
            Ok(reply)
        }
        Err(why) => {
            request.rollback().await;
            Err(why)
        }
    }
}

/// Slack names an organization, and the person takes part in several of its workspaces: they say which one they mean.
pub async fn unclear(mut request: RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    let asked = help::which_workspace();
    let reply = match event {
        Event::DirectMessage { actor, written, .. } => {
            let tx = request.writing().await?;
            direct_messages::answer(tx, actor, *written, asked).await?
        }
        Event::Command { .. }
        | Event::Press { .. }
        | Event::Submit { .. }
        | Event::LogMeeting { .. } => asked,
        Event::Options { .. }
        | Event::Unreadable { .. }
        | Event::HomeOpened { .. }
        | Event::PersonSeen(_)
        | Event::Uninstalled
        | Event::AccessChanged { .. }
        | Event::Nothing(_) => Reply::nothing(),
    };
    request.commit().await?;
    Ok(reply)
}

async fn handle(request: &mut RequestTx<'_>, event: &Event) -> Result<Reply, NoReply> {
    let mut reply = match event {
        Event::Command { actor, text } => command(request, actor, text).await?,
        Event::DirectMessage {
            actor,
            text,
            written,
        } => {
            let reply = direct_message(request, actor, text).await?;
            direct_messages::answer(request.writing().await?, actor, *written, reply).await?
        }
        Event::Press {
            actor,
            action,
            typed,
            ..
        } => press(request, actor, action, typed).await?,
        Event::Submit {
            actor,
            form,
            answers,
        } => submit(request, actor, form, answers).await?,
        Event::LogMeeting { actor } => {
            meetings::open_log(&mut *request.reading().await?, actor, None).await?
        }
        Event::Options { field, typed, .. } => setup::options(field, typed),
        Event::HomeOpened { .. } => Reply {
            home: true,
            ..Reply::default()
        },
        Event::PersonSeen(person) => {
            let tx = request.writing().await?;
            if workspaces::find(tx).await?.is_some() {
                directory::told(tx, person).await?;
            }
            directory::told_beside(tx, person).await?;
            Reply::nothing()
        }
        Event::Uninstalled => {
            let tx = request.writing().await?;
            if workspaces::find(tx).await?.is_some() {
                directory::uninstalled(tx).await?;
            } else {
                // Not a workspace of ours. If it is ours under another name, a check of our token shows it.
                lookups::check_tokens(tx).await?;
            }
            Reply::nothing()
        }
        Event::AccessChanged {
            organization,
            teams,
            granted,
            at,
        } => {
            let tx = request.writing().await?;
            let own = tx.team().clone();
            for team in teams {
                tx.act_for(team.clone());
                if *granted {
                    joins_organization(tx, organization).await?;
                } else {
                    let as_of = at.unwrap_or(tx.now);
                    workspaces::left_organization(tx, organization, as_of).await?;
                }
            }
            tx.act_for(own);
            Reply::nothing()
        }
        Event::Unreadable { .. } | Event::Nothing(_) => Reply::nothing(),
    };
    if let Some(tx) = request.begun() {
        happenings(tx).await?;
        reply.home |= may_change_home(event) && reply.errors.is_empty();
    }
    Ok(reply)
}

/// Forms and buttons of a Home leave it true: whatever one of them has written is shown there. Nothing says which forms were
/// opened there, so it counts for all.
fn may_change_home(event: &Event) -> bool {
    match event {
        Event::Submit { .. } => true,
        Event::Press { on, .. } => *on != Surface::Message,
        Event::Command { .. }
        | Event::DirectMessage { .. }
        | Event::LogMeeting { .. }
        | Event::Options { .. }
        | Event::Unreadable { .. }
        | Event::HomeOpened { .. }
        | Event::PersonSeen(_)
        | Event::Uninstalled
        | Event::AccessChanged { .. }
        | Event::Nothing(_) => false,
    }
}

async fn command(request: &mut RequestTx<'_>, actor: &Actor, text: &str) -> Result<Reply, NoReply> {
    match parsed(request, actor, text).await? {
        Ok(command) => run(request, actor, command).await,
        Err(misunderstood) => Ok(help::misunderstood(&misunderstood)),
    }
}

/// The same as the command. Unknown words get the person's status and the list of commands.
async fn direct_message(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    text: &str,
) -> Result<Reply, NoReply> {
    let misunderstood = match parsed(request, actor, text).await? {
        Ok(command) => return run(request, actor, command).await,
        Err(misunderstood) => misunderstood,
    };
    let mut reading = request.reading_for_user().await?;
    let status = match standing::status(&mut reading, actor).await {
        Ok(reply) => reply.say,
        Err(Error::User(text)) => Some(text.into()),
        Err(error @ Error::Internal(_)) => return Err(error.into()),
    };
    Ok(help::lost(&mut reading, actor, &misunderstood, status.as_ref()).await?)
}

async fn parsed(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    text: &str,
) -> Result<Result<Command, Misunderstood>, NoReply> {
    let today = if command::may_name_a_day(text) {
        standing::today(&mut *request.reading().await?, &actor.user).await?
    } else {
        ANY_DAY
    };
    Ok(command::parse(text, today))
}

async fn run(
    request: &mut RequestTx<'_>,
    actor: &Actor,
    command: Command,
) -> Result<Reply, NoReply> {
    Ok(match command {
        // Most features that only read are about the person who asks.
        Command::Join | Command::Profile => {
            let form = join::open(&mut *request.reading_for_user().await?, actor).await?;
            presses::form_or_asked_again(request, actor, form).await?
        }
        Command::Status => standing::status(&mut *request.reading_for_user().await?, actor).await?,
        Command::Leave => {
            standing::open_leave(&mut *request.reading_for_user().await?, actor).await?
        }
        Command::End => endings::asked(&mut *request.reading_for_user().await?, actor).await?,
        Command::Support => support::show(&mut *request.reading_for_user().await?, actor).await?,
        Command::Privacy => privacy::show(&mut *request.reading_for_user().await?, actor).await?,
        Command::Help => help::show(&mut *request.reading_for_user().await?, actor).await?,
        Command::Setup => setup::open(request.writing().await?, actor).await?,
        Command::Pause { until: None } => {
            standing::open_pause(&mut *request.reading_for_user().await?, actor).await?
        }
        Command::Pause { until: Some(day) } => {
            standing::pause(request.writing().await?, actor, day).await?
        }
        Command::Resume => standing::resume(request.writing().await?, actor).await?,
        Command::Invite { who } => {
            invite::ask(request.writing().await?, actor, who.as_ref()).await?
        }
        Command::Round => presses::propose_round(request.writing().await?, actor).await?,
        Command::Pairs => cockpit::pairs(&mut *request.reading().await?, actor, 0).await?,
        Command::People => cockpit::people(&mut *request.reading().await?, actor, 0).await?,
        // For anybody else it only reads, and leads to help: they may have something to report.
        Command::Report => {
            if report::is_for(&mut *request.reading().await?, actor).await? {
                report::send(request.writing().await?, actor).await?
            } else {
                support::show(&mut *request.reading_for_user().await?, actor).await?
            }
        }
        Command::Digest => digest::preview(request.writing().await?, actor).await?,
        Command::Export => {
            let choice = report::offer(&mut *request.reading().await?, actor).await?;
            match choice {
                Some(choice) => choice,
                None => privacy::show(&mut *request.reading_for_user().await?, actor).await?,
            }
        }
        Command::Import => organization::open(&mut *request.reading().await?, actor).await?,
    })
}

/// The person's App Home.
pub async fn home(reading: &mut Reading, actor: &Actor) -> Result<View> {
    home::view(reading, actor).await
}
