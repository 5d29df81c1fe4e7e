//! What each stage costs in process: reading a page, deriving from it, loading the
//! suite, generating and binding requests, reading JSON, judging, recording, reporting.
//!
//! `cargo bench` prints times and allocations, with the allocator of the binary. Nothing
//! here is asserted.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use conformant::baseline::Baseline;
use conformant::derive::derive;
use conformant::exchange::{
    BodyEnd, Exchange, Limits, Outcome, RECORD_FORMAT, RecordHeader, Redactor, Request, Response,
};
use conformant::judge::{Judge, json};
use conformant::reference::{Mock, Server};
use conformant::report::Report;
use conformant::report::format::{Format, render};
use conformant::runner::{Filters, Options, Plan, Provision, Recorder, Run, Session};
use conformant::selftest;
use conformant::source::page;
use conformant::suite::strategy::Generator;
use conformant::suite::{Bound, Objects, RequestValues, Suite, SuiteFiles, SuiteName, bind, load};
use conformant::transport::{Settings, Transport};
use divan::{AllocProfiler, Bencher, black_box};
use mimalloc::MiMalloc;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[global_allocator]
static ALLOCATIONS: AllocProfiler<MiMalloc> = AllocProfiler::new(MiMalloc);

const PAGE: &str = include_str!("../schemas/show-audit-task-status/page.md");

/// A conforming body of 264 bytes.
const BODY: &str = r#"{"begin_time":1700000000000,"busi_type":"audit","completed_num":7,"end_time":1700000003600,"id":4242,"project_id":"0123456789abcdef0123456789abcdef","query_begin_time":1690000000000,"query_end_time":1699999999999,"task_status":"2","task_switch":"on","total_num":9}"#;

fn main() {
    divan::main();
}

fn suite() -> Arc<Suite> {
    Arc::new(load(&SuiteFiles::built_in(), Some("show-audit-task-status")).unwrap())
}

fn valid(suite: &Arc<Suite>) -> Request {
    let template = &suite
        .case("show-audit-task-status/valid/audit")
        .unwrap()
        .template;
    match bind(
        suite,
        template,
        &RequestValues::default(),
        &selftest::values(std::slice::from_ref(suite), &[]),
        &Objects::default(),
    ) {
        Bound::Ready(request) => request,
        Bound::Skipped(reason) => panic!("{reason}"),
    }
}

fn exchange(suite: &Arc<Suite>) -> Exchange {
    let headers = [
        ("content-type", "application/json"),
        ("content-length", "264"),
        ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ];
    Exchange {
        request: Arc::new(valid(suite)),
        outcome: Outcome::Reply(Response {
            status: 200,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
                .to_vec(),
            body: BODY.as_bytes().to_vec(),
            end: BodyEnd::Complete,
        }),
        retries: 0,
        elapsed: Duration::from_millis(1),
    }
}

#[divan::bench]
fn read_page() -> page::Page {
    page::read(Path::new("page.md"), black_box(PAGE)).unwrap()
}

/// Page to schemas and case files.
#[divan::bench]
fn derive_page(bencher: Bencher) {
    let empty = tempfile::tempdir().unwrap();
    bencher.bench(|| derive(Path::new("page.md"), black_box(PAGE), empty.path(), None).unwrap());
}

/// The built-in suite from its files: what every command begins with.
#[divan::bench]
fn load_suite() -> Suite {
    load(&SuiteFiles::built_in(), Some("show-audit-task-status")).unwrap()
}

#[divan::bench(args = ["any/valid", "any/project", "any/busi_type-enum", "any/wrong-token"])]
fn generate(bencher: Bencher, id: &str) {
    let suite = suite();
    let property = suite
        .properties
        .iter()
        .find(|property| property.template.id == id)
        .unwrap();
    let mut generator = Generator::new(&suite, property, 1).unwrap();
    bencher.bench_local(|| generator.generate(&suite, property).unwrap().changes());
}

#[divan::bench]
fn bind_request(bencher: Bencher) {
    let suite = suite();
    let template = &suite
        .case("show-audit-task-status/valid/audit")
        .unwrap()
        .template;
    let values = selftest::values(std::slice::from_ref(&suite), &[]);
    bencher.bench(|| {
        let none = RequestValues::default();
        bind(&suite, template, &none, &values, &Objects::default())
    });
}

#[divan::bench]
fn strict_json() -> json::Parsed {
    json::parse(black_box(BODY.as_bytes()), &Limits::default())
}

/// A reply of status 200 that conforms: status, media type, JSON, schema, echoes, relations.
#[divan::bench]
fn judge_reply(bencher: Bencher) {
    let suite = suite();
    assert_eq!(BODY.len(), 264);
    let judge = Judge::new(Arc::clone(&suite));
    let template = &suite
        .case("show-audit-task-status/valid/audit")
        .unwrap()
        .template;
    let exchange = exchange(&suite);
    assert!(judge.judge(template, &exchange).differences.is_empty());
    bencher.bench(|| judge.judge(template, black_box(&exchange)));
}

#[divan::bench]
fn record_exchange(bencher: Bencher) {
    let suite = suite();
    let folder = tempfile::tempdir().unwrap();
    let header = RecordHeader {
        project_id: String::new(),
        foreign_project_id: None,
        format: RECORD_FORMAT.into(),
        tool_version: String::new(),
        operations: Vec::new(),
        shares: Default::default(),
        target: String::new(),
        base_url: String::new(),
        seed: 0,
        plan_digest: String::new(),
        digests: suite.digests.clone(),
        limits: Limits::default(),
    };
    let mut recorder = Recorder::create(&folder.path().join("record"), &header).unwrap();
    let redactor = Redactor::new([(
        "CONFORMANT_TOKEN",
        &selftest::values(std::slice::from_ref(&suite), &[]).token,
    )]);
    let exchange = exchange(&suite);
    bencher.bench_local(|| recorder.exchange("valid/audit", &exchange, &redactor));
}

/// The report of a default run against the embedded server.
#[divan::bench(args = ["json", "junit", "markdown", "html"])]
fn write_report(bencher: Bencher, format: &str) {
    let format = match format {
        "json" => Format::Json,
        "junit" => Format::Junit,
        "markdown" => Format::Markdown,
        _ => Format::Html,
    };
    let report = report();
    bencher.bench(|| render(format, &report, None));
}

fn report() -> Report {
    let suite = suite();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let contract = Arc::new(suite.contract.clone());
        let mock = Mock::new(contract, selftest::access(), None);
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::start(mock, listen).await.unwrap();
        let values = selftest::values(std::slice::from_ref(&suite), &[]);
        let plan = Plan::new(
            std::slice::from_ref(&suite),
            &Filters::default(),
            None,
            (&values, &Provision::default()),
        )
        .unwrap();
        let options = Options {
            target: "bench".into(),
            seed: 1,
            strict: false,
            fail_fast: false,
            enough: Vec::new(),
            foreign_origin: String::new(),
        };
        let transport = Transport::new(Settings::new(server.base_url())).unwrap();
        let session = Session::alone(suite, values, transport, Baseline::empty(), options);
        let run = Run::alone(session);
        run.run_quietly(&plan).await;
        Report::new(&run, &plan, SuiteName::default())
    })
}
