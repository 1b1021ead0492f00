//! The one form of an error over HTTP: `{"error":{"code":"…","message":"…"}}`.

use std::fmt;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    pub error: ErrorBody,
}

/// The inside of an [`ApiError`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorBody {
    pub code: ErrorCode,
    /// One sentence: what was wrong and what to do.
    pub message: String,
}

/// The kinds of errors; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the request cannot be read.
    BadRequest,
    /// 401: from another machine, and without a token that is known.
    Unauthorized,
    /// 403: the request comes from another site, or its token is one for looking only.
    Forbidden,
    /// 404: there is nothing of this id.
    NotFound,
    /// 405: not by this method.
    NotAllowed,
    /// 409: it does not fit the present state.
    Conflict,
    /// 413: more than the limit.
    TooLarge,
    /// 415: not a kind of file that can be read.
    Unsupported,
    /// 422: readable, but not usable.
    Invalid,
    /// 408: the request did not come to its end.
    TooSlow,
    /// 429: more than the limit at once; `Retry-After` says when to try again.
    TooMany,
    /// 500: our fault.
    Internal,
    /// The answer never came: only in the browser.
    Unreachable,
}

impl ErrorCode {
    /// The HTTP status of this kind of error.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::NotAllowed => 405,
            Self::TooSlow => 408,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Unsupported => 415,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unreachable => 503,
        }
    }
}

impl ApiError {
    /// An error of kind `code`, said in one sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            error: ErrorBody {
                code,
                message: message.into(),
            },
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.message)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(what)
            | ServerFnErrorErr::MissingArg(what)
            | ServerFnErrorErr::Deserialization(what) => Self::new(
                ErrorCode::Invalid,
                format!("The request cannot be used: {what}."),
            ),
            ServerFnErrorErr::Request(_) => Self::new(
                ErrorCode::Unreachable,
                "The server does not answer; is it still running?",
            ),
            other => Self::new(ErrorCode::Internal, other.to_string()),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::server::ServerError> for ApiError {
    fn from(error: crate::server::ServerError) -> Self {
        use crate::server::ServerError as E;
        let code = match error {
            E::NotFound(_) => ErrorCode::NotFound,
            E::Conflict(_) => ErrorCode::Conflict,
            E::Invalid(_) => ErrorCode::Invalid,
            E::Data(error) => return error.into(),
            E::Config(_) | E::Index(_) | E::Closed(_) | E::Disk(_) => ErrorCode::Internal,
        };
        if code == ErrorCode::Internal {
            tracing::error!(%error, "a call failed");
        }
        Self::new(code, error.to_string())
    }
}

#[cfg(feature = "ssr")]
impl From<crate::server::data::DataError> for ApiError {
    fn from(error: crate::server::data::DataError) -> Self {
        use crate::server::data::DataError as E;
        let code = match error {
            E::NotFound => ErrorCode::NotFound,
            E::Exists { .. } | E::NotUploaded { .. } => ErrorCode::Conflict,
            E::TooLarge { .. } => ErrorCode::TooLarge,
            E::NotCsv { .. } => ErrorCode::Unsupported,
            E::Empty | E::Unreadable { .. } | E::Unusable { .. } => ErrorCode::Invalid,
            E::Io { .. } => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}
