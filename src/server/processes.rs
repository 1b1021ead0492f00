//! What a process and all that descends from it use, as the system tells it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::unistd::{Pid, SysconfVar, sysconf};

/// What the system tells of one process; see proc_pid_stat(5).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Process {
    /// Whether it has ended, and waits for its parent to notice.
    is_over: bool,
    /// Ticks of the processor: its own, and those of children that were collected.
    own_ticks: u64,
    collected_ticks: u64,
    /// Resident pages of memory.
    pages: u64,
}

/// What the descendants of a process use together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Family {
    /// How many live.
    pub count: u64,
    /// Processor time since the first of them began, also of those that have ended.
    pub processor_time: Duration,
    /// Resident memory; what several share counts for each.
    pub memory_bytes: u64,
}

impl Family {
    /// All that descends from the process `ancestor`, without itself, as `place`, which is `/proc`, tells; `None` where there is
    /// no such process. Orphans have to come to it, as they do to a recorder: else what they used is lost. One that comes or
    /// goes meanwhile may be missed.
    pub fn of(ancestor: Pid, place: &Path) -> Option<Self> {
        let ancestor = ancestor.as_raw();
        // What its children used is counted there once they were collected.
        let mut ticks = read(place, ancestor)?.collected_ticks;
        let (mut count, mut pages) = (0, 0);
        let mut next = children(place, ancestor);
        while let Some(id) = next.pop() {
            let Some(process) = read(place, id) else {
                continue;
            };
            count += u64::from(!process.is_over);
            ticks += process.own_ticks + process.collected_ticks;
            pages += process.pages;
            next.extend(children(place, id));
        }
        Some(Self {
            count,
            processor_time: Duration::from_secs_f64(
                ticks as f64 / constant(SysconfVar::CLK_TCK, 100),
            ),
            memory_bytes: pages * constant(SysconfVar::PAGE_SIZE, 4096) as u64,
        })
    }
}

/// What is told of the process `id`. It may have ended meanwhile.
fn read(place: &Path, id: i32) -> Option<Process> {
    let line = fs::read(place.join(id.to_string()).join("stat")).ok()?;
    process(&String::from_utf8_lossy(&line))
}

/// The children of the process `id`, of each of its threads.
fn children(place: &Path, id: i32) -> Vec<i32> {
    let threads = fs::read_dir(place.join(id.to_string()).join("task"));
    let lists = threads
        .into_iter()
        .flatten()
        .flatten()
        .map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    let ids = |list: String| {
        let ids = list
            .split_ascii_whitespace()
            .filter_map(|id| id.parse().ok());
        ids.collect::<Vec<i32>>()
    };
    lists.flat_map(ids).collect()
}

/// A figure of the system that never changes.
fn constant(name: SysconfVar, usual: u32) -> f64 {
    let told = sysconf(name).ok().flatten();
    told.filter(|told| *told > 0)
        .map_or(f64::from(usual), |told| told as f64)
}

/// A line of `/proc/ID/stat`. The name of the program stands in parentheses, and may hold any sign, also those.
fn process(line: &str) -> Option<Process> {
    let words: Vec<&str> = line.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let number = |at: usize| words.get(at)?.parse::<u64>().ok();
    Some(Process {
        is_over: matches!(*words.first()?, "Z" | "X"),
        own_ticks: number(11)? + number(12)?,
        collected_ticks: number(13)? + number(14)?,
        pages: number(21)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(id: i32, name: &str, state: char, parent: i32, ticks: [u64; 4], pages: u64) -> String {
        let [user, system, children_user, children_system] = ticks;
        format!(
            "{id} ({name}) {state} {parent} {id} {id} 0 -1 4194560 0 0 0 0 \
             {user} {system} {children_user} {children_system} 20 0 1 0 100 1000000 {pages} 0 0"
        )
    }

    #[test]
    fn a_family_is_all_that_descends_also_what_has_ended() {
        let place = tempfile::tempdir().unwrap();
        let lines = [
            stat(10, "recorder", 'S', 1, [500, 500, 30, 20], 1000),
            stat(11, "python3 (train)", 'R', 10, [100, 50, 10, 0], 2000),
            stat(12, "a ) S 1 1", 'S', 11, [7, 3, 0, 0], 300),
            stat(13, "over", 'Z', 11, [4, 0, 0, 0], 0),
            stat(20, "other", 'R', 1, [9000, 0, 0, 0], 90_000),
        ];
        for line in lines {
            let folder = place.path().join(line.split_once(' ').unwrap().0);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("stat"), line).unwrap();
        }
        // Each thread has children of its own, and one ends while it is read.
        for (thread, list) in [
            ("10/task/10", "11 "),
            ("11/task/11", "12 99 "),
            ("11/task/15", "13 "),
        ] {
            fs::create_dir_all(place.path().join(thread)).unwrap();
            fs::write(place.path().join(thread).join("children"), list).unwrap();
        }
        let family = Family::of(Pid::from_raw(10), place.path()).unwrap();
        let tick = 1.0 / constant(SysconfVar::CLK_TCK, 100);
        let ticks = f64::from(30 + 20 + 100 + 50 + 10 + 7 + 3 + 4);
        assert_eq!(family.count, 2);
        assert!((family.processor_time.as_secs_f64() - ticks * tick).abs() < 1e-6);
        let page = constant(SysconfVar::PAGE_SIZE, 4096) as u64;
        assert_eq!(family.memory_bytes, 2300 * page);
        assert_eq!(Family::of(Pid::from_raw(98), place.path()), None);
    }

    #[test]
    fn what_this_process_starts_is_its_family() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        // A process that just began has no memory of its own yet.
        let mut looks = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(10));
            Family::of(Pid::this(), Path::new("/proc"))
        });
        let is_seen = |family: &Family| family.count >= 1 && family.memory_bytes > 0;
        let found = looks.by_ref().take(1000).flatten().find(is_seen);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.is_some(), "{:?}", looks.next());
    }

    #[test]
    fn a_line_that_is_cut_off_is_no_process() {
        let whole = stat(1, "init", 'S', 0, [1, 2, 3, 4], 5);
        assert!(process(&whole).is_some());
        assert_eq!(process("1 (init) S 0 1"), None);
        assert_eq!(process("nonsense"), None);
    }
}
