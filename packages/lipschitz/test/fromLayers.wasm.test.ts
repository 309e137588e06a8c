import { onWasm } from '../../../scripts/wasm';
import { fromLayersLaws } from './fromLayers';

onWasm(fromLayersLaws);
