//! A request to the demo: the part of the page to show, and the action to take first.

/// The largest people's file, in bytes.
pub const FILE: usize = 8_000_000;

/// The part of the page to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A person's id.
    pub who: String,
    /// A conversation's id, or `home`.
    pub place: String,
    /// The panel behind the scenes.
    pub panel: String,
    /// The number of the exchange to open in the wire panel.
    pub exchange: Option<u64>,
    /// Whether the page refreshed itself.
    pub again: bool,
}

impl Asked {
    /// Parses a query or a form.
    pub fn read(pairs: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(pairs.as_bytes()) {
            match &*name {
                "as" => asked.who = value.into_owned(),
                "in" => asked.place = value.into_owned(),
                "panel" => asked.panel = value.into_owned(),
                "x" => asked.exchange = value.parse().ok(),
                "again" => asked.again = true,
                _ => {}
            }
        }
        asked
    }

    pub fn link(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("as", &self.who),
            ("in", &self.place),
            ("panel", &self.panel),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/?{}", query.finish())
    }

    pub fn to(&self, who: &str, place: &str) -> String {
        Self {
            who: who.to_owned(),
            place: place.to_owned(),
            ..self.clone()
        }
        .link()
    }

    /// A link to another panel beside the same place, which does not count as opening the place.
    pub fn panel(&self, panel: &str) -> String {
        let link = Self {
            panel: panel.to_owned(),
            ..self.clone()
        };
        format!("{}&again=1", link.link())
    }

    /// A link to an exchange in the wire panel.
    pub fn exchange(&self, number: u64) -> String {
        format!("{}&x={number}#x{number}", self.panel("wire"))
    }
}

/// A submitted form of the page.
pub struct Act {
    pub name: String,
    pub asked: Asked,
    pub fields: Vec<(String, String)>,
}

impl Act {
    pub fn read(name: &str, body: &str) -> Self {
        let fields = form_urlencoded::parse(body.as_bytes());
        Self {
            name: name.to_owned(),
            asked: Asked::read(body),
            fields: fields.into_owned().collect(),
        }
    }

    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// All values of a field that takes several, without the empty one that marks its presence.
    pub fn several(&self, name: &str) -> Vec<String> {
        let values = self
            .fields
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.clone()).collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known == name)
    }
}
