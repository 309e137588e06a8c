import { onWasm } from '../../../scripts/wasm';
import { laws } from './laws';

onWasm(laws);
