//! Which of Slack's refusals are the workspace's: they hold its queue, instead of costing a message.

use super::{Call, Delivery, Doubt};
use crate::domain::outgoing::{To, What};

/// Whether Slack refused this call to the whole workspace, so that every other call of the method would be refused, too.
///
/// A refusal that names one person or one channel is that message's. Files and charts only go with a message, and so does
/// the search for one in doubt: they are given up alone, because the message behind them must not wait. The way into the mentor
/// circle is given up, too: whoever pressed for it hears so, and owners hear what to mend.
pub fn holds_the_method(delivery: &Delivery, call: &Call, code: &str) -> bool {
    let is_optional = match call {
        Call::FindSent(_)
        | Call::Upload
        | Call::Complete(_)
        | Call::Share { .. }
        | Call::Invite(..) => true,
        Call::Post { .. } => delivery.chart().is_some(),
        Call::Open(_) => matches!(delivery.what, What::Share { .. }),
        Call::LookUp(_)
        | Call::List(_)
        | Call::Home(_)
        | Call::CheckToken
        | Call::ReadFile(_)
        | Call::FindEmails(_)
        | Call::Change => false,
    };
    let is_in_a_channel = matches!(delivery.what.to(), Some(To::Channel(_)));
    is_workspace_wide(code) && !is_optional && !(is_in_a_channel && may_be_a_conversations(code))
}

/// Slack's codes for what nobody in the workspace can mend by writing to somebody else.
fn is_workspace_wide(code: &str) -> bool {
    let names_the_workspace = matches!(
        code,
        "missing_scope"
            | "not_allowed_token_type"
            | "ekm_access_denied"
            | "enterprise_is_restricted"
            | "org_login_required"
            | "team_access_not_granted"
            | "team_added_to_org"
            | "two_factor_setup_required"
            | "message_limit_exceeded"
            | "accesslimited"
            | "method_deprecated"
            | "deprecated_endpoint"
    );
    names_the_workspace || may_be_a_conversations(code)
}

/// Slack uses these codes for a rule of the workspace, and for one of a single conversation.
pub(super) fn may_be_a_conversations(code: &str) -> bool {
    matches!(
        code,
        "restricted_action" | "access_denied" | "no_permission"
    )
}

/// Slack may have acted even so: its codes for trouble of its own.
pub fn leaves_doubt(code: &str) -> bool {
    matches!(
        code,
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout"
    )
}

impl Delivery {
    /// A failed row as it is when an owner has it sent again: as many tries as at first, and in doubt if its `error` leaves
    /// one.
    #[must_use]
    pub fn anew(mut self, error: &str) -> Self {
        self.attempts = 0;
        self.doubt = if may_have_arrived(error) {
            Doubt::Possible
        } else {
            Doubt::None
        };
        self
    }
}

/// A row that failed with this error may have arrived: an answer was lost, or Slack had trouble.
fn may_have_arrived(error: &str) -> bool {
    leaves_doubt(error) || error == "in_doubt"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delivery::{Outcome, Refusal, Step, after};
    use crate::domain::ids::PairId;
    use crate::domain::message::Attachment;
    use crate::domain::outgoing::{Kind, Lane, Reaction, Upload};
    use jiff::{SignedDuration, Timestamp};

    /// Slack's documented codes for a workspace, an organization or an app.
    const WORKSPACES: [&str; 12] = [
        "missing_scope",
        "not_allowed_token_type",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "org_login_required",
        "team_access_not_granted",
        "team_added_to_org",
        "two_factor_setup_required",
        "message_limit_exceeded",
        "accesslimited",
        "method_deprecated",
        "deprecated_endpoint",
    ];
    const EITHER: [&str; 3] = ["restricted_action", "access_denied", "no_permission"];
    /// Slack's documented codes for one person, conversation or message.
    const ONES_OWN: [&str; 12] = [
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "invalid_user_combination",
        "cannot_dm_bot",
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "restricted_action_read_only_channel",
        "posting_to_channel_denied",
        "msg_too_long",
        "invalid_blocks",
    ];

    fn pair() -> To {
        To::Pair {
            pair: PairId(1),
            members: vec!["U1".into(), "U2".into()],
        }
    }

    fn delivery(what: What) -> Delivery {
        Delivery {
            id: 1,
            kind: Kind::Notice,
            what,
            doubt: Doubt::None,
            attempts: 0,
            channel: None,
            created: Timestamp::UNIX_EPOCH,
            expires: None,
        }
    }

    fn post(to: To) -> Delivery {
        delivery(What::Post {
            to,
            message: "Hi".into(),
            chart: None,
            reservation: None,
            passes_on: None,
        })
    }

    fn posting() -> Call {
        Call::Post {
            channel: "C1".into(),
            repeat: false,
        }
    }

    #[test]
    fn what_is_refused_to_everybody_holds_the_method_and_what_is_refused_to_one_does_not() {
        let open = Call::Open(vec!["U1".into()]);
        let calls = [
            (post(To::Person("U1".into())), posting()),
            (post(pair()), posting()),
            (post(pair()), open.clone()),
        ];
        for (delivery, call) in &calls {
            for code in WORKSPACES.into_iter().chain(EITHER) {
                assert!(holds_the_method(delivery, call, code), "{code}, {call:?}");
            }
            for code in ONES_OWN {
                assert!(!holds_the_method(delivery, call, code), "{code}, {call:?}");
            }
        }
        let channel = post(To::Channel("C1".into()));
        assert!(
            EITHER
                .iter()
                .all(|code| !holds_the_method(&channel, &posting(), code))
        );
        assert!(holds_the_method(&channel, &posting(), "missing_scope"));
    }

    /// A message must not wait for what only goes with it.
    #[test]
    fn files_and_searches_hold_nothing() {
        let file = delivery(What::Share {
            to: pair(),
            file: Attachment {
                name: "a.ics".into(),
                title: "A".into(),
                comment: "A".into(),
                content: "A".into(),
            },
            upload: Upload::NotYet,
        });
        let open = Call::Open(vec!["U1".into()]);
        let find = Call::FindSent("D1".into());
        let circle = delivery(What::Invite {
            user: "U1".into(),
            channel: "C1".into(),
        });
        let invite = Call::Invite("U1".into(), "C1".into());
        for (delivery, call) in [
            (&file, &Call::Upload),
            (&file, &open),
            (&post(pair()), &find),
            (&circle, &invite),
        ] {
            assert!(
                !holds_the_method(delivery, call, "missing_scope"),
                "{call:?}"
            );
        }
    }

    #[test]
    fn whoever_is_in_the_circle_already_is_in_it_and_other_refusals_end_the_try() {
        let circle = delivery(What::Invite {
            user: "U1".into(),
            channel: "C1".into(),
        });
        let call = Call::Invite("U1".into(), "C1".into());
        let refused = |code: &str| {
            let outcome = Outcome::Refused(code.to_owned());
            after(&circle, &call, &outcome, Timestamp::UNIX_EPOCH)
        };
        let joined = Reaction::Invited {
            user: "U1".into(),
            channel: "C1".into(),
        };
        let steps = refused("already_in_channel");
        assert!(matches!(steps[0], Step::Sent { .. }), "{steps:?}");
        assert_eq!(steps[1], Step::React(joined));
        for code in [
            "missing_scope",
            "not_in_channel",
            "cant_invite",
            "is_archived",
        ] {
            let steps = refused(code);
            assert_eq!(steps[0], Step::Fail(code.to_owned()));
            let told = matches!(
                &steps[1],
                Step::React(Reaction::Undeliverable {
                    lane: Lane::Circle(_),
                    ..
                })
            );
            assert!(told, "{steps:?}");
        }
    }

    #[test]
    fn a_message_waits_for_years_and_only_one_that_may_be_at_fault_itself_is_given_up() {
        let years = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 800);
        let mut old = post(pair());
        old.attempts = 900;
        let steps = |call: &Call, code: &str| {
            let refusal = Refusal {
                code: code.to_owned(),
                scope: None,
            };
            after(&old, call, &Outcome::Held(refusal), years)
        };
        let open = Call::Open(vec!["U1".into()]);
        for (call, code) in [
            (&open, "missing_scope"),
            (&open, "no_permission"),
            (&posting(), "missing_scope"),
        ] {
            assert!(
                matches!(&steps(call, code)[..], [Step::Queue(_)]),
                "{call:?} {code}"
            );
        }
        assert!(matches!(
            steps(&posting(), "no_permission")[0],
            Step::Fail(_)
        ));
    }

    #[test]
    fn what_is_sent_again_is_looked_for_if_it_may_have_arrived() {
        let mut failed = post(To::Person("U1".into()));
        failed.attempts = 9;
        for (error, doubt) in [
            ("in_doubt", Doubt::Possible),
            ("fatal_error", Doubt::Possible),
            ("user_disabled", Doubt::None),
        ] {
            let anew = failed.clone().anew(error);
            assert_eq!((anew.attempts, anew.doubt), (0, doubt), "{error}");
        }
    }
}
