//! Defines [`Service`]: several operations behind one address. It chooses the mock that
//! answers a request as routers do, by method and path.

use super::fault::Change;
use super::message::{MockRequest, MockResponse, json_answer, plain, segments};
use super::mock::Mock;
use super::variant::Variant;
use crate::contract::{Segment, UriTemplate};
use crate::status;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::cmp::Reverse;
use std::io::Write as _;
use std::time::Duration;

const NO_OPERATION: &str = "no such operation";

/// Operations behind one address, a mock for each.
#[derive(Debug)]
pub struct Service {
    mocks: Vec<Mock>,
}

impl From<Mock> for Service {
    fn from(mock: Mock) -> Self {
        Self { mocks: vec![mock] }
    }
}

impl From<Vec<Mock>> for Service {
    fn from(mocks: Vec<Mock>) -> Self {
        Self { mocks }
    }
}

/// Where a request goes.
#[derive(Debug)]
enum Route<'a> {
    /// To this mock.
    Mock(&'a Mock),
    /// To none: only operations with other methods have such a path.
    Elsewhere(Vec<&'a Mock>),
}

impl Service {
    /// The names of two operations that no request can tell apart: same method, same path
    /// but for the names of its placeholders. The first one answers for both.
    pub fn alike(&self) -> Option<(&str, &str)> {
        let mut before = self.mocks.iter().enumerate();
        before.find_map(|(at, mock)| {
            let (one, later) = (mock.contract(), &self.mocks[at + 1..]);
            let mut others = later.iter().map(Mock::contract);
            let other = others
                .find(|other| one.method == other.method && shape(&one.uri) == shape(&other.uri))?;
            Some((one.operation.as_str(), other.operation.as_str()))
        })
    }

    /// Answers a request, without what takes time.
    pub fn answer(&self, asked: &MockRequest) -> MockResponse {
        self.choose(asked)
            .map_or_else(|answer| answer, |mock| mock.answer(asked))
    }

    /// The reply as it is written: of the mock that answers, when it comes, and in the
    /// coding that the client accepts.
    pub(super) async fn reply(&self, asked: &MockRequest) -> MockResponse {
        let mut answer = match self.choose(asked) {
            Err(answer) => answer,
            Ok(mock) => {
                let answer = mock.answer(asked);
                match mock.change() {
                    Some(Change::Swaps) => mock.crossing.swapped(answer).await,
                    _ => answer,
                }
            }
        };
        match answer.variant {
            Variant::Slow => tokio::time::sleep(Duration::from_millis(3)).await,
            Variant::ConnectionClose => answer.headers.push(("connection".into(), "close".into())),
            Variant::Gzip if accepts_gzip(asked) => {
                answer
                    .headers
                    .push(("content-encoding".into(), "gzip".into()));
                answer.body = zipped(&answer.body);
            }
            _ => {}
        }
        answer
    }

    pub(super) fn mocks(&self) -> &[Mock] {
        &self.mocks
    }

    /// The mock that requests of this method and path go to.
    pub(super) fn mock(&self, method: &str, path: &str) -> Option<&Mock> {
        match self.route(method, path) {
            Route::Mock(mock) => Some(mock),
            Route::Elsewhere(_) => None,
        }
    }

    /// The mock that answers, or the answer where none does. A single one answers all.
    fn choose(&self, asked: &MockRequest) -> Result<&Mock, MockResponse> {
        if let [only] = self.mocks.as_slice() {
            return Ok(only);
        }
        // The identity service is none of the operations: no mock counts its requests.
        let mut mocks = self.mocks.iter();
        if let Some(answer) = mocks.find_map(|mock| mock.identity_answer(asked)) {
            return Err(answer);
        }
        match self.route(&asked.method, &asked.path) {
            Route::Mock(mock) => Ok(mock),
            Route::Elsewhere(others) => Err(refused(&others)),
        }
    }

    fn route(&self, method: &str, path: &str) -> Route<'_> {
        if let [only] = self.mocks.as_slice() {
            return Route::Mock(only);
        }
        let sent = segments(path);
        let (own, others): (Vec<&Mock>, Vec<&Mock>) = self
            .mocks
            .iter()
            .partition(|mock| mock.contract().method == method);
        if let Some(mock) = best(&own, |uri| fit(uri, &sent)) {
            return Route::Mock(mock);
        }
        let others = others.into_iter();
        let others: Vec<&Mock> = others
            .filter(|mock| fit(&mock.contract().uri, &sent).is_some())
            .collect();
        match best(&own, |uri| Some(nearness(uri, &sent))) {
            Some(mock) if others.is_empty() => Route::Mock(mock),
            _ => Route::Elsewhere(others),
        }
    }
}

/// The mock whose path ranks highest; the first of equals.
fn best<'a, R: Ord>(
    mocks: &[&'a Mock],
    rank: impl Fn(&UriTemplate) -> Option<R>,
) -> Option<&'a Mock> {
    let ranked = mocks.iter().enumerate();
    ranked
        .filter_map(|(at, mock)| Some((rank(&mock.contract().uri)?, Reverse(at), *mock)))
        .max_by(|(one, at, _), (other, after, _)| (one, at).cmp(&(other, after)))
        .map(|(_, _, mock)| mock)
}

/// How closely a template states the path that was sent: its fixed segments, those with
/// some text, and where they stand. `None` where it is another path.
fn fit(uri: &UriTemplate, sent: &[&str]) -> Option<(usize, Vec<u8>)> {
    let pairs = || uri.segments.iter().zip(sent);
    let fits = uri.segments.len() == sent.len()
        && pairs().all(|(segment, sent)| segment.values(sent).is_some());
    let kinds = uri.segments.iter().map(|segment| match segment {
        Segment::Fixed(_) => 2,
        Segment::Mixed(_) => 1,
        Segment::Placeholder(_) => 0,
    });
    let kinds: Vec<u8> = kinds.collect();
    let fixed = kinds.iter().filter(|kind| **kind == 2).count();
    fits.then_some((fixed, kinds))
}

/// How near a template is to a path that fits none: its fixed segments that stand in their
/// place, then how little the lengths differ.
fn nearness(uri: &UriTemplate, sent: &[&str]) -> (usize, Reverse<usize>) {
    let pairs = uri.segments.iter().zip(sent);
    let in_place = pairs
        .filter(|(segment, sent)| matches!(segment, Segment::Fixed(text) if text == *sent))
        .count();
    (in_place, Reverse(uri.segments.len().abs_diff(sent.len())))
}

/// The path without the names of its placeholders.
fn shape(uri: &UriTemplate) -> Vec<Vec<Option<&str>>> {
    fn text(piece: &Segment) -> Option<&str> {
        match piece {
            Segment::Fixed(text) => Some(text),
            Segment::Placeholder(_) | Segment::Mixed(_) => None,
        }
    }
    let segments = uri.segments.iter().map(Segment::pieces);
    segments
        .map(|pieces| pieces.iter().map(text).collect())
        .collect()
}

/// The answer where only operations with other methods have such a path.
fn refused(others: &[&Mock]) -> MockResponse {
    let Some(first) = others.first() else {
        return plain(status::NOT_FOUND, NO_OPERATION, Variant::Open);
    };
    let mut methods: Vec<&str> = others
        .iter()
        .map(|mock| mock.contract().method.as_str())
        .collect();
    methods.sort_unstable();
    methods.dedup();
    let error = &first.contract().profile.error;
    let what = "this path has no operation with this method";
    let mut answer = json_answer(
        status::METHOD_NOT_ALLOWED,
        &error.body("Service.0001", what),
    );
    answer.headers.push(("allow".into(), methods.join(", ")));
    answer
}

fn accepts_gzip(asked: &MockRequest) -> bool {
    let mut headers = asked.headers.iter();
    headers
        .any(|(name, value)| name.eq_ignore_ascii_case("accept-encoding") && value.contains("gzip"))
}

fn zipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Mock, Service};
    use crate::contract::{Contract, UriTemplate};
    use crate::reference::{Access, Identity, MockRequest};
    use std::sync::Arc;

    fn mock(operation: &str) -> Mock {
        let (method, path) = operation.split_once(' ').unwrap();
        let uri = UriTemplate::parse(path);
        let contract = Contract::new(operation.to_owned(), method.to_owned(), uri);
        let access = Access {
            token: "token".into(),
            project_id: "home".into(),
            foreign_project_id: "foreign".into(),
        };
        Mock::new(Arc::new(contract), access, None)
    }

    fn service(operations: &[&str]) -> Service {
        let mocks = operations.iter().map(|operation| mock(operation));
        mocks.collect::<Vec<_>>().into()
    }

    const TASKS: [&str; 6] = [
        "GET /v3/{p}/tasks/{id}",
        "GET /v3/{p}/tasks/count",
        "GET /v3/{p}/tasks",
        "POST /v3/{p}/tasks",
        "GET /v3/{p}/tasks/{id}.log",
        "DELETE /v3/{p}/jobs/{id}/runs/{run}",
    ];

    /// Whom a request goes to; the methods that it could have, where it goes to none.
    fn goes(service: &Service, request: &str) -> String {
        let (method, path) = request.split_once(' ').unwrap();
        if let Some(mock) = service.mock(method, path) {
            return mock.contract().operation.clone();
        }
        let answer = service.answer(&asked(method, path));
        let allow = answer.headers.iter().find(|(name, _)| name == "allow");
        format!("{} {}", answer.status, allow.unwrap().1)
    }

    fn asked(method: &str, path: &str) -> MockRequest {
        MockRequest {
            method: method.into(),
            path: path.into(),
            ..MockRequest::default()
        }
    }

    #[test]
    fn requests_go_where_most_is_fixed() {
        let service = service(&TASKS);
        for (request, operation) in [
            ("GET /v3/p/tasks/1", TASKS[0]),
            ("GET /v3/p/tasks/count", TASKS[1]),
            ("GET /v3/p/tasks/counts", TASKS[0]),
            ("GET /v3/p/tasks", TASKS[2]),
            ("POST /v3/p/tasks", TASKS[3]),
            ("GET /v3/p/tasks/1.log", TASKS[4]),
            ("DELETE /v3/p/jobs/1/runs/2", TASKS[5]),
        ] {
            assert_eq!(goes(&service, request), operation, "{request}");
        }
    }

    #[test]
    fn malformed_values_stay_in_their_segment() {
        let service = service(&TASKS);
        let long = "a".repeat(5_000);
        for value in ["", "%2F", "a%2Fcount", "%5C", "..", "%2E%2E", "%00", &long] {
            assert_eq!(
                goes(&service, &format!("GET /v3/p/tasks/{value}")),
                TASKS[0]
            );
            assert_eq!(goes(&service, &format!("GET /v3/{value}/tasks")), TASKS[2]);
        }
    }

    #[test]
    fn a_path_that_fits_none_goes_to_the_nearest_of_its_method() {
        let service = service(&TASKS);
        for (request, operation) in [
            ("GET /v3/p/tasks/a/b", TASKS[0]),
            ("GET /v3/p/tasks/count/b", TASKS[1]),
            ("GET /v3/p", TASKS[2]),
            ("POST /v3/p/tasks/1/2", TASKS[3]),
            ("DELETE /v3/p/jobs/1/runs", TASKS[5]),
        ] {
            assert_eq!(goes(&service, request), operation, "{request}");
            let (method, path) = request.split_once(' ').unwrap();
            let alone = mock(operation).answer(&asked(method, path));
            let answer = service.answer(&asked(method, path));
            assert_eq!((answer.status, answer.body), (alone.status, alone.body));
        }
    }

    #[test]
    fn another_method_is_told_which_there_are() {
        let service = service(&TASKS);
        assert_eq!(goes(&service, "PUT /v3/p/tasks"), "405 GET, POST");
        assert_eq!(goes(&service, "POST /v3/p/tasks/count"), "405 GET");
        // No operation has such a path, and none such a method.
        let answer = service.answer(&asked("PUT", "/v4"));
        assert_eq!(answer.status, 404);
    }

    #[test]
    fn one_operation_answers_all() {
        let service = service(&TASKS[..1]);
        for request in ["PUT /v3/p/tasks/1", "GET /", "DELETE /x/y", "GET *"] {
            assert_eq!(goes(&service, request), TASKS[0], "{request}");
        }
    }

    #[test]
    fn operations_that_no_request_tells_apart_are_found() {
        let twins = ["GET /v3/{p}/{a}:{b}", "POST /v3/{p}", "GET /v3/{x}/{y}:{z}"];
        assert_eq!(service(&twins).alike(), Some((twins[0], twins[2])));
        assert_eq!(service(&twins[..2]).alike(), None);
        assert_eq!(service(&TASKS).alike(), None);
    }

    #[test]
    fn the_identity_service_is_there_once() {
        let identity = Arc::new(Identity::default());
        let mocks = TASKS.map(|operation| mock(operation).with_identity(Arc::clone(&identity)));
        let service = Service::from(Vec::from(mocks));
        let body = r#"{"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "conformant-user", "domain": {"name": "conformant-domain"},
            "password": "conformant-Reference-Password-9x8Y7z"}}},
            "scope": {"project": {"id": "home"}}}}"#;
        let mut asked = asked("POST", "/v3/auth/tokens");
        asked.body = body.into();
        assert_eq!(service.answer(&asked).status, 201);
        assert_eq!(identity.issued_tokens(), 1);
    }
}
