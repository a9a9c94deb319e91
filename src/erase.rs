//! `erase`: an operator erases what is stored about somebody who has left the company, after reading what that is.
//!
//! It does in one transaction what the person themselves can do in Slack. A `serve` beside it sends the words to their
//! partners.

use crate::clock::Clock;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::pair::Pair;
use crate::features::privacy;
use crate::operator::{self, BadPlace, Place};
use crate::router;
use crate::store::personal_data::{self, Rows, Stored};
use crate::store::{Db, pairs};
use clap::Args;
use std::fmt::Write as _;

/// Who is erased, and from where.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Their Slack member ID, such as U02ABC123: "Copy member ID" in their Slack profile.
    #[arg(value_name = "USER")]
    pub user: String,
    /// Don't ask, for scripts: erase at once what the preview shows.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub place: Place,
}

/// What is wrong with the command. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadErase {
    #[error(
        "{0:?} is no Slack member ID: those start with U or W and have capital letters and digits"
    )]
    NotAnId(String),
}

/// What there is to erase.
struct Found {
    team: TeamId,
    stored: Vec<Stored>,
    /// They end.
    open: Vec<Pair>,
}

/// Shows what is stored, asks, and erases. Returns whether that is done: false when the operator would rather not.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let user = member(&options.user)?;
    let clock = options.place.clock()?;
    let db = options.place.open(&clock).await?;
    let done = erase(&db, &clock, options, &user).await;
    db.close().await;
    done
}

async fn erase(db: &Db, clock: &Clock, options: &Options, user: &UserId) -> anyhow::Result<bool> {
    let Some(found) = find(db, clock, user, &options.place).await? else {
        println!("Nothing is stored about {user}.");
        return Ok(true);
    };
    print!("{}", preview(&found, user));
    if !options.yes && !confirmed(user)? {
        println!("Nothing was erased.");
        return Ok(false);
    }
    let is_in_file = operator::in_one(db, &found.team, clock, async |tx| {
        let is_in_file = privacy::is_in_file(tx, user).await?;
        privacy::erase_former(tx, user).await?;
        router::happenings(tx).await?;
        Ok(is_in_file)
    })
    .await?;
    println!("Erased. Copies in your backups are yours to delete.");
    if is_in_file {
        println!(
            "The program.toml of this program still names {user}: take them out of it, or they're back at the next start."
        );
    }
    Ok(true)
}

fn member(text: &str) -> Result<UserId, BadErase> {
    let is_id = text.len() > 1
        && text.starts_with(['U', 'W'])
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if is_id {
        Ok(UserId::from(text))
    } else {
        Err(BadErase::NotAnId(text.to_owned()))
    }
}

/// What is stored about somebody, in the workspace named or the only one that holds anything about them.
async fn find(
    db: &Db,
    clock: &Clock,
    user: &UserId,
    place: &Place,
) -> anyhow::Result<Option<Found>> {
    let teams = place.teams(db, clock).await?;
    let mut found = Vec::new();
    for team in teams {
        let mut tx = db.read(&team, clock.now()).await?;
        let stored = personal_data::stored(&mut tx, user).await?;
        let open = pairs::open_of(&mut tx, user).await?;
        if !stored.is_empty() {
            found.push(Found { team, stored, open });
        }
    }
    if found.len() > 1 {
        let teams: Vec<&str> = found.iter().map(|found| found.team.as_str()).collect();
        return Err(BadPlace::Ambiguous(user.clone(), teams.join(", ")).into());
    }
    Ok(found.pop())
}

fn preview(found: &Found, user: &UserId) -> String {
    let mut text = format!("Stored about {user} in {}:\n\n", found.team);
    for Stored { table, rows } in &found.stored {
        let fate = match table.erasing {
            Rows::Deleted => "erased".to_owned(),
            Rows::DeletedIf(_, why) => format!("erased, but where {why}"),
            Rows::Stay(why) => format!("stays without their words or doings: {why}"),
        };
        let _ = writeln!(text, "{rows:>6}  {} ({fate})", table.kind);
    }
    for pair in &found.open {
        let partner = pair.partner_of(user);
        let _ = write!(
            text,
            "\nAn open pair ends: {partner} reads in neutral words that it's over."
        );
    }
    text.push('\n');
    text
}

fn confirmed(user: &UserId) -> std::io::Result<bool> {
    let typed = operator::typed(&format!(
        "\nThis can't be undone. To erase it, type {user}: "
    ))?;
    Ok(typed == user.as_str())
}
