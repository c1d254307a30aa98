//! What the Markdown and HTML of a page cost, and who pays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::receipt::Cause;
use model::{Ending, Level, Value};
use testkit::Place;

const PAGE: &str = r##"
function view(ctx)
  local parts = { "Notes" }
  for i = 1, store.get("texts", 0) do
    parts[#parts + 1] = ui.markdown(("x"):rep(1000))
    parts[#parts + 1] = ui.html(("y"):rep(10))
  end
  return ui.page(parts)
end
function on.texts(ctx, args) store.set("texts", args.n) end
function on.once(ctx) return ui.page{ "Once", ui.markdown"**hi**" } end
"##;

#[test]
fn a_run_pays_for_the_texts_it_returns() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", PAGE);
    let plain = place.look(&app, Some(&ana)).receipt;
    assert!(!plain.causes.keys().any(|name| name.starts_with("ui.")), "{:?}", plain.causes);

    place.press(&app, &ana, "texts", Value::map([("n", Value::Int(3))]));
    let ran = place.look(&app, Some(&ana));
    let causes = &ran.receipt.causes;
    assert_eq!(causes["ui.markdown"], Cause { count: 3, gas: 3 * (40_000 + 1_100 * 1000) });
    assert_eq!(causes["ui.html"], Cause { count: 3, gas: 3 * (30_000 + 400 * 10) });
    let texts = causes["ui.markdown"].gas + causes["ui.html"].gas;
    assert!(ran.receipt.gas > plain.gas + texts, "{:?}", ran.receipt);
    let again = place.look(&app, Some(&ana)).receipt;
    assert_eq!(
        again.causes["ui.markdown"], causes["ui.markdown"],
        "also where none is cleaned anew"
    );

    let once = place.press(&app, &ana, "once", Value::Nil);
    assert_eq!(once.receipt.causes["ui.markdown"], Cause { count: 1, gas: 40_000 + 1_100 * 6 });
}

#[test]
fn who_cannot_pay_for_them_has_run_out_of_gas() {
    let place = Place::new();
    let ana = place.person("ana", Level::Member);
    let app = place.app(&ana, "notes", PAGE);
    place.press(&app, &ana, "texts", Value::map([("n", Value::Int(1000))]));
    let ran = place.look(&app, Some(&ana));
    assert_eq!((ran.ending, &ran.answer), (Ending::OutOfGas, &Value::Nil));
    assert!(ran.message.contains("Markdown and HTML of this page"), "{}", ran.message);
    assert_eq!(ran.receipt.gas, model::limit::VIEW.gas);
}
