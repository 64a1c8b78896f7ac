//! `undo` of a move made through a saved connection.

use crate::bench::Bench;

#[test]
fn a_move_through_a_saved_connection_is_listed_and_taken_back() {
    let bench = Bench::practice();
    bench.connect("lab");
    bench.write("week/a.txt", "one");
    bench.write("week/b.txt", "two");
    bench.run(&["put", "week", "lab:"]).done();

    let moved = bench.run(&["mv", "--json", "lab:week/", "lab:old"]).done();
    let id = moved.object()["move_id"].as_str().unwrap().to_owned();
    let listed = bench.run(&["undo", "--json"]).done().object();
    assert_eq!(listed["move_id"], *id);
    assert_eq!(
        (&listed["name"], &listed["target"], &listed["files"]),
        (&"week".into(), &"old".into(), &2.into())
    );

    let back = bench.run(&["undo", "--json", &id]).done().object();

    assert_eq!(back["done"], 2);
    bench.run(&["get", "lab:week/a.txt", "got"]).done();
    assert_eq!(bench.read("got"), "one");
    let listed = bench.run(&["undo", "--json"]).done().object();
    assert_eq!(listed["can_undo"], false);
    bench.run(&["undo", &id]).ended(1);
}

#[test]
fn without_a_record_no_way_back_is_told() {
    let bench = Bench::practice();
    bench.put("a.txt", "1");

    let ran = bench.env(&["mv", "--json", &bench.s3("a.txt"), &bench.s3("b.txt")]);

    assert_eq!(ran.done().object()["move_id"], serde_json::Value::Null);
}
