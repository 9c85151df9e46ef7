//! Books of any size, as a folder of fixtures: the fastest honest way to so many payments, as they
//! are checked like any others.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::calls::{BUSINESS, CUSTOMER, PARTNER};

/// How many payments each customer has made: as many in small books as in large ones.
const PAYMENTS_OF_A_CUSTOMER: u32 = 50;

/// A folder of fixtures that is there as long as this is held.
pub(crate) struct Books {
    folder: PathBuf,
    pub(crate) payments: u32,
}

impl Books {
    /// One business with so many payments, none of them allocated, over three years.
    pub(crate) fn write(folder: PathBuf, payments: u32) -> Result<Self, String> {
        let books = Self { folder, payments };
        let failed = |problem: io::Error| format!("{}: {problem}", books.folder.display());
        books.make().map_err(failed)?;
        Ok(books)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn make(&self) -> io::Result<()> {
        std::fs::create_dir_all(self.folder.join("books"))?;
        let partners = format!(
            r#"{{"partners":[{{"id":"{PARTNER}","api_key":"sandbox-api-key"}}],"dayzero_tokens":["dz_sandbox_default"]}}"#
        );
        std::fs::write(self.folder.join("partners.json"), partners)?;
        let mut file = BufWriter::new(File::create(self.folder.join("books/large.json"))?);
        write!(
            file,
            r#"{{"business":{{"id":"{BUSINESS}","name":"Large Brewery","owner":"{PARTNER}","base_currency":"GBP"}},"customers":["#
        )?;
        for number in 0..=(self.payments - 1) / PAYMENTS_OF_A_CUSTOMER {
            let comma = if number == 0 { "" } else { "," };
            write!(file, r#"{comma}{{"id":"{}","name":"Customer {number}"}}"#, customer(number))?;
        }
        write!(file, r#"],"payments":["#)?;
        for number in 0..self.payments {
            let comma = if number == 0 { "" } else { ",\n" };
            // The days go by as the payments do; amounts and customers are mixed.
            let day = u64::from(number) * 1080 / u64::from(self.payments);
            let (year, month, day) = (2021 + day / 360, day / 30 % 12 + 1, day % 28 + 1);
            let date = format!("{year}-{month:02}-{day:02}");
            let total = 100 + u64::from(number) * 7919 % 1_000_000;
            let payer = customer(number % ((self.payments - 1) / PAYMENTS_OF_A_CUSTOMER + 1));
            let method = ["bank_transfer", "credit_card", "check", "ach"][number as usize % 4];
            write!(
                file,
                r#"{comma}{{"id":"{ID}{number:08}","customer":"{payer}","total":{total},"date":"{date}","method":"{method}","status":"completed","reference":"PAY-{number:08}","bank_reference":"FPS-{number:08}","note":"Paid by standing order","created_at":"{date}T10:30:00Z"}}"#
            )?;
        }
        write!(file, "]}}")?;
        file.flush()
    }
}

/// What the id of a payment of these books begins with; eight digits follow.
pub(crate) const ID: &str = "7a80c3cc-4a88-4f94-8ccc-0000";

/// The id of a customer by number; the first is whom new payments are of.
pub(crate) fn customer(number: u32) -> String {
    match number {
        0 => CUSTOMER.to_owned(),
        _ => format!("4d90c3cc-1e55-5c61-9999-{number:012}"),
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        let _never_mind = std::fs::remove_dir_all(&self.folder);
    }
}
