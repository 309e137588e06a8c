import { findBackendFactory } from '@tensorflow/tfjs-core';
import { described, didYouMean, ensure } from '@iresnet/core/internal';
import { findNative, nativeBase } from './native/folder';
import { isNode } from './nodeOnly';

const names = ['auto', 'tensorflow', 'wasm', 'cpu', 'webgl', 'webgpu'] as const;

/**
 * A backend of TensorFlow.js, or `auto` for the first that starts. `tensorflow` is the native
 * library, in Node.
 */
export type BackendName = (typeof names)[number];

/**
 * One way to get a backend: from a package of npm, or from a native library that `install-native`
 * has built.
 */
export interface Candidate {
  readonly backend: string;
  /** The package, the folder of a native library, or `install-native` where there is none. */
  readonly source: string;
  readonly kind: 'package' | 'native' | 'no native';
}

const fromPackage = (backend: string, source = `@tensorflow/tfjs-backend-${backend}`): Candidate => ({
  backend,
  source,
  kind: 'package',
});

/**
 * What to try for a name, in this order. Refuses a name that TensorFlow.js does not have and nobody
 * has registered.
 */
export function candidates(name: string): readonly Candidate[] {
  const known = (names as readonly string[]).includes(name) || isRegistered(name);
  ensure(known, 'backend.useBackend', () => {
    const like = typeof name === 'string' ? didYouMean(name, names) : '';
    return `expected one of the backends ${names.join(', ')}, or one that is registered, got ${described(name)}${like}`;
  });
  if (name === 'tensorflow') return native();
  if (name === 'auto') return [...native(), fromPackage('wasm'), fromPackage('cpu')];
  return [fromPackage(name)];
}

/** Whether TensorFlow.js knows how to start a backend. */
export const isRegistered = (backend: string): boolean => (findBackendFactory(backend) as unknown) != null;

function native(): readonly Candidate[] {
  if (!isNode()) return [];
  const found = findNative().map(({ folder }): Candidate => ({
    backend: 'tensorflow',
    source: folder,
    kind: 'native',
  }));
  const none: Candidate = { backend: 'tensorflow', source: 'install-native', kind: 'no native' };
  return [
    ...(found.length > 0 ? found : [none]),
    fromPackage('tensorflow', '@tensorflow/tfjs-node-gpu'),
    fromPackage('tensorflow', '@tensorflow/tfjs-node'),
  ];
}

/** What to do about a missing candidate; undefined if `error` says that something else is wrong. */
export function remedy({ backend, source, kind }: Candidate, error?: unknown): string | undefined {
  if (kind === 'no native') return `nothing in ${nativeBase()}; run npx @iresnet/backend install-native`;
  if (kind === 'native') return undefined;
  if (!isNode()) {
    return `a page cannot load a package by its name: write import '${source}' in the application`;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (!/Cannot find (package|module)|Failed to load url/.test(message) || !message.includes(source)) {
    return undefined;
  }
  // Published as it is, tfjs-node cannot be installed any more.
  if (backend === 'tensorflow') return 'it is not installed';
  return `it is not installed: npm install ${source}${backend === 'webgpu' ? ' webgpu' : ''}`;
}
