//! Questions to a person. They are asked on standard error, so that standard
//! output stays data; secrets are read without echo and never from an argument.

use std::io::{self, BufRead, IsTerminal, Write};

use lectern_core::{Code, Error};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::exit::Failure;
use crate::stop::Stop;

/// More than any session token, so that a growing buffer leaves no copies behind.
const LONG_LINE: usize = 16 * 1024;

/// Whether somebody is there to answer.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A question that only `y` or `yes` affirms.
pub fn confirm(question: &str) -> Result<bool, Failure> {
    write!(io::stderr(), "{question} [y/N] ")?;
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}

/// The same while Ctrl-C still works: the terminal is read on a thread of its own.
pub async fn confirmed(stop: &mut Stop, question: &'static str) -> Result<bool, Failure> {
    let asking = tokio::task::spawn_blocking(move || confirm(question));
    let answer = async {
        asking
            .await
            .map_err(|error| Error::internal(error.to_string()))
    };
    stop.or(answer).await?
}

/// A secret, typed without echo, or the next line of standard input where that
/// is not a terminal. `what` is its name.
pub fn secret(what: &str) -> Result<SecretString, Failure> {
    // Zeroed when it is let go, as is the copy that is given back.
    let typed = Zeroizing::new(if io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{what}: "))?
    } else {
        let mut line = String::with_capacity(LONG_LINE);
        io::stdin().lock().read_line(&mut line)?;
        line
    });
    // A careless copy brings blanks along.
    let secret = typed.trim();
    if secret.is_empty() {
        return Err(
            Error::new(Code::InvalidInput, format!("No {what} was given."))
                .about(what)
                .next("Type it at the prompt, or give it on standard input, one secret a line.")
                .into(),
        );
    }
    Ok(secret.into())
}
