//! Whose a request of an organization's installation is, where Slack names no workspace for sure.

use super::ids::TeamId;

/// A workspace of the organization in which the person is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub team: TeamId,
    /// As a participant, or in the program's settings.
    pub takes_part: bool,
}

/// The workspace that a person means; none where it would be a guess. `named` is a workspace of theirs that Slack names.
pub fn meant<'a>(named: Option<&'a TeamId>, places: &'a [Place]) -> Option<&'a TeamId> {
    let programs: Vec<&Place> = places.iter().filter(|place| place.takes_part).collect();
    match programs.as_slice() {
        [only] => Some(&only.team),
        // Whoever takes part nowhere has nothing that could be confused.
        [] => match places {
            [only] => Some(&only.team),
            _ => named,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_guessed_into_one_of_two_programs() {
        let place = |team: &str, takes_part| Place {
            team: team.into(),
            takes_part,
        };
        let meant = |named: Option<&str>, places: &[Place]| {
            let named = named.map(TeamId::from);
            super::meant(named.as_ref(), places).map(ToString::to_string)
        };
        let of = |team: &str| Some(team.to_owned());
        let one = [place("T1", true), place("T2", false)];
        assert_eq!(meant(Some("T2"), &one), of("T1"), "whatever Slack names");
        let two = [place("T1", true), place("T2", true)];
        assert_eq!(meant(Some("T2"), &two), None);
        assert_eq!(meant(None, &two), None);
        let known = [place("T1", false)];
        assert_eq!(meant(Some("T2"), &known), of("T1"));
        let nowhere = [place("T1", false), place("T2", false)];
        assert_eq!(meant(Some("T2"), &nowhere), of("T2"));
        assert_eq!(meant(None, &nowhere), None);
        assert_eq!(meant(Some("T2"), &[]), of("T2"));
    }
}
