//! The line format of `output.log`, that of the Container Runtime Interface: writer and parser.
//!
//! An entry is `TIME STREAM TAG TEXT` and a newline. Tag F: the child ended the line there (its
//! newline is not in the text). Tag P: the line goes on. So the texts of a stream, with a newline
//! after each F, are the child's very bytes.

use std::time::{Duration, Instant};

use memchr::memchr2;

/// Longest text of an entry in bytes; a longer line becomes several.
pub const LONGEST_TEXT: usize = 16 * 1024;
/// A line without an end is written down after this silence, so that a prompt is seen.
const SILENCE: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// One parsed entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// When its last byte was read (RFC 3339, UTC, nanoseconds).
    pub time: &'a str,
    pub stream: Stream,
    /// Whether the line goes on in the stream's next entry (tag P).
    pub partial: bool,
    pub text: &'a [u8],
}

impl Entry<'_> {
    /// How many of the child's bytes the entry stands for.
    pub fn source_len(&self) -> usize {
        self.text.len() + usize::from(!self.partial)
    }
}

/// Parses one line of `output.log`, with or without its newline; `None` when it is no entry.
pub fn parse_entry(line: &[u8]) -> Option<Entry<'_>> {
    let mut fields = line
        .strip_suffix(b"\n")
        .unwrap_or(line)
        .splitn(4, |byte| *byte == b' ');
    let time = str::from_utf8(fields.next()?)
        .ok()
        .filter(|time| time.ends_with('Z'))?;
    let stream = match fields.next()? {
        b"stdout" => Stream::Stdout,
        b"stderr" => Stream::Stderr,
        _ => return None,
    };
    let partial = match fields.next()? {
        b"P" => true,
        b"F" => false,
        _ => return None,
    };
    Some(Entry {
        time,
        stream,
        partial,
        text: fields.next()?,
    })
}

/// The present time as entries state it.
pub fn now() -> String {
    format!("{:.9}", jiff::Timestamp::now())
}

/// Turns what is read from one stream into entries.
pub struct LogWriter {
    stream: Stream,
    /// The bytes that no entry has yet, and when the last of them were read.
    rest: Vec<u8>,
    time: String,
    read_at: Instant,
}

impl LogWriter {
    pub fn new(stream: Stream) -> Self {
        let (rest, time, read_at) = (Vec::new(), now(), Instant::now());
        Self {
            stream,
            rest,
            time,
            read_at,
        }
    }

    /// Appends to `log` the entries that `chunk`, read just now, completes, and keeps the rest.
    pub fn push(&mut self, mut chunk: &[u8], log: &mut Vec<u8>) {
        (self.time, self.read_at) = (now(), Instant::now());
        while !chunk.is_empty() {
            let window = &chunk[..chunk.len().min(LONGEST_TEXT - self.rest.len())];
            let end = memchr2(b'\n', b'\r', window).map(|at| (at, &chunk[at..]));
            // A bar ends each of its states by `\r` alone, to be seen at once; `\r\n` is one end.
            let (text, taken, tag) = match end {
                Some((at, [b'\n', ..])) => (at, at + 1, b" F "),
                Some((at, [b'\r', b'\n', ..])) => (at + 1, at + 2, b" F "),
                Some((at, _)) => (at + 1, at + 1, b" P "),
                None if self.rest.len() + window.len() < LONGEST_TEXT => {
                    return self.rest.extend_from_slice(window);
                }
                None => (window.len(), window.len(), b" P "),
            };
            self.write(tag, &chunk[..text], log);
            chunk = &chunk[taken..];
        }
    }

    /// Writes the rest as a partial entry: the stream has ended or fallen silent.
    pub fn flush(&mut self, log: &mut Vec<u8>) {
        if !self.rest.is_empty() {
            self.write(b" P ", b"", log);
        }
    }

    /// When the rest, if there is one, should be flushed unless more comes.
    pub fn silent_at(&self) -> Option<Instant> {
        (!self.rest.is_empty()).then(|| self.read_at + SILENCE)
    }

    fn write(&mut self, tag: &[u8], text: &[u8], log: &mut Vec<u8>) {
        let stream: &[u8] = match self.stream {
            Stream::Stdout => b" stdout",
            Stream::Stderr => b" stderr",
        };
        for part in [self.time.as_bytes(), stream, tag, &self.rest, text, b"\n"] {
            log.extend_from_slice(part);
        }
        self.rest.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(log: &[u8]) -> Vec<Entry<'_>> {
        let lines = log.split_inclusive(|byte| *byte == b'\n');
        lines
            .map(|line| parse_entry(line).expect("an entry"))
            .collect()
    }

    /// Tags and texts of what the chunks of one stream become.
    fn written(chunks: &[&str]) -> Vec<(bool, String)> {
        let (mut writer, mut log) = (LogWriter::new(Stream::Stdout), Vec::new());
        for chunk in chunks {
            writer.push(chunk.as_bytes(), &mut log);
        }
        writer.flush(&mut log);
        let text = |entry: Entry| String::from_utf8_lossy(entry.text).into_owned();
        entries(&log)
            .into_iter()
            .map(|entry| (entry.partial, text(entry)))
            .collect()
    }

    fn full(text: &str) -> (bool, String) {
        (false, text.into())
    }

    fn partial(text: &str) -> (bool, String) {
        (true, text.into())
    }

    #[test]
    fn pieces_end_where_the_rules_say() {
        assert_eq!(written(&["a\n\nb"]), [full("a"), full(""), partial("b")]);
        assert_eq!(written(&["a", "b\n"]), [full("ab")]);
        assert_eq!(written(&["1%\r2%\r"]), [partial("1%\r"), partial("2%\r")]);
        assert_eq!(written(&["dos\r\n"]), [full("dos\r")]);
        assert_eq!(written(&["dos\r", "\n"]), [partial("dos\r"), full("")]);
        let long = "x".repeat(LONGEST_TEXT);
        assert_eq!(written(&[&long, "y\n"]), [partial(&long), full("y")]);
    }

    #[test]
    fn an_entry_states_time_stream_and_tag() {
        let line = b"2025-08-24T18:14:33.734935123Z stderr P a  b ";
        let time = "2025-08-24T18:14:33.734935123Z";
        let (stream, partial, text) = (Stream::Stderr, true, &b"a  b "[..]);
        assert_eq!(
            parse_entry(line),
            Some(Entry {
                time,
                stream,
                partial,
                text
            })
        );
        for torn in [
            "",
            "2025",
            "2025-08-24T18:14:33Z stdin F x",
            "2025-08-24T18:14:33Z stdout X x",
            "x stdout F x",
        ] {
            assert_eq!(parse_entry(torn.as_bytes()), None, "{torn}");
        }
    }

    #[test]
    fn the_time_has_nanoseconds_in_utc() {
        let (mut writer, mut log) = (LogWriter::new(Stream::Stdout), Vec::new());
        writer.push(b"a\n", &mut log);
        let time = entries(&log)[0].time;
        assert_eq!(time.len(), "2025-08-24T18:14:33.734935123Z".len());
        time.parse::<jiff::Timestamp>().expect("a time");
    }

    #[test]
    fn only_a_rest_can_fall_silent() {
        let (mut writer, mut log) = (LogWriter::new(Stream::Stdout), Vec::new());
        writer.push(b"whole\n", &mut log);
        assert_eq!(writer.silent_at(), None);
        writer.push(b"prompt> ", &mut log);
        assert!(writer.silent_at().is_some());
        writer.flush(&mut log);
        assert_eq!(writer.silent_at(), None);
    }

    fn chunk() -> impl Strategy<Value = (bool, bool, Vec<u8>)> {
        let byte = prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()];
        let bytes = prop_oneof![
            4 => prop::collection::vec(byte, 0..40),
            1 => (LONGEST_TEXT - 2..LONGEST_TEXT + 3).prop_map(|length| vec![b'x'; length]),
        ];
        (any::<bool>(), any::<bool>(), bytes)
    }

    proptest! {
        /// However two streams are cut into chunks and fall silent, the log gives back their bytes.
        #[test]
        fn the_log_gives_back_the_bytes(chunks in prop::collection::vec(chunk(), 0..40)) {
            let mut log = Vec::new();
            let streams = [Stream::Stdout, Stream::Stderr];
            let mut writers = streams.map(LogWriter::new);
            let mut expected = [Vec::new(), Vec::new()];
            for (on_stderr, silent, bytes) in &chunks {
                let index = usize::from(*on_stderr);
                writers[index].push(bytes, &mut log);
                expected[index].extend_from_slice(bytes);
                if *silent {
                    writers[index].flush(&mut log);
                }
            }
            for writer in &mut writers {
                writer.flush(&mut log);
            }
            let mut found = [Vec::new(), Vec::new()];
            for entry in entries(&log) {
                prop_assert!(entry.text.len() <= LONGEST_TEXT + 1);
                let bytes = &mut found[usize::from(entry.stream == Stream::Stderr)];
                let before = bytes.len();
                bytes.extend_from_slice(entry.text);
                if !entry.partial {
                    bytes.push(b'\n');
                }
                prop_assert_eq!(bytes.len() - before, entry.source_len());
            }
            prop_assert_eq!(found, expected);
        }
    }
}
