//! The provider's own widget, the public npm package as it is, shows the books of the fixtures.
//!
//! `widget/show.mjs` opens it in a page that jsdom runs. That needs Node, npm and npm's registry;
//! where one of them is out of reach the test says so on standard error and holds nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

const FILES: [&str; 3] = ["package.json", "package-lock.json", "show.mjs"];
const INSTALLING: Duration = Duration::from_mins(3);
const SHOWING: Duration = Duration::from_mins(4);

/// The oldest Node.js that `widget/package.json` asks for.
const OLDEST_NODE: u32 = 20;

const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const API_KEY: &str = "sandbox-api-key";
const BUSINESS: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

/// Paid by one payment, which is matched with a bank transaction.
const PAID: &str = "INV-0009";
const PAID_ID: &str = "5e90c3cc-2f66-6d72-aaaa-000000000009";

/// A bank transaction of the same amount, from the same customer, waits to be matched.
const UNPAID: &str = "INV-0042";

/// What npm says of a registry that is out of reach. Any other failure of npm is one of ours.
const OUT_OF_REACH: &[&str] = &[
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTCACHED",
    "ENOTFOUND",
    "ERR_SOCKET_TIMEOUT",
    "ETIMEDOUT",
];

#[tokio::test]
async fn the_providers_widget_shows_the_invoices_and_their_payments() {
    let Some(seen) = opened().await else { return };
    landing_and_list(&seen);
    paid_invoice(&seen["invoice"]);
    payment_through_the_widget(&seen);

    let refused = |call: &&Value| call["status"].as_u64().unwrap() >= 400;
    let refused: Vec<&Value> = items(&seen["calls"]).filter(refused).collect();
    assert!(refused.is_empty(), "calls of the widget that were refused: {refused:#?}");
    assert_eq!(seen["complaints"], serde_json::json!([]), "what the page had to say");
    let preflight = items(&seen["calls"]).any(|call| call["method"] == "OPTIONS");
    assert!(preflight, "the widget's page is of another origin, so its calls are asked for first");
}

fn landing_and_list(seen: &Value) {
    let landing = text(&seen["landing"]["text"]);
    assert!(landing.contains("The Crown & Anchor £6,820.00 Overdue 90+ Days"), "{landing}");

    let heading = text(&seen["list"][0]["text"]);
    assert!(heading.contains("All (36) Unpaid (13) Paid (21)"), "{heading}");
    let pages = items(&seen["list"]).flat_map(|page| items(&page["rows"]));
    assert_eq!(pages.count(), 36, "every invoice of the fixtures");
    let inv_0042 = row(&seen["list"][0], UNPAID);
    assert!(inv_0042[0].ends_with("Crown & Anchor Pub Company Ltd"), "{inv_0042:?}");
    assert_eq!(inv_0042[2..6], ["Mar 15, 2024", "Apr 14, 2024", "£4,500.00", "£4,500.00"]);
    assert!(inv_0042[6].starts_with("Overdue "), "{inv_0042:?}");
    assert_eq!(row(&seen["list"][1], PAID)[4..7], ["£120.00", "£0.00", "Paid"]);
}

fn paid_invoice(page: &Value) {
    let address = text(&page["address"]);
    assert!(address.ends_with(&format!("/accounts-receivable/invoices/{PAID_ID}")), "{address}");
    let all = text(&page["text"]);
    assert!(all.contains("Customer Harbour Street Bottle Shop"), "{all}");
    assert!(all.contains("Total allocated £120.00"), "{all}");
    // The widget names and unlinks only a payment that is matched with a bank transaction.
    let expected =
        ["Oct 25, 2023", "PAY-2023-0010", "bank_transfer", "£120.00", "Unlink bank transaction"];
    assert_eq!(only_row(page), expected);
}

fn payment_through_the_widget(seen: &Value) {
    assert_eq!(row(&seen["listAfter"], UNPAID)[4..7], ["£4,500.00", "£0.00", "Paid"]);
    let page = &seen["invoiceAfter"];
    assert!(text(&page["text"]).contains("Total allocated £4,500.00"), "{page}");
    let expected = [
        "Mar 20, 2024",
        "FPS-20240320-123456",
        "bank_transfer",
        "£4,500.00",
        "Unlink bank transaction",
    ];
    assert_eq!(only_row(page), expected);
}

/// What the widget showed of a fresh sandbox; nothing where it cannot be had.
async fn opened() -> Option<Value> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("widget");
    fs::create_dir_all(&folder).unwrap();
    // Another run of this test would install under the feet of this one.
    let alone = File::create(folder.join("lock")).unwrap();
    alone.lock().unwrap();
    if let Err(reason) = install(&folder).await {
        // Not through `eprintln!`: the test passes, and what it prints would be kept from the reader.
        let skipped = format!("\n!!! SKIPPED: the provider's widget was NOT run: {reason}\n\n");
        io::stderr().write_all(skipped.as_bytes()).unwrap();
        return None;
    }
    let sandbox = sandbook::Sandbox::start(sandbook::Config::default()).unwrap();
    let url = sandbox.url();
    let arguments = ["show.mjs", &url, PARTNER, API_KEY, BUSINESS, PAID, UNPAID];
    let ran = run(&folder, "node", &arguments, SHOWING).await;
    let ran = ran.unwrap_or_else(|missing| panic!("{missing}"));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

/// Installs exactly what the lock file names, or tells why that cannot be had here.
async fn install(folder: &Path) -> Result<(), String> {
    let ours: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "widget"].iter().collect();
    for file in FILES {
        fs::copy(ours.join(file), folder.join(file)).unwrap();
    }
    let node = run(folder, "node", &["--version"], INSTALLING).await?;
    let version = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().unwrap_or_default();
    if !major.parse().is_ok_and(|major: u32| major >= OLDEST_NODE) {
        return Err(format!("it needs Node.js {OLDEST_NODE} or newer, and this is {version:?}"));
    }
    let arguments = [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        "--fetch-timeout=30000",
    ];
    let ran = run(folder, "npm", &arguments, INSTALLING).await?;
    if ran.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let out_of_reach = OUT_OF_REACH.iter().find(|code| said.contains(*code));
    let code = out_of_reach.unwrap_or_else(|| panic!("npm cannot install the widget: {said}"));
    Err(format!("npm's registry is out of reach ({code})"))
}

/// Runs a program to its end, or tells that it is missing or takes too long; then it is killed.
async fn run(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    limit: Duration,
) -> Result<Output, String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    // The widget writes dates and amounts as the place of its reader does.
    command.env("TZ", "UTC").env("LC_ALL", "en_GB.UTF-8");
    match timeout(limit, command.output()).await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("{program} is not on this machine"))
        }
        Ok(Err(error)) => panic!("{program} cannot be run: {error}"),
        Err(_) => Err(format!("{program} took more than {} seconds", limit.as_secs())),
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

/// The texts of the row of the list that has this number.
fn row<'a>(page: &'a Value, number: &str) -> Vec<&'a str> {
    let row = items(&page["rows"]).find(|row| row[1] == number);
    items(row.unwrap_or_else(|| panic!("no {number} in {page:#}"))).map(text).collect()
}

/// The texts of the one row that a page has.
fn only_row(page: &Value) -> Vec<&str> {
    let [row] = items(&page["rows"]).collect::<Vec<_>>()[..] else { panic!("{page:#}") };
    items(row).map(text).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
