//! Any body as an upload: it is refused, or lands in the upload folder under a plain name; nothing else is left.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use nashboard::server::{Config, Server};
use tower::ServiceExt;

struct Site {
    folder: tempfile::TempDir,
    router: axum::Router,
    runtime: tokio::runtime::Runtime,
}

static SITE: LazyLock<Site> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("Leptos.toml");
    std::fs::write(&file, "[limits]\nupload_bytes = 4096\n").expect("a configuration");
    let config = Config::load(&file, true, None, None).expect("a configuration");
    let server: Arc<Server> = Server::open(config).expect("a server");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    Site {
        router: nashboard::serve::uploads(server),
        folder,
        runtime,
    }
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = body
        .chunks(usize::from(*choice) + 1)
        .map(|piece| Ok(piece.to_vec()))
        .collect();
    let request = Request::post("/api/upload_csv")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from_stream(futures_util::stream::iter(pieces)))
        .expect("a request");
    let router = SITE.router.clone();
    // Spawned, since the handler moves to a thread that may block.
    let task = SITE.runtime.spawn(router.oneshot(request));
    let answer = SITE
        .runtime
        .block_on(task)
        .expect("no panic")
        .expect("an answer");
    let status = answer.status();
    assert!(
        status == StatusCode::OK || status.is_client_error(),
        "{status}"
    );
    let uploads = SITE.folder.path().join("data/uploads");
    let files = below(&SITE.folder.path().join("data"));
    assert_eq!(
        files.len(),
        usize::from(status == StatusCode::OK),
        "{files:?}"
    );
    for file in files {
        assert_eq!(file.parent(), Some(uploads.as_path()));
        assert!(
            file.extension()
                .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
        );
        std::fs::remove_file(file).expect("removed");
    }
});

/// Every file below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            true => found.extend(below(&path)),
            false => found.push(path),
        }
    }
    found
}
