import type { ListRequest, ObjectPage } from '../../contract.ts';
import type { Calls } from './calls.ts';
import { foreignAnswer } from './errors.ts';
import { md5OfEtag, unquoted } from './heads.ts';
import { decodeListed } from './unfinished.ts';

/** One page. The cursor is the server's own: after a name alone, a folder would be told on every further page. */
export async function listObjectsPage(
  calls: Calls,
  bucket: string,
  prefix: string,
  request: ListRequest,
): Promise<ObjectPage> {
  const { delimiter, cursor, limit = 1000, signal } = request;
  const page = await calls.send({
    class: 'list',
    signal,
    run: ({ client, sdk, options }) =>
      client.send(
        new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix + (request.prefix ?? ''),
          Delimiter: delimiter,
          ContinuationToken: cursor,
          MaxKeys: Math.min(limit, 1000),
          // Control characters are no XML; encoded they survive.
          EncodingType: 'url',
        }),
        options,
      ),
  });
  if (page.Name === undefined && page.IsTruncated === undefined) throw foreignAnswer('a listing without a name');
  const decode = (text: string) => (page.EncodingType === 'url' ? decodeListed(text) : text);
  const objects = (page.Contents ?? []).flatMap(({ Key, Size, LastModified, ETag }) => {
    const key = Key === undefined ? '' : decode(Key).slice(prefix.length);
    // Markers of folders that consoles make: the prefix itself is none of our keys.
    if (key === '') return [];
    return {
      key,
      size: Size ?? 0,
      modified: LastModified?.getTime() ?? null,
      md5: md5OfEtag(ETag),
      etag: unquoted(ETag),
    };
  });
  const prefixes = (page.CommonPrefixes ?? []).flatMap(({ Prefix }) =>
    Prefix === undefined ? [] : decode(Prefix).slice(prefix.length),
  );
  const nextCursor = page.IsTruncated ? page.NextContinuationToken : null;
  if (nextCursor === undefined) throw foreignAnswer('a listing that goes on, but does not say where');
  return { objects, prefixes, nextCursor };
}
