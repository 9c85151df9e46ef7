//! What a program says: lines and Markdown tables, printed as they come, and at the end put into a
//! page where it asks for them.

use std::fmt::Write;
use std::path::Path;

/// The text of a run, as far as it has come.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
    widths: Vec<usize>,
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the figures are what it is for")]
    pub(crate) fn say(&mut self, line: &str) {
        println!("{line}");
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Begins a table. Each column is as wide as its head is written, spaces included.
    pub(crate) fn table(&mut self, head: &[&str]) {
        self.widths = head.iter().map(|it| it.chars().count()).collect();
        self.row(head);
        let rule: Vec<String> = self.widths.iter().map(|width| "-".repeat(*width)).collect();
        self.row(&rule);
    }

    /// A row of the table that was begun last.
    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) {
        let mut line = String::from("|");
        for (cell, width) in cells.iter().zip(&self.widths) {
            // The standard library's width counts characters, as the heads were counted.
            let _into_a_string = write!(line, " {:<width$} |", cell.as_ref());
        }
        self.say(&line);
    }

    /// Puts the text between the marks of this name in a page: `<!-- name -->` and
    /// `<!-- end of name -->`.
    pub(crate) fn write(&self, page: &Path, name: &str) -> Result<(), String> {
        let failed = |problem: &dyn std::fmt::Display| format!("{}: {problem}", page.display());
        let old = std::fs::read_to_string(page).map_err(|problem| failed(&problem))?;
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let parts = old.split_once(&begin).and_then(|(before, rest)| {
            let after = &rest[rest.find(&end)?..];
            Some((before, after))
        });
        let (before, after) = parts.ok_or_else(|| failed(&format!("it needs {begin}and {end}")))?;
        let new = format!("{before}{begin}{}{after}", self.text);
        std::fs::write(page, new).map_err(|problem| failed(&problem))
    }
}

/// A count with its thousands apart: `12 345`.
pub(crate) fn grouped(count: f64) -> String {
    let digits = format!("{count:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
