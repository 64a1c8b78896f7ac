//! A link as somebody else opens it: with an HTTP client that knows nothing of
//! S3, of Lectern or of its keys.

use lectern_core::link::SignedUrl;

pub struct Fetched {
    pub status: u16,
    pub body: Vec<u8>,
    headers: ureq::http::HeaderMap,
}

impl Fetched {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

pub async fn fetch(url: &SignedUrl) -> Fetched {
    let url = url.expose().to_owned();
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let mut answer = agent.get(&url).call().unwrap();
        Fetched {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.body_mut().read_to_vec().unwrap(),
        }
    })
    .await
    .unwrap()
}
