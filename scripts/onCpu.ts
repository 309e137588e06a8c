import { setBackend } from '@tensorflow/tfjs';

// Where test files share their modules, a file starts on the backend that it would start on alone.
await setBackend('cpu');
