// Runs one example of the site: a message gives the address of its module, and each answer is a
// piece of what it prints. The wasm backend has its binary beside this file.
import { format } from 'node-inspect-extracted';
import { useBackend } from '@iresnet/backend';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';

for (const level of ['log', 'info', 'warn', 'error'])
  console[level] = (...values) => postMessage({ text: `${format(...values)}\n` });

addEventListener('message', async ({ data }) => {
  try {
    await useBackend('wasm');
    await import(data);
    postMessage({ done: true });
  } catch (error) {
    postMessage({ text: `${error}\n`, done: true });
  }
});
