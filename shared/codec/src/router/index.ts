/** What other folders may use of the router. */
export { cutSegments } from './cut.ts';
export { candidatesOf, estimate } from './estimate.ts';
export { detectRecordLength, mostRecordLength } from './records.ts';
export { decodeRuns, encodeRuns, mostRunsPayload } from './runs.ts';
export type * from './types.ts';
