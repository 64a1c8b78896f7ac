//! What the keyring is called here, and what to do when there is none.

pub(super) const SERVICE: &str = "Keychain";
pub(super) const START_IT: &str =
    "Unlock the login keychain in Keychain Access and open Lectern again";
