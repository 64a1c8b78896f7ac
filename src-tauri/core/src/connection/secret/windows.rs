//! What the keyring is called here, and what to do when there is none.

pub(super) const SERVICE: &str = "Credential Manager";
pub(super) const START_IT: &str =
    "Start the service “Credential Manager” in Windows and open Lectern again";
