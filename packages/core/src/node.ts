/**
 * What the `@iresnet` packages share in Node and do not promise to anyone else: it may change in
 * any release.
 *
 * @packageDocumentation
 */
export { codeOf, ioReason, unlessMissing, writeFailure } from './node/failure';
export { lock, SILENCE, type Lock, type LockOptions, type LockOwner } from './node/lock';
export { readBytes, reading, readText } from './node/readFile';
