#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| conformant_fuzz::certificate::holds(data));
