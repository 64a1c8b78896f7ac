//! The head of an HTTP/1.1 message, kept as it came: only what is changed on
//! purpose changes.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// A longer one is nothing that either side of a test sends.
const LONGEST: usize = 64 << 10;

#[derive(Debug, Clone)]
pub(crate) struct Head {
    first: String,
    fields: Vec<(String, String)>,
}

impl Head {
    /// Without the empty line at its end.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let first = lines.next()?.to_owned();
        let fields = lines.filter(|line| !line.is_empty()).map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        });
        let fields = fields.collect::<Option<Vec<_>>>()?;
        Some(Self { first, fields })
    }

    pub(crate) fn first_line(&self) -> &str {
        &self.first
    }

    /// Of an answer.
    pub(crate) fn status(&self) -> u16 {
        let status = self.first.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.fields
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Changes every value whose name begins so.
    pub(crate) fn change(&mut self, prefix: &str, changed: impl Fn(&str) -> String) -> bool {
        let mut any = false;
        for (name, value) in &mut self.fields {
            if name.to_ascii_lowercase().starts_with(prefix) {
                *value = changed(value);
                any = true;
            }
        }
        any
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.fields {
            text += &format!("{name}: {value}\r\n");
        }
        (text + "\r\n").into_bytes()
    }
}

/// A stream, and what was read of it beyond a head.
pub(crate) struct Reader<S> {
    pub(crate) stream: S,
    pub(crate) ahead: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Reader<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            ahead: Vec::new(),
        }
    }

    /// The next head; `None` where the other side is through.
    pub(crate) async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(end) = self.ahead.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = Head::parse(&self.ahead[..end]);
                self.ahead.drain(..end + 4);
                return head.map(Some).ok_or_else(|| io::Error::other("no HTTP"));
            }
            if self.ahead.len() > LONGEST {
                return Err(io::Error::other("a head without an end"));
            }
            let mut more = [0; 4_096];
            let read = self.stream.read(&mut more).await?;
            if read == 0 {
                return Ok(None);
            }
            self.ahead.extend_from_slice(&more[..read]);
        }
    }

    /// At most so many bytes of a body; none at its end.
    pub(crate) async fn some(&mut self, most: usize) -> io::Result<Vec<u8>> {
        if !self.ahead.is_empty() {
            let length = most.min(self.ahead.len());
            return Ok(self.ahead.drain(..length).collect());
        }
        let mut bytes = vec![0; most];
        let read = self.stream.read(&mut bytes).await?;
        bytes.truncate(read);
        Ok(bytes)
    }
}
