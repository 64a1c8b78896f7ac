//! What the keyring is called here, and what to do when there is none.

pub(super) const SERVICE: &str = "Secret Service";
pub(super) const START_IT: &str =
    "Start a keyring service (GNOME Keyring, KWallet or KeePassXC) and open Lectern again";
