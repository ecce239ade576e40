/** Software compiled into the WebAssembly of a package, which no package manager sees. */
export interface Compiled {
  readonly name: string;
  readonly licence: string;
  readonly url: string;
}

/**
 * By package. Graphviz (EPL) is no part of what we publish: npm fetches it unchanged inside
 * @viz-js/viz, as its own licence allows.
 */
export const compiledIn: Readonly<Record<string, readonly Compiled[]>> = {
  '@viz-js/viz': [
    { name: 'Graphviz', licence: 'EPL', url: 'https://graphviz.org/license/' },
    { name: 'Expat', licence: 'MIT', url: 'https://libexpat.github.io' },
    { name: 'Emscripten runtime', licence: 'MIT', url: 'https://emscripten.org' },
  ],
  'hash-wasm': [
    { name: 'BLAKE3 reference code', licence: 'CC0-1.0 OR Apache-2.0', url: 'https://github.com/BLAKE3-team/BLAKE3' },
    { name: 'the other digests of hash-wasm', licence: 'MIT', url: 'https://github.com/Daninet/hash-wasm' },
  ],
  'minijinja-js': [
    { name: 'minijinja', licence: 'Apache-2.0', url: 'https://github.com/mitsuhiko/minijinja' },
    { name: 'memo-map', licence: 'Apache-2.0', url: 'https://github.com/mitsuhiko/memo-map' },
    { name: 'fragile', licence: 'Apache-2.0', url: 'https://github.com/mitsuhiko/fragile' },
    { name: 'serde, serde_json', licence: 'MIT OR Apache-2.0', url: 'https://serde.rs' },
    { name: 'wasm-bindgen, js-sys', licence: 'MIT OR Apache-2.0', url: 'https://github.com/wasm-bindgen/wasm-bindgen' },
    {
      name: 'console_error_panic_hook',
      licence: 'MIT OR Apache-2.0',
      url: 'https://crates.io/crates/console_error_panic_hook',
    },
    { name: 'hashbrown, once_cell, dlmalloc', licence: 'MIT OR Apache-2.0', url: 'https://crates.io' },
    { name: 'the Rust standard library', licence: 'MIT OR Apache-2.0', url: 'https://www.rust-lang.org' },
  ],
};
