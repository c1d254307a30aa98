//! What the Markdown and HTML of a page cost the run that returned it: as much as if the script had
//! called `md.html` and `html.clean` itself. They are cleaned after the run, and paid with it.

use crate::host::find;
use model::Ending;
use model::receipt::grouped;
use sandbox::Outcome;
use ui::Form;
use ui::prose::{Weight, weight};

/// Each form with its name in receipts, and the call whose price it has.
const PRICES: &[(Form, &str, &str)] =
    &[(Form::Markdown, "ui.markdown", "md.html"), (Form::Html, "ui.html", "html.clean")];

/// Charges a run for what it returned to be drawn, with the documents it shows, which are Markdown.
/// One that cannot pay has run out of gas.
pub(crate) fn charge(outcome: &mut Outcome, gas_max: u64, documents: Weight) {
    if outcome.ending != Ending::Done {
        return;
    }
    let mut sum: u64 = 0;
    for (form, name, like) in PRICES {
        let mut weight = weight(&outcome.answer, *form);
        if *form == Form::Markdown {
            weight.texts += documents.texts;
            weight.bytes += documents.bytes;
        }
        let Some(price) = find(like).ok().map(|it| it.price).filter(|_| weight.texts > 0) else {
            continue;
        };
        let gas = price.call.saturating_mul(weight.texts);
        let gas = gas.saturating_add(price.byte_in.saturating_mul(weight.bytes));
        let cause = outcome.causes.entry((*name).to_owned()).or_default();
        cause.count += weight.texts;
        cause.gas = cause.gas.saturating_add(gas);
        sum = sum.saturating_add(gas);
    }
    let left = gas_max.saturating_sub(outcome.gas);
    if sum > left {
        outcome.ending = Ending::OutOfGas;
        outcome.answer = model::Value::Nil;
        outcome.message = format!(
            "out of gas: the Markdown and HTML of this page cost {} gas to clean, and {} were left. Show less of it at once.",
            grouped(sum),
            grouped(left)
        );
    }
    outcome.gas = outcome.gas.saturating_add(sum).min(gas_max);
}
