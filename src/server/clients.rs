//! What is remembered of client addresses, so that one client cannot wear the server out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Something for each of the last `most` client addresses; who comes to a full table takes
/// the place of the one that was heard of least recently.
#[derive(Debug)]
pub struct Clients<T> {
    most: usize,
    known: Mutex<HashMap<IpAddr, (Instant, T)>>,
}

impl<T: Default> Clients<T> {
    pub fn new(most: usize) -> Self {
        Self {
            most,
            known: Mutex::default(),
        }
    }

    /// What `ask` says of the entry of `address`, which is a new one where it is not known.
    pub fn with<R>(&self, address: IpAddr, now: Instant, ask: impl FnOnce(&mut T) -> R) -> R {
        let address = household(address);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.most && !known.contains_key(&address) {
            let oldest = known.iter().min_by_key(|(_, (heard, _))| *heard);
            if let Some(oldest) = oldest.map(|(address, _)| *address) {
                known.remove(&oldest);
            }
        }
        let entry = known.entry(address).or_insert_with(|| (now, T::default()));
        entry.0 = now;
        ask(&mut entry.1)
    }

    /// Forgets what is known of `address`.
    pub fn forget(&self, address: IpAddr) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&household(address));
    }
}

/// The part of an address that one client cannot choose: it has 2⁶⁴ of those of IPv6.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// How much of something a client may still have: a bucket that fills at a steady rate.
#[derive(Debug, Default)]
pub struct Allowance {
    left: Option<(f64, Instant)>,
}

impl Allowance {
    /// Takes one of `rate` a second, of which twice as many may be taken at once; or says
    /// how long to wait.
    pub fn take(&mut self, rate: f64, now: Instant) -> Result<(), Duration> {
        let most = 2.0 * rate;
        let left = match self.left {
            None => most,
            Some((left, then)) => {
                let passed = now.saturating_duration_since(then).as_secs_f64();
                (left + passed * rate).min(most)
            }
        };
        let taken = left >= 1.0;
        self.left = Some((if taken { left - 1.0 } else { left }, now));
        match taken {
            true => Ok(()),
            false => Err(Duration::from_secs_f64((1.0 - left) / rate)),
        }
    }
}

/// How long a client that brought wrong tokens must wait before another is looked at.
#[derive(Debug, Default)]
pub struct Patience {
    wrong: u32,
    until: Option<Instant>,
}

impl Patience {
    /// Wrong tokens that may be a mistake.
    const FREE: u32 = 5;
    /// Doublings of a second: about a quarter of an hour at most.
    const DOUBLINGS: u32 = 10;

    /// Counts a wrong token; where too many came, says how long to wait. One that comes
    /// while the client should wait does not make it longer.
    pub fn wrong(&mut self, now: Instant) -> Result<(), Duration> {
        if let Some(left) = self.until.map(|until| until.saturating_duration_since(now))
            && !left.is_zero()
        {
            return Err(left);
        }
        self.wrong = self.wrong.saturating_add(1);
        let Some(doublings) = self.wrong.checked_sub(Self::FREE + 1) else {
            return Ok(());
        };
        let wait = Duration::from_secs(1 << doublings.min(Self::DOUBLINGS));
        self.until = Some(now + wait);
        Err(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn the_table_is_bounded_and_forgets_who_was_silent_longest() {
        let clients = Clients::<u32>::new(3);
        let begin = Instant::now();
        let count = |last: u8, at: u64| {
            clients.with(address(last), begin + Duration::from_secs(at), |count| {
                *count += 1;
                *count
            })
        };
        for last in 0..3 {
            assert_eq!(count(last, last.into()), 1);
        }
        assert_eq!(count(0, 10), 2);
        assert_eq!(count(9, 11), 1);
        assert_eq!(count(0, 12), 3, "heard of lately");
        assert_eq!(count(1, 13), 1, "forgotten");
        assert_eq!(clients.known.lock().unwrap().len(), 3);
        for last in 0..=255 {
            count(last, 20);
            assert_eq!(clients.known.lock().unwrap().len(), 3);
        }
    }

    #[test]
    fn a_client_is_a_network_of_ipv6_and_an_address_of_ipv4() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::5"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::5"), of("2001:db8:1:3::5"));
        assert_eq!(of("::ffff:10.0.0.1"), address(1));
    }

    #[test]
    fn an_allowance_fills_again() {
        let mut allowance = Allowance::default();
        let begin = Instant::now();
        let taken = (0..100).filter(|_| allowance.take(5.0, begin).is_ok());
        assert_eq!(taken.count(), 10);
        let wait = allowance.take(5.0, begin).unwrap_err();
        assert!(wait <= Duration::from_millis(200), "{wait:?}");
        assert!(allowance.take(5.0, begin + wait).is_ok());
        let later = begin + Duration::from_secs(3600);
        let taken = (0..100).filter(|_| allowance.take(5.0, later).is_ok());
        assert_eq!(taken.count(), 10);
    }

    #[test]
    fn wrong_tokens_cost_ever_more_time_up_to_a_bound() {
        let mut patience = Patience::default();
        let mut now = Instant::now();
        for _ in 0..Patience::FREE {
            assert_eq!(patience.wrong(now), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..20 {
            let wait = patience.wrong(now).unwrap_err();
            assert!(
                patience.wrong(now).unwrap_err() <= wait,
                "no longer for that"
            );
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits[..4], [1, 2, 4, 8]);
        assert_eq!(waits.last(), Some(&1024));
    }
}
