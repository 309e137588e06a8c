import { onWasm } from '../../../scripts/wasm';
import { headLaws } from './headLaws';

onWasm(headLaws);
