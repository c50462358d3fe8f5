/**
 * A download that is written to as it comes, through the service worker: for large files, in browsers without save dialogs. Nothing
 * of it has to be kept in between.
 */
import type { ToServiceWorker } from '../offline/messages.ts';

const answerMs = 3000;

/**
 * Starts a download of `size` bytes.
 * @returns where to write it; undefined where there is no service worker, or streams cannot be handed over
 */
export async function startDownload(
  name: string,
  size: number,
): Promise<WritableStream<Uint8Array> | undefined> {
  const { controller } = 'serviceWorker' in navigator ? navigator.serviceWorker : { controller: null };
  if (!controller) return undefined;
  const id = crypto.randomUUID();
  const { port1, port2 } = new MessageChannel();
  const writable = await new Promise<WritableStream<Uint8Array> | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), answerMs);
    port1.onmessage = (event: MessageEvent<WritableStream<Uint8Array> | null>) =>
      resolve(event.data ?? undefined);
    controller.postMessage({ type: 'download', id, name, size, port: port2 } satisfies ToServiceWorker, [
      port2,
    ]);
  });
  port1.close();
  if (!writable) return undefined;
  // A link with `download` would pass by the service worker; a frame asks it, and becomes a download.
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = `/download/${id}`;
  document.body.append(frame);
  setTimeout(() => frame.remove(), 60_000);
  return writable;
}
