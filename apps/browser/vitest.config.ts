export { base as default } from '../../scripts/vitest.base.ts';
