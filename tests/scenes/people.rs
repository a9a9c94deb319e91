//! People in scenes that begin in the store.

use reverse_mentor::domain::participant::{PersonInSlack, Profile, Role};
use reverse_mentor::store::{Tx, participants, people};

/// Somebody who shares AI tools and wants to learn strategy.
pub fn profile(role: Role, stage: &str) -> Profile {
    Profile {
        role,
        stage: stage.into(),
        department: None,
        site: None,
        manager: None,
        share: vec!["AI tools".into()],
        learn: vec!["Strategy".into()],
        languages: vec!["English".into()],
        mentor_capacity: 1,
        mentee_capacity: 1,
        rather_not: Vec::new(),
        hopes: String::new(),
        hours: None,
    }
}

/// A mentor whose manager is known.
pub fn junior() -> Profile {
    Profile {
        manager: Some("UCEO".into()),
        ..profile(Role::Mentor, "Early career")
    }
}

/// A mentee who fits them.
pub fn senior() -> Profile {
    Profile {
        manager: Some("UCEO".into()),
        share: vec!["Strategy".into()],
        learn: vec!["AI tools".into()],
        ..profile(Role::Mentee, "Director")
    }
}

/// A full member of the workspace, in the sandbox's own zone.
pub fn person(user: &str) -> PersonInSlack {
    PersonInSlack {
        user: user.into(),
        zone: Some("UTC".into()),
        full_member: true,
        deleted: false,
        admin: false,
        updated: None,
    }
}

/// Somebody takes part whom Slack has told us about.
pub async fn takes_part(tx: &mut Tx, user: &str, profile: &Profile) {
    let mut profile = profile.clone();
    if profile.manager == Some("UCEO".into()) {
        // The head of the company is not in the program, so the line is fully known.
        profile.manager = Some(user.into());
    }
    people::save(tx, &person(user)).await.unwrap();
    participants::save(tx, &user.into(), &profile, None, true)
        .await
        .unwrap();
}
