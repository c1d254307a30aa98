//! What a page shows of its texts, whatever becomes of the worker that cleans them.
// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use model::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use ui::{Surroundings, view};

/// A worker as a test plays it.
pub(super) type Play =
    Box<dyn Fn(Class, &[u8]) -> std::result::Result<Vec<u8>, Failed> + Send + Sync>;

fn played(
    play: impl Fn(&[u8]) -> std::result::Result<Vec<u8>, Failed> + Send + Sync + 'static,
) -> Parser {
    Parser { place: Place::Played(Box::new(move |_, job| play(job))), kept: Mutex::default() }
}

/// A page with these Markdown texts.
fn page(texts: &[&str]) -> View {
    let node = |kind: &str, parts: Vec<Value>| {
        Value::map([("type", kind.into()), ("parts", Value::List(parts))])
    };
    let texts = texts.iter().map(|text| node("markdown", vec![(*text).into()]));
    View::read(&node("page", std::iter::once("T".into()).chain(texts).collect()), "").unwrap()
}

fn drawn(parser: &Parser, view: &View, now: Moment) -> String {
    let prose = &parser.prose(view, Class::Members, now);
    let seal = |_: &str, _: &Value| String::new();
    let around = Surroundings { prose, ..Surroundings::of("/@ana/poll", &seal) };
    view::html(view, &around).into_string()
}

fn clean(job: &[u8]) -> std::result::Result<Vec<u8>, Failed> {
    Parsing::default().job(job).map_err(Failed::Refused)
}

#[test]
fn a_page_that_is_drawn_again_costs_nothing() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let parser = played(move |job| {
        counted.fetch_add(1, Ordering::SeqCst);
        clean(job)
    });
    let first = drawn(&parser, &page(&["*one*", "[two](x)"]), Moment(0));
    assert!(first.contains("<em>one</em>") && first.contains("href=\"/@ana/poll/p/x\""), "{first}");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "all texts of a view are one job");
    assert_eq!(drawn(&parser, &page(&["*one*", "[two](x)"]), Moment(0)), first);
    drawn(&parser, &page(&["[two](x)"]), Moment(0));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    drawn(&parser, &page(&["*one*", "three"]), Moment(0));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn one_bad_text_takes_no_other_off_the_page() {
    let parser = played(|job| match String::from_utf8_lossy(job).contains("bad") {
        true => Err(Failed::TooSlow),
        false => clean(job),
    });
    let html = drawn(&parser, &page(&["*one*", "bad", "*two*"]), Moment(0));
    assert!(html.contains("<em>one</em>") && html.contains("<em>two</em>"), "{html}");
    assert_eq!(html.matches(NOT_CLEANED).count(), 1, "{html}");
}

#[test]
fn what_failed_is_left_alone_for_a_while_and_tried_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let parser = played(move |job| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Err(Failed::Lost("killed".into())),
        _ => clean(job),
    });
    let view = page(&["*one*"]);
    assert!(drawn(&parser, &view, Moment(0)).contains(NOT_CLEANED));
    assert!(drawn(&parser, &view, Moment(0)).contains(NOT_CLEANED));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let later = Moment(0).plus(SHUNNED_TIME);
    assert!(drawn(&parser, &view, later).contains("<em>one</em>"));
}

#[test]
fn many_bad_texts_hold_the_page_up_for_a_bounded_time() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let parser = played(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Err(Failed::TooSlow)
    });
    let html = drawn(&parser, &page(&["a", "b", "c", "d", "e"]), Moment(0));
    assert_eq!(html.matches(NOT_CLEANED).count(), 5, "{html}");
    assert_eq!(asked.load(Ordering::SeqCst), 1 + ALONE_FAILURES_MAX);
}

#[test]
fn a_worker_that_was_broken_into_writes_nothing_on_a_page() {
    type Answers = Vec<std::result::Result<String, String>>;
    let lies: [(&str, Answers); 6] = [
        ("a script", vec![Ok("<script>x()</script>".into())]),
        ("an end of our markup", vec![Ok("</div><h1>Sign in</h1><div>".into())]),
        ("a form", vec![Ok("<form action=\"//evil.example\"></form>".into())]),
        ("two answers", vec![Ok("a".into()), Ok("b".into())]),
        ("none", vec![]),
        ("a long reason", vec![Err("x".repeat(WHY_BYTES_MAX + 1))]),
    ];
    for (what, answers) in lies {
        let parser = played(move |_| Ok(postcard::to_stdvec(&answers).unwrap()));
        let html = drawn(&parser, &page(&["a"]), Moment(0));
        assert!(html.contains(NOT_CLEANED), "{what}: {html}");
        assert!(!html.contains("Sign in") && !html.contains("evil") && !html.contains("x()"));
    }
    let parser = played(|_| Ok(vec![255; 9]));
    assert!(drawn(&parser, &page(&["a"]), Moment(0)).contains(NOT_CLEANED));
    let parser = played(|_| {
        let why: Answers = vec![Err("<b>no</b>".into())];
        Ok(postcard::to_stdvec(&why).unwrap())
    });
    assert!(drawn(&parser, &page(&["a"]), Moment(0)).contains("&lt;b&gt;no&lt;/b&gt;"));
}

#[test]
fn no_bytes_bring_the_trade_down() {
    for job in [&b""[..], &[0], &[1], &[255; 40], &[0, 200, 1, 0, 3], b"\0\x01\0\x03\xff\xff\xff"] {
        assert!(Parsing::default().job(job).is_err(), "{job:?}");
    }
}

/// Who has broken the worker of one class has answered for that class alone.
#[test]
fn each_class_is_cleaned_by_its_own() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = seen.clone();
    let play: Play = Box::new(move |class, job| {
        noted.lock().unwrap().push(class);
        clean(job)
    });
    let parser = Parser { place: Place::Played(play), kept: Mutex::default() };
    let view = page(&["*one*"]);
    for class in [Class::New, Class::Members, Class::Strangers, Class::New, Class::Members] {
        parser.prose(&view, class, Moment(0));
    }
    assert_eq!(*seen.lock().unwrap(), [Class::New, Class::Members, Class::Strangers]);
}
