//! What lets the browser take the page over: where its code lies, and the script that begins with it.

use crate::api::at;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos_meta::Link;

/// Fetches and compiles while the document is still being read and laid out, which takes as long; only then
/// the page is complete and can be taken over.
const BEGIN: &str = "\
const complete = new Promise((go) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', go, { once: true });
  else go();
});
const page = await import('CODE.js');
await page.default({ module_or_path: 'CODE.wasm' });
await complete;
page.hydrate();
";

/// For the head of the document.
#[component]
pub fn Start(options: LeptosOptions) -> impl IntoView {
    let folder = at(&format!("/{}", options.site_pkg_dir));
    let code = format!("{folder}/{}", options.output_name);
    #[cfg(feature = "ssr")]
    provide_context(parts::Parts::of(&options));
    view! {
        <link rel="modulepreload" href=format!("{code}.js") crossorigin="anonymous" />
        <link rel="preload" href=format!("{code}.wasm") r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" r#async=true nonce=use_nonce() inner_html=BEGIN.replace("CODE", &code)></script>
    }
}

#[cfg(feature = "ssr")]
pub use parts::announce;

/// The files that the code of pages is in, apart from the rest.
#[cfg(feature = "ssr")]
mod parts {
    use super::*;
    use std::collections::HashMap;
    use std::path::Path;
    use std::sync::{Arc, OnceLock};

    /// What `cargo leptos --split` says of them.
    const MANIFEST: &str = "__wasm_split_manifest.json";
    const LOADER: &str = "__wasm_split.______________________.js";

    #[derive(Clone)]
    pub struct Parts {
        folder: String,
        /// Names of files by the name of the page, which a number of the build follows. None where the
        /// program is in one piece.
        files: Arc<HashMap<String, Vec<String>>>,
    }

    impl Parts {
        pub fn of(options: &LeptosOptions) -> Self {
            // They are those of the program that runs.
            static FILES: OnceLock<Arc<HashMap<String, Vec<String>>>> = OnceLock::new();
            let path = Path::new(&*options.site_root)
                .join(&*options.site_pkg_dir)
                .join(MANIFEST);
            let read = || {
                let text = std::fs::read(path).unwrap_or_default();
                Arc::new(serde_json::from_slice(&text).unwrap_or_default())
            };
            Self {
                folder: at(&format!("/{}", options.site_pkg_dir)),
                files: Arc::clone(FILES.get_or_init(read)),
            }
        }
    }

    /// Tells the browser in the head of the document which files hold the code of `page`, so that it fetches
    /// them together with the rest; without, it learns of them when the rest is running.
    pub fn announce(page: &str) {
        let Some(Parts { folder, files }) = use_context() else {
            return;
        };
        let number = |name: &str| -> Option<u64> {
            name.strip_prefix(page)?.strip_prefix('_')?.parse().ok()
        };
        let Some((_, files)) = files.iter().find(|(name, _)| number(name).is_some()) else {
            return;
        };
        // They go to the head by being rendered; there is nothing to put in the page.
        for file in files {
            let href = format!("{folder}/{file}.wasm");
            let _ = view! { <Link rel="preload" href as_="fetch" type_="application/wasm" crossorigin="anonymous" /> }
                .to_html();
        }
        let href = format!("{folder}/{LOADER}");
        let _ = view! { <Link rel="modulepreload" href crossorigin="anonymous" /> }.to_html();
    }
}
