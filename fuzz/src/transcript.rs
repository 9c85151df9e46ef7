//! What was called and answered, said once something is wrong: a finding that can be read is half
//! a test.

use std::cell::RefCell;
use std::panic;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Forgets what was said, as a new input begins.
pub fn begin() {
    LINES.with_borrow_mut(Vec::clear);
}

/// Adds a line.
pub fn note(line: String) {
    LINES.with_borrow_mut(|lines| lines.push(line));
}

/// From now on a panic prints the lines first. To be called once, as a target starts: what the
/// fuzzer does at a panic comes after it.
pub fn on_panic() {
    let then = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        LINES.with_borrow(|lines| {
            for line in lines {
                eprintln!("{line}");
            }
        });
        then(info);
    }));
}
