import { signQingStorForm } from '@sampan/accesskey';
import { keysOf } from './presign.ts';
import { addressOf, type Requests } from './requests.ts';

export interface UploadFormOptions {
  /** May hold `${filename}`: the name of the file that is chosen. */
  key: string;
  /** How long the form works, seconds; an hour when not said. */
  expiresInSeconds?: number | undefined;
  /** Where the browser goes afterwards. */
  redirect?: string | undefined;
  /** Further fields, e.g. `content-type`, `x-qs-storage-class`, `x-qs-meta-…`. */
  fields?: Readonly<Record<string, string>> | undefined;
}

export interface UploadForm {
  /** POST `multipart/form-data` here. */
  url: string;
  /** In this order, and the field `file` after them. */
  fields: Readonly<Record<string, string>>;
}

/** What a page needs so that a browser can upload one file without keys. The fields are a secret until they expire. */
export function uploadForm(requests: Requests, bucket: string, options: UploadFormOptions): UploadForm {
  const credentials = keysOf(requests);
  const { key, expiresInSeconds = 3_600, redirect } = options;
  const own = { key, ...(redirect !== undefined && { redirect }), ...options.fields };
  const expires = Math.floor(requests.now() / 1000) + expiresInSeconds;
  const policy = Buffer.from(JSON.stringify({ ...own, expires })).toString('base64');
  const { origin, target } = addressOf(requests.endpoint, requests.options, bucket);
  const { accessKeyId, secretAccessKey } = credentials;
  const signature = signQingStorForm(policy, secretAccessKey);
  return { url: origin + target, fields: { ...own, access_key_id: accessKeyId, policy, signature } };
}
