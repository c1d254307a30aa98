//! `random`: chance, from the seed of the run. Nobody can guess it, so that `random.id` serves as a
//! secret; a run that is repeated throws the same dice.

use super::args::{Answer, Args, error};
use super::{Call, Capability, Needs};
use crate::dice::Dice;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::gas::Price;
use model::limit::MIB;
use model::{Value, limit};

/// The calls of the family.
pub(super) const FAMILY: &[Capability] = &[
    Capability {
        name: "random.int",
        signature: "fun(low: integer, high: integer): integer",
        doc: "A whole number from `low` to `high`, both included, each as likely as the others.",
        example: r#"
local die = random.int(1, 6)
assert(die >= 1 and die <= 6 and math.type(die) == "integer")"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| int(&mut given.dice, args)),
    },
    Capability {
        name: "random.float",
        signature: "fun(): number",
        doc: "A number from 0 to just below 1.",
        example: r#"
local x = random.float()
assert(x >= 0 and x < 1)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, _| Ok(Value::Float(given.dice.float()))),
    },
    Capability {
        name: "random.bytes",
        signature: "fun(count: integer): string",
        doc: "So many random bytes, 1 MiB at most.",
        example: r#"
assert(#random.bytes(32) == 32)"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| bytes(&mut given.dice, args)),
    },
    Capability {
        name: "random.id",
        signature: "fun(): string",
        doc: "A name that nothing else has and nobody can guess: 22 letters, digits, `-` and `_`.",
        example: r#"
assert(#random.id() == 22 and random.id() ~= random.id())"#,
        price: PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, _| Ok(id(&mut given.dice))),
    },
    Capability {
        name: "random.pick",
        signature: "fun(list: any[]): any",
        doc: "One of the items of a list; `nil` if it is empty.",
        example: r#"
local winner = random.pick({ "Ana", "Bo" })
assert(winner == "Ana" or winner == "Bo")"#,
        price: PICK_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| pick(&mut given.dice, args)),
    },
    Capability {
        name: "random.shuffle",
        signature: "fun(list: any[]): any[]",
        doc: "A new list with the same items in any order, each order as likely as the others.",
        example: r#"
local cards = random.shuffle({ 1, 2, 3 })
assert(#cards == 3 and cards[1] + cards[2] + cards[3] == 6)"#,
        price: SHUFFLE_PRICE,
        needs: Needs::Nothing,
        call: Call::Given(|given, args| shuffle(&mut given.dice, args)),
    },
];

const PRICE: Price = Price { call: 700, byte_in: 1, byte_out: 4 };
/// An item can be one byte, and each takes a throw.
const SHUFFLE_PRICE: Price = Price { call: 500, byte_in: 100, byte_out: 1 };
/// All items are handed over, and all but one are dropped.
const PICK_PRICE: Price = Price { call: 500, byte_in: 10, byte_out: 1 };

/// Bytes drawn at once: the largest value that can be kept.
const BYTES_MAX: usize = limit::VALUE_BYTES_MAX;
/// Bytes of an id: 128 bits, so that no two are ever the same and none is guessed.
const ID_BYTES: usize = 16;

fn int(dice: &mut Dice, args: &mut Args) -> Answer {
    let (low, high) = (args.int(0, "low")?, args.int(1, "high")?);
    if high < low {
        return Err(error(format!("random.int: there is no number from {low} to {high}")));
    }
    Ok(dice.int(low, high).into())
}

fn bytes(dice: &mut Dice, args: &mut Args) -> Answer {
    let count = usize::try_from(args.int(0, "count")?).ok().filter(|count| *count <= BYTES_MAX);
    let count = count.ok_or_else(|| {
        error(format!(
            "random.bytes: argument 1 (count) should be from 0 to {} MiB",
            BYTES_MAX / MIB
        ))
    })?;
    let mut bytes = vec![0; count];
    dice.fill(&mut bytes);
    Ok(bytes.into())
}

fn id(dice: &mut Dice) -> Value {
    URL_SAFE_NO_PAD.encode(dice.bytes::<ID_BYTES>()).into()
}

fn pick(dice: &mut Dice, args: &mut Args) -> Answer {
    let mut list = args.list(0, "list")?;
    let place = below(dice, list.len());
    Ok(if list.is_empty() { Value::Nil } else { list.swap_remove(place) })
}

/// Fisher and Yates.
fn shuffle(dice: &mut Dice, args: &mut Args) -> Answer {
    let mut list = args.list(0, "list")?;
    for last in (1..list.len()).rev() {
        list.swap(last, below(dice, last + 1));
    }
    Ok(Value::List(list))
}

fn below(dice: &mut Dice, bound: usize) -> usize {
    usize::try_from(dice.below(bound as u64)).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::trial::withstands;
    use super::*;
    use std::collections::BTreeSet;

    fn ask(
        call: fn(&mut Dice, &mut Args) -> Answer,
        values: impl Into<Vec<Value>>,
    ) -> Result<Value, String> {
        let mut args = Args::new("random.test", values.into());
        call(&mut Dice::new([4; 32]), &mut args).map_err(|refusal| refusal.text)
    }

    #[test]
    fn every_order_and_every_pick_comes_up() {
        let mut dice = Dice::new([5; 32]);
        let cards = || Value::List((1..=3).map(Value::Int).collect());
        let args = || Args::new("", vec![cards()]);
        let (mut orders, mut picks) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..200 {
            orders.insert(format!("{:?}", shuffle(&mut dice, &mut args()).unwrap()));
            picks.insert(pick(&mut dice, &mut args()).unwrap().as_int());
        }
        assert_eq!((orders.len(), picks.len()), (6, 3));
    }

    #[test]
    fn ids_are_long_and_differ() {
        let mut dice = Dice::new([5; 32]);
        let ids: BTreeSet<String> = (0..1_000).map(|_| id(&mut dice).shown()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 22 && !id.contains(['+', '/', '='])));
    }

    #[test]
    fn edges() {
        assert_eq!(ask(int, [7.into(), 7.into()]), Ok(7.into()));
        assert_eq!(ask(bytes, [0.into()]), Ok("".into()));
        assert_eq!(ask(bytes, [32.into()]).unwrap().as_bytes().unwrap().len(), 32);
        assert_eq!(ask(pick, [Value::List(vec![])]), Ok(Value::Nil));
        assert_eq!(ask(shuffle, [Value::List(vec![])]), Ok(Value::List(vec![])));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let above = i64::try_from(BYTES_MAX + 1).unwrap();
        for (answer, expect) in [
            (ask(int, [6.into(), 1.into()]), "there is no number from 6 to 1"),
            (ask(int, [Value::Float(0.5), 1.into()]), "argument 1 (low) should be a whole number"),
            (ask(int, [1.into()]), "argument 2 (high) should be a whole number, got nil"),
            (ask(bytes, [(-1).into()]), "should be from 0 to 1 MiB"),
            (ask(bytes, [above.into()]), "should be from 0 to 1 MiB"),
            (ask(pick, ["abc".into()]), "argument 1 (list) should be a list, got string"),
            (ask(shuffle, [Value::map([("a", 1.into())])]), "argument 1 (list) should be a list"),
        ] {
            let said = answer.unwrap_err();
            assert!(said.contains(expect), "{said}");
        }
    }

    #[test]
    fn nothing_panics() {
        let with = |call: fn(&mut Dice, &mut Args) -> Answer| {
            move |args: &mut Args| call(&mut Dice::new([1; 32]), args)
        };
        let float = |dice: &mut Dice, _: &mut Args| Ok(Value::Float(dice.float()));
        let id = |dice: &mut Dice, _: &mut Args| Ok(id(dice));
        withstands(
            FAMILY,
            &[&with(int), &with(float), &with(bytes), &with(id), &with(pick), &with(shuffle)],
        );
    }
}
