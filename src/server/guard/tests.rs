//! Which requests the guard lets pass.

use super::*;
use axum::http::Request;

const OURS: &str = "127.0.0.1:3000";

fn local() -> Guard {
    Guard::new(OURS.parse().unwrap(), &[])
}

fn ask(guard: &Guard, line: &str, headers: &[(&str, &str)]) -> Result<(), Stranger> {
    let (method, uri) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    guard.check(&request.body(()).unwrap().into_parts().0)
}

fn passes(guard: &Guard, host: &str, origin: Option<&str>) -> bool {
    let mut headers = vec![("host", host)];
    headers.extend(origin.map(|origin| ("origin", origin)));
    ask(guard, "GET /", &headers).is_ok()
}

#[test]
fn our_own_names_pass() {
    for host in [OURS, "localhost:3000", "LOCALHOST:3000", "[::1]:3000"] {
        assert!(passes(&local(), host, None), "{host}");
        assert!(
            passes(&local(), host, Some(&format!("http://{host}"))),
            "{host}"
        );
    }
}

#[test]
fn foreign_names_do_not() {
    for host in [
        "evil.example:3000",
        "127.0.0.1.evil.example:3000",
        "127.0.0.1:3001",
        "localhost",
        "10.0.0.1:3000",
        "",
    ] {
        assert!(!passes(&local(), host, None), "{host}");
        let origin = format!("http://{host}");
        assert!(!passes(&local(), "localhost:3000", Some(&origin)), "{host}");
    }
    for origin in [
        "null",
        "https://localhost:3000",
        "http://localhost:3000.evil",
        "http://127.0.0.1:3000",
        "",
    ] {
        assert!(
            !passes(&local(), "localhost:3000", Some(origin)),
            "{origin}"
        );
    }
}

#[test]
fn every_place_that_states_a_host_counts() {
    let guard = local();
    assert!(ask(&guard, "GET /", &[]).is_err());
    assert!(ask(&guard, "GET http://127.0.0.1:3000/", &[]).is_ok());
    assert!(ask(&guard, "GET http://evil.example/", &[("host", OURS)]).is_err());
    assert!(ask(&guard, "GET /", &[("host", OURS), ("host", OURS)]).is_err());
}

#[test]
fn an_open_address_takes_numbers_and_listed_names() {
    let hosts = ["gan.example.org".to_owned(), "lab:8080".to_owned()];
    let guard = Guard::new("0.0.0.0:3000".parse().unwrap(), &hosts);
    for host in [
        "192.168.1.5:3000",
        "[fd00::5]:3000",
        "localhost:3000",
        "gan.example.org",
        "GAN.example.org:3000",
        "lab:8080",
    ] {
        assert!(passes(&guard, host, None), "{host}");
    }
    for host in [
        "evil.example:3000",
        "192.168.1.5:3001",
        "gan.example.org:3001",
        "gan.example.org.evil",
        "lab",
        "lab:3000",
    ] {
        assert!(!passes(&guard, host, None), "{host}");
    }
    // Behind a proxy the page is one of HTTPS, and the Host may be the proxy's choice.
    let origin = Some("https://gan.example.org");
    assert!(passes(&guard, "gan.example.org", origin));
    assert!(passes(&guard, "127.0.0.1:3000", origin));
    assert!(!passes(
        &guard,
        "gan.example.org",
        Some("https://192.168.1.5:3000")
    ));
    assert!(!passes(
        &guard,
        "127.0.0.1:3000",
        Some("http://192.168.1.5:3000")
    ));
}

#[test]
fn what_other_machines_reach_is_open() {
    let open =
        |address: &str, hosts: &[String]| Guard::new(address.parse().unwrap(), hosts).is_open();
    assert!(!open("127.0.0.1:3000", &[]));
    assert!(!open("[::1]:3000", &[]));
    assert!(open("0.0.0.0:3000", &[]));
    assert!(open("192.168.1.5:3000", &[]));
    assert!(open("127.0.0.1:3000", &["gan.example.org".into()]));
}

#[test]
fn another_site_may_link_to_a_page_and_do_nothing_else() {
    let sent = |line: &str, site: &str, mode: &str, dest: &str| {
        let headers = [
            ("host", OURS),
            ("sec-fetch-site", site),
            ("sec-fetch-mode", mode),
            ("sec-fetch-dest", dest),
        ];
        ask(&local(), line, &headers).is_ok()
    };
    for site in ["cross-site", "same-site", "anything"] {
        assert!(sent("GET /runs", site, "navigate", "document"), "{site}");
        for (line, mode, dest) in [
            ("GET /", "navigate", "iframe"),
            ("GET /", "no-cors", "image"),
            ("GET /events", "cors", "empty"),
            ("GET /api/export?run_id=x", "navigate", "document"),
            ("POST /", "navigate", "document"),
        ] {
            assert!(!sent(line, site, mode, dest), "{site} {line} {dest}");
        }
    }
    for site in ["same-origin", "none"] {
        assert!(sent("GET /events", site, "cors", "empty"), "{site}");
    }
}

#[test]
fn state_is_changed_by_json_alone() {
    let post = |path: &str, kind: Option<&str>| {
        let mut headers = vec![("host", OURS)];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        ask(&local(), &format!("POST {path}"), &headers)
    };
    let call = "/api/start_training";
    assert!(post(call, Some("application/json")).is_ok());
    assert!(post(call, Some("Application/JSON; charset=utf-8")).is_ok());
    for kind in [
        None,
        Some("text/plain"),
        Some("text/plain; application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/json-patch"),
    ] {
        assert!(matches!(post(call, kind), Err(Form(_))), "{kind:?}");
    }
    assert!(post(UPLOAD, Some("multipart/form-data; boundary=x")).is_ok());
    assert!(matches!(post(UPLOAD, Some("text/csv")), Err(Form(_))));
    assert_eq!(post("/", Some("application/json")), Err(Stranger::Method));
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let asked = ask(&local(), &format!("{method} {call}"), &[("host", OURS)]);
        assert_eq!(asked, Err(Stranger::Method), "{method}");
    }
}
