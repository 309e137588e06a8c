import { headLaws } from './headLaws';

headLaws();
