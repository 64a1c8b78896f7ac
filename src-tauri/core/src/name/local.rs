//! Names for downloads: each key's own name where this system can hold it,
//! otherwise the nearest one that it can, and no two the same.

use std::collections::{HashMap, HashSet};

use super::numbered::{numbered, split_extension, split_folders};
use super::{linux, macos, windows};

/// Whose rules for names hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Windows,
    MacOs,
    Linux,
}

impl System {
    /// The one this program was built for; others than the three are like Linux.
    pub fn here() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    fn is_forbidden(self, c: char) -> bool {
        match self {
            Self::Windows => windows::is_forbidden(c),
            Self::MacOs => macos::is_forbidden(c),
            Self::Linux => linux::is_forbidden(c),
        }
    }

    fn length(self, name: &str) -> usize {
        match self {
            Self::Windows => windows::length(name),
            Self::MacOs => macos::length(name),
            Self::Linux => linux::length(name),
        }
    }

    fn max_length(self) -> usize {
        match self {
            Self::Windows => windows::MAX_LENGTH,
            Self::MacOs => macos::MAX_LENGTH,
            Self::Linux => linux::MAX_LENGTH,
        }
    }

    /// Two paths are one file when this is equal.
    pub(crate) fn identity(self, path: &str) -> String {
        match self {
            Self::Windows => windows::identity(path),
            Self::MacOs => macos::identity(path),
            Self::Linux => linux::identity(path),
        }
    }
}

/// Where one key goes, below the chosen folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalName {
    /// Folders and name, joined with `/`; never empty for a file, never a step
    /// out of the folder.
    pub path: String,
    /// It is not the key's own name.
    pub renamed: bool,
}

/// A place for each of the names, which are keys relative to the folder that is
/// downloaded; one that ends with `/` is a folder. Names that this system can
/// hold as they are come first, so that only the others give way.
pub fn local_names(system: System, names: &[&str]) -> Vec<LocalName> {
    let safe: Vec<String> = names.iter().map(|name| safe_path(system, name)).collect();
    let mut taken = Taken::by_folders(system, names, &safe);
    let mut placed: Vec<Option<LocalName>> = vec![None; names.len()];
    for own_name_only in [true, false] {
        for (index, (name, safe)) in names.iter().zip(&safe).enumerate() {
            let is_own = safe == name;
            if is_own != own_name_only {
                continue;
            }
            let path = if is_folder(name) {
                safe.clone()
            } else {
                taken.take(safe)
            };
            let renamed = path != name.trim_end_matches('/');
            placed[index] = Some(LocalName { path, renamed });
        }
    }
    placed.into_iter().flatten().collect()
}

/// The places that are given away, by what makes two of them the same.
struct Taken {
    system: System,
    folders: HashSet<String>,
    files: HashSet<String>,
    /// Where to go on counting for a name that was taken.
    numbers: HashMap<String, u32>,
}

impl Taken {
    /// A folder keeps its place whatever files there are, since things lie in it.
    fn by_folders(system: System, names: &[&str], safe: &[String]) -> Self {
        let mut folders = HashSet::new();
        for (name, path) in names.iter().zip(safe) {
            if is_folder(name) {
                folders.insert(system.identity(path));
            }
            let mut rest = path.as_str();
            while let Some(slash) = rest.rfind('/') {
                rest = &rest[..slash];
                if !folders.insert(system.identity(rest)) {
                    break;
                }
            }
        }
        Self {
            system,
            folders,
            files: HashSet::new(),
            numbers: HashMap::new(),
        }
    }

    fn take(&mut self, path: &str) -> String {
        let identity = self.system.identity(path);
        if self.give(&identity) {
            return path.to_owned();
        }
        let mut number = self.numbers.get(&identity).copied().unwrap_or(1);
        loop {
            number += 1;
            let candidate = shortened(self.system, path, number);
            if self.give(&self.system.identity(&candidate)) {
                self.numbers.insert(identity, number);
                return candidate;
            }
        }
    }

    fn give(&mut self, identity: &str) -> bool {
        !self.folders.contains(identity) && self.files.insert(identity.to_owned())
    }
}

fn is_folder(name: &str) -> bool {
    name.ends_with('/')
}

/// Every step made safe; empty steps (`//`, a leading `/`) are left out.
fn safe_path(system: System, name: &str) -> String {
    let steps: Vec<String> = name
        .split('/')
        .filter(|step| !step.is_empty())
        .map(|step| safe_step(system, step))
        .collect();
    steps.join("/")
}

/// A name that is one step, downwards, and that the system can hold.
fn safe_step(system: System, step: &str) -> String {
    let mut name: String = step
        .chars()
        .map(|c| if system.is_forbidden(c) { '_' } else { c })
        .collect();
    if system == System::Windows {
        name.truncate(windows::trim_end(&name).len());
        if windows::is_device(&name) {
            name = before_first_dot(&name);
        }
    }
    if name.is_empty() || name == "." || name == ".." {
        return "_".to_owned();
    }
    cut(system, &name, system.max_length())
}

/// `nul.tar.gz` becomes `nul_.tar.gz`: the device ends at the first dot.
fn before_first_dot(name: &str) -> String {
    let dot = name.find('.').unwrap_or(name.len());
    format!("{}_{}", name[..dot].trim_end(), &name[dot..])
}

/// The numbered name, its stem cut where the number makes it too long.
fn shortened(system: System, path: &str, number: u32) -> String {
    let (folders, file) = split_folders(path);
    let room = system.max_length() - format!(" ({number})").len();
    numbered(&format!("{folders}{}", cut(system, file, room)), number)
}

/// At most so long, keeping the extension where that leaves a stem.
fn cut(system: System, file: &str, max: usize) -> String {
    if system.length(file) <= max {
        return file.to_owned();
    }
    let (stem, extension) = split_extension(file);
    let (stem, extension) = if system.length(extension) < max / 2 {
        (stem, extension)
    } else {
        (file, "")
    };
    let room = max - system.length(extension);
    let mut stem = stem.to_owned();
    while system.length(&stem) > room {
        stem.pop();
    }
    let kept = format!("{stem}{extension}");
    match system {
        System::Windows => windows::trim_end(&kept).to_owned(),
        System::MacOs | System::Linux => kept,
    }
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
