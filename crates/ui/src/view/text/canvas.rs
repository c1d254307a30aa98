//! A canvas in a terminal: as many half blocks as fit a line, a shade for each colour, and letters
//! where the picture has words. What it shows is also said.

use super::{Term, line, plain, wrapped};
use crate::node::Node;
use crate::view::html::needs;
use crate::view::scene::{Matrix, Piece, Scene, Shape};

/// Columns of a picture.
const COLUMNS: usize = 40;
/// Rows of a picture at most; a tall one is squeezed.
const ROWS_MAX: usize = 30;
/// Shapes are looked at this often at most: once for each point and corner.
const LOOKS_MAX: usize = 4_000_000;
/// What is fainter than this is not seen in a terminal.
const ALPHA_MIN: f64 = 0.25;
/// The ground, and the shades of other colours in the order in which they come.
const GROUND: char = '·';
const SHADES: [char; 4] = ['█', '▓', '▒', '░'];

/// Points of a picture, two in each row of a terminal.
struct Raster<'a> {
    columns: usize,
    rows: usize,
    /// Canvas units of a point.
    wide: f64,
    high: f64,
    points: Vec<Option<&'a str>>,
    letters: Vec<Option<char>>,
    looks: usize,
}

impl Term<'_> {
    pub(super) fn canvas(&self, node: &Node) -> String {
        let mut out = format!("{} (drawing)", line(node.text("label")));
        if !node.list("ops").is_empty() {
            out += &format!("\n{}", drawn(node));
        }
        for words in [node.some_text("describe"), needs(node)].into_iter().flatten() {
            out += &format!("\n{}", wrapped(words, 0));
        }
        out
    }
}

fn drawn(node: &Node) -> String {
    let size = |name: &str| node.0.get(name).and_then(crate::node::Prop::number).unwrap_or(1.0);
    let scene = Scene::of(node);
    let mut raster = Raster::new(size("width").max(1.0), size("height").max(1.0));
    for piece in &scene.pieces {
        raster.draw(piece, &scene);
    }
    raster.shown()
}

impl<'a> Raster<'a> {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a canvas has at most some thousand units"
    )]
    fn new(width: f64, height: f64) -> Raster<'a> {
        let wide = width / COLUMNS as f64;
        let rows = ((height / wide / 2.0).floor() as usize).clamp(1, ROWS_MAX);
        Raster {
            columns: COLUMNS,
            rows,
            wide,
            high: height / (rows * 2) as f64,
            points: vec![None; COLUMNS * rows * 2],
            letters: vec![None; COLUMNS * rows],
            looks: 0,
        }
    }

    fn draw(&mut self, piece: &Piece<'a>, scene: &Scene<'a>) {
        if piece.alpha < ALPHA_MIN {
            return;
        }
        match &piece.shape {
            Shape::Words([x, y], words, ..) => self.write(piece.matrix.point(*x, *y), words),
            shape => self.paint(shape, piece, scene),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "a picture has a few thousand points")]
    fn paint(&mut self, shape: &Shape<'a>, piece: &Piece<'a>, scene: &Scene<'a>) {
        let Some(back) = piece.matrix.back() else { return };
        let Some(paint) = paint_of(shape) else { return };
        let corners = if let Shape::Poly(corners, _) = shape { corners.len() } else { 1 };
        self.looks = self.looks.saturating_add(self.points.len().saturating_mul(corners));
        if self.looks > LOOKS_MAX {
            return;
        }
        for place in 0..self.points.len() {
            let (column, row) = (place % self.columns, place / self.columns);
            let (x, y) = ((column as f64 + 0.5) * self.wide, (row as f64 + 0.5) * self.high);
            let (inner_x, inner_y) = back.point(x, y);
            if covers(shape, inner_x, inner_y, self.wide) && is_seen(scene, piece.clip, x, y) {
                self.points[place] = Some(paint);
            }
        }
        if matches!(shape, Shape::All(_)) {
            self.letters.fill(None);
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "far outside is outside")]
    fn write(&mut self, (x, y): (f64, f64), words: &str) {
        let (column, row) = ((x / self.wide) as i64, (y / self.high / 2.0) as i64);
        for (n, letter) in (0_i64..).zip(plain(words).chars()) {
            let place =
                usize::try_from(column.saturating_add(n)).ok().zip(usize::try_from(row).ok());
            if let Some((column, row)) = place
                && column < self.columns
                && row < self.rows
                && letter != '\n'
            {
                self.letters[row * self.columns + column] = Some(letter);
            }
        }
    }

    fn shown(&self) -> String {
        let ground = self.points.first().copied().flatten();
        let mut others: Vec<&str> = Vec::new();
        for paint in self.points.iter().flatten() {
            if Some(*paint) != ground && !others.contains(paint) {
                others.push(paint);
            }
        }
        let shade = |paint: &str| {
            let place = others.iter().position(|other| *other == paint).unwrap_or(0);
            SHADES[place.min(SHADES.len() - 1)]
        };
        let cell = |row: usize, column: usize| {
            let of = |half: usize| self.points[(row * 2 + half) * self.columns + column];
            let seen = |paint: Option<&'a str>| paint.filter(|paint| Some(*paint) != ground);
            match (seen(of(0)), seen(of(1))) {
                (None, None) => GROUND,
                (Some(_), None) => '▀',
                (None, Some(_)) => '▄',
                (Some(above), Some(_)) => shade(above),
            }
        };
        let row = |row: usize| -> String {
            (0..self.columns)
                .map(|column| {
                    self.letters[row * self.columns + column].unwrap_or_else(|| cell(row, column))
                })
                .collect()
        };
        (0..self.rows).map(row).collect::<Vec<_>>().join("\n")
    }
}

fn paint_of<'a>(shape: &Shape<'a>) -> Option<&'a str> {
    match shape {
        Shape::All(paint)
        | Shape::Rect(_, paint)
        | Shape::Circle(_, paint)
        | Shape::Line(_, paint, _)
        | Shape::Poly(_, paint) => Some(paint),
        // A picture in a file is one colour here: it is there.
        Shape::Picture(_, _, Some(_)) => Some("picture"),
        _ => None,
    }
}

/// Whether a shape covers a point of its own coordinates; a line is at least one point wide.
fn covers(shape: &Shape, x: f64, y: f64, point: f64) -> bool {
    let in_box = |left: f64, top: f64, wide: f64, high: f64| {
        (left..left + wide).contains(&x) && (top..top + high).contains(&y)
    };
    match shape {
        Shape::All(_) => true,
        Shape::Rect([left, top, wide, high], _) => in_box(*left, *top, *wide, *high),
        Shape::Circle([cx, cy, radius], _) => (x - cx).hypot(y - cy) <= *radius,
        Shape::Line([x1, y1, x2, y2], _, width) => {
            let (dx, dy) = (x2 - x1, y2 - y1);
            let length = dx * dx + dy * dy;
            let along = if length > 0.0 { ((x - x1) * dx + (y - y1) * dy) / length } else { 0.0 };
            let along = along.clamp(0.0, 1.0);
            (x - x1 - along * dx).hypot(y - y1 - along * dy) <= (width / 2.0).max(point / 2.0)
        }
        Shape::Poly(corners, _) => is_inside(corners, x, y),
        Shape::Picture(_, [left, top], Some([wide, high])) => in_box(*left, *top, *wide, *high),
        _ => false,
    }
}

/// Whether a line from the point to the right crosses the edges an odd number of times.
fn is_inside(corners: &[(f64, f64)], x: f64, y: f64) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    edges
        .filter(|((x1, y1), (x2, y2))| {
            (y1 > &y) != (y2 > &y) && x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        })
        .count()
        % 2
        == 1
}

/// Whether a point of the canvas lies in all rectangles that something is seen through.
fn is_seen(scene: &Scene, mut clip: Option<usize>, x: f64, y: f64) -> bool {
    while let Some(it) = clip.and_then(|clip| scene.clips.get(clip)) {
        let Some((x, y)) = it.matrix.back().map(|back: Matrix| back.point(x, y)) else {
            return false;
        };
        let [left, top, wide, high] = it.rect;
        if !(left..left + wide).contains(&x) || !(top..top + high).contains(&y) {
            return false;
        }
        clip = it.within;
    }
    true
}
