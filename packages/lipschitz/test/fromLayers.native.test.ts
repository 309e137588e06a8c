import { onNative } from '../../../scripts/native';
import { fromLayersLaws } from './fromLayers';

onNative(fromLayersLaws);
