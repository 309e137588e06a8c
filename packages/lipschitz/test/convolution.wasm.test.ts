import { onWasm } from '../../../scripts/wasm';
import { convolutionLaws } from './convolution';

onWasm(convolutionLaws);
