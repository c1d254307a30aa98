//! Bent frames and parcels: what a worker or a guest that was broken into might send. Whatever it
//! is, the decoder answers in words, and what it takes reads the same when it is written again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../testkit/src/mutate.rs"]
#[allow(unreachable_pub, reason = "it is a public module of testkit, too")]
mod mutate;

use super::frame::{Answer, Begin, FromWorker, Guest, Later, Over, ToWorker, receive, send};
use crate::jail::Layer;
use crate::parcel::{decode, encode, unpack};
use model::receipt::Cause;
use model::{Ending, Value};
use mutate::fuzz;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

fn framed(frame: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    send(&mut bytes, frame).unwrap();
    bytes
}

fn value() -> Value {
    Value::map([
        ("n", Value::Int(-7)),
        ("x", Value::Float(0.5)),
        ("list", Value::List(vec![Value::Nil, Value::Bool(true), Value::text("ä\0")])),
    ])
}

fn args() -> Vec<u8> {
    encode(&Value::List(vec![value(), Value::text("k".repeat(300))]))
}

/// How far a decoder came: the words it ended with, or that it was content.
fn place<T>(read: &Result<T, impl std::fmt::Display>) -> u64 {
    let mut hasher = DefaultHasher::new();
    read.as_ref().err().map(ToString::to_string).hash(&mut hasher);
    hasher.finish()
}

/// Reads a frame; one that is taken is the same after it was written and read again.
fn reads<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(mut bytes: &[u8]) -> u64 {
    let read = receive::<T>(&mut bytes);
    if let Ok(frame) = &read {
        let again = framed(frame);
        assert_eq!(receive::<T>(&mut again.as_slice()).unwrap(), *frame);
    }
    place(&read)
}

#[test]
fn bent_frames_of_a_worker_are_frames_or_errors() {
    let handle = [7; 16];
    let later =
        || vec![Later::Ahead(3), Later::Call { name: "log.print".into(), args: args().into() }];
    let layers = Layer::ALL.into_iter().map(|layer| (layer, Ok("on".to_owned()))).collect();
    let over = Over {
        handle,
        later: later(),
        ending: Ending::Stopped,
        answer: encode(&value()).into(),
        message: "main.lua:1: ä".into(),
        gas: 12_345,
        causes: BTreeMap::from([("store.get".to_owned(), Cause::default())]),
        internal: Some("x".into()),
        behind: false,
    };
    let sound = [
        framed(&FromWorker::Ready { layers }),
        framed(&FromWorker::Call {
            handle,
            later: later(),
            name: "store.get".into(),
            args: args().into(),
        }),
        framed(&FromWorker::Later { handle, later: later() }),
        framed(&FromWorker::Over(Box::new(over))),
    ];
    fuzz(&sound, &["store.get"], reads::<FromWorker>);
}

#[test]
fn bent_frames_of_a_node_are_frames_or_errors() {
    let begin = Begin {
        handle: [7; 16],
        script: None,
        trigger: "view".into(),
        handler: String::new(),
        ctx: encode(&value()).into(),
        args: args().into(),
        settings: encode(&value()).into(),
        seed: [3; 32],
        now: -1,
        tz: "UTC".into(),
        gas: 1,
        memory_bytes: 2,
        computing_ns: 3,
        ahead: vec![],
        behind: true,
    };
    let sound = [
        framed(&ToWorker::Setup {
            guest: Guest::Lua,
            code: vec![1, 2, 3].into(),
            layers: Layer::ALL.to_vec(),
        }),
        framed(&ToWorker::Begin(Box::new(begin))),
        framed(&ToWorker::Answer(Answer { handle: [7; 16], value: Ok(encode(&value()).into()) })),
    ];
    fuzz(&sound, &["view"], reads::<ToWorker>);
}

#[test]
fn bent_parcels_are_values_or_errors() {
    let sound = [encode(&value()), args(), encode(&Value::Nil)];
    fuzz(&sound, &[], |bytes| {
        let read = decode(bytes);
        if let Ok(value) = &read {
            let again = encode(value);
            assert_eq!(encode(&decode(&again).unwrap()), again);
        }
        let memory = [0xaa; 64];
        let unpacked = unpack(bytes, &memory);
        place(&read.map_err(|why| why.words())) ^ place(&unpacked.map_err(|why| why.words()))
    });
}
