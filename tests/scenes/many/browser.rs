//! A browser that somebody installs the bot in: it keeps cookies, follows redirects and presses buttons.

use crate::support::http;
use std::collections::BTreeMap;
use url::Url;

/// The page that the browser shows.
pub struct Page {
    pub status: u16,
    pub address: Url,
    pub html: String,
}

#[derive(Clone, Default)]
pub struct Browser {
    /// (host and port, name) → value.
    cookies: BTreeMap<(String, String), String>,
    /// The last `Set-Cookie` as it came.
    pub last_cookie: String,
}

fn place(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(443))
}

impl Browser {
    pub async fn open(&mut self, address: &str) -> Page {
        self.go(address.parse().unwrap(), None).await
    }

    /// Presses a button of the one form on the page, with `choices` made in it.
    pub async fn press(&mut self, page: &Page, answer: &str, choices: &[(&str, &str)]) -> Page {
        assert!(
            page.html.contains(&format!("name=answer value={answer}")),
            "{}",
            page.html
        );
        let mut form = form_urlencoded::Serializer::new(String::new());
        for hidden in page.html.split("<input type=hidden name=").skip(1) {
            let (name, rest) = hidden.split_once(" value=\"").unwrap();
            let (value, _) = rest.split_once('"').unwrap();
            form.append_pair(name, &unescaped(value));
        }
        form.extend_pairs(choices).append_pair("answer", answer);
        let (_, action) = page.html.split_once("action=\"").unwrap();
        let (action, _) = action.split_once('"').unwrap();
        let to = page.address.join(action).unwrap();
        self.go(to, Some(form.finish())).await
    }

    /// Follows redirects to the page at their end, five at most.
    async fn go(&mut self, mut to: Url, mut form: Option<String>) -> Page {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let _ = http();
        for _ in 0..5 {
            let request = match form.take() {
                Some(form) => client
                    .post(to.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("origin", to.origin().ascii_serialization())
                    .body(form),
                None => client.get(to.clone()),
            };
            let here = place(&to);
            let cookies = self.cookies.iter().filter(|((host, _), _)| *host == here);
            let cookies: Vec<String> = cookies
                .map(|((_, name), value)| format!("{name}={value}"))
                .collect();
            let answer = request
                .header("cookie", cookies.join("; "))
                .send()
                .await
                .unwrap();
            for cookie in answer.headers().get_all("set-cookie") {
                cookie.to_str().unwrap().clone_into(&mut self.last_cookie);
                let (pair, _) = self.last_cookie.split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies
                    .insert((here.clone(), name.to_owned()), value.to_owned());
            }
            if let Some(next) = answer.headers().get("location") {
                to = to.join(next.to_str().unwrap()).unwrap();
                continue;
            }
            return Page {
                status: answer.status().as_u16(),
                address: to,
                html: answer.text().await.unwrap(),
            };
        }
        panic!("redirected without an end, last to {to}");
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
