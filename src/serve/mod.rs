//! The web server: the routes of page, calls and streams, from start to shutdown.

mod calls;
mod downloads;
mod events;
mod query;
mod upload;

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leptos::prelude::{LeptosOptions, get_configuration, provide_context};
use leptos_axum::{LeptosRoutes, file_and_error_handler_with_context, generate_route_list};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::api::{ApiError, ErrorCode};
use crate::server::{Guard, Server, guard};
use crate::ui::{App, shell};

/// What handlers reach.
#[derive(Clone, FromRef)]
struct Site {
    options: LeptosOptions,
    server: Arc<Server>,
    guard: Guard,
    /// Cancelled when the server ends: open streams would keep it for ever.
    ended: CancellationToken,
}

/// How long answers may take to finish when the server ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// Serves `server` on `listener` until `shutdown` resolves. `configuration` is the file
/// that Leptos reads its own section from.
///
/// # Errors
/// Where the listener's address is not one of this machine alone, or the socket fails.
pub async fn run(
    listener: TcpListener,
    server: Arc<Server>,
    configuration: &Path,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let ended = CancellationToken::new();
    let site = Site {
        options: options(configuration, address, &server.config.home)?,
        guard: guard(address).map_err(anyhow::Error::msg)?,
        ended: ended.clone(),
        server,
    };
    let serving = axum::serve(listener, router(site))
        .with_graceful_shutdown({
            let ended = ended.clone();
            async move {
                shutdown.await;
                ended.cancel();
            }
        })
        .into_future();
    tokio::select! {
        served = serving => served.context("the server's socket failed"),
        () = async {
            ended.cancelled().await;
            tokio::time::sleep(FAREWELL).await;
        } => Ok(()),
    }
}

fn router(site: Site) -> Router {
    let routes = generate_route_list(App);
    let context = {
        let server = Arc::clone(&site.server);
        move || provide_context(Arc::clone(&server))
    };
    let page = {
        let options = site.options.clone();
        move || shell(options.clone())
    };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/events", get(events::all))
        .route("/events/{channel}", get(events::one))
        .leptos_routes_with_context(&site, routes, context.clone(), page)
        .layer(middleware::from_fn(calls::shape))
        .route(
            "/api/upload_csv",
            post(upload::upload_csv).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/export", get(downloads::points))
        .route("/api/log_file", get(downloads::log))
        .route("/api/sample", get(downloads::sample))
        .route("/api/synthetic_rows", get(downloads::synthetic_rows))
        .route("/api/{*rest}", axum::routing::any(calls::unknown))
        .fallback(file_and_error_handler_with_context::<Site, _>(
            context, shell,
        ))
        .layer(middleware::from_fn_with_state(site.clone(), keep_out))
        .with_state(site)
}

/// Refuses what another site sends, before anything is read of it.
async fn keep_out(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.check(request.headers(), request.uri()) {
        Ok(()) => next.run(request).await,
        Err(why) => calls::refusal(ApiError::new(ErrorCode::Forbidden, why)).into_response(),
    }
}

/// Leptos' own options, with a site folder that is there wherever the server was started.
fn options(
    configuration: &Path,
    address: SocketAddr,
    home: &Path,
) -> anyhow::Result<LeptosOptions> {
    let text = std::fs::read_to_string(configuration).unwrap_or_default();
    let mut options = if text
        .lines()
        .any(|line| line.starts_with("[package.metadata.leptos]"))
    {
        let path = configuration
            .to_str()
            .context("the path of the configuration is not UTF-8")?;
        get_configuration(Some(path))
            .with_context(|| {
                format!("{path}: the section [package.metadata.leptos] cannot be used")
            })?
            .leptos_options
    } else {
        LeptosOptions::builder().output_name("nashboard").build()
    };
    options.site_addr = address;
    options.site_root = site_root(&options.site_root, home).to_string_lossy().into();
    Ok(options)
}

/// The site folder: below the configuration's folder, or beside the program's own.
fn site_root(named: &str, home: &Path) -> PathBuf {
    let beside_program = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.parent()?.join("site")));
    [Some(home.join(named)), beside_program]
        .into_iter()
        .flatten()
        .find(|folder| folder.join("pkg").is_dir())
        .unwrap_or_else(|| PathBuf::from(named))
}
