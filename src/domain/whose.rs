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
    let mut programs = places.iter().filter(|place| place.takes_part);
    match (programs.next(), programs.next(), places) {
        (Some(only), None, _) => Some(&only.team),
        (Some(_), Some(_), _) => None,
        // They take part nowhere: there is nothing of theirs to confuse.
        (None, _, [only]) => Some(&only.team),
        (None, _, _) => named,
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
