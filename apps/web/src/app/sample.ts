/** The built-in sample: a short story of our own, enough English to show what the student makes of text. */

export const sampleName = 'the-understudy.txt';
export const sampleBytes = 5372;

/** Loads the sample as if it had been dropped. */
export async function loadSample(): Promise<File> {
  const response = await fetch(`/samples/${sampleName}`);
  if (!response.ok) throw new Error(`the sample did not load (HTTP ${response.status}); reload the page`);
  return new File([await response.arrayBuffer()], sampleName, { type: 'text/plain' });
}
