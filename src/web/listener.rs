//! Accepts connections, each with a deadline for its headers, and only up to a limit.
//!
//! `axum::serve` has no deadline for headers and accepts any number of connections: a client that sends half a header, or
//! nothing, holds one for ever.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The limits of the listener.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Connections at once; more wait in the system's queue. Below 1,024, a common limit of open files.
    connections: usize,
    /// From a connection's start, or the previous answer, to the end of a request's headers. Idle connections are
    /// closed after this, too.
    head: Duration,
    /// A connection older than this ends with its next answer, or at once when it is idle.
    age: Duration,
    /// A connection that is still open after that (its client does not read the answer) ends after this.
    end: Duration,
}

const BOUNDS: Bounds = Bounds {
    connections: 512,
    head: Duration::from_secs(15),
    age: Duration::from_mins(10),
    end: Duration::from_secs(10),
};

/// Slack's headers take less than two kilobytes.
const LONGEST_HEAD: usize = 16 << 10;
/// The bytes that one connection reads ahead.
const READ_AHEAD: usize = 64 << 10;
/// The pause after an error such as too few file descriptors, which is temporary.
const BREATH: Duration = Duration::from_millis(100);

/// Serves `routes` until `stop`. Returns when the requests under way are answered.
pub async fn serve(listener: TcpListener, routes: Router, stop: CancellationToken) {
    serve_within(BOUNDS, listener, routes, stop).await;
}

async fn serve_within(
    bounds: Bounds,
    listener: TcpListener,
    routes: Router,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let connections = TaskTracker::new();
    loop {
        let arrived = async {
            let place = places.clone().acquire_owned().await;
            (accept(&listener).await, place)
        };
        let (stream, place) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            arrived = arrived => arrived,
        };
        let (routes, stop) = (routes.clone(), stop.clone());
        connections.spawn(async move {
            attend(bounds, stream, routes, stop).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers are sent without waiting for more data.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted right now");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// The client disconnected before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Serves one connection to its end.
async fn attend(bounds: Bounds, stream: TcpStream, routes: Router, stop: CancellationToken) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(READ_AHEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        // Errors are the client's: it disconnected, was too slow, or did not speak HTTP.
        _ = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = tokio::time::sleep(bounds.age) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(bounds.end, connection).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Instant, timeout};

    const SHORT: Bounds = Bounds {
        connections: 3,
        head: Duration::from_millis(150),
        age: Duration::from_mins(1),
        end: Duration::from_millis(150),
    };
    /// Long enough for a busy machine.
    const SOON: Duration = Duration::from_secs(20);

    struct Door {
        address: SocketAddr,
        stop: CancellationToken,
        server: tokio::task::JoinHandle<()>,
    }

    async fn open(bounds: Bounds) -> Door {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/long", get(|| async { "x".repeat(64 << 20) }))
            .route("/read", post(|body: String| async move { body }))
            .route(
                "/slow",
                get(|| async {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    "done"
                }),
            );
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve_within(bounds, listener, routes, stop.clone()));
        Door {
            address,
            stop,
            server,
        }
    }

    async fn connect(door: &Door) -> TcpStream {
        TcpStream::connect(door.address).await.unwrap()
    }

    /// The data received until the connection is closed.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        let read = stream.read_to_end(&mut text);
        // A connection closed with unread data ends with an error.
        let _ = timeout(SOON, read).await.expect("closed in time");
        String::from_utf8_lossy(&text).into_owned()
    }

    async fn ask(stream: &mut TcpStream, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let read = timeout(SOON, stream.read(&mut answer)).await.unwrap();
        String::from_utf8_lossy(&answer[..read.unwrap()]).into_owned()
    }

    #[tokio::test]
    async fn half_a_header_is_not_waited_for() {
        let door = open(SHORT).await;
        for begun in [
            "",
            "P",
            "POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slack-",
        ] {
            let mut stream = connect(&door).await;
            stream.write_all(begun.as_bytes()).await.unwrap();
            assert_eq!(rest(&mut stream).await, "", "{begun:?}");
        }
        // Sending a byte now and then does not help.
        let mut stream = connect(&door).await;
        let began = Instant::now();
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(began.elapsed() < SOON);
        }
    }

    #[tokio::test]
    async fn headers_have_an_end() {
        let door = open(SHORT).await;
        let mut stream = connect(&door).await;
        let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(LONGEST_HEAD));
        let _ = stream.write_all(long.as_bytes()).await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431"));
    }

    #[tokio::test]
    async fn a_connection_serves_many_requests() {
        let door = open(SHORT).await;
        let mut stream = connect(&door).await;
        for _ in 0..5 {
            assert!(ask(&mut stream, "/").await.ends_with("hello"));
        }
        let written =
            stream.write_all(b"POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab");
        written.await.unwrap();
        // Longer than the deadline for headers, which does not apply to the body.
        tokio::time::sleep(SHORT.head * 2).await;
        stream.write_all(b"cd").await.unwrap();
        assert!(rest(&mut stream).await.ends_with("abcd"));
    }

    /// However many connections are held, all are closed after a while, and new ones are accepted.
    #[tokio::test]
    async fn connections_have_an_end_and_a_number() {
        let door = open(SHORT).await;
        let mut held = Vec::new();
        for _ in 0..SHORT.connections {
            let mut stream = connect(&door).await;
            stream.write_all(b"GET / HT").await.unwrap();
            held.push(stream);
        }
        let mut late = connect(&door).await;
        assert!(
            ask(&mut late, "/").await.ends_with("hello"),
            "once the others are gone"
        );
        for mut stream in held {
            assert_eq!(rest(&mut stream).await, "");
        }
    }

    /// A client that never reads the answer does not keep the connection.
    #[tokio::test]
    async fn an_answer_nobody_reads_is_dropped() {
        let bounds = Bounds {
            connections: 1,
            age: Duration::from_millis(100),
            ..SHORT
        };
        let door = open(bounds).await;
        let mut deaf = connect(&door).await;
        deaf.write_all(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let mut next = connect(&door).await;
        assert!(ask(&mut next, "/").await.ends_with("hello"));
        drop(deaf);
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered_before_the_door_closes() {
        let bounds = Bounds {
            head: SOON,
            end: SOON,
            ..SHORT
        };
        let door = open(bounds).await;
        let mut idle = connect(&door).await;
        assert!(ask(&mut idle, "/").await.ends_with("hello"));
        let mut busy = connect(&door).await;
        busy.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        door.stop.cancel();
        assert_eq!(rest(&mut idle).await, "");
        assert!(rest(&mut busy).await.ends_with("done"));
        timeout(SOON, door.server).await.unwrap().unwrap();
        assert!(TcpStream::connect(door.address).await.is_err());
    }
}
