//! README's "Run your first program": from an empty workspace to the first introduction, organization included, in under two
//! minutes of typing.

use crate::both;
use crate::support::{Engine, introductions_begin, on};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::rehearse::harness::HarnessOptions;
use slack_sandbox::{Answers, Message, Screen, Submitted, User, Value};
use std::cell::Cell;

const ADA: &str = "UADA";
/// Forty words of five letters a minute.
const TWO_MINUTES: usize = 400;
/// The head of the company and a lead don't take part.
const LIST: &str = "Member ID,Full name,Manager ID,Career stage,Role\n\
                    UMIA,Mia Roe,ULEA,Early career,\n\
                    USAM,Sam Orr,UCLEO,Director,\n\
                    ULEA,Lea Lead,UCLEO,,none\n\
                    UCLEO,Cleo Top,,,none\n";

/// Ada, who has never seen the bot, and what she types.
struct Owner {
    harness: Harness,
    typed: Cell<usize>,
}

impl Owner {
    async fn arrives(engine: Engine) -> Self {
        let setting = HarnessOptions {
            program: None,
            ..HarnessOptions::default()
        };
        let harness = Harness::start(on(engine, setting).await).await.unwrap();
        harness.slack.add_user(User::new(ADA, "Ada").admin());
        for user in ["UMIA", "USAM", "ULEA", "UCLEO", "USUE"] {
            harness.slack.add_user(User::new(user, user));
        }
        harness.slack.add_channel("C0ALL", "all", true);
        Self {
            harness,
            typed: Cell::new(0),
        }
    }

    async fn types(&self, command: &str) {
        let all = "/reverse-mentor ".len() + command.len();
        self.typed.set(self.typed.get() + all);
        self.harness.slack.command(ADA, command).await;
        self.waits().await;
    }

    async fn waits(&self) {
        let moment = SignedDuration::from_secs(5);
        self.harness.pass(moment).await.unwrap();
    }

    /// Presses a button wherever she sees it.
    async fn presses(&self, button: &str) {
        let slack = &self.harness.slack;
        let screen = slack.find_button(ADA, None, button).unwrap();
        let pressed = slack.press(ADA, &screen, button).await;
        assert!(pressed.is_ok(), "{button}: {pressed:?}");
        self.waits().await;
    }

    async fn submits(&self, answers: &Answers) {
        let done = self.harness.slack.submit(ADA, answers).await;
        assert_eq!(done, Submitted::Updated, "{}", self.modal());
        self.waits().await;
    }

    fn modal(&self) -> String {
        self.harness.slack.modal(ADA).unwrap().render()
    }

    async fn is_done(&self) {
        while self.harness.slack.modals(ADA) > 0 {
            self.harness.slack.close_modal(ADA).await;
        }
    }

    fn last(&self) -> Message {
        self.harness.slack.dm(ADA).pop().unwrap()
    }

    /// Somebody joins by the announcement's button: what the list says isn't asked.
    async fn joined(&self, user: &str, role: &str, topics: [&str; 2]) {
        let slack = &self.harness.slack;
        let posted = slack.channel("C0ALL").pop().unwrap();
        slack
            .click(user, &posted.reference(), "join_from_channel")
            .await;
        let form = slack.modal(user).unwrap().render();
        assert!(form.contains("*From your company's list:*"), "{form}");
        let answers = slack_sandbox::fill(&slack.modal(user).unwrap().json)
            .with("role", role)
            .with("share", Value::picks(&[topics[0]]))
            .with("learn", Value::picks(&[topics[1]]));
        let sent = slack.submit(user, &answers).await;
        assert!(
            !matches!(sent, Submitted::Errors(_) | Submitted::Refused(_)),
            "{sent:?}"
        );
        self.waits().await;
    }
}

both! {
    async fn an_owner_who_follows_the_readme_gets_to_first_introductions(engine: Engine) {
        let ada = Owner::arrives(engine).await;
        // 1. Setup, in three steps.
        ada.types("setup").await;
        ada.presses("Open the settings").await;
        ada.submits(&Answers::from([("support_contact", "USUE")])).await;
        ada.submits(&Answers::new()).await;
        ada.submits(&Answers::new()).await;
        assert!(ada.modal().contains("is ready.*"), "{}", ada.modal());
        ada.is_done().await;
        // 2. The organization.
        ada.types("import").await;
        let file = ada.harness.slack.upload("people.csv", LIST.as_bytes());
        ada.submits(&Answers::from([("file", file.as_str())])).await;
        ada.is_done().await;
        ada.presses("Take it over").await;
        // 3. What people will read.
        ada.harness.slack.open_home(ADA).await;
        let screen = Screen::Home;
        ada.harness.slack.press(ADA, &screen, "See what people will read").await;
        assert!(ada.modal().contains("*You're in.*"), "{}", ada.modal());
        ada.is_done().await;
        // 4. The announcement, in the words that it begins with.
        ada.harness.slack.open_home(ADA).await;
        ada.harness.slack.press(ADA, &screen, "Announce it").await;
        ada.submits(&Answers::from([("channel", "C0ALL")])).await;
        ada.submits(&Answers::new()).await;
        ada.is_done().await;
        ada.joined("UMIA", "mentor", ["AI tools", "Strategy"]).await;
        ada.joined("USAM", "mentee", ["Strategy", "AI tools"]).await;
        // 5. The round: both reporting lines are known, so there's nothing to check.
        ada.types("round").await;
        let card = ada.last().render();
        assert!(card.contains("I found *1 pair*") && !card.contains("check"), "{card}");
        ada.presses("Approve").await;
        introductions_begin(&ada.harness).await;
        ada.waits().await;
        let groups = ada.harness.slack.group_dms("UMIA");
        assert_eq!(groups.len(), 1, "{}", ada.last().render());
        assert!(groups[0].messages[0].render().contains("@USAM"));
        assert!(ada.typed.get() < TWO_MINUTES, "{} letters", ada.typed.get());
        let remarks = ada.harness.slack.tally().remarks;
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}
