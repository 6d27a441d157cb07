//! Rust, tokio-postgres: asserts the release before the server listens.
use std::{env, process};
use tokio_postgres::{Error, NoTls};

async fn assert_release(application: &str, version: &str) -> Result<(), Error> {
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    client
        .execute("SELECT schema_guard.assert_release($1, $2)", &[&application, &version])
        .await?;
    Ok(())
}

fn main() {
    let args: Vec<String> = env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    match runtime.block_on(assert_release(&args[1], &args[2])) {
        Ok(()) => println!("fits"),
        Err(error) => match error.as_db_error() {
            Some(db) => {
                println!("SQLSTATE {}\n{}", db.code().code(), db.message());
                println!("DETAIL: {}\nHINT: {}", db.detail().unwrap_or(""), db.hint().unwrap_or(""));
                process::exit(1);
            }
            None => panic!("{error}"),
        },
    }
}
