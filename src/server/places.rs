//! Places that clients take and leave: connections and streams, so many for each.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::clients::household;

/// Places, so many for each client; who has none is not remembered.
#[derive(Clone, Debug)]
pub struct Places {
    each: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A place that is taken as long as this lives.
#[derive(Debug)]
pub struct Place {
    address: IpAddr,
    of: Places,
}

impl Places {
    pub fn new(each: usize) -> Self {
        Self {
            each,
            taken: Arc::default(),
        }
    }

    /// A place for the client at `address`, where it has not got all of its own.
    pub fn take(&self, address: IpAddr) -> Option<Place> {
        let address = household(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&address).copied().unwrap_or(0);
        (count < self.each).then(|| {
            taken.insert(address, count + 1);
            Place {
                address,
                of: self.clone(),
            }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn places_are_counted_for_each_client_and_given_back() {
        let places = Places::new(2);
        let (first, _second) = (places.take(address(1)), places.take(address(1)));
        assert!(first.is_some() && places.take(address(1)).is_none());
        assert!(places.take(address(2)).is_some());
        drop(first);
        assert!(places.take(address(1)).is_some());
        assert_eq!(
            places.taken.lock().unwrap().len(),
            1,
            "nobody is remembered"
        );
    }
}
