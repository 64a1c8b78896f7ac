#![allow(clippy::unwrap_used)]

use std::path::{Component, Path};

use proptest::prelude::*;

use super::*;

const SYSTEMS: [System; 3] = [System::Windows, System::MacOs, System::Linux];

fn paths(system: System, names: &[&str]) -> Vec<String> {
    local_names(system, names)
        .into_iter()
        .map(|name| name.path)
        .collect()
}

#[test]
fn a_plain_name_stays_as_it_is() {
    for system in SYSTEMS {
        let placed = local_names(system, &["Week 1/Einführung.pdf", "a b.txt"]);
        assert_eq!(placed[0].path, "Week 1/Einführung.pdf");
        assert!(placed.iter().all(|name| !name.renamed));
    }
}

#[test]
fn no_name_leads_out_of_the_folder() {
    for system in SYSTEMS {
        let placed = paths(
            system,
            &["../../etc/passwd", "/etc/passwd", "a/../../b", "..", "a//b"],
        );
        assert_eq!(
            placed,
            ["_/_/etc/passwd", "etc/passwd", "a/_/_/b", "_ (2)", "a/b"]
        );
    }
}

#[test]
fn what_windows_would_take_for_another_place_is_replaced() {
    assert_eq!(
        paths(
            System::Windows,
            &["C:\\Windows\\x", "a:stream", "..\\..\\b", "\\\\host\\x"]
        ),
        ["C__Windows_x", "a_stream", ".._.._b", "__host_x"]
    );
}

#[test]
fn device_names_of_windows_are_no_devices() {
    assert_eq!(
        paths(
            System::Windows,
            &[
                "NUL",
                "con.txt",
                "COM1 .log",
                "lpt¹",
                "aux/x",
                "console.txt"
            ]
        ),
        [
            "NUL_",
            "con_.txt",
            "COM1_.log",
            "lpt¹_",
            "aux_/x",
            "console.txt"
        ]
    );
    assert_eq!(paths(System::Linux, &["NUL"]), ["NUL"]);
}

#[test]
fn dots_and_spaces_at_the_end_go_on_windows() {
    assert_eq!(
        paths(System::Windows, &["notes. ", "...", "week. /a"]),
        ["notes", "_", "week/a"]
    );
}

#[test]
fn control_characters_are_replaced_everywhere() {
    for system in SYSTEMS {
        assert_eq!(paths(system, &["a\nb\u{7}.txt"]), ["a_b_.txt"]);
    }
}

#[test]
fn names_that_differ_in_case_are_both_kept() {
    let names = ["Notes.txt", "notes.txt", "NOTES.TXT"];
    for system in [System::Windows, System::MacOs] {
        let placed = local_names(system, &names);
        assert_eq!(placed[0].path, "Notes.txt");
        assert_eq!(placed[1].path, "notes (2).txt");
        assert_eq!(placed[2].path, "NOTES (3).TXT");
        assert!(!placed[0].renamed && placed[1].renamed && placed[2].renamed);
    }
    assert_eq!(paths(System::Linux, &names), names);
}

#[test]
fn names_that_differ_in_composition_are_both_kept() {
    let names = ["e\u{301}.txt", "\u{e9}.txt"];
    for system in [System::Windows, System::MacOs] {
        assert_eq!(paths(system, &names)[1], "\u{e9} (2).txt");
    }
    assert_eq!(paths(System::Linux, &names), names);
}

#[test]
fn a_folder_and_a_file_of_one_name_are_both_kept() {
    for system in SYSTEMS {
        assert_eq!(
            paths(system, &["a", "a/b", "c", "c/"]),
            ["a (2)", "a/b", "c (2)", "c"]
        );
    }
}

#[test]
fn a_name_that_is_its_own_does_not_give_way_to_a_made_one() {
    assert_eq!(
        paths(System::Windows, &["a?.txt", "a_.txt"]),
        ["a_ (2).txt", "a_.txt"]
    );
}

#[test]
fn a_long_name_keeps_its_extension() {
    let name = format!("{}.pdf", "é".repeat(300));
    for system in SYSTEMS {
        let placed = paths(system, &[&name]);
        assert!(placed[0].ends_with("é.pdf"));
        assert!(placed[0].len() <= 512);
    }
}

proptest! {
    #[test]
    fn every_place_is_inside_and_no_two_are_one_file(
        names in prop::collection::vec("[aAbé./\\\\: \u{301}\n]{1,6}|\\PC{1,8}", 1..12),
    ) {
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        for system in SYSTEMS {
            let mut files = HashSet::new();
            for (name, placed) in names.iter().zip(local_names(system, &names)) {
                let steps = Path::new(&placed.path).components();
                prop_assert!(steps.into_iter().all(|step| matches!(step, Component::Normal(_))));
                if !is_folder(name) {
                    prop_assert!(!placed.path.is_empty());
                    prop_assert!(files.insert(system.identity(&placed.path)));
                }
            }
        }
    }

    #[test]
    fn every_step_is_one_that_the_system_holds(name in "\\PC{1,300}") {
        for system in SYSTEMS {
            let placed = &local_names(system, &[&name])[0];
            for step in placed.path.split('/').filter(|step| !step.is_empty()) {
                prop_assert!(system.length(step) <= system.max_length());
                prop_assert!(!step.chars().any(|c| system.is_forbidden(c)));
            }
        }
    }
}
