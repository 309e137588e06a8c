import { findNative } from '../src';

/** Whether `install-native` has built the library here. */
export const installed = findNative().length > 0;
if (!installed) {
  console.warn(
    'skipped: the native library is not installed (npx @iresnet/backend install-native); its tests need it',
  );
}
