import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's Chromium, Chrome and Chromium of other systems lie. Each brings SwiftShader. */
const FOLDERS = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];

const folder = FOLDERS.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));

/**
 * The environment in which a process of Node computes WebGPU on the processor: with SwiftShader, the
 * Vulkan driver of an installed Chromium, and the loader beside it. Null where there is none.
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
