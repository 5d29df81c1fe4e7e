//! TLS with a throw-away CA: right CA, wrong CA, expired, wrong host, client
//! certificates, HTTP/2 by ALPN, `--insecure`, and an explicit proxy.
use crate::support::target::{conformant, folder, outcome};
use conformant::reference::{Identity, Mock, Specimen, Variant, catalogue};
use conformant::selftest::access;
use conformant::suite::{SuiteFiles, load};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server certificate for `host`, and its key.
fn issue(authority: &Authority, host: &str, expired: bool) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    if expired {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

struct Secure {
    url: String,
    /// Connections that spoke HTTP/2.
    h2: Arc<AtomicUsize>,
    identity: Arc<Identity>,
    _runtime: Runtime,
}

fn serve(
    (certificate, key): (rcgen::Certificate, KeyPair),
    clients: Option<&Authority>,
    alpn: &[&str],
) -> Secure {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = ServerConfig::builder();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots))
                .build()
                .unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = builder.with_single_cert(chain, key.into()).unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let suite = load(&SuiteFiles::built_in(), Some(crate::support::OPERATION)).unwrap();
    let contract = Arc::new(suite.contract);
    let throttling = catalogue::conforming(&contract)
        .into_iter()
        .find(|server| matches!(server, Specimen::Conforming(Variant::Throttling(_))))
        .unwrap();
    // Throttled now and then, and every token dies half-way.
    let identity = Arc::new(Identity::default().expiring_after(Some(330)));
    let mock = Mock::new(contract, access(), throttling).with_identity(Arc::clone(&identity));
    let router = conformant::reference::Server::router(mock);
    let runtime = Runtime::new().unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(TcpListener::bind(listen)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let h2 = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&h2);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, router) = (acceptor.clone(), router.clone());
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                let service = hyper_util::service::TowerToHyperService::new(router);
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    Secure {
        url: format!("https://localhost:{port}"),
        h2,
        identity,
        _runtime: runtime,
    }
}

fn pem(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn run(folder: &Path, url: &str, arguments: &[&str]) -> (i32, String, String) {
    outcome(
        conformant(folder)
            .args(["run", "valid", "token", "--base-url", url, "--project-id"])
            .arg(access().project_id)
            .args(arguments)
            .env("CONFORMANT_TOKEN", access().token)
            .env("HTTPS_PROXY", "http://127.0.0.1:1"),
    )
}

#[test]
fn trust_is_decided_by_the_authority_and_said_in_words() {
    let folder = folder("trust");
    let (right, wrong) = (authority("right"), authority("wrong"));
    pem(&folder, "right.pem", &right.pem());
    pem(&folder, "wrong.pem", &wrong.pem());
    pem(&folder, "namesake.pem", &authority("right").pem());
    let good = serve(issue(&right, "localhost", false), None, &["http/1.1"]);
    let (code, out, err) = run(&folder, &good.url, &["--ca", "right.pem"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(good.h2.load(Ordering::Relaxed), 0);
    let expired = serve(issue(&right, "localhost", true), None, &[]);
    let elsewhere = serve(issue(&right, "elsewhere.example.com", false), None, &[]);
    for (url, arguments, what, remedy) in [
        (&good.url, &[][..], "unknown authority", "--ca FILE"),
        (
            &good.url,
            &["--ca", "wrong.pem"][..],
            "unknown authority",
            "--ca FILE",
        ),
        (
            &expired.url,
            &["--ca", "right.pem"][..],
            "has expired",
            "clock",
        ),
        (
            &elsewhere.url,
            &["--ca", "right.pem"][..],
            "for another host",
            "host name",
        ),
    ] {
        let (code, out, err) = run(&folder, url, arguments);
        assert_eq!(code, 3, "{what}: {out}{err}");
        assert!(err.contains(what), "{what}: {err}");
        assert!(err.contains(remedy), "{what}: {err}");
        assert!(err.starts_with(&format!("error: {url}")), "{err}");
        assert_eq!(err.lines().count(), 2, "{err}");
        let (code, out, err) = run(&folder, url, &["--insecure"]);
        assert_eq!(code, 0, "{out}{err}");
        assert!(
            err.starts_with("WARNING: certificates are NOT verified"),
            "{err}"
        );
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(
            out.contains("WARNING: certificates are NOT verified"),
            "{out}"
        );
    }
    let plain = good.url.replace("https", "http");
    let (code, _, err) = run(&folder, &plain, &[]);
    assert!(matches!(code, 1 | 3), "{err}");
}

#[test]
fn a_certificate_that_names_the_token_is_told_without_it() {
    const TOKEN: &str = "canary-0a1b2c3d4e5f";
    let folder = folder("named-by-token");
    let authority = authority("right");
    pem(&folder, "ca.pem", &authority.pem());
    let name = format!("{TOKEN}.example.com");
    let server = serve(issue(&authority, &name, false), None, &[]);
    let (code, out, err) = outcome(
        conformant(&folder)
            .args(["run", "valid", "--base-url", &server.url, "--project-id"])
            .arg(access().project_id)
            .args(["--ca", "ca.pem", "--report", "json=report.json"])
            .env("CONFORMANT_TOKEN", TOKEN),
    );
    assert_eq!(code, 3, "{out}{err}");
    assert!(err.contains("$CONFORMANT_TOKEN.example.com"), "{err}");
    let report = std::fs::read_to_string(folder.join("report.json")).unwrap();
    for text in [out, err, report] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_port_without_tls_is_told_as_such() {
    let folder = folder("plain");
    let server = crate::support::target::serve(Identity::default(), None);
    let url = server.url.replace("http://", "https://");
    let (code, _, err) = run(&folder, &url, &[]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("does not speak TLS"), "{err}");
}

#[test]
fn http_2_is_spoken_where_the_server_does() {
    let folder = folder("h2");
    let authority = authority("right");
    pem(&folder, "ca.pem", &authority.pem());
    let server = serve(
        issue(&authority, "localhost", false),
        None,
        &["h2", "http/1.1"],
    );
    let (code, out, err) = run(&folder, &server.url, &["--ca", "ca.pem"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(server.h2.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let folder = folder("client");
    let authority = authority("right");
    pem(&folder, "ca.pem", &authority.pem());
    let (certificate, key) = issue(&authority, "client", false);
    pem(&folder, "client.pem", &certificate.pem());
    pem(&folder, "client.key", &key.serialize_pem());
    let server = serve(issue(&authority, "localhost", false), Some(&authority), &[]);
    let mine = [
        "--ca",
        "ca.pem",
        "--client-cert",
        "client.pem",
        "--client-key",
        "client.key",
    ];
    let (code, out, err) = run(&folder, &server.url, &mine);
    assert_eq!(code, 0, "{out}{err}");
    let (code, _, err) = run(&folder, &server.url, &mine[..2]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("client certificate"), "{err}");
    assert!(err.contains("--client-cert"), "{err}");
}

#[test]
fn unusable_files_are_exit_2() {
    let folder = folder("unusable");
    pem(&folder, "empty.pem", "");
    pem(
        &folder,
        "junk.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    for arguments in [
        &["--ca", "nowhere.pem"][..],
        &["--ca", "empty.pem"],
        &["--ca", "junk.pem"],
        &["--client-cert", "empty.pem"],
        &["--client-cert", "empty.pem", "--client-key", "empty.pem"],
        &["--proxy", "nonsense"],
        &["--proxy", "socks5://127.0.0.1:1"],
        &["--proxy", "http://user:password@127.0.0.1:1"],
    ] {
        let (code, _, err) = run(&folder, "https://127.0.0.1:1", arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains("\n  help: "), "{arguments:?}: {err}");
        assert!(!err.contains("user:password"), "{err}");
    }
}

/// A proxy that joins client and target, and counts.
fn proxy(runtime: &Runtime) -> (String, Arc<AtomicUsize>) {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(TcpListener::bind(listen)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    runtime.spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await?);
                }
                let head = String::from_utf8(head).unwrap();
                let to = head.strip_prefix("CONNECT ").unwrap();
                let to = to.split(' ').next().unwrap().to_owned();
                let mut target = TcpStream::connect(to).await?;
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                tokio::io::copy_bidirectional(&mut client, &mut target).await
            });
        }
    });
    (address, count)
}

#[test]
fn only_the_given_proxy_is_used() {
    let folder = folder("proxy");
    let authority = authority("right");
    pem(&folder, "ca.pem", &authority.pem());
    let server = serve(issue(&authority, "localhost", false), None, &[]);
    let runtime = Runtime::new().unwrap();
    let (address, count) = proxy(&runtime);
    let (code, out, err) = run(
        &folder,
        &server.url,
        &["--ca", "ca.pem", "--proxy", &address],
    );
    assert_eq!(code, 0, "{out}{err}");
    assert!(count.load(Ordering::Relaxed) > 0);
    let down = "http://127.0.0.1:1".to_owned();
    let plain = crate::support::target::serve(Identity::default(), None);
    let refuses = refusing_proxy("403 Forbidden");
    let asks = refusing_proxy("407 Proxy Authentication Required");
    for (proxy, url, what) in [
        (&down, &server.url, "the proxy cannot be reached"),
        (&down, &plain.url, "the proxy cannot be reached"),
        (&refuses, &server.url, "the proxy refuses to connect"),
        (&refuses, &plain.url, "the proxy may have refused"),
        (&asks, &server.url, "the proxy wants a user name"),
        (&asks, &plain.url, "the proxy wants a user name"),
    ] {
        let (code, _, err) = run(&folder, url, &["--ca", "ca.pem", "--proxy", proxy]);
        assert_eq!(code, 3, "{proxy}, {url}: {err}");
        assert!(err.contains(what), "{proxy}, {url}: {err}");
        assert!(err.contains("--proxy"), "{proxy}, {url}: {err}");
    }
}

/// A proxy that answers everything with this status and a page of its own.
fn refusing_proxy(status: &'static str) -> String {
    crate::support::wire::serve(move |stream| {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: 4\r\n\r\n"
        );
        crate::support::wire::send(stream, &head, b"<p/>");
    })
}

#[test]
fn a_self_signed_certificate_is_called_by_its_name() {
    let folder = folder("self-signed");
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = params.self_signed(&key).unwrap();
    let leaf = serve((leaf, key), None, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&key).unwrap();
    pem(&folder, "c.pem", &ca.pem());
    let ca = serve((ca, key), None, &[]);
    for (url, more, what, remedy) in [
        (&leaf.url, &[][..], "self-signed", "--ca FILE"),
        (&ca.url, &[][..], "self-signed", "--ca FILE"),
        (
            &ca.url,
            &["--ca", "c.pem"][..],
            "shows a CA certificate as its own",
            "leaf certificate",
        ),
    ] {
        let (code, _, err) = run(&folder, url, more);
        assert_eq!(code, 3, "{err}");
        assert!(err.contains(what) && err.contains(remedy), "{err}");
        assert!(!err.contains("OtherError"), "{err}");
    }
}

#[test]
fn all_at_once_gives_the_right_verdict() {
    let folder = folder("staging");
    let authority = authority("private");
    pem(&folder, "ca.pem", &authority.pem());
    let server = serve(
        issue(&authority, "localhost", false),
        None,
        &["h2", "http/1.1"],
    );
    let url = &server.url;
    std::fs::write(
        folder.join("targets.toml"),
        format!(
            "[target.staging]\nbase_url = \"{url}\"\nca = \"ca.pem\"\nrate = 300\nconcurrency = 4\n\
             token.iam = {{ endpoint = \"{url}\", user = \"conformant-user\", domain = \"conformant-domain\", password = {{ env = \"PASSWORD\" }}, project = \"conformant-project\" }}\n\
             foreign_project_id = \"{}\"\nprovoke.403.headers.Prefer = \"code=403\"\nprovoke.500.headers.Prefer = \"code=500\"\n",
            access().foreign_project_id
        ),
    )
    .unwrap();
    let (code, out, err) = outcome(
        conformant(&folder)
            .args(["run", "--target", "staging", "--cases", "10"])
            .env("PASSWORD", "conformant-Reference-Password-9x8Y7z"),
    );
    assert_eq!(code, 0, "{out}{err}");
    assert!(server.h2.load(Ordering::Relaxed) > 0);
    assert_eq!(server.identity.issued_tokens(), 2, "{out}");
    assert!(out.contains("of them repeated"), "{out}");
}
