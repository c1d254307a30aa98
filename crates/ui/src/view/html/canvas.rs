//! A canvas as a drawing inside the page: every operation becomes an element of SVG. What it shows
//! is also said in words.

use super::Pen;
use crate::address;
use crate::node::Node;
use crate::view::scene::{Matrix, Piece, Scene, Shape};
use maud::{Markup, html};

impl Pen<'_> {
    pub(super) fn canvas(&self, node: &Node) -> Markup {
        let (width, height) = (node.whole("width").unwrap_or(1), node.whole("height").unwrap_or(1));
        let label = node.text("label");
        html! {
            figure.canvas {
                @if !node.list("ops").is_empty() {
                    svg role="img" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
                        shape-rendering=[node.is("pixelated").then_some("crispEdges")] {
                        title { (label) }
                        @if let Some(text) = node.some_text("describe") { desc { (text) } }
                        (self.scene(&Scene::of(node)))
                    }
                }
                figcaption {
                    strong { (label) }
                    @if let Some(text) = node.some_text("describe") { " " span dir="auto" { (text) } }
                    @if let Some(text) = needs(node) { " " small { (text) } }
                }
            }
        }
    }

    fn scene(&self, scene: &Scene) -> Markup {
        let first = self.count.get() + 1;
        self.count.set(self.count.get() + scene.clips.len());
        let id = |clip: usize| format!("u-c{}", first + clip);
        let through = |clip: Option<usize>| clip.map(|clip| format!("url(#{})", id(clip)));
        html! {
            @for (place, clip) in scene.clips.iter().enumerate() {
                @let [x, y, w, h] = clip.rect;
                @let corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
                clipPath id=(id(place)) clip-path=[through(clip.within)] {
                    polygon points=(points(corners.map(|(x, y)| clip.matrix.point(x, y)))) {}
                }
            }
            @for pieces in scene.pieces.chunk_by(|a, b| a.clip == b.clip) {
                @match pieces.first().and_then(|piece| through(piece.clip)) {
                    Some(clip) => g clip-path=(clip) { @for piece in pieces { (self.piece(piece)) } },
                    None => @for piece in pieces { (self.piece(piece)) },
                }
            }
        }
    }

    fn piece(&self, piece: &Piece) -> Markup {
        let place = (piece.matrix != Matrix::SAME).then(|| matrix(piece.matrix));
        let alpha = (piece.alpha < 1.0).then(|| short(piece.alpha));
        let s = |number: &f64| short(*number);
        match &piece.shape {
            Shape::All(fill) => {
                html! { rect width="100%" height="100%" fill=(fill) opacity=[alpha] {} }
            }
            Shape::Rect([x, y, w, h], fill) => html! {
                rect x=(s(x)) y=(s(y)) width=(short(w.max(0.0))) height=(short(h.max(0.0))) fill=(fill) transform=[place] opacity=[alpha] {}
            },
            Shape::Circle([x, y, r], fill) => html! {
                circle cx=(s(x)) cy=(s(y)) r=(short(r.max(0.0))) fill=(fill) transform=[place] opacity=[alpha] {}
            },
            Shape::Line([x, y, x2, y2], stroke, width) => html! {
                line x1=(s(x)) y1=(s(y)) x2=(s(x2)) y2=(s(y2)) stroke=(stroke) stroke-width=(short(width.max(0.0))) transform=[place] opacity=[alpha] {}
            },
            Shape::Poly(corners, fill) => html! {
                polygon points=(points(corners.iter().copied())) fill=(fill) transform=[place] opacity=[alpha] {}
            },
            Shape::Words([x, y], words, fill, size) => html! {
                text x=(s(x)) y=(s(y)) fill=(fill) font-size=(short(size.max(0.0))) transform=[place] opacity=[alpha] { (words) }
            },
            Shape::Picture(file, [x, y], size) => {
                let href = address::parse(file).and_then(|file| file.of_file(self.around.app));
                let width = size.map(|[width, _]| short(width.max(0.0)));
                let height = size.map(|[_, height]| short(height.max(0.0)));
                html! {
                    @if let Some(href) = href {
                        image href=(href) x=(s(x)) y=(s(y)) width=[width] height=[height] transform=[place] opacity=[alpha] {}
                    }
                }
            }
        }
    }
}

/// What a canvas would need to move, if it is meant to.
pub(crate) fn needs(node: &Node) -> Option<&'static str> {
    match node.text("run") {
        "client" => Some(
            "This is its first picture: it moves where a group runs its script in your browser, and this one does not yet.",
        ),
        "server" => Some(
            "This is its latest picture: it moves where a group sends one after the other, and this one does not yet.",
        ),
        _ => None,
    }
}

/// A number with two decimals at most.
pub(super) fn short(number: f64) -> String {
    let rounded = (number * 100.0).round() / 100.0;
    if rounded == 0.0 { "0".into() } else { rounded.to_string() }
}

fn matrix(Matrix(numbers): Matrix) -> String {
    // Turning needs more digits than places do.
    let digits = numbers.map(|number| format!("{}", (number * 1e5).round() / 1e5));
    format!("matrix({})", digits.join(" "))
}

/// Points as a polygon has them.
pub(super) fn points(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let pairs = points.into_iter().map(|(x, y)| format!("{},{}", short(x), short(y)));
    pairs.collect::<Vec<_>>().join(" ")
}
