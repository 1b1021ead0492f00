//! The web server: the routes of page, calls and streams, from start to shutdown.

mod apart;
mod below;
mod calls;
mod door;
mod downloads;
mod events;
mod headers;
mod heap;
mod leftover;
mod listen;
mod pass;
mod patient;
mod query;
mod upload;

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware;
use axum::routing::{get, post};
use leptos::prelude::{IntoView, LeptosOptions, get_configuration, provide_context, use_context};
use leptos_axum::{
    LeptosRoutes, ResponseOptions, file_and_error_handler_with_context, generate_route_list,
};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use self::door::Door;
pub use self::heap::share as share_heaps;
use crate::api::{WhenMissing, live_below};
use crate::server::{Access, Limits, Places, Role, Server};
use crate::ui::{App, OnlyLooks, shell};

/// What handlers reach.
#[derive(Clone, FromRef)]
struct Site {
    options: LeptosOptions,
    server: Arc<Server>,
    limits: Limits,
    door: Arc<Door>,
    streams: Places,
    downloads: downloads::Doors,
}

/// How long answers may take to finish when the server ends.
const FAREWELL: Duration = Duration::from_secs(3);

/// Serves `server` on `listener` until `shutdown` resolves. `configuration` is the file
/// that Leptos reads its own section from. Where other machines reach the address, they
/// have to show a token that `access` knows.
///
/// # Errors
/// Where the socket has no address, or the configuration cannot be used.
pub async fn run(
    listener: TcpListener,
    server: Arc<Server>,
    configuration: &Path,
    access: Option<Access>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let ended = CancellationToken::new();
    let limits = server.config.limits.clone();
    let site = Site {
        options: options(configuration, address, &server.config.home)?,
        door: Arc::new(Door::new(address, &server.config, access)),
        streams: Places::new(limits.streams_per_client),
        downloads: downloads::Doors(Arc::new(Semaphore::new(limits.downloads))),
        limits: limits.clone(),
        server: Arc::clone(&server),
    };
    let root = &server.config.access.path;
    live_below(root);
    let router = below::below(root, router(site));
    let serving = listen::serve(listener, router, &limits, ended.clone());
    let ending = async {
        shutdown.await;
        ended.cancel();
        // Open streams would keep it for ever.
        server.journal.end_streams();
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = serving => {}
        () = ending => {}
    }
    Ok(())
}

fn router(site: Site) -> Router {
    let routes = generate_route_list(App);
    let context = {
        let server = Arc::clone(&site.server);
        move || {
            provide_context(Arc::clone(&server));
            if let Some(response) = use_context::<ResponseOptions>() {
                provide_context(WhenMissing(Arc::new(move || {
                    response.set_status(StatusCode::NOT_FOUND);
                })));
            }
            let request = use_context::<Parts>();
            if request.is_some_and(|parts| parts.extensions.get() == Some(&Role::Viewer)) {
                provide_context(OnlyLooks);
            }
        }
    };
    let page = {
        let options = site.options.clone();
        move || guarded_shell(options.clone())
    };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/events", get(events::all))
        .route("/events/{channel}", get(events::one))
        .leptos_routes_with_context(&site, routes, context.clone(), page)
        .layer(middleware::from_fn_with_state(
            site.limits.clone(),
            calls::shape,
        ))
        .merge(uploads(Arc::clone(&site.server)))
        .route("/api/export", get(downloads::points))
        .route("/api/log_file", get(downloads::log))
        .route("/api/sample", get(downloads::sample))
        .route("/api/synthetic_rows", get(downloads::synthetic_rows))
        .route("/api/{*rest}", axum::routing::any(calls::unknown))
        .method_not_allowed_fallback(calls::wrong_method)
        .fallback(file_and_error_handler_with_context::<Site, _>(
            context,
            guarded_shell,
        ))
        .layer(middleware::from_fn(apart::apart))
        .layer(middleware::from_fn_with_state(
            site.limits.clone(),
            leftover::take_in,
        ))
        // Outermost: of a stranger nothing is taken in.
        .layer(middleware::from_fn_with_state(
            Arc::clone(&site.door),
            door::open,
        ))
        .with_state(site)
}

/// The route that takes files in, which bounds what it reads by itself.
pub fn uploads<S: Clone + Send + Sync + 'static>(server: Arc<Server>) -> Router<S> {
    let route = post(upload::upload_csv).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/api/upload_csv", route)
        .with_state(server)
}

/// The page, which tells the browser on its way what it may do.
fn guarded_shell(options: LeptosOptions) -> impl IntoView {
    headers::allow_own_scripts();
    shell(options)
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
    let site = site_root(&options.site_root, home);
    if !site.join("pkg").is_dir() {
        tracing::warn!(folder = %site.display(), "the files of the page are not there: it has neither style nor life; build them with make build, or name their folder by LEPTOS_SITE_ROOT");
    }
    options.site_root = site.to_string_lossy().into();
    Ok(options)
}

/// The site folder: the one that the environment names, the one below the configuration's folder, or the one
/// beside the program's own.
fn site_root(named: &str, home: &Path) -> PathBuf {
    let by_environment = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
    let beside_program = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.parent()?.join("site")));
    [by_environment, Some(home.join(named)), beside_program]
        .into_iter()
        .flatten()
        .find(|folder| folder.join("pkg").is_dir())
        .unwrap_or_else(|| PathBuf::from(named))
}
