//! The parts that are listened to or found on a map, and the way to another app.

use super::{Pen, leaves};
use crate::address;
use crate::node::{Fields, Node, Prop};
use crate::view::html::canvas::short;
use crate::view::{embedded, is_audio};
use maud::{Markup, html};

/// Units of a map's drawing.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 180.0;
/// Units between a pin and the edge.
const EDGE: f64 = 16.0;
/// The least that a map shows, in degrees, where no zoom is given.
const SPAN_MIN: f64 = 0.002;
/// The largest zoom that makes sense: a house.
const ZOOM_MAX: i64 = 20;

impl Pen<'_> {
    /// A sound or film of the app's own files; one from elsewhere is a link, so that nobody's address leaks.
    pub(super) fn media(&self, node: &Node) -> Markup {
        let (src, label) = (node.text("src"), node.text("label"));
        let file = |name: &str| {
            address::parse(node.text(name)).and_then(|address| address.of_file(self.around.app))
        };
        let Some(source) = file("src") else {
            return match node.node("fallback") {
                Some(fallback) => self.node(fallback),
                None => html! { p { a.link href=[self.href(src)] rel=[leaves(src)] { (label) } } },
            };
        };
        let captions = html! {
            @if let Some(captions) = file("captions") { track kind="captions" src=(captions) default; }
        };
        html! {
            figure.media {
                @match is_audio(node) {
                    true => audio controls preload="metadata" src=(source) aria-label=(label) { (captions) },
                    false => video controls preload="metadata" src=(source) aria-label=(label) { (captions) },
                }
                figcaption { (label) }
                @if let Some(text) = node.some_text("transcript") {
                    details { summary { "Read what is said" } div { p.text dir="auto" { (text) } } }
                }
            }
        }
    }

    /// Pins on an empty ground; the list below says all that the drawing shows.
    pub(super) fn map(&self, node: &Node) -> Markup {
        let pins: Vec<&Fields> = node.objects("pins").collect();
        html! {
            figure.map {
                svg aria-hidden="true" viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) {
                    rect.ground width=(WIDTH) height=(HEIGHT) {}
                    @for (place, (x, y)) in places(&pins, node.whole("zoom")).into_iter().enumerate() {
                        circle.pin cx=(short(x)) cy=(short(y)) r="9" {}
                        text.number x=(short(x)) y=(short(y + 4.0)) text-anchor="middle" font-size="11" { (place + 1) }
                    }
                }
                figcaption { strong { (node.text("label")) } }
                ol.list { @for pin in pins { li { (self.pin(pin)) } } }
            }
        }
    }

    fn pin(&self, pin: &Fields) -> Markup {
        html! {
            @match pin.some_text("on") {
                Some(handler) => (self.pressing(handler, &pin.args(), pin.text("label"), "btn quiet", false)),
                None => strong dir="auto" { (pin.text("label")) },
            }
            " " small { (coordinates(pin)) }
        }
    }

    pub(super) fn embed(&self, node: &Node) -> Markup {
        if let Some(fallback) = node.node("fallback") {
            return self.node(fallback);
        }
        let (href, app) = (embedded(node), node.text("app"));
        let rel = href.as_deref().and_then(leaves);
        html! {
            div.card {
                p { a.link href=[href.as_deref()] rel=[rel] dir="auto" { (node.text("label")) } }
                p { small { "This is another app: " (app) } }
            }
        }
    }
}

/// Latitude and longitude, as people copy them.
pub(crate) fn coordinates(pin: &Fields) -> String {
    let number = |name: &str| {
        let number = pin.0.get(name).and_then(Prop::number).unwrap_or(0.0);
        ((number * 1e6).round() / 1e6).to_string()
    };
    format!("{}, {}", number("lat"), number("lon"))
}

/// Where the pins stand in the drawing. A degree of longitude is narrower the further it is from
/// the equator; over a town or a country that is all one sees of the earth being round.
#[allow(clippy::cast_precision_loss, reason = "a zoom is a small number")]
fn places(pins: &[&Fields], zoom: Option<i64>) -> Vec<(f64, f64)> {
    let at = |pin: &&Fields| {
        let lat = pin.number("lat").unwrap_or(0.0).clamp(-85.0, 85.0);
        (pin.number("lon").unwrap_or(0.0).clamp(-180.0, 180.0), lat)
    };
    let points: Vec<(f64, f64)> = pins.iter().map(at).collect();
    let range = |numbers: &mut dyn Iterator<Item = f64>| {
        let (least, most) = numbers.fold((f64::MAX, f64::MIN), |(a, b), n| (a.min(n), b.max(n)));
        ((least + most) / 2.0, most - least)
    };
    let (lon, wide) = range(&mut points.iter().map(|point| point.0));
    let (lat, high) = range(&mut points.iter().map(|point| point.1));
    let narrower = lat.to_radians().cos().max(0.05);
    let shown = zoom.map_or(SPAN_MIN, |zoom| 360.0 / f64::from(1 << zoom.clamp(0, ZOOM_MAX)));
    let of_width = wide.max(shown) * narrower / (WIDTH - 2.0 * EDGE);
    let of_height = high.max(SPAN_MIN) / (HEIGHT - 2.0 * EDGE);
    let degrees = of_width.max(of_height);
    let point = |(x, y): &(f64, f64)| {
        let (east, north) = ((x - lon) * narrower / degrees, (y - lat) / degrees);
        (WIDTH / 2.0 + east, HEIGHT / 2.0 - north)
    };
    points.iter().map(point).collect()
}
