//! The clients: each watches a run for a while, goes, and comes back for what it missed, or to another.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

use crate::world::{Chance, World};

/// Clients at the same time.
const CLIENTS: u64 = 200;

/// What a client knows of the run that it watches.
#[derive(Default)]
struct Place {
    run: String,
    /// The last event that it has, with which it comes back.
    event: Option<u64>,
    /// The number of the one that is coming.
    coming: Option<u64>,
    /// The number of the last line.
    line: Option<u64>,
}

/// Lets clients come and go until the end.
pub fn come_and_go(world: &World) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let chance = Rc::new(RefCell::new(Chance(11)));
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let clients = (0..CLIENTS).map(|_| client(world, Rc::clone(&chance)));
        futures_util::future::join_all(clients).await;
    });
}

async fn client(world: &World, chance: Rc<RefCell<Chance>>) {
    let below = |most| chance.borrow_mut().below(most);
    sleep(Duration::from_millis(below(10_000))).await;
    let mut place = Place::default();
    while !world.is_over() {
        if place.run.is_empty() || below(3) == 0 {
            let active = world.active.lock().unwrap().clone();
            let Some(run) = active.get(below(active.len().max(1) as u64) as usize) else {
                sleep(Duration::from_millis(500)).await;
                continue;
            };
            // A tenth begin at the beginning.
            let event = (below(10) == 0).then_some(0);
            place = Place {
                run: run.clone(),
                event,
                coming: None,
                line: event,
            };
        }
        let until = Instant::now() + Duration::from_secs(5 + below(40));
        world.count(&world.visits, 1);
        // Broken off by a restart: it comes back.
        let _ = visit(world, &mut place, until).await;
        sleep(Duration::from_millis(100 + below(5_000))).await;
    }
}

/// Reads the events of a run until the visit is over.
async fn visit(world: &World, place: &mut Place, until: Instant) -> std::io::Result<()> {
    let address = world.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await?;
    let after = place
        .event
        .map_or_else(String::new, |event| format!("&after={event}"));
    let request = format!(
        "GET /events/logs?run_id={}{after} HTTP/1.1\r\nHost: {address}\r\n\r\n",
        place.run
    );
    stream.write_all(request.as_bytes()).await?;
    let (mut rest, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    let mut answered = false;
    while !world.is_over() {
        let soon = until.min(Instant::now() + Duration::from_millis(500));
        let read = match timeout_at(soon, stream.read(&mut buffer)).await {
            Ok(read) => read?,
            Err(_) if Instant::now() >= until => return Ok(()),
            Err(_) => continue,
        };
        if read == 0 {
            return Ok(());
        }
        if !answered {
            answered = true;
            if !buffer.starts_with(b"HTTP/1.1 200") {
                eprintln!(
                    "refused: {}",
                    String::from_utf8_lossy(&buffer[..read.min(400)])
                );
                world.count(&world.refused, 1);
                return Ok(());
            }
        }
        rest.extend_from_slice(&buffer[..read]);
        let Some(end) = memchr::memrchr(b'\n', &rest) else {
            continue;
        };
        for line in rest[..end].split(|byte| *byte == b'\n') {
            place.take(line, world);
        }
        rest.drain(..=end);
        if Instant::now() >= until {
            return Ok(());
        }
    }
    Ok(())
}

impl Place {
    /// Takes in one line of the stream. An event is there when its data are, which follow its id.
    fn take(&mut self, line: &[u8], world: &World) {
        let text = String::from_utf8_lossy(line);
        if let Some(id) = text.strip_prefix("id: ") {
            self.coming = id.trim().parse().ok();
            return;
        }
        if text.starts_with("data: ") {
            self.event = self.coming.take().or(self.event);
        }
        let Some((_, mark)) = text.split_once('@') else {
            return;
        };
        let number: u64 = mark
            .split('.')
            .next()
            .unwrap_or_default()
            .parse()
            .expect("a mark");
        world.count(&world.delivered, 1);
        match self.line {
            Some(before) if number <= before => world.count(&world.doubled, 1),
            Some(before) => world.count(&world.lost, number - before - 1),
            None => {}
        }
        self.line = Some(number);
    }
}
