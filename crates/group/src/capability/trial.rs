//! How the tests of the pure functions ask, and the values that nobody should have to expect.
#![allow(clippy::panic)]

use super::Capability;
use super::args::{Answer, Args};
use model::Value;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Calls a function as a guest would; an error is its text.
pub(super) fn ask(
    name: &'static str,
    call: fn(&mut Args) -> Answer,
    values: impl Into<Vec<Value>>,
) -> Result<Value, String> {
    call(&mut Args::new(name, values.into())).map_err(|refusal| refusal.text)
}

/// A function of a family, with what it needs beside its arguments already given.
pub(super) type Pure<'a> = &'a dyn Fn(&mut Args) -> Answer;

/// Throws random arguments at every function of a family. Each answers or refuses in words; none
/// panics, and none hands back more than it may.
pub(super) fn withstands(family: &[Capability], calls: &[Pure]) {
    assert_eq!(family.len(), calls.len(), "a function of the family is not tried");
    let tried = TestRunner::new(Config::with_cases(400)).run(&vec(any_value(), 0..4), |values| {
        for (capability, call) in family.iter().zip(calls) {
            match call(&mut Args::new(capability.name, values.clone())) {
                Ok(value) => prop_assert!(sandbox::encode(&value).len() < 1 << 20),
                Err(refusal) => prop_assert!(refusal.text.len() > 10, "{}", refusal.text),
            }
        }
        Ok(())
    });
    if let Err(failed) = tried {
        panic!("{failed}");
    }
}

/// Names of options and parts, so that random tables reach behind the first check.
const NAMES: &str = "url|pretty|header|separator|columns|formulas|year|month|day|hour|days|months|\
                     seconds|title|link|id|at|items|summary|html|a";
/// Text that the functions read, and text that is nearly so.
const TEXTS: &str = "[\\x00-\\x7fäß€😀\u{202e}\u{feff}]{0,40}|[{}\\[\\]\",:0-9.eE+-]{0,40}|\
                     (<[a-z!/?-]{0,4}|[ a-z=\"'>&#;x0-9]{1,8}){0,12}|\
                     [a-z]{1,5}:[/@:?#\\[\\]%a-z0-9.]{0,30}|[0-9T:+Z -]{0,30}|%[-_0-9a-zA-Z%]{0,9}|\
                     -?[0-9]{1,20} (days|month|h|s|years)|UTC|Europe/Berlin|\\{\\{[a-z.]{0,3}\\}?\\}";

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-400_i64..400).prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        vec(any::<u8>(), 0..40).prop_map(Value::Str),
        TEXTS.prop_map(Value::from),
        TEXTS.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::List),
            btree_map(NAMES, inner, 0..6).prop_map(Value::Map),
        ]
    })
}
