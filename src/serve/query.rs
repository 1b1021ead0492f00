//! What the URL of a request asks for, refused in the form of every other error.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::calls::{Refusal, refusal};
use crate::api::{ApiError, ErrorCode};

/// The part of a URL behind `?`, as a `T`.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(error) => Err(refusal(ApiError::new(
                ErrorCode::BadRequest,
                format!("The address cannot be used: {}.", error.body_text()),
            ))),
        }
    }
}
