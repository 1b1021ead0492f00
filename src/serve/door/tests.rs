//! Who passes the door, and with what answer the others are sent away.

use super::*;
use crate::server::Fresh;
use axum::http::StatusCode;

const HOST: &str = "10.0.0.5:3000";

fn door(config: &str) -> (Door, Fresh) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Leptos.toml");
    std::fs::write(&file, config).unwrap();
    let config = Config::load(&file, true, None, None).unwrap();
    let (access, fresh) = Access::open(folder.path()).unwrap();
    let door = Door::new(HOST.parse().unwrap(), &config, Some(access));
    (door, fresh.unwrap())
}

fn request(line: &str, from: u8, headers: &[(&str, &str)]) -> Parts {
    let (method, uri) = line.split_once(' ').unwrap();
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(uri)
        .header("host", HOST)
        .extension(Peer([10, 1, 1, from].into()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn status<T>(passed: &Admission<T>) -> u16 {
    match passed {
        Ok(_) => 200,
        Err(answer) => answer.status().as_u16(),
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_token_opens_and_its_role_decides() {
    let (door, fresh) = door("");
    let now = Instant::now();
    let ask = |line: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), JSON];
        status(&door.admit(&request(line, 1, &headers), now))
    };
    for line in [
        "GET /api/runs",
        "GET /",
        "GET /events",
        "GET /pkg/nashboard.js",
    ] {
        assert_eq!(ask(line, &fresh.operator), 200, "{line}");
        assert_eq!(ask(line, &fresh.viewer), 200, "{line}");
        assert_eq!(
            status(&door.admit(&request(line, 2, &[]), now)),
            401,
            "{line}"
        );
    }
    for call in [
        "start_training",
        "stop_training",
        "delete_run",
        "edit_run",
        "read_lines/",
    ] {
        let line = format!("POST /api/{call}");
        assert_eq!(ask(&line, &fresh.operator), 200, "{line}");
        assert_eq!(ask(&line, &fresh.viewer), 403, "{line}");
        assert_eq!(status(&door.admit(&request(&line, 2, &[JSON]), now)), 401);
    }
    // It only reads what it is sent.
    assert_eq!(ask("POST /api/read_lines", &fresh.viewer), 200);
    let bearer = format!("Bearer {}", fresh.viewer);
    let of_viewer = request("GET /", 1, &[("authorization", &bearer)]);
    assert_eq!(door.admit(&of_viewer, now).unwrap(), Some(Role::Viewer));
    assert_eq!(
        status(&door.admit(&request("GET /healthz", 2, &[]), now)),
        200
    );
}

#[test]
fn the_link_becomes_a_cookie_that_no_script_reads() {
    let (door, fresh) = door("");
    let now = Instant::now();
    let line = format!("GET /runs?sort=name&token={}&query=a", fresh.operator);
    let answer = door.admit(&request(&line, 1, &[]), now).unwrap_err();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/runs?sort=name&query=a");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for word in ["nashboard-3000=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    let shown = cookie.split(';').next().unwrap();
    let kept = format!("other=1; {shown}");
    let back = request("POST /api/stop_training", 1, &[("cookie", &kept), JSON]);
    assert!(door.admit(&back, now).is_ok());
    // A proxy may ask for something else in its own way.
    let basic = ("authorization", "Basic dXNlcjpwYXNz");
    let back = request("GET /api/runs", 1, &[("cookie", &kept), basic]);
    assert!(door.admit(&back, now).is_ok());
    // Behind a proxy that speaks HTTPS, the cookie stays there.
    let proto = [("x-forwarded-proto", "https")];
    let answer = door.admit(&request(&line, 1, &proto), now).unwrap_err();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[test]
fn the_link_leads_to_no_other_site() {
    let (door, fresh) = door("");
    for path in [
        "//evil.example/x",
        "///evil.example/x",
        "/\\evil.example/x",
        "/\\/evil.example/x",
    ] {
        let line = format!("GET {path}?token={}", fresh.viewer);
        let answer = door.admit(&request(&line, 1, &[]), Instant::now());
        let answer = answer.unwrap_err();
        assert_eq!(answer.headers()["location"], "/evil.example/x", "{path}");
    }
}

#[test]
fn wrong_tokens_are_answered_ever_later_and_right_ones_at_once() {
    let (door, fresh) = door("");
    let now = Instant::now();
    let ask = |from: u8, token: &str, now: Instant| {
        let bearer = format!("Bearer {token}");
        door.admit(
            &request("GET /api/runs", from, &[("authorization", &bearer)]),
            now,
        )
    };
    for _ in 0..5 {
        assert_eq!(status(&ask(1, "wrong", now)), 401);
    }
    let answer = ask(1, "wrong", now).unwrap_err();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(status(&ask(2, "wrong", now)), 401, "another client");
    // Many people may share one address.
    assert_eq!(status(&ask(1, &fresh.viewer, now)), 200);
    let later = now + Duration::from_secs(1);
    let answer = ask(1, "wrong", later).unwrap_err();
    assert_eq!(answer.headers()["retry-after"], "2");
}

#[test]
fn people_get_a_page_and_tools_get_json() {
    let (door, _) = door("");
    let now = Instant::now();
    let kind = |line: &str, accept: &str| {
        let answer = door.admit(&request(line, 1, &[("accept", accept)]), now);
        let answer = answer.unwrap_err();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.headers().contains_key("www-authenticate"));
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert!(kind("GET /", "text/html,*/*").starts_with("text/html"));
    assert_eq!(kind("GET /", "*/*"), "application/json");
    assert_eq!(kind("GET /api/runs", "text/html"), "application/json");
}

#[test]
fn an_old_cookie_is_taken_away() {
    let (door, _) = door("");
    let old = [("cookie", "nashboard-3000=0123")];
    let answer = door.admit(&request("GET /", 1, &old), Instant::now());
    let answer = answer.unwrap_err();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
}

#[test]
fn costly_requests_are_rationed_for_each_client() {
    let (mut door, _) = door("[limits]\ncostly_per_second = 3\n");
    door.access = None;
    let now = Instant::now();
    let passed = |from: u8, line: &str, now: Instant| {
        let asked = (0..20).map(|_| door.admit(&request(line, from, &[JSON]), now));
        asked.filter(Result::is_ok).count()
    };
    assert_eq!(passed(1, "POST /api/start_training", now), 6);
    assert_eq!(passed(1, "GET /api/preview_csv?source=x", now), 0);
    assert_eq!(passed(1, "GET /?source=x", now), 0);
    // However its key is written.
    assert_eq!(passed(1, "GET /?a=b&s%6Furce=x", now), 0);
    assert_eq!(passed(1, "GET /?from=x", now), 20);
    assert_eq!(passed(1, "GET /api/runs", now), 20);
    assert_eq!(passed(2, "GET /compare?runs=a,b", now), 6);
    assert_eq!(
        passed(1, "GET /api/export", now + Duration::from_secs(1)),
        3
    );
    let answer = door
        .admit(&request("GET /compare", 2, &[]), now)
        .unwrap_err();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers().contains_key("retry-after"));
}

#[test]
fn a_stranger_is_told_before_anything_is_asked() {
    let (door, fresh) = door("[access]\nhosts = ['gan.example.org']\n");
    let bearer = format!("Bearer {}", fresh.operator);
    let right = ("authorization", bearer.as_str());
    let evil = [right, ("origin", "http://evil.example")];
    let now = Instant::now();
    assert_eq!(status(&door.admit(&request("GET /", 1, &evil), now)), 403);
    let form = [right, ("content-type", "text/plain")];
    let line = "POST /api/stop_training";
    assert_eq!(status(&door.admit(&request(line, 1, &form), now)), 415);
    assert_eq!(
        status(&door.admit(&request("PUT /api/runs", 1, &[right]), now)),
        405
    );
}
