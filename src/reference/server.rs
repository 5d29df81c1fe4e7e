//! Serves a [`Service`] on loopback: axum for everything that HTTP libraries speak,
//! [`wire`](super::wire) for the rest.

use super::fault::Change;
use super::message::{MockRequest, MockResponse};
use super::mock::Mock;
use super::service::Service;
use super::variant::Variant;
use super::wire;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Largest body of a request that is read.
const MAX_REQUEST: usize = 4 << 20;

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts to serve one mock, or a service of several, at `listen` (port 0: any free
    /// one). Where one mock needs its replies written byte by byte, all are.
    ///
    /// # Errors
    /// Where the address cannot be bound.
    pub async fn start(service: impl Into<Service>, listen: SocketAddr) -> std::io::Result<Self> {
        let service = Arc::new(service.into());
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let task = if service.mocks().iter().any(Mock::needs_wire) {
            tokio::spawn(wire::serve(listener, service))
        } else {
            let router = routes(service);
            tokio::spawn(async move {
                // Serving ends with the task; an accept error is retried inside.
                let _ = axum::serve(listener, router).await;
            })
        };
        Ok(Self { address, task })
    }

    /// The replies of a mock or a service for another server to give, over TLS say; faults
    /// of the wire are not among them.
    pub fn router(service: impl Into<Service>) -> Router {
        routes(Arc::new(service.into()))
    }

    /// `http://127.0.0.1:PORT`
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the server stops, which it does only on failure.
    pub async fn wait(&mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Mock {
    /// Whether replies must be written byte by byte.
    fn needs_wire(&self) -> bool {
        matches!(
            self.change(),
            Some(Change::Wire(..) | Change::HeaderSpelling(_) | Change::Reading(_))
        ) || matches!(
            self.variant(),
            Variant::Http10
                | Variant::DropsIdle
                | Variant::CloseDelimited
                | Variant::InTwoParts
                | Variant::TitleCaseHeaders
        )
    }
}

fn routes(service: Arc<Service>) -> Router {
    Router::new().fallback(handle).with_state(service)
}

async fn handle(State(service): State<Arc<Service>>, request: Request) -> Response {
    let mut asked = MockRequest {
        method: request.method().as_str().to_owned(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), value.into_owned())
            })
            .collect(),
        body: Vec::new(),
    };
    if let Ok(body) = to_bytes(request.into_body(), MAX_REQUEST).await {
        asked.body = body.into();
    }
    respond(service.reply(&asked).await)
}

fn respond(answer: MockResponse) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.variant {
        Variant::Chunked => {
            let middle = answer.body.len() / 2;
            let parts = [
                Bytes::copy_from_slice(&answer.body[..middle]),
                Bytes::copy_from_slice(&answer.body[middle..]),
            ];
            Body::from_stream(futures_util::stream::iter(
                parts.map(Ok::<_, std::convert::Infallible>),
            ))
        }
        _ => Body::from(answer.body),
    };
    response.body(body).unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
