//! Magic values: what a text in a request's body may ask of the sandbox, for clients that cannot
//! add a header (BEHAVIOUR 8). The tables only: who reads the text is elsewhere.

/// What a magic value begins with. After it come words with values, separated by commas.
pub const PREFIX: &str = "sandbox:";

/// One word of a magic value; `Prefer` knows the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// A magic value that has it.
    pub example: &'static str,
    /// What it asks for.
    pub meaning: &'static str,
}

/// Every word.
pub const WORDS: [Word; 3] = [
    Word {
        name: "code",
        example: "sandbox:code=422",
        meaning: "answer this documented status, and leave the books alone",
    },
    Word {
        name: "example",
        example: "sandbox:example=NAME",
        meaning: "answer the example of this name from the document, and leave the books alone",
    },
    Word {
        name: "delay",
        example: "sandbox:delay=250ms",
        meaning: "wait so long first, in s or ms, at most 60s; then the call goes its way, with this text as it stands",
    },
];

/// Where magic values of one provider are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The provider.
    pub provider: &'static str,
    /// Fields of a request's body, with dots between the steps.
    pub fields: &'static [&'static str],
}

/// Every place.
pub const PLACES: [Places; 2] = [
    Places { provider: "thredfi", fields: &["payment_reference", "references.payment_reference"] },
    Places { provider: "dayzero", fields: &["transaction_id"] },
];
