//! Many clients in one thread: each counts the lines that it is sent, and when.
//!
//! Plain sockets, since what is measured is the server: a client reads, looks for the marks of the child's lines, and
//! does nothing else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use crate::child::now;

/// Connections that are opened at a time: the queue of those that wait to be taken is short.
const OPENED_AT_ONCE: usize = 64;
/// How long clients are waited for once the child has said all.
const PATIENCE: Duration = Duration::from_secs(30);

/// What all clients together saw.
#[derive(Default)]
pub struct Seen {
    pub clients: usize,
    pub delivered: Cell<u64>,
    pub lost: Cell<u64>,
    /// Sent again, or out of order.
    pub doubled: Cell<u64>,
    /// From the child's write to the client's read, in milliseconds.
    pub delays: RefCell<Vec<f64>>,
    /// When the first line was written, and when the last was read: nanoseconds since 1970.
    pub first: Cell<u64>,
    pub last: Cell<u64>,
    connected: Cell<usize>,
    finished: Cell<usize>,
}

/// Clients that are connected, and read.
pub struct Clients {
    pub seen: Rc<Seen>,
    lines: u64,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    /// Never read from.
    _silent: Vec<TcpStream>,
}

impl Clients {
    /// Opens `count` streams of `path`, and as many `silent` ones that never read; all are answered when this returns.
    pub async fn connect(
        address: &str,
        path: &str,
        (count, silent): (usize, usize),
        lines: u64,
    ) -> Self {
        let seen = Rc::new(Seen {
            clients: count,
            ..Seen::default()
        });
        let (mut tasks, mut never) = (Vec::new(), Vec::new());
        for _ in 0..silent {
            never.push(open(address, path, true).await);
        }
        for _ in 0..count {
            while tasks.len() - seen.connected.get() >= OPENED_AT_ONCE {
                tokio::task::yield_now().await;
                sleep(Duration::from_millis(1)).await;
            }
            let (address, path, seen) = (address.to_owned(), path.to_owned(), Rc::clone(&seen));
            tasks.push(tokio::task::spawn_local(async move {
                let stream = open(&address, &path, false).await;
                read(stream, &seen, lines).await;
            }));
        }
        let deadline = Instant::now() + PATIENCE;
        while seen.connected.get() < count {
            assert!(
                Instant::now() < deadline,
                "{} of {count} are answered",
                seen.connected.get()
            );
            sleep(Duration::from_millis(5)).await;
        }
        Self {
            seen,
            lines,
            tasks,
            _silent: never,
        }
    }

    /// Waits until all have the last line, or until nothing has come for long, and counts what is missing.
    pub async fn finish(&self) {
        let (mut before, mut since) = (0, Instant::now());
        while self.seen.finished.get() < self.seen.clients {
            let delivered = self.seen.delivered.get();
            if delivered != before {
                (before, since) = (delivered, Instant::now());
            }
            if since.elapsed() > PATIENCE {
                break;
            }
            sleep(Duration::from_millis(2)).await;
        }
        let wanted = self.lines * self.seen.clients as u64;
        self.seen
            .lost
            .set(wanted.saturating_sub(self.seen.delivered.get()));
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.tasks.iter().for_each(|task| task.abort());
    }
}

async fn open(address: &str, path: &str, silent: bool) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if silent {
        // Soon full, so that the server has to do with one that never reads.
        socket.set_recv_buffer_size(4096).unwrap();
    }
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until the last line, or until the server hangs up.
async fn read(stream: TcpStream, seen: &Seen, lines: u64) {
    thread_local! {
        /// All clients read into one buffer, one after the other.
        static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 256 * 1024]);
    }
    let (mut last, mut rest) = (0, Vec::new());
    let mut answered = false;
    while last < lines {
        if timeout(PATIENCE * 4, stream.readable()).await.is_err() {
            return;
        }
        let open = BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => false,
            Ok(length) => {
                if !answered {
                    assert!(
                        buffer.starts_with(b"HTTP/1.1 200"),
                        "{:?}",
                        String::from_utf8_lossy(&buffer[..length.min(200)])
                    );
                    answered = true;
                    seen.connected.set(seen.connected.get() + 1);
                }
                take(&buffer[..length], &mut rest, &mut last, seen);
                true
            }
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        });
        if !open {
            return;
        }
    }
    seen.finished.set(seen.finished.get() + 1);
}

/// Looks for the marks `@NUMBER.NANOSECONDS@`; one that is cut waits in `rest` for its end.
fn take(bytes: &[u8], rest: &mut Vec<u8>, last: &mut u64, seen: &Seen) {
    let joined;
    let mut bytes = bytes;
    if !rest.is_empty() {
        joined = [std::mem::take(rest), bytes.to_vec()].concat();
        bytes = &joined;
    }
    while let Some(at) = memchr::memchr(b'@', bytes) {
        let Some(length) = memchr::memchr(b'@', &bytes[at + 1..]) else {
            return rest.extend_from_slice(&bytes[at..]);
        };
        let mark = std::str::from_utf8(&bytes[at + 1..at + 1 + length]).unwrap();
        let (number, written) = mark.split_once('.').expect("a mark");
        note(
            number.parse().unwrap(),
            written.parse().unwrap(),
            last,
            seen,
        );
        bytes = &bytes[at + length + 2..];
    }
}

fn note(number: u64, written: u64, last: &mut u64, seen: &Seen) {
    let read = now();
    if number <= *last {
        return seen.doubled.set(seen.doubled.get() + 1);
    }
    // A hole is counted at the end, with all that never came.
    *last = number;
    seen.delivered.set(seen.delivered.get() + 1);
    seen.delays
        .borrow_mut()
        .push(read.saturating_sub(written) as f64 / 1e6);
    if number == 1 {
        seen.first.set(written);
    }
    seen.last.set(seen.last.get().max(read));
}
