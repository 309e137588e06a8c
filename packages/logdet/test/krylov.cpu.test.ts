import { krylovLaws } from './krylov';

krylovLaws();
