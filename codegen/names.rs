//! What things of the document are called in Rust. No shapes, no tokens.

use heck::{ToPascalCase, ToSnakeCase};

use super::Fault;

/// A JSON pointer step below `pointer`.
pub(super) fn below(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// The short snake-case name of an operation. `FastAPI` builds its ids as name, path and method; what
/// it appended goes, as nobody would call a method that.
pub(super) fn operation(id: &str, path: &str, method: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '_' };
    let appended: String = path.chars().map(word).chain(['_']).chain(method.chars()).collect();
    let short = id.strip_suffix(&appended).filter(|short| !short.is_empty()).unwrap_or(id);
    identifier(short)
}

/// A field or method name: snake case, never a keyword.
pub(super) fn identifier(name: &str) -> String {
    legal(name.to_snake_case(), "x")
}

/// A type name, as typify makes it from a component's name.
pub(super) fn type_name(name: &str) -> String {
    let words = name.replace('\'', "").replace(|c: char| !c.is_alphanumeric() && c != '_', "-");
    legal(words.to_pascal_case(), "X")
}

/// The name of the trait that holds the operations of a tag.
pub(super) fn trait_name(tag: &str) -> String {
    format!("{}Api", type_name(tag))
}

/// The variant of a status in a reply: its reason phrase in Pascal case.
///
/// # Errors
/// A status that HTTP does not know.
pub(super) fn reason(status: u16, pointer: &str) -> Result<&'static str, Fault> {
    REASONS.iter().find(|(known, _)| *known == status).map(|(_, reason)| *reason).ok_or_else(|| {
        Fault::new(
            pointer,
            format!("the status {status} has no reason phrase, and so no name in the reply"),
        )
    })
}

fn legal(name: String, prefix: &str) -> String {
    let name = match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        Some(_) | None => format!("{prefix}{name}"),
    };
    if syn::parse_str::<syn::Ident>(&name).is_ok() { name } else { format!("{name}_") }
}

const REASONS: &[(u16, &str)] = &[
    (200, "Ok"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "NonAuthoritativeInformation"),
    (204, "NoContent"),
    (205, "ResetContent"),
    (206, "PartialContent"),
    (207, "MultiStatus"),
    (301, "MovedPermanently"),
    (302, "Found"),
    (303, "SeeOther"),
    (304, "NotModified"),
    (307, "TemporaryRedirect"),
    (308, "PermanentRedirect"),
    (400, "BadRequest"),
    (401, "Unauthorized"),
    (402, "PaymentRequired"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (406, "NotAcceptable"),
    (407, "ProxyAuthenticationRequired"),
    (408, "RequestTimeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "LengthRequired"),
    (412, "PreconditionFailed"),
    (413, "ContentTooLarge"),
    (414, "UriTooLong"),
    (415, "UnsupportedMediaType"),
    (416, "RangeNotSatisfiable"),
    (417, "ExpectationFailed"),
    (418, "ImATeapot"),
    (421, "MisdirectedRequest"),
    (422, "UnprocessableEntity"),
    (423, "Locked"),
    (424, "FailedDependency"),
    (425, "TooEarly"),
    (426, "UpgradeRequired"),
    (428, "PreconditionRequired"),
    (429, "TooManyRequests"),
    (431, "RequestHeaderFieldsTooLarge"),
    (451, "UnavailableForLegalReasons"),
    (500, "InternalServerError"),
    (501, "NotImplemented"),
    (502, "BadGateway"),
    (503, "ServiceUnavailable"),
    (504, "GatewayTimeout"),
    (507, "InsufficientStorage"),
];
