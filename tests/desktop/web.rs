//! Fetches a URL as a browser would, with a program that knows nothing of S3.

use crate::desk::Desk;
use crate::process::output;

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

pub fn fetch(desk: &Desk, url: &str) -> Answer {
    let mut curl = desk.command("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--max-time",
        "20",
    ])
    .args(["--write-out", "\n%{http_code}", url]);
    let printed = output(&mut curl);
    let end = printed.iter().rposition(|&byte| byte == b'\n').unwrap();
    let status = String::from_utf8_lossy(&printed[end + 1..]);
    Answer {
        status: status.parse().unwrap(),
        body: printed[..end].to_vec(),
    }
}
