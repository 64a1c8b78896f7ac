//! The table of `docs/faults.md`: what was injected how often, and what was lost.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use lectern_faults::Fault;

use super::spot::{End, Met};

/// One fault, counted over every transfer that it met.
pub struct Row {
    fault: &'static str,
    transfers: u32,
    injected: u32,
    same_bytes: u32,
    clear_error: u32,
    lost: u32,
    /// What was wrong, for whoever reads the failure.
    pub wrong: Vec<String>,
}

impl Row {
    pub fn of(fault: &Fault) -> Self {
        Self {
            fault: fault.name(),
            transfers: 0,
            injected: 0,
            same_bytes: 0,
            clear_error: 0,
            lost: 0,
            wrong: Vec::new(),
        }
    }

    pub fn count(&mut self, met: &Met) {
        self.transfers += 1;
        self.injected += met.injected;
        match (&met.sound, met.end()) {
            (Err(why), _) => {
                self.lost += 1;
                self.wrong.push(why.clone());
            }
            (Ok(()), End::SameBytes) => self.same_bytes += 1,
            (Ok(()), End::Error(_)) => self.clear_error += 1,
        }
    }

    /// Nothing is lost, and the committed table says what was counted.
    pub fn compare(self) {
        assert!(self.wrong.is_empty(), "{}: {:#?}", self.fault, self.wrong);
        assert_eq!(self.lost, 0);
        let line = self.line();
        if std::env::var_os("LECTERN_WRITE_FAULTS").is_some() {
            return write(self.fault, &line);
        }
        let table = fs::read_to_string(path()).unwrap();
        assert!(
            table.lines().any(|known| known == line),
            "docs/faults.md is stale; LECTERN_WRITE_FAULTS=1 writes it anew:\n{line}"
        );
    }

    fn line(&self) -> String {
        format!(
            "| {} | {} | {} | {} | {} | {} |",
            self.fault, self.transfers, self.injected, self.same_bytes, self.clear_error, self.lost
        )
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md")
}

/// Puts the line in the place of the one with the same fault, or last.
fn write(fault: &str, line: &str) {
    static WRITING: Mutex<()> = Mutex::new(());
    const LAST: &str = "<!-- faults end -->";
    let _writing = WRITING.lock().unwrap();
    let text = fs::read_to_string(path()).unwrap();
    let begin = format!("| {fault} |");
    let mut lines: Vec<&str> = text.lines().collect();
    match lines.iter().position(|known| known.starts_with(&begin)) {
        Some(index) => lines[index] = line,
        None => {
            let index = lines.iter().position(|known| *known == LAST).unwrap();
            lines.insert(index, line);
        }
    }
    fs::write(path(), lines.join("\n") + "\n").unwrap();
}
