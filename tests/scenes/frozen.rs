//! A connection to a server that can be frozen.

use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A port that leads to `target`. When frozen, connections stay open and nothing gets through.
pub async fn wire(target: String) -> (u16, watch::Sender<bool>) {
    let (freeze, frozen) = watch::channel(false);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.unwrap();
            let far = TcpStream::connect(&target).await.unwrap();
            let (near_in, near_out) = near.into_split();
            let (far_in, far_out) = far.into_split();
            tokio::spawn(pass_on(near_in, far_out, frozen.clone()));
            tokio::spawn(pass_on(far_in, near_out, frozen.clone()));
        }
    });
    (port, freeze)
}

async fn pass_on(from: OwnedReadHalf, to: OwnedWriteHalf, mut frozen: watch::Receiver<bool>) {
    let mut bytes = vec![0; 65_536];
    loop {
        from.readable().await.unwrap();
        let read = match from.try_read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        if frozen.wait_for(|frozen| !frozen).await.is_err() {
            return;
        }
        let mut sent = 0;
        while sent < read {
            if to.writable().await.is_err() {
                return;
            }
            match to.try_write(&bytes[sent..read]) {
                Ok(more) => sent += more,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}
