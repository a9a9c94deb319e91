//! An owner uploads a file in Slack. It is fetched, read and compared with what is known; the owner reads what it would change,
//! and nothing changes before they press *Take it over*.
//!
//! ```text
//! submitted ─ Slack gives the file ─ read ─ Slack tells the email addresses ─ shown ─ taken over
//! ```
//!
//! Where Slack takes longer than an hour, it goes on with what is known, or the owner is told.

use super::messages::FILE;
use super::{Review, came_again, file, messages, questions, remembered_stages, review, take_over};
use crate::domain::ids::{ImportId, UserId};
use crate::domain::key::{AboutImport, Key};
use crate::domain::message::Message;
use crate::domain::organization::List;
use crate::domain::outgoing::{EmailPage, FetchedFile};
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, owners_only, settings};
use crate::people_file::{Ask, LEFT_OUT, Mapping};
use crate::slack::event::{Actor, Answers};
use crate::store::imports::{self, Import, Known, State};
use crate::store::outbox::{self, Kind, To, What};
use crate::store::{Reading, Tx, timers};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE_64;
use jiff::SignedDuration;

/// The longest that an owner waits for Slack.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// How long a file that was read may be taken over.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// `/reverse-mentor import`: the form.
pub async fn open(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    Ok(Reply::modal(messages::form()))
}

/// The form was submitted: Slack is asked for the file.
pub async fn submitted(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let Some(file) = answers.file(FILE) else {
        let text = "Add a file first: drag it here, or press the button.";
        return Ok(Reply::errors(vec![(FILE, text.to_owned())]));
    };
    let import = imports::begin(tx, &actor.user).await?;
    let file = file.to_owned();
    ask(
        tx,
        import,
        AboutImport::File,
        &What::ReadFile { import, file },
    )
    .await?;
    Ok(Reply::modal(messages::reading()))
}

async fn ask(tx: &mut Tx, import: ImportId, about: AboutImport, what: &What) -> Result<()> {
    let patience = tx.now + PATIENCE;
    timers::at(tx, &Timer::ImportWaits(import), patience).await?;
    let key = Key::Import(import, about);
    outbox::push(tx, Kind::Lookup, &key, what, Some(patience)).await?;
    Ok(())
}

/// Slack gave us the file.
pub async fn read(tx: &mut Tx, import: ImportId, fetched: &FetchedFile) -> Result<()> {
    let Some(import) = in_state(tx, import, State::Fetching).await? else {
        return Ok(());
    };
    let mut known = Known {
        file: Some(fetched.clone()),
        ..Known::default()
    };
    match parse(tx, &known).await? {
        Parsed::List(list) => {
            known.list = list;
            go_on(tx, &import, known).await
        }
        Parsed::Unclear(asks) => {
            let kept = tx.now + KEPT;
            timers::at(tx, &Timer::ImportWaits(import.id), kept).await?;
            imports::note(tx, import.id, State::Unclear, &known).await?;
            let told = questions::unclear(import.id, &fetched.name, &asks);
            tell(tx, &import, AboutImport::Columns, told).await
        }
        Parsed::Refused(told) => refused(tx, &import, told).await,
    }
}

/// What came of reading a file.
pub(super) enum Parsed {
    List(List),
    /// Only the owner can say which header is which column, or which word is which stage.
    Unclear(Vec<Ask>),
    Refused(Message),
}

/// Reads the file of an import.
pub(super) async fn parse(tx: &mut Reading, known: &Known) -> Result<Parsed> {
    let Some(file) = &known.file else {
        return Ok(Parsed::Refused(messages::over()));
    };
    let content = file.content.as_ref();
    let Some(bytes) = content.and_then(|content| BASE_64.decode(content).ok()) else {
        return Ok(Parsed::Refused(messages::no_content(&file.name)));
    };
    let settings = settings(tx).await?;
    let said = known.stages.iter().cloned();
    let stages: Vec<(String, String)> = said
        .chain(remembered_stages(tx, &settings.stages).await?)
        .collect();
    let is_known = |stage: &String| stage == LEFT_OUT || settings.stages.contains(stage);
    let mapping = Mapping {
        columns: known.columns.clone(),
        stages: stages
            .into_iter()
            .filter(|(_, stage)| is_known(stage))
            .collect(),
    };
    Ok(match file::read(&file.name, &bytes, &mapping, &settings) {
        Ok(list) => Parsed::List(list),
        Err(problems) => {
            let asks = problems
                .iter()
                .filter_map(|one| one.asks.as_deref().cloned());
            let asks: Vec<Ask> = asks.collect();
            if asks.is_empty() {
                Parsed::Refused(messages::mistakes(&file.name, &problems))
            } else {
                Parsed::Unclear(asks)
            }
        }
    })
}

/// The file is read: Slack is asked who has which of its email addresses.
pub(super) async fn go_on(tx: &mut Tx, import: &Import, mut known: Known) -> Result<()> {
    known.file = None;
    if known.list.emails().is_empty() {
        return show(tx, import, &known).await;
    }
    imports::note(tx, import.id, State::Asking, &known).await?;
    let what = What::FindEmails {
        import: import.id,
        cursor: None,
        page: 0,
    };
    ask(tx, import.id, AboutImport::Emails, &what).await
}

/// A page of everybody's email addresses: those in the file are noted.
pub async fn found(tx: &mut Tx, import: ImportId, page: &EmailPage) -> Result<()> {
    let Some(import) = in_state(tx, import, State::Asking).await? else {
        return Ok(());
    };
    let Some(mut known) = imports::known(tx, import.id).await? else {
        return Ok(());
    };
    known.has_emails |= !page.people.is_empty();
    let wanted = known.list.emails();
    let found = page.people.iter();
    known
        .in_slack
        .extend(found.filter(|(email, _)| wanted.contains(email)).cloned());
    known.pages.insert(page.number);
    if page.is_last {
        known.last_page = Some(page.number);
    }
    let all = |last: u32| (0..=last).all(|number| known.pages.contains(&number));
    if known.last_page.is_some_and(all) {
        return show(tx, &import, &known).await;
    }
    imports::note(tx, import.id, State::Asking, &known).await?;
    Ok(())
}

/// Slack refuses the file, or has taken an hour over it: the owner is told. Without Slack's word about email addresses, it goes
/// on with the people that are known. What the owner has not taken over for a day is forgotten.
pub async fn waited(tx: &mut Tx, id: ImportId, error: Option<&str>) -> Result<()> {
    let Some(import) = imports::find(tx, id).await? else {
        return Ok(());
    };
    match import.state {
        State::Fetching => refused(tx, &import, messages::not_given(error)).await,
        State::Asking => match imports::known(tx, id).await? {
            Some(known) => show(tx, &import, &known).await,
            None => Ok(()),
        },
        State::Ready | State::Unclear => {
            imports::end(tx, id, State::Dropped).await?;
            Ok(())
        }
        State::Done | State::Dropped => Ok(()),
    }
}

/// The owner reads what the file would change.
async fn show(tx: &mut Tx, import: &Import, known: &Known) -> Result<()> {
    let review = match review(tx, &known.list, &known.in_slack, known.has_emails).await? {
        Ok(review) => review,
        Err(same) => return refused(tx, import, messages::same_people(&same)).await,
    };
    if review.difference.is_empty() {
        came_again(tx, &review.placed).await?;
        timers::cancel(tx, &Timer::ImportWaits(import.id)).await?;
        imports::end(tx, import.id, State::Done).await?;
        let told = messages::nothing_new(&review.difference);
        return tell(tx, import, AboutImport::Review, told).await;
    }
    let kept = tx.now + KEPT;
    timers::at(tx, &Timer::ImportWaits(import.id), kept).await?;
    let told = messages::shown(import.id, known, &review);
    let known = Known {
        shown: Some(review.difference),
        ..known.clone()
    };
    imports::note(tx, import.id, State::Ready, &known).await?;
    tell(tx, import, AboutImport::Review, told).await
}

pub(super) async fn refused(tx: &mut Tx, import: &Import, told: Message) -> Result<()> {
    timers::cancel(tx, &Timer::ImportWaits(import.id)).await?;
    imports::end(tx, import.id, State::Dropped).await?;
    tell(tx, import, AboutImport::Review, told).await
}

async fn tell(tx: &mut Tx, import: &Import, about: AboutImport, told: Message) -> Result<()> {
    let key = Key::Import(import.id, about);
    let to = To::Person(import.owner.clone());
    outbox::post(tx, to, Kind::Answer, &key, told, None).await?;
    Ok(())
}

/// *Take it over*. Only what the owner has read is taken over: where another list has come in since, they read it again.
pub async fn accepted(tx: &mut Tx, actor: &Actor, id: ImportId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let waiting = waiting(tx, id, &actor.user).await?;
    let (Some(_), Some(mut known)) = (
        waiting.filter(|import| import.state == State::Ready),
        imports::known(tx, id).await?,
    ) else {
        return Ok(Reply::replace(messages::over()));
    };
    let Ok(review) = review(tx, &known.list, &known.in_slack, known.has_emails).await? else {
        return Ok(Reply::replace(messages::over()));
    };
    let was_read = |shown| shown == &review.difference;
    if !known.shown.as_ref().is_none_or(was_read) && !review.difference.is_empty() {
        let told = messages::shown_again(id, &known, &review);
        known.shown = Some(review.difference);
        imports::note(tx, id, State::Ready, &known).await?;
        return Ok(Reply::replace(told));
    }
    let Review { placed, difference } = review;
    take_over(tx, &placed, &actor.user).await?;
    timers::cancel(tx, &Timer::ImportWaits(id)).await?;
    imports::end(tx, id, State::Done).await?;
    Ok(Reply::replace(messages::taken_over(&difference)).with_home())
}

/// *Leave everything as it is*.
pub async fn discarded(tx: &mut Tx, actor: &Actor, id: ImportId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    if waiting(tx, id, &actor.user).await?.is_none() {
        return Ok(Reply::replace(messages::over()));
    }
    timers::cancel(tx, &Timer::ImportWaits(id)).await?;
    imports::end(tx, id, State::Dropped).await?;
    Ok(Reply::replace(messages::discarded()))
}

/// An import that this owner may still take over.
pub(super) async fn waiting(
    tx: &mut Reading,
    id: ImportId,
    owner: &UserId,
) -> Result<Option<Import>> {
    let import = imports::find(tx, id).await?;
    let waits = |import: &Import| matches!(import.state, State::Ready | State::Unclear);
    Ok(import.filter(|import| waits(import) && import.owner == *owner))
}

async fn in_state(tx: &mut Reading, id: ImportId, state: State) -> Result<Option<Import>> {
    let import = imports::find(tx, id).await?;
    Ok(import.filter(|import| import.state == state))
}
