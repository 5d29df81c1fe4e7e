//! Certified runs against servers of the reference catalogue, without the self-test,
//! which has tests of its own and takes long.

use chrono::NaiveDate as Date;
use conformant::baseline::Baseline;
use conformant::certificate::{
    Authorisation, Evidence, Missing, Own, PublicKey, ROUNDS, Run, SecretKey, Seed, Statement,
    Subject, Target, issue, seed,
};
use conformant::exchange::Limits;
use conformant::reference::{Change, Identity, Mock, Server, Specimen, Wire, catalogue};
use conformant::report::Report;
use conformant::runner::{self, Filters, Options, Plan, Provision, Sender, Session};
use conformant::selftest::{self, Matrix, SelftestOutcome, Tried, access};
use conformant::suite::{Signers, Suite, SuiteFiles, SuiteName, TargetValues, load, load_all};
use conformant::target::signing::Signer;
use conformant::transport::{Settings, Transport};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// RFC 8410 section 10.3 prints the first, openssl made the second.
pub(crate) const KEYS: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIGGTR/C4vcZHKrzTKt4V/8OwsD8cgDCQV71Bn68U3JJb\n-----END PRIVATE KEY-----\n",
];

/// The day on which the fixtures are issued.
pub(crate) fn today() -> Date {
    conformant::baseline::today()
}

pub(crate) fn key(at: usize) -> SecretKey {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), KEYS[at]).unwrap();
    SecretKey::read(file.path()).unwrap()
}

pub(crate) fn public() -> PublicKey {
    key(0).public()
}

pub(crate) fn suite() -> Suite {
    load(&SuiteFiles::built_in(), Some("show-audit-task-status")).unwrap()
}

/// The suite of whoever verifies: that operation.
pub(crate) fn own() -> Own {
    suite().into()
}

/// A matrix in which everything is as it should be.
pub(crate) fn matrix(suite: &Suite) -> Matrix {
    Matrix {
        tried: catalogue::specimens(&suite.contract)
            .into_iter()
            .filter(|specimen| {
                let fault = specimen.fault();
                fault.is_none_or(|fault| fault.out_of_reach(suite.requests()).is_none())
            })
            .map(|specimen| Tried {
                name: specimen.name(),
                summary: specimen.summary().to_owned(),
                found_by: Vec::new(),
                outcome: match specimen {
                    Specimen::Broken(_) => SelftestOutcome::Killed,
                    Specimen::Conforming(_) => SelftestOutcome::Passed,
                },
                clause: specimen.fault().map(|fault| fault.clause.clone()),
            })
            .collect(),
        without_fault: Vec::new(),
        out_of_reach: Vec::new(),
        costs: Default::default(),
        seed: 1,
    }
}

/// Both operations of the built-in suite, with few requests of each property.
pub(crate) fn service() -> Vec<Suite> {
    let loaded = load_all(&SuiteFiles::built_in()).into_iter();
    let mut suites: Vec<Suite> = loaded.map(|(_, suite)| suite.unwrap()).collect();
    for property in suites.iter_mut().flat_map(|suite| &mut suite.properties) {
        property.cases = property.cases.min(4);
    }
    suites
}

/// How a run differs from one against a conforming server with everything configured.
pub(crate) struct Setting {
    pub(crate) suites: Vec<Suite>,
    /// How the first operation is served; the others conform.
    pub(crate) server: Specimen,
    pub(crate) values: TargetValues,
    pub(crate) baseline: Baseline,
    pub(crate) strict: bool,
    /// Whether requests are signed.
    pub(crate) signed: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            suites: vec![suite()],
            server: None.into(),
            values: selftest::values(&[Arc::new(suite())], &[]),
            baseline: Baseline::empty(),
            strict: false,
            signed: false,
        }
    }
}

/// A certificate with what belongs to it.
pub(crate) struct Issued {
    pub(crate) statement: Statement,
    pub(crate) record: PathBuf,
    _folder: tempfile::TempDir,
}

impl Issued {
    /// The statement changed, sealed again with the first key.
    pub(crate) fn resigned(&self, change: impl FnOnce(&mut Statement)) -> Vec<u8> {
        let mut statement = self.statement.clone();
        change(&mut statement);
        conformant::certificate::sign(&statement, &key(0))
    }
}

/// The certificate of a service of two operations, made once.
pub(crate) fn whole() -> &'static Issued {
    static WHOLE: OnceLock<Issued> = OnceLock::new();
    WHOLE.get_or_init(|| of(service()))
}

/// The certificate of the first of them alone, made once.
pub(crate) fn part() -> &'static Issued {
    static PART: OnceLock<Issued> = OnceLock::new();
    PART.get_or_init(|| of(service().into_iter().take(1).collect()))
}

fn of(suites: Vec<Suite>) -> Issued {
    let both: Vec<Arc<Suite>> = service().into_iter().map(Arc::new).collect();
    certified(Setting {
        suites,
        values: selftest::values(&both, &[]),
        ..Setting::default()
    })
    .unwrap()
}

/// The certificate of the reference server, made once.
pub(crate) fn full() -> &'static Issued {
    static FULL: OnceLock<Issued> = OnceLock::new();
    FULL.get_or_init(|| certified(Setting::default()).unwrap())
}

/// Three rounds of the suite, and the certificate or what is missing.
pub(crate) fn certified(setting: Setting) -> Result<Issued, Vec<Missing>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut suites = setting.suites;
    let matrices: Vec<Matrix> = suites.iter().map(matrix).collect();
    let contracts = suites.iter().map(|suite| Arc::new(suite.contract.clone()));
    let mut values = setting.values;
    let stalls = setting
        .server
        .fault()
        .is_some_and(|fault| matches!(fault.change, Change::Wire(_, Wire::Stalled | Wire::Silent)));
    // As in the self-test: a busy machine must not look like a fault.
    let timeout = Duration::from_millis(if stalls { 200 } else { 10_000 });
    let mut mocks: Vec<Mock> = contracts
        .map(|contract| Mock::new(contract, access(), None))
        .collect();
    let first = Arc::new(suites[0].contract.clone());
    mocks[0] = Mock::new(first, access(), setting.server);
    if setting.signed {
        suites.iter_mut().for_each(Suite::sign);
        let identity = Identity::default();
        let ak = identity.ak.clone();
        // As the command does it: the secret key stands where else a token does.
        values.token = identity.sk.clone().into();
        values.signers = Some(Signers::new(
            values.token.clone(),
            move |key, shell, age| Arc::new(Signer::new(ak.clone(), key, shell, age)),
        ));
        let identity = Arc::new(identity);
        let signed = mocks.into_iter();
        mocks = signed
            .map(|mock| mock.with_identity(Arc::clone(&identity)))
            .collect();
    }
    let suites: Vec<Arc<Suite>> = suites.into_iter().map(Arc::new).collect();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = runtime.block_on(Server::start(mocks, listen)).unwrap();
    let plan = Plan::new(
        &suites,
        &Filters::default(),
        None,
        (&values, &Provision::default()),
    )
    .unwrap();
    let subjects = vec![Subject::new("mock-1.2.0", "0123456789abcdef".repeat(4))];
    let seed = Seed {
        value: seed(&subjects, &plan.digest, &today().to_string()),
        chosen: false,
    };
    let target = Target {
        name: "mock".into(),
        base_url: String::new(),
        authorisation: if setting.signed {
            Authorisation::Signature
        } else {
            Authorisation::Token
        },
        foreign_project: values.foreign_project_id.is_some(),
        values: values.values.clone(),
        knows_every_id: values.knows_every_id,
        provocations: values.provoke.clone(),
        deadline_ms: 10_000,
        limits: Limits::default(),
    };
    let told = Options {
        target: target.name.clone(),
        seed: seed.value,
        strict: setting.strict,
        fail_fast: false,
        enough: Vec::new(),
        foreign_origin: String::new(),
    };
    let transport = {
        let _inside = runtime.enter();
        Transport::new(Settings {
            timeout,
            ..Settings::new(server.base_url())
        })
        .unwrap()
    };
    let target = Target {
        base_url: transport.base_url().to_owned(),
        ..target
    };
    let sender = Arc::new(Sender::new(values, transport));
    let evidence = Arc::default();
    let mut baseline = Some(setting.baseline);
    let sessions = suites.iter().map(|suite| {
        let baseline = baseline.take().unwrap_or_else(Baseline::empty);
        let (sender, evidence) = (Arc::clone(&sender), Arc::clone(&evidence));
        Arc::new(Session::new(
            Arc::clone(suite),
            sender,
            evidence,
            baseline,
            told.clone(),
        ))
    });
    let run = runner::Run {
        stock: None,
        sessions: sessions.collect(),
        sender: Arc::clone(&sender),
        evidence: Arc::clone(&evidence),
    };
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("evidence.ndjson");
    if let Err(error) = runtime.block_on(run.preflight(&plan)) {
        return Err(vec![Missing::Stopped(error.to_string())]);
    }
    let rounds = runtime.block_on(rounds(&run, &plan, &record));
    let statement = issue(Run {
        proven: &suites.into_iter().zip(matrices).collect::<Vec<_>>(),
        sent: &plan,
        rounds: &rounds,
        target,
        subjects,
        seed,
        plan: conformant::certificate::Plan {
            digest: plan.digest.clone(),
            rounds: ROUNDS,
            cases_per_property: None,
            strict: setting.strict,
            writes: true,
        },
        omitted: Vec::new(),
        evidence: Evidence::file(&record).unwrap(),
        today: today(),
    })?;
    Ok(Issued {
        statement,
        record,
        _folder: folder,
    })
}

async fn rounds(run: &runner::Run, plan: &Plan, record: &Path) -> Vec<Report> {
    run.record(record, plan).unwrap();
    let mut rounds = Vec::new();
    for round in 1..=ROUNDS {
        run.begin_round(round);
        run.run_quietly(plan).await;
        rounds.push(Report::new(run, plan, SuiteName::default()));
    }
    let last = rounds[rounds.len() - 1].verdict;
    run.evidence.finish(last).unwrap();
    rounds
}
