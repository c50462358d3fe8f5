// Entry of a worker thread: its sources are TypeScript, so tsx is registered first, as in the programs' own entries.
import { register } from 'tsx/esm/api';

register();
await import('./block-worker.ts');
