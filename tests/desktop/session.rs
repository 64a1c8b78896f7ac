//! What the desktop's session is asked by the app: to stay awake, to notify, to
//! show progress in the dock, to show a file in its folder.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::desk::Desk;
use crate::process::{Owned, wait_until};

/// Services of a session, standing in for a desktop's own.
pub struct Session {
    _program: Owned,
    told: Arc<Mutex<Vec<Told>>>,
}

/// One call or signal: its name and its arguments.
#[derive(Debug, Clone)]
pub struct Told {
    pub what: String,
    pub with: Value,
}

impl Session {
    pub fn start(desk: &Desk) -> Self {
        let mut command = desk.script("session_services.py");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut program = Owned::start(&mut command);
        let output = program.child.stdout.take().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&told);
        // Ends with the program.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let line: Value = serde_json::from_str(&line).unwrap();
                let what = line["what"].as_str().unwrap().to_owned();
                let with = line["with"].clone();
                hears.lock().unwrap().push(Told { what, with });
            }
        });
        let session = Self {
            _program: program,
            told,
        };
        session.wait_for("ready", 1);
        session
    }

    /// All of this name so far.
    pub fn told(&self, what: &str) -> Vec<Value> {
        let told = self.told.lock().unwrap();
        let named = told.iter().filter(|told| told.what == what);
        named.map(|told| told.with.clone()).collect()
    }

    /// Waits until the session heard so many of this name; the last of them.
    pub fn wait_for(&self, what: &str, count: usize) -> Value {
        wait_until(format!("{count} times {what}"), || {
            self.told(what).len() >= count
        });
        self.told(what)[count - 1].clone()
    }
}
