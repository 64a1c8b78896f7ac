//! Which of the files of a folder are meant: globs over their names.
//!
//! A pattern without a `/` is held against each step of a path (`*.tmp`,
//! `drafts`), one with a `/` against the path from the top (`week-1/*.pdf`,
//! `**/old/*.zip`). What lies in a folder that fits, fits. `*` does not go
//! across a `/`, `**` does. A file is meant when an include fits it, or there is
//! none, and no exclude does.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, Result};
use crate::name;

#[derive(Debug, Default)]
pub(super) struct Filter {
    include: Option<Patterns>,
    exclude: Patterns,
}

#[derive(Debug, Default)]
struct Patterns {
    steps: GlobSet,
    paths: GlobSet,
}

impl Filter {
    /// # Errors
    /// `InvalidInput` about `include` or `exclude` for a pattern that is none.
    pub(super) fn of(include: &[String], exclude: &[String]) -> Result<Self> {
        let include = match include {
            [] => None,
            some => Some(Patterns::of(some, "include")?),
        };
        Ok(Self {
            include,
            exclude: Patterns::of(exclude, "exclude")?,
        })
    }

    /// Whether a file or folder is meant, by its path relative to the folder.
    pub(super) fn takes(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let included = self.include.as_ref().is_none_or(|some| some.fit(path));
        included && !self.exclude.fit(path)
    }
}

impl Patterns {
    fn of(patterns: &[String], field: &str) -> Result<Self> {
        let (mut steps, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let wrong = |error: &globset::Error, pattern: &str| {
            Error::invalid(
                field,
                format!("“{pattern}” is not a pattern: {}.", error.kind()),
            )
            .next("Write it like *.tmp, drafts or week-1/**.")
        };
        for pattern in patterns {
            // As names are spelled: a folder's ends with nothing.
            let spelled = name::nfc(pattern.trim_end_matches('/'));
            let glob = GlobBuilder::new(spelled.trim_start_matches('/'))
                .literal_separator(true)
                .build()
                .map_err(|error| wrong(&error, pattern))?;
            if spelled.contains('/') {
                paths.add(glob);
            } else {
                steps.add(glob);
            }
        }
        let built = |builder: GlobSetBuilder| builder.build().map_err(|error| wrong(&error, ""));
        Ok(Self {
            steps: built(steps)?,
            paths: built(paths)?,
        })
    }

    fn fit(&self, path: &str) -> bool {
        let path = name::nfc(path);
        if path.split('/').any(|step| self.steps.is_match(step)) {
            return true;
        }
        let folders = path.match_indices('/').map(|(slash, _)| &path[..slash]);
        !self.paths.is_empty()
            && folders
                .chain([path.as_str()])
                .any(|above| self.paths.is_match(above))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::Code;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |patterns: &[&str]| -> Vec<String> {
            patterns.iter().map(|pattern| (*pattern).into()).collect()
        };
        Filter::of(&owned(include), &owned(exclude)).unwrap()
    }

    #[test]
    fn without_patterns_everything_is_meant() {
        assert!(filter(&[], &[]).takes("a/b.txt"));
    }

    #[test]
    fn a_pattern_without_a_slash_fits_at_any_depth_and_all_below() {
        let filter = filter(&[], &["*.tmp", "drafts/"]);

        for path in [
            "a.tmp",
            "w/a.tmp",
            "drafts/a.txt",
            "w/drafts/x/a.txt",
            "w/drafts/",
        ] {
            assert!(!filter.takes(path), "{path}");
        }
        for path in ["a.txt", "a.tmp.txt", "my drafts/a.txt"] {
            assert!(filter.takes(path), "{path}");
        }
    }

    #[test]
    fn a_pattern_with_a_slash_fits_from_the_top() {
        let filter = filter(&[], &["week-1/*.pdf", "/old", "**/x/y"]);

        for path in ["week-1/a.pdf", "old/a", "x/y", "a/b/x/y/z"] {
            assert!(!filter.takes(path), "{path}");
        }
        for path in ["w/week-1/a.pdf", "week-1/b/a.pdf", "w/old/a", "x/z"] {
            assert!(filter.takes(path), "{path}");
        }
    }

    #[test]
    fn an_exclude_goes_before_an_include() {
        let filter = filter(&["*.pdf", "slides"], &["secret*"]);

        assert!(filter.takes("w/a.pdf"));
        assert!(filter.takes("slides/a.odp"));
        assert!(!filter.takes("w/a.odp"));
        assert!(!filter.takes("slides/secret.pdf"));
    }

    #[test]
    fn accents_fit_however_they_are_spelled() {
        assert!(!filter(&[], &["U\u{308}bung*"]).takes("\u{dc}bung 1.pdf"));
    }

    #[test]
    fn a_pattern_that_is_none_is_told() {
        let error = Filter::of(&["a[".into()], &[]).unwrap_err();

        assert_eq!(
            (error.code, error.subject.as_deref()),
            (Code::InvalidInput, Some("include"))
        );
        assert!(error.message.contains("a["), "{}", error.message);
    }
}
