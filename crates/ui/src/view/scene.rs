//! What the operations of a canvas come to: shapes one above the other, each with its place, its
//! opacity and the clip it is seen through. The faces draw them; nothing here knows how.

use crate::node::{Fields, Prop};
use crate::ops::colour;

/// A way from the coordinates of a shape to those of the canvas: x' = a x + c y + e, y' = b x + d y + f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Matrix(pub(crate) [f64; 6]);

/// A shape in coordinates of its own.
#[derive(Clone, Debug)]
pub(crate) enum Shape<'a> {
    /// Everything in one colour.
    All(&'a str),
    Rect([f64; 4], &'a str),
    Circle([f64; 3], &'a str),
    Line([f64; 4], &'a str, f64),
    Poly(Vec<(f64, f64)>, &'a str),
    Words([f64; 2], &'a str, &'a str, f64),
    /// A file, where, and how large if that is said.
    Picture(String, [f64; 2], Option<[f64; 2]>),
}

/// A shape as it stands in the picture.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) shape: Shape<'a>,
    pub(crate) matrix: Matrix,
    pub(crate) alpha: f64,
    /// The place in `Scene::clips` of what it is seen through.
    pub(crate) clip: Option<usize>,
}

/// A rectangle that something is seen through, itself perhaps seen through another.
#[derive(Clone, Debug)]
pub(crate) struct Clip {
    pub(crate) rect: [f64; 4],
    pub(crate) matrix: Matrix,
    pub(crate) within: Option<usize>,
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scene<'a> {
    pub(crate) pieces: Vec<Piece<'a>>,
    pub(crate) clips: Vec<Clip>,
}

/// How things are drawn from here on.
#[derive(Clone, Copy)]
struct State {
    matrix: Matrix,
    alpha: f64,
    clip: Option<usize>,
}

/// Height of letters that no one gave a size.
const LETTERS: f64 = 8.0;

impl Matrix {
    pub(crate) const SAME: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This way after that one: what `inner` moves is then moved by `self`.
    fn after(self, inner: Matrix) -> Matrix {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, inner.0);
        Matrix([
            a * g + c * h,
            b * g + d * h,
            a * i + c * j,
            b * i + d * j,
            a * k + c * l + e,
            b * k + d * l + f,
        ])
    }

    pub(crate) fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The way back, if there is one: what is scaled to nothing has none.
    pub(crate) fn back(self) -> Option<Matrix> {
        let [a, b, c, d, e, f] = self.0;
        let size = a * d - b * c;
        (size.abs() > 1e-9 && size.is_finite()).then(|| {
            let (a, b, c, d) = (d / size, -b / size, -c / size, a / size);
            Matrix([a, b, c, d, -(a * e + c * f), -(b * e + d * f)])
        })
    }
}

impl<'a> Scene<'a> {
    /// The picture of a canvas.
    pub(crate) fn of(canvas: &'a Fields) -> Scene<'a> {
        let mut scene = Scene::default();
        let mut now = State { matrix: Matrix::SAME, alpha: 1.0, clip: None };
        let mut kept: Vec<State> = Vec::new();
        for op in canvas.list("ops") {
            let Prop::List(parts) = op else { continue };
            let Some((Prop::Text(name), args)) = parts.split_first() else { continue };
            match name.as_str() {
                "push" => kept.push(now),
                "pop" => now = kept.pop().unwrap_or(now),
                "clip" => {
                    let rect = numbers(args);
                    scene.clips.push(Clip { rect, matrix: now.matrix, within: now.clip });
                    now.clip = Some(scene.clips.len() - 1);
                }
                name => match moved(name, args) {
                    Some(matrix) => now.matrix = now.matrix.after(matrix),
                    None if name == "alpha" => now.alpha *= number(args, 0).clamp(0.0, 1.0),
                    None => {
                        let State { matrix, alpha, clip } = now;
                        let shape = shape(name, args);
                        scene.pieces.extend(shape.map(|shape| Piece {
                            shape,
                            matrix,
                            alpha,
                            clip,
                        }));
                    }
                },
            }
        }
        scene
    }
}

/// How an operation changes where things are drawn, if it does.
fn moved(name: &str, args: &[Prop]) -> Option<Matrix> {
    match name {
        "move" => Some(Matrix([1.0, 0.0, 0.0, 1.0, number(args, 0), number(args, 1)])),
        "turn" => {
            let (sin, cos) = number(args, 0).to_radians().sin_cos();
            Some(Matrix([cos, sin, -sin, cos, 0.0, 0.0]))
        }
        "scale" => {
            let factor = number(args, 0);
            Some(Matrix([factor, 0.0, 0.0, factor, 0.0, 0.0]))
        }
        _ => None,
    }
}

fn shape<'a>(name: &str, args: &'a [Prop]) -> Option<Shape<'a>> {
    let paint = |place: usize| args.get(place).map(colour);
    let text = |place: usize| match args.get(place) {
        Some(Prop::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    Some(match name {
        "clear" => Shape::All(paint(0)?),
        "rect" => Shape::Rect(numbers(args), paint(4)?),
        "circle" => Shape::Circle(numbers(args), paint(3)?),
        "line" => Shape::Line(numbers(args), paint(4)?, some_number(args, 5).unwrap_or(1.0)),
        "poly" => {
            let points = args[1..].chunks(2).map(|pair| (number(pair, 0), number(pair, 1)));
            Shape::Poly(points.collect(), paint(0)?)
        }
        "text" => {
            let size = some_number(args, 4).unwrap_or(LETTERS);
            Shape::Words(numbers(args), text(2)?, paint(3)?, size)
        }
        "image" => {
            let size = some_number(args, 3).zip(some_number(args, 4)).map(|(w, h)| [w, h]);
            Shape::Picture(text(0)?.to_owned(), [number(args, 1), number(args, 2)], size)
        }
        "sprite" => {
            let file = format!("files/sprites/{:.0}.png", number(args, 0).max(0.0));
            Shape::Picture(file, [number(args, 1), number(args, 2)], None)
        }
        _ => return None,
    })
}

fn some_number(args: &[Prop], place: usize) -> Option<f64> {
    args.get(place).and_then(Prop::number)
}

fn number(args: &[Prop], place: usize) -> f64 {
    some_number(args, place).unwrap_or(0.0)
}

fn numbers<const N: usize>(args: &[Prop]) -> [f64; N] {
    std::array::from_fn(|place| number(args, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_there_and_back() {
        let moved = Matrix([1.0, 0.0, 0.0, 1.0, 10.0, 20.0]);
        let larger = Matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(moved.after(larger).point(1.0, 1.0), (12.0, 22.0));
        let back = moved.after(larger).back().map(|back| back.point(12.0, 22.0));
        assert_eq!(back, Some((1.0, 1.0)));
        assert_eq!(Matrix([0.0; 6]).back(), None);
    }
}
