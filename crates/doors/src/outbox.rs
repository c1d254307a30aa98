//! Carries out effects that were kept with their runs: pushes commits, sends requests, and tells the
//! group what became of them.

use crate::git::{self, Push, Token};
use crate::outside::Outside;
use group::{Delivered, Delivery, End, Group, Outgoing, Unreached, UnreachedKind};
use model::problem::Result;
use model::{Intent, limit};
use std::path::Path;

/// Carries out what is due; answers how much there was.
pub fn drain(group: &Group, outside: &Outside, scratch: &Path, limit: usize) -> Result<usize> {
    let due = group.due_effects(limit)?;
    let count = due.len();
    for delivery in due {
        let delivered = match &delivery.effect.intent {
            Intent::GitCommit { .. } => push(outside, scratch, &delivery),
            Intent::HttpSend { .. } => send(group, outside, &delivery),
        };
        group.settle_effect(delivery, delivered)?;
    }
    Ok(count)
}

fn push(outside: &Outside, scratch: &Path, delivery: &Delivery) -> Delivered {
    let Intent::GitCommit { repo, message, author, author_email, .. } = &delivery.effect.intent
    else {
        return Delivered::new(End::Failed, "This is no commit.");
    };
    let push = Push {
        repo: repo.clone(),
        token: delivery.token.as_ref().map(|token| Token::new(token)),
        branch: None,
        files: delivery.files.clone(),
        message: message.clone(),
        author: author.clone(),
        author_email: author_email.clone(),
        date: delivery.effect.at,
        effect: delivery.effect.id.to_string(),
    };
    match git::push(outside, scratch, &push) {
        Ok(pushed) if pushed.already => Delivered::new(End::Done, "It was there already."),
        Ok(pushed) => {
            let short: String = pushed.commit.chars().take(12).collect();
            Delivered::new(End::Done, format!("Pushed as {short}."))
        }
        Err(unreached) => after(unreached),
    }
}

fn send(group: &Group, outside: &Outside, delivery: &Delivery) -> Delivered {
    let Intent::HttpSend { method, url, headers, .. } = &delivery.effect.intent else {
        return Delivered::new(End::Failed, "This is no request.");
    };
    let mut request = Outgoing {
        method: method.clone(),
        url: url.clone(),
        headers: headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        body: delivery.files.get("body").cloned().unwrap_or_default(),
        timeout: limit::FETCH_TIMEOUT,
        answer_bytes_max: limit::FETCH_BYTES_MAX,
    };
    // The receiver drops what it has seen (draft-ietf-httpapi-idempotency-key-header).
    request.headers.push(("idempotency-key".into(), delivery.effect.id.to_string()));
    let request = match group.fill_in_secrets(delivery.effect.app, request) {
        Ok(request) => request,
        Err(problem) => return Delivered::new(End::Failed, problem.public),
    };
    match outside.fetch(&request) {
        Ok(answer) => {
            let status = answer.status;
            let (end, note) = match status {
                200..=299 => (End::Done, format!("Answered with {status}.")),
                408 | 425 | 429 | 500..=599 => (End::Later, format!("Answered with {status}.")),
                status => (End::Failed, format!("Refused with {status}.")),
            };
            Delivered { answer: Some(answer), ..Delivered::new(end, note) }
        }
        Err(unreached) => after(unreached),
    }
}

fn after(unreached: Unreached) -> Delivered {
    match unreached.kind {
        UnreachedKind::Later => Delivered::new(End::Later, unreached.text),
        _ => Delivered::new(End::Failed, unreached.text),
    }
}
