//! What the server can be told, read once from arguments and environment. No defaults elsewhere.

use std::path::PathBuf;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, ValueEnum};

use crate::domain::BillPaymentStatus;
use crate::state::{DEVELOPMENT_SECRET, RateLimit};

/// Everything that the server can be told.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Config {
    /// Where to listen: a name or an address. `localhost` is IPv4 and IPv6.
    #[arg(long, global = true, env = "SANDBOOK_HOST", default_value = "localhost")]
    pub host: String,

    /// The port to listen on; 0 picks a free one.
    #[arg(long, global = true, env = "SANDBOOK_PORT", default_value_t = 8000)]
    pub port: u16,

    /// A folder of starting books, instead of those that the program carries.
    #[arg(long, env = "SANDBOOK_FIXTURES", value_name = "DIR")]
    pub fixtures: Option<PathBuf>,

    /// The secret that signs Thredfi's tokens. The default is public: tokens outlive a restart.
    #[arg(long, env = "SANDBOOK_JWT_SECRET", default_value = DEVELOPMENT_SECRET, hide_default_value = true, hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub jwt_secret: String,

    /// What a new bill payment starts as.
    #[arg(long, env = "SANDBOOK_BILL_PAYMENT_STATUS", value_enum, default_value_t = StartingStatus::Completed)]
    pub bill_payment_status: StartingStatus,

    /// How many worlds are kept; beyond it the least recently used one goes.
    #[arg(long, env = "SANDBOOK_MAX_WORLDS", default_value_t = 10_000, value_parser = at_least_one)]
    pub max_worlds: usize,

    /// What ids are made from: the same seed and the same calls give the same ids.
    #[arg(long, env = "SANDBOOK_SEED", default_value_t = 0)]
    pub seed: u64,

    /// How many calls each caller may make, such as 100/s, 600/m or 5/h: more are answered 429. No
    /// limit without it.
    #[arg(long, env = "SANDBOOK_RATE_LIMIT", value_name = "CALLS/UNIT", value_parser = RateLimit::parse)]
    pub rate_limit: Option<RateLimit>,

    /// How many calls the journal of one world keeps; 0 keeps none.
    #[arg(long, env = "SANDBOOK_JOURNAL_ENTRIES", value_name = "CALLS", default_value_t = 1000)]
    pub journal_entries: usize,

    /// How many bytes the journals of all worlds keep together; one world at most a quarter of it.
    #[arg(long, env = "SANDBOOK_JOURNAL_BYTES", value_name = "BYTES", default_value_t = 64 * 1024 * 1024)]
    pub journal_bytes: usize,

    /// Hold every answer to its document: count and log what breaks it, or also answer 500 instead
    /// (`--check-replies=fail`).
    #[arg(long, env = "SANDBOOK_CHECK_REPLIES", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "log")]
    pub check_replies: Option<CheckReplies>,

    /// Refuse credentials that the fixtures do not have, instead of giving each a world of its own.
    #[arg(long, env = "SANDBOOK_NO_AUTO_WORLDS", value_parser = BoolishValueParser::new())]
    pub no_auto_worlds: bool,

    /// Let anybody who reaches the server use `/_sandbox`, not only this machine.
    #[arg(long, env = "SANDBOOK_OPEN_CONTROL", value_parser = BoolishValueParser::new())]
    pub open_control: bool,

    /// The token that `/_sandbox` asks for, as `Authorization: Bearer TOKEN`, wherever the call
    /// comes from.
    #[arg(long, global = true, env = "SANDBOOK_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub control_token: Option<String>,
}

/// What a new bill payment starts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StartingStatus {
    /// Still to be processed, failed or cancelled.
    Pending,
    /// Done.
    #[default]
    Completed,
}

/// What becomes of an answer that breaks its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckReplies {
    /// It is counted and logged, and goes out.
    Log,
    /// It is counted and logged, and a 500 goes out instead that says what is wrong with it.
    Fail,
}

impl From<StartingStatus> for BillPaymentStatus {
    fn from(status: StartingStatus) -> Self {
        match status {
            StartingStatus::Pending => Self::Pending,
            StartingStatus::Completed => Self::Completed,
        }
    }
}

impl Default for Config {
    /// What the options are when none is given.
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: 8000,
            fixtures: None,
            jwt_secret: DEVELOPMENT_SECRET.to_owned(),
            bill_payment_status: StartingStatus::Completed,
            max_worlds: 10_000,
            seed: 0,
            rate_limit: None,
            journal_entries: 1000,
            journal_bytes: 64 * 1024 * 1024,
            check_replies: None,
            no_auto_worlds: false,
            open_control: false,
            control_token: None,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("there must be at least 1 world".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}: a number of worlds, from 1")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn no_option_gives_the_defaults() {
        assert_eq!(Only::parse_from(["sandbook"]).config, Config::default());
    }

    #[test]
    fn replies_are_checked_where_it_is_said_and_logged_unless_said_otherwise() {
        let checked = |arguments: &[&str]| {
            let arguments = [&["sandbook"], arguments].concat();
            Only::try_parse_from(arguments).map(|only| only.config.check_replies).ok()
        };
        assert_eq!(checked(&[]), Some(None));
        assert_eq!(checked(&["--check-replies"]), Some(Some(CheckReplies::Log)));
        assert_eq!(checked(&["--check-replies=log"]), Some(Some(CheckReplies::Log)));
        assert_eq!(checked(&["--check-replies=fail"]), Some(Some(CheckReplies::Fail)));
        assert_eq!(checked(&["--check-replies=never"]), None);
    }

    #[test]
    fn a_limit_of_calls_is_read() {
        let limited = Only::parse_from(["sandbook", "--rate-limit", "5/h"]).config.rate_limit;
        assert_eq!(limited, RateLimit::parse("5/h").ok());
        assert!(limited.is_some());
    }
}
