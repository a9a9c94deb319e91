//! Several servers in one `DATABASE_URL`, as libpq writes them ("Specifying Multiple Hosts"):
//! `postgres://name@one:5432,two:5432/mentors`, or lists in the parameters `host`, `hostaddr` and `port`.

use super::Result;
use super::error::ConnectError;
use url::form_urlencoded;

/// The parameters that libpq takes lists in.
const LISTS: [&str; 3] = ["host", "hostaddr", "port"];

/// One URL for each server that `url` names, in the order in which they are written.
///
/// # Errors
/// The lists differ in length, or a host has no name.
pub fn one_url_each(url: &str) -> Result<Vec<String>, ConnectError> {
    let Some(parts) = Parts::of(url) else {
        return Ok(vec![url.to_owned()]);
    };
    let count = parts.lengths().max().unwrap_or(1);
    if count == 1 {
        return Ok(vec![url.to_owned()]);
    }
    if parts.lengths().any(|length| length != 1 && length != count) {
        return Err(ConnectError::Url(
            "it names several servers, and not as many ports or addresses as hosts".into(),
        ));
    }
    if parts.has_a_gap() {
        return Err(ConnectError::Url(
            "a host in its list has no name: two commas follow each other, or one stands at an end"
                .into(),
        ));
    }
    Ok((0..count).map(|number| parts.url(number)).collect())
}

/// A URL taken apart; the URL standard has no lists of hosts, so that `Url` cannot read them.
struct Parts<'a> {
    scheme: &'a str,
    /// Name and password, with the `@`.
    user: &'a str,
    hosts: Vec<&'a str>,
    path: &'a str,
    parameters: Vec<(String, Vec<String>)>,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split('#').next()?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // A password may hold commas, and even an `@`.
        let (user, hosts) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned();
        let parameters = parameters.map(|(name, value)| {
            let is_list = LISTS.contains(&name.as_str());
            let values = if is_list {
                value.split(',').map(str::to_owned).collect()
            } else {
                vec![value]
            };
            (name, values)
        });
        Some(Self {
            scheme,
            user,
            hosts: hosts.split(',').collect(),
            path,
            parameters: parameters.collect(),
        })
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        let of_parameters = self.parameters.iter().map(|(_, values)| values.len());
        std::iter::once(self.hosts.len()).chain(of_parameters)
    }

    fn has_a_gap(&self) -> bool {
        // `:5432` is a port without its host.
        let is_nameless = |host: &&str| host.is_empty() || host.starts_with(':');
        let in_parameters = |(_, values): &(String, Vec<String>)| {
            values.len() > 1 && values.iter().any(String::is_empty)
        };
        self.hosts.len() > 1 && self.hosts.iter().any(is_nameless)
            || self.parameters.iter().any(in_parameters)
    }

    /// The URL of one of the servers. What is given once is true of all.
    fn url(&self, number: usize) -> String {
        let host = self.hosts.get(number).unwrap_or(&self.hosts[0]);
        let mut url = format!("{}://{}{host}{}", self.scheme, self.user, self.path);
        if self.parameters.is_empty() {
            return url;
        }
        url.push('?');
        let start = url.len();
        let mut query = form_urlencoded::Serializer::for_suffix(url, start);
        for (name, values) in &self.parameters {
            query.append_pair(name, values.get(number).unwrap_or(&values[0]));
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_one_server_stays_as_it_is() {
        for url in [
            "postgres://bot:a,b@one:5432/mentors?options=-c%20work_mem%3D1MB,x#end",
            "postgres:///mentors?host=/run/postgresql",
            "postgres://[::1]:5433/mentors",
            "no url at all",
        ] {
            assert_eq!(one_url_each(url).unwrap(), [url]);
        }
    }

    #[test]
    fn every_server_has_a_url_of_its_own() {
        for (url, each) in [
            (
                "postgres://bot:a,b@c@one:1,two:2/mentors?sslmode=require",
                [
                    "postgres://bot:a,b@c@one:1/mentors?sslmode=require",
                    "postgres://bot:a,b@c@two:2/mentors?sslmode=require",
                ],
            ),
            (
                "postgres://[::1]:5433,%2Frun%2Fpostgresql",
                ["postgres://[::1]:5433", "postgres://%2Frun%2Fpostgresql"],
            ),
            (
                "postgres:///mentors?host=one,two&port=1,2",
                [
                    "postgres:///mentors?host=one&port=1",
                    "postgres:///mentors?host=two&port=2",
                ],
            ),
            (
                "postgres://one,two/mentors?port=5433",
                [
                    "postgres://one/mentors?port=5433",
                    "postgres://two/mentors?port=5433",
                ],
            ),
        ] {
            assert_eq!(one_url_each(url).unwrap(), each, "{url}");
        }
    }

    #[test]
    fn lists_that_do_not_fit_are_refused_without_a_word_of_the_password() {
        for url in [
            "postgres://bot:hush@one,two,three/mentors?port=1,2",
            "postgres://bot:hush@one,,two/mentors",
            "postgres://bot:hush@one,:5432/mentors",
            "postgres:///mentors?user=hush&host=one,",
        ] {
            let refused = one_url_each(url).unwrap_err().to_string();
            assert!(!refused.contains("hush"), "{refused}");
        }
    }
}
