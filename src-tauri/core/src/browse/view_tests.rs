#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::browse::arrangement::Arrangements;
use crate::browse::{FileType, Span};

fn view(rows: impl IntoIterator<Item = NewRow>) -> View {
    let mut view = View::new(
        "c/".into(),
        Depth::Folder,
        NameOrder::of_language(None, false),
        HashMap::new(),
    );
    view.take_in(rows).unwrap();
    view
}

fn file(name: &str, size: u64) -> NewRow {
    NewRow::File {
        name: name.into(),
        size,
        modified: Some(1),
        storage_class: None,
    }
}

fn folder(name: &str) -> NewRow {
    NewRow::Folder { name: name.into() }
}

fn names(view: &View) -> Vec<String> {
    view.rows(0, MOST_ROWS)
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect()
}

fn selected_names(view: &View) -> Vec<String> {
    view.rows(0, MOST_ROWS)
        .rows
        .into_iter()
        .filter(|row| row.selected)
        .map(|row| row.name)
        .collect()
}

fn item_at(view: &View, at: u32) -> Option<Item> {
    let id = view.rows(at, 1).rows.first()?.id;
    let listing = view.listing;
    view.item(RowHandle { listing, id })
}

fn arrange(view: &mut View, sort: Sort, text: &str) {
    view.arrange(sort, Query::text(text), &Arrangements::default().next());
}

fn choose(view: &mut View, change: &Select) {
    view.select(view.generation, change);
}

const BY_SIZE: Sort = Sort {
    column: Column::Size,
    descending: true,
};

#[test]
fn a_folder_and_a_file_of_one_name_are_two_rows() {
    let view = view([file("a", 3), folder("a")]);

    assert_eq!(names(&view), ["a", "a"]);
    assert_eq!(
        item_at(&view, 0),
        Some(Item::Folder {
            prefix: "c/a/".into()
        })
    );
    assert_eq!(
        item_at(&view, 1),
        Some(Item::Object {
            key: "c/a".into(),
            size: 3
        })
    );
}

#[test]
fn a_folder_without_a_name_can_be_opened() {
    let view = view([folder("")]);

    assert_eq!(
        item_at(&view, 0),
        Some(Item::Folder {
            prefix: "c//".into()
        })
    );
}

#[test]
fn the_selection_stays_with_its_rows_through_sort_and_filter() {
    let mut view = view([file("a", 1), file("b", 2), file("c", 3)]);
    choose(&mut view, &Select::Only { from: 0, to: 0 });

    arrange(&mut view, BY_SIZE, "");
    assert_eq!(names(&view), ["c", "b", "a"]);
    assert_eq!(selected_names(&view), ["a"]);

    arrange(&mut view, BY_SIZE, "b");
    assert_eq!(selected_names(&view), Vec::<String>::new());
    assert_eq!(view.state().selection.first.as_deref(), Some("a"));

    arrange(&mut view, BY_SIZE, "");
    assert_eq!(selected_names(&view), ["a"]);
}

#[test]
fn selecting_all_under_a_filter_takes_only_what_is_seen() {
    let mut view = view([file("one", 1), file("two", 2), file("stone", 4)]);
    let sort = view.sort;
    arrange(&mut view, sort, "one");

    choose(&mut view, &Select::All);

    let state = view.state();
    assert_eq!((state.count, state.total), (2, 3));
    assert_eq!((state.selection.count, state.selection.bytes), (2, 5));
}

#[test]
fn a_refresh_keeps_order_filter_and_the_selection_of_what_is_still_there() {
    let mut old = view([file("a", 1), file("b", 2), folder("b"), file("c", 3)]);
    arrange(&mut old, BY_SIZE, "");
    choose(&mut old, &Select::All);
    let before = old.generation;

    let mut fresh = view([file("0", 9), file("b", 5), file("c", 3)]);
    fresh.succeed(&old);

    assert_eq!(names(&fresh), ["0", "b", "c"]);
    assert_eq!(selected_names(&fresh), ["b", "c"]);
    assert_eq!(fresh.state().selection.bytes, 8);
    assert!(fresh.generation > before);
}

#[test]
fn rows_that_arrive_take_their_places_and_change_the_generation() {
    let mut view = view([file("b", 1)]);
    let before = view.state();

    view.take_in([file("a", 1), folder("z")]).unwrap();

    assert_eq!(names(&view), ["z", "a", "b"]);
    assert_ne!(view.state().generation, before.generation);
}

#[test]
fn a_new_link_shows_in_its_row() {
    let mut view = view([file("a", 1), file("b", 1)]);

    assert!(view.share("b", 70));
    assert!(!view.share("missing", 70));

    assert_eq!(view.rows(1, 1).rows[0].shared_until, Some(70));
}

#[test]
fn type_ahead_wraps_and_overlooks_case_and_accents() {
    let view = view([file("Alpha", 1), file("\u{e9}tude", 1), file("zeta", 1)]);

    assert_eq!(view.find("E", 0), Some(1));
    assert_eq!(view.find("a", 1), Some(0));
    assert_eq!(view.find("q", 0), None);
    assert_eq!(view.find("z", 99), Some(2));
}

#[test]
fn a_window_beyond_the_end_is_empty() {
    let view = view([file("a", 1)]);

    assert!(view.rows(7, 10).rows.is_empty());
    assert_eq!(view.rows(0, u32::MAX).rows.len(), 1);
    let none = RowHandle { listing: 0, id: 7 };
    assert_eq!(view.item(none), None);
}

#[test]
fn selecting_a_million_rows_takes_no_noticeable_time() {
    let mut view = view((0..1_000_000).map(|n| file(&format!("f{n:07}"), 2)));

    let begun = Instant::now();
    choose(&mut view, &Select::All);
    let took = begun.elapsed();

    assert_eq!(view.state().selection.bytes, 2_000_000);
    // Milliseconds, when built with optimisation; this is for a build without,
    // on a machine that is busy with other tests.
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[derive(Debug, Clone)]
enum Move {
    Arrange(Sort, String),
    Select(Select),
    Grow(Vec<(String, bool, u64)>),
}

fn a_move() -> impl Strategy<Value = Move> {
    let column = prop::sample::select(vec![Column::Name, Column::Size, Column::Type]);
    let sort = (column, any::<bool>()).prop_map(|(column, descending)| Sort { column, descending });
    let select = prop_oneof![
        (0u32..8, 0u32..8).prop_map(|(from, to)| Select::Only { from, to }),
        (0u32..8, 0u32..8).prop_map(|(from, to)| Select::Add { from, to }),
        (0u32..8).prop_map(|at| Select::Toggle { at }),
        Just(Select::All),
        Just(Select::Nothing),
    ];
    prop_oneof![
        (sort, "[ab1]{0,1}").prop_map(|(sort, filter)| Move::Arrange(sort, filter)),
        select.prop_map(Move::Select),
        prop::collection::vec(("[abAB12]{1,3}", any::<bool>(), 0u64..4), 0..5).prop_map(Move::Grow),
    ]
}

proptest! {
    /// Beside a plain vector of rows, each with a flag.
    #[test]
    fn a_view_behaves_as_a_plain_list_of_rows(moves in prop::collection::vec(a_move(), 0..24)) {
        let mut view = view([]);
        let mut model: Vec<(Row, bool)> = Vec::new();
        let mut taken = HashSet::new();
        for step in moves {
            match step {
                Move::Arrange(sort, filter) => arrange(&mut view, sort, &filter),
                Move::Grow(rows) => {
                    for (name, is_folder, size) in rows {
                        if taken.insert((name.clone(), is_folder)) {
                            view.take_in([if is_folder { folder(&name) } else { file(&name, size) }]).unwrap();
                            let row = view.row(view.table.len() - 1);
                            model.push((row, false));
                        }
                    }
                }
                Move::Select(change) => {
                    let shown = seen(&view, &model);
                    let mut mark = |at: u32, set: fn(&mut bool)| {
                        if let Some(index) = shown.get(at as usize) {
                            set(&mut model[*index].1);
                        }
                    };
                    match &change {
                        Select::Add { from, to } => (*from.min(to)..=*from.max(to)).for_each(|at| mark(at, |on| *on = true)),
                        Select::Toggle { at } => mark(*at, |on| *on = !*on),
                        Select::All => (0..999).for_each(|at| mark(at, |on| *on = true)),
                        Select::Nothing => model.iter_mut().for_each(|(_, on)| *on = false),
                        Select::Only { from, to } => {
                            model.iter_mut().for_each(|(_, on)| *on = false);
                            for at in *from.min(to)..=*from.max(to) {
                                if let Some(index) = shown.get(at as usize) {
                                    model[*index].1 = true;
                                }
                            }
                        }
                    }
                    choose(&mut view, &change);
                }
            }
            let expected: Vec<Row> = seen(&view, &model)
                .into_iter()
                .map(|index| Row { selected: model[index].1, ..model[index].0.clone() })
                .collect();
            let rows = view.rows(0, MOST_ROWS).rows.into_iter();
            let rows: Vec<Row> = rows.map(|row| Row { matches: Vec::new(), ..row }).collect();
            prop_assert_eq!(rows, expected);
            let chosen = model.iter().filter(|(_, on)| *on);
            prop_assert_eq!(view.state().selection.bytes, chosen.clone().filter_map(|(row, _)| row.size).sum::<u64>());
            prop_assert_eq!(view.selected().len(), chosen.count());
        }
    }
}

/// Which rows of the model are on show, in order: by plain sorting and filtering.
fn seen(view: &View, model: &[(Row, bool)]) -> Vec<usize> {
    let sort = view.sort;
    let mut shown: Vec<usize> = (0..model.len())
        .filter(|index| {
            model[*index]
                .0
                .name
                .to_lowercase()
                .contains(&view.query.text.to_lowercase())
        })
        .collect();
    shown.sort_by(|a, b| {
        let (x, y) = (&model[*a].0, &model[*b].0);
        let by_name = view.names.compare(&x.name, &y.name);
        let by_column = match sort.column {
            Column::Name => by_name,
            Column::Size => x.size.cmp(&y.size),
            _ => (x.file_type, &x.extension).cmp(&(y.file_type, &y.extension)),
        };
        let by_column = if sort.descending {
            by_column.reverse()
        } else {
            by_column
        };
        y.is_folder.cmp(&x.is_folder).then(by_column).then(by_name)
    });
    shown
}

#[test]
fn a_click_made_before_rows_moved_takes_the_row_that_was_clicked() {
    let mut view = view([file("b", 1), file("d", 2)]);
    let seen = view.generation;
    view.take_in([file("a", 1), file("c", 1)]).unwrap();

    view.select(seen, &Select::Only { from: 1, to: 1 });

    assert_eq!(selected_names(&view), ["d"]);
}

#[test]
fn a_click_on_rows_of_an_earlier_listing_takes_none() {
    let mut old = view([file("a", 1), file("b", 2)]);
    let seen = old.generation;
    let handle = RowHandle {
        listing: old.listing,
        id: 0,
    };
    let mut fresh = view([file("0", 1), file("a", 1)]);
    fresh.succeed(&old);
    old = fresh;

    old.select(seen, &Select::Only { from: 0, to: 0 });

    assert_eq!(old.state().selection.count, 0);
    assert_eq!(old.item(handle), None);
}

#[test]
fn an_arrangement_that_was_overtaken_changes_nothing() {
    let mut view = view([file("a", 1), file("b", 2)]);
    let arrangements = Arrangements::default();
    let (first, second) = (arrangements.next(), arrangements.next());

    view.arrange(BY_SIZE, Query::text("a"), &first);
    assert_eq!(names(&view), ["a", "b"]);

    view.arrange(BY_SIZE, Query::text("b"), &second);
    assert_eq!(names(&view), ["b"]);
}

#[test]
fn a_view_of_everything_shows_names_with_their_folders() {
    let names = NameOrder::of_language(None, false);
    let mut view = View::new("c/".into(), Depth::All, names, HashMap::new());
    view.take_in([file("top.txt", 1), file("week 1/day/notes.txt", 2)])
        .unwrap();

    let rows = view.rows(0, 9).rows;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.folder.as_deref().unwrap_or("?"), row.name.as_str()))
        .collect();

    assert_eq!(seen, [("", "top.txt"), ("week 1/day", "notes.txt")]);
    assert_eq!(
        item_at(&view, 1),
        Some(Item::Object {
            key: "c/week 1/day/notes.txt".into(),
            size: 2
        })
    );
    assert_eq!(view.position("week 1/day/notes.txt", false), Some(1));
}

#[test]
fn only_files_with_the_properties_asked_for_are_shown() {
    let mut view = view([
        file("a.pdf", 10),
        file("b.pdf", 500),
        file("c.txt", 500),
        folder("pdf"),
    ]);
    let query = Query {
        types: vec![FileType::Pdf],
        size: Span {
            from: Some(100),
            to: None,
        },
        ..Query::text("PDF")
    };

    let sort = view.sort;
    view.arrange(sort, query, &Arrangements::default().next());

    assert_eq!(names(&view), ["b.pdf"]);
}
