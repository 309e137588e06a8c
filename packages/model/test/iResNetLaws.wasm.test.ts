import { onWasm } from '../../../scripts/wasm';
import { iResNetLaws } from './iResNetLaws';

onWasm(iResNetLaws);
