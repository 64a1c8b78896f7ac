//! Questions to a person. They are asked on standard error, so that standard
//! output stays data; secrets are read without echo and never from an argument.

use std::io::{self, BufRead, IsTerminal, Write};

use lectern_core::{Code, Error};
use secrecy::SecretString;

use crate::exit::Failure;

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

/// A secret, typed without echo, or the next line of standard input where that
/// is not a terminal. `what` is its name.
pub fn secret(what: &str) -> Result<SecretString, Failure> {
    let typed = if io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{what}: "))?
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line
    };
    // `into` takes the very buffer over, which is zeroed on drop.
    let typed = trimmed(typed);
    if typed.is_empty() {
        return Err(
            Error::new(Code::InvalidInput, format!("No {what} was given."))
                .about(what)
                .next("Type it at the prompt, or give it on standard input, one secret a line.")
                .into(),
        );
    }
    Ok(typed.into())
}

/// Without the line's end (and what a careless copy brought along), in place.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    let leading = text.len() - text.trim_start().len();
    text.drain(..leading);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_loses_the_blanks_around_it_and_nothing_else() {
        assert_eq!(trimmed(" ab c\r\n".to_owned()), "ab c");
        assert_eq!(trimmed("\n".to_owned()), "");
    }
}
