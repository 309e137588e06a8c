import { onNative } from '../../../scripts/native';
import { headLaws } from './headLaws';

onNative(headLaws);
