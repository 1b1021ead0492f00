//! A metric's value, which may be non-finite: losses of GANs do become NaN.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A number that a trainer stated.
///
/// JSON has no words for non-finite numbers, so these travel as the strings `"NaN"`,
/// `"Infinity"` and `"-Infinity"`; every finite number travels as a JSON number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Value(pub f64);

impl Value {
    /// The three spellings of non-finite numbers on the wire.
    const NAN: &'static str = "NaN";
    const INFINITY: &'static str = "Infinity";
    const NEG_INFINITY: &'static str = "-Infinity";

    /// The wire's word for a non-finite number, `None` for a finite one.
    fn word(self) -> Option<&'static str> {
        match self.0 {
            v if v.is_nan() => Some(Self::NAN),
            f64::INFINITY => Some(Self::INFINITY),
            f64::NEG_INFINITY => Some(Self::NEG_INFINITY),
            _ => None,
        }
    }
}

/// Two values are equal when the trainer said the same thing: NaN equals NaN here.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || (self.0.is_nan() && other.0.is_nan())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word() {
            Some(word) => f.write_str(word),
            None => self.0.fmt(f),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.word() {
            Some(word) => serializer.serialize_str(word),
            None => serializer.serialize_f64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value(number as f64))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Value, E> {
        match word {
            Value::NAN => Ok(Value(f64::NAN)),
            Value::INFINITY => Ok(Value(f64::INFINITY)),
            Value::NEG_INFINITY => Ok(Value(f64::NEG_INFINITY)),
            _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn non_finite_numbers_travel_as_strings() {
        let words: Vec<String> = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY]
            .map(|v| serde_json::to_string(&Value(v)).unwrap())
            .into();
        assert_eq!(words, ["\"NaN\"", "\"Infinity\"", "\"-Infinity\""]);
    }

    #[test]
    fn other_strings_are_refused() {
        assert!(serde_json::from_str::<Value>("\"1.5\"").is_err());
        assert!(serde_json::from_str::<Value>("null").is_err());
    }

    proptest! {
        #[test]
        fn every_number_survives_the_wire(number in any::<f64>()) {
            let json = serde_json::to_string(&Value(number)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), Value(number));
        }
    }
}
