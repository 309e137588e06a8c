import { iResNetLaws } from './iResNetLaws';

iResNetLaws();
