import { onWasm } from '../../../scripts/wasm';
import { imageLaws } from './imageLaws';

onWasm(imageLaws);
