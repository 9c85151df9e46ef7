//! What the program does beside serving: it asks a running server.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// A command about a running server.
fn ask(program: &Program, arguments: &[&str]) -> (Option<i32>, String, String) {
    let port = program.port.to_string();
    ended(sandbook(&[&["--port", &port], arguments].concat()))
}

/// A path that nothing has yet, in the build's own folder.
fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _was_not_there = fs::remove_dir_all(&path);
    path
}

#[test]
fn coverage_is_a_line_and_status_1_below_the_minimum() {
    let program = Program::start(&[]);
    assert_eq!(program.token(PARTNER, API_KEY).0, 200);
    let (status, said, problem) = ask(&program, &["coverage"]);
    assert_eq!((status, problem.as_str()), (Some(0), ""));
    assert!(said.starts_with("sandbook coverage: 0.") && said.lines().count() == 1, "{said}");
    let (status, said, problem) = ask(&program, &["coverage", "--min", "80"]);
    assert!(status == Some(1) && said.starts_with("sandbook coverage: "), "{said}");
    assert!(problem.contains("--min asks for 80 %") && problem.lines().count() == 1, "{problem}");
    assert_eq!(ask(&program, &["coverage", "--min", "0.1"]).0, Some(0));
    // Of the one operation that was called.
    assert_eq!(ask(&program, &["coverage", "--min", "20", "--called"]).0, Some(0));
    // Where nothing was called, nothing is covered.
    let (status, _, problem) =
        ask(&program, &["coverage", "--provider", "dayzero", "--called", "--min", "1"]);
    assert!(status == Some(1) && problem.contains("nothing to cover"), "{problem}");
    let (status, _, problem) = ask(&program, &["coverage", "--provider", "xero"]);
    assert!(status == Some(2) && problem.contains("thredfi, dayzero"), "{problem}");
    let (status, _, problem) = ask(&program, &["coverage", "--min", "101"]);
    assert!(status == Some(2) && problem.contains("from 0 to 100"), "{problem}");
}

#[test]
fn coverage_comes_in_files_for_ci() {
    let program = Program::start(&[]);
    for (format, begins) in
        [("json", "{"), ("html", "<!"), ("junit", "<?xml"), ("text", "sandbook")]
    {
        let file = scratch(&format!("coverage.{format}"));
        let path = file.to_str().unwrap();
        let arguments = ["coverage", "--format", format, "--output", path];
        let (status, said, problem) = ask(&program, &arguments);
        assert_eq!((status, problem.as_str()), (Some(0), ""), "{format}");
        assert!(said.starts_with("sandbook coverage: "), "{said}");
        let written = fs::read_to_string(&file).unwrap();
        assert!(written.starts_with(begins), "{format}: {written:.100}");
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn a_world_goes_into_a_folder_and_comes_back_with_fixtures_or_import() {
    let program = Program::start(&[]);
    let (_, token) = program.token(PARTNER, API_KEY);
    let bearer = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\n",
        token["access_token"].as_str().unwrap()
    );
    let body = format!(r#"{{"customer_id": "{CUSTOMER}", "total_amount_cents": 5}}"#);
    assert_eq!(program.ask(&format!("POST {PAYMENTS}"), &bearer, &body).0, 201);
    let (one, two, three) = (scratch("one"), scratch("two"), scratch("three"));
    let export = |program: &Program, folder: &PathBuf| {
        let (status, said, problem) = ask(program, &["export", folder.to_str().unwrap()]);
        assert_eq!((status, problem.as_str()), (Some(0), ""));
        assert!(said.starts_with("7 files in "), "{said}");
    };
    export(&program, &one);
    // A folder that holds something is left alone.
    let (status, _, problem) = ask(&program, &["export", one.to_str().unwrap()]);
    assert!(status == Some(1) && problem.contains("is not empty"), "{problem}");
    let started = Program::start(&["--fixtures", one.to_str().unwrap()]);
    export(&started, &two);
    let fresh = Program::start(&[]);
    let imported = ask(&fresh, &["import", one.to_str().unwrap()]);
    assert_eq!(imported, (Some(0), String::new(), String::new()));
    export(&fresh, &three);
    for folder in [&two, &three] {
        for (name, text) in files(&one) {
            let again = fs::read_to_string(folder.join(&name)).unwrap();
            assert_eq!(text, again, "{name}");
        }
    }
    let (status, _, problem) = ask(&fresh, &["import", "nowhere"]);
    assert!(status == Some(1) && problem.contains("nowhere"), "{problem}");
}

/// The files of a folder of fixtures, by their names in it.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in ["partners.json".to_owned(), "world.json".to_owned()] {
        found.push((name.clone(), fs::read_to_string(folder.join(&name)).unwrap()));
    }
    for entry in fs::read_dir(folder.join("books")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("books/{}", path.file_name().unwrap().to_str().unwrap());
        found.push((name, fs::read_to_string(&path).unwrap()));
    }
    found
}

#[test]
fn a_command_shows_the_control_token_and_says_where_nobody_listens() {
    let program = Program::start(&["--control-token", "s3cret"]);
    let (status, _, problem) = ask(&program, &["coverage"]);
    assert!(
        status == Some(1) && problem.contains("401") && problem.contains("--control-token"),
        "{problem}"
    );
    assert_eq!(ask(&program, &["--control-token", "s3cret", "coverage"]).0, Some(0));
    assert_eq!(ask(&program, &["health"]).0, Some(0));
    let (status, _, problem) = ended(sandbook(&["--port", "1", "coverage"]));
    assert!(status == Some(1) && problem.contains("localhost:1"), "{problem}");
}
