import { env } from '@tensorflow/tfjs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend, type BackendReport } from '../packages/backend/src/index.ts';

/** Where Debian's Chromium, Chrome and Chromium of other systems lie. Each brings SwiftShader. */
const FOLDERS = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];

const folder = FOLDERS.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));

/**
 * The environment in which a process of Node computes WebGPU on the processor: with SwiftShader,
 * the Vulkan driver of an installed Chromium, and the loader beside it. Null where there is none.
 */
export const webgpuEnv: NodeJS.ProcessEnv | null =
  folder === undefined
    ? null
    : {
        ...process.env,
        VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
        LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
        XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] ?? tmpdir(),
      };
if (!webgpuEnv) {
  console.warn(`skipped on WebGPU: no Chromium with SwiftShader in ${FOLDERS.join(', ')}`);
}

/** Start WebGPU in such a process. */
export async function startWebgpu(): Promise<BackendReport> {
  const report = await useBackend('webgpu');
  // SwiftShader takes a hundred times as long for the other programs of small products.
  env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  return report;
}

/** Start wasm in such a process, to compare. */
export function startWasm(): Promise<BackendReport> {
  return useBackend('wasm');
}
