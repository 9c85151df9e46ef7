//! Which operations answer 501, from `build.rs`: the one place that says it.

use syn::{Expr, Item, Lit};

/// What a row of the list says where it gives no reason of its own.
const NO_REASON: &str = "nobody has written its behaviour yet";

/// An operation that answers 501.
pub(crate) struct NotSimulated {
    pub(crate) provider: String,
    /// Its operationId.
    pub(crate) id: String,
    pub(crate) reason: String,
}

/// The rows of `NOT_SIMULATED`: provider, operationId and, where there is a third text, the reason.
pub(crate) fn not_simulated() -> Vec<NotSimulated> {
    rows(include_str!("../../../build.rs"))
}

fn rows(build: &str) -> Vec<NotSimulated> {
    let file = syn::parse_file(build).expect("build.rs is Rust");
    let list = file.items.iter().find_map(|item| {
        let Item::Const(item) = item else { return None };
        (item.ident == "NOT_SIMULATED").then_some(&*item.expr)
    });
    let Some(Expr::Reference(list)) = list else { panic!("build.rs has no list NOT_SIMULATED") };
    let Expr::Array(list) = &*list.expr else { panic!("NOT_SIMULATED is no list") };
    let row = |row: &Expr| {
        let Expr::Tuple(row) = row else { panic!("a row of NOT_SIMULATED is no tuple") };
        let mut texts = row.elems.iter().map(|text| {
            let Expr::Lit(text) = text else { panic!("a row of NOT_SIMULATED holds texts") };
            let Lit::Str(text) = &text.lit else { panic!("a row of NOT_SIMULATED holds texts") };
            text.value()
        });
        let (Some(provider), Some(id)) = (texts.next(), texts.next()) else {
            panic!("a row of NOT_SIMULATED names a provider and an operation")
        };
        NotSimulated { provider, id, reason: texts.next().unwrap_or_else(|| NO_REASON.to_owned()) }
    };
    list.elems.iter().map(row).collect()
}

#[test]
fn the_list_is_read_with_its_reasons_and_may_be_empty() {
    let build = r#"const NOT_SIMULATED: &[(&str, &str)] = &[("p", "a"), ("p", "b", "is secret")];"#;
    let read: Vec<_> = rows(build).into_iter().map(|it| (it.provider, it.id, it.reason)).collect();
    let expected = [("p", "a", NO_REASON), ("p", "b", "is secret")];
    assert_eq!(read, expected.map(|(p, id, why)| (p.to_owned(), id.to_owned(), why.to_owned())));
    assert!(rows("const NOT_SIMULATED: &[(&str, &str)] = &[];").is_empty());
}
