import { ApiError, serverUnreachable } from '../api/problem.ts';
import { contentUrl, type ObjectPlace } from './object-api.ts';

/** Sends the content of an object as an operation; by XMLHttpRequest, since fetch does not tell how much was sent. */
export function sendContent(
  { place, key, content }: { place: ObjectPlace; key: string; content: Blob },
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.open('PUT', contentUrl(place, key, { operation: true }));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', content.type || 'application/octet-stream');
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new ApiError(request.status, bodyOf(request.responseText)));
    };
    request.onerror = () => reject(serverUnreachable());
    request.onabort = () => reject(serverUnreachable());
    request.onloadend = () => signal.removeEventListener('abort', abort);
    request.send(content);
  });
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
