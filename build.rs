//! Which providers there are, and where what is generated from their documents goes. How lives in
//! `codegen`.

mod codegen;

use std::{env, error::Error, path::Path};

/// The providers, and `sandbox`, the control room: each is a folder under `specs/`, and a set of
/// files in `OUT_DIR`.
const PROVIDERS: &[&str] = &["dayzero", "sandbox", "thredfi"];

/// Operations that a spec has and nobody has written yet, as (provider, operationId): each answers
/// 501 by name. Whoever adds one here owes its behaviour.
const NOT_SIMULATED: &[(&str, &str)] = &[];

fn main() {
    for watched in ["build.rs", "codegen", "specs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if let Err(problem) = generate() {
        println!("cargo::error={}", problem.to_string().replace('\n', " "));
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    if let Some((provider, id)) =
        NOT_SIMULATED.iter().find(|(provider, _)| !PROVIDERS.contains(provider))
    {
        return Err(format!(
            "build.rs: NOT_SIMULATED names `{id}` of `{provider}`, which is no provider"
        )
        .into());
    }
    let folder = env::var("OUT_DIR")?;
    for provider in PROVIDERS {
        let document = codegen::read::read(Path::new("specs"), provider)?;
        let not_simulated: Vec<&str> =
            NOT_SIMULATED.iter().filter(|(of, _)| of == provider).map(|(_, id)| *id).collect();
        codegen::generate(&document, &not_simulated)?.write(Path::new(&folder), provider)?;
    }
    Ok(())
}
