/// Every operation of the document, sorted by path, then method.
pub fn operations<P: BooksApi + ShelfCareApi>() -> Vec<Operation> {
    Vec::from([
        Operation {
            id: "clear_shelf",
            tag: "Shelf Care",
            method: "DELETE",
            path: "/v1/{shelf_id}/",
            source: "",
            security: &[],
            statuses: &[204u16, 404u16],
            run: |cx, input| Ok(P::clear_shelf(cx, decode(input)?)?.into_reply()),
            refuse: <ClearShelfReply as Refuses>::refuse,
        },
        Operation {
            id: "print_shelf",
            tag: "Books",
            method: "GET",
            path: "/v1/{shelf_id}/",
            source: "",
            security: &[],
            statuses: &[200u16],
            run: |cx, input| Ok(P::print_shelf(cx, decode(input)?)?.into_reply()),
            refuse: <PrintShelfReply as Refuses>::refuse,
        },
        Operation {
            id: "list_books",
            tag: "Books",
            method: "GET",
            path: "/v1/{shelf_id}/books/",
            source: "",
            security: &[],
            statuses: &[200u16],
            run: |cx, input| Ok(P::list_books(cx, decode(input)?)?.into_reply()),
            refuse: <ListBooksReply as Refuses>::refuse,
        },
        Operation {
            id: "addBook_v1__shelf_id__books__post",
            tag: "Books",
            method: "POST",
            path: "/v1/{shelf_id}/books/",
            source: "ours",
            security: &[],
            statuses: &[200u16, 201u16, 400u16, 404u16],
            run: |cx, input| Ok(P::add_book(cx, decode(input)?)?.into_reply()),
            refuse: <AddBookReply as Refuses>::refuse,
        },
    ])
}
/// The operations of the tag `Books`.
pub trait BooksApi {
    /// `GET /v1/{shelf_id}/`
    fn print_shelf(
        cx: &mut Cx<'_>,
        request: PrintShelfRequest,
    ) -> Result<PrintShelfReply, Failure>;
    /// `GET /v1/{shelf_id}/books/`: List books
    fn list_books(
        cx: &mut Cx<'_>,
        request: ListBooksRequest,
    ) -> Result<ListBooksReply, Failure>;
    /// `POST /v1/{shelf_id}/books/`: Add a book
    fn add_book(
        cx: &mut Cx<'_>,
        request: AddBookRequest,
    ) -> Result<AddBookReply, Failure>;
}
/// The operations of the tag `Shelf Care`.
pub trait ShelfCareApi {
    /// `DELETE /v1/{shelf_id}/`
    fn clear_shelf(
        cx: &mut Cx<'_>,
        request: ClearShelfRequest,
    ) -> Result<ClearShelfReply, Failure>;
}
/// What `DELETE /v1/{shelf_id}/` is sent.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct ClearShelfRequest {
    /// `shelf_id`
    pub shelf_id: ::uuid::Uuid,
}
/// What `DELETE /v1/{shelf_id}/` may answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ClearShelfReply {
    /// 204 The shelf is empty
    NoContent,
    /// 404 No such shelf
    NotFound(types::Error),
}
impl ClearShelfReply {
    /// The documented refusals, ascending.
    pub const REFUSALS: &'static [u16] = &[404u16];
    /// The reply as bytes and status.
    pub fn into_reply(self) -> Reply {
        match self {
            Self::NoContent => Reply::empty(204u16),
            Self::NotFound(body) => Reply::json(404u16, &body),
        }
    }
}
impl Says<204u16> for ClearShelfReply {
    type Body = ();
    fn say((): Self::Body) -> Self {
        Self::NoContent
    }
}
impl Says<404u16> for ClearShelfReply {
    type Body = types::Error;
    fn say(body: Self::Body) -> Self {
        Self::NotFound(body)
    }
}
/// What `GET /v1/{shelf_id}/` is sent.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct PrintShelfRequest {
    /// `shelf_id`
    pub shelf_id: ::uuid::Uuid,
}
/// What `GET /v1/{shelf_id}/` may answer.
#[derive(Debug, Clone, PartialEq)]
pub enum PrintShelfReply {
    /// 200 The titles, a line each
    Ok(String),
}
impl PrintShelfReply {
    /// The documented refusals, ascending.
    pub const REFUSALS: &'static [u16] = &[];
    /// The reply as bytes and status.
    pub fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::text(200u16, "text/plain", body),
        }
    }
}
impl Says<200u16> for PrintShelfReply {
    type Body = String;
    fn say(body: Self::Body) -> Self {
        Self::Ok(body)
    }
}
/// What `GET /v1/{shelf_id}/books/` is sent.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct ListBooksRequest {
    /// `shelf_id`
    pub shelf_id: ::uuid::Uuid,
    /// `page`
    #[serde(default)]
    pub page: Option<i64>,
    /// `type`
    #[serde(rename = "type", default)]
    pub type_: Option<String>,
    /// `bought_after`
    #[serde(default)]
    pub bought_after: Option<::chrono::NaiveDate>,
}
/// What `GET /v1/{shelf_id}/books/` may answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ListBooksReply {
    /// 200 A page of books
    Ok(types::BookList),
}
impl ListBooksReply {
    /// The documented refusals, ascending.
    pub const REFUSALS: &'static [u16] = &[];
    /// The reply as bytes and status.
    pub fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200u16, &body),
        }
    }
}
impl Says<200u16> for ListBooksReply {
    type Body = types::BookList;
    fn say(body: Self::Body) -> Self {
        Self::Ok(body)
    }
}
/// What `POST /v1/{shelf_id}/books/` is sent.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct AddBookRequest {
    /// `shelf_id`
    pub shelf_id: ::uuid::Uuid,
    /// A key of the caller's \[own\](choice).
    #[serde(rename = "Idempotency-Key", default)]
    pub idempotency_key: Option<String>,
    /// The body.
    pub body: types::BookRequest,
}
/// What `POST /v1/{shelf_id}/books/` may answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AddBookReply {
    /// 200 The same book again
    Ok(types::Book),
    /// 201 The book
    Created(types::Book),
    /// 400 Something is wrong
    BadRequest(types::FieldErrors),
    /// 404 No such shelf
    NotFound(types::Error),
}
impl AddBookReply {
    /// The documented refusals, ascending.
    pub const REFUSALS: &'static [u16] = &[400u16, 404u16];
    /// The reply as bytes and status.
    pub fn into_reply(self) -> Reply {
        match self {
            Self::Ok(body) => Reply::json(200u16, &body),
            Self::Created(body) => Reply::json(201u16, &body),
            Self::BadRequest(body) => Reply::json(400u16, &body),
            Self::NotFound(body) => Reply::json(404u16, &body),
        }
    }
}
impl Says<200u16> for AddBookReply {
    type Body = types::Book;
    fn say(body: Self::Body) -> Self {
        Self::Ok(body)
    }
}
impl Says<201u16> for AddBookReply {
    type Body = types::Book;
    fn say(body: Self::Body) -> Self {
        Self::Created(body)
    }
}
impl Says<400u16> for AddBookReply {
    type Body = types::FieldErrors;
    fn say(body: Self::Body) -> Self {
        Self::BadRequest(body)
    }
}
impl Says<404u16> for AddBookReply {
    type Body = types::Error;
    fn say(body: Self::Body) -> Self {
        Self::NotFound(body)
    }
}
