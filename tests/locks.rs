//! The fuzz targets have a lock file of their own, which nobody looks at until they are to be built.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A test says so what it expects.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn table(file: &str) -> toml::Table {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file);
    text.parse().expect(file)
}

#[test]
fn the_lock_file_of_the_fuzz_targets_knows_all_that_the_program_uses() {
    let manifest = table("Cargo.toml");
    // Those of the browser are not among them.
    let features = manifest["features"]["ssr"].as_array().unwrap().iter();
    let optional = features.filter_map(|feature| feature.as_str()?.strip_prefix("dep:"));
    let always = manifest["dependencies"].as_table().unwrap().iter();
    let always = always.filter(|(_, given)| given.get("optional").is_none());
    let used: BTreeSet<&str> = always
        .map(|(name, _)| name.as_str())
        .chain(optional)
        .collect();
    let lock = table("fuzz/Cargo.lock");
    let packages = lock["package"].as_array().unwrap();
    let own = packages
        .iter()
        .find(|package| package["name"].as_str() == Some("nashboard"))
        .expect("the lock file names the program");
    let known: BTreeSet<&str> = own["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        // A version follows where there are several.
        .filter_map(|name| name.as_str()?.split(' ').next())
        .collect();
    assert_eq!(
        known, used,
        "cargo metadata --manifest-path fuzz/Cargo.toml writes it anew"
    );
}
