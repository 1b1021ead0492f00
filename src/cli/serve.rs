//! `nashboard serve`: the dashboard, from its address to its end.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use nashboard::serve;
use nashboard::server::{Access, Fresh, Guard, Server};

use super::{ServeArgs, configuration};

/// Open files that the server asks for: more than it takes connections by default, with room for runs and the index.
const FILES_MOST: u64 = 16_384;

/// Serves until it is told to end.
pub fn serve(args: ServeArgs) -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .init();
    let (file, config) = configuration(args.config, args.data, args.runs)?;
    allow_files();
    serve::share_heaps();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Rendering goes as deep as a page is nested.
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.addr).await.with_context(|| {
            format!("cannot listen on {}; name another address with --addr, or --addr 127.0.0.1:0 for a free port", args.addr)
        })?;
        let address = listener.local_addr()?;
        let is_open = Guard::new(address, &config.access.hosts).is_open();
        let (runs, root) = (config.runs.clone(), config.access.path.clone());
        let server = tokio::task::spawn_blocking(|| Server::open(config)).await??;
        let (access, fresh) = match is_open {
            true => Access::open(&runs).map(|(access, fresh)| (Some(access), fresh))?,
            false => (None, None),
        };
        greet(address, &root, access.is_some().then_some(&runs), fresh)?;
        serve::run(listener, server, &file, access, told_to_end()).await
    })?;
    // Threads that follow runs wait for them; they hold nothing that must be closed.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// Says that the server is ready, and where. Tokens that were made just now are shown with
/// it, and never again; `runs` has those that are known where they are asked for.
fn greet(
    address: SocketAddr,
    root: &str,
    runs: Option<&PathBuf>,
    fresh: Option<Fresh>,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let url = format!("http://{}{root}", reachable(address));
    match (fresh, runs) {
        (Some(fresh), _) => {
            writeln!(out, "Nashboard is ready: {url}/?token={}", fresh.operator)?;
            writeln!(
                out,
                "For those who only look: {url}/?token={}\n\
                 These are shown this once; whoever has the first can start processes.",
                fresh.viewer
            )?;
        }
        (None, Some(runs)) => {
            let file = Access::file(runs);
            writeln!(out, "Nashboard is ready: {url}")?;
            writeln!(
                out,
                "It takes the tokens that were shown when they were made; delete {} to have new ones.",
                file.display()
            )?;
        }
        (None, None) => writeln!(out, "Nashboard is ready: {url}")?,
    }
    out.flush()
}

/// `address` as others can call it: of all addresses, the one of the way out.
fn reachable(address: SocketAddr) -> SocketAddr {
    let (any, elsewhere) = match address {
        SocketAddr::V4(_) => ("0.0.0.0:0", "192.0.2.1:9"),
        SocketAddr::V6(_) => ("[::]:0", "[2001:db8::1]:9"),
    };
    if !address.ip().is_unspecified() {
        return address;
    }
    // Nothing is sent: the system only says from where it would be.
    let found = std::net::UdpSocket::bind(any)
        .and_then(|socket| socket.connect(elsewhere).and_then(|()| socket.local_addr()));
    let loopback: std::net::IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    let ip = found.map_or(loopback, |found| found.ip());
    SocketAddr::new(ip, address.port())
}

/// Raises the limit of open files as far as the system lets this user: each connection is one, and the usual 1024 are soon
/// used up.
fn allow_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        let wanted = hard.min(FILES_MOST).max(soft);
        setrlimit(Resource::RLIMIT_NOFILE, wanted, hard)
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// Resolves when the terminal or the system tells the server to end. Runs go on.
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
