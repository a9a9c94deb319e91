fn main() -> std::process::ExitCode {
    reverse_mentor::cli::main()
}
